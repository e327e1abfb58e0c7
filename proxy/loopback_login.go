package proxy

import (
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// admitLoopback decides about a LOGIN7 on a loopback connection, and makes the caller's of it if
// it comes by certificate or token.
func (s *session) admitLoopback(login *tds.Login7) (*callerLogin, error) {
	if !s.loop.mayTry() { // of connections that were accepted at the same time
		return nil, &loginRefusal{login.UserName, "too many refused logins"}
	}
	asCaller, how, err := s.loop.admit(login, s.byCertificate, s.peer)
	if err != nil {
		return nil, err
	}
	s.log = s.log.With().Str("by", how).Logger()
	if !asCaller {
		return nil, nil
	}
	l := s.loop
	if why := l.context.refusal; why != "" {
		return nil, newError(errLoopback, "no loopback connection as the caller is possible: %s. Log in with a SQL login.", why)
	}
	c := &callerLogin{credentials: l.context.credentials, facts: l.facts}
	if login.Database == "" {
		login.Database = l.facts.database
	}
	if !strings.EqualFold(login.Database, l.facts.database) {
		c.other = login.Database
	}
	login.UserName, login.Password = c.credentials.login, string(c.credentials.password)
	if c.credentials.as != "" {
		login.Database = "" // where a service login may go is not where the caller is
	}
	// What it would restore is not for us to follow.
	login.RemoveFeature(tds.FeatureSessionRecovery)
	return c, nil
}

// callerLogin is the login of a loopback connection as the caller.
type callerLogin struct {
	credentials credentials
	facts       *facts // of the call
	other       string // the database that the script asks for, if not the call's
}

// text makes the caller of the login that the engine has accepted, and asks what has come of it: in
// the call's database, since the same login can be another user elsewhere. A login that stays what it is
// has begun in the database asked for, so that a reset leads there too.
func (c *callerLogin) text() string {
	var b strings.Builder
	if c.credentials.as != "" {
		b.WriteString("EXECUTE AS LOGIN = " + tsql.QuoteString(c.credentials.as) + " WITH NO REVERT; ")
	}
	if c.credentials.as != "" || c.other != "" {
		b.WriteString("USE " + tsql.QuoteName(c.facts.database) + "; ")
	}
	b.WriteString("SELECT N'', SUSER_SNAME(), USER_NAME(), DB_NAME()")
	if c.other != "" {
		b.WriteString("; USE " + tsql.QuoteName(c.other))
	}
	return b.String()
}

// becomeCaller makes sure, before the client hears of it, that an accepted login has the call's
// execution context and no other.
func (r *loginRelay) becomeCaller(reply *loginReply) error {
	if reply.tokens == nil {
		return newError(errEngineProtocol, "the engine's answer to the login could not be read.")
	}
	r.accept(reply)
	c := r.caller
	answer, err := r.askFirst(c.text())
	if err != nil {
		return err
	}
	got := make([]string, 4)
	for i := range min(len(got), len(answer.row)) {
		got[i], _ = answer.row[i].v.(string)
	}
	f := c.facts
	switch {
	case answer.row == nil && answer.refusal != nil:
		return newError(errLoopback, "no loopback connection in the context of the call is possible: the engine did not let login %s "+
			"become %s in database %s: %s", c.credentials.login, f.login, f.database, answer.refusal.Text)
	case got[1] != f.login || got[2] != f.user || got[3] != f.database:
		return newError(errLoopback, "no loopback connection in the context of the call is possible: it would be login %s, user %s in database %s, "+
			"but the script was called by login %s, user %s in database %s. Log in with a SQL login.",
			got[1], got[2], got[3], f.login, f.user, f.database)
	case answer.refusal != nil:
		return &otherDatabase{c.other, answer.refusal.Text}
	}
	r.who.login, r.who.database = f.login, f.database
	if c.other != "" {
		r.who.database = c.other
	}
	if c.credentials.as == "" {
		answer.changes = nil // the login's own answer has it already
	}
	reply.insert(answer.changes)
	return nil
}

// otherDatabase is a database that the caller can't have.
type otherDatabase struct{ name, reason string }

func (e *otherDatabase) Error() string { return "login refused: database " + e.name + ": " + e.reason }

// message is error 4060, as SQL Server refuses such a login.
func (e *otherDatabase) message() tds.ServerMessage {
	return tds.ServerMessage{IsError: true, Number: 4060, State: 1, Class: 11,
		Text: "Cannot open database \"" + e.name + "\" requested by the login. The login failed."}
}

// insert puts tokens, if there are some, in front of the reply's last DONE. What came as raw packets is not there any more:
// the engine has been asked something since.
func (l *loginReply) insert(tokens []byte) {
	last := len(l.tokens) - 1
	done := l.tokens[last]
	l.tokens = append(l.tokens[:last], loginToken{raw: tokens}, done)
	l.changed = true
}
