package proxy

import (
	"net"
	"time"

	"tds-launchpad/tds"
)

// leg is one of a session's two connections.
type leg struct {
	raw        net.Conn // as accepted or dialled: deadlines and closing
	conn       net.Conn // what packets travel on: raw, or TLS over it
	in         *tds.PacketReader
	out        *tds.PacketWriter
	strict     bool   // TDS 8.0
	encryption string // for the log: none, login, all, strict
}

func newLeg(raw net.Conn) *leg {
	l := &leg{raw: raw, encryption: "none"}
	l.in = tds.NewPacketReader(raw, 0)
	l.out = tds.NewPacketWriter(raw, tds.DefaultPacketSize)
	l.use(raw)
	return l
}

// use makes packets travel on conn from now on.
func (l *leg) use(conn net.Conn) {
	l.conn = conn
	l.in.Reset(conn)
	l.out.Reset(conn)
}

// deadline sets the time by which the leg's next steps must be done; zero means never.
func (l *leg) deadline(t time.Time) { _ = l.raw.SetDeadline(t) }

// tuneTCP finds dead peers. Go switches Nagle's algorithm off by itself.
func tuneTCP(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetKeepAliveConfig(net.KeepAliveConfig{
			Enable: true, Idle: keepAlive, Interval: keepAliveInterval, Count: keepAliveCount})
	}
}

const (
	// keepAlive finds out that a peer is gone with whom nothing is being exchanged, as SQL
	// Server's own default does (30 s idle, then a probe a second).
	keepAlive         = 30 * time.Second
	keepAliveInterval = time.Second
	keepAliveCount    = 10
)

// lingerTime is how long a client that has been told to go may take to read why.
const lingerTime = 2 * time.Second

// closeGently lets the client read what was written last: closing with input unread would reset
// the connection, and the client's system would throw our last words away.
func (l *leg) closeGently() {
	l.deadline(time.Now().Add(lingerTime))
	var err error
	if half, ok := l.conn.(interface{ CloseWrite() error }); ok {
		err = half.CloseWrite()
	}
	if half, ok := l.raw.(interface{ CloseWrite() error }); ok && err == nil {
		err = half.CloseWrite()
	}
	if err == nil {
		var scratch [512]byte
		for left := 64; left > 0; left-- { // a client that goes on sending is not waited for
			if _, err := l.raw.Read(scratch[:]); err != nil {
				break
			}
		}
	}
	_ = l.raw.Close()
}
