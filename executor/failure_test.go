package executor

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/sandbox"
	"tds-launchpad/tds"
)

// TestSatelliteEnds: processes that end before they have answered.
func TestSatelliteEnds(t *testing.T) {
	for _, c := range []struct {
		name, script string
		number       int32
		state        uint8
		text, stdout string
	}{
		{"exit", "import os\nprint('a')\nos._exit(3)", 39004, 19, "exit status 3", "a\n"},
		{"killed", "import os\nprint('a')\nos.kill(os.getpid(), 9)", 39004, 19, "signal 9", "a\n"},
		{"crash", "import ctypes\nctypes.string_at(0)", 39004, 19, "signal 11", ""},
		{"crash has a place", "import ctypes\nctypes.string_at(0)", 39004, 19, "File \"<script>\", line 2 in <module>", ""},
		{"connection closed", "import os, time\nos.closerange(3, 100)\ntime.sleep(1000)", 39004, 19, "closed its connection", ""},
		{"protocol broken", "import os\nfor fd in range(3, 20):\n    try: os.write(fd, b'\\xff' * 64)\n    except OSError: pass\nprint('x')", 39010, 1, "", "x\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			failed := mustFail(t, &Call{Script: c.script}, nil)
			first, last := failed.Messages[0], failed.Messages[1]
			if first.Number != c.number || first.State != c.state || !strings.Contains(last.Text, c.text) {
				t.Errorf("%+v", failed.Messages)
			}
			if got := stdout(failed.Messages); got != c.stdout {
				t.Errorf("stdout: %q", got)
			}
		})
	}
}

// orphan is a satellite whose launcher dies.
type orphan struct{ *child }

func (o orphan) Wait(ctx context.Context) (sandbox.Exit, error) {
	if _, err := o.child.Wait(ctx); err != nil {
		return sandbox.Exit{}, err
	}
	return sandbox.Exit{Code: -1, Signal: 9, Killed: true, Reason: "the launcher ended"}, sandbox.ErrClosed
}

type orphanage struct{ *unconfined }

func (o orphanage) Acquire(ctx context.Context, req sandbox.Request) (Satellite, error) {
	sat, err := o.unconfined.Acquire(ctx, req)
	if err != nil {
		return nil, err
	}
	return orphan{sat.(*child)}, nil
}

// TestLauncherDies: the caller is told that it was not the script.
func TestLauncherDies(t *testing.T) {
	e := New(Config{Starter: orphanage{newUnconfined(t)}})
	_, err := runWith(t, e, &Call{Script: "import os\nos.kill(os.getpid(), 9)"}, nil)
	var failed *CallError
	if !errors.As(err, &failed) || failed.Messages[0].Number != 39004 || !strings.Contains(failed.Messages[1].Text, "the launcher ended") {
		t.Errorf("%v", err)
	}
}

// TestNoHello: programs that are no satellites.
func TestNoHello(t *testing.T) {
	for _, c := range []struct {
		name    string
		command []string
		text    string
	}{
		{"ends", []string{"/bin/sh", "-c", "echo broken >&2; exit 7"}, "exit status 7"},
		{"says nothing", []string{"/bin/sleep", "1000"}, "did not say that it was ready in 200ms"},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := newUnconfined(t)
			u.command = c.command
			e := New(Config{Starter: u, Limits: Limits{StartTimeout: 200 * time.Millisecond}})
			_, err := e.Run(context.Background(), &Call{Language: "python", Script: "pass"}, nil)
			var failed *CallError
			if !errors.As(err, &failed) || failed.Messages[0].Number != 39012 || !strings.Contains(failed.Messages[1].Text, c.text) {
				t.Errorf("%v", err)
			}
		})
	}
}

// refusing is a Starter without satellites.
type refusing struct{ err error }

func (r refusing) Acquire(context.Context, sandbox.Request) (Satellite, error) { return nil, r.err }

func TestNotStarted(t *testing.T) {
	id := uuid.New()
	for _, c := range []struct {
		err     error
		numbers []int32
		text    string
	}{
		{&sandbox.ExhaustedError{Reason: sandbox.ErrUsersExhausted, Limit: 20}, []int32{39108}, "Limit is 20."},
		{&sandbox.ExhaustedError{Reason: sandbox.ErrCallsExhausted, Limit: 3}, []int32{39110}, "Limit is 3."},
		{&sandbox.ExhaustedError{Reason: sandbox.ErrSatellitesExhausted, Limit: 7}, []int32{39127, 59020}, "limit 7"},
		{sandbox.ErrNotBuilt, []int32{39021, 59020}, "native helper"},
	} {
		for _, e := range []*Executor{New(Config{Starter: refusing{c.err}}), New(Config{Unavailable: c.err})} {
			_, err := e.Run(context.Background(), &Call{Language: "Python", RequestID: id}, nil)
			var failed *CallError
			if !errors.As(err, &failed) || len(failed.Messages) != len(c.numbers) || !errors.Is(err, c.err) {
				t.Fatalf("%v: %v", c.err, err)
			}
			for i, n := range c.numbers {
				if failed.Messages[i].Number != n {
					t.Errorf("%v: %+v", c.err, failed.Messages)
				}
			}
			last, _ := failed.Last()
			if !strings.Contains(last.Text, c.text) || !strings.Contains(failed.Messages[0].Text, strings.ToUpper(id.String())) {
				t.Errorf("%v: %v", c.err, failed)
			}
		}
	}
}

func TestUnknownLanguage(t *testing.T) {
	failed := mustFail(t, &Call{Language: "COBOL"}, nil)
	if last, _ := failed.Last(); last.Number != 39007 || !strings.Contains(last.Text, "'COBOL'") {
		t.Error(failed)
	}
}

// blocking is Rows that wait for the end of a context, as an engine that computes.
type blocking struct {
	table
	ctx     context.Context
	waiting chan struct{}
}

func (b *blocking) Next() ([][]byte, error) {
	if row, err := b.table.Next(); err == nil {
		return row, nil
	}
	close(b.waiting)
	<-b.ctx.Done()
	return nil, b.ctx.Err()
}

// TestCancel: the satellite is killed in whatever state the call is.
func TestCancel(t *testing.T) {
	sleep := "import time, sys\nprint('asleep', flush=True)\ntime.sleep(1000)"
	for _, c := range []struct {
		name, script string
		input        bool
	}{
		{"script sleeps", sleep, false},
		{"script ignores signals", "import signal\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n" + sleep, false},
		{"script prints for ever", "while True: print('x' * 1000)", false},
		{"input query runs", "pass", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			e := New(Config{Starter: newUnconfined(t)})
			call := &Call{Language: "Python", Script: c.script, HasInput: c.input}
			in := &blocking{table: *newTable(t, []tds.TypeInfo{tds.Int(4)}, []any{int64(1)}), ctx: ctx, waiting: make(chan struct{})}
			go func() {
				if c.input {
					<-in.waiting
				} else {
					time.Sleep(200 * time.Millisecond) // the script runs, most likely; it must not matter
				}
				cancel()
			}()
			_, err := e.Run(ctx, call, in)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("ended with %v", err)
			}
		})
	}
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := New(Config{Starter: newUnconfined(t)}).Run(ctx, &Call{Language: "Python", Script: sleep}, nil)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

// counting is an endless source that counts what is taken from it.
type counting struct {
	table
	n int
}

func (c *counting) Next() ([][]byte, error) {
	c.n++
	return c.rows[0], nil
}

// TestScriptDoesNotReadInput: a script with a syntax error fails at once, and the
// source is not pulled to its end, which here does not exist.
func TestScriptDoesNotReadInput(t *testing.T) {
	in := &counting{table: *newTable(t, []tds.TypeInfo{tds.Int(8)}, []any{int64(1)})}
	failed := mustFail(t, &Call{Script: "a = = b"}, in)
	if last, _ := failed.Last(); !strings.Contains(last.Text, "SyntaxError") {
		t.Error(failed)
	}
}

type failing struct{ table }

var errQuery = errors.New("divide by zero")

func (f *failing) Next() ([][]byte, error) {
	row, err := f.table.Next()
	if err == io.EOF {
		err = errQuery
	}
	return row, err
}

func TestInputQueryFails(t *testing.T) {
	in := &failing{*newTable(t, []tds.TypeInfo{tds.Int(8)}, []any{int64(1)})}
	_, err := runCall(t, &Call{Script: "print('not run')"}, in)
	var input *InputError
	if !errors.As(err, &input) || input.Err != errQuery {
		t.Errorf("ended with %v", err)
	}
}

func TestBadInputValue(t *testing.T) {
	in := newTable(t, []tds.TypeInfo{tds.Int(4)})
	in.rows = [][][]byte{{{1, 2, 3}}}
	failed := mustFail(t, &Call{Script: "pass"}, in)
	if last, _ := failed.Last(); last.Number != numberResult || !strings.Contains(last.Text, "column 1") {
		t.Error(failed)
	}
}

// TestMuchOutput: a script that prints far more than is kept.
func TestMuchOutput(t *testing.T) {
	out, err := runWith(t, New(Config{Starter: newUnconfined(t), Limits: Limits{Text: 64 << 10}}),
		&Call{Script: "import sys\nprint('first')\nfor i in range(200): sys.stdout.write('x' * 999999 + '\\n')\nprint('last')"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	text := stdout(out.Messages)
	if !strings.HasPrefix(text, "first\n") || !strings.HasSuffix(text, "\nlast\n") || len(text) > 70<<10 || !strings.Contains(text, "left out here]") {
		t.Errorf("%d bytes: %.40q ... %q", len(text), text, text[len(text)-40:])
	}
}

func TestResultTooLarge(t *testing.T) {
	e := New(Config{Starter: newUnconfined(t), DataDir: t.TempDir(), Limits: Limits{SpoolMemory: 1 << 20, SpoolTotal: 2 << 20}})
	_, err := runWith(t, e, &Call{Script: "import numpy\nOutputDataSet = pandas.DataFrame({'a': numpy.arange(1000000)})\nprint('done')"}, nil)
	var failed *CallError
	if !errors.As(err, &failed) || !errors.Is(err, ErrSpoolFull) || failed.Messages[0].Number != numberResult {
		t.Errorf("ended with %v", err)
	}
}

func TestValueTooLarge(t *testing.T) {
	e := New(Config{Starter: newUnconfined(t), Limits: Limits{MaxValue: 1 << 20}})
	_, err := runWith(t, e, &Call{Script: "OutputDataSet = pandas.DataFrame({'a': [b'x' * (20 << 20)]})"}, nil)
	if !errors.Is(err, ErrValueTooLarge) {
		t.Errorf("ended with %v", err)
	}
	_, err = runWith(t, e, &Call{Script: "x = b'x' * (20 << 20)", Params: []Param{{Name: "@x", Type: tds.VarBinary(tds.SizeMax), Output: true}}}, nil)
	var failed *CallError
	if !errors.As(err, &failed) || !errors.Is(err, ErrValueTooLarge) || failed.Messages[0].Number != numberResult {
		t.Errorf("ended with %v", err)
	}
}

// TestCloseTwice: results may be closed early and often.
func TestCloseTwice(t *testing.T) {
	e := New(Config{Starter: newUnconfined(t), DataDir: t.TempDir()})
	res, err := e.Run(context.Background(), &Call{Language: "PYTHON", Script: "OutputDataSet = pandas.DataFrame({'a': [1]})"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := res.Close(); err != nil {
			t.Error(err)
		}
	}
	if n, err := res.WriteTo(io.Discard); n != 0 || err != nil {
		t.Errorf("after Close: %d, %v", n, err)
	}
}
