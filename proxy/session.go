package proxy

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// session is one client connection with its one engine connection.
type session struct {
	server *Server
	cfg    *Config
	id     uint64
	log    zerolog.Logger

	client        *leg
	meter         meter // of the client leg
	engine        *leg  // set under mu, read freely by the session's own goroutines
	loginDeadline time.Time
	loop          *loopback // the script call whose connection this is, if it is one
	depth         int       // of scripts that have called each other; 0 for clients
	byCertificate bool      // the client has asked to be authenticated by certificate
	peer          []byte    // the certificate that it has shown, DER
	who           identity
	credentials   credentials
	format        tds.TokenFormat   // of the engine's responses
	requests      tds.RequestFormat // of the client's requests
	mars          bool              // requests are multiplexed: everything is carried opaquely
	noPlans       string            // why script calls can't be carried out here, if not empty
	spid          uint16
	flow          flow
	prepared      preparedCalls
	tables        int            // temporary tables of plans so far
	dropped       []string       // those dropped in a transaction, which may bring them back
	running       callSlot       // the script call that has the engine
	calls         sync.WaitGroup // goroutines of script calls
	leftover      chan struct{}  // closed when nothing is left of the last call's satellite
	wording       tsql.Wording   // of the engine's version
	serverName    string         // the engine's name for itself, as its messages have it

	ctx    context.Context // ends with the session
	cancel context.CancelFunc

	mu     sync.Mutex
	closed bool
	reason string // why it was closed from outside

	// Guarded by server.mu:
	opened bool          // logged in, or on its way out
	silent *list.Element // in server.silent, until it has sent PRELOGIN
}

// identity is what LOGIN7 says about the caller, for the log.
type identity struct {
	login, host, app, database string
	integrated                 bool
}

func newSession(server *Server, conn net.Conn, id uint64) *session {
	tuneTCP(conn)
	s := &session{server: server, cfg: &server.cfg, id: id}
	s.client = newLeg(&meteredConn{Conn: direct(conn), meter: &s.meter})
	s.log = server.log.With().Uint64("session", id).Stringer("client", conn.RemoteAddr()).Logger()
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.setVersion(tds.V74) // until LOGIN7 says otherwise
	s.flow.init()
	return s
}

// run is the life of a session.
func (s *session) run() {
	began := time.Now()
	err := s.serve(began)
	s.end(began, err)
}

func (s *session) serve(now time.Time) (err error) {
	defer s.survive(&err)
	s.loginDeadline = s.cfg.Limits.deadlineFrom(now)
	prelogin, err := s.openClient()
	if err != nil {
		return err
	}
	s.server.heard(s)
	s.client.deadline(s.loginDeadline)
	_, answer, unreachable := s.connectEngine(s.ctx, s.cfg.Engine, prelogin)
	if unreachable != nil {
		answer = ownPrelogin(prelogin)
	}
	if err := s.startClient(prelogin, answer); err != nil {
		return err
	}
	if err := s.login(prelogin, answer, unreachable); err != nil {
		return err
	}
	s.meter.atBoundary()
	if !s.mars {
		if err := s.learnModules(); err != nil {
			return err
		}
	}
	s.server.loggedIn(s)
	s.client.deadline(time.Time{})
	s.engine.deadline(time.Time{})
	s.opening().Msg("session opened")
	if s.mars {
		return s.carryOpaquely()
	}
	return s.forward()
}

// survive makes an error of a panic in what one session does: a mistake of ours ends that session and
// no other. What it has taken from the engine is not given back; the session's end settles that.
func (s *session) survive(err *error) {
	if p := recover(); p != nil {
		s.log.Error().Str("panic", fmt.Sprint(p)).Bytes("stack", debug.Stack()).Msg("internal error: please report this")
		*err = newError(errInternal, "internal error in the proxy; its log has more.")
	}
}

// opening is the log line of a session that has logged in.
func (s *session) opening() *zerolog.Event {
	return s.log.Info().Str("login", s.who.login).Bool("integrated", s.who.integrated).Str("host", s.who.host).
		Str("app", s.who.app).Str("database", s.who.database).Stringer("tds", s.format.Version).
		Str("client_encryption", s.client.encryption).Str("engine_encryption", s.engine.encryption).
		Uint16("spid", s.spid).Bool("mars", s.mars).Str("no_scripts", s.noPlans)
}

// end closes both legs and says why in the log.
func (s *session) end(began time.Time, err error) {
	s.mu.Lock()
	reason := s.reason
	s.mu.Unlock()
	s.close("")
	s.credentials.forget()
	event := s.log.Info()
	var refused *loginRefusal
	var wrong *clientError
	switch {
	case errors.As(err, &refused) || errors.As(err, &wrong) && wrong.err == nil:
		// Whoever closed it meanwhile, this is why.
		event = s.log.Warn().Str("reason", err.Error())
	case reason != "":
		event = event.Str("reason", reason)
	case err == nil || errors.Is(err, errClientLeft):
		event = event.Str("reason", "client left")
	case errors.Is(err, errDrained):
		event = event.Str("reason", err.Error())
	default:
		event = s.log.Warn().Str("reason", err.Error())
	}
	event.Dur("duration", time.Since(began)).Msg("session closed")
}

// setEngine remembers the engine leg, so that close finds it. False: the session is closed already.
func (s *session) setEngine(engine *leg) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.engine = engine
	return true
}

// close cuts both legs off at once. It may be called from anywhere and several times.
func (s *session) close(reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed, s.reason = true, reason
	s.cancel()
	s.flow.end()
	_ = s.client.raw.Close()
	if s.engine != nil {
		_ = s.engine.raw.Close()
	}
}

// drain closes the session once no request is being answered.
func (s *session) drain() {
	if !s.opened || s.flow.drain() {
		go s.close("shutting down") // the caller holds a lock that our end needs
	}
}
