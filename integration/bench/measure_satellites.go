package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const readyComm = "tds-ready"

// awaitReady waits until a satellite waits: the zygote is warm then.
func (s *scripts) awaitReady(ctx context.Context) error {
	for end := time.Now().Add(startTimeout); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(10 * time.Millisecond) {
		if len(s.readyOnes()) > 0 {
			return nil
		}
	}
	return errors.Join(ctx.Err(), errors.New("no satellite waits ready"))
}

// readyOnes are the satellites of this product that wait.
func (s *scripts) readyOnes() (pids []int) {
	names, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, name := range names {
		comm, _ := os.ReadFile(name)
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if strings.TrimSpace(string(comm)) == readyComm && err == nil && descends(pid, s.product.cmd.Process.Pid) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// descends tells whether a process is another's child, or a child of one.
func descends(pid, from int) bool {
	for pid > 1 && pid != from {
		pid = int(statusOf(pid, "status", "PPid:"))
	}
	return pid == from
}

// statusOf reads a number behind names out of a file of a process; those of several are
// added up.
func statusOf(pid int, file string, names ...string) (sum int64) {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		for _, name := range names {
			if len(fields) > 1 && fields[0] == name {
				n, _ := strconv.ParseInt(fields[1], 10, 64)
				sum += n
			}
		}
	}
	return sum
}

// phases tells where the time of trivial calls has gone, by the product's own records.
func (s *scripts) phases(calls int) {
	// A record is written when the satellite has gone.
	for end := time.Now().Add(time.Second); s.log.count() < calls && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	for _, phase := range phases {
		took := s.log.of("ready", phase.of)
		p50 := percentile(took, 50).Seconds()
		l := line{"  of it: " + phase.what, []string{duration(p50)}, "p99 " + duration(percentile(took, 99).Seconds()), nil}
		if strings.Contains(phase.what, "handed over") {
			l.goal = &goal{first: 8e-3, aim: 0.1e-3, measured: p50, show: duration}
		}
		s.part.add(l)
	}
	s.part.add(line{"  calls whose satellite was ready", []string{fmt.Sprintf("%d of %d", len(s.log.of("ready", phases[0].of)), s.log.count())}, "", nil})
}

// memory takes what a satellite that waits has of its own.
func (s *scripts) memory() error {
	var private []float64
	for _, pid := range s.readyOnes() {
		if kilobytes := statusOf(pid, "smaps_rollup", "Private_Clean:", "Private_Dirty:"); kilobytes > 0 {
			private = append(private, float64(kilobytes)*1024)
		}
	}
	if len(private) == 0 {
		s.table.notes = append(s.table.notes, "The memory of waiting satellites could not be read: it takes their uid, or root.")
		return nil
	}
	spread := spreadOf(private)
	megabytes := func(x float64) string { return fmt.Sprintf("%.2f MB", x/1e6) }
	s.part.add(line{fmt.Sprintf("private memory of a satellite that waits, of %d", len(private)), []string{megabytes(spread.median)},
		spread.show(megabytes), &goal{first: 10e6, aim: 1e6, measured: spread.median, show: megabytes}})
	return nil
}

// coldCalls takes what the trivial call costs where each starts an interpreter.
func (s *scripts) coldCalls(ctx context.Context) (err error) {
	cold := &scripts{bench: s.bench, part: s.part}
	if cold.product, cold.address, cold.log, err = startRecorded(s.bench, "cold", "--no-zygote", "--ready-satellites", "0"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, cold.product.stop()) }()
	c, err := cold.client(ctx)
	if err != nil {
		return err
	}
	defer c.close()
	if _, err := callsOf(c, 1, 0); err != nil {
		return err
	}
	p50, _, err := cold.times(ctx, c, coldCalls, 0)
	if err != nil {
		return err
	}
	spread := spreadOf(p50)
	s.part.add(line{"the same, an interpreter started for each", []string{duration(spread.median)}, spread.show(duration), nil})
	if s.warm > 0 {
		s.part.add(line{"  times a warm one", []string{times(spread.median / s.warm)}, "", nil})
	}
	return nil
}
