package sandbox

import (
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// zygoteProgram is the module that a language's program calls to be one.
//
//go:embed zygote/tds_zygote.py
var zygoteProgram string

// zygote is a warmed interpreter, in the launcher. It gets descriptors only,
// and tells nothing after it is warm.
type zygote struct {
	process *os.Process
	control *net.UnixConn
	// done is closed at its end, which is then in end.
	done chan struct{}
	end  *os.ProcessState
	// imported are its modules with their versions, missing those that could
	// not be imported, with the reason.
	imported string
	missing  []string
	// places are the directories that it imports from, with the times of their
	// last changes.
	places map[string]time.Time

	mu      sync.Mutex
	forks   int
	asking  int // calls that may ask for a fork
	retired bool
	// mounts is its mount namespace. Files that its children have mapped are in
	// there; without it the kernel would name them otherwise in their /proc.
	mounts *os.File
	users  int
}

const (
	// zygoteStartTimeout bounds a start; pandas takes 0.4 s from a warm page
	// cache, large packages from a slow disk much longer.
	zygoteStartTimeout = 2 * time.Minute
	// maxPlaces bounds what is looked at again and again.
	maxPlaces = 64
	// forkTimeout is how long a zygote may take for a fork (4 ms is usual)
	// before it counts as broken and the call is served without.
	forkTimeout = 10 * time.Second
)

// errNoZygote: a satellite could not be forked; a cold start is the way out.
var errNoZygote = errors.New("zygote does not fork")

// startZygote starts a zygote and returns when it is warm.
func startZygote(f facts, lang *language) (_ *zygote, err error) {
	library, err := nativeFiles.ReadFile("native/bin/confine.so")
	if err != nil {
		return nil, ErrNotBuilt
	}
	policy, err := newZygoteSpec(f, lang, zygoteProgram, string(library)).encode(nil)
	if err != nil {
		return nil, err
	}
	own, peer, err := socketPair(unix.SOCK_STREAM, "zygote")
	if err != nil {
		return nil, err
	}
	conn, err := net.FileConn(own)
	own.Close()
	if err != nil {
		peer.Close()
		return nil, err
	}
	z := &zygote{control: conn.(*net.UnixConn), done: make(chan struct{}), places: map[string]time.Time{}, users: 1}
	z.process, err = startNumbered(peer)
	peer.Close()
	if err != nil {
		conn.Close()
		return nil, err
	}
	go func() {
		z.end, _ = z.process.Wait()
		close(z.done)
	}()
	z.mounts, err = os.Open(fmt.Sprintf("/proc/%d/ns/mnt", z.process.Pid))
	if err == nil {
		err = z.warm(policy)
	}
	if err != nil {
		z.kill()
		z.release()
		return nil, err
	}
	return z, nil
}

// startNumbered starts the native helper as a zygote with one of the numbers
// that are kept for zygotes (native/confine.h).
func startNumbered(control *os.File) (*os.Process, error) {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	var p *os.Process
	err = numbers.low(func() error {
		var err error
		p, err = startHelper("zygote", []*os.File{null, os.Stderr, os.Stderr, null, control}, &syscall.SysProcAttr{
			Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS})
		return err
	})
	if err == nil && (p.Pid < numbersFirst || p.Pid >= numbersLast) {
		err = fmt.Errorf("its process number is %d: those below %d are taken", p.Pid, numbersLast)
		p.Kill() //nolint:errcheck // it waits for its policy
		p.Wait() //nolint:errcheck // as above
	}
	if err != nil {
		return nil, &StepError{"start a zygote", err}
	}
	return p, nil
}

// warm sends the policy and waits until everything is imported.
func (z *zygote) warm(policy []byte) error {
	z.control.SetDeadline(time.Now().Add(zygoteStartTimeout)) //nolint:errcheck // a socket has deadlines
	if _, err := z.control.Write(policy); err != nil {
		return &StepError{"start a zygote", err}
	}
	for {
		rec, err := readRecord(z.control)
		switch {
		case err != nil:
			var step *StepError
			if !errors.As(err, &step) {
				err = fmt.Errorf("it ended without a report (%w); the log has what it printed", err)
			}
			return err
		case rec.Type == recMissing:
			z.missing = append(z.missing, rec.Text)
		case rec.Type == recPlace:
			if st, err := os.Stat(rec.Text); err == nil && st.IsDir() && len(z.places) < maxPlaces {
				z.places[rec.Text] = st.ModTime()
			}
		case rec.Type == recUnfit:
			return errors.New(rec.Text)
		case rec.Type == recWarm && int(rec.A) == z.process.Pid:
			z.imported = rec.Text
			z.control.SetDeadline(time.Time{}) //nolint:errcheck // as above
			return nil
		default:
			return fmt.Errorf("%w: report %q", errMessage, rec.Type)
		}
	}
}

// fork asks for a child with these descriptors; their order is native/zygote.c's.
// The caller holds z.
func (z *zygote) fork(files []*os.File) error {
	fds := make([]int, len(files))
	for i, f := range files {
		fds[i] = int(f.Fd())
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.control.SetWriteDeadline(time.Now().Add(forkTimeout)) //nolint:errcheck // as above
	if _, _, err := z.control.WriteMsgUnix([]byte{0}, unix.UnixRights(fds...), nil); err != nil {
		return fmt.Errorf("%w: %w", errNoZygote, err)
	}
	return nil
}

// hold is for a call that is to fork: until asked z does not end by itself,
// until release what a child needs of it is kept.
func (z *zygote) hold() {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.users++
	z.asking++
}

func (z *zygote) asked() {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.asking--; z.asking == 0 && z.retired {
		z.control.Close()
	}
}

func (z *zygote) release() {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.users--; z.users == 0 && z.mounts != nil {
		z.mounts.Close()
	}
}

// retire lets z end when it has done what it was asked for.
func (z *zygote) retire() {
	z.mu.Lock()
	if z.retired = true; z.asking == 0 {
		z.control.Close()
	}
	z.mu.Unlock()
	z.release()
}

// kill is for a zygote that does not do what it should.
func (z *zygote) kill() {
	z.process.Kill() //nolint:errcheck // it may just have ended
	z.control.Close()
}

// outdated tells whether packages have been installed or removed since z began
// to import them.
func (z *zygote) outdated() bool {
	for place, then := range z.places {
		if st, err := os.Stat(place); err != nil || !st.ModTime().Equal(then) {
			return true
		}
	}
	return false
}

// complaint is what could not be imported, in one line.
func (z *zygote) complaint() string {
	if len(z.missing) == 0 {
		return ""
	}
	return "could not import " + strings.Join(z.missing, "; ")
}
