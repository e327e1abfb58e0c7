package store

import (
	"context"
	"errors"
)

var errPending = errors.New("not built yet")

// Instance is a running engine: one SQLite file with its databases and logins.
type Instance struct{}

// Open starts an instance.
func Open(cfg Config) (*Instance, error) { return nil, errPending }

// Close ends the instance; sessions still open end with errors. A temporary file is removed.
func (i *Instance) Close() error { return errPending }

// Login checks a name and a password. The error is *tsql.Error 18456.
func (i *Instance) Login(name, password string) error { return errPending }

// NewSession starts a session for a login that Login accepted. Errors are *tsql.Error (4060).
func (i *Instance) NewSession(opt SessionOptions) (*Session, error) { return nil, errPending }

// Session is one client's connection. It is not safe for parallel use, except Close.
type Session struct{}

// Close ends the session: its transaction is rolled back, its temporary tables go.
func (s *Session) Close() error { return errPending }

// Database is the name of the current database.
func (s *Session) Database() string { return "" }

// Transaction is the descriptor of the open transaction, 0 without one.
func (s *Session) Transaction() uint64 { return 0 }

// Run runs one batch. With params (non-nil, perhaps empty) it runs as sp_executesql does: in a scope of its own. Errors of
// statements go to out; the error returned is ctx's, out's or one of the engine's own.
func (s *Session) Run(ctx context.Context, text string, params []Param, out Sink) error {
	return errPending
}

// Arg is an argument of Exec. Name is empty for a positional one, else it begins with @. After Exec, Value holds the
// final value where Output is set, in Type.
type Arg struct {
	Param
	Default bool
}

// Exec executes a procedure by name, as an RPC does: system procedures such as sp_executesql, and those in the database.
func (s *Session) Exec(ctx context.Context, name string, args []Arg, out Sink) error {
	return errPending
}

// Describe gives the columns of the first result set of a batch without running it; nil if there is none. Errors are *tsql.Error.
func (s *Session) Describe(ctx context.Context, text string, params []Param) ([]Column, error) {
	return nil, errPending
}

// Isolation is a transaction isolation level as in MS-TDS 2.2.7.17 (TransMgrReq). 0 leaves it as it is.
type Isolation byte

// The isolation levels.
const (
	ReadUncommitted Isolation = 1
	ReadCommitted   Isolation = 2
	RepeatableRead  Isolation = 3
	Serializable    Isolation = 4
	Snapshot        Isolation = 5
)

// Begin starts a transaction as TM_BEGIN_XACT does. Env changes and errors go to out.
func (s *Session) Begin(ctx context.Context, name string, level Isolation, out Sink) error {
	return errPending
}

// Commit is TM_COMMIT_XACT.
func (s *Session) Commit(ctx context.Context, name string, out Sink) error { return errPending }

// Rollback is TM_ROLLBACK_XACT; name is empty or a savepoint's or the outermost transaction's.
func (s *Session) Rollback(ctx context.Context, name string, out Sink) error { return errPending }

// Save is TM_SAVE_XACT.
func (s *Session) Save(ctx context.Context, name string, out Sink) error { return errPending }

// Reset makes the session as new (RESETCONNECTION). With keepTransaction the transaction stays.
func (s *Session) Reset(ctx context.Context, keepTransaction bool, out Sink) error {
	return errPending
}

// Bulk is an INSERT BULK under way.
type Bulk struct{}

// Bulk begins what an INSERT BULK statement announces. Errors are *tsql.Error.
func (s *Session) Bulk(ctx context.Context, text string) (*Bulk, error) { return nil, errPending }

// Columns are the columns announced, in the order in which the rows bring them.
func (b *Bulk) Columns() []Column { return nil }

// Row inserts one row of neutral values. from gives the types in which they came.
func (b *Bulk) Row(from []Column, values []any) error { return errPending }

// Commit ends the load and returns the number of rows. Errors are *tsql.Error; nothing was loaded then.
func (b *Bulk) Commit() (int64, error) { return 0, errPending }

// Abort undoes the load.
func (b *Bulk) Abort() error { return errPending }
