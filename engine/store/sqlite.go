package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tds-launchpad/tsql"
)

// lite is one SQLite connection, used by one session. It keeps prepared statements by their text.
type lite struct {
	handle
	conn  driver.Conn
	stmts map[string]*liteStmt
	ctx   context.Context // of the innermost statement, if it is a query; see interrupt.go
}

type liteStmt struct {
	driver.Stmt
	of   *lite
	busy bool
}

// maxPrepared bounds a connection's prepared statements; a few KB each.
const maxPrepared = 400

func openLite(file string, durable bool) (*lite, error) {
	if err := registerFunctions(); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	dsn := (&url.URL{Scheme: "file", Opaque: url.PathEscape(file)}).String()
	if file == "" || file[0] == '/' {
		dsn = (&url.URL{Scheme: "file", Path: file}).String()
	}
	conn, err := db.Driver().Open(dsn)
	if err != nil {
		return nil, err
	}
	h, err := handleOf(conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	l := &lite{handle: h, conn: conn, stmts: map[string]*liteStmt{}}
	l.watch(stepsBetweenLooks)
	sync := "OFF" // a temporary database need not survive a crash
	if durable {
		sync = "NORMAL"
	}
	for _, p := range []string{"busy_timeout=20000", "journal_mode=WAL", "synchronous=" + sync, "foreign_keys=ON", "temp_store=MEMORY",
		"cache_size=-16000", "recursive_triggers=OFF"} {
		if err := l.exec("PRAGMA " + p); err != nil {
			l.close()
			return nil, fmt.Errorf("PRAGMA %s: %w", p, err)
		}
	}
	return l, nil
}

func (l *lite) close() error {
	for _, s := range l.stmts {
		s.Close()
	}
	l.stmts = map[string]*liteStmt{}
	l.unwatch()
	return l.conn.Close()
}

// prepare returns a statement that is not in use.
func (l *lite) prepare(text string) (*liteStmt, error) {
	if s := l.stmts[text]; s != nil && !s.busy {
		s.busy = true
		return s, nil
	}
	defer l.under(l.under(context.Background())) // SQLite asks while it compiles, too
	raw, err := l.conn.Prepare(text)
	if err != nil {
		return nil, err
	}
	s := &liteStmt{Stmt: raw, of: l, busy: true}
	if l.stmts[text] == nil {
		if len(l.stmts) >= maxPrepared {
			l.forget()
		}
		l.stmts[text] = s
	}
	return s, nil
}

// forget finalizes the statements not in use.
func (l *lite) forget() {
	for text, s := range l.stmts {
		if !s.busy {
			s.Close()
			delete(l.stmts, text)
		}
	}
}

func (l *lite) release(text string, s *liteStmt) {
	s.busy = false
	if l.stmts[text] != s {
		s.Close()
	}
}

// exec runs one statement whose rows, if any, are of no interest. It runs to its end, whatever is canceled.
func (l *lite) exec(text string, args ...driver.Value) error {
	s, err := l.prepare(text)
	if err != nil {
		return err
	}
	defer l.release(text, s)
	return s.run(args)
}

func (s *liteStmt) run(args []driver.Value) error {
	defer s.of.under(s.of.under(context.Background()))
	_, err := s.Stmt.(driver.StmtExecContext).ExecContext(context.Background(), numbered(args))
	return err
}

func numbered(args []driver.Value) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

// query runs a SELECT and hands each row to fn; the slice is reused. It ends when ctx does.
func (l *lite) query(ctx context.Context, text string, args []driver.Value, fn func([]driver.Value) error) (err error) {
	s, err := l.prepare(text)
	if err != nil {
		return err
	}
	defer l.release(text, s)
	defer l.under(l.under(ctx))
	if l.canceled() {
		return ctx.Err()
	}
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(context.Background(), numbered(args))
	if err != nil {
		return err
	}
	defer func() {
		if e := rows.Close(); err == nil && e != nil {
			err = e
		}
	}()
	row := make([]driver.Value, len(rows.Columns()))
	for {
		switch err := rows.Next(row); {
		case err == io.EOF:
			return ctx.Err()
		case err != nil:
			return err
		case l.canceled():
			return ctx.Err()
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}

// sqliteCode is the extended result code of an error, 0 if it is none of SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// fromSQLite gives an error out of SQLite the form a client may see. Constraint errors are named elsewhere (write.go).
func fromSQLite(err error) error {
	var already *tsql.Error
	if err == nil || errors.As(err, &already) {
		return err
	}
	if e := carriedError(err.Error()); e != nil {
		return e
	}
	switch sqliteCode(err) & 0xff {
	case sqlite3.SQLITE_INTERRUPT:
		return context.Canceled
	case sqlite3.SQLITE_FULL:
		return &tsql.Error{Number: 1105, State: 2, Class: 17, Message: "Could not allocate space in the database because the disk is full."}
	}
	if sqliteCode(err) == sqlite3.SQLITE_ERROR && isIntegerOverflow(err) {
		return tsql.NewError(8115, "expression", "data type bigint")
	}
	return err
}

func isIntegerOverflow(err error) bool { return strings.Contains(err.Error(), "integer overflow") }

// anyRow tells whether a query gives a row.
func (s *Session) anyRow(sql string, args ...driver.Value) (bool, error) {
	found := false
	err := s.lite.query(context.Background(), sql, args, func([]driver.Value) error {
		found = true
		return nil
	})
	return found, err
}
