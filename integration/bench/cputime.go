package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc/PID/stat: USER_HZ, which is 100 on every Linux
// that Go knows.
const tick = time.Second / 100

// treeTime is the processor time that a process and all that have descended from
// it have used. Those that are gone count with the process that waited for them.
func treeTime(root int) time.Duration {
	type entry struct {
		parent int
		used   time.Duration
	}
	all := map[int]entry{}
	names, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is right
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended meanwhile
		}
		// The second field, the name in parentheses, may hold anything.
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		if len(fields) < 15 {
			continue
		}
		number := func(i int) int { n, _ := strconv.Atoi(fields[i]); return n }
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		ticks := number(11) + number(12) + number(13) + number(14) // user, system, and those of children
		all[pid] = entry{number(1), time.Duration(ticks) * tick}
	}
	var sum time.Duration
	for pid, e := range all {
		for at, depth := pid, 0; at > 0 && depth < len(all); at, depth = all[at].parent, depth+1 {
			if at == root {
				sum += e.used
				break
			}
		}
	}
	return sum
}
