package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// waitForSleeper finds the process of the script that has named itself so, on the
// host's side of its box: then the user's code runs.
func waitForSleeper() (pid int, err error) {
	for end := time.Now().Add(attentionWait); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		names, err := filepath.Glob("/proc/[0-9]*/comm")
		if err != nil {
			return 0, err
		}
		for _, name := range names {
			// Processes come and go while we look.
			comm, err := os.ReadFile(name)
			if err == nil && strings.TrimSpace(string(comm)) == sleepersComm {
				return strconv.Atoi(filepath.Base(filepath.Dir(name)))
			}
		}
	}
	return 0, fmt.Errorf("the script did not start within %v", attentionWait)
}

// waitForEnd returns when the process is gone: dead and waited for. The zero time
// means that it is not.
func waitForEnd(pid int) time.Time {
	path := fmt.Sprintf("/proc/%d/comm", pid)
	for end := time.Now().Add(attentionWait); time.Now().Before(end); time.Sleep(attentionPoll) {
		if _, err := os.Stat(path); err != nil {
			return time.Now()
		}
	}
	return time.Time{}
}
