package proxy

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"tds-launchpad/tds"
)

// tlsHandshake is the first byte of a TLS connection (RFC 8446 5.1, ContentType handshake).
const tlsHandshake = 0x16

// sniffedConn gives back the one byte by which TDS 7.x and 8.0 are told apart.
type sniffedConn struct {
	net.Conn
	first  byte
	unread bool
}

func (c *sniffedConn) Read(p []byte) (int, error) {
	if c.unread && len(p) > 0 {
		p[0], c.unread = c.first, false
		return 1, nil
	}
	return c.Conn.Read(p)
}

// openClient reads what the client says first and returns its PRELOGIN. With TDS 8.0 the leg is
// encrypted then, with 7.x startClient will see to it.
func (s *session) openClient() (tds.Prelogin, error) {
	c := s.client
	c.deadline(time.Now().Add(s.cfg.Limits.Prelogin))
	sniffed := &sniffedConn{Conn: c.raw}
	var first [1]byte
	if _, err := io.ReadFull(c.raw, first[:]); err != nil {
		return tds.Prelogin{}, &clientError{"sent nothing", err}
	}
	sniffed.first, sniffed.unread = first[0], true

	mode := s.clientMode()
	switch {
	case first[0] == tlsHandshake && mode != ClientEncryptOff:
		secure := tls.Server(sniffed, s.server.clientTLS(true, false))
		if err := secure.Handshake(); err != nil {
			return tds.Prelogin{}, &clientError{"TLS handshake failed", err}
		}
		c.use(secure)
		c.strict, c.encryption = true, "strict"
	case first[0] == byte(tds.PacketPrelogin) && mode != ClientEncryptStrict:
		c.use(sniffed)
	case first[0] == byte(tds.PacketPrelogin):
		return tds.Prelogin{}, &clientError{"speaks TDS 7.x where only 8.0 (strict) is allowed", nil}
	default:
		return tds.Prelogin{}, &clientError{fmt.Sprintf("first byte 0x%02x begins neither PRELOGIN nor TLS", first[0]), nil}
	}

	message, err := c.in.ReadMessage(tds.MaxPreloginSize, nil)
	switch {
	case err != nil:
		return tds.Prelogin{}, &clientError{"PRELOGIN", err}
	case message.Type != tds.PacketPrelogin:
		return tds.Prelogin{}, &clientError{message.Type.String() + " in place of PRELOGIN", nil}
	case len(c.in.Buffered()) > 0:
		// It would be taken for protected after the handshake.
		return tds.Prelogin{}, &clientError{"data behind PRELOGIN that should have waited for its answer", nil}
	}
	prelogin, err := tds.ParsePrelogin(message.Data)
	if err != nil {
		return tds.Prelogin{}, &clientError{"PRELOGIN", err}
	}
	if s.loop != nil && prelogin.MARS() {
		prelogin.Set(tds.PreloginMARS, []byte{0}) // we have questions of our own, see becomeCaller
	}
	return prelogin, nil
}

// clientEncryption decides how the client leg is encrypted. An error means that the two can't
// talk; the answer has to be sent all the same, so that the client knows why.
func (s *session) clientEncryption(prelogin tds.Prelogin) (tds.Encryption, error) {
	wanted, _ := prelogin.Encryption()
	s.byCertificate = wanted.ClientCert()
	if s.byCertificate && (s.loop == nil || s.client.strict) {
		answer := tds.EncryptNotSup
		if wanted.Setting() == tds.EncryptNotSup {
			answer = tds.EncryptReq // as the table of MS-TDS 2.2.6.5 has it
		}
		return answer, &clientError{fmt.Sprintf("asks to be authenticated by certificate (%v), "+
			"which is for TDS 7.x on a script's loopback connection only", wanted), nil}
	}
	if s.client.strict {
		return tds.EncryptNotSup, nil // nothing more than there is already
	}
	own := map[ClientEncryption]tds.Encryption{
		ClientEncryptOptional: tds.EncryptOff,
		ClientEncryptRequired: tds.EncryptOn,
		ClientEncryptOff:      tds.EncryptNotSup,
	}[s.clientMode()]
	answer, ok := own.Answer(wanted)
	if !ok {
		return answer, &clientError{fmt.Sprintf("asks for %v, which does not go with client encryption %q",
			wanted, s.clientMode()), nil}
	}
	return answer, nil
}

// clientMode is what is asked of the client. A loopback connection leaves the machine's memory no
// more than the script itself: it does as the script's driver likes.
func (s *session) clientMode() ClientEncryption {
	if s.loop != nil && s.cfg.Certificate != nil {
		return ClientEncryptOptional
	}
	return s.cfg.ClientEncryption
}

// startClient answers the PRELOGIN and brings up the encryption agreed on.
func (s *session) startClient(prelogin, answer tds.Prelogin) error {
	c := s.client
	encryption, refused := s.clientEncryption(prelogin)
	answer.SetEncryption(encryption)
	payload, err := answer.Append(nil)
	if err == nil {
		err = c.out.WriteMessage(tds.PacketReply, 0, payload)
	}
	if refused != nil {
		c.closeGently()
		return refused
	}
	if err != nil {
		return &clientError{"answering PRELOGIN", err}
	}
	if c.strict {
		return nil
	}
	if encryption.Setting() == tds.EncryptNotSup {
		c.use(c.raw)
		return nil
	}
	if len(c.in.Buffered()) > 0 {
		return &clientError{"data before the TLS handshake", nil}
	}
	framed := tds.NewHandshakeConn(c.raw)
	secure := tls.Server(framed, s.server.clientTLS(false, s.byCertificate))
	if err := secure.Handshake(); err != nil {
		return &clientError{"TLS handshake failed", err}
	}
	if shown := secure.ConnectionState().PeerCertificates; len(shown) > 0 {
		s.peer = shown[0].Raw
	}
	if encryption.Setting() == tds.EncryptOff {
		c.use(tds.LoginOnlyServer(framed, secure))
		c.encryption = "login"
		return nil
	}
	framed.FinishHandshake()
	framed.Stream()
	c.use(secure)
	c.encryption = "all"
	return nil
}

// ownPrelogin is the answer of a server that has no engine: the client goes on to LOGIN7, and
// then reads in an error message what has happened.
func ownPrelogin(client tds.Prelogin) tds.Prelogin {
	var p tds.Prelogin
	p.SetVersion(tds.ProductVersion{Major: 16})
	p.SetEncryption(tds.EncryptOff)
	p.Set(tds.PreloginInstOpt, []byte{0})
	p.Set(tds.PreloginThreadID, nil)
	p.Set(tds.PreloginMARS, []byte{0})
	if _, ok := client.FedAuthRequired(); ok {
		p.Set(tds.PreloginFedAuthRequired, []byte{0})
	}
	return p
}

// clientError is something the client did, or failed to do, that ends its session.
type clientError struct {
	what string
	err  error
}

func (e *clientError) Error() string {
	if e.err == nil {
		return "client: " + e.what
	}
	if errors.Is(e.err, io.EOF) {
		return "client: " + e.what + ": connection closed"
	}
	return "client: " + e.what + ": " + e.err.Error()
}

func (e *clientError) Unwrap() error { return e.err }
