package plans

import (
	"os"
	"strings"
	"testing"
)

// TestCases compares the cases of testdata: cases.sql are those that TestRandom has found, edges.sql what a plan has to know of names,
// scopes and statements here and there. A case begins with a line "-- case: what it is
// about"; GO ends its batches and procedures, which are written as in made-up cases; "-- by RPC" sends a batch by sp_executesql.
// What stands behind "; Babelfish:" is why a case is not compared there.
func TestCases(t *testing.T) {
	var text strings.Builder
	for _, file := range []string{"cases.sql", "edges.sql"} {
		part, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(part)
	}
	s := openSides(t)
	for _, part := range strings.Split(text.String(), "-- case: ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		if s.native.babelfish && strings.Contains(name, "; Babelfish:") {
			continue
		}
		c := parseCase(rest)
		if len(c.batches) == 0 {
			t.Fatalf("case %q has no batch", name)
		}
		t.Run(name, func(t *testing.T) {
			if difference, refusal := s.compare(t, c); difference != "" || refusal != "" {
				t.Errorf("%s\n%s\n(-engine +proxy)\n%s", c, refusal, difference)
			}
		})
	}
}

func parseCase(text string) *testCase {
	c := &testCase{}
	for _, part := range strings.Split(text+"\n", "\nGO\n") {
		part = strings.TrimSpace(part)
		if rest, ok := strings.CutPrefix(part, "CREATE PROCEDURE dbo."); ok {
			name, rest, _ := strings.Cut(rest, " ")
			header, body, _ := strings.Cut(rest, "AS\n")
			c.procedures = append(c.procedures, &procedure{name: name, header: header, body: []*node{leaf("%s", body)}})
		} else if part != "" {
			text, rpc := strings.CutPrefix(part, "-- by RPC\n")
			c.batches = append(c.batches, &batch{body: []*node{leaf("%s", text)}, rpc: rpc})
		}
	}
	return c
}
