package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"sync"
	"syscall"
	"time"
)

// startTimeout and stopTimeout are far above what a healthy process takes; the
// product drains for up to 20 s.
const (
	startTimeout = time.Minute
	stopTimeout  = 30 * time.Second
)

// process is a part of the bench that runs by itself.
type process struct {
	name   string
	cmd    *exec.Cmd
	log    tail
	exited chan struct{}
}

// startProcess starts cmd and keeps the end of what it says on standard error.
func startProcess(name string, cmd *exec.Cmd) (*process, error) {
	p := &process{name: name, cmd: cmd, exited: make(chan struct{})}
	if cmd.Stderr == nil {
		cmd.Stderr = &p.log
	} else { // somebody reads it
		cmd.Stderr = io.MultiWriter(cmd.Stderr, &p.log)
	}
	// Ctrl-C is for the bench, which stops its processes in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// reap waits for the end of a process whose standard output nobody reads.
func (p *process) reap() {
	_ = p.cmd.Wait()
	close(p.exited)
}

var readyLine = regexp.MustCompile(`ready on ([^\s,]+)`)

// startServer starts a process that says on standard output where it is ready.
func startServer(name string, cmd *exec.Cmd) (p *process, address string, err error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if p, err = startProcess(name, cmd); err != nil {
		return nil, "", err
	}
	ready := make(chan string, 1)
	go func() {
		defer p.reap()
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil && len(ready) == 0 {
				ready <- m[1]
			}
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case address = <-ready:
		return p, address, nil
	case <-p.exited:
		return nil, "", fmt.Errorf("%s ended before it was ready:\n%s", name, &p.log)
	case <-time.After(startTimeout):
		_ = p.stop()
		return nil, "", fmt.Errorf("%s was not ready after %v:\n%s", name, startTimeout, &p.log)
	}
}

// stop ends the process and waits for it.
func (p *process) stop() error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
		return nil
	case <-time.After(stopTimeout):
		_ = p.cmd.Process.Kill()
		<-p.exited
		return fmt.Errorf("%s did not end within %v and was killed:\n%s", p.name, stopTimeout, &p.log)
	}
}

// tail keeps the last bytes written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 8 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if n := len(t.buf); n > 2*tailSize {
		t.buf = append(t.buf[:0], t.buf[n-tailSize:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(bytes.TrimSpace(t.buf[max(0, len(t.buf)-tailSize):]))
}
