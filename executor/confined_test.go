package executor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"tds-launchpad/sandbox"
	"tds-launchpad/tds"
)

// newConfined makes an executor with real boxes, whose satellites are forked from a
// zygote, or started cold.
func newConfined(t testing.TB, limits sandbox.Limits, forked bool) *Executor {
	t.Helper()
	if missing := pythonMissing(); missing != "" {
		t.Skip(missing)
	}
	languages := Languages()
	if !forked {
		languages[0].Zygote = nil
	}
	l, err := sandbox.Start(context.Background(), sandbox.Config{
		DataDir:   t.TempDir(),
		Languages: languages,
		Limits:    limits,
		Accounts:  2, MaxSatellites: 3,
		// A range of this process's own: other tests may use sandboxes at the same time.
		UIDs:   sandbox.Range{First: 1910000000 + uint32(os.Getpid()%100000)*8, Count: 4},
		Logger: zerolog.New(zerolog.NewTestWriter(t)),
	})
	if errors.Is(err, sandbox.ErrNotBuilt) || errors.Is(err, sandbox.ErrConfinement) {
		t.Skipf("no confinement here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	e := New(Config{Launcher: l, DataDir: t.TempDir()})
	zygotes, err := l.Zygotes(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if z := zygotes[0]; forked && (z.State != sandbox.Active || z.Why != "") {
		t.Errorf("zygote: %+v", z)
	}
	t.Cleanup(func() {
		status, err := l.Status(context.Background())
		if want := status.Started; forked && status.Forked != want {
			t.Errorf("%d of %d satellites were forked from the zygote", status.Forked, want)
		}
		if err != nil || status.Satellites != 0 || status.AccountsUsed != 0 {
			t.Errorf("left behind: %+v, %v", status, err)
		}
		if err := l.Close(); err != nil {
			t.Errorf("closing the launcher: %v", err)
		}
	})
	return e
}

// TestConfined runs calls in real boxes.
func TestConfined(t *testing.T) {
	t.Run("cold", func(t *testing.T) { testConfined(t, false) })
	t.Run("forked", func(t *testing.T) { testConfined(t, true) })
}

func testConfined(t *testing.T, forked bool) {
	e := newConfined(t, sandbox.Limits{Memory: 512 << 20, Processes: 64}, forked)
	t.Run("data", func(t *testing.T) {
		in := newTable(t, []tds.TypeInfo{tds.Int(4), tds.NVarChar(10, tds.DefaultCollation)}, []any{int64(1), "ü"}, []any{nil, nil})
		out, err := runWith(t, e, &Call{Script: "OutputDataSet = InputDataSet", Login: "a"}, in)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(out.rows); got != "[[1 ü] [<nil> <nil>]]" {
			t.Error(got)
		}
	})
	t.Run("plots", func(t *testing.T) {
		if _, err := os.Stat("/usr/lib/python3/dist-packages/matplotlib"); err != nil {
			t.Skip("the Python package matplotlib is missing")
		}
		out, err := runWith(t, e, &Call{Script: "import matplotlib, os\nmatplotlib.use('Agg')\nfrom matplotlib import pyplot\n" +
			"pyplot.plot([1, 2])\npyplot.savefig('plot.png')\nprint(os.path.getsize('plot.png') > 0)", Login: "a"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := stdout(out.Messages); got != "True\n" {
			t.Errorf("printed %q", got)
		}
	})
	t.Run("view from inside", func(t *testing.T) {
		id := uuid.New()
		out, err := runWith(t, e, &Call{RequestID: id, Login: "a", Script: "import os, sys\nprint(os.getcwd())\nprint(os.getpid(), [f for f in map(int, os.listdir('/proc/self/fd')) if f > 2][:1], sys.argv, sys.stdin.read())\nopen('file', 'w').write('x')"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(stdout(out.Messages), "\n")
		if !strings.HasSuffix(lines[0], "/"+strings.ToUpper(id.String())) || !strings.HasPrefix(lines[1], "2 [") {
			t.Errorf("%q", lines)
		}
	})
	t.Run("traceback", func(t *testing.T) {
		_, err := runWith(t, e, &Call{Script: "\n1/0", Login: "a"}, nil)
		var failed *CallError
		if !errors.As(err, &failed) || !strings.HasSuffix(failed.Messages[1].Text, "Traceback (most recent call last):\n  File \"<script>\", line 2, in <module>\n    1/0\n    ~^~\nZeroDivisionError: division by zero\n") {
			t.Errorf("%v", err)
		}
	})
	for _, c := range []struct {
		name, script string
		number       int32
		text         string
	}{
		{"killed", "import os\nos.kill(os.getpid(), 9)", 39004, "signal"},
		{"exits", "import os\nos._exit(3)", 39004, "status 3"},
		{"memory", "x = []\nwhile True: x.append(bytearray(10 << 20))", 39127, "memory"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := runWith(t, e, &Call{Script: c.script, Login: "a"}, nil)
			var failed *CallError
			if !errors.As(err, &failed) {
				t.Fatalf("ended with %v", err)
			}
			// Without a memory cgroup the limit is met as a MemoryError.
			if n := failed.Messages[0].Number; n != c.number && c.number != 39127 || !strings.Contains(strings.ToLower(failed.Messages[1].Text), c.text) {
				t.Errorf("%+v", failed.Messages)
			}
		})
	}
	t.Run("forks without end", func(t *testing.T) {
		_, err := runWith(t, e, &Call{Script: "import os\nwhile True: os.fork()", Login: "a"}, nil)
		var failed *CallError
		if !errors.As(err, &failed) {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("fills its disk", func(t *testing.T) {
		_, err := runWith(t, e, &Call{Script: "f = open('f', 'wb')\nwhile True: f.write(bytes(1 << 20))", Login: "a"}, nil)
		var failed *CallError
		if !errors.As(err, &failed) {
			t.Errorf("ended with %v", err)
		}
	})
	t.Run("leaves processes", func(t *testing.T) {
		out, err := runWith(t, e, &Call{Script: "import subprocess\nfor i in range(5): subprocess.Popen(['/bin/sleep', '1000'])\nprint('done')", Login: "a"}, nil)
		if err != nil || stdout(out.Messages) != "done\n" {
			t.Errorf("%v", err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		in := &blocking{table: *newTable(t, []tds.TypeInfo{tds.Int(4)}), ctx: ctx, waiting: make(chan struct{})}
		go func() {
			<-in.waiting
			cancel()
		}()
		_, err := e.Run(ctx, &Call{Language: "Python", HasInput: true, Login: "a"}, in)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
}

// BenchmarkConfinedCall does each call in both ways of starting and tells how much
// faster the second is.
func BenchmarkConfinedCall(b *testing.B) {
	for _, c := range []struct{ name, script string }{{"empty", ""}, {"pandas", "pandas"}, {"frame", "OutputDataSet = pandas.DataFrame({'a': [1]})"}} {
		b.Run(c.name, func(b *testing.B) {
			var e [2]*Executor
			var took [2][]time.Duration
			for i := range e {
				e[i] = newConfined(b, sandbox.Limits{}, i == 1)
			}
			for b.Loop() {
				for i := range e {
					began := time.Now()
					res, err := e[i].Run(context.Background(), &Call{Language: "Python", Script: c.script, Login: "a"}, nil)
					if err != nil {
						b.Fatal(err)
					}
					took[i] = append(took[i], time.Since(began))
					if err := res.Close(); err != nil {
						b.Fatal(err)
					}
				}
			}
			var p50 [2]float64
			for i := range took {
				slices.Sort(took[i])
				p50[i] = took[i][len(took[i])/2].Seconds() * 1e3
			}
			b.ReportMetric(p50[0], "cold-p50-ms")
			b.ReportMetric(p50[1], "forked-p50-ms")
			b.ReportMetric(took[1][len(took[1])*95/100].Seconds()*1e3, "forked-p95-ms")
			b.ReportMetric(p50[0]/p50[1], "times-faster")
			b.ReportMetric(0, "ns/op")
		})
	}
}
