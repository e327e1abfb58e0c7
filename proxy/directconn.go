package proxy

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"unsafe"
)

// directConn reads and writes a TCP connection without announcing each system call to the Go
// scheduler. An announced call that takes longer than some 20 us, as a write to a socket can,
// has its processor handed to another thread, and the thread has to find one afterwards: measured,
// a third of the processor time of a forwarded round trip. Our sockets never block in the kernel, so
// there is nothing to be handed over for. Waiting, deadlines and closing are Go's, as ever.
type directConn struct {
	*net.TCPConn
	raw   syscall.RawConn
	in    transfer
	out   transfer
	read  func(fd uintptr) bool // made once, so that reading allocates nothing
	write func(fd uintptr) bool
}

// transfer is a read or write that is being tried.
type transfer struct {
	mu   sync.Mutex
	p    []byte
	n    int
	fail syscall.Errno
}

// directMost bounds one system call, so that the garbage collector, which waits for it, never
// waits long.
const directMost = 64 << 10

// direct makes a directConn of a TCP connection, and leaves others as they are.
func direct(conn net.Conn) net.Conn {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return conn
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return conn
	}
	c := &directConn{TCPConn: tcp, raw: raw}
	c.read = func(fd uintptr) bool { return c.in.try(syscall.SYS_READ, fd) }
	c.write = func(fd uintptr) bool {
		for c.out.n < len(c.out.p) {
			if !c.out.try(syscall.SYS_WRITE, fd) {
				return false
			}
			if c.out.fail != 0 {
				break
			}
		}
		return true
	}
	return c
}

// try makes one system call for what is left of p. False: the socket is not ready.
func (t *transfer) try(call, fd uintptr) bool {
	p := t.p[t.n:]
	p = p[:min(len(p), directMost)]
	for {
		n, _, errno := syscall.RawSyscall(call, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		switch errno {
		case 0:
			t.n += int(n)
			return true
		case syscall.EAGAIN:
			return false
		case syscall.EINTR:
			continue
		}
		t.fail = errno
		return true
	}
}

// Read implements net.Conn.
func (c *directConn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := c.transfer(&c.in, p, "read", c.raw.Read, c.read)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}

// Write implements net.Conn.
func (c *directConn) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return c.transfer(&c.out, p, "write", c.raw.Write, c.write)
}

func (c *directConn) transfer(t *transfer, p []byte, name string, run func(func(uintptr) bool) error, try func(uintptr) bool) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.p, t.n, t.fail = p, 0, 0
	err := run(try)
	t.p = nil
	if err == nil && t.fail != 0 {
		err = &net.OpError{Op: name, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(),
			Err: os.NewSyscallError(name, t.fail)}
	}
	return t.n, err
}
