package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/engine/store"
)

// Config says what an engine serves and how.
type Config struct {
	// File is the SQLite file. Empty: a temporary one, removed by Close.
	File string
	// SAPassword is the password of login sa. It is set at every Open.
	SAPassword string
	// ServerName is what @@SERVERNAME answers. Empty: the host's name.
	ServerName string
	// TLS is the server's side of encryption. Without it clients that insist on
	// encryption are turned away, as MS-TDS has it (ENCRYPT_NOT_SUP).
	TLS    *tls.Config
	Logger zerolog.Logger
}

// Server is a running engine.
type Server struct {
	cfg   Config
	store *store.Instance
	name  string
	ctx   context.Context
	stop  context.CancelFunc
	spid  atomic.Uint32 // connections so far

	mu      sync.Mutex
	open    map[net.Conn]struct{}
	closed  bool
	serving sync.WaitGroup
}

// The numbers of sessions follow SQL Server, whose user sessions begin at 51 and
// which has at most 32,767 connections.
const (
	firstSPID = 51
	lastSPID  = 32767
)

// acceptPause is how long to wait for a descriptor to become free.
const acceptPause = 100 * time.Millisecond

// Open opens the store. Serve then takes connections.
func Open(cfg Config) (*Server, error) {
	if cfg.ServerName == "" {
		name, err := os.Hostname()
		if err != nil {
			return nil, err
		}
		cfg.ServerName = name
	}
	instance, err := store.Open(store.Config{File: cfg.File, SAPassword: cfg.SAPassword, ServerName: cfg.ServerName})
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, store: instance, name: cfg.ServerName, open: map[net.Conn]struct{}{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s, nil
}

// Serve accepts connections until the listener fails or Close is called, which
// makes it return nil.
func (s *Server) Serve(l net.Listener) error {
	stop := context.AfterFunc(s.ctx, func() { l.Close() })
	defer stop()
	for {
		conn, err := l.Accept()
		switch {
		case err != nil && s.ctx.Err() != nil:
			return nil
		case outOfDescriptors(err):
			s.cfg.Logger.Warn().Err(err).Msg("engine can't accept connections")
			time.Sleep(acceptPause)
			continue
		case err != nil:
			return err
		}
		if !s.add(conn) {
			conn.Close()
			return nil
		}
		go func() {
			defer s.remove(conn)
			c := newConnection(s, conn, s.nextSPID())
			if err := c.serve(s.ctx); err != nil && !errors.Is(err, context.Canceled) {
				s.cfg.Logger.Debug().Err(err).Stringer("client", conn.RemoteAddr()).Msg("engine connection ended")
			}
		}()
	}
}

// Close ends all connections, waits for them and closes the store.
func (s *Server) Close() error {
	s.stop()
	s.mu.Lock()
	s.closed = true
	for conn := range s.open {
		conn.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
	return s.store.Close()
}

// outOfDescriptors tells errors that pass when other connections end.
func outOfDescriptors(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// nextSPID numbers connections as SQL Server does, from firstSPID to lastSPID.
func (s *Server) nextSPID() uint16 {
	n := s.spid.Add(1) - 1
	return firstSPID + uint16(n%(lastSPID-firstSPID+1))
}

func (s *Server) add(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.open[conn] = struct{}{}
	s.serving.Add(1)
	return true
}

func (s *Server) remove(conn net.Conn) {
	conn.Close()
	s.mu.Lock()
	delete(s.open, conn)
	s.mu.Unlock()
	s.serving.Done()
}
