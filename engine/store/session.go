package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/tsql"
)

// Session is one client's connection. It is not safe for parallel use, except Close.
type Session struct {
	inst    *Instance
	opt     SessionOptions
	lite    *lite
	login   *login   // who logged in
	as      contexts // on whose behalf statements run
	db      string   // name of the current database
	set     settings
	tran    tran
	temp    *tempSet // temporary tables; replaced, never changed
	pending *catalog // this session's uncommitted catalog
	began   time.Time

	rowCount   int64
	lastError  int32
	identity   any // @@IDENTITY
	scopeIdent any
	identOn    int // table id of SET IDENTITY_INSERT ... ON
	caught     []*tsql.Error
	running    *frame             // whose variables a SELECT is assigning row by row
	procs      map[string]*module // temporary procedures by folded name
	collecting *collector         // of the INSERT ... EXEC that runs
	tryDepth   int
	raisedIn   *frame      // where the error on its way came up
	raisedSoft bool        // by RAISERROR, which XACT_ABORT leaves alone
	raisedHard bool        // under XACT_ABORT, by something else
	thrown     bool        // by THROW: to the transaction it is no conversion's error any more
	unbalanced *tsql.Error // 266 on its way to CATCH from the end of what is being executed
	watch      *changes    // where the statement's rows are noted for its triggers
	fired      []int       // triggers that run
	nest       int
	context    map[string]any // sp_set_session_context
	info       []byte         // SET CONTEXT_INFO

	out       *output
	plans     planCache
	lateral   laterals
	tableVars map[int]*table // tables of table variables that exist
	ctx       context.Context
	mu        sync.Mutex // held while the session works, so that Close waits
	gone      bool
	number    int64 // see live.go
	id        uuid.UUID
	shown     atomic.Pointer[string] // the current database, for other sessions
	openTran  atomic.Uint64          // the open transaction, for other sessions
}

// settings are the SET options. The zero value is not a session's start; see defaultSettings.
type settings struct {
	noCount, xactAbort, implicit     bool
	ansiNulls, ansiPadding, warnings bool
	arithAbort, concatNull, quotedID bool
	ansiNullDflt, numericRoundAbort  bool
	cursorClose, fmtOnly, noExec     bool
	parseOnly, arithIgnore           bool
	lockTimeout                      int64 // ms, -1 for ever
	rows                             int64 // SET ROWCOUNT
	textSize                         int64
	dateFirst                        int64
	dateFormat, language             string
	isolation                        Isolation
}

func defaultSettings() settings {
	return settings{ansiNulls: true, ansiPadding: true, warnings: true, arithAbort: false, concatNull: true, quotedID: true, ansiNullDflt: true,
		lockTimeout: -1, textSize: 2147483647, dateFirst: 7, dateFormat: "mdy", language: "us_english", isolation: ReadCommitted}
}

// NewSession starts a session for a login that Login accepted. Errors are *tsql.Error (4060, 18456).
func (i *Instance) NewSession(opt SessionOptions) (*Session, error) {
	cat := i.current.Load()
	l := cat.logins[fold(opt.Login)]
	if l == nil {
		return nil, tsql.NewError(18456, opt.Login)
	}
	name := opt.Database
	if name == "" {
		name = l.DefaultDatabase
	}
	d := cat.database(name)
	if d == nil || !mayUse(d, l) {
		return nil, tsql.NewError(4060, name)
	}
	conn, err := openLite(i.file, i.dir == "")
	if err != nil {
		return nil, err
	}
	s := &Session{inst: i, opt: opt, lite: conn, login: l, as: contexts{runsAs: runsAs{login: l}}, db: d.Name, set: defaultSettings(), temp: &tempSet{}, began: time.Now(),
		context: map[string]any{}, id: uuid.New()}
	s.setDB(d.Name)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closed {
		return nil, errors.Join(errors.New("store: the instance is closed"), conn.close())
	}
	if s.opt.SPID == 0 {
		s.opt.SPID = i.nextSPID
		i.nextSPID++
	}
	i.sessions[s] = true
	return s, nil
}

// mayUse tells whether a login may enter a database: sysadmin, the owner, a user, or a database with guest.
func mayUse(d *database, l *login) bool {
	return l.inRole("sysadmin") || fold(d.Owner) == fold(l.Name) || d.userOf(l) != nil || d.ID <= 4
}

func (d *database) userOf(l *login) *principal {
	for _, p := range d.principals {
		if !p.Role && fold(p.Login) == fold(l.Name) {
			return p
		}
	}
	return nil
}

// Close ends the session: its transaction is rolled back, its temporary tables go. It waits for the call in progress; cancel
// that first.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone {
		return nil
	}
	s.gone = true
	liveSessions.Delete(s.number)
	err := s.rollbackAll()
	s.inst.mu.Lock()
	delete(s.inst.sessions, s)
	s.inst.mu.Unlock()
	return errors.Join(err, s.lite.close())
}

func (s *Session) setDB(name string) {
	s.db = name
	s.shown.Store(&name)
}

// current is the session's database for other sessions' eyes.
func (s *Session) current() string {
	if p := s.shown.Load(); p != nil {
		return *p
	}
	return ""
}

// Database is the name of the current database.
func (s *Session) Database() string { return s.db }

// SPID is the session's number.
func (s *Session) SPID() int { return s.opt.SPID }

// Transaction is the descriptor of the open transaction, 0 without one.
func (s *Session) Transaction() uint64 {
	if s.tran.count == 0 {
		return 0
	}
	return s.tran.id
}

// catalog is what the session sees: its own uncommitted one, or the last committed.
func (s *Session) catalog() *catalog {
	if s.pending != nil {
		return s.pending
	}
	return s.inst.current.Load()
}

// enter begins a call of the API; the function returned ends it.
func (s *Session) enter(ctx context.Context, out Sink) (func(), error) {
	s.mu.Lock()
	if s.gone {
		s.mu.Unlock()
		return nil, errors.New("store: the session is closed")
	}
	g := &guard{Sink: out}
	s.ctx, s.out = ctx, &output{sink: g, guard: g}
	s.tryDepth, s.nest, s.caught, s.collecting = 0, 0, nil, nil
	s.watch, s.fired = nil, nil
	return func() {
		s.ctx, s.out = nil, nil
		s.mu.Unlock()
	}, nil
}

// Reset makes the session as new (RESETCONNECTION). With keepTransaction the transaction stays.
func (s *Session) Reset(ctx context.Context, keepTransaction bool, out Sink) error {
	done, err := s.enter(ctx, out)
	if err != nil {
		return err
	}
	defer done()
	if !keepTransaction {
		if err := s.rollbackAll(); err != nil {
			return err
		}
		if err := s.dropTemp(); err != nil {
			return err
		}
	}
	s.set, s.rowCount, s.lastError, s.identity, s.scopeIdent, s.identOn = defaultSettings(), 0, 0, nil, nil, 0
	s.context, s.info, s.as = map[string]any{}, nil, contexts{runsAs: runsAs{login: s.login}}
	if d := s.opt.Database; d != "" && s.catalog().database(d) != nil {
		s.setDB(s.catalog().database(d).Name)
	} else {
		s.setDB("master")
	}
	return nil
}

// dropTemp drops the session's temporary tables.
func (s *Session) dropTemp() error {
	s.lite.forget()
	for _, t := range s.temp.tables {
		if err := s.lite.exec("DROP TABLE " + t.sqlName()); err != nil {
			return err
		}
		s.inst.dropIdentity(t.ID)
	}
	s.temp, s.procs = &tempSet{}, nil
	return nil
}
