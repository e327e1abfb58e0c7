package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// satellites are the interpreters that run our satellite program below the server,
// without the zygote that they are forked from.
func (s *server) satellites() []int {
	var pids []int
	for _, pid := range childrenOf(s.cmd.Process.Pid) {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		if err == nil && strings.Contains(string(text), "tds-launchpad/Python") && string(name) != "tds-zygote\n" {
			pids = append(pids, pid)
		}
	}
	return pids
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
