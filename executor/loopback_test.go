package executor

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/sandbox"
)

// echoed serves loopback connections by sending back what comes, until it is cut.
type echoed struct {
	account string
	over    bool
	served  int
}

func (e *echoed) serve(ctx context.Context, account string, listeners []net.Listener) {
	e.account = account
	stop := context.AfterFunc(ctx, func() { _ = listeners[0].Close() })
	defer stop()
	for {
		conn, err := listeners[0].Accept()
		if err != nil {
			break
		}
		e.served++
		cut := context.AfterFunc(ctx, func() { _ = conn.Close() })
		_, _ = io.Copy(conn, conn)
		cut()
		_ = conn.Close()
	}
	<-ctx.Done()
	e.over = true
}

func loopbackExecutor(t *testing.T) *Executor {
	t.Helper()
	starter := newUnconfined(t)
	starter.listen = true
	return New(Config{Starter: starter, DataDir: t.TempDir()})
}

func TestLoopbackIsServedDuringTheCall(t *testing.T) {
	e := &echoed{}
	call := &Call{Database: "sales", Loopback: &Loopback{Token: "a-token", Serve: e.serve}, Script: `
import socket
from tds_satellite import loopback
call = loopback.call()
with socket.create_connection((call.host, call.port)) as s:
    s.sendall(call.token.encode())
    print(s.recv(100).decode(), call.database)`}
	o, err := runWith(t, loopbackExecutor(t), call, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Messages[0].Text; !strings.Contains(got, "a-token sales") {
		t.Errorf("the script printed %q", got)
	}
	if !e.over || e.served != 1 || e.account != "TEST01" {
		t.Errorf("served %+v", e)
	}
}

// A connection that the script leaves open does not keep the call, and is cut with it.
func TestLoopbackIsCutWithTheCall(t *testing.T) {
	e := &echoed{}
	call := &Call{Loopback: &Loopback{Token: "a-token", Serve: e.serve}, Script: `
import socket, subprocess, sys
from tds_satellite import loopback
s = socket.create_connection((loopback.call().host, loopback.call().port))
s.sendall(b"x")
s.recv(1)`}
	if _, err := runWith(t, loopbackExecutor(t), call, nil); err != nil {
		t.Fatal(err)
	}
	if !e.over || e.served != 1 {
		t.Errorf("served %+v", e)
	}
}

func TestLoopbackIsCutWhenTheCallerLeaves(t *testing.T) {
	ctx, leave := context.WithCancel(context.Background())
	e := &echoed{}
	serve := func(ctx context.Context, account string, listeners []net.Listener) {
		go func() {
			conn, err := net.Dial("tcp", listeners[0].Addr().String())
			if err == nil {
				_, _ = conn.Write([]byte("x"))
				_, _ = conn.Read(make([]byte, 1))
				leave()
				_, _ = conn.Read(make([]byte, 1))
				_ = conn.Close()
			}
		}()
		e.serve(ctx, account, listeners)
	}
	call := &Call{Language: "Python", Loopback: &Loopback{Serve: serve}, Script: "import time; time.sleep(1000)"}
	if _, err := loopbackExecutor(t).Run(ctx, call, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if !e.over {
		t.Error("Serve was not waited for")
	}
}

func TestWithoutLoopbackNothingListens(t *testing.T) {
	starter := newUnconfined(t)
	starter.listen = true
	seen := &listening{starter, ""}
	call := &Call{Script: `
import tds_launchpad, revoscalepy
for f in tds_launchpad.connect, revoscalepy.rx_get_sql_loopback_connection_string:
    try:
        f()
    except RuntimeError as error:
        print(error)`}
	o, err := runWith(t, New(Config{Starter: seen, DataDir: t.TempDir()}), call, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := o.Messages[0].Text; strings.Count(got, "there is no loopback connection") != 2 {
		t.Errorf("the script printed %q", got)
	}
	if conn, err := net.Dial("tcp", seen.address); err == nil {
		_ = conn.Close()
		t.Error("somebody listens")
	}
}

// listening remembers where the last satellite's listener is.
type listening struct {
	*unconfined
	address string
}

func (l *listening) Acquire(ctx context.Context, req sandbox.Request) (Satellite, error) {
	sat, err := l.unconfined.Acquire(ctx, req)
	if err == nil {
		l.address = sat.Listeners()[0].Addr().String()
	}
	return sat, err
}

// What the helper modules hand to drivers, which are made up here, and the connection string.
func TestLoopbackHelpers(t *testing.T) {
	e := &echoed{}
	call := &Call{Database: "my db;x", Loopback: &Loopback{Token: "a-token", Serve: e.serve}, Script: `
import os, sys, types
os.chdir("/")
import tds_launchpad
import revoscalepy
from revoscalepy import rx_get_sql_loopback_connection_string
print(rx_get_sql_loopback_connection_string())
print(rx_get_sql_loopback_connection_string(odbc_driver="ODBC Driver 17 for SQL Server", name_of_database="other"))
for name in "pytds", "pymssql", "mssql_python":
    module = types.ModuleType(name)
    module.connect = lambda *a, **k: (a, k)
    sys.modules[name] = module
    print(name, *tds_launchpad.connect(driver=name, timeout=5))
print(tds_launchpad.connect("d}b", "mssql_python"))
try:
    tds_launchpad.connect(driver="other")
except ValueError as error:
    print(error)
print([p for p in sys.path if "tds" in p])`}
	o, err := runWith(t, loopbackExecutor(t), call, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		";Database={my db;x};ClientCertificate=file:", "/sqlsatellitecert.pem;ClientKey=file:",
		"/sqlsatellitekey.pem;TrustServerCertificate=Yes;Trusted_Connection=no;Encrypt=Yes\n",
		"Driver=ODBC Driver 17 for SQL Server;Server=127.0.0.1,", ";Database=other;ClientCertificate",
		"pytds () {'dsn': '127.0.0.1', 'port': ", "'password': 'a-token', 'database': 'my db;x', 'timeout': 5}",
		"pymssql () {'server': '127.0.0.1', 'port': '", "PWD=a-token;Encrypt=Yes;TrustServerCertificate=Yes", "Database={d}}b};",
		"driver 'other' is not one of", "\n[]\n",
	} {
		if got := o.Messages[0].Text; !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}

// full has no place for anybody.
type full struct{ asked sandbox.Request }

func (f *full) Acquire(ctx context.Context, req sandbox.Request) (Satellite, error) {
	f.asked = req
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestNestedCallsDoNotQueueBehindTheirParent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		starter := &full{}
		pad := uuid.New()
		call := &Call{Language: "Python", Nested: true, Loopback: &Loopback{Launchpad: pad, Certificate: []byte("c"), Key: []byte("k")}}
		_, err := New(Config{Starter: starter}).Run(context.Background(), call, nil)
		var failed *CallError
		if !errors.As(err, &failed) {
			t.Fatalf("got %v", err)
		}
		if last, _ := failed.Last(); last.Number != numberUnavailable || !strings.Contains(last.Text, "does not wait longer") {
			t.Errorf("last message is %+v", last)
		}
		if a := starter.asked; a.Launchpad != pad || string(a.Certificate) != "c" || string(a.Key) != "k" {
			t.Errorf("asked for %+v", a)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := New(Config{Starter: &full{}}).Run(ctx, &Call{Language: "Python", Nested: true}, nil)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a caller who left got %v", err)
		}
	})
}
