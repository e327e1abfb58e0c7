package tds

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
)

// ErrLoginNotEncrypted: encryption of the login was agreed on, but the login came
// in the clear.
var ErrLoginNotEncrypted = errors.New("tds: login packet is not encrypted although that was agreed on")

// maxTLSPlaintext is the most that one TLS record holds, RFC 8446 5.1.
const maxTLSPlaintext = 16384

// LoginOnlyServer returns the connection of a server to a client with which
// ENCRYPT_OFF was agreed on, for all that follows the handshake: what the client
// sends in TLS records is decrypted, from its first plain packet on everything is
// plain, and all that is written goes out plain (MS-TDS 2.2.6.5, "encrypt login
// packet only"). Drivers encrypt the first packet of LOGIN7; one that encrypts
// all of a longer LOGIN7 is understood too.
//
// secure is the TLS connection (*tls.Conn) that made the handshake over c: each of
// its Reads must return the rest of one record if the slice has the room. The
// first read fails with ErrLoginNotEncrypted if the client begins in the clear.
// Neither c nor secure may be used or closed afterwards, close what is returned.
func LoginOnlyServer(c *HandshakeConn, secure net.Conn) net.Conn {
	c.FinishHandshake()
	return &loginOnlyServer{Conn: c.Conn, secure: secure, in: &c.in}
}

type loginOnlyServer struct {
	net.Conn
	secure net.Conn
	in     *unitReader
	buf    []byte // holds pend
	pend   []byte // decrypted, not yet read
	begun  bool   // a record has been decrypted
	plain  bool
}

func (s *loginOnlyServer) Read(p []byte) (int, error) {
	for !s.plain && len(p) > 0 {
		if len(s.pend) > 0 {
			n := copy(p, s.pend)
			s.pend = s.pend[n:]
			return n, nil
		}
		b, atBorder, err := s.in.first()
		if err != nil {
			return 0, err
		}
		if atBorder && (b < tlsRecordFirst || b > tlsRecordLast) {
			if !s.begun {
				return 0, ErrLoginNotEncrypted
			}
			// The client has left TLS for good. One byte of its packet is read.
			s.plain, s.buf = true, nil
			p[0], s.in.got = b, 0
			return 1, nil
		}
		if s.buf == nil {
			s.buf = make([]byte, maxTLSPlaintext)
		}
		n, err := s.secure.Read(s.buf)
		s.pend = s.buf[:n]
		if n > 0 {
			s.begun = true
			continue
		}
		if err != nil {
			return 0, err
		}
	}
	return s.Conn.Read(p)
}

// LoginOnlyClient returns the connection of a client to a server with which
// ENCRYPT_OFF was agreed on, for all that follows the handshake: the first packet
// written goes through secure, the TLS connection that made the handshake over c, in
// one Write, everything after it and all that is read is plain. TLS records that the server
// still sends (session tickets) are passed over, since that layer has ended.
// Neither c nor secure may be used or closed afterwards, close what is returned.
func LoginOnlyClient(c *HandshakeConn, secure net.Conn) net.Conn {
	c.FinishHandshake()
	return &loginOnlyClient{Conn: c.Conn, secure: secure, in: &c.in}
}

type loginOnlyClient struct {
	net.Conn
	secure net.Conn
	in     *unitReader
	first  []byte // the first packet, as far as it has been written
	sent   bool
	plain  bool // reading
}

func (l *loginOnlyClient) Write(p []byte) (int, error) {
	if l.sent {
		return l.Conn.Write(p)
	}
	// The packet is collected, so that it goes out as one record.
	done := 0
	for {
		need := HeaderSize
		if len(l.first) >= HeaderSize {
			need = max(HeaderSize, int(binary.BigEndian.Uint16(l.first[2:])))
		}
		n := min(need-len(l.first), len(p)-done)
		l.first = append(l.first, p[done:done+n]...)
		done += n
		if len(l.first) < need {
			return done, nil // more to come
		}
		if need == HeaderSize && int(binary.BigEndian.Uint16(l.first[2:])) > HeaderSize {
			continue
		}
		break
	}
	if _, err := l.secure.Write(l.first); err != nil {
		return 0, err
	}
	clear(l.first) // it holds a password
	l.first, l.sent = nil, true
	if done == len(p) {
		return done, nil
	}
	n, err := l.Conn.Write(p[done:])
	return done + n, err
}

func (l *loginOnlyClient) Read(p []byte) (int, error) {
	for !l.plain && len(p) > 0 {
		b, atBorder, err := l.in.first()
		if err != nil {
			return 0, err
		}
		isTLS := b >= tlsRecordFirst && b <= tlsRecordLast || PacketType(b) == PacketPrelogin
		if atBorder && !isTLS {
			l.plain = true
			p[0], l.in.got = b, 0
			return 1, nil
		}
		var scratch [512]byte
		if _, err := l.in.Read(scratch[:]); err != nil && err != io.EOF {
			return 0, err
		} else if err == io.EOF {
			return 0, io.ErrUnexpectedEOF
		}
	}
	return l.Conn.Read(p)
}
