package proxy

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/tds"
)

// rawClient is a client that says exactly what a test wants.
type rawClient struct {
	t    *testing.T
	raw  net.Conn
	conn net.Conn
	in   *tds.PacketReader
	out  *tds.PacketWriter

	answer       tds.Prelogin
	certificates []tls.Certificate // shown if the server asks
	accepted     *response         // of enter
}

// patience is how long a test waits for what must come. Nothing is measured against it.
const patience = 20 * time.Second

func dialProxy(t *testing.T, address string) *rawClient {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	c := &rawClient{t: t, raw: conn}
	c.use(conn)
	return c
}

func (c *rawClient) use(conn net.Conn) {
	c.conn = conn
	c.in, c.out = tds.NewPacketReader(conn, 0), tds.NewPacketWriter(conn, tds.DefaultPacketSize)
}

// strict makes TLS come first.
func (c *rawClient) strict() {
	c.t.Helper()
	secure := tls.Client(c.raw, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{alpn}})
	if err := secure.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	c.use(secure)
}

// prelogin asks for an encryption and brings up what was agreed on.
func (c *rawClient) prelogin(encryption tds.Encryption, more ...tds.PreloginOption) {
	c.t.Helper()
	var p tds.Prelogin
	p.SetVersion(tds.ProductVersion{Major: 9})
	p.SetEncryption(encryption)
	p.Set(tds.PreloginInstOpt, []byte("MSSQLServer\x00"))
	p.Set(tds.PreloginThreadID, []byte{1, 2, 3, 4})
	p.Options = append(p.Options, more...)
	payload, err := p.Append(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.out.WriteMessage(tds.PacketPrelogin, 0, payload); err != nil {
		c.t.Fatal(err)
	}
	m, err := c.in.ReadMessage(tds.MaxPreloginSize, nil)
	if err != nil {
		c.t.Fatalf("answer to PRELOGIN: %v", err)
	}
	if c.answer, err = tds.ParsePrelogin(m.Data); err != nil {
		c.t.Fatal(err)
	}
	agreed, _ := c.answer.Encryption()
	if _, isTLS := c.conn.(*tls.Conn); isTLS || agreed.Setting() == tds.EncryptNotSup || encryption == tds.EncryptNotSup {
		return
	}
	framed := tds.NewHandshakeConn(c.raw)
	secure := tls.Client(framed, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, Certificates: c.certificates})
	if err := secure.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	if agreed.Setting() == tds.EncryptOff {
		c.use(tds.LoginOnlyClient(framed, secure))
		return
	}
	framed.FinishHandshake()
	c.use(secure)
}

func plainLogin() *tds.Login7 {
	return &tds.Login7{TDSVersion: tds.V74, PacketSize: 4096, HostName: "testhost", UserName: "caller", Password: "p4ss", AppName: "rawclient",
		ServerName: "the-proxy", CltIntName: "test", Database: "db1", OptionFlags2: tds.FlagODBC}
}

// login sends LOGIN7.
func (c *rawClient) login(l *tds.Login7) {
	c.t.Helper()
	payload, err := l.Append(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(tds.PacketLogin7, 0, payload)
}

// open logs in to a proxy in front of a plain engine.
func open(t *testing.T, address string) *rawClient {
	t.Helper()
	c := dialProxy(t, address)
	c.prelogin(tds.EncryptNotSup)
	c.login(plainLogin())
	if r := c.response(); r.ack == nil {
		t.Fatalf("login was not accepted: %+v", r)
	}
	return c
}

func (c *rawClient) send(typ tds.PacketType, status tds.Status, payload []byte) {
	c.t.Helper()
	if err := c.out.WriteMessage(typ, status, payload); err != nil {
		c.t.Fatal(err)
	}
}

func (c *rawClient) batch(text string) {
	c.t.Helper()
	c.batchStatus(text, 0)
}

func (c *rawClient) batchStatus(text string, status tds.Status) {
	c.t.Helper()
	b := tds.SQLBatch{Headers: tds.TransactionHeaders(0), Text: tds.AppendUTF16(nil, text)}
	payload, err := b.Append(nil, tds.RequestFormat{})
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(tds.PacketSQLBatch, status, payload)
}

func (c *rawClient) rpc(calls ...tds.RPCCall) {
	c.t.Helper()
	r := tds.RPCRequest{Headers: tds.TransactionHeaders(0), Calls: calls}
	payload, err := r.Append(nil, tds.RequestFormat{})
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(tds.PacketRPC, 0, payload)
}

func (c *rawClient) attention() {
	c.t.Helper()
	h := tds.Header{Type: tds.PacketAttention, Status: tds.StatusEOM, Length: tds.HeaderSize}
	if _, err := c.conn.Write(h.Append(nil)); err != nil {
		c.t.Fatal(err)
	}
}

// response is a whole answer.
type response struct {
	ack      *tds.LoginAck
	columns  []tds.Column
	rows     [][][]byte
	messages []tds.ServerMessage
	envs     []tds.EnvChange
	dones    []tds.Done
	status   []int32
	returns  []tds.ReturnValue
	kinds    string // one letter per token, in order
	err      error
}

// last is the answer's last DONE.
func (r *response) last() tds.Done {
	if len(r.dones) == 0 {
		return tds.Done{}
	}
	return r.dones[len(r.dones)-1]
}

// number is the first error's.
func (r *response) number() int32 {
	for _, m := range r.messages {
		if m.IsError {
			return m.Number
		}
	}
	return 0
}

// response reads one answer. What goes wrong is in its err.
func (c *rawClient) response() *response {
	c.t.Helper()
	m, err := c.in.ReadMessage(64<<20, nil)
	if err != nil {
		return &response{err: err}
	}
	return parseResponse(m.Data, tds.V74)
}

func parseResponse(data []byte, v tds.Version) *response {
	r := &response{}
	reader := tds.NewTokenReader(bytes.NewReader(data), tds.TokenReaderOptions{TokenFormat: tds.TokenFormat{Version: v}})
	for {
		token, err := reader.Next()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				r.err = err
			}
			return r
		}
		switch t := token.(type) {
		case *tds.LoginAck:
			r.ack = t
			r.kinds += "a"
		case *tds.ColMetadata:
			r.columns = t.Columns
			r.kinds += "c"
		case *tds.Row:
			values := make([][]byte, len(t.Values))
			for i, v := range t.Values {
				values[i] = bytes.Clone(v)
			}
			r.rows = append(r.rows, values)
			r.kinds += "r"
		case *tds.ServerMessage:
			r.messages = append(r.messages, *t)
			if t.IsError {
				r.kinds += "E"
			} else {
				r.kinds += "I"
			}
		case *tds.EnvChange:
			r.envs = append(r.envs, *t)
			r.kinds += "v"
		case *tds.Done:
			r.dones = append(r.dones, *t)
			r.kinds += map[tds.TokenType]string{tds.TokenDone: "d", tds.TokenDoneProc: "p", tds.TokenDoneInProc: "i"}[t.Token]
		case *tds.ReturnStatus:
			r.status = append(r.status, t.Value)
			r.kinds += "s"
		case *tds.ReturnValue:
			r.returns = append(r.returns, *t)
			r.kinds += "o"
		default:
			r.kinds += "?"
		}
	}
}

// plain is a configuration for an engine without encryption.
func plain(e *scriptedEngine) Config {
	return Config{Engine: e.address(), EngineEncryption: EngineEncryptOff, ClientEncryption: ClientEncryptOff, Scripts: fakeRunner(echo),
		Logger: zerolog.New(zerolog.NewTestWriter(e.t))}
}
