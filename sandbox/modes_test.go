package sandbox

import (
	"context"
	"strings"
	"testing"
	"time"
)

// The ways in which satellites start. What a satellite may do and what it sees is
// the same in all, so the tests of that run in all.

type startMode int

const (
	cold     startMode = iota
	forked             // from a zygote, when the call comes
	forReady           // from a zygote, before
)

// mode has launch give every Python language a zygote.
var mode startMode

var modeNames = []string{"cold", "forked", "ready"}

func (m startMode) String() string { return modeNames[m] }

func inEachMode(t *testing.T, f func(t *testing.T)) {
	for i, name := range modeNames {
		t.Run(name, func(t *testing.T) {
			mode = startMode(i)
			defer func() { mode = cold }()
			f(t)
		})
	}
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
			l.Command, l.Zygote = command, &Zygote{Preload: preload, Ready: -1}
			if mode == forReady {
				l.Zygote.Ready = 4
			}
			return l
		}
	}
	return l
}

// warmed waits for all zygotes of l, which must be warm, and has the test fail
// if a satellite was not forked from one, or none that was ready was used.
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
	m := mode
	t.Cleanup(func() {
		st, err := l.Status(context.Background())
		if err != nil {
			return // the test has ended the launcher
		}
		if st.Forked != st.Started {
			t.Errorf("of %d satellites %d were forked from a zygote", st.Started, st.Forked)
		}
		if m == forReady && st.Started > 0 && st.Handed == 0 {
			t.Errorf("of %d satellites none was ready", st.Started)
		}
	})
}

// readyOnes waits until one of each language with a zygote is ready.
func readyOnes(t testing.TB, l *Launcher) {
	t.Helper()
	want := 0
	for _, lang := range l.settings.Languages {
		if lang.Zygote != nil && lang.Zygote.Ready > 0 {
			want++
		}
	}
	for range 5000 {
		st, err := l.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if st.Ready >= want {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Error("no satellite became ready")
}
