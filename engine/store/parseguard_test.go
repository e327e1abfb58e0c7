package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tds-launchpad/tsql"
)

// TestDeepTexts: what would be too deep a tree is refused, and what is as deep as allowed is read.
func TestDeepTexts(t *testing.T) {
	tests := []struct {
		name string
		make func(n int) string
		most int
	}{
		{"parentheses", func(n int) string { return "SELECT " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n) }, maxDepth},
		{"case", func(n int) string {
			return "SELECT " + strings.Repeat("CASE WHEN 1=1 THEN ", n) + "1" + strings.Repeat(" END", n)
		}, maxDepth},
		{"sum", func(n int) string { return "SELECT 1" + strings.Repeat("+1", n) }, maxChain},
		{"minus", func(n int) string { return "SELECT " + strings.Repeat("- ", n) + "1" }, maxChain},
		{"not", func(n int) string { return "SELECT 1 WHERE " + strings.Repeat("NOT ", n-1) + "1=1" }, maxChain},
		{"or", func(n int) string { return "SELECT 1 WHERE 1=1" + strings.Repeat(" OR 1=1", n/2-1) }, maxChain},
		{"union", func(n int) string { return "SELECT 1" + strings.Repeat(" UNION ALL SELECT 1", n) }, maxChain},
		{"if", func(n int) string { return strings.Repeat("IF 1=1 ", n) + "SELECT 1" }, maxChain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := parse(tt.make(tt.most), true); err != nil {
				t.Errorf("%d: %v", tt.most, err)
			}
			_, err := parse(tt.make(tt.most*2), true)
			var e *tsql.Error
			if !errors.As(err, &e) || e.Number != 191 {
				t.Errorf("%d: %v, want error 191", tt.most*2, err)
			}
		})
	}
}

// TestDeepRuns: what the parser reads does not break the session, whether SQLite takes it or not.
func TestDeepRuns(t *testing.T) {
	s := session(t, open(t))
	for _, text := range []string{
		"SELECT " + strings.Repeat("(", 900) + "1" + strings.Repeat(")", 900),
		"SELECT 1" + strings.Repeat("+1", maxChain),
		"SELECT 1" + strings.Repeat(" UNION ALL SELECT 1", 600),
		strings.Repeat("IF 1=1 ", maxChain) + "SELECT 1",
	} {
		if out := run(t, s, text); out == "" {
			t.Errorf("no answer to %.40s...", text)
		}
	}
	if out := run(t, s, "SELECT 1 AS a"); !strings.Contains(out, "1") {
		t.Error(out)
	}
}

// TestParserGivenUp: a parser that does not end is left behind.
func TestParserGivenUp(t *testing.T) {
	never := make(chan bool)
	defer close(never)
	_, err := within(time.Millisecond, func() (int, error) { <-never; return 1, nil })
	if !errors.Is(err, errEndless) {
		t.Error(err)
	}
	if v, err := within(time.Hour, func() (int, error) { return 7, nil }); v != 7 || err != nil {
		t.Error(v, err)
	}
}
