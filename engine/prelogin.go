package engine

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"tds-launchpad/tds"
)

// productVersion is what the engine says it is: SQL Server 2022's number, whose
// behaviour it follows as far as it goes, so that drivers choose the modern ways.
var productVersion = tds.ProductVersion{Major: 16, Minor: 0, Build: 1000}

// maxPrelogin bounds the first message of a stranger; drivers send about 100 bytes.
const maxPrelogin = 4096

// tlsHandshakeRecord is the first byte of a client that begins with TLS (TDS 8.0).
const tlsHandshakeRecord = 0x16

var errNoEncryption = errors.New("client insists on encryption, which this engine was not given a certificate for")

// prelogin answers PRELOGIN and puts TLS on the connection as agreed.
func (c *connection) prelogin() error {
	first, err := c.sniff()
	if err != nil {
		return err
	}
	strict := first == tlsHandshakeRecord
	if strict {
		if c.server.cfg.TLS == nil {
			return errNoEncryption
		}
		config := c.server.cfg.TLS.Clone()
		config.NextProtos = []string{"tds/8.0"}
		c.use(tls.Server(c.conn, config))
	}
	m, err := c.packets.ReadMessage(maxPrelogin, nil)
	if err != nil {
		return err
	}
	if m.Type != tds.PacketPrelogin {
		return fmt.Errorf("%v instead of PRELOGIN", m.Type)
	}
	asked, err := tds.ParsePrelogin(m.Data)
	if err != nil {
		return err
	}
	own := tds.EncryptOff
	if c.server.cfg.TLS == nil {
		own = tds.EncryptNotSup
	}
	wanted, _ := asked.Encryption()
	answer, ok := own.Answer(wanted)
	if err := c.answerPrelogin(&asked, answer); err != nil {
		return err
	}
	switch {
	case !ok:
		return errNoEncryption
	case strict || answer.Setting() == tds.EncryptNotSup:
		return nil
	}
	return c.startTLS(answer.Setting() == tds.EncryptOff)
}

func (c *connection) answerPrelogin(asked *tds.Prelogin, encryption tds.Encryption) error {
	var answer tds.Prelogin
	answer.SetVersion(productVersion)
	answer.SetEncryption(encryption)
	answer.Set(tds.PreloginInstOpt, []byte{0})
	answer.Set(tds.PreloginThreadID, nil)
	if _, ok := asked.Get(tds.PreloginMARS); ok {
		answer.Set(tds.PreloginMARS, []byte{0})
	}
	payload, err := answer.Append(nil)
	if err != nil {
		return err
	}
	return c.out.WriteMessage(tds.PacketReply, 0, payload)
}

// startTLS makes the handshake inside PRELOGIN packets. With loginOnly the first
// packet of LOGIN7 alone is encrypted.
func (c *connection) startTLS(loginOnly bool) error {
	if len(c.packets.Buffered()) > 0 {
		return errors.New("client sent on before the TLS handshake")
	}
	config := c.server.cfg.TLS.Clone()
	config.MaxVersion = tls.VersionTLS12 // what TDS 7.x leaves room for
	handshake := tds.NewHandshakeConn(c.conn)
	secure := tls.Server(handshake, config)
	if err := secure.Handshake(); err != nil {
		return err
	}
	if loginOnly {
		c.use(tds.LoginOnlyServer(handshake, secure))
		return nil
	}
	handshake.FinishHandshake()
	handshake.Stream()
	c.use(secure)
	return nil
}

// use makes conn what packets are read from and written to.
func (c *connection) use(conn net.Conn) {
	c.conn = conn
	c.packets.Reset(conn)
	c.out.Reset(conn)
}

// sniff looks at the first byte without taking it.
func (c *connection) sniff() (byte, error) {
	var first [1]byte
	if _, err := c.conn.Read(first[:]); err != nil {
		return 0, err
	}
	c.use(&prefixed{Conn: c.conn, prefix: first[:]})
	return first[0], nil
}

// prefixed gives back bytes that were read to look at them.
type prefixed struct {
	net.Conn
	prefix []byte
}

func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.prefix) == 0 {
		return p.Conn.Read(b)
	}
	n := copy(b, p.prefix)
	p.prefix = p.prefix[n:]
	return n, nil
}
