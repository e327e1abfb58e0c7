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

func TestPlanRenamesQuotedTemporaryTables(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE PROCEDURE dbo.edge_quoted AS CREATE TABLE [#t] (n int) INSERT [#T] VALUES (7)\n"+
		py("OutputDataSet = InputDataSet", "@input_data_1 = N'SELECT n FROM [#t]'", "WITH RESULT SETS ((n int))")+" SELECT n FROM \"#t\"")
	o := query(t, conn, "CREATE TABLE #t (n int) INSERT #t VALUES (1) EXEC edge_quoted SELECT n FROM #t DROP TABLE #t")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[7]][[7]][[1]]" {
		t.Errorf("got %s", got)
	}
}

// A procedure reads "double quotes" as the session did that made it.
func TestPlanQuotesOfAProcedure(t *testing.T) {
	notOnBabelfish(t, sharedServer(t), "it says of every procedure that it was made under QUOTED_IDENTIFIER ON")
	conn := planConn(t)
	defer query(t, conn, "SET QUOTED_IDENTIFIER ON")
	for _, c := range []struct{ made, text, called string }{
		{"OFF", "SELECT N\"it's\" IF \"a\" = 'a' " + strings.ReplaceAll(py("pass"), "'", "\""), "ON"},
		{"ON", "SELECT \"it's\" FROM (SELECT N'it''s' AS \"it's\") AS \"x\" " + py("pass"), "OFF"},
	} {
		query(t, conn, "SET QUOTED_IDENTIFIER "+c.made).noErrors(t)
		create(t, conn, "CREATE PROCEDURE dbo.edge_quotes AS "+c.text)
		query(t, conn, "SET QUOTED_IDENTIFIER "+c.called).noErrors(t)
		o := query(t, conn, "EXEC edge_quotes")
		o.noErrors(t)
		if got := rowsOf(o); got != "[[it's]]" {
			t.Errorf("made under %s: got %s", c.made, got)
		}
	}
}

func TestPlanUseEndsWithDynamicSQL(t *testing.T) {
	conn := planConn(t)
	use := "USE tempdb " + py("pass") + " SELECT DB_NAME()"
	literal := "N'" + strings.ReplaceAll(use, "'", "''") + "'"
	for _, text := range []string{"EXEC (" + literal + ")", "EXEC sp_executesql " + literal} {
		o := query(t, conn, text+" SELECT CASE DB_NAME() WHEN 'tempdb' THEN 1 ELSE 0 END")
		o.noErrors(t)
		if got := rowsOf(o); got != "[[tempdb]][[0]]" {
			t.Errorf("%s: got %s", text, got)
		}
	}
	rows, err := conn.QueryContext(t.Context(), use+" --@p1", 1) // by sp_executesql
	if err != nil {
		t.Fatal(err)
	}
	_ = rows.Close()
	if got := rowsOf(query(t, conn, "SELECT CASE DB_NAME() WHEN 'tempdb' THEN 1 ELSE 0 END")); got != "[[0]]" {
		t.Errorf("sp_executesql of a driver: got %s", got)
	}
}

// A batch that calls a procedure which only bears a script module's name is the engine's.
func TestPlanLetsOthersOfAModulesNameAlone(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE PROCEDURE dbo.edge_known AS "+py("print(1)"))
	query(t, conn, "ALTER PROCEDURE dbo.edge_known AS PRINT 'native'").noErrors(t)
	o := query(t, conn, "DECLARE @n int = 1\nagain: EXEC edge_known\nSET @n += 1\nIF @n < 3 GOTO again\nSELECT @n")
	for _, e := range o.Errors {
		if e.Number == 59011 {
			t.Fatalf("refused: %v", e)
		}
	}
	if len(o.Errors) == 0 {
		wantNotices(t, o, "native", "native")
	}
	query(t, conn, "ALTER PROCEDURE dbo.edge_known AS "+py("print(1)")).noErrors(t)
	wantErrors(t, query(t, conn, "again: EXEC edge_known\nGOTO again"), 59011)
}

func TestPlanInsertsSeveralResultSets(t *testing.T) {
	conn := planConn(t)
	query(t, conn, "CREATE TABLE #into (a varchar(30))").noErrors(t)
	for selects, want := range map[string]string{
		"SELECT 1 SELECT 2 SELECT CAST(3 AS bigint) SELECT 4":                                      "[[1] [2] [3] [4]]",
		"SELECT 'abc' SELECT N'd'":                                                                 "[[abc] [d]]",
		"DECLARE @i int = 0 WHILE @i < 100 BEGIN SELECT @i SET @i += 1 END SELECT 'x' WHERE 1 = 0": "59034",
		"SELECT 1 SELECT 'abc'":                                                                    "59034",
		"SELECT 1 SELECT 2, 3":                                                                     "213",
		"SELECT 1, 2 SELECT 3":                                                                     "213",
	} {
		create(t, conn, "CREATE PROCEDURE dbo.edge_sets AS "+selects+" "+py("pass"))
		o := query(t, conn, "DELETE #into INSERT #into EXEC edge_sets")
		got := ""
		if len(o.Errors) == 0 {
			got = rowsOf(query(t, conn, "SELECT a FROM #into"))
		} else {
			got = fmt.Sprint(o.Errors[0].Number)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", selects, got, want)
		}
	}
}

func TestPlanScopeIdentityOverAModule(t *testing.T) {
	conn := planConn(t)
	query(t, conn, "CREATE TABLE #mine (id int IDENTITY(10, 1), n int) CREATE TABLE #other (id int IDENTITY(500, 1), n int)").noErrors(t)
	insert := "INSERT #other (n) VALUES (1) " + py("pass")
	create(t, conn, "CREATE PROCEDURE dbo.edge_inserts AS "+insert)
	for i, call := range []string{"EXEC edge_inserts", "EXEC ('" + strings.ReplaceAll(insert, "'", "''") + "')"} {
		o := query(t, conn, "INSERT #mine (n) VALUES (1)\n"+call+"\nSELECT CAST(SCOPE_IDENTITY() AS int), CAST(@@IDENTITY AS int)")
		o.noErrors(t)
		want := fmt.Sprintf("[[%d %d]]", 10+i, 500+i)
		if got := rowsOf(o); got != want {
			t.Errorf("%s: got %s, want %s", call, got, want)
		}
	}
}
