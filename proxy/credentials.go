package proxy

import (
	"bytes"

	"tds-launchpad/tds"
)

// credentials are what a session has logged in with, for second connections of the same caller: the
// loopback connections of his scripts. They live as long as the session, and never reach a log. (The
// strings in which LOGIN7 was read can't be overwritten; they are garbage after the login.)
type credentials struct {
	held     bool // false: integrated or federated security, which can't be presented again
	login    string
	password []byte
	as       string // the login that EXECUTE AS LOGIN has made of it, if any
}

// credentialsOf are those of a LOGIN7 that the engine has accepted.
func credentialsOf(l *tds.Login7) credentials {
	if l.IntegratedSecurity() {
		return credentials{}
	}
	if _, federated := l.Feature(tds.FeatureFedAuth); federated {
		return credentials{}
	}
	password := l.Password
	if l.OptionFlags3&tds.FlagChangePassword != 0 {
		password = l.ChangePassword
	}
	return credentials{held: true, login: l.UserName, password: []byte(password)}
}

// clone gives a session of its own what it forgets at its own time.
func (c credentials) clone() credentials {
	c.password = bytes.Clone(c.password)
	return c
}

// forget overwrites the password.
func (c *credentials) forget() {
	clear(c.password)
	*c = credentials{}
}
