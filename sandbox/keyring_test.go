package sandbox

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

// keysOf counts a user's keys.
func keysOf(t *testing.T, uid uint32) (n int) {
	t.Helper()
	b, err := os.ReadFile("/proc/key-users")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("this kernel has no keyrings")
	}
	for line := range strings.Lines(string(b)) {
		var id uint32
		var usage, keys int
		if _, err := fmt.Sscanf(line, "%d: %d %d/", &id, &usage, &keys); err == nil && id == uid {
			n = keys
		}
	}
	return n
}

// TestOwnKeyring: a satellite has a session keyring of its own, and it counts
// as the satellite's: the launcher's uid may have 200 keys by default, which
// must not be the bound on satellites.
func TestOwnKeyring(t *testing.T) { inEachMode(t, testOwnKeyring) }

func testOwnKeyring(t *testing.T) {
	l := launch(t, Config{Languages: []Language{python("wait", "import os; print(flush=True); os.read(3, 1)")}})
	if l.settings.SingleUID {
		t.Skip("there is no range of uids: launcher and satellites have the same")
	}
	before := keysOf(t, l.settings.HostFirst)
	s := acquire(t, l, "wait", "tester")
	awaitReady(t, s)
	if n := keysOf(t, l.settings.HostFirst); n > before {
		t.Errorf("the launcher's uid has %d keys, had %d", n, before)
	}
	if n := keysOf(t, s.HostUID()); n == 0 {
		t.Error("the satellite's uid has no keyring")
	}
}
