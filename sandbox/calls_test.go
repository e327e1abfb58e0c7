package sandbox

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

const echo = `
import os, socket
s = socket.socket(fileno=3)
print(os.getcwd(), os.environ["USER"], os.getuid(), flush=True)
while True:
    b = s.recv(65536)
    if not b: break
    s.sendall(b)
`

func firstLine(t *testing.T, s *Satellite) []string {
	t.Helper()
	var line []byte
	b := make([]byte, 1)
	for {
		if _, err := s.Stdout.Read(b); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if b[0] == '\n' {
			return strings.Fields(string(line))
		}
		line = append(line, b[0])
	}
}

func TestConversation(t *testing.T) { inEachMode(t, testConversation) }

func testConversation(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("echo", echo)}})
	id := uuid.New()
	s, err := l.Acquire(t.Context(), Request{Language: "echo", Login: "sa", CallID: id})
	if err != nil {
		t.Fatal(err)
	}
	want := "/var/opt/mssql-extensibility/data/" + strings.ToUpper(s.LaunchpadGUID().String()+"/"+id.String())
	line := firstLine(t, s)
	if s.SessionGUID() != id || s.Folder() != want || len(line) != 3 || line[0] != want || line[1] != s.Account() || s.Account() != "INSTANCE01" {
		t.Errorf("script sees %v; session %v, folder %s, account %s", line, s.SessionGUID(), s.Folder(), s.Account())
	}
	data := strings.Repeat("rows ", 1<<18)
	go func() {
		io.WriteString(s.Conn, data)
		s.Conn.CloseWrite()
	}()
	if got, err := io.ReadAll(s.Conn); err != nil || string(got) != data {
		t.Errorf("echo of %d bytes: %d bytes, %v", len(data), len(got), err)
	}
	if e := ended(t, s); e.Code != 0 || e.Signal != 0 {
		t.Errorf("%+v", e)
	}
	for range 2 {
		if err := s.Release(); err != nil {
			t.Error(err)
		}
	}
	if _, err := s.Conn.Read(make([]byte, 1)); err == nil {
		t.Error("the connection is still open")
	}
	s.Kill()
	noProcesses(t, l)
}

func TestSharingAndExhaustion(t *testing.T) { inEachMode(t, testSharingAndExhaustion) }

func testSharingAndExhaustion(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("echo", echo)}, Accounts: 2, CallsPerLogin: 2, MaxSatellites: 3, AcquireTimeout: -1})
	a1, a2 := acquire(t, l, "echo", "a"), acquire(t, l, "echo", "a")
	if a1.Account() != a2.Account() {
		t.Error("parallel calls of a login have different accounts")
	}
	if a1.SessionGUID() == a2.SessionGUID() || a1.HostUID() == a2.HostUID() {
		t.Error("parallel calls share a session or a uid")
	}
	fails := func(login string, reason error, limit int) {
		t.Helper()
		_, err := l.Acquire(t.Context(), Request{Language: "echo", Login: login})
		var e *ExhaustedError
		if !errors.As(err, &e) || !errors.Is(err, reason) || e.Limit != limit {
			t.Errorf("login %s: %v, want %v", login, err, reason)
		}
	}
	fails("a", ErrCallsExhausted, 2)
	b := acquire(t, l, "echo", "b")
	if b.Account() == a1.Account() {
		t.Error("different logins share an account")
	}
	fails("c", ErrUsersExhausted, 2)
	fails("b", ErrSatellitesExhausted, 3)
	if err := a1.Release(); err != nil {
		t.Error(err)
	}
	if err := acquire(t, l, "echo", "b").Release(); err != nil {
		t.Error(err)
	}
}

// TestProgramOfOwnerOnly: a program that only its owner may execute can still
// become the launcher.
func TestProgramOfOwnerOnly(t *testing.T) {
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(program, self, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^TestConversation$")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func TestStartCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := openDescriptors(t)
	if _, err := Start(ctx, Config{UIDs: testUIDs}); !errors.Is(err, context.Canceled) {
		t.Errorf("start: %v", err)
	}
	if n := openDescriptors(t); n != before {
		t.Errorf("%d descriptors, were %d", n, before)
	}
}

func TestProbeLanguages(t *testing.T) {
	works := python("Python", "")
	works.Probe = []string{"/usr/bin/python3", "-I", "-c", "print('python 3.x'); print('numpy 1.2')"}
	broken := python("Broken", "")
	broken.Probe = []string{"/usr/bin/python3", "-I", "-c", "import no_such_module"}
	missing := Language{Name: "Missing", Command: []string{"/usr/bin/no-such"}, Probe: []string{"/usr/bin/no-such"}}
	l := launch(t, Config{Languages: []Language{works, broken, missing, python("Silent", "")}})
	if d := cmp.Diff([]string{"Python", "Broken", "Missing", "Silent"}, l.Languages()); d != "" {
		t.Error(d)
	}
	got := l.ProbeLanguages(t.Context())
	want := []LanguageReport{
		{Name: "Python", Works: true, Version: "3.x", Packages: []Package{{"numpy", "1.2"}}},
		{Name: "Broken", Why: "exit status 1: ModuleNotFoundError: No module named 'no_such_module'"},
		{Name: "Missing", Why: "cannot confine: execute the interpreter: no such file or directory"},
		{Name: "Silent", Why: "no probe command is configured"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := l.Acquire(t.Context(), Request{Language: "Python" + probeSuffix}); !errors.Is(err, ErrUnknownLanguage) {
		t.Errorf("a caller reached the probe: %v", err)
	}
}
