package sandbox

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cgroup2Place finds where this process is in a v2 hierarchy, with controllers
// or without.
func cgroup2Place(t *testing.T) string {
	t.Helper()
	for line := range strings.Lines(lines(t, "/proc/self/mountinfo")) {
		left, right, _ := strings.Cut(line, " - ")
		if l := strings.Fields(left); strings.HasPrefix(right, "cgroup2 ") && len(l) > 4 {
			for own := range strings.Lines(lines(t, "/proc/self/cgroup")) {
				if p, ok := strings.CutPrefix(strings.TrimSpace(own), "0::"); ok {
					return filepath.Join(l[4], p)
				}
			}
		}
	}
	t.Skip("no cgroup v2 hierarchy is mounted")
	return ""
}

// TestCgroupV2 holds the delegation of a v2 group to the launcher against the
// kernel's rules for moving processes. It needs no controller; limits need one.
func TestCgroupV2(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can hand a group over")
	}
	place := cgroup2Place(t)
	cfg := Config{UIDs: testUIDs, Languages: []Language{python("who", "import os; print(os.getpid(), flush=True); os.read(3, 1)")}}
	s, err := newSettings(cfg)
	if err != nil {
		t.Fatal(err)
	}
	h := hierarchy{Version: 2, Own: place}
	g, err := h.make(int(testUIDs.First))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := g.remove(); err != nil {
			t.Error(err)
		}
	}()
	c, err := claimIDs(cfg, s.UIDs)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	o, f := startWith(context.Background(), cfg, s, c, []madeGroup{*g}, cgroupTrouble{})
	if f.err != nil {
		t.Fatal(f.err)
	}
	l := newLauncher(o, s, f.items())
	defer l.Close()
	sat := acquire(t, l, "who", "a")
	awaitReady(t, sat)
	pids := processesOf(t, Range{sat.HostUID(), 1})
	if len(pids) != 1 {
		t.Fatalf("processes %v", pids)
	}
	cgroups, err := os.Open(fmt.Sprintf("/proc/%d/cgroup", pids[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer cgroups.Close()
	found := false
	for sc := bufio.NewScanner(cgroups); sc.Scan(); {
		if p, ok := strings.CutPrefix(sc.Text(), "0::"); ok {
			found = filepath.Dir(p) == "/"+filepath.Base(g.dir) || strings.HasSuffix(filepath.Dir(p), filepath.Base(g.dir))
			found = found && strings.HasPrefix(filepath.Base(p), boxPrefix)
			t.Logf("the satellite is in %s", p)
		}
	}
	if !found {
		t.Error("the satellite is not in its group")
	}
	if procs := lines(t, filepath.Join(g.leaf, "cgroup.procs")); strings.Count(procs, "\n") < 3 {
		t.Errorf("outer process, init and launcher are not in their leaf: %q", procs)
	}
	if err := sat.Release(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(g.dir, boxPrefix+"*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
