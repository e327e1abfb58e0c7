package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"tds-launchpad/tsql"
)

// Config says where an instance keeps its data and who may log in.
type Config struct {
	// File is the SQLite file. Empty: a temporary one, removed by Close.
	File string
	// SAPassword is the password of login sa. It is set at every Open.
	SAPassword string
	// ServerName is what @@SERVERNAME answers. Empty: the host's name.
	ServerName string
}

// SessionOptions is what a login brings along.
type SessionOptions struct {
	Login         string
	Database      string // empty: the login's default database
	Host          string
	Program       string
	Library       string // name of the client's driver
	ClientAddress string // without port, for the connection views
	LocalAddress  string
	LocalPort     int
	SPID          int // 0: the instance chooses
	Encrypted     bool
}

// Instance is a running engine: one SQLite file with its databases and logins.
type Instance struct {
	cfg     Config
	file    string
	dir     string // of a temporary file
	started time.Time
	lite    *lite // for the instance's own writes, under the write lock
	current atomic.Pointer[catalog]
	nextID  atomic.Int64
	tempID  atomic.Int64
	tranID  atomic.Uint64
	write   chan struct{} // the right to write to the file: full when taken
	batches parseCache

	mu         sync.Mutex
	sessions   map[*Session]bool
	nextSPID   int
	identities map[int]*identityState
	rowVersion atomic.Uint64
	closed     bool
}

// Open starts an instance.
func Open(cfg Config) (*Instance, error) {
	i := &Instance{cfg: cfg, file: cfg.File, started: time.Now(), write: make(chan struct{}, 1),
		sessions: map[*Session]bool{}, nextSPID: 51, identities: map[int]*identityState{}}
	if i.cfg.ServerName == "" {
		i.cfg.ServerName, _ = os.Hostname()
	}
	if i.file == "" {
		dir, err := os.MkdirTemp("", "tds-launchpad-engine-")
		if err != nil {
			return nil, err
		}
		i.dir, i.file = dir, filepath.Join(dir, "engine.db")
	}
	if err := i.open(); err != nil {
		return nil, errors.Join(fmt.Errorf("opening the engine's database: %w", err), i.Close())
	}
	return i, nil
}

func (i *Instance) open() error {
	l, err := openLite(i.file, i.dir == "")
	if err != nil {
		return err
	}
	i.lite = l
	if err := l.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err := l.exec(createCatalog); err != nil {
		return err
	}
	cat, err := l.load()
	if err != nil {
		return err
	}
	i.startIDs(cat)
	if cat.database("master") == nil {
		for n, name := range []string{"master", "tempdb", "model", "msdb"} {
			if _, err := i.makeDatabase(l, cat, name, n+1, "sa"); err != nil {
				return err
			}
		}
	}
	sa := cat.logins["sa"]
	if sa == nil {
		sa = &login{ID: 1, Name: "sa", DefaultDatabase: "master", DefaultLanguage: "us_english", Roles: []string{"sysadmin"}, Created: i.started}
	}
	sa, err = sa.withPassword(i.cfg.SAPassword)
	if err != nil {
		return err
	}
	cat.logins["sa"] = sa
	if err := l.save(kindLogin, 0, "sa", sa); err != nil {
		return err
	}
	i.current.Store(cat)
	return l.exec("COMMIT")
}

// startIDs continues the numbering of objects after those there are.
func (i *Instance) startIDs(cat *catalog) {
	next := int64(100000000)
	for _, d := range cat.databases {
		for _, o := range d.objects {
			next = max(next, int64(o.info().ID))
			if t, ok := o.(*table); ok {
				for _, k := range t.Keys {
					next = max(next, int64(k.ID))
				}
				for _, c := range t.Checks {
					next = max(next, int64(c.ID))
				}
				for _, f := range t.Foreign {
					next = max(next, int64(f.ID))
				}
				for _, c := range t.Columns {
					if c.Default != nil {
						next = max(next, int64(c.Default.ID))
					}
				}
			}
		}
	}
	i.nextID.Store(next)
}

// newID is a new object id. The steps are odd so that ids look like ids.
func (i *Instance) newID() int { return int(i.nextID.Add(16)) }

func (i *Instance) newTempID() int { return -int(i.tempID.Add(1)) }

// Close ends the instance; sessions still open end with errors. A temporary file is removed.
func (i *Instance) Close() error {
	i.mu.Lock()
	i.closed = true
	var open []*Session
	for s := range i.sessions {
		open = append(open, s)
	}
	i.mu.Unlock()
	var errs []error
	for _, s := range open {
		errs = append(errs, s.Close())
	}
	if i.lite != nil {
		errs = append(errs, i.lite.close())
	}
	if i.dir != "" {
		errs = append(errs, os.RemoveAll(i.dir))
	}
	return errors.Join(errs...)
}

// maxLockWait bounds LOCK_TIMEOUT -1. A server locks rows and would often not block at all where this engine, which has one writer at a
// time, does; waiting for ever would hang programs that write in two transactions at once.
const maxLockWait = 15 * time.Second

// lockWrite takes the right to write. timeout < 0 waits as long as it may. Errors: 1222, ctx's.
func (i *Instance) lockWrite(ctx context.Context, timeout time.Duration) error {
	select {
	case i.write <- struct{}{}:
		return nil
	default:
	}
	if timeout == 0 {
		return tsql.NewError(1222)
	}
	if timeout < 0 {
		timeout = maxLockWait
	}
	t := time.NewTimer(timeout)
	defer t.Stop()
	select {
	case i.write <- struct{}{}:
		return nil
	case <-t.C:
		return tsql.NewError(1222)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (i *Instance) unlockWrite() { <-i.write }
