package integration

import (
	"fmt"
	"strings"
	"testing"
)

// What stands in a plan's way only now and then: names, values and idioms at the edges.

func TestPlanVariablesNamedLikeOurs(t *testing.T) {
	o := query(t, planConn(t), "DECLARE @tlr nvarchar(max) = N'r', @tle int = 2, @tlv int = 3, @tlm int = 4\n"+py("pass")+
		"\nSELECT @tlr, @tle, @tlv\nBEGIN TRY "+py("1/0")+" END TRY\nBEGIN CATCH SELECT @tlm END CATCH")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[r 2 3]][[4]]" {
		t.Errorf("got %s", got)
	}
}

func TestPlanKeepsValuesWithLineBreaks(t *testing.T) {
	o := query(t, planConn(t), "DECLARE @few varchar(8000) = REPLICATE('a', 3000) + CHAR(10) + REPLICATE('b', 3000), @many nvarchar(4000) = REPLICATE(N'a' + NCHAR(10), 1900)\n"+
		py("pass")+"\nSELECT LEN(@few), LEN(@many)")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[6001 3800]]" {
		t.Errorf("got %s", got)
	}
}

func TestPlanTableVariableWithAComputedColumn(t *testing.T) {
	o := query(t, planConn(t), "DECLARE @t TABLE (b int, c AS CAST(b AS varchar(10)), d varchar(5))\nINSERT @t (b, d) VALUES (7, 'x')\n"+
		py("pass")+"\nSELECT b, c, d FROM @t")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[7 7 x]]" {
		t.Errorf("got %s", got)
	}
}

func TestPlanNumberedProcedures(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE PROCEDURE dbo.numbered AS "+py("print('first')"))
	wantNotices(t, query(t, conn, "EXEC dbo.numbered;1"), stdoutHeader+"first\n")
	if o := query(t, conn, "EXEC dbo.numbered;2"); len(o.Notices) != 0 && o.Notices[0] == stdoutHeader+"first\n" {
		t.Errorf("number 2 ran number 1: %+v", o)
	}
}

func TestPlanModulesMadeByDynamicSQL(t *testing.T) {
	conn := planConn(t)
	defer query(t, conn, "DROP PROCEDURE IF EXISTS dbo.made_by_exec, dbo.made_by_sql")
	for name, text := range map[string]string{
		"made_by_exec": "IF OBJECT_ID('dbo.made_by_exec') IS NULL EXEC ('%s')",
		"made_by_sql":  "EXEC dbo.sp_executesql @statement = N'%s'",
	} {
		query(t, conn, fmt.Sprintf(text, strings.ReplaceAll("CREATE PROCEDURE dbo."+name+" AS "+py("print(5)"), "'", "''"))).noErrors(t)
		wantNotices(t, query(t, conn, "EXEC "+name), stdoutHeader+"5\n")
	}
}

func TestPlanTableVariableOutlivesARollback(t *testing.T) {
	conn := planConn(t)
	for _, behind := range []string{"", py("pass") + "\n"} {
		o := query(t, conn, "SET NOCOUNT ON\nBEGIN TRAN\n"+py("pass")+"\nDECLARE @t TABLE (a int /* a */, -- b\n b varchar(5))\nINSERT @t VALUES (1, 'x')\n"+py("pass")+
			"\nIF @@TRANCOUNT = 0 ROLLBACK ELSE ROLLBACK TRANSACTION\n"+behind+"INSERT @t VALUES (2, 'y')\n"+py("pass")+"\nSELECT * FROM @t\nSET NOCOUNT OFF")
		o.noErrors(t)
		if got := rowsOf(o); got != "[[2 y]]" {
			t.Errorf("got %s", got)
		}
	}
}

// What a session's ROWCOUNT cuts is not what the proxy looks up.
func TestPlanSchemaCheckUnderRowCount(t *testing.T) {
	conn := planConn(t)
	query(t, conn, "CREATE SCHEMA edge").noErrors(t)
	defer query(t, conn, "DROP SCHEMA edge")
	for _, name := range []string{"one", "two"} {
		query(t, conn, "CREATE TABLE edge."+name+" (n int)").noErrors(t)
		defer query(t, conn, "DROP TABLE edge."+name)
		create(t, conn, "CREATE PROCEDURE edge.uses_"+name+" AS SELECT n FROM "+name+" "+py("print(1)"))
	}
	for _, name := range []string{"one", "two"} {
		wantErrors(t, query(t, conn, "SET ROWCOUNT 1 EXEC edge.uses_"+name), 59034)
	}
	query(t, conn, "SET ROWCOUNT 0").noErrors(t)
}

// A procedure that looks for a temporary table before it makes one finds its caller's.
func TestPlanLooksForTemporaryTables(t *testing.T) {
	conn := planConn(t)
	const end = "\nINSERT #t VALUES (7)\n"
	create(t, conn, "CREATE PROCEDURE dbo.edge_new AS IF OBJECT_ID('tempdb..#t') IS NOT NULL DROP TABLE #t\nCREATE TABLE #t (n int)"+end+py("pass")+" SELECT n FROM #t",
		"CREATE PROCEDURE dbo.edge_same AS IF OBJECT_ID(N'tempdb.dbo.#t') IS NULL CREATE TABLE #t (n int)"+end+py("pass")+" SELECT n FROM #t")
	for call, want := range map[string]string{
		"EXEC edge_new":  "[[7]][[<nil>]]",
		"EXEC edge_same": "[[7]][[<nil>]]",
		"CREATE TABLE #t (n int) INSERT #t VALUES (1) EXEC edge_new":                                        "[[7]][[<nil>]]",
		"CREATE TABLE #t (n int) INSERT #t VALUES (1) EXEC edge_same SELECT COUNT(*) FROM #t DROP TABLE #t": "[[1] [7]][[2]][[<nil>]]",
	} {
		o := query(t, conn, call+" SELECT OBJECT_ID('tempdb..#t')")
		o.noErrors(t)
		if got := rowsOf(o); got != want {
			t.Errorf("%s: got %s, want %s", call, got, want)
		}
	}
}
