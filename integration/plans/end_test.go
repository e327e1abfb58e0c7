package plans

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEndOfAnRPC compares how the answers to RPCs end, which cases don't: engines differ about it in procedures.
func TestEndOfAnRPC(t *testing.T) {
	s := openSides(t)
	for _, text := range []string{
		"SELECT 1 AS a {{rows 1}} SELECT 2 AS b",
		"SELECT 1 AS a {{rows 1}} SELECT CONVERT(int, 'abc') AS b SELECT 2 AS c",
		"SELECT 1 AS a {{rows 1}} SELECT n FROM no_such_table SELECT 2 AS c",
		"SELECT 1 AS a {{rows 1}} RAISERROR('x', 16, 1)",
		"SELECT 1 AS a {{rows 1}} RAISERROR('x', 16, 1) SELECT 2 AS c",
		"SET XACT_ABORT ON SELECT 1 AS a {{rows 1}} {{fail}}",
		"SET XACT_ABORT OFF SELECT 1 AS a {{rows 1}} {{fail}}",
		"SELECT 1 AS a {{rows 1}}; THROW 50000, 'x', 1",
	} {
		want, err := s.native.client.rpc(expand(text, false))
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.proxied.client.rpc(expand(text, true))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(ended(s.native, want), ended(s.proxied, got)); diff != "" {
			t.Errorf("%s\n(-engine +proxy)\n%s", text, diff)
		}
	}
}

// ended are events that can be compared: Babelfish returns 0 whatever @@ERROR is.
func ended(s *side, events []string) []string {
	if s.babelfish {
		for i := range events {
			events[i] = returnCode.ReplaceAllString(events[i], "return status")
		}
	}
	return s.comparable(events, false)
}

var returnCode = regexp.MustCompile(`^return status \d+`)
