package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindHierarchies(t *testing.T) {
	for name, c := range map[string]struct {
		mounts, own string
		v2          string // controllers of the v2 root
		want        []hierarchy
	}{
		"v1 on this project's machine": {
			mounts: `30 29 0:25 / /sys/fs/cgroup/cpu rw,relatime shared:7 - cgroup cgroup rw,cpu
31 29 0:26 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
32 29 0:27 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
33 29 0:28 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`,
			own: "8:pids:/\n4:memory:/a/b\n1:cpu:/\n0::/\n",
			want: []hierarchy{
				{1, []string{"cpu"}, "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu"},
				{1, []string{"memory"}, "/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/a/b"},
				{1, []string{"pids"}, "/sys/fs/cgroup/pids", "/sys/fs/cgroup/pids"},
			},
		},
		"v2 service of systemd": {
			mounts: "24 22 0:22 / /sys/fs/cgroup rw,nosuid,nodev - cgroup2 cgroup2 rw,nsdelegate\n",
			own:    "0::/system.slice/tds-launchpad.service\n",
			v2:     "cpuset cpu io memory hugetlb pids",
			want: []hierarchy{{2, []string{"cpu", "memory", "pids"}, "/sys/fs/cgroup",
				"/sys/fs/cgroup/system.slice/tds-launchpad.service"}},
		},
		"both, memory on v2": {
			mounts: `30 29 0:25 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct
24 22 0:22 / /cg/unified rw - cgroup2 cgroup2 rw
`,
			own: "1:cpu,cpuacct:/x\n0::/y\n", v2: "memory cpu",
			want: []hierarchy{{2, []string{"memory", "cpu"}, "/cg/unified", "/cg/unified/y"}},
		},
		"container's view, escaped mount": {
			mounts: "30 29 0:25 /docker/1 /my\\040cg/memory rw - cgroup cgroup rw,memory\n",
			own:    "4:memory:/docker/1/sub\n",
			want:   []hierarchy{{1, []string{"memory"}, "/my cg/memory", "/my cg/memory/sub"}},
		},
		"nothing":  {},
		"nonsense": {mounts: "a b c\n - \n1 2 3 4 5 - cgroup\n", own: "x\n::\n"},
	} {
		got, err := findHierarchies(strings.NewReader(c.mounts), strings.NewReader(c.own),
			func(string) []string { return strings.Fields(c.v2) })
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestCgroupCount(t *testing.T) {
	const oom = "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"
	for _, c := range []struct {
		text, key string
		want      int64
	}{
		{oom, "oom_kill", 3}, {oom, "missing", 0}, {"4096\n", "", 4096}, {"max\n", "", 0}, {"", "", 0}, {"max 12\n", "max", 12},
	} {
		if got := cgroupCount([]byte(c.text), c.key); got != c.want {
			t.Errorf("%q of %q: got %d, want %d", c.key, c.text, got, c.want)
		}
	}
}

// TestSweepSparesHeldGroups: a group whose maker's pid means nothing here, as
// with a maker in another PID namespace, is swept only when nobody holds it.
func TestSweepSparesHeldGroups(t *testing.T) {
	list, err := hierarchies()
	if err != nil {
		t.Fatal(err)
	}
	tried := false
	for _, h := range list {
		const nobody = 1 << 30 // above any kernel's pid_max
		dir := filepath.Join(h.Own, fmt.Sprintf("%s%d-%d", groupPrefix, nobody, os.Getpid()))
		if err := os.Mkdir(dir, 0o755); err != nil {
			continue // not ours to make groups in
		}
		defer os.Remove(dir)
		tried = true
		held, err := holdGroup(dir)
		if err != nil {
			t.Fatal(err)
		}
		sweepGroups(h.Own)
		if _, err := os.Stat(dir); err != nil {
			t.Errorf("a held group was swept: %v", err)
		}
		held.Close()
		sweepGroups(h.Own)
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a group that nobody holds was not swept: %v", err)
		}
	}
	if !tried {
		t.Skip("no cgroup hierarchy in which this user may make groups")
	}
}
