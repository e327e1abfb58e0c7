package proxy

import (
	"fmt"

	"tds-launchpad/tds"
)

// product begins the texts of all errors that SQL Server does not have.
const product = "tds-launchpad: "

// Numbers of the product's own errors, from the range 59000 to 59099. They are an interface:
// applications may look for them, so a number is never given another meaning. 59010 and 59011 are
// tsql's, 59020 to 59029 the executor's.
const (
	errEngineUnreachable int32 = 59001 // connecting to the engine failed
	errEngineClosed      int32 = 59002 // the engine ended the connection
	errEngineTLS         int32 = 59003 // encryption or verification of the engine failed
	errEngineProtocol    int32 = 59004 // the engine answered what we don't understand
	errRouting           int32 = 59005 // the engine's redirection can't be followed
	errVersion           int32 = 59006 // TDS versions of the two legs don't go together
	errTooLong           int32 = 59030 // a request that is larger than configured or than there is room for
	errNoScripts         int32 = 59031 // scripts can't be confined or run here
	errSessionState      int32 = 59032 // SET FMTONLY, NOEXEC and the like
	errArgument          int32 = 59033 // an argument that can't be carried
	errNotSupported      int32 = 59034 // a feature of the procedure not supported yet
	errComposition       int32 = 59035 // a script call among other calls of an RPC message
	errLoopback          int32 = 59036 // a loopback connection as the caller is not possible
	errDepth             int32 = 59037 // scripts call each other too deep
	errInternal          int32 = 59099 // should not happen
)

const (
	// classConnection ends the connection, as SQL Server's severity 20 does.
	classConnection = 20
	classStatement  = 16
)

// productError is an error with a number of the product's own. Its text says what was asked, what
// is missing and what to do.
type productError struct {
	number int32
	text   string
}

func newError(number int32, format string, args ...any) *productError {
	return &productError{number, fmt.Sprintf(format, args...)}
}

func (e *productError) Error() string { return e.text }

// message is the ERROR token for it.
func (e *productError) message(class uint8, line int32) tds.ServerMessage {
	return tds.ServerMessage{
		IsError: true, Number: e.number, State: 1, Class: class, Text: product + e.text, Line: line}
}
