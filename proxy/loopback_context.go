package proxy

import (
	"cmp"
	"errors"
)

// loopbackContext says as whom the scripts of a call log in: as who has called them, in the
// execution context in which they were called, or not at all.
type loopbackContext struct {
	credentials credentials // with the login to become by EXECUTE AS LOGIN, if that is another
	refusal     string      // why nobody can log in, if not empty
}

// loopbackContext decides that. What it comes to is tried, and verified, by each connection.
func (c *scriptCall) loopbackContext(f *facts) (loopbackContext, error) {
	var out loopbackContext
	switched := false
	switch {
	case c.credentials.held:
		out.credentials = c.credentials
		// In a session that is itself a loopback connection the login may be a service login.
		if f.login != cmp.Or(c.credentials.as, f.originalLogin) {
			switched, out.credentials.as = true, f.login
		}
	case c.cfg.LoopbackLogin != "":
		out.credentials = credentials{held: true, login: c.cfg.LoopbackLogin, password: []byte(c.cfg.LoopbackPassword), as: f.login}
		switched = f.login != f.originalLogin
	default:
		out.refusal = "the caller has logged in with integrated or federated security, which can't be repeated, and no loopback-login is configured"
		return out, nil
	}
	if !switched {
		return out, nil
	}
	// Under EXECUTE AS USER a context has no rights outside of its database, even if its user has a
	// login with such rights. EXECUTE AS LOGIN would give them.
	row, err := c.selectRow("SELECT HAS_PERMS_BY_NAME(NULL, NULL, N'CONNECT SQL')")
	var refusal *engineRefusal
	switch {
	case errors.As(err, &refusal) || errors.Is(err, errNoRow):
	case err != nil:
		return out, err
	case len(row) == 1 && row[0].v == int64(1):
		return out, nil
	}
	return loopbackContext{refusal: "the script was called in a context of its database only (EXECUTE AS USER), in which a second connection can't be had"}, nil
}
