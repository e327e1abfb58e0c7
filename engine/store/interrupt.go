package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"reflect"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// A canceled request ends the query that runs and nothing else. sqlite3_interrupt, by which the driver obeys a context,
// ends everything at work on the connection: of a query that calls a function, also what the function writes (for which
// SQLite undoes the whole transaction) and the COMMIT, RELEASE or ROLLBACK after it. So the driver gets no context.
// SQLite asks us instead, every few steps and on the session's own goroutine, whether the innermost statement is a query
// that is canceled; writes and transaction control never are.

// stepsBetweenLooks is how many of its steps SQLite takes before it asks; about 10 µs.
const stepsBetweenLooks = 1000

// handle is the SQLite connection beneath a driver's, of which the driver itself shows too little.
type handle struct {
	tls *libc.TLS
	db  uintptr
}

func handleOf(c driver.Conn) (handle, error) {
	v := reflect.ValueOf(c)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return handle{}, errors.New("store: the SQLite driver's connection is no struct")
	}
	db, tls := v.Elem().FieldByName("db"), v.Elem().FieldByName("tls")
	if !db.IsValid() || db.Kind() != reflect.Uintptr || !tls.IsValid() || tls.Type() != reflect.TypeFor[*libc.TLS]() {
		return handle{}, errors.New("store: the SQLite driver's connection has other fields")
	}
	return handle{tls: (*libc.TLS)(tls.UnsafePointer()), db: uintptr(db.Uint())}, nil
}

// inTransaction asks SQLite, which ends a transaction by itself when its disk is full, for instance.
func (h handle) inTransaction() bool { return sqlite3.Xsqlite3_get_autocommit(h.tls, h.db) == 0 }

var watched sync.Map // a connection's handle.db -> *lite

// watch makes SQLite ask after so many steps.
func (l *lite) watch(steps int32) {
	watched.Store(l.db, l)
	fn := struct {
		f func(*libc.TLS, uintptr) int32
	}{asked}
	sqlite3.Xsqlite3_progress_handler(l.tls, l.db, steps, *(*uintptr)(unsafe.Pointer(&fn)), l.db)
}

func (l *lite) unwatch() { watched.Delete(l.db) }

// asked is SQLite's question; 1 ends the statement.
func asked(_ *libc.TLS, db uintptr) int32 {
	l, ok := watched.Load(db)
	if ok && l.(*lite).canceled() {
		return 1
	}
	return 0
}

func (l *lite) canceled() bool { return l.ctx != nil && l.ctx.Err() != nil }

// under says whose context ends the statement that runs from now on, Background that none does; the result is for the
// statement around.
func (l *lite) under(ctx context.Context) context.Context {
	around := l.ctx
	l.ctx = ctx
	return around
}
