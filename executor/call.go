package executor

import (
	"github.com/google/uuid"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// Call is one script call, with its arguments already evaluated. Run does not
// change it.
type Call struct {
	// RequestID identifies the call in messages, logs and the session
	// folder's name (the session GUID). Zero: Run makes one.
	RequestID uuid.UUID
	// Language is @language as the caller wrote it; case does not matter.
	Language string
	// Script is the text to run.
	Script string
	// InputName and OutputName name the script's data set variables. Empty
	// means InputDataSet and OutputDataSet.
	InputName, OutputName string
	// HasInput tells whether there is an input query, and so whether Run gets
	// rows.
	HasInput bool
	// Params are the script parameters in declared order.
	Params []Param
	// ResultSets is the WITH RESULT SETS clause, nil without one. Its AS
	// OBJECT, AS TYPE and AS FOR XML forms must have been resolved to columns.
	ResultSets *tsql.ResultSets
	// Login is the calling login: whose worker account runs the script.
	Login string
	// Database and User say on whose behalf, for the log only.
	Database, User string
	// Collation is the database's, given to character columns and to
	// declarations without a collation of their own. Zero: tds.DefaultCollation.
	Collation tds.Collation
	// Wording chooses between the spellings of messages that changed between
	// versions of SQL Server.
	Wording tsql.Wording
	// Line is the line of the EXEC in its batch, for messages.
	Line int32
	// Proc is the procedure that messages name, usually empty.
	Proc string
	// Ended, if not nil, is called once when nothing of the satellite is left: before
	// Run returns an error, or before the Result's Close returns.
	Ended func(Usage)
	// Loopback is what the script may connect to. nil: nothing.
	Loopback *Loopback
	// Nested says that another script call waits for this one: it must not queue for
	// long, since what it queues for may be what the other one holds.
	Nested bool
}

// Param is a script parameter.
type Param struct {
	// Name is the name as declared in @params, with or without the @.
	Name string
	// Type is the declared type.
	Type tds.TypeInfo
	// Value is the raw value, nil = NULL.
	Value []byte
	// Output says that the script variable's last value goes into
	// Result.Params.
	Output bool
}

// Rows is a source of rows, pulled by Run; not pulling is what holds the engine
// back. A Run that ends early (the script failed, did not read its input, or was
// cancelled) leaves the rest unread: draining it is the caller's business.
type Rows interface {
	// Columns describes the rows. It is called once, before Next.
	Columns() []tds.Column
	// Next returns one row of raw values (nil = NULL), valid until the next
	// call, and io.EOF after the last row. Any other error ends the call and
	// is returned by Run, wrapped in an InputError.
	Next() ([][]byte, error)
}
