package sandbox

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// supervisedVariable makes a test process a supervised one: its value is the
// first uid.
const supervisedVariable = "TDS_LAUNCHPAD_TEST_SUPERVISED"

const supervisedExit = 42

// supervisedVictim runs a script with each launcher it gets, until SIGTERM.
func supervisedVictim() {
	first, _ := strconv.Atoi(os.Getenv(supervisedVariable))
	cfg := Config{UIDs: Range{uint32(first), 10}, MaxSatellites: 5,
		Languages: []Language{python("who", "import os; print('script', os.getuid(), flush=True); os.read(3, 1)")}}
	fail := func(err error) {
		if err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
	}
	fail(Supervise(cfg, Serving{DataDir: os.Getenv("TDS_LAUNCHPAD_TEST_DATA")}))
	term := make(chan os.Signal, 1)
	signal.Notify(term, unix.SIGTERM)
	groups, _ := os.Getgroups()
	caps, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(caps), "CapEff:\t")
	fmt.Println("serving", os.Getpid(), os.Getppid(), os.Getuid(), os.Getgid(), len(groups), after[:16])
	if dir := os.Getenv("TDS_LAUNCHPAD_TEST_DATA"); dir != "" {
		fail(os.WriteFile(filepath.Join(dir, "mine"), nil, 0o600))
	}
	for {
		l, err := Start(context.Background(), cfg)
		fail(err)
		s, err := l.Acquire(context.Background(), Request{Language: "who"})
		fail(err)
		line, err := bufio.NewReader(s.Stdout).ReadString('\n')
		fail(err)
		fmt.Print(line)
		for _, it := range l.Items() {
			if it.Name == "serving-process" || it.Name == "cgroup-memory" {
				fmt.Println(it.Name, it.State)
			}
		}
		select {
		case <-l.Done():
			s.Release()
		case <-term:
			fail(s.Release())
			fail(l.Close())
			os.Exit(supervisedExit)
		}
	}
}

func TestSupervise(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root has rights to give up")
	}
	data := t.TempDir()
	unix.Chmod(filepath.Dir(data), 0o755)
	first := testUIDs.First + 110
	cmd := exec.Command("/proc/self/exe", "-test.run=^$")
	cmd.Env = append(os.Environ(), fmt.Sprint(supervisedVariable, "=", first), "TDS_LAUNCHPAD_TEST_DATA="+data)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	out := bufio.NewReader(pipe)
	next := func() string {
		t.Helper()
		line, err := out.ReadString('\n')
		if err != nil || strings.HasPrefix(line, "failed") {
			t.Fatalf("%q, %v", line, err)
		}
		return strings.TrimSpace(line)
	}

	var pid, parent, uid, gid, groups int
	var caps string
	line := next()
	if _, err := fmt.Sscan(strings.TrimPrefix(line, "serving "), &pid, &parent, &uid, &gid, &groups, &caps); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	if parent != cmd.Process.Pid || uid != int(first)-1 || gid != uid || groups != 0 || caps != "0000000000000000" {
		t.Errorf("serving process: %s", line)
	}
	// The supervisor is root, but with three capabilities and no way to more.
	status := lines(t, fmt.Sprintf("/proc/%d/status", parent))
	for _, set := range []string{"CapPrm", "CapEff", "CapBnd"} {
		if want := fmt.Sprintf("%s:\t%016x\n", set, supervisorCaps); !strings.Contains(status, want) {
			t.Errorf("supervisor: want %q in\n%s", want, status)
		}
	}
	awaitScript := func() {
		t.Helper()
		if got := next(); got != "script 1" {
			t.Errorf("got %q", got)
		}
		if got := next(); !strings.HasPrefix(got, "cgroup-memory ") {
			t.Errorf("got %q", got)
		}
		if got := next(); got != "serving-process active" {
			t.Errorf("got %q", got)
		}
	}
	awaitScript()
	launcher := processesOf(t, Range{first, 1})
	for _, p := range launcher {
		if name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", p)); strings.HasPrefix(string(name), "tds-launchpad: launcher") {
			unix.Kill(p, unix.SIGKILL)
		}
	}
	awaitScript() // with the next launcher
	unix.Kill(cmd.Process.Pid, unix.SIGTERM)
	io.Copy(io.Discard, out)
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != supervisedExit {
		t.Errorf("supervisor ended with %v", err)
	}
	if left := processesOf(t, Range{first - 1, 11}); len(left) > 0 {
		t.Errorf("processes left: %v", left)
	}
	// What it could not remove, the next start does.
	l, err := Start(t.Context(), Config{UIDs: testUIDs})
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	hs, err := hierarchies()
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range hs {
		if left, _ := filepath.Glob(filepath.Join(h.Own, fmt.Sprintf("%s%d-*", groupPrefix, cmd.Process.Pid))); len(left) > 0 {
			t.Errorf("cgroups left: %v", left)
		}
	}
}

// Launchers that die young are followed by others later and later, those that have
// lived are not.
func TestRestartPause(t *testing.T) {
	pause := minRestartPause
	for range 20 {
		pause = restartPause(pause, pause)
	}
	if pause != maxReadyPause {
		t.Errorf("after 20 young deaths: %v", pause)
	}
	for range 20 {
		pause = restartPause(pause, 0)
	}
	if pause != maxRestartPause {
		t.Errorf("after 20 starts that failed: %v", pause)
	}
	if got := restartPause(pause, oldAge*pause+1); got != minRestartPause {
		t.Errorf("after an old one's: %v", got)
	}
}
