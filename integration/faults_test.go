package integration

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// What scripts do to be a nuisance: the caller gets an error, the session and
// the proxy go on, and nothing is left behind.

func TestScriptsThatMisbehave(t *testing.T) {
	s := sharedServer(t)
	conn := s.connect(t)
	for _, tt := range []struct {
		name, script string
		numbers      []int32 // any of these
		says         string
	}{
		{"exits", "import sys; sys.exit(3)", []int32{39004, 39012, 39019}, ""},
		{"leaves by _exit", "import os; os._exit(4)", []int32{39004, 39012, 39019}, ""},
		{"kills itself", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", []int32{39004, 39012}, ""},
		{"kills its init", "import os, signal; os.kill(1, signal.SIGKILL); raise ValueError('still here')", []int32{39004, 39019}, "still here"},
		{"takes memory", "x = []\nwhile True:\n    x.append(bytearray(50_000_000))", []int32{39004, 39012, 39127}, ""},
		{"forks without end", "import os\nwhile True:\n    os.fork()", []int32{39004, 39012, 39127}, ""},
		{"fills the disk", "with open('big', 'wb') as f:\n    while True:\n        f.write(bytes(1 << 20))", []int32{39004}, "OSError"},
		{"closes its socket", "import os\nos.close(3)\nOutputDataSet = InputDataSet", []int32{39004, 39012, 39013}, ""},
		{"writes garbage to its socket", "import os\nos.write(3, b'\\xff' * 100000)", []int32{39004, 39012, 39013}, ""},
	} {
		t.Run(strings.ReplaceAll(tt.name, " ", "_"), func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			o, err := collect(ctx, conn, py(tt.script, "@input_data_1 = N'SELECT 1 AS a'"))
			if err != nil {
				t.Fatalf("%v\n%s", err, s.log)
			}
			found, text := false, ""
			for _, e := range o.Errors {
				text += e.Message + "\n"
				for _, n := range tt.numbers {
					found = found || e.Number == n
				}
			}
			if !found || !strings.Contains(text, tt.says) {
				t.Errorf("want one of %v with %q, got %+v", tt.numbers, tt.says, o.Errors)
			}
			usable(t, conn)
		})
	}
	waitFor(t, "all satellites to end", func() bool { return len(s.satellites()) == 0 })
}

func TestPrintingWithoutEndIsCut(t *testing.T) {
	conn := sharedServer(t).connect(t)
	o := query(t, conn, py("line = 'x' * 1000\nfor i in range(300_000):\n    print(line)\nprint('the end')"))
	o.noErrors(t)
	size := 0
	for _, n := range o.Notices {
		size += len(n)
	}
	if size == 0 || size > 16<<20 {
		t.Errorf("%d bytes of messages", size)
	}
	if !strings.Contains(strings.Join(o.Notices, ""), "left out") {
		t.Errorf("nothing tells that the output was cut: %.200q ... %q", o.Notices[0], o.Notices[len(o.Notices)-1])
	}
	usable(t, conn)
}

func TestClientThatLeavesDuringACall(t *testing.T) {
	s := sharedServer(t)
	client := sleepingClient(t, s)
	waitFor(t, "the satellite to start", func() bool { return len(s.satellites()) > 0 })
	if err := client.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	client.Wait()
	waitFor(t, "the satellite to end", func() bool { return len(s.satellites()) == 0 })
	usable(t, s.connect(t))
}

// A proxy that is killed leaves no satellite, folder or mount.
func TestNothingSurvivesAKill(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			before, others := mounts(t), processesOf(sharedServer(t))
			s := ownServer(t)
			sleepingClient(t, s)
			waitFor(t, "the satellite to start", func() bool { return len(s.satellites()) > 0 })
			scripts := s.satellites()
			s.cmd.Process.Signal(signal)
			<-s.exited
			waitFor(t, "the satellite to end", func() bool { return !anyAlive(scripts) })
			waitFor(t, "all processes of the instance to end", func() bool { return processesOf(s) == others })
			if after := mounts(t); after != before {
				t.Errorf("mounts before:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}

// sleepingClient starts a client process whose script call sleeps.
func sleepingClient(t *testing.T, s *server) *exec.Cmd {
	t.Helper()
	binary, err := program()
	if err != nil {
		t.Fatal(err)
	}
	client := exec.Command(binary, "query", "-S", s.address, "-U", s.user, "-N", "disable", "-b", "-Q", py("import time; time.sleep(1000)"))
	client.Env = append(os.Environ(), "SQLCMDPASSWORD="+s.password)
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Process.Kill(); client.Wait() })
	return client
}

func mounts(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// processesOf counts the processes that run the server's program, other servers' too.
func processesOf(s *server) int {
	n := 0
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err == nil && strings.HasPrefix(target, s.cmd.Path) {
			n++
		}
	}
	return n
}

// Whatever is killed at the start of a launcher, another one is tried.
func TestLaunchersKilledAtTheirStart(t *testing.T) {
	s := ownServer(t)
	killed := 0
	for end := time.Now().Add(time.Minute); killed < 5 && time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, pid := range titled("tds-launchpad: outer", "tds-launchpad: launcher")(s) {
			if syscall.Kill(pid, syscall.SIGKILL) == nil {
				killed++
			}
		}
	}
	usable(t, s.connect(t))
	query(t, s.connect(t), py("print('ran')")).noErrors(t)
}
