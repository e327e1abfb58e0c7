package executor

import (
	"context"
	"net"

	"github.com/google/uuid"
)

// Loopback is how a script reaches the engine as its caller (design section 8). The
// executor hands the parts to where they belong and knows nothing of connections.
type Loopback struct {
	// Launchpad is the GUID of the login's launchpad, in whose folder Certificate and
	// Key (PEM) appear.
	Launchpad        uuid.UUID
	Certificate, Key []byte
	// Token is a password that is good for this call only. The satellite gets it in the
	// CALL message, for the helpers that open connections.
	Token string
	// Serve is called once, in a goroutine, when the call has its satellite: of which
	// worker account that is, and what accepts the script's connections. When ctx ends it
	// must close the listeners, cut all connections and return when nothing of them is
	// left; the call does not end before. It is not called if there is no satellite.
	Serve func(ctx context.Context, account string, listeners []net.Listener)
}

// serveLoopback begins to serve what the script connects to. end ends that and returns
// when nothing of it is left; ctx's end cuts the connections too.
func (r *run) serveLoopback(ctx context.Context) (end func()) {
	listeners := r.sat.Listeners()
	if r.call.Loopback == nil || r.call.Loopback.Serve == nil {
		for _, l := range listeners {
			_ = l.Close() // or connecting would succeed, and wait for ever
		}
		return func() {}
	}
	ctx, cut := context.WithCancel(ctx)
	served := make(chan struct{})
	go func() {
		defer close(served)
		r.call.Loopback.Serve(ctx, r.sat.Account(), listeners)
	}()
	return func() {
		cut()
		<-served
	}
}
