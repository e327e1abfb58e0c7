package source

import (
	"crypto/tls"
	"errors"
	"net"
	"sync/atomic"
)

// Server is the synthetic source.
type Server struct {
	// TLS, if not nil, is for clients that begin with TLS (TDS 8.0), the form that a
	// TCP proxy can terminate. Others are told that there is no encryption.
	TLS *tls.Config

	rows    rowCache
	flowing atomic.Pointer[Flow] // of the last large result set
}

// writeBuffer bounds what the kernel takes off us before the peer reads, see Flow.
const writeBuffer = 256 << 10

// Serve accepts connections until l is closed.
func (s *Server) Serve(l net.Listener) error {
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetWriteBuffer(writeBuffer)
			}
			// How a connection ends is its client's matter, who sees it.
			_ = s.serve(conn)
		}()
	}
}

func (s *Server) serve(conn net.Conn) error {
	c, err := s.login(conn)
	if err != nil {
		return err
	}
	return c.serve()
}
