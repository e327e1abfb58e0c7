package sandbox

import (
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

func find(t *testing.T, items []Item, name string) Item {
	t.Helper()
	for _, it := range items {
		if it.Name == name {
			return it
		}
	}
	t.Fatalf("no item %s", name)
	return Item{}
}

// everything is what a start finds where all is there.
func everything(t *testing.T, cfg Config) *findings {
	t.Helper()
	s, err := newSettings(cfg)
	if err != nil {
		t.Fatal(err)
	}
	f := &findings{settings: s, reached: stageReady, ids: idMap{uids: Range{100, 50}}, cgroups: cgroupTrouble{}}
	for _, k := range itemKinds {
		f.probes = append(f.probes, probeResult{Name: k.name, Number: 1})
	}
	return f
}

func TestItems(t *testing.T) {
	f := everything(t, Config{})
	for _, it := range f.items() {
		switch {
		case it.Name == "cgroup-cpu":
			if it.State != Off {
				t.Errorf("without a CPU limit: %+v", it)
			}
		case it.Name == "serving-process" && os.Geteuid() == 0:
			if it.State != Unavailable || it.Required {
				t.Errorf("as root: %+v", it)
			}
		case it.State != Active:
			t.Errorf("%+v", it)
		}
	}
	for i := range f.probes {
		f.probes[i].Errno = uint32(syscall.ENOSYS)
	}
	f.cgroups["pids"] = errors.New("not mounted")
	items := f.items()
	if it := find(t, items, "seccomp"); it.State != Unavailable || !strings.Contains(it.Why, "not implemented") || it.Remedy == "" || !it.Missing() {
		t.Errorf("%+v", it)
	}
	if it := find(t, items, "cgroup-pids"); it.Why != "not mounted" || it.Missing() {
		t.Errorf("%+v", it)
	}
	if it := find(t, items, "landlock"); it.State != Unavailable || it.Missing() {
		t.Errorf("%+v", it)
	}
	f.settings.Waived["seccomp"] = true
	if it := find(t, f.items(), "seccomp"); it.Missing() || !it.Waived {
		t.Errorf("%+v", it)
	}
}

func TestItemsOfBrokenStart(t *testing.T) {
	f := everything(t, Config{})
	f.probes, f.reached = nil, stageHelper
	f.err = &StepError{"unshare the user namespace", syscall.EPERM}
	items := f.items()
	if it := find(t, items, "native-helper"); it.State != Active {
		t.Errorf("%+v", it)
	}
	if it := find(t, items, "user-namespace"); it.Why != f.err.Error() || !it.Missing() {
		t.Errorf("%+v", it)
	}
	if it := find(t, items, "seccomp"); !strings.HasPrefix(it.Why, "not reached: ") || !it.Missing() {
		t.Errorf("%+v", it)
	}
	if err := error(&MissingError{missingItems(items)}); !errors.Is(err, ErrConfinement) ||
		!strings.Contains(err.Error(), "operation not permitted") {
		t.Error(err)
	}
}

// TestProbe holds what a real probe says against what a real start does.
func TestProbe(t *testing.T) {
	items := Probe(t.Context(), Config{UIDs: testUIDs, Waive: []string{"worker-uids"}})
	for _, it := range items {
		t.Logf("%-18s %-11s %s%s", it.Name, it.State, it.Detail, it.Why)
		if it.State == Unavailable && (it.Why == "" || it.Remedy == "") {
			t.Errorf("%s: no reason or no remedy", it.Name)
		}
	}
	if len(items) != len(itemKinds) {
		t.Errorf("%d items of %d", len(items), len(itemKinds))
	}
	l, err := Start(t.Context(), Config{UIDs: testUIDs, Waive: []string{"worker-uids"}})
	if missing := len(missingItems(items)); (err == nil) != (missing == 0) {
		t.Errorf("%d items are missing, but start: %v", missing, err)
	}
	if l != nil {
		l.Close()
	}
	if items := Probe(t.Context(), Config{Accounts: -1}); len(items) != 1 || items[0].Name != "configuration" || !items[0].Missing() {
		t.Errorf("wrong configuration: %+v", items)
	}
}
