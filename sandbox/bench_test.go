package sandbox

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

// The figures that sandbox.md compares itself with. They are reported, never
// judged: go test -run=^$ -bench=. ./sandbox/

// spread reports percentiles of durations.
func spread(b *testing.B, name string, d []time.Duration) {
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	b.ReportMetric(ms(d[len(d)/2]), name+"-p50-ms")
	b.ReportMetric(ms(d[len(d)*95/100]), name+"-p95-ms")
}

// benchmarkCall measures from Acquire to the script's first byte, and from
// Release to the proof that nothing is left.
func benchmarkCall(b *testing.B, lang Language) {
	l := launch(b, Config{Languages: []Language{lang}})
	var acquired, ready, released, cpu []time.Duration
	for b.Loop() {
		begin := time.Now()
		s, err := l.Acquire(b.Context(), Request{Language: lang.Name})
		if err != nil {
			b.Fatal(err)
		}
		acquired = append(acquired, time.Since(begin))
		if _, err := io.ReadFull(s.Stdout, make([]byte, 1)); err != nil {
			b.Fatal(err)
		}
		ready = append(ready, time.Since(begin))
		begin = time.Now()
		if err := s.Release(); err != nil {
			b.Fatal(err)
		}
		released = append(released, time.Since(begin))
		if e, err := s.Wait(b.Context()); err == nil {
			cpu = append(cpu, e.CPU)
		}
	}
	spread(b, "acquire", acquired)
	spread(b, "ready", ready)
	spread(b, "release", released)
	spread(b, "cpu", cpu) // tells more than the others on a busy machine
	b.ReportMetric(0, "ns/op")
}

const sleepLong = "; print('x', flush=True); time.sleep(1000)"

func BenchmarkBox(b *testing.B) {
	benchmarkCall(b, Language{Name: "sh", Command: []string{"/bin/sh", "-c", "echo; read x <&3"}})
}

func BenchmarkPython(b *testing.B) { benchmarkCall(b, python("python", "import time"+sleepLong)) }

func BenchmarkNumpy(b *testing.B) {
	benchmarkCall(b, oneThread(python("numpy", "import time, numpy"+sleepLong)))
}

func BenchmarkPandas(b *testing.B) {
	benchmarkCall(b, oneThread(python("pandas", "import time, pandas"+sleepLong)))
}

// BenchmarkZygote does the same script in both ways of starting, and tells how
// much faster the second is: to a confined satellite, and to its first byte.
func BenchmarkZygote(b *testing.B) {
	cold := oneThread(python("cold", "import time, pandas"+sleepLong))
	warm := oneThread(withZygote(python("forked", "import time, pandas"+sleepLong), "numpy", "pandas"))
	l := launch(b, Config{Languages: []Language{cold, warm}})
	if _, err := l.Zygotes(b.Context()); err != nil {
		b.Fatal(err)
	}
	acquired, ready, released := map[string][]time.Duration{}, map[string][]time.Duration{}, map[string][]time.Duration{}
	for b.Loop() {
		for _, name := range l.Languages() {
			begin := time.Now()
			s, err := l.Acquire(b.Context(), Request{Language: name})
			if err != nil {
				b.Fatal(err)
			}
			acquired[name] = append(acquired[name], time.Since(begin))
			if _, err := io.ReadFull(s.Stdout, make([]byte, 1)); err != nil {
				b.Fatal(err)
			}
			ready[name] = append(ready[name], time.Since(begin))
			begin = time.Now()
			if err := s.Release(); err != nil {
				b.Fatal(err)
			}
			released[name] = append(released[name], time.Since(begin))
		}
	}
	if st, err := l.Status(b.Context()); err != nil || 2*st.Forked != st.Started {
		b.Errorf("%+v, %v", st, err)
	}
	spread(b, "acquire", acquired["forked"])
	spread(b, "ready", ready["forked"])
	spread(b, "release", released["forked"])
	spread(b, "cold-ready", ready["cold"])
	middle := func(d []time.Duration) float64 { return d[len(d)/2].Seconds() }
	b.ReportMetric(middle(ready["cold"])/middle(ready["forked"]), "times-faster")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkReady hands over satellites that wait: the time to the hand-over and to
// the script's first byte, and the memory that only the waiting one has.
func BenchmarkReady(b *testing.B) {
	lang := oneThread(withZygote(python("ready", "import time, pandas"+sleepLong), "numpy", "pandas"))
	lang.Zygote.Ready = 2
	l := launch(b, Config{Languages: []Language{lang}})
	if _, err := l.Zygotes(b.Context()); err != nil {
		b.Fatal(err)
	}
	var acquired, ready []time.Duration
	var private int
	for b.Loop() {
		readyOnes(b, l)
		private = privateMemory(b, processesOf(b, satelliteUIDs(l))[0])
		begin := time.Now()
		s, err := l.Acquire(b.Context(), Request{Language: "ready", Certificate: make([]byte, 700), Key: make([]byte, 300)})
		if err != nil {
			b.Fatal(err)
		}
		acquired = append(acquired, time.Since(begin))
		if _, err := io.ReadFull(s.Stdout, make([]byte, 1)); err != nil {
			b.Fatal(err)
		}
		ready = append(ready, time.Since(begin))
		if err := s.Release(); err != nil {
			b.Fatal(err)
		}
	}
	st, err := l.Status(b.Context())
	if err != nil || st.Handed < st.Started*9/10 {
		b.Errorf("%+v, %v", st, err)
	}
	spread(b, "handover", acquired)
	spread(b, "first-byte", ready)
	b.ReportMetric(float64(private)/1024, "private-MB")
	b.ReportMetric(0, "ns/op")
}

// privateMemory of a process, in KB.
func privateMemory(b *testing.B, pid int) (kb int) {
	for line := range strings.Lines(lines(b, fmt.Sprintf("/proc/%d/smaps_rollup", pid))) {
		var n int
		if _, err := fmt.Sscanf(line, "Private_Clean: %d", &n); err == nil {
			kb += n
		} else if _, err := fmt.Sscanf(line, "Private_Dirty: %d", &n); err == nil {
			kb += n
		}
	}
	return kb
}

func oneThread(l Language) Language {
	l.Env = []string{"OPENBLAS_NUM_THREADS=1"}
	return l
}

// BenchmarkKillSpinning (heavy: -benchtime=1x) kills boxes with 120 processes that never sleep.
func BenchmarkKillSpinning(b *testing.B) {
	script := `
import os, time
for i in range(120):
    if os.fork() == 0:
        while True: pass
print("x", flush=True)
time.sleep(1000)
`
	benchmarkCall(b, python("spinning", script))
}

// BenchmarkParallel starts and ends boxes from several callers at once.
func BenchmarkParallel(b *testing.B) {
	l := launch(b, Config{Languages: []Language{{Name: "true", Command: []string{"/usr/bin/true"}}}})
	var mu sync.Mutex
	n := 0
	begin := time.Now()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			s, err := l.Acquire(b.Context(), Request{Language: "true"})
			if err != nil {
				b.Error(err)
				return
			}
			s.Wait(b.Context()) //nolint:errcheck // Release tells the same
			if err := s.Release(); err != nil {
				b.Error(err)
			}
			mu.Lock()
			n++
			mu.Unlock()
		}
	})
	b.ReportMetric(float64(n)/time.Since(begin).Seconds(), "boxes/s")
}

// BenchmarkStart starts and ends a whole launcher.
func BenchmarkStart(b *testing.B) {
	var started, closed []time.Duration
	for b.Loop() {
		begin := time.Now()
		l, err := Start(b.Context(), Config{UIDs: testUIDs})
		if err != nil {
			b.Fatal(err)
		}
		started = append(started, time.Since(begin))
		begin = time.Now()
		l.Close()
		closed = append(closed, time.Since(begin))
	}
	spread(b, "start", started)
	spread(b, "close", closed)
	b.ReportMetric(0, "ns/op")
}
