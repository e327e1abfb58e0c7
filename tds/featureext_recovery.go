package tds

// SessionRecovery is the data of the SESSIONRECOVERY feature extension of LOGIN7
// in a login that recovers a connection, MS-TDS 2.2.6.4. In a first login the data
// are empty.
type SessionRecovery struct {
	Initial SessionRecoveryData // as the login to be recovered left the session
	ToBe    SessionRecoveryData // the changes since
}

// SessionRecoveryData describes one state of a session.
type SessionRecoveryData struct {
	Database  string
	Collation []byte // nil or 5 bytes
	Language  string
	States    []StateValue
}

// ParseSessionRecovery reads the feature's data, which must not be empty. The
// collation and state values point into it.
func ParseSessionRecovery(data []byte) (SessionRecovery, error) {
	c := newCursor("SESSIONRECOVERY", data)
	var s SessionRecovery
	for _, d := range []*SessionRecoveryData{&s.Initial, &s.ToBe} {
		part := newCursor("SessionRecoveryData", c.lVarByte())
		if !c.ok() {
			break
		}
		d.Database = part.bVarChar()
		if d.Collation = part.bVarByte(); len(d.Collation) != 0 && len(d.Collation) != 5 {
			part.fail("RecoveryCollation has neither 0 nor 5 bytes")
		}
		d.Language = part.bVarChar()
		d.States = part.stateValues()
		if err := part.finish(); err != nil {
			c.failWith("SessionRecoveryData", err)
		}
	}
	if err := c.finish(); err != nil {
		return SessionRecovery{}, err
	}
	return s, nil
}

// Append appends the feature's data.
func (s *SessionRecovery) Append(dst []byte) ([]byte, error) {
	for _, d := range []*SessionRecoveryData{&s.Initial, &s.ToBe} {
		err := firstError(
			checkUnits("SESSIONRECOVERY", "RecoveryDatabase", d.Database, 255),
			checkBytes("SESSIONRECOVERY", "RecoveryCollation", len(d.Collation), 5),
			checkUnits("SESSIONRECOVERY", "RecoveryLanguage", d.Language, 255))
		if err != nil {
			return dst, err
		}
		at := len(dst)
		dst = appendBVarChar(appendU32(dst, 0), d.Database)
		dst = appendBVarByte(dst, d.Collation)
		dst = appendBVarChar(dst, d.Language)
		dst = appendStateValues(dst, d.States)
		putLenU32(dst, at)
	}
	return dst, nil
}
