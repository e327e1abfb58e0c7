package store

// Config says where an instance keeps its data and who may log in.
type Config struct {
	// File is the SQLite file. Empty: a temporary one, removed by Close.
	File string
	// SAPassword is the password of login sa. It is set at every Open.
	SAPassword string
	// ServerName is what @@SERVERNAME answers. Empty: the host's name.
	ServerName string
}

// SessionOptions is what a login brings along.
type SessionOptions struct {
	Login         string
	Database      string // empty: the login's default database
	Host          string
	Program       string
	Library       string // name of the client's driver
	ClientAddress string // without port, for the connection views
	LocalAddress  string
	LocalPort     int
	SPID          int
	Encrypted     bool
}
