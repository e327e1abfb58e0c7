package executor

import (
	"testing"

	"tds-launchpad/tds"
)

func TestHelloWorld(t *testing.T) {
	in := newTable(t, []tds.TypeInfo{tds.Int(4), tds.NVarChar(10, tds.DefaultCollation)},
		[]any{int64(1), "a"}, []any{nil, "ü"}, []any{int64(3), nil})
	out := mustRun(t, &Call{Script: "OutputDataSet = InputDataSet\nprint(InputDataSet.dtypes)"}, in)
	t.Log(out.rows, typeNames(out.Columns), out.Messages)
}
