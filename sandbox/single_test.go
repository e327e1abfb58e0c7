package sandbox

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSingleUID: a user without subordinate ids is refused by name, and served
// with what is left if that is waived.
func TestSingleUID(t *testing.T) { inEachMode(t, testSingleUID) }

func testSingleUID(t *testing.T) {
	if ids, err := chooseMap(Config{}, 1); err == nil {
		t.Skipf("uid %d has a range of uids (%+v)", os.Geteuid(), ids.uids)
	}
	cfg := Config{Languages: []Language{attack("processes"), attack("files"), attack("syscalls")}}
	_, err := Start(t.Context(), cfg)
	var missing *MissingError
	if !errors.As(err, &missing) || len(missing.Items) != 1 || missing.Items[0].Name != "worker-uids" {
		t.Fatalf("start without waiving: %v", err)
	}
	cfg.Waive = []string{"worker-uids"}
	l := launch(t, cfg)
	got := outcomes(t, l, "processes")
	for name, want := range map[string]string{
		"own pid": "2", "CapEff": "0000000000000000", "CapPrm": "0000000000000000", "CapBnd": "0000000000000000",
		"NoNewPrivs": "1", "Seccomp": "2", "ptrace init": "ENOSYS",
		"read init's memory": "ENOSYS", "init's descriptors": "EACCES|ENOENT",
	} {
		if d := cmp.Diff(want, got[name]); d != "" && !strings.Contains(want, got[name]) {
			t.Errorf("%s: %s", name, d)
		}
	}
	for name, g := range outcomes(t, l, "files") {
		if name == "write ../x" {
			continue // ownership protects nothing here; the folder is in the box's own memory
		}
		if strings.HasPrefix(name, "absent ") && g != "ENOENT" || strings.HasPrefix(name, "write ") && g == "ok" {
			t.Errorf("%s: %s", name, g)
		}
	}
	for name, g := range outcomes(t, l, "syscalls") {
		if strings.HasPrefix(name, "clone ") && g != "EPERM" {
			t.Errorf("%s: %s", name, g)
		}
	}
}
