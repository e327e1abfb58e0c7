package proxy

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/certs"
)

// launchpad is what the script calls have in common that a login runs at the same time (design
// section 8). It dies, and its certificate with it, with the last of them.
type launchpad struct {
	id          uuid.UUID
	login       string
	certificate *certs.Satellite
	calls       map[*loopback]struct{} // guarded by launchpads.mu
}

// launchpads are those of the script calls that run.
type launchpads struct {
	mu      sync.Mutex
	byLogin map[string]*launchpad
}

// enter gives a call the launchpad of its login, a new one if it is the login's only call.
func (l *launchpads) enter(login string, call *loopback) (*launchpad, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	pad := l.byLogin[login]
	if pad == nil {
		pad = &launchpad{id: uuid.New(), login: login, calls: map[*loopback]struct{}{}}
		var err error
		if pad.certificate, err = certs.NewSatellite(pad.id, time.Now()); err != nil {
			return nil, err
		}
		if l.byLogin == nil {
			l.byLogin = map[string]*launchpad{}
		}
		l.byLogin[login] = pad
	}
	pad.calls[call] = struct{}{}
	return pad, nil
}

// leave ends a call's part in its launchpad.
func (l *launchpads) leave(pad *launchpad, call *loopback) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(pad.calls, call)
	if len(pad.calls) == 0 {
		delete(l.byLogin, pad.login)
		pad.certificate.Destroy()
	}
}
