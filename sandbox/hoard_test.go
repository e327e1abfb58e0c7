package sandbox

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"testing"
)

// TestMemoryKinds: whatever kind of memory a script asks the kernel for, it
// gets no more of it than its limit.
func TestMemoryKinds(t *testing.T) { inEachMode(t, testMemoryKinds) }

func testMemoryKinds(t *testing.T) {
	const limit = 96
	kinds := []string{"mapped", "memfd", "shared", "messages", "pipes", "unix_sockets", "tcp", "udp"}
	var langs []Language
	for _, k := range kinds {
		l := attack("hoard", k)
		l.Name = k
		l.FilesDir = "/opt/tds-launchpad/hoard"
		langs = append(langs, l)
	}
	l := launch(t, Config{Languages: langs, Limits: Limits{Memory: limit << 20}})
	need(t, l, "cgroup-memory")
	for _, k := range kinds {
		t.Run(k, func(t *testing.T) {
			s := acquire(t, l, k, "tester")
			line, err := bufio.NewReader(s.Stdout).ReadString('\n')
			if err == io.EOF { // killed
				if e := ended(t, s); !e.OOM {
					t.Errorf("%+v", e)
				}
				return
			}
			held, err := strconv.Atoi(strings.TrimSpace(line))
			if err != nil || held > limit {
				t.Errorf("holds %q MB, the limit is %d (%v)", line, limit, err)
			}
			t.Logf("holds %d MB", held)
		})
	}
}
