package sandbox

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// zygotesOf lists the host pids of l's zygotes.
func zygotesOf(t testing.TB, l *Launcher) (pids []int) {
	t.Helper()
	for _, pid := range processesOf(t, Range{l.settings.HostFirst, 1}) {
		if b, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil && string(b) == "tds-zygote\n" {
			pids = append(pids, pid)
		}
	}
	return pids
}

// numberInU is the number that a process of U has there.
func numberInU(t testing.TB, pid int) int {
	t.Helper()
	_, line, _ := strings.Cut(lines(t, fmt.Sprintf("/proc/%d/status", pid)), "NSpid:")
	line, _, _ = strings.Cut(line, "\n")
	f := strings.Fields(line)
	n, err := strconv.Atoi(f[len(f)-1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// awaitForked runs a language until a zygote forks it.
func awaitForked(t testing.TB, l *Launcher, language string) {
	t.Helper()
	for range 1000 {
		before, err := l.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		run(t, l, language)
		if after, err := l.Status(t.Context()); err == nil && after.Forked > before.Forked {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("no zygote came again")
}

// TestNumbers: no process of a box ever has a number like a zygote's.
func TestNumbers(t *testing.T) { inEachMode(t, testNumbers) }

func testNumbers(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("fork", `
import os
pids = []
for i in range(60):
    pid = os.fork()
    if pid == 0: os._exit(0)
    pids.append(pid)
    os.waitpid(pid, 0)
print(os.getpid(), min(pids))
`)}})
	if out, stderr, _ := run(t, l, "fork"); out != "2 50\n" {
		t.Errorf("got %q: %s", out, stderr)
	}
	for _, pid := range zygotesOf(t, l) {
		if n := numberInU(t, pid); n < numbersFirst || n >= numbersLast {
			t.Errorf("a zygote's number is %d", n)
		}
	}
}

// TestRandomness: nothing random is the same in two satellites.
func TestRandomness(t *testing.T) {
	lang := oneThread(withZygote(python("random", `
import json, multiprocessing.process, os, random, secrets, ssl, tempfile, uuid, sys
seen = {
    "os.urandom": os.urandom(16).hex(), "ssl": ssl.RAND_bytes(16).hex(), "random": str(random.getrandbits(128)),
    "uuid4": str(uuid.uuid4()), "uuid1": str(uuid.uuid1()), "secrets": secrets.token_hex(16),
    "hash of a secret": str(hash(secrets.token_hex(16))), "temporary name": next(tempfile._get_candidate_names()),
    "multiprocessing key": bytes(multiprocessing.process.current_process().authkey).hex(),
}
if "numpy" in sys.modules:
    import numpy
    seen["numpy"] = str(numpy.random.bytes(16))
    seen["numpy generator"] = str(numpy.random.default_rng().bytes(16))
# In a child whose number is the zygote's or any other.
for i in range(3):
    r, w = os.pipe()
    if os.fork() == 0:
        os.write(w, (ssl.RAND_bytes(16).hex() + " " + str(random.getrandbits(128))).encode())
        os._exit(0)
    os.wait()
    a, b = os.read(r, 1000).decode().split()
    seen["ssl in child %d" % i], seen["random in child %d" % i] = a, b
print(json.dumps(seen))
`), "numpy", "multiprocessing", "tempfile", "uuid"))
	if _, err := os.Stat("/usr/lib/python3/dist-packages/numpy"); err != nil {
		lang.Zygote.Preload = lang.Zygote.Preload[1:]
	}
	l := launch(t, Config{Languages: []Language{lang}})
	warmed(t, l)
	seen := map[string]string{}
	for i := range 4 {
		out, stderr, _ := run(t, l, "random")
		var got map[string]string
		if err := json.Unmarshal([]byte(out), &got); err != nil || len(got) < 15 {
			t.Fatalf("%q: %v: %s", out, err, stderr)
		}
		for what, value := range got {
			where := fmt.Sprintf("%s of satellite %d", what, i)
			if other, ok := seen[value]; ok {
				t.Errorf("%s is the same as %s", where, other)
			}
			seen[value] = where
		}
	}
}

// TestUnfitZygotes: what reaches from one child to another keeps a zygote from
// being used. Calls work without.
func TestUnfitZygotes(t *testing.T) {
	files := fstest.MapFS{
		"thread.py":  {Data: []byte("import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n")},
		"file.py":    {Data: []byte("import os\nfd = os.open('/etc/passwd', os.O_RDONLY)\n")},
		"shared.py":  {Data: []byte("import mmap\nm = mmap.mmap(-1, 4096)\n")},
		"exits.py":   {Data: []byte("import os\nos._exit(3)\n")},
		"raises.py":  {Data: []byte("raise ValueError('broken on purpose')\n")},
		"without.py": {Data: []byte("raise SystemExit\n")},
	}
	unfit := map[string]string{
		"thread": "it has 2 threads", "file": "it has descriptor", "shared": "shared writable mapping",
		"exits": "without a report",
	}
	missing := map[string]string{
		"raises": "could not import raises: ValueError: broken on purpose", "without": "could not import without: SystemExit",
		"nowhere": "could not import nowhere: ModuleNotFoundError",
	}
	var langs []Language
	for _, reasons := range []map[string]string{unfit, missing} {
		for name := range reasons {
			lang := withZygote(python(name, "print('works')"), name)
			lang.Files = files
			lang.Command[3] = "import sys; sys.path.append('/opt/tds-launchpad/" + name + "')\n" + lang.Command[3]
			langs = append(langs, lang)
		}
	}
	l := launch(t, Config{Languages: langs})
	items, err := l.Zygotes(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range l.Languages() {
		state, why := Active, missing[name]
		if why == "" {
			state, why = Unavailable, unfit[name]
		}
		if it := items[i]; it.State != state || !strings.Contains(it.Why, why) || it.Remedy == "" || !strings.HasSuffix(it.Title, name+" are forked from") {
			t.Errorf("%s: want %q, %+v", name, why, it)
		}
		if out, stderr, e := run(t, l, name); out != "works\n" {
			t.Errorf("%s: %q, %+v: %s", name, out, e, stderr)
		}
	}
	if st, err := l.Status(t.Context()); err != nil || st.Forked != uint64(len(missing)) {
		t.Errorf("%+v, %v", st, err)
	}
	noProcesses(t, l)
}

func TestWithoutZygote(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("plain", "")}})
	items, err := l.Zygotes(t.Context())
	if err != nil || len(items) != 1 || items[0].State != Off || items[0].Missing() {
		t.Errorf("%+v, %v", items, err)
	}
	for _, name := range []string{"", "/etc/passwd", "os;", "a b", "a.", ".a", "1a", "a,b", "../x", strings.Repeat("x", 101)} {
		lang := withZygote(python("p", ""), name)
		if _, err := newSettings(Config{Languages: []Language{lang}}); err == nil {
			t.Errorf("%q is taken for a module's name", name)
		}
	}
	lang := withZygote(python("p", ""), "sklearn.linear_model", "_x9")
	if _, err := newSettings(Config{Languages: []Language{lang}}); err != nil {
		t.Error(err)
	}
}

const untilToldTo = `
import os
print("x", flush=True)
os.read(3, 1)
print(open("/proc/self/maps").read().count("/usr/bin/python3"), os.getppid())
`

// TestZygoteDies: its children don't mind, calls go on, another one comes.
func TestZygoteDies(t *testing.T) {
	l := launch(t, Config{Languages: []Language{withZygote(python("wait", untilToldTo)), withZygote(python("quick", "print('works')"))}})
	if _, err := l.Zygotes(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := acquire(t, l, "wait", "a")
	out := bufio.NewReader(s.Stdout)
	if line, err := out.ReadString('\n'); line != "x\n" {
		t.Fatalf("%q, %v", line, err)
	}
	first := zygotesOf(t, l)
	if len(first) != 2 {
		t.Fatalf("zygotes: %v", first)
	}
	for _, pid := range first {
		if err := unix.Kill(pid, unix.SIGKILL); err == unix.EPERM {
			t.Skip("this user may not kill the zygote")
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if out, stderr, e := run(t, l, "quick"); out != "works\n" {
		t.Errorf("%q, %+v: %s", out, e, stderr)
	}
	awaitForked(t, l, "quick")
	s.Conn.Write([]byte{0})
	if line, err := out.ReadString('\n'); line != "5 1\n" {
		t.Errorf("the child of a dead zygote: %q, %v", line, err)
	}
	if e := ended(t, s); e.Failed() {
		t.Errorf("%+v", e)
	}
	if err := s.Release(); err != nil {
		t.Error(err)
	}
	noProcesses(t, l)
	for _, pid := range zygotesOf(t, l) {
		if slices.Contains(first, pid) {
			t.Errorf("zygote %d is still there", pid)
		}
	}
}

// TestZygoteReplaced: after so many forks another takes its place, and nothing
// of the first is left, neither where it ran nor in the launcher.
func TestZygoteReplaced(t *testing.T) {
	lang := withZygote(python("quick", "print('works')"))
	lang.Zygote.MaxForks = 3
	l := launch(t, Config{Languages: []Language{lang}})
	warmed(t, l)
	pid := l.outer.process.Pid
	for range 2 {
		pid, _ = strconv.Atoi(strings.Fields(lines(t, fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)))[0])
	}
	first := zygotesOf(t, l)
	var descriptors []int
	for range 30 {
		run(t, l, "quick")
		if fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid)); err == nil {
			descriptors = append(descriptors, len(fds))
		}
	}
	now := zygotesOf(t, l)
	for range 1000 {
		if len(now) == 1 && now[0] != first[0] {
			break
		}
		time.Sleep(10 * time.Millisecond)
		now = zygotesOf(t, l)
	}
	if len(now) != 1 || now[0] == first[0] {
		t.Errorf("zygotes: %v, at first %v", now, first)
	}
	if n := len(descriptors); n > 0 && descriptors[n-1] > descriptors[0]+8 {
		t.Errorf("the launcher's descriptors: %v", descriptors)
	}
	noProcesses(t, l)
}

// TestZygoteRenewed: a zygote is made anew on request, and when a package has come
// to where it imports from.
func TestZygoteRenewed(t *testing.T) {
	packages, err := os.MkdirTemp("/opt", "tds-launchpad-test-")
	if err != nil {
		t.Skip(err) // /tmp is not visible in a box
	}
	defer os.RemoveAll(packages)
	os.Chmod(packages, 0o755)
	lang := withZygote(python("import", "import sys; print('later' in sys.modules)"))
	lang.ReadOnlyDirs = []string{packages}
	lang.Command[len(lang.Command)-1] = "__import__('sys').path.append('" + packages + "')\n" + lang.Command[len(lang.Command)-1]
	lang.Zygote.Preload = []string{"later"}
	l := launch(t, Config{Languages: []Language{lang}})
	if _, err := l.Zygotes(t.Context()); err != nil {
		t.Fatal(err)
	}
	changed := func(before []int) bool {
		for range 3000 {
			if now := zygotesOf(t, l); len(now) == 1 && now[0] != before[0] {
				return true
			}
			time.Sleep(5 * time.Millisecond)
		}
		return false
	}
	first := zygotesOf(t, l)
	if err := l.Renew(); err != nil {
		t.Fatal(err)
	}
	if !changed(first) {
		t.Error("not renewed on request")
	}
	if out, stderr, _ := run(t, l, "import"); out != "False\n" {
		t.Errorf("%q %s", out, stderr)
	}
	second := zygotesOf(t, l)
	if err := os.WriteFile(packages+"/later.py", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if !changed(second) {
		t.Error("not renewed after an installation")
	}
	if out, stderr, _ := run(t, l, "import"); out != "True\n" {
		t.Errorf("%q %s", out, stderr)
	}
}

func TestZygoteSpec(t *testing.T) {
	lang := specLanguage(t, Language{Name: "Python", Command: []string{"/usr/bin/python3"}, Zygote: &Zygote{Preload: []string{"numpy", "pandas"}},
		Env: []string{ZygoteVariable + "=/elsewhere", "TZ=UTC"}})
	s := newZygoteSpec(specFacts, lang, "program", "library")
	for _, st := range s.Steps {
		if st.Kind == StepTmpfs || st.Kind == StepBind && !slices.Contains(devices, st.Target) && st.Attr&AttrReadOnly == 0 {
			t.Errorf("the zygote could write to %s", st.Target)
		}
	}
	if last := s.Steps[len(s.Steps)-1]; last.Kind != StepAttr || last.Target != "/" || last.Attr&AttrReadOnly == 0 {
		t.Errorf("the root does not end read-only: %+v", last)
	}
	want := environment{"TZ=UTC", "TMPDIR=/tmp", "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8",
		"HOME=/", "USER=zygote", "LOGNAME=zygote", "TDS_LAUNCHPAD_ZYGOTE=/run/zygote", "TDS_LAUNCHPAD_PRELOAD=numpy,pandas"}
	if d := cmp.Diff(want, s.Env); d != "" {
		t.Error(d)
	}
}
