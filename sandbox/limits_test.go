package sandbox

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Scripts that use up what they get. Each limit must hold, be told in Exit
// where the kernel counts it, and hurt nobody else.

const forkBomb = `
import os, time
children = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(1000)
        children += 1
except BlockingIOError:
    print(children, flush=True)
os._exit(7)
`

func TestProcessLimit(t *testing.T) { inEachMode(t, testProcessLimit) }

func testProcessLimit(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("bomb", forkBomb)}, Limits: Limits{Processes: 20}})
	out, stderr, e := run(t, l, "bomb")
	if strings.TrimSpace(out) != "19" || e.Code != 7 {
		t.Errorf("forked %q with %+v: %s", out, e, stderr)
	}
	if active(l, "cgroup-pids") && !e.ProcessLimit {
		t.Logf("the pids cgroup did not count (RLIMIT_NPROC came first): %+v", e)
	}
	noProcesses(t, l)
}

func TestMemoryLimit(t *testing.T) { inEachMode(t, testMemoryLimit) }

func testMemoryLimit(t *testing.T) {
	hog := python("hog", "b = bytearray(200 << 20); print(len(b))")
	files := python("files", `
import sys
with open("/dev/shm/f", "wb") as f:
    for i in range(200):
        f.write(bytes(1 << 20))
print("written")
`)
	l := launch(t, Config{Languages: []Language{hog, files}, Limits: Limits{Memory: 64 << 20}})
	_, stderr, e := run(t, l, "hog")
	if !active(l, "cgroup-memory") {
		if e.Code != 1 || !strings.Contains(stderr, "MemoryError") {
			t.Errorf("without cgroup: %+v: %s", e, stderr)
		}
		return
	}
	if !e.OOM || e.Signal != int(syscall.SIGKILL) || e.Killed {
		t.Errorf("hog: %+v: %s", e, stderr)
	}
	if e.MemoryPeak == 0 || e.MemoryPeak > 64<<20 {
		t.Errorf("hog: peak of %d", e.MemoryPeak)
	}
	if out, _, e := run(t, l, "files"); !e.OOM || e.Signal != int(syscall.SIGKILL) || out != "" {
		t.Errorf("files: %+v, %q", e, out)
	}
}

func TestDiskLimits(t *testing.T) { inEachMode(t, testDiskLimits) }

func testDiskLimits(t *testing.T) {
	full := python("full", `
import errno, os
def fill(d, n, size):
    try:
        for i in range(n):
            with open("%s/%d" % (d, i), "wb", 0) as f:
                rest = size
                while rest:
                    rest -= f.write(bytes(min(rest, 1 << 16)))
        return "room"
    except OSError as e:
        return errno.errorcode[e.errno]
for d in (".", "/tmp", "/dev/shm"):
    print(d, fill(d, 3, 500000), fill(d + "/", 1000, 0), fill(d, 1, 2000000))
    for n in os.listdir(d):
        os.remove(d + "/" + n)
    print(fill(d, 1, 500000))
`)
	inodes := python("inodes", `
import errno
try:
    for i in range(1000):
        open("/tmp/%d" % i, "w").close()
except OSError as e:
    print(i, errno.errorcode[e.errno])
try:
    open("big", "wb").write(bytes(2 << 20))
except OSError as e:
    print(errno.errorcode[e.errno])
`)
	l := launch(t, Config{Languages: []Language{full, inodes}, Limits: Limits{Disk: 1 << 20, Inodes: 100}})
	out, stderr, e := run(t, l, "full")
	// The second loop meets what the first has left; the third meets the limit
	// on a file's size, which is that of the folder.
	want := ""
	for _, d := range []string{".", "/tmp", "/dev/shm"} {
		want += d + " ENOSPC ENOSPC EFBIG\nroom\n"
	}
	if out != want || e.Code != 0 {
		t.Errorf("got %q, want %q (%+v: %s)", out, want, e, stderr)
	}
	if out, stderr, _ := run(t, l, "inodes"); out != "99 ENOSPC\nEFBIG\n" && out != "99 ENOSPC\nENOSPC\n" {
		t.Errorf("got %q: %s", out, stderr)
	}
}

func TestOpenFiles(t *testing.T) { inEachMode(t, testOpenFiles) }

func testOpenFiles(t *testing.T) {
	script := `
import errno, os
try:
    while True: n = os.dup(0)
except OSError as e:
    print(n, errno.errorcode[e.errno])
`
	l := launch(t, Config{Languages: []Language{python("files", script)}, Limits: Limits{OpenFiles: 50}})
	if out, stderr, _ := run(t, l, "files"); out != "49 EMFILE\n" {
		t.Errorf("got %q: %s", out, stderr)
	}
}

func TestCPULimit(t *testing.T) { inEachMode(t, testCPULimit) }

func testCPULimit(t *testing.T) {
	script := `
import time
end = time.monotonic() + 1
while time.monotonic() < end: pass
print(time.process_time())
`
	lang := python("spin", script)
	lang.Limits.CPUs = 0.2
	l := launch(t, Config{Languages: []Language{lang}})
	need(t, l, "cgroup-cpu")
	out, stderr, e := run(t, l, "spin")
	// Of one second of spinning it gets a fifth, and what the last period
	// lets through; a busy machine only makes it less.
	used, err := strconv.ParseFloat(strings.TrimSpace(out), 64)
	t.Logf("one second at 0.2 CPUs: %g seconds of CPU, %v as the launcher counts", used, e.CPU)
	if err != nil || used > 0.6 {
		t.Errorf("%q, %+v: %s", out, e, stderr)
	}
}

func TestEndlessOutput(t *testing.T) { inEachMode(t, testEndlessOutput) }

func testEndlessOutput(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("talk", "while True: print('x' * 1000)")}})
	s := acquire(t, l, "talk", "a")
	if n, err := io.CopyN(io.Discard, s.Stdout, 20<<20); err != nil {
		t.Fatalf("%d bytes: %v", n, err)
	}
	s.Kill()
	if e := ended(t, s); !e.Killed || e.Signal != int(syscall.SIGKILL) {
		t.Errorf("%+v", e)
	}
	if err := s.Release(); err != nil {
		t.Error(err)
	}
}

func TestWaysToEnd(t *testing.T) { inEachMode(t, testWaysToEnd) }

func testWaysToEnd(t *testing.T) {
	scripts := map[string]struct {
		script string
		want   Exit
	}{
		"well":      {"pass", Exit{Reason: "exit status 0"}},
		"status":    {"import sys; sys.exit(3)", Exit{Code: 3, Reason: "exit status 3"}},
		"suicide":   {"import os; os.kill(os.getpid(), 9)", Exit{Code: -1, Signal: 9, Reason: "killed by signal 9 (killed)"}},
		"segfault":  {"import ctypes; ctypes.string_at(0)", Exit{Code: -1, Signal: 11, Reason: "killed by signal 11 (segmentation fault)"}},
		"forbidden": {"import ctypes; ctypes.CDLL(None).syscall(0x40000000 | 39)", Exit{Code: -1, Signal: 31, Reason: "killed for a forbidden system call"}},
		// Nobody else is there to be killed, the init is out of reach.
		"everything": {"import os\ntry: os.kill(-1, 9)\nexcept ProcessLookupError: os._exit(4)", Exit{Code: 4, Reason: "exit status 4"}},
	}
	var langs []Language
	for name, s := range scripts {
		langs = append(langs, python(name, s.script))
	}
	langs = append(langs, Language{Name: "missing", Command: []string{"/usr/bin/no-such-interpreter"}})
	l := launch(t, Config{Languages: langs})
	for name, s := range scripts {
		_, stderr, e := run(t, l, name)
		e.CPU, e.MemoryPeak = 0, 0
		if e != s.want {
			t.Errorf("%s: got %+v, want %+v: %s", name, e, s.want, stderr)
		}
	}
	_, err := l.Acquire(t.Context(), Request{Language: "missing"})
	var step *StepError
	if !errors.As(err, &step) || !errors.Is(err, ErrConfinement) || !errors.Is(err, syscall.ENOENT) ||
		step.Step != "execute the interpreter" {
		t.Errorf("missing interpreter: %v", err)
	}
	_, err = l.Acquire(t.Context(), Request{Language: "Cobol"})
	if !errors.Is(err, ErrUnknownLanguage) {
		t.Errorf("unknown language: %v", err)
	}
	noProcesses(t, l)
}
