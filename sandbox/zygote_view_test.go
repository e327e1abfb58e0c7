package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSameView: a script can't tell how its interpreter was started.
func TestSameView(t *testing.T) {
	cold, warm := attack("view"), withZygote(attack("view"), "threading", "tempfile", "multiprocessing.pool")
	warm.Name = "warm"
	warm.FilesDir = "/opt/tds-launchpad/view"
	// The same program: it has nothing to do in the first.
	cold.Command = warm.Command
	l := launch(t, Config{Languages: []Language{cold, warm}})
	if _, err := l.Zygotes(t.Context()); err != nil {
		t.Fatal(err)
	}
	want, got := outcomes(t, l, "view"), outcomes(t, l, "warm")
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-cold +forked):\n%s", d)
	}
	for name, outcome := range got {
		if strings.Contains(outcome, "Error:") && name != "traceback" {
			t.Errorf("%s: %s", name, outcome)
		}
	}
	if st, err := l.Status(t.Context()); err != nil || st.Forked != 1 || st.Started != 2 {
		t.Errorf("%+v, %v", st, err)
	}
}

// TestZygoteAttacked tries from a satellite what it could have of its zygote,
// and of those that were forked before.
func TestZygoteAttacked(t *testing.T) {
	l := launch(t, Config{Languages: []Language{withZygote(attack("zygote"))}})
	warmed(t, l)
	zygotes := zygotesOf(t, l)
	if len(zygotes) != 1 {
		t.Fatalf("zygotes: %v", zygotes)
	}
	want := map[string]string{
		"wait for a sibling": "ECHILD", "descriptors": "[0, 1, 2, 3]", "variables": "[]", "variables of C": "0",
		"the zygote's program": "ENOENT", "the zygote's program by its map": "EPERM|EACCES|/run/zygote/confine.so",
		"earlier calls' identifiers": "[]", "own identifiers": "True", "enter a namespace": "ENOSYS", "unshare": "ENOSYS",
	}
	for _, by := range []string{" by its number in U", " by the host's number"} {
		want["see the zygote"+by], want["signal the zygote"+by], want["kill the zygote"+by] = "ENOENT", "ESRCH", "ESRCH"
		want["trace the zygote"+by], want["read the zygote's memory"+by], want["hold the zygote"+by] = "ENOSYS", "ENOSYS", "ESRCH"
	}
	for range 3 {
		s := acquire(t, l, "zygote", "a")
		fmt.Fprintln(s.Conn, numberInU(t, zygotes[0]), zygotes[0])
		b, err := io.ReadAll(s.Stdout)
		complaint, _ := io.ReadAll(s.Stderr)
		got := map[string]string{}
		if err := errors.Join(err, json.Unmarshal(b, &got)); err != nil {
			t.Fatalf("%v: %q, %s", err, b, complaint)
		}
		expect(t, got, want)
		if err := s.Release(); err != nil {
			t.Error(err)
		}
	}
	if now := zygotesOf(t, l); !slices.Equal(now, zygotes) {
		t.Errorf("zygotes: %v, were %v", now, zygotes)
	}
}
