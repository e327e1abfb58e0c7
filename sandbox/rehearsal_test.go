package sandbox

import (
	"io"
	"strings"
	"testing"
)

// A satellite that is made to wait rehearses before it waits, one that a call waits for
// does not.
func TestRehearsal(t *testing.T) {
	rehearsing := func(name string, ready int) Language {
		l := readyLanguage(name, "print(*said)", ready)
		for i, arg := range l.Command {
			if strings.Contains(arg, "serve()") {
				l.Command[i] = "said = []\n" + strings.Replace(arg, "serve()", "serve(None, lambda: said.append('rehearsed'))", 1)
			}
		}
		return l
	}
	l := launch(t, Config{Languages: []Language{rehearsing("waiting", 1), rehearsing("wanted", -1)}})
	warmed(t, l)
	await(t, l, "one", func(st Status) bool { return st.Ready == 1 })
	for _, want := range []struct {
		language, said string
		origin         Origin
	}{{"waiting", "rehearsed\n", Ready}, {"wanted", "\n", Forked}} {
		s := acquire(t, l, want.language, "a")
		out, err := io.ReadAll(s.Stdout)
		if s.Origin() != want.origin || string(out) != want.said || err != nil {
			t.Errorf("%s: %v, %q, %v", want.language, s.Origin(), out, err)
		}
		if err := s.Release(); err != nil {
			t.Error(err)
		}
	}
}
