package tds

import (
	"encoding/binary"
	"net"
)

// TLS record types lie in this range, RFC 8446 5.1; no packet type does.
const (
	tlsRecordFirst  = 0x14
	tlsRecordLast   = 0x18
	tlsRecordHeader = 5
	// maxTLSRecord is the largest body of a record, TLS 1.2's 2^14+2048.
	maxTLSRecord = 16384 + 2048
)

// HandshakeConn is the connection to give to crypto/tls on a TDS 7.x leg, as
// server or as client, MS-TDS 3.2.5.1 and 3.3.5.1: during the handshake the TLS
// records travel in PRELOGIN packets, after FinishHandshake as they are.
//
// It takes from the connection beneath exactly one packet or one record at a time
// and nothing beyond, because what follows may not be for the TLS layer: with
// login-only encryption plain packets follow the first packet of LOGIN7 directly
// (see LoginOnlyServer and LoginOnlyClient).
//
// SQL Server wants each packet in one record, so the tls.Config should have
// DynamicRecordSizingDisabled, and packets no more than 16,383 bytes.
//
// Records and packets are told apart by their first byte, so that a peer may
// change over earlier or later than we do, as a TLS 1.3 server that sends its
// session tickets behind the handshake in one more packet. Read and Write may be
// used at the same time, as crypto/tls does.
type HandshakeConn struct {
	net.Conn
	in  unitReader
	out []byte // scratch for Write
	raw bool   // Write: records go out as they are
}

// NewHandshakeConn returns a connection in the handshake state. Nothing that
// follows the PRELOGIN exchange may have been read from conn.
func NewHandshakeConn(conn net.Conn) *HandshakeConn {
	return &HandshakeConn{Conn: conn, in: unitReader{conn: conn}}
}

// FinishHandshake makes records travel without packets from now on. Call it when
// the handshake has returned and before anything is written. It must not run at
// the same time as Write.
func (c *HandshakeConn) FinishHandshake() { c.raw = true }

// Stream says that everything up to the end of the connection is TLS: once the
// peer has sent one whole record without a packet, Read stops looking at record
// borders, which saves a system call per record. Not for login-only encryption.
func (c *HandshakeConn) Stream() { c.in.stream = true }

// NetConn returns the connection beneath. Between reads it stands exactly behind
// the last packet or record, unless Stream was called.
func (c *HandshakeConn) NetConn() net.Conn { return c.Conn }

// Read reads TLS bytes, never beyond the end of a packet or record.
func (c *HandshakeConn) Read(p []byte) (int, error) { return c.in.Read(p) }

// Write writes TLS bytes: during the handshake as one PRELOGIN message.
func (c *HandshakeConn) Write(p []byte) (int, error) {
	if c.raw {
		return c.Conn.Write(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	c.out = appendPrelogin(c.out[:0], p)
	if _, err := c.Conn.Write(c.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// appendPrelogin appends p as the packets of one PRELOGIN message of the default
// packet size.
func appendPrelogin(dst, p []byte) []byte {
	const room = DefaultPacketSize - HeaderSize
	for id := byte(0); ; id++ {
		n := min(len(p), room)
		h := Header{Type: PacketPrelogin, Length: uint16(HeaderSize + n), PacketID: id}
		if n == len(p) {
			h.Status = StatusEOM
		}
		dst = append(h.Append(dst), p[:n]...)
		if p = p[n:]; len(p) == 0 {
			return dst
		}
	}
}

// unitReader reads the TLS bytes of a connection on which each unit is a PRELOGIN
// packet that carries some, or a bare TLS record.
type unitReader struct {
	conn   net.Conn
	head   [HeaderSize]byte // of the current unit
	got    int              // bytes of head that are there
	ahead  []byte           // record header not yet delivered, part of head
	left   int              // bytes of the unit's body still to come
	record bool             // the last unit was a bare record
	stream bool
	direct bool // stream, and the peer has changed over
}

func (u *unitReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(u.ahead) == 0 && u.left == 0 {
		if u.direct || u.stream && u.record && u.got == 0 {
			u.direct = true
			return u.conn.Read(p)
		}
		if err := u.next(); err != nil {
			return 0, err
		}
	}
	if len(u.ahead) > 0 {
		n := copy(p, u.ahead)
		u.ahead = u.ahead[n:]
		return n, nil
	}
	n, err := u.conn.Read(p[:min(len(p), u.left)])
	u.left -= n
	if u.left > 0 {
		err = noEOF(err)
	}
	return n, err
}

// first returns the first byte of the next unit, reading it if needed, and
// whether there is such a border now: not in the middle of a unit.
func (u *unitReader) first() (b byte, atBorder bool, err error) {
	if len(u.ahead) > 0 || u.left > 0 {
		return 0, false, nil
	}
	if u.got == 0 {
		err = u.readHead(1)
	}
	return u.head[0], true, err
}

// next reads the header of the next unit.
func (u *unitReader) next() error {
	b, _, err := u.first()
	if err != nil {
		return err
	}
	switch {
	case b >= tlsRecordFirst && b <= tlsRecordLast:
		if err := u.readHead(tlsRecordHeader); err != nil {
			return noEOF(err)
		}
		n := int(binary.BigEndian.Uint16(u.head[3:]))
		if n > maxTLSRecord {
			return &DecodeError{Name: "TLS record", Offset: 3, Problem: "record is too long", Err: ErrLimit}
		}
		u.ahead, u.left, u.record = u.head[:tlsRecordHeader], n, true
	// Servers may wrap their side in replies before TDS 7.2 (2.2.6.5).
	case PacketType(b) == PacketPrelogin || PacketType(b) == PacketReply:
		if err := u.readHead(HeaderSize); err != nil {
			return noEOF(err)
		}
		h, err := ParseHeader(u.head[:])
		if err != nil {
			return err
		}
		u.left, u.record = int(h.Length)-HeaderSize, false
	default:
		return &DecodeError{Name: "TLS handshake", Problem: PacketType(b).String() +
			" in place of a PRELOGIN packet or TLS record"}
	}
	u.got = 0
	return nil
}

// readHead reads until head has n bytes. What a failed call got stays there.
func (u *unitReader) readHead(n int) error {
	for u.got < n {
		m, err := u.conn.Read(u.head[u.got:n])
		u.got += m
		if err != nil && u.got < n {
			if u.got > 0 {
				err = noEOF(err)
			}
			return err
		}
	}
	return nil
}
