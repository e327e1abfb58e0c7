package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of times in /proc/PID/stat, which is the same on all of Linux.
const clockTick = time.Second / 100

// maxCounted bounds the processes that a count looks at.
const maxCounted = 1000

// cpuBelow is the processor time of a process' children and their children. What is
// killed with its PID namespace's init is waited for by nobody, so that the init's own
// times don't have it.
func cpuBelow(pid int) (sum time.Duration) {
	list := childrenOf(pid)
	for i := 0; i < len(list) && len(list) < maxCounted; i++ {
		sum += cpuOf(list[i])
		list = append(list, childrenOf(list[i])...)
	}
	return sum
}

func childrenOf(pid int) (children []int) {
	paths, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, path := range paths {
		text, _ := os.ReadFile(path)
		for _, word := range bytes.Fields(text) {
			if child, err := strconv.Atoi(string(word)); err == nil {
				children = append(children, child)
			}
		}
	}
	return children
}

// cpuOf is what a process with those that it has waited for has used: in ticks, and
// more exactly if it has but one thread.
func cpuOf(pid int) time.Duration {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks, exact int64
	for i := 11; i <= 14 && i < len(fields); i++ { // utime, stime, cutime, cstime
		n, _ := strconv.ParseInt(fields[i], 10, 64)
		ticks += n
	}
	sched, _ := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	fmt.Sscan(string(sched), &exact) //nolint:errcheck // where there is none
	return max(time.Duration(ticks)*clockTick, time.Duration(exact))
}
