package proxy

import (
	"bytes"
	"cmp"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"tds-launchpad/certs"
	"tds-launchpad/tds"
)

// scriptedEngine is an engine that does what a test tells it to, and records what it gets.
type scriptedEngine struct {
	t          *testing.T
	listener   net.Listener
	strict     bool
	encryption tds.Encryption // as a server; EncryptNotSup unless set
	cert       *certs.Server
	mars       bool
	// converse replaces the login behind LOGIN7. It returns whether the login was accepted.
	converse func(c *engineConn, login *tds.Login7) bool
	// handle answers a request; without one everything gets a DONE.
	handle func(c *engineConn, m tds.RawMessage)
	// raw replaces all that follows the login.
	raw func(c *engineConn)

	mu       sync.Mutex
	logins   []*tds.Login7
	prelogin []tds.Prelogin
	requests []tds.RawMessage
	running  sync.WaitGroup
	conns    []net.Conn
}

type engineConn struct {
	*scriptedEngine
	raw  net.Conn
	conn net.Conn
	in   *tds.PacketReader
	out  *tds.PacketWriter
}

// newEngine starts an engine after change has been applied.
func newEngine(t *testing.T, change func(*scriptedEngine)) *scriptedEngine {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &scriptedEngine{t: t, listener: listener, encryption: tds.EncryptNotSup}
	if change != nil {
		change(e)
	}
	e.running.Add(1)
	go func() {
		defer e.running.Done()
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			e.mu.Lock()
			e.conns = append(e.conns, conn)
			e.mu.Unlock()
			e.running.Add(1)
			go func() {
				defer e.running.Done()
				defer func() { _ = conn.Close() }()
				e.serve(conn)
			}()
		}
	}()
	t.Cleanup(e.stop)
	return e
}

func (e *scriptedEngine) stop() {
	_ = e.listener.Close()
	e.dropAll()
	e.running.Wait()
}

// dropAll cuts all connections off.
func (e *scriptedEngine) dropAll() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.conns {
		_ = c.Close()
	}
}

func (e *scriptedEngine) address() string { return e.listener.Addr().String() }

// serve is one connection. Errors end it: the client's side of the test sees what happened.
func (e *scriptedEngine) serve(raw net.Conn) {
	c := &engineConn{scriptedEngine: e, raw: raw, conn: raw}
	if e.strict {
		secure := tls.Server(raw, &tls.Config{GetCertificate: e.cert.GetCertificate, NextProtos: []string{alpn}})
		if secure.Handshake() != nil {
			return
		}
		c.conn = secure
	}
	c.in, c.out = tds.NewPacketReader(c.conn, 0), tds.NewPacketWriter(c.conn, tds.DefaultPacketSize)
	c.out.SetSPID(77)
	if !c.prelogin() {
		return
	}
	m, err := c.in.ReadMessage(tds.MaxLogin7Size, nil)
	if err != nil || m.Type != tds.PacketLogin7 {
		return
	}
	login, err := tds.ParseLogin7(m.Data)
	if err != nil {
		return
	}
	e.mu.Lock()
	e.logins = append(e.logins, login)
	e.mu.Unlock()
	if e.converse == nil {
		c.accept(login, nil)
	} else if !e.converse(c, login) {
		return
	}
	if e.raw != nil {
		e.raw(c)
		return
	}
	for {
		m, err := c.in.ReadRawMessage(1<<30, nil)
		if err != nil {
			return
		}
		m.Raw = bytes.Clone(m.Raw)
		e.mu.Lock()
		e.requests = append(e.requests, m)
		e.mu.Unlock()
		if e.handle != nil {
			e.handle(c, m)
		} else {
			c.reply(done(0))
		}
	}
}

// prelogin answers PRELOGIN and brings up encryption.
func (c *engineConn) prelogin() bool {
	m, err := c.in.ReadMessage(tds.MaxPreloginSize, nil)
	if err != nil {
		return false
	}
	client, err := tds.ParsePrelogin(m.Data)
	if err != nil {
		return false
	}
	c.mu.Lock()
	c.scriptedEngine.prelogin = append(c.scriptedEngine.prelogin, client)
	c.mu.Unlock()
	var answer tds.Prelogin
	answer.SetVersion(tds.ProductVersion{Major: 16, Build: 4175})
	wanted, _ := client.Encryption()
	agreed, ok := c.encryption.Answer(wanted)
	answer.SetEncryption(agreed)
	answer.Set(tds.PreloginInstOpt, []byte{0})
	if c.mars {
		answer.Set(tds.PreloginMARS, []byte{1})
	}
	if v, ok := client.FedAuthRequired(); ok {
		answer.Set(tds.PreloginFedAuthRequired, []byte{v})
	}
	payload, err := answer.Append(nil)
	if err != nil || c.out.WriteMessage(tds.PacketReply, 0, payload) != nil || !ok {
		return false
	}
	if c.strict || agreed.Setting() == tds.EncryptNotSup {
		return true
	}
	framed := tds.NewHandshakeConn(c.raw)
	secure := tls.Server(framed, &tls.Config{GetCertificate: c.cert.GetCertificate, MaxVersion: tls.VersionTLS12})
	if secure.Handshake() != nil {
		return false
	}
	if agreed.Setting() == tds.EncryptOff {
		c.conn = tds.LoginOnlyServer(framed, secure)
	} else {
		framed.FinishHandshake()
		framed.Stream()
		c.conn = secure
	}
	c.in.Reset(c.conn)
	c.out.Reset(c.conn)
	return true
}

// accept answers LOGIN7 by an acceptance, with more tokens in front of its DONE.
func (c *engineConn) accept(login *tds.Login7, more []byte) {
	c.reply(acceptance(login.TDSVersion, more))
}

func acceptance(version tds.Version, more []byte) []byte {
	out, _ := (&tds.EnvChange{Type: tds.EnvDatabase, New: "master", Old: "master"}).Append(nil)
	out = (&tds.ServerMessage{Number: 5701, State: 2, Text: "Changed database context to 'master'.", Server: "SCRIPTED"}).Append(out, version.Classic())
	out = (&tds.LoginAck{Interface: 1, TDSVersion: version, ProgName: "Scripted", Version: tds.ProductVersion{Major: 16}}).Append(out)
	out, _ = (&tds.EnvChange{Type: tds.EnvPacketSize, New: "4096", Old: "4096"}).Append(out)
	out = append(out, more...)
	return (&tds.Done{Token: tds.TokenDone}).Append(out, version.Classic())
}

// reply sends one message of tokens.
func (c *engineConn) reply(tokens []byte) {
	if err := c.out.WriteMessage(tds.PacketReply, 0, tokens); err != nil && !errors.Is(err, net.ErrClosed) && !errors.Is(err, io.ErrClosedPipe) {
		c.t.Logf("engine: %v", err)
	}
}

func done(status tds.DoneStatus) []byte {
	return (&tds.Done{Token: tds.TokenDone, Status: status}).Append(nil, tds.V74)
}

func errorTokens(number int32, text string) []byte {
	out := (&tds.ServerMessage{IsError: true, Number: number, State: 1, Class: 16, Text: text, Line: 1}).Append(nil, tds.V74)
	return append(out, done(tds.DoneError)...)
}

// seen returns the requests recorded so far.
func (e *scriptedEngine) seen() []tds.RawMessage {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]tds.RawMessage(nil), e.requests...)
}

// login is the i-th LOGIN7 recorded, of loginCount.
func (e *scriptedEngine) login(i int) *tds.Login7 {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.logins[i]
}

func (e *scriptedEngine) loginCount() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.logins)
}

// firstPrelogin is the first PRELOGIN recorded.
func (e *scriptedEngine) firstPrelogin() tds.Prelogin {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.prelogin[0]
}

// batchText is the text of a recorded batch, "" if it is none.
func batchText(m tds.RawMessage) string {
	if m.First.Type != tds.PacketSQLBatch {
		return ""
	}
	b, err := tds.ParseSQLBatch(m.Payload(nil), tds.RequestFormat{})
	if err != nil {
		return ""
	}
	return b.String()
}

// statement is the text that a recorded RPC gives to sp_executesql or sp_prepare, "" for others.
func statement(m tds.RawMessage) (tds.ProcID, string) {
	if m.First.Type != tds.PacketRPC {
		return 0, ""
	}
	r, err := tds.ParseRPC(m.Payload(nil), tds.RequestFormat{})
	if err != nil || len(r.Calls) != 1 {
		return 0, ""
	}
	c := r.Calls[0]
	if place, ok := statementParam[c.ProcID]; ok && place >= 0 && place < len(c.Params) {
		return c.ProcID, tds.DecodeUTF16(c.Params[place].Value)
	}
	return c.ProcID, ""
}

// isHelper tells whether a recorded request is the proxy's own question.
func isHelper(m tds.RawMessage) bool {
	return strings.HasPrefix(batchText(m), "SELECT N'', SUSER_SNAME()")
}

// session answers of an engine on which the caller may run scripts; changed by tests.
type helperRow struct {
	permission any // int64, or nil for NULL
	sysadmin   int64
	role       any
	options    int64
	babelfish  int64
	native     any
	nobody     bool   // the context has no login
	login      string // "caller" if empty
	original   string // the same
}

func (h helperRow) tokens() []byte {
	name := tds.NVarChar(128, tds.DefaultCollation)
	cols := make([]tds.Column, 0, factCount)
	for range 5 {
		cols = append(cols, tds.Column{Type: name, Flags: tds.ColumnNullable})
	}
	for range factCount - 5 {
		cols = append(cols, tds.Column{Type: tds.Int(4), Flags: tds.ColumnNullable})
	}
	number := func(v any) []byte {
		if v == nil {
			return nil
		}
		t := tds.Int(4)
		raw, _ := t.Encode([]byte{}, v)
		return raw
	}
	text := func(s string) []byte { return tds.AppendUTF16([]byte{}, s) }
	login := text(cmp.Or(h.login, "caller"))
	if h.nobody {
		login = nil
	}
	out, _ := (&tds.ColMetadata{Columns: cols}).Append(nil, tds.TokenFormat{})
	out, _ = tds.AppendRow(out, cols, [][]byte{text(""), login, text(cmp.Or(h.original, "caller")), text("db1"), text("user1"),
		number(h.options), number(h.permission), number(h.sysadmin), number(h.role), number(h.babelfish), number(h.native),
		number(int64(0)), number(int64(0)), number(int64(0))})
	return append(out, (&tds.Done{Token: tds.TokenDone, Status: tds.DoneCount, RowCount: 1}).Append(nil, tds.V74)...)
}
