package store

import (
	"context"
	"errors"
	"time"

	"tds-launchpad/tsql"
)

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

// tran is the state of a session's T-SQL transaction. SQLite's own begins only with the first write (and then holds the
// right to write), so that reads before it see the last commit, as READ COMMITTED wants; stricter levels begin it at the
// first statement.
type tran struct {
	id       uint64
	count    int // @@TRANCOUNT
	name     string
	begun    bool  // SQLite's transaction is open
	locked   bool  // this session holds the right to write
	doomed   bool  // XACT_STATE() = -1
	quiet    bool  // of one statement: the client is not told
	reseeded []int // tables truncated: their identity values start anew, unless the transaction is undone
	saves    []savepoint
	depth    int      // change in progress
	temp     *tempSet // when it began
}

type savepoint struct {
	name  string
	sql   string
	begun bool // SQLite knows it
	cat   *catalog
	temp  *tempSet
}

// begin is BEGIN TRANSACTION.
func (s *Session) begin(name string) error {
	s.tran.count++
	if s.tran.count > 1 {
		return nil
	}
	s.tran.id, s.tran.name, s.tran.temp, s.tran.doomed = s.inst.tranID.Add(1), name, s.temp, false
	s.openTran.Store(s.tran.id)
	return s.out.env(EnvChange{Kind: EnvBegin, Transaction: s.tran.id})
}

// startQuiet begins a transaction that belongs to one statement.
func (s *Session) startQuiet() {
	s.tran.count, s.tran.quiet = 1, true
	s.tran.id, s.tran.name, s.tran.temp, s.tran.doomed = s.inst.tranID.Add(1), "", s.temp, false
}

// start opens SQLite's transaction for writing.
func (s *Session) start(ctx context.Context) error {
	if s.tran.begun {
		if !s.tran.locked { // begun for reading, at a strict level
			if err := s.inst.lockWrite(ctx, s.lockTimeout()); err != nil {
				return err
			}
			s.tran.locked = true
		}
		return nil
	}
	if err := s.inst.lockWrite(ctx, s.lockTimeout()); err != nil {
		return err
	}
	if err := s.lite.exec("BEGIN IMMEDIATE"); err != nil {
		s.inst.unlockWrite()
		return err
	}
	s.tran.begun, s.tran.locked = true, true
	return s.replaySaves()
}

func (s *Session) replaySaves() error {
	for i := range s.tran.saves {
		if sp := &s.tran.saves[i]; !sp.begun {
			if err := s.lite.exec("SAVEPOINT " + sp.sql); err != nil {
				return err
			}
			sp.begun = true
		}
	}
	return nil
}

// startRead opens SQLite's transaction where the isolation level wants a read to be repeatable.
func (s *Session) startRead(ctx context.Context) error {
	if s.tran.count == 0 || s.tran.begun {
		return nil
	}
	switch s.set.isolation {
	case RepeatableRead, Serializable:
		return s.start(ctx)
	case Snapshot:
		if err := s.lite.exec("BEGIN"); err != nil {
			return err
		}
		s.tran.begun = true
		return s.replaySaves()
	}
	return nil
}

func (s *Session) lockTimeout() time.Duration {
	if s.set.lockTimeout < 0 {
		return -1
	}
	return time.Duration(s.set.lockTimeout) * time.Millisecond
}

// finish ends SQLite's transaction with COMMIT or ROLLBACK and gives the right to write back.
func (s *Session) finish(word string) error {
	var err error
	if s.tran.begun && (word == "COMMIT" || s.lite.inTransaction()) {
		err = s.lite.exec(word)
		if err != nil && s.lite.inTransaction() {
			_ = s.lite.exec("ROLLBACK") // the error that matters is COMMIT's
		}
	}
	if err == nil && word == "COMMIT" && s.pending != nil {
		s.inst.current.Store(s.pending)
	}
	s.pending = nil
	if s.tran.locked {
		s.inst.unlockWrite()
	}
	s.tran.begun, s.tran.locked, s.tran.saves, s.tran.reseeded = false, false, nil, nil
	s.openTran.Store(0)
	return err
}

// commit is COMMIT TRANSACTION. Error 3902, 3930.
func (s *Session) commit() error {
	switch {
	case s.tran.count == 0:
		return tsql.NewError(3902)
	case s.tran.doomed:
		return tsql.NewError(3930)
	case s.collecting != nil && s.tran.count == 1:
		return tsql.NewError(3916)
	}
	s.tran.count--
	if s.tran.count > 0 {
		return nil
	}
	if err := s.finish("COMMIT"); err != nil {
		s.temp = s.tran.temp
		return err
	}
	return s.tellEnd(EnvCommit, s.tran.id)
}

// rollback is ROLLBACK TRANSACTION with an optional savepoint or transaction name. Errors 3903, 6401.
func (s *Session) rollback(name string) error {
	if s.tran.count == 0 {
		return tsql.NewError(3903)
	}
	if name != "" && fold(name) != fold(s.tran.name) {
		return s.rollbackTo(name)
	}
	id := s.tran.id
	if err := s.rollbackAll(); err != nil {
		return err
	}
	return s.tellEnd(EnvRollback, id)
}

// tellEnd tells the client that a transaction ended, if it was told that it began.
func (s *Session) tellEnd(kind EnvKind, id uint64) error {
	if s.tran.quiet {
		s.tran.quiet = false
		return nil
	}
	return s.out.env(EnvChange{Kind: kind, Transaction: id})
}

// unseed forgets the identity values of tables whose TRUNCATE was undone: they are looked for in the rows again.
func (s *Session) unseed(tables []int) {
	for _, id := range tables {
		s.inst.dropIdentity(id)
	}
}

// rollbackAll undoes the transaction, if there is one, and tells nobody.
func (s *Session) rollbackAll() error {
	if s.tran.count == 0 {
		return nil
	}
	s.tran.count, s.tran.doomed = 0, false
	s.restoreTemp(s.tran.temp)
	defer s.unseed(s.tran.reseeded)
	return s.keepVariables(func() error { return s.finish("ROLLBACK") })
}

// restoreTemp goes back to an earlier set of temporary tables.
func (s *Session) restoreTemp(before *tempSet) {
	s.temp = before
}

func (s *Session) save(name string) error {
	if s.tran.count == 0 {
		return newError(628)
	}
	sp := savepoint{name: fold(name), sql: "p" + itoa(len(s.tran.saves)), cat: s.pending, temp: s.temp}
	if s.tran.begun {
		if err := s.lite.exec("SAVEPOINT " + sp.sql); err != nil {
			return err
		}
		sp.begun = true
	}
	s.tran.saves = append(s.tran.saves, sp)
	return nil
}

func (s *Session) rollbackTo(name string) error {
	for i := len(s.tran.saves) - 1; i >= 0; i-- {
		sp := s.tran.saves[i]
		if sp.name != fold(name) {
			continue
		}
		if s.tran.doomed {
			return tsql.NewError(3931)
		}
		if sp.begun {
			if err := s.keepVariables(func() error { return s.lite.exec("ROLLBACK TO " + sp.sql) }); err != nil {
				return err
			}
			s.unseed(s.tran.reseeded)
		}
		s.tran.saves = s.tran.saves[:i+1] // the savepoint itself stays
		s.pending = sp.cat
		s.restoreTemp(sp.temp)
		return nil
	}
	return tsql.NewError(6401, name)
}

// change runs fn, which writes, so that all of it happens or nothing. main says that it writes to more than temporary tables.
func (s *Session) change(ctx context.Context, main bool, fn func() error) error {
	if s.tran.depth > 0 {
		return fn()
	}
	if s.set.implicit && s.tran.count == 0 && s.lateral.reading == 0 {
		if err := s.begin(""); err != nil {
			return err
		}
	}
	if s.tran.doomed {
		return tsql.NewError(3930)
	}
	if s.lateral.reading > 0 { // a function's table variables: its errors end the statement that calls it, and with it the variables
		return fn()
	}
	s.tran.depth++
	defer func() { s.tran.depth-- }()
	cat, temp := s.pending, s.temp
	undo := func() { s.pending, s.temp = cat, temp }
	if s.tran.count > 0 {
		if err := s.start(ctx); err != nil {
			return err
		}
		if err := s.lite.exec("SAVEPOINT stmt"); err != nil {
			return err
		}
		err := fn()
		if !s.lite.inTransaction() {
			undo()
			return lostTransaction(err)
		}
		if err != nil {
			undo()
			if e := s.lite.exec("ROLLBACK TO stmt"); e != nil {
				return e
			}
		}
		if e := s.lite.exec("RELEASE stmt"); err == nil {
			err = e
		}
		return err
	}
	if main {
		if err := s.start(ctx); err != nil {
			return err
		}
	} else if err := s.lite.exec("BEGIN"); err != nil {
		return err
	}
	s.tran.begun = true
	if err := fn(); err != nil {
		undo()
		if e := s.finish("ROLLBACK"); e != nil {
			return e
		}
		return err
	}
	if err := s.finish("COMMIT"); err != nil {
		undo()
		return err
	}
	return nil
}

// lostTransaction is the end of a session whose transaction SQLite has undone by itself, which it does when it can't go
// on: what the client did in it is gone, and it must not take the rest for the whole.
func lostTransaction(cause error) error {
	if cause == nil {
		cause = errors.New("nothing is known of it")
	}
	return &tsql.Error{Number: 59041, Class: 20, State: 2, Message: "tds-launchpad: the embedded engine had to undo the transaction: " + fromSQLite(cause).Error()}
}

// edit gives the session a catalog of its own to change; inside change only.
func (s *Session) edit() *catalog {
	s.pending = s.catalog().clone()
	return s.pending
}

// editDatabase gives a copy of a database to change; inside change only.
func (s *Session) editDatabase(name string) *database {
	cat := s.edit()
	d := cat.database(name).clone()
	cat.databases[fold(name)] = d
	return d
}
