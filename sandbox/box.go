package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// box is one satellite's box, in the launcher.
type box struct {
	process *os.Process
	reports *net.UnixConn
	groups  boxGroups
	// uid inside U, and the variables that the interpreter has already.
	uid uint32
	env environment
	// taken is the uid that it holds, which is another where there is a single one.
	taken uint32
	// origin is how its call came by it.
	origin Origin
	// zygote is what the interpreter was forked from, if it was, and child the
	// way to it until the hand-over.
	zygote *zygote
	child  net.Conn
	// root and home are ways to write into the box until the hand-over.
	root, home *os.File
	// outside are the serving process's ends: data, stdout, stderr, listeners.
	outside []*os.File

	killed  atomic.Bool
	cpu     atomic.Int64  // of what is killed with it, in nanoseconds
	killing chan struct{} // closed by the first kill
	dead    chan struct{} // closed at the proof of death
	state   *os.ProcessState
}

const (
	// boxTimeout bounds the making of a box; 3 ms is usual.
	boxTimeout = 30 * time.Second
	// deathTimeout is how long a killed box may take to die before its uid is
	// given up: 120 spinning processes took 0.2 s.
	deathTimeout = 30 * time.Second
)

// stuckError: a box that failed to start failed to die as well.
type stuckError struct{ cause error }

func (e *stuckError) Error() string { return fmt.Sprintf("%v; %v", e.cause, ErrQuarantined) }
func (e *stuckError) Unwrap() error { return e.cause }

// boxNamespaces are made by clone. The others, which take longer, the init makes
// itself, while a zygote forks.
const boxNamespaces = unix.CLONE_NEWPID

// startBox makes a box and returns when it waits for its hand-over: its
// interpreter, forked from z, which rehearses if there is time, or its init if there is no z.
func startBox(ctx context.Context, s *settings, spec *Spec, lim Limits, name string, z *zygote, rehearse bool) (_ *box, err error) {
	policy, err := spec.encode(nil)
	if err != nil {
		return nil, &StepError{"encode the policy", err}
	}
	b := &box{uid: spec.UID, env: spec.Env, killing: make(chan struct{}), dead: make(chan struct{})}
	inside, err := b.openEnds()
	if err == nil {
		b.groups, err = makeBoxGroups(s.Cgroups, boxPrefix+name, lim)
	}
	var entrances []*os.File
	if err == nil {
		entrances, err = b.groups.entrances()
	}
	defer func() { closeAll(inside); closeAll(entrances) }()
	pidfd := -1
	if err == nil {
		sys := &syscall.SysProcAttr{Cloneflags: boxNamespaces}
		mode, files := "box", inside
		if z != nil {
			// What is the interpreter's must close when it does.
			sys.PidFD = &pidfd
			mode, files = "shell", []*os.File{inside[0], inside[0], inside[0], inside[0], inside[4]}
		}
		b.process, err = startHelper(mode, append(files[:5:5], entrances...), sys, fmt.Sprint(len(entrances)))
		if err != nil {
			err = &StepError{"clone a box with its namespaces", err}
		}
	}
	if err != nil {
		b.close()
		return nil, errors.Join(err, b.groups.remove())
	}
	go func() {
		b.state, _ = b.process.Wait()
		close(b.dead)
	}()
	inside[4].Close()
	b.reports.SetDeadline(time.Now().Add(boxTimeout)) //nolint:errcheck // a socket has deadlines
	stop := context.AfterFunc(ctx, b.kill)
	defer stop()
	if z != nil {
		err = b.join(z, spec, policy, pidfd, inside, entrances, rehearse)
	} else {
		if _, err = expectRecord(b.reports, recBorn, "start the box"); err == nil {
			err = b.make(policy)
		}
	}
	if err == nil {
		b.reports.SetDeadline(time.Time{}) //nolint:errcheck // as above
		return b, nil
	}
	b.closeWays()
	closeAll(b.outside)
	b.kill()
	if _, proven := b.wait(); !proven {
		err = &stuckError{err}
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return nil, err
}

// helperFile is the native helper; only the launcher has it.
var helperFile *os.File

// startHelper executes the native helper. The path is looked up in the child,
// after its descriptors are arranged, so the helper stands among them; it
// closes what is behind the files it needs.
func startHelper(mode string, files []*os.File, sys *syscall.SysProcAttr, args ...string) (*os.Process, error) {
	return os.StartProcess(fmt.Sprintf("/proc/self/fd/%d", len(files)), append([]string{"tds-launchpad: " + mode, mode}, args...),
		&os.ProcAttr{Dir: "/", Env: []string{}, Files: append(files[:len(files):len(files)], helperFile), Sys: sys})
}

// openEnds makes what connects box and outside; it returns the box's ends as
// its descriptors 0 to 4.
func (b *box) openEnds() (inside []*os.File, err error) {
	pipe := func() error {
		r, w, err := os.Pipe()
		if err == nil {
			b.outside, inside = append(b.outside, r), append(inside, w)
		}
		return err
	}
	pair := func(name string) (*os.File, error) {
		out, in, err := socketPair(unix.SOCK_STREAM, name)
		if err == nil {
			inside = append(inside, in)
		}
		return out, err
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	inside = append(inside, null)
	if err := errors.Join(pipe(), pipe()); err != nil {
		return inside, err
	}
	data, err := pair("data")
	if err != nil {
		return inside, err
	}
	b.outside = append([]*os.File{data}, b.outside...)
	reports, err := pair("reports")
	if err != nil {
		return inside, err
	}
	defer reports.Close()
	conn, err := net.FileConn(reports)
	if err == nil {
		b.reports = conn.(*net.UnixConn)
	}
	return inside, err
}

// closeWays closes what is of use only before the box is somebody's.
func (b *box) closeWays() {
	if b.child != nil {
		b.child.Close()
	}
	if b.root != nil {
		closeAll([]*os.File{b.root, b.home})
		b.root, b.home = nil, nil
	}
}

func (b *box) close() {
	closeAll(b.outside)
	if b.reports != nil {
		b.reports.Close()
	}
}

// kill kills the box's init, and so everything in the box; through a pidfd,
// which os.Process holds, so that it can't hit another process.
func (b *box) kill() {
	if b.killed.CompareAndSwap(false, true) {
		b.cpu.Store(int64(cpuBelow(b.process.Pid)))
		close(b.killing)
		b.process.Kill() //nolint:errcheck // it may just have ended
	}
}

func (b *box) gone() bool { return closed(b.dead) }

// wait waits for the end of the box's init, which is the end of everything in
// its PID namespace: the kernel reports it only then. Without that proof the
// box counts as stuck.
func (b *box) wait() (e Exit, proven bool) {
	e = Exit{Code: -1, Signal: int(syscall.SIGKILL)}
	ended := make(chan struct{})
	told := false
	go func() {
		defer close(ended)
		if rec, err := expectRecord(b.reports, recExit, "wait for the box"); err == nil {
			told = true
			e.Signal = int(rec.B)
			if e.Code = int(rec.A); e.Signal != 0 {
				e.Code = -1
			}
		}
	}()
	select {
	case <-ended:
	case <-b.killing:
	case <-b.dead:
	}
	timer := time.NewTimer(deathTimeout)
	defer timer.Stop()
	select {
	case <-b.dead:
		proven = true
	case <-timer.C:
		// A last chance for a box that ended by itself but is held up.
		b.kill()
	}
	// The report was written before the end; without the proof nothing more
	// is waited for.
	if !proven {
		b.reports.Close()
	}
	<-ended
	b.reports.Close()
	e.Killed = b.killed.Load() && !told
	b.groups.report(&e)
	if proven {
		if b.zygote != nil {
			b.zygote.release()
		}
		e.CPU = max(e.CPU, b.state.UserTime()+b.state.SystemTime()+time.Duration(b.cpu.Load()))
		if err := b.groups.remove(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	} else {
		go func() { // whenever it dies
			<-b.dead
			b.groups.remove() //nolint:errcheck // the start after next sweeps
		}()
	}
	return e, proven
}
