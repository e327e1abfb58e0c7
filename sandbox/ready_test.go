package sandbox

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// probeScript does what the probe of the documentation does: it lists the data
// directory, the launchpads and their sessions, and reads what it may.
const probeScript = `
import os, pathlib
root = pathlib.Path("/var/opt/mssql-extensibility/data")
for p in [root, *sorted(root.rglob("*"))]:
    s = p.stat()
    own = "mine" if s.st_uid == os.getuid() else "not mine"
    print(str(p)[len(str(root)):] or "/", oct(s.st_mode & 0o777), own, "writable" if os.access(p, os.W_OK) else "read-only")
for f in sorted(root.rglob("*.pem")):
    print(f.read_text())
print("cwd", os.getcwd() == os.environ["HOME"] == str(next(root.glob("*/*/"))))
import pwd
print(pwd.getpwuid(os.getuid()).pw_name, os.environ["USER"], os.environ["LOGNAME"], pwd.getpwuid(os.getuid()).pw_dir == os.getcwd())
for attempt in (lambda: open(root / "x", "w"), lambda: open(next(root.glob("*")) / "x", "w"),
                lambda: os.chmod(next(root.rglob("*.pem")), 0o666), lambda: os.mkdir(root / "other")):
    try: attempt()
    except OSError as e: print(type(e).__name__)
`

// TestLaunchpadFolder: what a script finds is the layout of SQL Server on Linux,
// its own and nobody else's.
func TestLaunchpadFolder(t *testing.T) { inEachMode(t, testLaunchpadFolder) }

func testLaunchpadFolder(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("probe", probeScript)}})
	for i := range 2 {
		if mode == forReady {
			readyOnes(t, l)
		}
		launchpad, session := uuid.New(), uuid.New()
		s, err := l.Acquire(t.Context(), Request{Language: "probe", Login: fmt.Sprint(i), CallID: session, Launchpad: launchpad,
			Certificate: []byte("the certificate"), Key: []byte("the key")})
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(s.Stdout)
		if err != nil {
			t.Error(err)
		}
		complaint, _ := io.ReadAll(s.Stderr)
		if err := s.Release(); err != nil {
			t.Error(err)
		}
		folder := "/" + guidText(launchpad)
		want := "/ 0o755 not mine read-only\n" +
			folder + " 0o755 not mine read-only\n" +
			folder + "/" + guidText(session) + " 0o700 mine writable\n" +
			folder + "/sqlsatellitecert.pem 0o440 not mine read-only\n" +
			folder + "/sqlsatellitekey.pem 0o440 not mine read-only\n" +
			"the certificate\nthe key\ncwd True\nINSTANCE01 INSTANCE01 INSTANCE01 True\n" +
			"PermissionError\nPermissionError\nPermissionError\nPermissionError\n"
		// The session's name may come behind the files'.
		if d := cmp.Diff(sorted(want), sorted(string(out))); d != "" {
			t.Errorf("(-want +got):\n%s%s", d, complaint)
		}
	}
}

func sorted(text string) []string {
	all := strings.Split(text, "\n")
	for i := range all { // few lines
		for j := range i {
			if all[i] < all[j] {
				all[i], all[j] = all[j], all[i]
			}
		}
	}
	return all
}

// TestLoopbackListeners: what a script connects to comes out here, and the
// script can't take the address for itself.
func TestLoopbackListeners(t *testing.T) { inEachMode(t, testLoopbackListeners) }

func testLoopbackListeners(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("connect", `
import socket
for family, address in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
    s = socket.create_connection((address, 1433))
    print(s.makefile().readline(), end="", flush=True)
    try:
        other = socket.socket(family)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((address, 1433))
        other.listen()
    except OSError as e:
        print(e.strerror, flush=True)
`)}})
	s := acquire(t, l, "connect", "a")
	if len(s.Listeners) != 2 {
		t.Fatalf("%d listeners", len(s.Listeners))
	}
	for i, ln := range s.Listeners {
		go func() {
			for {
				c, err := ln.Accept()
				if err != nil {
					return
				}
				fmt.Fprintln(c, "listener", i)
				c.Close()
			}
		}()
	}
	out, err := io.ReadAll(s.Stdout)
	if want := "listener 0\nAddress already in use\nlistener 1\nAddress already in use\n"; err != nil || string(out) != want {
		stderr, _ := io.ReadAll(s.Stderr)
		t.Errorf("%q, %v: %s", out, err, stderr)
	}
	if err := s.Release(); err != nil {
		t.Error(err)
	}
	if _, err := s.Listeners[0].Accept(); err == nil {
		t.Error("a listener is open after Release")
	}
	if _, err := net.DialTimeout("tcp", "127.0.0.1:1433", time.Second); err == nil {
		t.Error("the host answers on a box's port: this test needs a host without SQL Server")
	}
}

func readyLanguage(name, script string, most int) Language {
	l := withZygote(python(name, script))
	l.Zygote.Ready = most
	return l
}

// await asks for the status until it is as wanted.
func await(t *testing.T, l *Launcher, what string, ok func(Status) bool) {
	t.Helper()
	var st Status
	for range 10000 {
		var err error
		if st, err = l.Status(t.Context()); err != nil {
			t.Fatal(err)
		}
		if ok(st) {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%s: %+v", what, st)
}

// TestReadyGrows: who finds none has more made, up to the bound.
func TestReadyGrows(t *testing.T) {
	l := launch(t, Config{Languages: []Language{readyLanguage("echo", echo, 3)}})
	await(t, l, "the first", func(st Status) bool { return st.Ready == 1 })
	var held []*Satellite
	for range 8 {
		held = append(held, acquire(t, l, "echo", "a"))
	}
	await(t, l, "the bound", func(st Status) bool { return st.Ready == 3 })
	st, err := l.Status(t.Context())
	if err != nil || st.Handed == 0 || st.Started != 8 || st.Satellites != 8 {
		t.Errorf("%+v, %v", st, err)
	}
	for _, s := range held {
		if err := s.Release(); err != nil {
			t.Error(err)
		}
	}
	noProcesses(t, l)
}

// TestReadyShrinks: those that nobody has wanted for a period go one by one.
func TestReadyShrinks(t *testing.T) {
	p := newReadyPool(nil, &language{Zygote: &Zygote{Ready: 8}}, nil)
	for range 5 {
		if p.take() != nil {
			t.Fatal("took from nothing")
		}
	}
	if p.target != 8 {
		t.Errorf("target %d", p.target)
	}
	p.boxes = make([]*box, 8)
	p.shrink() // there were none in this period
	if p.target != 8 {
		t.Errorf("target %d after a busy period", p.target)
	}
	for range 3 {
		p.take()
	}
	p.shrink()
	if p.target != 7 {
		t.Errorf("target %d after a period with five too many", p.target)
	}
	for range 20 {
		p.shrink()
	}
	if p.target != 1 {
		t.Errorf("target %d after long silence", p.target)
	}
}

// TestReadyDies: one that has died while it waited is nobody's, and another takes
// its place.
func TestReadyDies(t *testing.T) {
	l := launch(t, Config{Languages: []Language{readyLanguage("echo", echo, 2)}})
	for range 3 {
		await(t, l, "one", func(st Status) bool { return st.Ready > 0 })
		for _, pid := range processesOf(t, satelliteUIDs(l)) {
			syscall.Kill(pid, syscall.SIGKILL)
			for { // until it is gone, or has at least closed its descriptors
				stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
				if err != nil || strings.Contains(string(stat), ") Z ") {
					break
				}
				time.Sleep(time.Millisecond)
			}
		}
		s := acquire(t, l, "echo", "a")
		fmt.Fprint(s.Conn, "x")
		if _, err := io.ReadFull(s.Conn, make([]byte, 1)); err != nil {
			t.Error(err)
		}
		if err := s.Release(); err != nil {
			t.Error(err)
		}
	}
	noProcesses(t, l)
}

// TestReadyOfOldZygote: with a zygote go those that it has forked and that wait.
func TestReadyOfOldZygote(t *testing.T) {
	l := launch(t, Config{Languages: []Language{readyLanguage("echo", echo, 1)}})
	await(t, l, "one", func(st Status) bool { return st.Ready == 1 })
	before := processesOf(t, satelliteUIDs(l))
	for _, pid := range zygotesOf(t, l) {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	for range 5000 {
		after := processesOf(t, satelliteUIDs(l))
		if len(before) == 1 && len(after) == 1 && after[0] != before[0] {
			noProcesses(t, l)
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Errorf("%v waits still", before)
}

// TestReadyGivesWay: what waits never keeps a call from its uid, not even one of
// another language.
func TestReadyGivesWay(t *testing.T) {
	l := launch(t, Config{MaxSatellites: 2, UIDs: Range{testUIDs.First, 4}, AcquireTimeout: -1,
		Languages: []Language{readyLanguage("echo", echo, 8), python("plain", echo)}})
	await(t, l, "one that can be spared", func(st Status) bool { return st.Ready == 1 })
	a, b := acquire(t, l, "plain", "a"), acquire(t, l, "plain", "b")
	if a.HostUID() == b.HostUID() {
		t.Error("one uid twice")
	}
	if _, err := l.Acquire(t.Context(), Request{Language: "echo"}); err == nil {
		t.Error("three at once")
	}
	for _, s := range []*Satellite{a, b} {
		if err := s.Release(); err != nil {
			t.Error(err)
		}
	}
	noProcesses(t, l)
}

// TestReadyWaits: a satellite that waits has all of its confinement, and no
// capability, before it is anybody's.
func TestReadyWaits(t *testing.T) {
	l := launch(t, Config{Languages: []Language{readyLanguage("echo", echo, 1)}})
	await(t, l, "one", func(st Status) bool { return st.Ready == 1 })
	pids := processesOf(t, satelliteUIDs(l))
	if len(pids) != 1 {
		t.Fatalf("waiting: %v", pids)
	}
	status := lines(t, fmt.Sprintf("/proc/%d/status", pids[0]))
	for _, want := range []string{"CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"} {
		if !strings.Contains(status, want) {
			t.Errorf("no %q in %s", want, status)
		}
	}
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pids[0]))
	if os.Geteuid() != 0 && errors.Is(err, os.ErrPermission) {
		return // another user's
	}
	if err != nil || len(fds) != 5 { // 0 to 3 and the way to the launcher
		t.Errorf("descriptors: %v, %v", fds, err)
	}
}
