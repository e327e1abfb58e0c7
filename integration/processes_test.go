package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// satellites are the interpreters that run our satellite program below the server,
// without the zygote that they are forked from and those that wait for a call.
func (s *server) satellites() []int {
	var pids []int
	for _, pid := range childrenOf(s.cmd.Process.Pid) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if err == nil && strings.Contains(string(text), "tds-launchpad/Python") && string(name) != "tds-ready\n" && !childOfLauncher(pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// childOfLauncher: a satellite's parent is the init of its box.
func childOfLauncher(pid int) bool {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, line, _ := strings.Cut(string(status), "PPid:")
	line, _, _ = strings.Cut(line, "\n")
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%s/cmdline", strings.TrimSpace(line)))
	return strings.HasPrefix(string(text), "tds-launchpad: launcher")
}

// warm waits until the zygote is, and until a satellite is ready: they take these
// names then.
func (s *server) warm(t *testing.T) {
	t.Helper()
	for _, name := range []string{"tds-zygote", "tds-ready"} {
		waitFor(t, name, func() bool { return s.named(name) > 0 })
	}
}

// named counts the processes of this name below the server.
func (s *server) named(comm string) (n int) {
	for _, pid := range childrenOf(s.cmd.Process.Pid) {
		if name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); string(name) == comm+"\n" {
			n++
		}
	}
	return n
}

// childrenOf lists all descendants of a process.
func childrenOf(pid int) []int {
	var all []int
	paths, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		for _, word := range strings.Fields(string(text)) {
			if child, err := strconv.Atoi(word); err == nil {
				all = append(append(all, child), childrenOf(child)...)
			}
		}
	}
	return all
}

// anyAlive tells whether one of the processes still exists.
func anyAlive(pids []int) bool {
	for _, pid := range pids {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", pid)); err == nil {
			return true
		}
	}
	return false
}
