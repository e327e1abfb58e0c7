package plans

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/engine"
	"tds-launchpad/proxy"
	"tds-launchpad/tds"
)

// The engine that the test runs on. Without an address it is the embedded one.
const (
	engineVariable   = "TDS_LAUNCHPAD_TEST_ENGINE"
	userVariable     = "TDS_LAUNCHPAD_TEST_USER"
	passwordVariable = "TDS_LAUNCHPAD_TEST_PASSWORD"
)

const embeddedPassword = "Plans-1"

// side is a session in a database of its own: through the proxy, or to the engine alone.
type side struct {
	scripts                           bool
	address, user, password, database string
	babelfish                         bool
	client                            *client
	mess                              []string // what undoes the last case beside its tables
}

// sides are the two, on one engine.
type sides struct {
	proxied, native *side
	log             *testLog // of the proxy
}

var opened int

func openSides(t *testing.T) *sides {
	t.Helper()
	address, user, password := os.Getenv(engineVariable), os.Getenv(userVariable), os.Getenv(passwordVariable)
	if address == "" {
		address, user, password = embedded(t), "sa", embeddedPassword
	}
	opened++
	name := fmt.Sprintf("plans_%d_%d", os.Getpid(), opened)
	s := &sides{native: &side{address: address, user: user, password: password, database: name + "_b"}}
	master, err := dial(address, user, password, "master")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.conn.Close() })
	must := func(c *client, text string) []string {
		events, err := c.batch(text)
		if err != nil || strings.Contains(strings.Join(events, "\n"), "error ") {
			t.Fatalf("%v %q\n%s", err, events, text)
		}
		return events
	}
	for _, suffix := range []string{"_a", "_b"} {
		must(master, "CREATE DATABASE "+name+suffix)
		t.Cleanup(func() {
			// An engine may take its time to see that the sessions in the database have gone.
			var events []string
			var err error
			for range 50 {
				events, err = master.batch("DROP DATABASE " + name + suffix)
				if err != nil || !strings.Contains(strings.Join(events, "\n"), "error ") {
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
			if err != nil || len(events) > 0 {
				t.Errorf("%v %q", err, events)
			}
		})
	}
	s.native.babelfish = strings.Contains(strings.Join(must(master, "SELECT CHARINDEX('Babelfish', @@VERSION)"), ""), "row 0") == false
	if err := s.native.connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.native.close)
	for _, k := range callKinds {
		must(s.native.client, "CREATE PROCEDURE dbo.native_"+k.name+" "+k.native)
	}
	divided, said := s.native.client.firstMessage("EXEC dbo.native_fail"), s.native.client.firstMessage("EXEC dbo.native_say N'x'")
	if divided.Number != 8134 {
		t.Fatalf("native_fail gives %+v", divided)
	}
	s.log = &testLog{t: t}
	s.proxied = &side{scripts: true, babelfish: s.native.babelfish, user: user, password: password, database: name + "_a",
		address: serveProxy(t, proxy.Config{Engine: address, EngineEncryption: proxy.EngineEncryptOff, ClientEncryption: proxy.ClientEncryptOff,
			Scripts: scripts{divided, said}, Logger: zerolog.New(s.log).Level(zerolog.InfoLevel)})}
	if err := s.proxied.connect(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.proxied.close)
	return s
}

// testLog writes the proxy's errors among the test's messages, and remembers that a call has been refused: a CATCH block
// of the case may keep the error itself from being seen.
type testLog struct {
	t       *testing.T
	refused atomic.Pointer[string]
}

func (l *testLog) Write(p []byte) (int, error) { return l.WriteLevel(zerolog.NoLevel, p) }

func (l *testLog) WriteLevel(level zerolog.Level, p []byte) (int, error) {
	text := strings.TrimSpace(string(p))
	if level >= zerolog.ErrorLevel {
		l.t.Log(text)
	}
	if found := refusedPattern.FindString(text); found != "" {
		l.refused.Store(&found)
	}
	return len(p), nil
}

// takeRefusal is the refusal since it was asked for the last time, "" if there was none.
func (l *testLog) takeRefusal() string {
	if found := l.refused.Swap(nil); found != nil {
		return *found
	}
	return ""
}

// firstMessage is the first message of a batch.
func (c *client) firstMessage(text string) (first tds.ServerMessage) {
	b := tds.SQLBatch{Headers: tds.TransactionHeaders(c.tran), Text: tds.AppendUTF16(nil, text)}
	payload, _ := b.Append(nil, tds.RequestFormat{Version: tds.V74})
	data, _ := c.ask(tds.PacketSQLBatch, payload)
	tokens := tds.NewTokenReader(bytes.NewReader(data), tds.TokenReaderOptions{TokenFormat: tds.TokenFormat{Version: tds.V74}})
	for {
		token, err := tokens.Next()
		if err != nil {
			return first
		}
		if m, ok := token.(*tds.ServerMessage); ok {
			return *m
		}
	}
}

// embedded starts an embedded engine and returns its address.
func embedded(t *testing.T) string {
	t.Helper()
	server, err := engine.Open(engine.Config{SAPassword: embeddedPassword, ServerName: "PLANS", Logger: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := errors.Join(server.Close(), <-served); err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

func serveProxy(t *testing.T, cfg proxy.Config) string {
	t.Helper()
	server, err := proxy.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	listener := listen(t)
	served := make(chan error, 1)
	go func() { served <- server.Serve(context.Background(), listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = server.Shutdown(ctx)
		if err := <-served; !errors.Is(err, proxy.ErrServerClosed) {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (s *side) connect() (err error) {
	s.client, err = dial(s.address, s.user, s.password, s.database)
	return err
}

func (s *side) close() {
	if s.client != nil {
		s.client.conn.Close()
	}
}

// reconnect begins a session anew on each side.
func (s *sides) reconnect(t *testing.T) {
	t.Helper()
	for _, side := range []*side{s.native, s.proxied} {
		side.close()
		if err := side.connect(); err != nil {
			t.Fatal(err)
		}
	}
}
