package proxy

import (
	"net"
	"sync/atomic"
	"time"
)

// meter is what a client leg has done, for the sweep that looks for clients which have stopped in
// the middle of something. Counting costs a few nanoseconds; a deadline for every read and write
// would cost more than the forwarding itself.
type meter struct {
	read     atomic.Int64 // bytes read from the client
	boundary atomic.Int64 // value of read when the last message had been read to its end
	writing  atomic.Int64 // when the write began that is under way, in nanoseconds; 0: none

	// Of the sweep alone:
	seen  int64 // read, when it last changed
	since time.Time
}

// meteredConn is a client's connection with its meter.
type meteredConn struct {
	net.Conn
	meter *meter
}

func (c *meteredConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.meter.read.Add(int64(n))
	return n, err
}

func (c *meteredConn) Write(p []byte) (int, error) {
	c.meter.writing.Store(time.Now().UnixNano())
	n, err := c.Conn.Write(p)
	c.meter.writing.Store(0)
	return n, err
}

// CloseWrite ends our direction, if the connection can do that.
func (c *meteredConn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// atBoundary notes that everything read so far has been understood as whole messages.
func (m *meter) atBoundary() { m.boundary.Store(m.read.Load()) }

// stalled tells whether the client has made no progress for limit, and in what.
func (m *meter) stalled(now time.Time, limit time.Duration) string {
	if began := m.writing.Load(); began != 0 && now.Sub(time.Unix(0, began)) > limit {
		return "the client has stopped reading"
	}
	read := m.read.Load()
	if read != m.seen || read == m.boundary.Load() {
		m.seen, m.since = read, now
		return ""
	}
	if now.Sub(m.since) > limit {
		return "the client has stopped in the middle of a message"
	}
	return ""
}

// sweepsPerStall is how often a stall is looked for within the time that makes one.
const sweepsPerStall = 8

// sweep closes stalled sessions until stop is closed.
func (s *Server) sweep(stop <-chan struct{}) {
	ticker := time.NewTicker(max(s.cfg.Limits.Stall/sweepsPerStall, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case now := <-ticker.C:
			s.mu.Lock()
			for session := range s.sessions {
				// Before that the login's deadline counts; MARS has no messages that we know of.
				if !session.opened || session.mars {
					continue
				}
				if reason := session.meter.stalled(now, s.cfg.Limits.Stall); reason != "" {
					go session.close(reason)
				}
			}
			s.mu.Unlock()
		}
	}
}
