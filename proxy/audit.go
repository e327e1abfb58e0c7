package proxy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/tsql"
)

// audit is what the log says about a script call: who, where, what, how it ended. Neither the
// script nor a parameter is in it.
type audit struct {
	began            time.Time
	id               uuid.UUID
	login, original  string
	database, user   string
	language, digest string
	rowsIn, rowsOut  int64
	outcome          string
	number           int32 // of the error
	cause            error
	loop             *loopback // nil if it did not come to a satellite
}

func (a *audit) facts(f *facts) {
	a.login, a.original, a.database, a.user = f.login, f.originalLogin, f.database, f.user
}

func (a *audit) bound(b *tsql.Bound) {
	sum := sha256.Sum256([]byte(b.Script))
	a.language, a.digest = b.Language, hex.EncodeToString(sum[:])
}

// write writes the line. err is what carrying out came to.
func (a *audit) write(c *scriptCall, err error) {
	var own *productError
	var known *tsql.Error
	var refusal *engineRefusal
	switch {
	case a.outcome != "":
	case err == nil:
		a.outcome = "ok"
	case errors.Is(err, errSessionOver):
		a.outcome = "client left"
	case c.isCancelled():
		a.outcome = "cancelled"
	default:
		a.outcome = "refused"
	}
	switch {
	case errors.As(err, &own):
		a.number = own.number
	case errors.As(err, &known):
		a.number = known.Number
	case errors.As(err, &refusal):
		a.number = refusal.number
	}
	event := c.log.Info()
	if a.id != uuid.Nil {
		event = event.Stringer("call", a.id)
	}
	if a.number != 0 {
		event = event.Int32("error", a.number)
	}
	if a.cause != nil {
		event = event.AnErr("cause", a.cause)
	}
	if l := a.loop; l != nil {
		event = event.Stringer("launchpad", l.pad.id).Str("account", l.account).Int("depth", l.depth-1).
			Int("connections", l.opened).Int("connections_refused", l.refused+l.failures)
	}
	event.Str("login", a.login).Str("original_login", a.original).Str("database", a.database).Str("user", a.user).
		Str("language", a.language).Str("script_sha256", a.digest).Int64("rows_in", a.rowsIn).Int64("rows_out", a.rowsOut).
		Dur("duration", time.Since(a.began)).Str("outcome", a.outcome).Msg("script call")
}
