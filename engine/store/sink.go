package store

import "tds-launchpad/tsql"

// Sink receives what a batch produces, in the order in which a server would send it.
// An error returned by any method ends the batch at once and is returned by Run.
type Sink interface {
	// Columns begins a result set.
	Columns([]Column) error
	// Row is one row of the result set begun last; the slice is reused after the call returns.
	Row([]any) error
	// Done ends a statement.
	Done(Done) error
	// Message is an error (Class above 10) or information (Class 10 and below).
	Message(*tsql.Error) error
	// Env is a change the client has to know of.
	Env(EnvChange) error
	// ReturnStatus is what a procedure executed by the batch returned.
	ReturnStatus(int32) error
}

// Column describes one column of a result set.
type Column struct {
	Name     string
	Type     tsql.Type
	Nullable bool
	Identity bool
	Computed bool // an expression, not a column of a table
	Hidden   bool
	Key      bool
}

// Done is the end of one statement: MS-TDS 2.2.7.6 DONE, 2.2.7.7 DONEINPROC, 2.2.7.8 DONEPROC.
type Done struct {
	Command  uint16 // CurCmd, one of the Command constants
	Count    int64  // rows affected or sent, if HasCount
	HasCount bool
	InProc   bool // inside a procedure or dynamic SQL
	Proc     bool // the procedure itself ended; follows its ReturnStatus
	Error    bool // the statement failed; its message was sent before
}

// CurCmd values of DONE tokens. MS-TDS leaves them open; these are what SQL Server sends, as seen in published traces. CommandNone is
// for the statements that clients don't tell apart.
const (
	CommandSelect       uint16 = 0xC1
	CommandInsert       uint16 = 0xC3
	CommandDelete       uint16 = 0xC4
	CommandUpdate       uint16 = 0xC5
	CommandCreateTable  uint16 = 0xC6
	CommandRollback     uint16 = 0xD2
	CommandBegin        uint16 = 0xD4
	CommandCommit       uint16 = 0xD5
	CommandSave         uint16 = 0xD6
	CommandExecute      uint16 = 0xE0
	CommandBulkInsert   uint16 = 0xF0
	CommandPrint        uint16 = 0xF4
	CommandNone         uint16 = 0xFD
	CommandTruncate     uint16 = CommandNone
	CommandDefinitional uint16 = CommandNone
)

// EnvKind says what an EnvChange is about.
type EnvKind int

const (
	EnvDatabase EnvKind = iota + 1 // Old and New are database names
	EnvLanguage                    // Old and New are language names
	EnvBegin                       // Transaction is the descriptor of the transaction begun
	EnvCommit                      // Transaction is the descriptor of the transaction committed
	EnvRollback                    // Transaction is the descriptor of the transaction rolled back
)

// EnvChange is a change of the session's environment: MS-TDS 2.2.7.9.
type EnvChange struct {
	Kind        EnvKind
	Old, New    string
	Transaction uint64
}

// Param is a parameter of a batch that runs as dynamic SQL (sp_executesql). Name begins with @.
// After Run, Value holds the final value where Output is set.
type Param struct {
	Name   string
	Type   tsql.Type
	Value  any
	Output bool
}
