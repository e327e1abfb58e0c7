package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/tds"
)

// preloginBytes is a PRELOGIN message as an ordinary client sends it.
func preloginBytes(t testing.TB) []byte {
	t.Helper()
	var p tds.Prelogin
	p.SetVersion(tds.ProductVersion{Major: 9})
	p.SetEncryption(tds.EncryptNotSup)
	payload, err := p.Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	h := tds.Header{Type: tds.PacketPrelogin, Status: tds.StatusEOM, Length: uint16(tds.HeaderSize + len(payload)), PacketID: 1}
	return append(h.Append(nil), payload...)
}

func message7(t testing.TB, typ tds.PacketType, payload []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := tds.NewPacketWriter(&b, tds.DefaultPacketSize).WriteMessage(typ, 0, payload); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func loginBytes(t testing.TB) []byte {
	t.Helper()
	payload, err := plainLogin().Append(nil)
	if err != nil {
		t.Fatal(err)
	}
	return message7(t, tds.PacketLogin7, payload)
}

// A client that sends nonsense is closed with a reason in the log, and nobody else notices.
func TestNonsenseClosesTheClient(t *testing.T) {
	lying := func(at int, value uint16) []byte {
		b := loginBytes(t)
		binary.LittleEndian.PutUint16(b[tds.HeaderSize+at:], value)
		return b
	}
	prelogin, login := preloginBytes(t), loginBytes(t)
	tests := []struct {
		name string
		data []byte
	}{
		{"HTTP", []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")},
		{"zeros", make([]byte, 100)},
		{"TLS without TLS", []byte{0x16, 3, 1, 0xFF, 0xFF, 1, 2, 3}},
		{"TDS 4.2 login", append([]byte{2, 1, 0, 20, 0, 0, 0, 0}, make([]byte, 12)...)},
		{"LOGIN7 first", login},
		{"PRELOGIN of no length", []byte{18, 1, 0, 0, 0, 0, 0, 0}},
		{"PRELOGIN longer than allowed", message7(t, tds.PacketPrelogin, make([]byte, 50000))},
		{"PRELOGIN with offsets outside", append([]byte{18, 1, 0, 14, 0, 0, 1, 0}, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)},
		{"batch in place of LOGIN7", append(bytes.Clone(prelogin), message7(t, tds.PacketSQLBatch, []byte("SELECT 1"))...)},
		{"data behind PRELOGIN", append(bytes.Clone(prelogin), login...)},
	}
	offsets := []struct {
		name string
		data []byte
	}{
		{"LOGIN7 with a lying length", lying(0, 0xFFFF)},
		{"LOGIN7 with a lying offset", lying(36, 0xFFF0)},
		{"LOGIN7 with a lying count", lying(38, 0xFFF0)},
		{"LOGIN7 of no bytes", message7(t, tds.PacketLogin7, nil)},
		{"LOGIN7 longer than allowed", message7(t, tds.PacketLogin7, make([]byte, 200000))},
		{"attention in place of LOGIN7", message7(t, tds.PacketAttention, nil)},
		{"SSPI in place of LOGIN7", message7(t, tds.PacketSSPI, []byte("x"))},
		{"packet of another type in LOGIN7", append(tds.Header{Type: tds.PacketLogin7, Length: 9}.Append(nil), 0, 3, 1, 0, 9, 0, 0, 0, 0, 0)},
	}
	e := newEngine(t, nil)
	var log lockedBuffer
	cfg := plain(e)
	cfg.Logger = zerolog.New(&log)
	address := serve(t, cfg)
	bystander := open(t, address)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := dialProxy(t, address)
			if _, err := c.conn.Write(test.data); err != nil {
				t.Fatal(err)
			}
			closed(t, c)
		})
	}
	for _, test := range offsets {
		t.Run(test.name, func(t *testing.T) {
			c := dialProxy(t, address)
			c.prelogin(tds.EncryptNotSup)
			_, _ = c.conn.Write(test.data)
			closed(t, c)
		})
	}
	afterLogin := map[string][]byte{
		"garbage":                    {0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4, 5},
		"header of no length":        {1, 1, 0, 0, 0, 0, 0, 0},
		"PRELOGIN":                   prelogin,
		"LOGIN7":                     login,
		"SSPI":                       message7(t, tds.PacketSSPI, []byte("x")),
		"reply":                      message7(t, tds.PacketReply, []byte("x")),
		"RPC packet inside a batch":  append(tds.Header{Type: tds.PacketSQLBatch, Length: 9}.Append(nil), 0, 3, 1, 0, 9, 0, 0, 0, 0, 0),
		"batch packet inside a bulk": append(tds.Header{Type: tds.PacketBulkLoad, Length: 9}.Append(nil), 0, 1, 1, 0, 9, 0, 0, 0, 0, 0),
	}
	for name, data := range afterLogin {
		t.Run("after login: "+name, func(t *testing.T) {
			c := open(t, address)
			_, _ = c.conn.Write(data)
			closed(t, c)
		})
	}
	usable(t, bystander)
	// One line with a reason for each.
	want := len(tests) + len(offsets) + len(afterLogin)
	lines := func() int { return strings.Count(log.String(), `"level":"warn"`) }
	for until := time.Now().Add(patience); lines() < want && time.Now().Before(until); {
		time.Sleep(time.Millisecond) // the line follows the end of the connection
	}
	if got := lines(); got != want {
		t.Errorf("%d lines with a reason, want %d:\n%s", got, want, log.String())
	}
	if strings.Contains(log.String(), "p4ss") {
		t.Error("a password is in the log")
	}
}

// closed waits until the proxy has closed the connection.
func closed(t *testing.T, c *rawClient) {
	t.Helper()
	if _, err := io.Copy(io.Discard, c.raw); err != nil && !errors.Is(err, net.ErrClosed) && !strings.Contains(err.Error(), "reset") {
		t.Errorf("the connection stays open: %v", err)
	}
}

// RPCs and batches that can't be read are the engine's to refuse: they pass as they are.
func TestUnreadableRequestsPass(t *testing.T) {
	e := newEngine(t, nil)
	c := open(t, serve(t, plain(e)))
	name := tds.AppendUTF16(nil, "sp_execute_external_script")
	for _, payload := range [][]byte{
		{}, {1}, {0xFF, 0xFF, 0xFF, 0xFF}, {22, 0, 0, 0, 18, 0, 0, 0, 2, 0},
		append([]byte{4, 0, 0, 0, 0xFF, 0x7F}, name...),
		append([]byte{4, 0, 0, 0, 26, 0}, append(bytes.Clone(name), 0, 0, 0, 0, 0xE7, 0xFF)...),
	} {
		for _, typ := range []tds.PacketType{tds.PacketSQLBatch, tds.PacketRPC} {
			if typ == tds.PacketSQLBatch && len(payload) > 40 {
				continue // as a batch this is a call with an error of syntax
			}
			before := len(e.seen())
			c.send(typ, 0, payload)
			if r := c.response(); r.kinds != "d" {
				t.Errorf("%v of %x: answer is %+v", typ, payload, r)
			}
			if len(e.seen()) != before+1 {
				t.Errorf("%v of %x did not reach the engine", typ, payload)
			}
		}
	}
}

// Clients that say nothing, or stop in the middle, are closed after the time they have.
func TestStalledClients(t *testing.T) {
	cert, _ := selfSigned(t)
	e := newEngine(t, nil)
	cfg := plain(e)
	cfg.ClientEncryption, cfg.Certificate = ClientEncryptOptional, cert
	cfg.Limits.Prelogin, cfg.Limits.Login = 100*time.Millisecond, 200*time.Millisecond
	address := serve(t, cfg)
	prelogin := preloginBytes(t)
	for name, data := range map[string][]byte{
		"silent":                nil,
		"half a header":         {18, 1, 0},
		"half a PRELOGIN":       prelogin[:len(prelogin)-3],
		"half a TLS hello":      {0x16, 3, 1, 0, 100, 1},
		"no LOGIN7":             prelogin,
		"half a LOGIN7":         nil,
		"no TLS after PRELOGIN": nil,
	} {
		t.Run(name, func(t *testing.T) {
			c := dialProxy(t, address)
			switch name {
			case "half a LOGIN7":
				c.prelogin(tds.EncryptNotSup)
				data = loginBytes(t)[:50]
			case "no TLS after PRELOGIN":
				var p tds.Prelogin
				p.SetVersion(tds.ProductVersion{})
				p.SetEncryption(tds.EncryptOn)
				payload, _ := p.Append(nil)
				data = message7(t, tds.PacketPrelogin, payload)
			}
			if _, err := c.conn.Write(data); err != nil {
				t.Fatal(err)
			}
			closed(t, c)
		})
	}
}

// A thousand connections that never log in take no more than their share, the session that is
// there goes on, and others can log in beside them.
func TestManyHalfOpenConnections(t *testing.T) {
	e := newEngine(t, nil)
	cfg := plain(e)
	cfg.Limits.HalfOpen = 50
	cfg.Logger = zerolog.Nop()
	server, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server.modules.never = true // a scripted engine has no catalog
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(context.Background(), listener) }()
	defer func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = server.Shutdown(ctx)
		<-done
	}()
	c := open(t, listener.Addr().String())
	var idle []net.Conn
	for range 1000 {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		idle = append(idle, conn)
	}
	usable(t, open(t, listener.Addr().String()))
	usable(t, c)
	for _, conn := range idle[:len(idle)-50] { // those that gave way
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Fatalf("reading: %v", err)
		}
	}
	for end := time.Now().Add(patience); server.Sessions() > 52; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d sessions", server.Sessions())
		}
	}
	for _, conn := range idle {
		_ = conn.Close()
	}
}

// Shutdown lets a request that is being answered end, and then closes.
func TestShutdownDrains(t *testing.T) {
	answer, asked := make(chan struct{}), make(chan struct{})
	e := newEngine(t, func(e *scriptedEngine) {
		e.handle = func(c *engineConn, _ tds.RawMessage) { close(asked); <-answer; c.reply(done0()) }
	})
	server, err := New(plain(e))
	if err != nil {
		t.Fatal(err)
	}
	server.modules.never = true // a scripted engine has no catalog
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(context.Background(), listener) }()
	busy, idle := open(t, listener.Addr().String()), open(t, listener.Addr().String())
	busy.batch("SELECT something slow")
	<-asked
	down := make(chan error, 1)
	go func() { down <- server.Shutdown(context.Background()) }()
	closed(t, idle)
	if err := <-served; !errors.Is(err, ErrServerClosed) {
		t.Errorf("Serve: %v", err)
	}
	close(answer)
	if r := busy.response(); r.kinds != "d" {
		t.Errorf("answer is %+v", r)
	}
	closed(t, busy)
	if err := <-down; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

func done0() []byte { return done(0) }

// The strict port refuses what it must.
func TestStrictOnly(t *testing.T) {
	cert, _ := selfSigned(t)
	e := newEngine(t, nil)
	cfg := plain(e)
	cfg.ClientEncryption, cfg.Certificate = ClientEncryptStrict, cert
	address := serve(t, cfg)
	c := dialProxy(t, address)
	_, _ = c.conn.Write(preloginBytes(t))
	closed(t, c)
	c = dialProxy(t, address)
	if err := tls.Client(c.raw, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}}).Handshake(); err == nil {
		t.Error("a handshake for another protocol succeeded")
	}
}

// FuzzFirstBytes feeds the door what anybody might send.
func FuzzFirstBytes(f *testing.F) {
	prelogin, login := preloginBytes(f), loginBytes(f)
	f.Add(prelogin)
	f.Add(append(bytes.Clone(prelogin), login...))
	f.Add([]byte{0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0})
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	server, err := New(Config{Engine: "127.0.0.1:1", EngineEncryption: EngineEncryptOff, ClientEncryption: ClientEncryptOff,
		Dial: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("no engine") }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, b := net.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			server.start(a)
			server.running.Wait()
		}()
		go func() { _, _ = io.Copy(io.Discard, b) }()
		_ = b.SetWriteDeadline(time.Now().Add(patience))
		_, _ = b.Write(data)
		_ = b.Close()
		<-done
	})
}
