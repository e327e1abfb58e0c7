package proxy

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// RunningScript says whose a script call is, for the administrator.
type RunningScript struct {
	// Call is the session GUID: the working folder's name, and call in the log.
	Call uuid.UUID
	// Launchpad is the launchpad GUID: the name of the folder above.
	Launchpad uuid.UUID
	// Account is the worker account.
	Account string
	// Session is the number of the calling session in the log, Client its address.
	Session uint64
	Client  string
	// Login is the one of the execution context in which the script was called, User its user in
	// Database; OriginalLogin is who has logged in.
	Login, OriginalLogin, Database, User string
	Language                             string
	Began                                time.Time
	// Depth is 0 for a call by a client, 1 for one by a script that a client has called.
	Depth int
	// Connections is how many loopback connections it has.
	Connections int
}

// Running tells which script calls have a satellite, the oldest first.
func (s *Server) Running() []RunningScript {
	var all []RunningScript
	s.launchpads.mu.Lock()
	for _, pad := range s.launchpads.byLogin {
		for call := range pad.calls {
			if r, ok := call.runningScript(); ok {
				all = append(all, r)
			}
		}
	}
	s.launchpads.mu.Unlock()
	slices.SortFunc(all, func(a, b RunningScript) int { return a.Began.Compare(b.Began) })
	return all
}

// LogRunning writes what Running tells into the log, a line per call.
func (s *Server) LogRunning() {
	running := s.Running()
	s.log.Info().Int("calls", len(running)).Msg("running scripts")
	for _, r := range running {
		s.log.Info().Stringer("call", r.Call).Stringer("launchpad", r.Launchpad).Str("account", r.Account).
			Uint64("session", r.Session).Str("client", r.Client).Str("login", r.Login).Str("original_login", r.OriginalLogin).
			Str("database", r.Database).Str("user", r.User).Str("language", r.Language).Int("depth", r.Depth).
			Int("connections", r.Connections).Dur("running", time.Since(r.Began)).Msg("running script")
	}
}
