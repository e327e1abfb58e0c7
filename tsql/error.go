package tsql

import "fmt"

// Error is an error as SQL Server reports it to its clients: the fields of MS-TDS's ERROR and INFO tokens (2.2.7.10,
// 2.2.7.13). Class 10 and below is information. Line counts from 1; 0 means that the place is not known.
type Error struct {
	Number  int32
	State   uint8
	Class   uint8
	Message string
	Line    int32
	Proc    string
}

// Error returns the message the way sqlcmd prints it, on one line.
func (e *Error) Error() string {
	return fmt.Sprintf("Msg %d, Level %d, State %d, Line %d: %s", e.Number, e.Class, e.State, e.Line, e.Message)
}

// Is reports whether target is an *Error with the same number, so that errors.Is(err, &Error{Number: 8134}) works.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Number == e.Number
}

// At returns a copy of e that names line, unless e names one already.
func (e *Error) At(line int32) *Error {
	c := *e
	if c.Line == 0 {
		c.Line = line
	}
	return &c
}

// WithState returns a copy of e with another state.
func (e *Error) WithState(state uint8) *Error {
	c := *e
	c.State = state
	return &c
}

// Wording chooses between the spellings of a message that changed between versions of SQL Server.
type Wording uint8

const (
	// Wording2022 is the spelling of SQL Server 2022, with request ids and "Please".
	Wording2022 Wording = iota
	// Wording2025 is the spelling of SQL Server 2025.
	Wording2025
)
