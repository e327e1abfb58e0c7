package sandbox

import (
	"context"
	"io"
	"net"

	"github.com/google/uuid"
)

// Satellite is one confined process serving one script call. Everything that
// can be read from it is hostile. It must be ended with Release.
type Satellite struct {
	// Conn is the stream socket whose other end is the interpreter's
	// descriptor 3.
	Conn *net.UnixConn
	// Stdout and Stderr are the interpreter's own pipes. The caller drains
	// them, and bounds what it keeps.
	Stdout, Stderr io.ReadCloser
}

// Account is the worker account's name, such as INSTANCE01.
func (s *Satellite) Account() string { return "" }

// LaunchpadGUID identifies what the parallel calls of this login share.
func (s *Satellite) LaunchpadGUID() uuid.UUID { return uuid.UUID{} }

// SessionGUID names the working folder.
func (s *Satellite) SessionGUID() uuid.UUID { return uuid.UUID{} }

// Folder is the working folder's path inside the box.
func (s *Satellite) Folder() string { return "" }

// HostUID is the satellite's own uid as the host sees it (for audit and logs).
func (s *Satellite) HostUID() uint32 { return 0 }

// Kill kills every process of the box. It returns at once; Wait tells when
// they are gone. Killing a dead satellite does nothing.
func (s *Satellite) Kill() {}

// Wait waits until the box is proven dead and says how the interpreter ended.
// It may be called any number of times and in parallel.
func (s *Satellite) Wait(ctx context.Context) (Exit, error) { return Exit{}, ErrClosed }

// Release kills, waits for the proof of death, has everything removed and the
// uid returned, and closes Conn, Stdout and Stderr. After ErrQuarantined the
// same holds but for the uid. Calls after the first return the same.
func (s *Satellite) Release() error { return nil }

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
	// Reason says the same in words, for messages and logs.
	Reason string
}

// Failed tells whether the interpreter ended in any way but exit status 0.
func (e Exit) Failed() bool { return e.Code != 0 || e.Signal != 0 || e.OOM }
