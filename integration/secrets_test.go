package integration

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestServingProcessIsUndumpable: sessions' passwords are in its memory, so that
// nobody but root may look there, nor a core dump show them; it can still start
// another launcher.
func TestServingProcessIsUndumpable(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can try as the serving process's user")
	}
	s := ownServer(t)
	usable(t, s.connect(t))
	pid := s.serving(t)
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(string(status), "\nUid:\t")
	uid, _, _ := strings.Cut(line, "\t")
	for _, file := range []string{"mem", "environ", "maps", "fd/0"} {
		out, err := exec.Command("setpriv", "--reuid="+uid, "--regid="+uid, "--clear-groups", "--",
			"head", "-c1", fmt.Sprintf("/proc/%d/%s", pid, file)).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "Permission denied") {
			t.Errorf("%s: %v, %s", file, err, out)
		}
	}
	limits, err := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	if err != nil || !strings.Contains(strings.Join(strings.Fields(string(limits)), " "), "Max core file size 0 0") {
		t.Errorf("%v, %s", err, limits)
	}
}

// serving is the process that reads what clients send: the supervisor's child.
func (s *server) serving(t *testing.T) int {
	t.Helper()
	for _, pid := range childrenOf(s.cmd.Process.Pid) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if err == nil && strings.Contains(string(text), "serve\x00") {
			return pid
		}
	}
	t.Fatal("there is no serving process")
	return 0
}
