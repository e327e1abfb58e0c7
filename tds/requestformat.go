package tds

// RequestFormat is what a login has settled about the shape of a client's
// requests, as TokenFormat is for responses.
type RequestFormat struct {
	// Version is the TDS version of the session; zero means 7.4.
	Version Version
	// Enclave is set if COLUMNENCRYPTION was acknowledged with version 2 or
	// higher: requests then carry an enclave package, empty or not.
	Enclave bool
}

// streamHeaders reports that requests begin with ALL_HEADERS.
func (f RequestFormat) streamHeaders() bool { return f.Version == 0 || f.Version.AtLeast(V72) }
