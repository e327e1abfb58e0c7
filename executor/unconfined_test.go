package executor

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"tds-launchpad/sandbox"
)

// unconfined starts the satellite program as a plain child process, so that these
// tests are about the program and not about boxes.
type unconfined struct {
	main string
	// command replaces the interpreter's arguments.
	command []string
	// listen gives satellites a listener.
	listen bool
	mu     sync.Mutex
	open   int // satellites not released
}

// pythonMissing says what these tests lack, "" for nothing.
var pythonMissing = sync.OnceValue(func() string {
	if _, err := os.Stat(PythonPath); err != nil {
		return "no Python interpreter at " + PythonPath
	}
	if out, err := exec.Command(PythonPath, "-I", "-c", "import numpy, pandas").CombinedOutput(); err != nil {
		return "the Python packages numpy and pandas are missing: " + string(bytes.TrimSpace(out))
	}
	return ""
})

func newUnconfined(t testing.TB) *unconfined {
	t.Helper()
	if missing := pythonMissing(); missing != "" {
		t.Skip(missing)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, Languages()[0].Files); err != nil {
		t.Fatal(err)
	}
	u := &unconfined{main: filepath.Join(dir, "main.py")}
	t.Cleanup(func() {
		u.mu.Lock()
		defer u.mu.Unlock()
		if u.open != 0 {
			t.Errorf("%d satellites were not released", u.open)
		}
	})
	return u
}

var _ fs.FS = Languages()[0].Files

type child struct {
	starter        *unconfined
	cmd            *exec.Cmd
	conn           *net.UnixConn
	stdout, stderr *os.File
	listeners      []net.Listener
	done           chan struct{}
	exit           sandbox.Exit
	mu             sync.Mutex
	killed         bool
	released       bool
}

func (u *unconfined) Acquire(_ context.Context, _ sandbox.Request) (Satellite, error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	theirs := os.NewFile(uintptr(fds[1]), "satellite")
	defer theirs.Close()
	ours := os.NewFile(uintptr(fds[0]), "proxy")
	defer ours.Close()
	conn, err := net.FileConn(ours)
	if err != nil {
		return nil, err
	}
	outR, outW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer outW.Close()
	errR, errW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer errW.Close()
	args := u.command
	if args == nil {
		args = slices.Clone(Languages()[0].Command)
		args[len(args)-1] = u.main
	}
	c := &child{starter: u, conn: conn.(*net.UnixConn), stdout: outR, stderr: errR, done: make(chan struct{})}
	if u.listen {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		c.listeners = append(c.listeners, l)
	}
	c.cmd = exec.Command(args[0], args[1:]...)
	c.cmd.Env = append([]string{"LANG=C.UTF-8", "PATH=/usr/bin:/bin"}, Languages()[0].Env...)
	c.cmd.ExtraFiles = []*os.File{theirs}
	c.cmd.Stdout, c.cmd.Stderr = outW, errW
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := c.cmd.Start(); err != nil {
		return nil, errors.Join(err, conn.Close(), outR.Close(), errR.Close())
	}
	u.mu.Lock()
	u.open++
	u.mu.Unlock()
	go func() {
		defer close(c.done)
		_ = c.cmd.Wait()
		status := c.cmd.ProcessState.Sys().(syscall.WaitStatus)
		c.exit = sandbox.Exit{Code: status.ExitStatus()}
		if status.Signaled() {
			c.exit.Signal = int(status.Signal())
		}
	}()
	return c, nil
}

func (c *child) Conn() net.Conn            { return c.conn }
func (c *child) Stdout() io.ReadCloser     { return c.stdout }
func (c *child) Stderr() io.ReadCloser     { return c.stderr }
func (c *child) Listeners() []net.Listener { return c.listeners }
func (c *child) Account() string           { return "TEST01" }
func (c *child) HostUID() uint32           { return 0 }
func (c *child) Origin() sandbox.Origin    { return sandbox.Cold }

func (c *child) Kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.released {
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // the group: what the script started too
		c.killed = true
	}
}

func (c *child) Wait(ctx context.Context) (sandbox.Exit, error) {
	select {
	case <-c.done:
		return c.exit, nil
	case <-ctx.Done():
		return sandbox.Exit{}, ctx.Err()
	}
}

func (c *child) Release() error {
	c.Kill()
	<-c.done
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.released {
		return nil
	}
	c.released = true
	c.starter.mu.Lock()
	c.starter.open--
	c.starter.mu.Unlock()
	for _, l := range c.listeners {
		_ = l.Close()
	}
	return errors.Join(c.conn.Close(), c.stdout.Close(), c.stderr.Close())
}
