package integration

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/pem"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

// The engine behind the proxy under test. Without an address it is the embedded one.
const (
	engineVariable   = "TDS_LAUNCHPAD_TEST_ENGINE"
	userVariable     = "TDS_LAUNCHPAD_TEST_USER"
	passwordVariable = "TDS_LAUNCHPAD_TEST_PASSWORD"
)

const embeddedPassword = "Integration-1"

// program is the binary under test, built once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tds-launchpad-test-")
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "tds-launchpad")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, module)
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
})

// server is one `serve` process.
type server struct {
	address        string
	user, password string
	dataDir        string
	embedded       bool
	cmd            *exec.Cmd
	log            *lockedBuffer
	exited         chan struct{}
}

// shared is the server that tests use which need none of their own.
var shared struct {
	sync.Once
	*server
	err error
}

func TestMain(m *testing.M) {
	code := m.Run()
	dropPlanDatabase()
	if shared.server != nil {
		shared.stop()
	}
	if binary, err := program(); err == nil {
		os.RemoveAll(filepath.Dir(binary))
	}
	os.Exit(code)
}

func sharedServer(t testing.TB) *server {
	t.Helper()
	shared.Do(func() { shared.server, shared.err = startServer() })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.server
}

// ownServer starts a server for this test alone.
func ownServer(t testing.TB, args ...string) *server {
	t.Helper()
	s, err := startServer(args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return s
}

var readyLine = regexp.MustCompile(`ready on (\S+),`)

func startServer(args ...string) (*server, error) {
	binary, err := program()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "tds-launchpad-data-")
	if err != nil {
		return nil, err
	}
	s := &server{user: "sa", password: embeddedPassword, dataDir: dir, embedded: true, log: &lockedBuffer{}, exited: make(chan struct{})}
	engine := "embedded"
	if address := os.Getenv(engineVariable); address != "" {
		engine, s.embedded = address, false
		s.user, s.password = os.Getenv(userVariable), os.Getenv(passwordVariable)
		args = append(args, "--engine-encryption", "off", "--engine-trust")
	}
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--engine", engine, "--data-dir", dir}, args...)
	s.cmd = exec.Command(binary, args...)
	s.cmd.Env = append(os.Environ(), "TDS_LAUNCHPAD_SA_PASSWORD="+embeddedPassword)
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan string, 1)
	go func() {
		defer close(s.exited)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(s.log, lines.Text())
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				ready <- m[1]
			}
		}
		s.cmd.Wait()
		os.RemoveAll(dir)
	}()
	select {
	case s.address = <-ready:
		return s, nil
	case <-s.exited:
		return nil, fmt.Errorf("serve ended before it was ready:\n%s", s.log)
	case <-time.After(time.Minute):
		s.cmd.Process.Kill()
		return nil, fmt.Errorf("serve was not ready within a minute:\n%s", s.log)
	}
}

// stop ends the server as an administrator does and waits for it.
func (s *server) stop() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(30 * time.Second):
		s.cmd.Process.Kill()
		<-s.exited
	}
}

// dsn is a go-mssqldb connection string; options are added to it.
func (s *server) dsn(options map[string]string) string {
	values := url.Values{}
	values.Set("encrypt", "disable")
	for k, v := range options {
		values.Set(k, v)
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(s.user, s.password), Host: s.address, RawQuery: values.Encode()}
	return u.String()
}

// connect gives one connection through the proxy.
func (s *server) connect(t testing.TB) *sql.Conn {
	t.Helper()
	return s.connectWith(t, nil)
}

func (s *server) connectWith(t testing.TB, options map[string]string) *sql.Conn {
	t.Helper()
	_, conn := s.open(t, options)
	return conn
}

// open also returns the pool of the connection, whose Close ends it.
func (s *server) open(t testing.TB, options ...map[string]string) (*sql.DB, *sql.Conn) {
	t.Helper()
	all := map[string]string{}
	for _, o := range options {
		maps.Copy(all, o)
	}
	connector, err := mssql.NewConnector(s.dsn(all))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatalf("connect: %v\n%s", err, s.log)
	}
	t.Cleanup(func() { conn.Close() })
	return db, conn
}

// certificate writes the proxy's own certificate, which it made at its start, to a
// file: clients that verify it trust this one.
func (s *server) certificate(t testing.TB) string {
	t.Helper()
	pair, err := os.ReadFile(filepath.Join(s.dataDir, "server.pem"))
	if err != nil {
		t.Fatal(err)
	}
	for block, rest := pem.Decode(pair); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			path := filepath.Join(t.TempDir(), "certificate.pem")
			if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
	}
	t.Fatal("no certificate in server.pem")
	return ""
}

// host and port of the proxy, for clients that want them apart.
func (s *server) hostPort(t testing.TB) (host, port string) {
	t.Helper()
	host, port, err := net.SplitHostPort(s.address)
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

// lockedBuffer collects a process's output while tests read it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// py makes a script call that has only a script, with options behind it.
func py(script string, options ...string) string {
	call := "EXEC sp_execute_external_script @language = N'Python', @script = N'" + strings.ReplaceAll(script, "'", "''") + "'"
	for _, o := range options {
		if !strings.HasPrefix(o, "WITH ") {
			call += ","
		}
		call += " " + o
	}
	return call
}
