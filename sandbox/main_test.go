package sandbox

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	Init()
	if os.Getenv(victimVariable) != "" {
		victim()
	}
	if os.Getenv(supervisedVariable) != "" {
		supervisedVictim()
	}
	goleak.VerifyTestMain(m)
}

// testUIDs is a range of this test process' own, so that it can look for its
// satellites' processes by uid whatever else runs on the machine.
var testUIDs = Range{First: 1900000000 + uint32(os.Getpid()%100000)*200, Count: 200}

// attacks are the programs of testdata/attack, below their own directory.
func attacks() fs.FS { return os.DirFS("testdata/attack") }

// attack is a language that runs one of them.
func attack(name string, args ...string) Language {
	return Language{
		Name: name, Files: attacks(),
		Command: append([]string{"/usr/bin/python3", "-I", "-B", "-c",
			"import sys; sys.path.insert(0, '/opt/tds-launchpad/" + name + "'); import " + name}, args...),
	}
}

// python is a language whose script is given on the command line.
func python(name, script string) Language {
	return Language{Name: name, Command: []string{"/usr/bin/python3", "-I", "-c", script}}
}

// launch starts a launcher that ends with the test.
func launch(t testing.TB, cfg Config) *Launcher {
	t.Helper()
	cfg.Logger = zerolog.New(zerolog.NewTestWriter(t))
	if cfg.UIDs == (Range{}) {
		cfg.UIDs = testUIDs
	}
	if mode != cold {
		for i, lang := range cfg.Languages {
			cfg.Languages[i] = withZygote(lang)
		}
	}
	l, err := Start(context.Background(), cfg)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if mode != cold {
		warmed(t, l)
		readyOnes(t, l)
	}
	return l
}

func acquire(t testing.TB, l *Launcher, language, login string) *Satellite {
	t.Helper()
	if mode == forReady {
		readyOnes(t, l)
	}
	s, err := l.Acquire(t.Context(), Request{Language: language, Login: login})
	if err != nil {
		t.Fatalf("acquire %s: %v", language, err)
	}
	t.Cleanup(func() { s.Release() }) //nolint:errcheck // the tests that care call it
	return s
}

// ended waits for a satellite's end.
func ended(t testing.TB, s *Satellite) Exit {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	e, err := s.Wait(ctx)
	if err != nil {
		t.Fatalf("wait: %v", err)
	}
	return e
}

// run runs a language to its end and returns what it printed.
func run(t testing.TB, l *Launcher, language string) (stdout, stderr string, e Exit) {
	t.Helper()
	s := acquire(t, l, language, "tester")
	out := make(chan string, 1)
	go func() {
		b, _ := io.ReadAll(s.Stderr)
		out <- string(b)
	}()
	b, err := io.ReadAll(s.Stdout)
	if err != nil {
		t.Errorf("read stdout: %v", err)
	}
	stderr = <-out
	e = ended(t, s)
	if err := s.Release(); err != nil {
		t.Fatalf("release: %v", err)
	}
	return string(b), stderr, e
}

// outcomes runs an attack program and returns what it reports.
func outcomes(t *testing.T, l *Launcher, name string) map[string]string {
	t.Helper()
	stdout, stderr, e := run(t, l, name)
	got := map[string]string{}
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatalf("%s: %v\nexit: %+v\nstdout: %q\nstderr: %s", name, err, e, stdout, stderr)
	}
	if e.Failed() {
		t.Errorf("%s: %s: %s", name, e.Reason, stderr)
	}
	return got
}

// expect compares outcomes; several acceptable ones are separated by "|", and
// "*" is any. An attempt without expectation is an error, and the reverse.
func expect(t *testing.T, got, want map[string]string) {
	t.Helper()
	for name, g := range got {
		w, ok := want[name]
		if !ok {
			t.Errorf("%q: %s, which nobody expected or excluded", name, g)
			continue
		}
		found := w == "*"
		for alternative := range strings.SplitSeq(w, "|") {
			found = found || alternative == g
		}
		listAttempt(t, name, g, found)
		if !found {
			t.Errorf("%q: got %s, want %s", name, g, w)
		}
	}
	for name, w := range want {
		if _, ok := got[name]; !ok {
			t.Errorf("%q: not tried, want %s", name, w)
		}
	}
}

// same adds the same expectation for several names.
func same(want map[string]string, outcome string, names ...string) {
	for _, n := range names {
		want[n] = outcome
	}
}

func active(l *Launcher, item string) bool {
	for _, it := range l.Items() {
		if it.Name == item {
			return it.State == Active || it.State == Off && it.Detail != ""
		}
	}
	return false
}

// need skips a test of an item that this machine lacks, with its reason.
func need(t *testing.T, l *Launcher, item string) {
	t.Helper()
	for _, it := range l.Items() {
		if it.Name == item && it.State == Unavailable {
			t.Skipf("%s is not available: %s", item, it.Why)
		}
	}
}
