package integration

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// possessions count what a server has, by its kind: processes, their descriptors, namespaces
// and mounts, cgroups, files, and what the launcher counts.
type possessions map[string]int

// grown lists what there is more of than before. The embedded engine keeps the
// connections to its file that its busiest moment needed.
func (before possessions) grown(after possessions) string {
	var more []string
	for kind, n := range after {
		if n > before[kind] && !strings.HasSuffix(kind, ".db") {
			more = append(more, fmt.Sprintf("%s: %d, were %d", kind, n, before[kind]))
		}
	}
	slices.Sort(more)
	return strings.Join(more, "; ")
}

var boxNumber = regexp.MustCompile(`box-[0-9]+`)

func (s *server) possessions(t *testing.T) possessions {
	all := possessions{}
	seen := map[string]bool{}
	for _, pid := range s.processes() {
		proc := fmt.Sprintf("/proc/%d/", pid)
		text, _ := os.ReadFile(proc + "comm")
		name := strings.TrimSpace(string(text))
		all["processes: "+name]++
		links, _ := filepath.Glob(proc + "fd/*")
		for _, link := range links {
			target, _ := os.Readlink(link)
			kind, _, _ := strings.Cut(target, ":")
			all[name+" descriptors: "+boxNumber.ReplaceAllString(kind, "box")]++
			if strings.HasPrefix(link, proc) && strings.Contains(target, ":[") {
				namespace(all, seen, target)
			}
		}
		links, _ = filepath.Glob(proc + "ns/*")
		for _, link := range links {
			target, _ := os.Readlink(link)
			namespace(all, seen, target)
		}
		mounts, _ := os.ReadFile(proc + "mountinfo")
		all[name+" mounts"] += bytes.Count(mounts, []byte("\n"))
	}
	all["cgroups"] = s.cgroups()
	s.files(all)
	s.launcherCounts(t, all)
	return all
}

// namespace counts a namespace once; sockets and pipes look alike.
func namespace(all possessions, seen map[string]bool, target string) {
	kind, _, _ := strings.Cut(target, ":")
	if kind != "socket" && kind != "pipe" && !seen[target] {
		seen[target] = true
		all["namespaces: "+kind]++
	}
}

// processes are those below the server, and whoever else has one of its uids.
func (s *server) processes() []int {
	pids := append(childrenOf(s.cmd.Process.Pid), s.cmd.Process.Pid)
	ranges := s.uids()
	entries, _ := filepath.Glob("/proc/[0-9]*")
	for _, entry := range entries {
		var st syscall.Stat_t
		if pid, err := strconv.Atoi(filepath.Base(entry)); err == nil && syscall.Stat(entry, &st) == nil &&
			!slices.Contains(pids, pid) && ranges.have(realUID(pid)) {
			pids = append(pids, pid)
		}
	}
	return pids
}

func realUID(pid int) int {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	_, line, _ := strings.Cut(string(status), "\nUid:")
	uid := -1
	fmt.Sscan(line, &uid) //nolint:errcheck // it has just ended
	return uid
}

type uidRanges [][2]int

func (r uidRanges) have(uid int) bool {
	return slices.ContainsFunc(r, func(r [2]int) bool { return uid >= r[0] && uid < r[0]+r[1] })
}

// uids are the launcher's and the satellites' on the host. Those that this test's user
// has too tell nothing.
func (s *server) uids() (ranges uidRanges) {
	for _, pid := range titled("tds-launchpad: launcher")(s) {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/uid_map", pid))
		for line := range strings.Lines(string(text)) {
			var inside, outside, count int
			if _, err := fmt.Sscan(line, &inside, &outside, &count); err == nil && (os.Getuid() < outside || os.Getuid() >= outside+count) {
				ranges = append(ranges, [2]int{outside, count})
			}
		}
	}
	return ranges
}

// cgroups counts the control groups of satellites on this machine.
func (s *server) cgroups() int {
	n := 0
	for _, pattern := range []string{"/sys/fs/cgroup/*/tds-launchpad-%d-*/box-*", "/sys/fs/cgroup/*/*/tds-launchpad-%d-*/box-*", "/sys/fs/cgroup/tds-launchpad-%d-*/box-*"} {
		found, _ := filepath.Glob(fmt.Sprintf(pattern, s.cmd.Process.Pid))
		for _, path := range found {
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				n++
			}
		}
	}
	return n
}

// files counts what is in the data directory, and what the serving process has among
// temporary files.
func (s *server) files(all possessions) {
	filepath.WalkDir(s.dataDir, func(path string, _ fs.DirEntry, err error) error { //nolint:errcheck // what is gone is not left
		if err == nil {
			all["files in the data directory"]++
		}
		return nil
	})
	var own syscall.Stat_t
	if syscall.Stat(s.dataDir, &own) != nil {
		return
	}
	found, _ := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	for _, path := range found {
		var st syscall.Stat_t
		if syscall.Lstat(path, &st) == nil && st.Uid == own.Uid && int(st.Uid) != os.Getuid() {
			all["temporary files"]++
		}
	}
}

var launcherLine = regexp.MustCompile(`launcher accounts=(\d+) accounts_used=(\d+) .* ready=(\d+) satellites=(\d+) .*uids_free=(\d+) uids_quarantined=(\d+) waiting=(\d+)`)

// launcherCounts asks the launcher for its counts.
func (s *server) launcherCounts(t *testing.T, all possessions) {
	before := len(s.log.String())
	if err := s.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	var m []string
	waitFor(t, "the launcher's counts", func() bool {
		m = launcherLine.FindStringSubmatch(s.log.String()[before:])
		return m != nil
	})
	var n [7]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	all["worker accounts in use"], all["satellites"] = n[1], n[3]
	// Of those that are free there must not be fewer.
	all["uids taken"] = -(n[2] + n[4])
	all["uids in quarantine"], all["calls that wait"] = n[5], n[6]
}
