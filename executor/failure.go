package executor

import (
	"errors"
	"fmt"
	"strings"

	"tds-launchpad/sandbox"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// The HRESULTs that 39004 and 39010 name.
const (
	hresultAbort = 0x80004004 // E_ABORT: the script raised an error
	hresultReset = 0x80072746 // the runtime process died
	hresultFail  = 0x80004005 // E_FAIL
)

// printed is what a script wrote to its standard streams.
type printed struct{ stdout, stderr string }

// scriptFailed is the failure of a script: 39004, 39019 with what stderr held and the
// traceback, 39005 with what stdout held (specification 1.10).
func (t *teller) scriptFailed(text string, p printed) *CallError {
	if p.stderr != "" && !strings.HasSuffix(p.stderr, "\n") {
		p.stderr += "\n"
	}
	text = p.stderr + text
	text = "\n\nError in execution.  Check the output for more information.\n" + text
	msgs := []tds.ServerMessage{
		t.message(39004, t.language, hresultAbort, t.id),
		t.message(39019, text, ""),
	}
	return &CallError{Messages: t.printed(msgs, 39005, p.stdout)}
}

// sqlFailed is a result or output parameter that T-SQL refuses: its own error, and
// all that the script printed.
func (t *teller) sqlFailed(err *tsql.Error, p printed) *CallError {
	msgs := []tds.ServerMessage{t.from(err)}
	msgs = t.printed(msgs, 39005, p.stdout)
	return &CallError{Messages: t.printed(msgs, 39022, p.stderr)}
}

// ownFailure is sqlFailed with one of our own errors.
func (t *teller) ownFailure(err error, p printed) *CallError {
	msgs := []tds.ServerMessage{t.own(numberResult, err.Error()+".")}
	msgs = t.printed(msgs, 39005, p.stdout)
	return &CallError{Messages: t.printed(msgs, 39022, p.stderr), Err: err}
}

// satelliteBroke is a satellite that violated the protocol.
func (t *teller) satelliteBroke(err error, p printed) *CallError {
	msgs := []tds.ServerMessage{
		t.message(39010, t.language, hresultFail, t.id),
		t.own(numberSatellite, fmt.Sprintf("what the %s process sent is not a valid answer (%v). "+
			"Does the script write to file descriptor 3?", t.language, err)),
	}
	msgs = t.printed(msgs, 39005, p.stdout)
	return &CallError{Messages: t.printed(msgs, 39022, p.stderr), Err: err}
}

// satelliteEnded is a satellite that ended before it had answered. started tells
// whether it had said hello.
func (t *teller) satelliteEnded(exit sandbox.Exit, started bool, p printed) *CallError {
	what := exit.Reason
	if what == "" {
		what = describeExit(exit)
	}
	text := "\n\nThe " + t.language + " process ended before the script was done: " + what + ".\n"
	if p.stderr != "" {
		text += p.stderr
	}
	var first tds.ServerMessage
	switch {
	case exit.OOM:
		first = t.message(39127, t.language, t.id)
	case !started:
		first = t.message(39012, t.language, t.id, t.language)
	default:
		first = t.from(tsql.NewErrorIn(t.wording, 39004, t.language, hresultReset, t.id).WithState(19))
	}
	msgs := []tds.ServerMessage{first, t.message(39019, text, "")}
	return &CallError{Messages: t.printed(msgs, 39005, p.stdout)}
}

func describeExit(exit sandbox.Exit) string {
	switch {
	case exit.OOM:
		return "it used more memory than it may"
	case exit.Signal != 0:
		return fmt.Sprintf("signal %d ended it", exit.Signal)
	}
	return fmt.Sprintf("it ended with exit status %d", exit.Code)
}

// notStarted is the error of a Starter.
func (t *teller) notStarted(err error) *CallError {
	var msgs []tds.ServerMessage
	limit := 0
	if full := (*sandbox.ExhaustedError)(nil); errors.As(err, &full) {
		limit = full.Limit
	}
	switch {
	case errors.Is(err, sandbox.ErrUsersExhausted):
		msgs = append(msgs, t.message(39108, limit, t.id))
	case errors.Is(err, sandbox.ErrCallsExhausted):
		msgs = append(msgs, t.message(39110, limit, t.id))
	case errors.Is(err, sandbox.ErrSatellitesExhausted), errors.Is(err, errNestedWait):
		msgs = append(msgs, t.message(39127, t.language, t.id),
			t.own(numberUnavailable, fmt.Sprintf("no process is free for the script: %v. Retry the operation, "+
				"or raise the number of satellites in the configuration.", err)))
	case errors.Is(err, sandbox.ErrClosed):
		msgs = append(msgs, t.message(39021, t.language, t.id, t.language),
			t.own(numberUnavailable, fmt.Sprintf("the script was not run: %v. Retry the operation.", err)))
	default:
		msgs = append(msgs, t.message(39021, t.language, t.id, t.language),
			t.own(numberUnavailable, fmt.Sprintf("the script was not run, because it cannot be confined as configured: %v. "+
				"\"tds-launchpad doctor\" tells what is missing and what to do.", err)))
	}
	return &CallError{Messages: msgs, Err: err}
}

// failed sorts an error of receiving or sending by what the client should read.
func (t *teller) failed(err error, p printed) *CallError {
	var sql *tsql.Error
	switch {
	case errors.As(err, &sql):
		return t.sqlFailed(sql, p)
	case errors.Is(err, ErrProtocol):
		return t.satelliteBroke(err, p)
	}
	return t.ownFailure(err, p)
}
