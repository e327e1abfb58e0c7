package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sys/unix"
)

// Satellite is one confined process serving one script call. Everything that
// can be read from it is hostile. It must be ended with Release.
type Satellite struct {
	// Conn is the stream socket whose other end is the interpreter's
	// descriptor 3.
	Conn *net.UnixConn
	// Stdout and Stderr are the interpreter's own pipes. The caller drains
	// them, and bounds what it keeps. They support deadlines by SetReadDeadline
	// (they are *os.File), and closing them ends a Read.
	Stdout, Stderr io.ReadCloser
	// Listeners accept what is connected to at 127.0.0.1:1433 and, where the host
	// has IPv6, [::1]:1433 inside the box. Release closes them.
	Listeners []net.Listener

	launcher           *Launcher
	id                 uint64
	call               *call
	account            string
	launchpad, session uuid.UUID
	hostUID            uint32
	origin             Origin

	release sync.Once
	err     error
}

// newSatellite takes over the descriptors of an Acquired message.
func newSatellite(l *Launcher, c *call, asked *message, a answer) (*Satellite, error) {
	s := &Satellite{launcher: l, id: asked.Call, call: c, account: a.m.Account, launchpad: asked.Launchpad,
		session: asked.Session, hostUID: l.settings.HostFirst + a.m.UID, origin: a.m.Origin}
	conn, err := net.FileConn(a.files[0])
	a.files[0].Close()
	s.Stdout, s.Stderr = pollable(a.files[1]), pollable(a.files[2])
	if err == nil {
		var ok bool
		if s.Conn, ok = conn.(*net.UnixConn); !ok {
			err = fmt.Errorf("%w: a %T as data socket", errMessage, conn)
		}
	}
	for _, f := range a.files[3:] {
		ln, lerr := net.FileListener(f)
		f.Close()
		if lerr == nil {
			s.Listeners = append(s.Listeners, ln)
		}
		err = errors.Join(err, lerr)
	}
	if err != nil {
		s.Release() //nolint:errcheck // the first error counts
		return nil, err
	}
	return s, nil
}

// pollable makes a received pipe end one whose reads can be interrupted.
func pollable(f *os.File) *os.File {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return f
	}
	name := f.Name()
	f.Close()
	unix.SetNonblock(fd, true) //nolint:errcheck // then it is as before
	return os.NewFile(uintptr(fd), name)
}

// Account is the worker account's name, such as INSTANCE01.
func (s *Satellite) Account() string { return s.account }

// LaunchpadGUID identifies what the parallel calls of this login share.
func (s *Satellite) LaunchpadGUID() uuid.UUID { return s.launchpad }

// SessionGUID names the working folder.
func (s *Satellite) SessionGUID() uuid.UUID { return s.session }

// Folder is the working folder's path inside the box.
func (s *Satellite) Folder() string { return sessionFolder(s.launchpad, s.session) }

// HostUID is the satellite's own uid as the host sees it (for audit and logs).
func (s *Satellite) HostUID() uint32 { return s.hostUID }

// Origin tells whether it was ready, and otherwise how it was made.
func (s *Satellite) Origin() Origin { return s.origin }

// Kill kills every process of the box. It returns at once; Wait tells when
// they are gone. Killing a dead satellite does nothing.
func (s *Satellite) Kill() {
	s.launcher.link.send(&message{Kind: msgKill, Call: s.id}) //nolint:errcheck // a dead launcher has no satellites
}

// Wait waits until the box is proven dead and says how the interpreter ended.
// It may be called any number of times and in parallel. If the launcher dies,
// so does the box, and the error is ErrClosed; if the box can't be proven
// dead, it is ErrQuarantined.
func (s *Satellite) Wait(ctx context.Context) (Exit, error) {
	select {
	case <-s.call.exited:
	case <-s.launcher.done:
		return Exit{Code: -1, Signal: int(syscall.SIGKILL), Killed: true, Reason: "the launcher ended"}, ErrClosed
	case <-ctx.Done():
		return Exit{}, ctx.Err()
	}
	e := s.call.exit
	e.Reason = e.reason()
	if s.call.quarantined {
		return e, ErrQuarantined
	}
	return e, nil
}

// Release kills, waits for the proof of death, has everything removed and the
// uid returned, and closes Conn, Stdout, Stderr and Listeners. After ErrQuarantined the
// same holds but for the uid. Calls after the first return the same.
func (s *Satellite) Release() error {
	s.release.Do(func() {
		s.launcher.link.send(&message{Kind: msgRelease, Call: s.id}) //nolint:errcheck // see Kill
		if s.Conn != nil {
			s.Conn.Close()
		}
		s.Stdout.Close()
		s.Stderr.Close()
		for _, l := range s.Listeners {
			l.Close()
		}
		select {
		case <-s.call.released:
			if s.call.quarantined {
				s.err = ErrQuarantined
			}
		case <-s.launcher.done:
			s.launcher.forget(s.id)
		}
	})
	return s.err
}

// Exit is how the interpreter ended.
type Exit struct {
	// Code is the exit status, -1 if a signal ended it.
	Code int
	// Signal that ended it, 0 if none.
	Signal int
	// Killed: by Kill or Release.
	Killed bool
	// OOM: the kernel killed something in the box for the memory limit.
	OOM bool
	// ProcessLimit: a fork failed for the limit on processes.
	ProcessLimit bool
	// MemoryPeak is the most memory the box had in bytes, 0 if not known.
	MemoryPeak int64
	// CPU time used by the box.
	CPU time.Duration
	// Reason says the same in words, for messages and logs.
	Reason string
}

// Failed tells whether the interpreter ended in any way but exit status 0.
func (e Exit) Failed() bool { return e.Code != 0 || e.Signal != 0 }
