package integration

import (
	"fmt"
	"testing"
)

// INSERT ... EXEC of calls and modules: into what, with what conversions, and with what errors.

func rowsOf(o outcome) string {
	text := ""
	for _, s := range o.Sets {
		text += fmt.Sprint(s.Rows)
	}
	return text
}

func TestPlanInsertExecTargets(t *testing.T) {
	conn := planConn(t)
	call := py("OutputDataSet = pandas.DataFrame({'a': [1, 2], 'b': ['x', 'y']})")
	create(t, conn, "CREATE PROCEDURE dbo.two_sets AS\n"+call+"\nSELECT 3, 'z'\n"+call,
		"CREATE TABLE dbo.target (id int IDENTITY(10, 5) NOT NULL, b nvarchar(10), a bigint, d int NOT NULL DEFAULT 7)")
	for name, c := range map[string]struct{ text, want string }{
		"temporary table":     {"CREATE TABLE #i1 (a int, b nvarchar(5))\nINSERT #i1 " + call + "\nSELECT @@ROWCOUNT\nSELECT * FROM #i1\nDROP TABLE #i1", "[[2]][[1 x] [2 y]]"},
		"table variable":      {"DECLARE @t TABLE (n int IDENTITY, a int, b varchar(5))\nINSERT INTO @t (a, b) " + call + "\nSELECT n, a, b FROM @t", "[[1 1 x] [2 2 y]]"},
		"columns, identity":   {"DELETE dbo.target\nINSERT INTO dbo.target (a, b) " + call + "\nSELECT CAST(SCOPE_IDENTITY() AS int) % 5\nSELECT a, b, d FROM dbo.target ORDER BY id", "[[0]][[1 x 7] [2 y 7]]"},
		"conversion":          {"CREATE TABLE #i2 (a varchar(5), b nvarchar(max))\nINSERT #i2 " + call + "\nSELECT a, b FROM #i2\nDROP TABLE #i2", "[[1 x] [2 y]]"},
		"several result sets": {"CREATE TABLE #i3 (a int, b nvarchar(5))\nINSERT #i3 EXEC two_sets\nSELECT COUNT(*), SUM(a) FROM #i3\nDROP TABLE #i3", "[[5 9]]"},
		"dynamic text":        {"CREATE TABLE #i4 (a int)\nDECLARE @s nvarchar(max) = N'EXEC sp_execute_external_script @language = N''Python'', @script = N''OutputDataSet = pandas.DataFrame([4])'''\nINSERT #i4 EXEC (@s)\nINSERT #i4 EXEC sp_executesql @s\nSELECT * FROM #i4\nDROP TABLE #i4", "[[4] [4]]"},
		"no result":           {"CREATE TABLE #i5 (a int)\nINSERT #i5 " + py("pass") + "\nSELECT @@ROWCOUNT\nSELECT COUNT(*) FROM #i5\nDROP TABLE #i5", "[[0]][[0]]"},
	} {
		t.Run(name, func(t *testing.T) {
			o := query(t, conn, c.text)
			o.noErrors(t)
			if got := rowsOf(o); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestPlanInsertExecErrors(t *testing.T) {
	s := sharedServer(t)
	conn := planConn(t)
	babelfish := !s.embedded && isBabelfish(t, s)
	call := py("OutputDataSet = pandas.DataFrame({'a': [1, 2], 'b': ['x', 'y']})")
	create(t, conn, "CREATE TABLE dbo.strict_target (a int NOT NULL CHECK (a < 2), b nvarchar(10))",
		"CREATE TABLE dbo.plain_target (a int, b nvarchar(10))",
		"CREATE PROCEDURE dbo.nested_insert AS\nDECLARE @t TABLE (a int, b nvarchar(10))\nINSERT @t "+call+"\nSELECT * FROM @t")
	for name, c := range map[string]struct {
		insert string
		number int32
	}{
		"too few columns": {"CREATE TABLE #e1 (a int)\nINSERT #e1 " + call, 213},
		"list too short":  {"INSERT dbo.plain_target (a) " + call, 213},
		"conversion":      {"INSERT dbo.plain_target (b, a) " + call, 245},
		"constraint":      {"INSERT dbo.strict_target " + call, 547},
		"nested":          {"INSERT dbo.plain_target EXEC nested_insert", 8164},
		"no such table":   {"INSERT dbo.no_such_table " + call, 208},
	} {
		t.Run(name, func(t *testing.T) {
			o := query(t, conn, c.insert)
			if len(o.Errors) == 0 {
				t.Fatalf("%+v", o)
			}
			if e := o.Errors[0]; e.Number != c.number && !(babelfish && (e.Number == 33557097 || e.Number == 8114)) {
				t.Errorf("error %d (%s), want %d", e.Number, e.Message, c.number)
			}
			wantRows(t, query(t, conn, "SELECT (SELECT COUNT(*) FROM dbo.plain_target) + (SELECT COUNT(*) FROM dbo.strict_target)"), []any{int64(0)})
		})
	}
	// A failing script inserts nothing, and the batch goes on.
	o := query(t, conn, "INSERT dbo.plain_target "+py("OutputDataSet = pandas.DataFrame({'a': [1], 'b': ['x']})\n1/0")+"\nSELECT COUNT(*) FROM dbo.plain_target")
	wantErrors(t, o, 39004, 39019)
	if rowsOf(o) != "[[0]]" {
		t.Errorf("%+v", o.Sets)
	}
}

func TestPlanAnswersAboutTheStatementBefore(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE TABLE dbo.ids (id int IDENTITY(5, 1), n int)")
	call := py("OutputDataSet = pandas.DataFrame([1, 2, 3])")
	o := query(t, conn, "INSERT dbo.ids VALUES (1)\n"+call+"\nSELECT CAST(SCOPE_IDENTITY() - @@IDENTITY AS int), CAST(SCOPE_IDENTITY() / SCOPE_IDENTITY() AS int)\n"+
		"UPDATE dbo.ids SET n = n + 1\n"+py("pass")+"\nSELECT @@ERROR\n"+
		"INSERT dbo.ids "+call+"\nSELECT @@ROWCOUNT, @@ERROR\nIF @@ROWCOUNT = 1 SELECT 'one'\n"+call+"\nDECLARE @r int = @@ROWCOUNT\nSELECT @r")
	o.noErrors(t)
	got := ""
	for _, s := range o.Sets {
		if len(s.Rows) == 1 {
			got += fmt.Sprint(s.Rows[0])
		}
	}
	if want := "[0 1][0][3 0][one][3]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
