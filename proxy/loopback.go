package proxy

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"tds-launchpad/executor"
)

const (
	// maxLoopbackConnections bounds how many connections a script has at a time: a pool for each of
	// some parallel workers, and no more than the engine can spare for one call.
	maxLoopbackConnections = 32
	// maxLoopbackFailures bounds the logins of a call that are refused, by us or by the engine: a
	// mistake and its repetitions, not the guessing of passwords. Then nothing more is accepted.
	maxLoopbackFailures = 10
	// maxLoopbackDepth bounds how many scripts call each other over loopback, as @@NESTLEVEL does
	// procedures. Each of them holds a satellite.
	maxLoopbackDepth = 32
)

// loopback is the way from one script call back to the engine. The listeners are the call's
// identity: they are in its box, and nobody else can connect to them. Certificate or token are
// checked besides (loopback_admit.go), and then it is the caller who logs in (loopback_login.go).
type loopback struct {
	server  *Server
	session *session // the caller's
	log     zerolog.Logger
	call    uuid.UUID
	pad     *launchpad
	token   string
	context loopbackContext
	facts   *facts
	depth   int // of the connections' sessions
	lang    string
	began   time.Time

	mu       sync.Mutex
	account  string // of its satellite, "" before there is one
	live     bool   // there is a satellite
	sessions map[*session]struct{}
	opened   int // connections so far
	failures int // logins refused
	refused  int // connections refused
	running  sync.WaitGroup
}

// openLoopback gives a call its launchpad and its way back. Close it when the call is over.
func (c *scriptCall) openLoopback(call *executor.Call, f *facts) (*loopback, error) {
	context, err := c.loopbackContext(f)
	if err != nil {
		return nil, err
	}
	l := &loopback{server: c.server, session: c.session, call: call.RequestID, token: newToken(), context: context, facts: f,
		depth: c.depth + 1, lang: call.Language, began: time.Now(), sessions: map[*session]struct{}{}}
	if l.pad, err = c.server.launchpads.enter(f.login, l); err != nil {
		return nil, newError(errInternal, "the launchpad's certificate could not be made: %v.", err)
	}
	l.log = c.log.With().Stringer("call", l.call).Logger()
	call.Loopback = &executor.Loopback{Launchpad: l.pad.id, Certificate: l.pad.certificate.Certificate,
		Key: l.pad.certificate.Key, Token: l.token, Serve: l.serve}
	call.Nested = c.depth > 0
	return l, nil
}

// close ends the call's part in its launchpad. The executor has ended serve before.
func (l *loopback) close() { l.server.launchpads.leave(l.pad, l) }

// serve accepts the script's connections until ctx ends, and returns when nothing of them is left.
func (l *loopback) serve(ctx context.Context, account string, listeners []net.Listener) {
	l.begin(account)
	var accepting sync.WaitGroup
	for _, listener := range listeners {
		accepting.Go(func() { l.accept(ctx, listener) })
	}
	<-ctx.Done()
	for _, listener := range listeners {
		_ = listener.Close()
	}
	accepting.Wait()
	l.mu.Lock()
	for session := range l.sessions {
		session.close("the script call has ended")
	}
	l.mu.Unlock()
	l.running.Wait()
	l.end()
}

func (l *loopback) accept(ctx context.Context, listener net.Listener) {
	for {
		conn, err := listener.Accept()
		switch {
		case err == nil:
			l.start(conn)
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return
		case isTemporary(err):
			time.Sleep(acceptPause)
		default:
			l.log.Warn().Err(err).Msg("can't accept loopback connections any more")
			return
		}
	}
}

// start begins a session for conn, or closes it if there are too many.
func (l *loopback) start(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var reason string
	switch {
	case l.failures >= maxLoopbackFailures:
		reason = "too many refused logins"
	case len(l.sessions) >= maxLoopbackConnections:
		reason = "too many connections"
	}
	if reason != "" {
		if l.refused++; l.refused == 1 { // a script in a loop shall not fill the log
			l.log.Warn().Str("reason", reason).Msg("loopback connection refused")
		}
		_ = conn.Close()
		return
	}
	s := newSession(l.server, conn, l.server.nextID())
	s.loop, s.depth, s.opened = l, l.depth, true
	s.log = s.log.With().Stringer("call", l.call).Int("depth", l.depth).Logger()
	l.sessions[s] = struct{}{}
	l.opened++
	l.running.Go(func() {
		s.run()
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.sessions, s)
	})
}

// failed counts a login that was refused, if it is one of a loopback connection.
func (l *loopback) failed() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failures++
}

// mayTry tells whether the call may still try to log in.
func (l *loopback) mayTry() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failures < maxLoopbackFailures
}

// begin notes, and says in the log, whose the satellite is from now on.
func (l *loopback) begin(account string) {
	l.mu.Lock()
	l.account, l.live = account, true
	l.mu.Unlock()
	l.log.Info().Stringer("launchpad", l.pad.id).Str("account", account).Str("login", l.facts.login).
		Str("original_login", l.facts.originalLogin).Str("database", l.facts.database).Str("user", l.facts.user).
		Str("language", l.lang).Int("depth", l.depth-1).Msg("script started")
}

func (l *loopback) end() {
	l.mu.Lock()
	l.live = false
	event := l.log.Info().Stringer("launchpad", l.pad.id).Str("account", l.account).Int("connections", l.opened).
		Int("refused", l.refused+l.failures)
	l.mu.Unlock()
	event.Dur("duration", time.Since(l.began)).Msg("script ended")
}

// runningScript says whose the call is, if it has a satellite.
func (l *loopback) runningScript() (RunningScript, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.facts
	return RunningScript{Call: l.call, Launchpad: l.pad.id, Account: l.account, Session: l.session.id,
		Client: l.session.client.raw.RemoteAddr().String(), Login: f.login, OriginalLogin: f.originalLogin,
		Database: f.database, User: f.user, Language: l.lang, Began: l.began, Depth: l.depth - 1,
		Connections: len(l.sessions)}, l.live
}
