package sandbox

import (
	"fmt"
	"io"
	"net"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// link is one end of the socket pair between the serving process and the
// launcher. Sends are whole datagrams and may come from any goroutine.
type link struct {
	conn *net.UnixConn
	buf  [maxMessage + 1]byte
	oob  [256]byte // a header and maxDescriptors need 32
}

// newLink takes over an open descriptor.
func newLink(f *os.File) (*link, error) {
	defer f.Close()
	c, err := net.FileConn(f)
	if err != nil {
		return nil, fmt.Errorf("launcher socket: %w", err)
	}
	uc, ok := c.(*net.UnixConn)
	if !ok {
		c.Close()
		return nil, fmt.Errorf("launcher socket: is a %T", c)
	}
	return &link{conn: uc}, nil
}

// linkPair makes both ends; peer is for a child process.
func linkPair() (l *link, peer *os.File, err error) {
	own, peer, err := socketPair(unix.SOCK_SEQPACKET, "launcher")
	if err != nil {
		return nil, nil, err
	}
	if l, err = newLink(own); err != nil {
		peer.Close()
		return nil, nil, err
	}
	return l, peer, nil
}

func (l *link) close() { l.conn.Close() }

// send sends a message with descriptors, which stay the caller's.
func (l *link) send(m *message, files ...*os.File) error {
	var rights []byte
	if len(files) > 0 {
		fds := make([]int, len(files))
		for i, f := range files {
			fds[i] = int(f.Fd())
		}
		rights = unix.UnixRights(fds...)
	}
	_, _, err := l.conn.WriteMsgUnix(m.append(make([]byte, 0, 256)), rights, nil)
	return err
}

// receive waits for the next message; only one goroutine may. io.EOF: the
// other side has ended.
func (l *link) receive() (*message, []*os.File, error) {
	n, oobn, fl, _, err := l.conn.ReadMsgUnix(l.buf[:], l.oob[:])
	if err != nil {
		return nil, nil, err
	}
	files, err := descriptors(l.oob[:oobn])
	if err == nil && n == 0 {
		err = io.EOF
	}
	if err == nil && (fl&(unix.MSG_TRUNC|unix.MSG_CTRUNC) != 0 || len(files) > maxDescriptors) {
		err = fmt.Errorf("%w: truncated or too many descriptors", errMessage)
	}
	var m *message
	if err == nil {
		m, err = parseMessage(l.buf[:n])
	}
	if err != nil {
		closeAll(files)
		return nil, nil, err
	}
	return m, files, nil
}

func descriptors(oob []byte) ([]*os.File, error) {
	if len(oob) == 0 {
		return nil, nil
	}
	msgs, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errMessage, err)
	}
	var files []*os.File
	for i := range msgs {
		fds, err := unix.ParseUnixRights(&msgs[i])
		if err != nil {
			closeAll(files)
			return nil, fmt.Errorf("%w: %w", errMessage, err)
		}
		for _, fd := range fds {
			files = append(files, os.NewFile(uintptr(fd), "received"))
		}
	}
	return files, nil
}

func closeAll(files []*os.File) {
	for _, f := range slices.Backward(files) {
		f.Close()
	}
}

// socketPair makes a pair of unix sockets, closed on exec.
func socketPair(kind int, name string) (a, b *os.File, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("socket pair: %w", err)
	}
	return os.NewFile(uintptr(fds[0]), name), os.NewFile(uintptr(fds[1]), name), nil
}
