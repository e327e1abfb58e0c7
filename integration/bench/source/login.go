package source

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"

	"tds-launchpad/tds"
)

// tlsHandshake is the first byte of a client that begins with TLS.
const tlsHandshake = 0x16

// spid is every session's: ready-made packets have one header for all.
const spid = 51

// product is the version that the source says it is, so that drivers choose
// their modern ways.
var product = tds.ProductVersion{Major: 16, Build: 1000}

// login brings a connection to where requests come.
func (s *Server) login(conn net.Conn) (*session, error) {
	first := &firstByte{Conn: conn}
	b, err := first.peek()
	if err != nil {
		return nil, err
	}
	c := &session{server: s}
	c.use(first)
	if b == tlsHandshake {
		if s.TLS == nil {
			return nil, errors.New("client begins with TLS")
		}
		config := s.TLS.Clone()
		config.NextProtos = []string{"tds/8.0"}
		c.use(tls.Server(first, config))
	}
	if err := c.prelogin(); err != nil {
		return nil, err
	}
	return c, c.login7()
}

// prelogin answers PRELOGIN: there is no encryption but what is there already.
func (c *session) prelogin() error {
	m, err := c.in.ReadMessage(tds.MaxPreloginSize, nil)
	if err != nil {
		return err
	}
	if _, err := tds.ParsePrelogin(m.Data); err != nil {
		return err
	}
	var answer tds.Prelogin
	answer.SetVersion(product)
	answer.SetEncryption(tds.EncryptNotSup)
	answer.Set(tds.PreloginInstOpt, []byte{0})
	answer.Set(tds.PreloginMARS, []byte{0})
	payload, err := answer.Append(nil)
	if err != nil {
		return err
	}
	return c.out.WriteMessage(tds.PacketReply, 0, payload)
}

// login7 accepts whoever comes.
func (c *session) login7() error {
	m, err := c.in.ReadMessage(tds.MaxLogin7Size, nil)
	if err != nil {
		return err
	}
	if m.Type != tds.PacketLogin7 {
		return fmt.Errorf("%v in place of LOGIN7", m.Type)
	}
	l, err := tds.ParseLogin7(m.Data)
	if err != nil {
		return err
	}
	c.version = l.TDSVersion
	c.packetSize = tds.DefaultPacketSize
	if n := int(l.PacketSize); n >= tds.MinPacketSize && n <= tds.MaxPacketSize {
		c.packetSize = n
	}
	tokens := []*tds.EnvChange{
		{Type: tds.EnvDatabase, New: "source", Old: "master"},
		{Type: tds.EnvCollation, NewData: tds.DefaultCollation.Append(nil)},
		{Type: tds.EnvLanguage, New: "us_english"},
		{Type: tds.EnvPacketSize, New: strconv.Itoa(c.packetSize), Old: strconv.Itoa(tds.DefaultPacketSize)},
	}
	var out []byte
	for _, t := range tokens {
		if out, err = t.Append(out); err != nil {
			return err
		}
	}
	ack := tds.LoginAck{Interface: tds.InterfaceTSQL, TDSVersion: c.version, ProgName: "Microsoft SQL Server", Version: product}
	out = ack.Append(out)
	done := tds.Done{Token: tds.TokenDone}
	if err := c.out.WriteMessage(tds.PacketReply, 0, done.Append(out, c.version)); err != nil {
		return err
	}
	c.out.SetPacketSize(c.packetSize)
	return nil
}

// firstByte lets the first byte be looked at and read again.
type firstByte struct {
	net.Conn
	b      [1]byte
	unread bool
}

func (f *firstByte) peek() (byte, error) {
	_, err := f.Conn.Read(f.b[:])
	f.unread = err == nil
	return f.b[0], err
}

func (f *firstByte) Read(p []byte) (int, error) {
	if f.unread && len(p) > 0 {
		p[0], f.unread = f.b[0], false
		return 1, nil
	}
	return f.Conn.Read(p)
}
