package sandbox

import (
	"context"
	"strings"
	"testing"
)

// The two ways in which satellites start. What a satellite may do and what it
// sees is the same in both, so the tests of that run in both.

// forked has launch give every Python language a zygote.
var forked bool

func inBothModes(t *testing.T, f func(t *testing.T)) {
	t.Run("cold", f)
	t.Run("forked", func(t *testing.T) {
		forked = true
		defer func() { forked = false }()
		f(t)
	})
}

// zygoteFirst lets a script given to python -c be a zygote's program. It leaves
// no names behind.
const zygoteFirst = `
if __import__("os").environ.get("TDS_LAUNCHPAD_ZYGOTE"):
    import sys
    sys.path.insert(0, __import__("os").environ["TDS_LAUNCHPAD_ZYGOTE"])
    import tds_zygote
    del sys.path[0]
    tds_zygote.serve()
    del sys, tds_zygote
`

// withZygote gives a language a zygote if it can have one.
func withZygote(l Language, preload ...string) Language {
	for i, arg := range l.Command {
		if arg == "-c" && i+1 < len(l.Command) {
			command := append([]string{}, l.Command...)
			command[i+1] = zygoteFirst + command[i+1]
			l.Command, l.Zygote = command, &Zygote{Preload: preload}
			return l
		}
	}
	return l
}

// warmed waits for all zygotes of l, which must be warm, and has the test fail
// if a satellite was not forked from one.
func warmed(t testing.TB, l *Launcher) {
	t.Helper()
	items, err := l.Zygotes(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if it.State == Unavailable {
			if strings.Contains(it.Why, numbersFile) {
				t.Skip(it.Why)
			}
			t.Fatalf("%s: %s", it.Title, it.Why)
		}
	}
	t.Cleanup(func() {
		st, err := l.Status(context.Background())
		if err != nil {
			return // the test has ended the launcher
		}
		if st.Forked != st.Started {
			t.Errorf("of %d satellites %d were forked from a zygote", st.Started, st.Forked)
		}
	})
}
