package sandbox

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// What must be gone after satellites, launchers and serving processes end, by
// whatever way.

// processesOf lists the processes with a host uid of a range.
func processesOf(t testing.TB, r Range) (pids []int) {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		status, err := os.ReadFile("/proc/" + e.Name() + "/status")
		if err != nil {
			continue // it has just ended
		}
		for line := range strings.Lines(string(status)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "Uid:" {
				uid, _ := strconv.ParseUint(f[1], 10, 32)
				if uint32(uid) >= r.First && uint32(uid)-r.First < r.Count {
					pids = append(pids, pid)
				}
			}
		}
	}
	return pids
}

// satelliteUIDs is the range of l's satellites, without the launcher.
func satelliteUIDs(l *Launcher) Range {
	return Range{l.settings.HostFirst + 1, uint32(l.settings.UIDs)}
}

// noProcesses: after Release there is none, at once.
func noProcesses(t testing.TB, l *Launcher) {
	t.Helper()
	var left string
	// While others are made ready, their number is not clear for a moment.
	for range 2000 {
		if left = leftBehind(t, l); left == "" || !l.readies() {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if left != "" {
		t.Error(left)
	}
}

// readies tells whether satellites are made ready.
func (l *Launcher) readies() bool {
	return slices.ContainsFunc(l.settings.Languages, func(l language) bool { return l.Zygote != nil && l.Zygote.Ready > 0 })
}

// leftBehind tells what there is of satellites but those that are ready.
func leftBehind(t testing.TB, l *Launcher) string {
	t.Helper()
	st, err := l.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st.Satellites != 0 || st.UIDsFree != l.settings.UIDs-st.Ready || st.AccountsUsed != 0 || st.UIDsQuarantined != 0 {
		return fmt.Sprintf("status: %+v", st)
	}
	if pids := processesOf(t, satelliteUIDs(l)); len(pids) > st.Ready {
		return fmt.Sprintf("processes left: %v", pids)
	}
	for _, g := range l.outer.groups {
		if left, _ := filepath.Glob(filepath.Join(g.dir, "box-*")); len(left) > st.Ready {
			return fmt.Sprintf("cgroups left: %v", left)
		}
	}
	return ""
}

func lines(t testing.TB, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func openDescriptors(t testing.TB) int {
	t.Helper()
	e, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(e)
}

// awaitReady waits for a script's first byte.
func awaitReady(t testing.TB, s *Satellite) {
	t.Helper()
	if _, err := s.Stdout.Read(make([]byte, 1)); err != nil {
		t.Fatalf("script is not ready: %v", err)
	}
}

func TestNothingLeft(t *testing.T) { inEachMode(t, testNothingLeft) }

func testNothingLeft(t *testing.T) {
	mounts, before := lines(t, "/proc/self/mountinfo"), openDescriptors(t)
	lang := python("daemons", daemons)
	if mode != cold {
		lang = withZygote(lang)
	}
	l, err := Start(t.Context(), Config{UIDs: testUIDs, Languages: []Language{lang}})
	if err != nil {
		t.Fatal(err)
	}
	if mode != cold {
		warmed(t, l)
	}
	running := openDescriptors(t)
	var groups []string
	for _, g := range l.outer.groups {
		groups = append(groups, g.dir)
	}
	for _, end := range []func(s *Satellite){
		func(s *Satellite) { s.Kill(); ended(t, s) },
		func(*Satellite) {},
	} {
		s, err := l.Acquire(t.Context(), Request{Language: "daemons"})
		if err != nil {
			t.Fatal(err)
		}
		awaitReady(t, s)
		if n := len(processesOf(t, satelliteUIDs(l))); n < 21 {
			t.Errorf("only %d processes are running", n)
		}
		end(s)
		if err := s.Release(); err != nil {
			t.Error(err)
		}
		noProcesses(t, l)
	}
	if n := openDescriptors(t); n != running {
		t.Errorf("%d descriptors, were %d", n, running)
	}
	if got := lines(t, "/proc/self/mountinfo"); got != mounts {
		t.Errorf("mounts have changed:\n%s\nwere:\n%s", got, mounts)
	}
	// A satellite that nobody released.
	s, err := l.Acquire(t.Context(), Request{Language: "daemons"})
	if err != nil {
		t.Fatal(err)
	}
	awaitReady(t, s)
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Wait(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("wait after close: %v", err)
	}
	if err := s.Release(); err != nil {
		t.Error(err)
	}
	all := satelliteUIDs(l)
	if pids := processesOf(t, Range{all.First - 1, all.Count + 1}); len(pids) > 0 {
		t.Errorf("processes left after close: %v", pids)
	}
	for _, g := range groups {
		if _, err := os.Stat(g); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("cgroup %s: %v", g, err)
		}
	}
	if n := openDescriptors(t); n != before {
		t.Errorf("%d descriptors after close, were %d before start", n, before)
	}
}

func TestLauncherDies(t *testing.T) { inEachMode(t, testLauncherDies) }

func testLauncherDies(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("daemons", daemons)}})
	s := acquire(t, l, "daemons", "a")
	awaitReady(t, s)
	// The launcher is the child of the child of the outer process.
	pid := l.outer.process.Pid
	for range 2 {
		b := lines(t, fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
		pid, _ = strconv.Atoi(strings.Fields(b)[0])
	}
	for _, p := range []int{l.outer.process.Pid, pid} {
		if name := lines(t, fmt.Sprintf("/proc/%d/comm", p)); name != "tds-launchpad\n" {
			t.Errorf("process %d is called %q", p, name)
		}
	}
	if err := unix.Kill(pid, unix.SIGKILL); errors.Is(err, unix.EPERM) {
		t.Skip("this user may not kill the launcher")
	} else if err != nil {
		t.Fatal(err)
	}
	<-l.Done()
	if _, err := s.Wait(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("wait: %v", err)
	}
	if _, err := l.Acquire(t.Context(), Request{Language: "daemons"}); !errors.Is(err, ErrClosed) {
		t.Errorf("acquire: %v", err)
	}
	all := satelliteUIDs(l)
	if pids := processesOf(t, Range{all.First - 1, all.Count + 1}); len(pids) > 0 {
		t.Errorf("processes left: %v", pids)
	}
}

// TestServingProcessDies kills a process that has a satellite full of daemons.
func TestServingProcessDies(t *testing.T) { inEachMode(t, testServingProcessDies) }

func testServingProcessDies(t *testing.T) {
	cmd := exec.Command("/proc/self/exe", "-test.run=^$")
	cmd.Env = append(os.Environ(), victimVariable+"="+strconv.Itoa(int(mode)))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	var uid uint32
	var victims Range // with the launcher, the zygote and what is ready
	if _, serr := fmt.Sscanf(line, "ready %d %d %d\n", &uid, &victims.First, &victims.Count); serr != nil {
		t.Fatalf("victim: %q, %v", line, err)
	}
	if n := len(processesOf(t, Range{uid, 1})); n < 21 {
		t.Errorf("only %d processes are running", n)
	}
	cmd.Process.Kill()
	cmd.Wait()
	// Nobody is left who could say when; so ask until they are gone.
	deadline := time.Now().Add(time.Minute)
	for len(processesOf(t, victims)) > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("processes outlive the serving process: %v", processesOf(t, victims))
		}
		time.Sleep(5 * time.Millisecond)
	}
	// Its empty cgroups stay until somebody starts.
	left := fmt.Sprintf("%s%d-", groupPrefix, cmd.Process.Pid)
	list, err := hierarchies()
	if err != nil {
		t.Fatal(err)
	}
	l, err := Start(t.Context(), Config{UIDs: testUIDs})
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	for _, h := range list {
		if found, _ := filepath.Glob(filepath.Join(h.Own, left+"*")); len(found) > 0 {
			t.Errorf("cgroups left: %v", found)
		}
	}
}

func TestCancelledAcquire(t *testing.T) { inEachMode(t, testCancelledAcquire) }

func testCancelledAcquire(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("sleep", "import time; time.sleep(1000)")}, Accounts: 1})
	first := acquire(t, l, "sleep", "a")
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := l.Acquire(ctx, Request{Language: "sleep", Login: "b"})
		failed <- err
	}()
	for {
		st, err := l.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if st.Waiting == 1 {
			break
		}
	}
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	// In the middle of making a box, at any moment.
	for i := range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*500*time.Microsecond)
		s, err := l.Acquire(ctx, Request{Language: "sleep", Login: "a"})
		if err == nil {
			err = s.Release()
		} else if errors.Is(err, context.DeadlineExceeded) {
			err = nil
		}
		if err != nil {
			t.Errorf("cancelled after %d steps: %v", i, err)
		}
		cancel()
	}
	if err := first.Release(); err != nil {
		t.Error(err)
	}
	for { // the abandoned ones end by themselves
		st, err := l.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if st.Satellites == 0 && st.UIDsFree == l.settings.UIDs-st.Ready && st.Waiting == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	noProcesses(t, l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.calls) != 0 {
		t.Errorf("%d calls are remembered", len(l.calls))
	}
}
