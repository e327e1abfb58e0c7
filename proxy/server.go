package proxy

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
)

// Dialer makes connections to the engine.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Server accepts clients and serves each by a session. Make one with New.
type Server struct {
	cfg       Config
	log       zerolog.Logger
	engineTLS *tls.Config // for the configured engine's host name; nil with EngineEncryptOff

	nativeScripts sync.Once // the log's word about an engine that runs scripts itself
	modules       moduleNames
	parsed        parsedTexts
	catalog       *catalog // nil without a login for it
	launchpads    launchpads

	mu       sync.Mutex
	sessions map[*session]struct{}
	halfOpen int
	silent   list.List // of the half-open ones, those that have said nothing yet, the oldest first
	draining bool
	listener []net.Listener
	running  sync.WaitGroup
	ids      atomic.Uint64
}

// ErrServerClosed is what Serve returns after Shutdown.
var ErrServerClosed = errors.New("proxy: server closed")

// New checks the configuration and makes a server of it.
func New(cfg Config) (*Server, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, log: cfg.Logger, sessions: make(map[*session]struct{})}
	if s.cfg.Dial == nil {
		s.cfg.Dial = (&net.Dialer{}).DialContext
	}
	if err := s.prepareTLS(); err != nil {
		return nil, err
	}
	var err error
	if s.catalog, err = s.openCatalog(); err != nil {
		return nil, err
	}
	return s, nil
}

// acceptPause is how long accepting waits after an error that may pass by itself (no file
// descriptors left).
const acceptPause = 50 * time.Millisecond

// Serve accepts clients on l until ctx ends, Shutdown is called, or accepting fails for good. It
// closes l. Sessions go on until Shutdown.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	s.mu.Lock()
	if s.draining {
		s.mu.Unlock()
		_ = l.Close()
		return ErrServerClosed
	}
	s.listener = append(s.listener, l)
	s.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	served, swept := make(chan struct{}), make(chan struct{})
	go func() { defer close(swept); s.sweep(served) }()
	defer func() { close(served); <-swept }()
	defer func() { _ = l.Close() }()
	for {
		conn, err := l.Accept()
		if err != nil {
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case errors.Is(err, net.ErrClosed):
				return ErrServerClosed
			case isTemporary(err):
				s.log.Warn().Err(err).Msg("can't accept a connection for now")
				time.Sleep(acceptPause)
				continue
			}
			return err
		}
		s.start(conn)
	}
}

// start begins a session for conn, or closes it if there are too many.
func (s *Server) start(conn net.Conn) {
	s.mu.Lock()
	var reason string
	switch {
	case s.draining:
		reason = "shutting down"
	case len(s.sessions) >= s.cfg.Limits.Sessions:
		reason = "too many sessions"
	case s.halfOpen >= s.cfg.Limits.HalfOpen && !s.makeRoom():
		reason = "too many connections that have not logged in"
	}
	if reason != "" {
		s.mu.Unlock()
		s.log.Warn().Stringer("client", conn.RemoteAddr()).Str("reason", reason).Msg("connection refused")
		_ = conn.Close()
		return
	}
	session := newSession(s, conn, s.nextID())
	s.sessions[session] = struct{}{}
	session.silent = s.silent.PushBack(session)
	s.halfOpen++
	s.running.Add(1)
	s.mu.Unlock()
	go func() {
		defer s.running.Done()
		defer s.forget(session)
		session.run()
	}()
}

// nextID numbers sessions, for the log.
func (s *Server) nextID() uint64 { return s.ids.Add(1) }

// makeRoom closes the oldest connection that has said nothing yet, with s.mu held. False: there is
// none. Clients speak at once, so whoever opens connections only to hold them gives way to others.
func (s *Server) makeRoom() bool {
	oldest := s.silent.Front()
	if oldest == nil {
		return false
	}
	session := oldest.Value.(*session)
	s.leaveHalfOpen(session)
	go session.close("said nothing while others waited for a place")
	return true
}

// heard notes that a client has sent its PRELOGIN.
func (s *Server) heard(session *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaveSilent(session)
}

func (s *Server) leaveSilent(session *session) {
	if session.silent != nil {
		s.silent.Remove(session.silent)
		session.silent = nil
	}
}

// loggedIn takes a session out of the half-open ones. It may be called several times.
func (s *Server) loggedIn(session *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaveHalfOpen(session)
}

func (s *Server) leaveHalfOpen(session *session) {
	s.leaveSilent(session)
	if !session.opened {
		session.opened = true
		s.halfOpen--
	}
}

func (s *Server) forget(session *session) {
	s.loggedIn(session)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, session)
}

// Sessions returns how many connections there are, logged in or not.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Shutdown stops accepting, closes sessions as they become idle, and after ctx all others. It
// returns when all are gone; the error is ctx's if some had to be cut off.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.draining = true
	for _, l := range s.listener {
		_ = l.Close()
	}
	for session := range s.sessions {
		session.drain()
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		s.catalog.close()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for session := range s.sessions {
		session.close("shutting down")
	}
	s.mu.Unlock()
	<-done
	return ctx.Err()
}

// isTemporary tells whether accepting may work again later.
func isTemporary(err error) bool {
	var temporary interface{ Temporary() bool }
	return errors.As(err, &temporary) && temporary.Temporary()
}
