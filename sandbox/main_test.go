package sandbox

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

func TestMain(m *testing.M) {
	Init()
	os.Exit(m.Run())
}

// python is a language whose script is given on the command line.
func python(script string) Language {
	return Language{Name: "Python", Command: []string{"/usr/bin/python3", "-I", "-c", script}}
}

// start starts a launcher, or skips where this machine can't confine.
func start(t testing.TB, cfg Config) *Launcher {
	t.Helper()
	cfg.Logger = zerolog.New(zerolog.NewTestWriter(t))
	l, err := Start(context.Background(), cfg)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return l
}

func acquire(t testing.TB, l *Launcher, login string) *Satellite {
	t.Helper()
	s, err := l.Acquire(context.Background(), Request{Language: "Python", Login: login})
	if err != nil {
		t.Fatalf("acquire: %v", err)
	}
	t.Cleanup(func() { s.Release() })
	return s
}

// run runs a script to its end and returns what it printed.
func run(t testing.TB, l *Launcher) (stdout, stderr string, e Exit) {
	t.Helper()
	s := acquire(t, l, "tester")
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
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if e, err = s.Wait(ctx); err != nil {
		t.Fatalf("wait: %v", err)
	}
	if err := s.Release(); err != nil {
		t.Fatalf("release: %v", err)
	}
	return string(b), stderr, e
}

func TestHello(t *testing.T) {
	l := start(t, Config{Languages: []Language{python("import os;print(os.getpid(), os.getuid(), os.getcwd(), os.listdir('/'));print(open('/proc/self/status').read()); import numpy, pandas; print(os.listdir('/proc'))")}})
	out, errs, e := run(t, l)
	t.Log(out, errs, e)
	for _, it := range l.Items() {
		t.Logf("%+v", it)
	}
}
