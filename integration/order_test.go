package integration

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The order of an answer's parts (specification, 1.9 and 1.10): rows, then what was
// printed, then the row count; of a failure the errors, then what was printed
// before, and no rows.
func TestOrderOfAnAnswer(t *testing.T) {
	conn := sharedServer(t).connect(t)
	const input = "@input_data_1 = N'SELECT 1 AS a UNION ALL SELECT 2'"
	o := query(t, conn, py("import sys\nprint('out')\nprint('err', file=sys.stderr)\nOutputDataSet = InputDataSet", input))
	if diff := cmp.Diff([]string{"set", "notice", "notice", "affected"}, o.Order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	wantNotices(t, o, stdoutHeader+"out\n", "STDERR message(s) from external script: \nerr\n")
	if diff := cmp.Diff([]int64{2}, o.Affected); diff != "" {
		t.Errorf("row counts (-want +got):\n%s", diff)
	}

	o = query(t, conn, "\n"+py("print('before')\nOutputDataSet = InputDataSet\nraise ValueError('the reason')", input))
	if len(o.Sets) != 0 {
		t.Error("a failed call returned a result set")
	}
	if got := strings.Join(o.Order, ", "); !strings.HasPrefix(got, "error 39004, error 39019, notice") {
		t.Errorf("order %s", got)
	}
	wantErrors(t, o, 39004, 39019)
	for i, state := range []uint8{20, 2} {
		if e := o.Errors[i]; e.State != state || e.Class != 16 || e.LineNo != 2 {
			t.Errorf("error %d has level %d, state %d, line %d", e.Number, e.Class, e.State, e.LineNo)
		}
	}
	text := o.Errors[1].Message
	if !strings.Contains(text, "ValueError: the reason") || !strings.Contains(text, "line 3") {
		t.Errorf("the traceback does not name the error and its line:\n%s", text)
	}
	if !strings.Contains(strings.Join(o.Notices, ""), "before\n") {
		t.Errorf("what was printed is lost: %q", o.Notices)
	}
}
