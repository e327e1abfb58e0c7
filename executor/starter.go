package executor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/sandbox"
)

// Starter gives out satellites. FromLauncher makes one of a sandbox.Launcher;
// tests have one that starts the satellite program without confinement.
type Starter interface {
	// Acquire returns a satellite that no other call has had. Its errors are
	// those of sandbox.Launcher.Acquire.
	Acquire(ctx context.Context, req sandbox.Request) (Satellite, error)
}

// Satellite is a started interpreter, for one call.
type Satellite interface {
	// Conn is the other end of the interpreter's file descriptor 3.
	Conn() net.Conn
	// Stdout and Stderr are the read ends of the interpreter's pipes.
	Stdout() io.ReadCloser
	Stderr() io.ReadCloser
	// Listeners accept what the script connects to at 127.0.0.1:1433 and
	// [::1]:1433. Release closes them.
	Listeners() []net.Listener
	// Account names the worker account, for the log.
	Account() string
	// HostUID is its own uid on the host, Origin how it was made; both for the log.
	HostUID() uint32
	Origin() sandbox.Origin
	// Kill ends all of the satellite's processes. It does not wait and may be
	// called several times and at any time, also after Release.
	Kill()
	// Wait waits for the interpreter's end.
	Wait(ctx context.Context) (sandbox.Exit, error)
	// Release kills what is left, waits for the proof that it is gone, closes
	// the descriptors and gives the account back.
	Release() error
}

// newRequest is what is asked of the Starter for a call.
func newRequest(c *Call, language string, id uuid.UUID) sandbox.Request {
	req := sandbox.Request{Language: language, Login: c.Login, CallID: id}
	if l := c.Loopback; l != nil {
		req.Launchpad, req.Certificate, req.Key = l.Launchpad, l.Certificate, l.Key
	}
	return req
}

// nestedWait bounds how long a nested call waits for a place: longer than starting a
// satellite takes on a busy machine, and short enough for the caller of the outer call,
// if it is the outer one that has the place.
const nestedWait = 10 * time.Second

// errNestedWait: no place was found for a nested call.
var errNestedWait = fmt.Errorf("nothing became free in %v for a script that another script has called, "+
	"and such a call does not wait longer, because the place may be the other's", nestedWait)

// acquire gets a satellite for the call.
func (r *run) acquire(ctx context.Context, language string) (Satellite, error) {
	req := newRequest(r.call, language, r.id)
	if !r.call.Nested {
		return r.executor.starter.Acquire(ctx, req)
	}
	bounded, cancel := context.WithTimeoutCause(ctx, nestedWait, errNestedWait)
	defer cancel()
	sat, err := r.executor.starter.Acquire(bounded, req)
	if err != nil && errors.Is(context.Cause(bounded), errNestedWait) {
		err = errNestedWait
	}
	return sat, err
}
