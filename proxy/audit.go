package proxy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// audit is what the log says about a script call: who, where, what, how it ended, what it
// took. Neither the script nor a parameter is in it.
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
	loop             *loopback       // nil if it did not come to a satellite
	used             *executor.Usage // nil if it did not come to the executor
	took             phases
	mark             time.Time
	over             bool // what becomes of the rest of the request is not this call's
	duration         time.Duration
}

// phases are what the proxy itself takes of a call's time: until its arguments and its
// caller's permission are known, until the engine has compiled the input query, and for
// the answer. What is between is the executor's.
type phases struct{ facts, query, result time.Duration }

// begin begins the record of a call in a request of that login.
func (a *audit) begin(login string) {
	now := time.Now()
	*a = audit{began: now, mark: now, login: login}
}

// lap adds the time since the last lap to a phase, if there is one that it belongs to.
func (a *audit) lap(phase *time.Duration) {
	now := time.Now()
	if phase != nil {
		*phase += now.Sub(a.mark)
	}
	a.mark = now
}

func (a *audit) facts(f *facts) {
	a.login, a.original, a.database, a.user = f.login, f.originalLogin, f.database, f.user
}

func (a *audit) bound(b *tsql.Bound) {
	sum := sha256.Sum256([]byte(b.Script))
	a.language, a.digest = b.Language, hex.EncodeToString(sum[:])
}

// failed notes an error that the call ends with.
func (a *audit) failed(messages []tds.ServerMessage, failed *executor.CallError) {
	if a.over {
		return
	}
	for _, m := range messages {
		if m.IsError {
			a.number = m.Number
		}
	}
	a.outcome = "failed"
	if failed != nil {
		a.cause = failed.Err
	}
}

// end notes how the call has ended. err is what carrying out came to.
func (a *audit) end(c *scriptCall, err error) {
	a.over = true
	if a.used != nil {
		a.lap(&a.took.result)
	} else if a.took.facts == 0 {
		a.lap(&a.took.facts)
	}
	a.duration = time.Since(a.began)
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
}

// write writes the line, when nothing of the satellite is left.
func (a *audit) write(c *scriptCall) {
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
	a.resources(event)
	event.Str("login", a.login).Str("original_login", a.original).Str("database", a.database).Str("user", a.user).
		Str("language", a.language).Str("script_sha256", a.digest).Int64("rows_in", a.rowsIn).Int64("rows_out", a.rowsOut).
		Dur("duration", a.duration).Str("outcome", a.outcome).Msg("script call")
}

// resources writes what the call took. What is said of the satellite is the launcher's word.
func (a *audit) resources(event *zerolog.Event) {
	event.Dur("facts_duration", a.took.facts)
	u := a.used
	if u == nil {
		return
	}
	event.Dur("query_duration", a.took.query).Dur("start_duration", u.Start).Dur("hello_duration", u.Hello).Dur("input_duration", u.Input).
		Dur("script_duration", u.Script).Dur("result_duration", a.took.result)
	if u.Account != "" {
		event.Str("satellite", u.Origin.String()).Uint32("host_uid", u.HostUID).Dur("cpu", u.CPU).
			Int64("memory_peak", u.MemoryPeak)
	}
}
