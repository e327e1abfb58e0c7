package executor

import (
	"errors"
	"fmt"
	"strings"

	"tds-launchpad/tds"
)

// CallError is a script call that failed: the messages for the client, in the
// order of sending, errors and information mixed. The last error is what a CATCH
// block sees.
type CallError struct {
	Messages []tds.ServerMessage
	// Err is the cause where it is one of ours (a sandbox error, a protocol
	// violation), for the log. It may be nil.
	Err error
}

// Error gives the texts of the errors on one line.
func (e *CallError) Error() string {
	var b strings.Builder
	for _, m := range e.Messages {
		if !m.IsError {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "Msg %d, State %d: %s", m.Number, m.State, m.Text)
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *CallError) Unwrap() error { return e.Err }

// Last is the last error message, what CATCH sees.
func (e *CallError) Last() (tds.ServerMessage, bool) {
	for i := len(e.Messages) - 1; i >= 0; i-- {
		if e.Messages[i].IsError {
			return e.Messages[i], true
		}
	}
	return tds.ServerMessage{}, false
}

// InputError is a failure of the Rows that a call read. Err is what Rows.Next
// returned.
type InputError struct{ Err error }

func (e *InputError) Error() string { return "reading the input rows: " + e.Err.Error() }

// Unwrap gives the error of Rows.Next.
func (e *InputError) Unwrap() error { return e.Err }

// ErrProtocol: the satellite sent something that the protocol does not allow.
var ErrProtocol = errors.New("satellite violated the protocol")

// ErrSpoolFull: a result exceeded Limits.SpoolTotal.
var ErrSpoolFull = errors.New("result is larger than the spool may be")

// ErrValueTooLarge: a row of a result, or the output parameters together, exceeded
// Limits.MaxValue.
var ErrValueTooLarge = errors.New("a row of the result, or the output parameters together, are larger than they may be")
