package executor

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

func TestCutText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		max := rapid.IntRange(0, 60).Draw(t, "max")
		got := CutText(s, max)
		if n := tds.UTF16Len(got); n > max {
			t.Fatalf("%d units for %d", n, max)
		}
		if tds.UTF16Len(s) <= max && got != s {
			t.Fatalf("%q was cut to %q although it fits into %d", s, got, max)
		}
		if parts := strings.Split(got, "\n[...]\n"); len(parts) == 2 && got != s {
			if !strings.HasPrefix(s, parts[0]) || !strings.HasSuffix(s, parts[1]) {
				t.Fatalf("%q is not made of both ends of %q", got, s)
			}
		}
	})
}

func TestPrintedPieces(t *testing.T) {
	tell := newTeller(&Call{Line: 7}, "Python", "id")
	const header = "STDOUT message(s) from external script: \n"
	text := strings.Repeat("a line of text, with an ü in it\n", 5000)
	msgs := tell.printed(nil, 39005, text)
	if len(msgs) < 2 {
		t.Fatalf("%d messages", len(msgs))
	}
	var all strings.Builder
	for i, m := range msgs {
		if m.IsError || m.Class != 0 || m.Number != 39005 || m.Line != 7 {
			t.Errorf("message %d is %+v", i, m)
		}
		if n := tds.UTF16Len(m.Text); n > maxText {
			t.Errorf("message %d has %d units", i, n)
		}
		piece, ok := strings.CutPrefix(m.Text, header)
		if !ok || !strings.HasSuffix(piece, "\n") {
			t.Errorf("message %d: %q", i, m.Text[:60])
		}
		all.WriteString(piece)
		if n := len(m.Append(nil, tds.V74)); n < 2*tds.UTF16Len(m.Text) {
			t.Errorf("message %d is cut to a token of %d bytes", i, n)
		}
	}
	if all.String() != text {
		t.Error("the pieces are not the text")
	}
	if one := tell.printed(nil, 39005, strings.Repeat("x", 70000)); len(one) != 3 {
		t.Errorf("a line of 70,000 characters makes %d messages", len(one))
	}
	if none := tell.printed(nil, 39005, ""); none != nil {
		t.Errorf("nothing printed makes %v", none)
	}
}

func TestWording(t *testing.T) {
	tell := newTeller(&Call{Wording: tsql.Wording2025}, "Python", "id")
	if m := tell.message(39022, "\n", "x"); m.Text != "STDERR messages from external script: \nx" {
		t.Errorf("%q", m.Text)
	}
}
