package integration

import (
	"strings"
	"testing"
)

// Temporary tables of procedures that bear the names of their callers' ones.

func TestPlanDynamicSQLSeesItsProceduresTable(t *testing.T) {
	conn := planConn(t)
	create(t, conn, `CREATE PROCEDURE dbo.temp_texts AS
CREATE TABLE #t (n int)
EXEC ('INSERT #T VALUES
 (1) /* ##t, x#t */')
EXEC sp_executesql N'INSERT INTO [#t] VALUES (@n)', N'@n int', @n = 7
DECLARE @q nvarchar(40) = N'UPDATE #t SET n = n + @d', @e varchar(20) = 'INSERT #t', @m int = 10
EXEC (@e + ' VALUES (3)')
EXEC sp_executesql @q, N'@d int', @m
SELECT @q, @e
`+py("pass")+`
EXEC ('IF OBJECT_ID(''tempdb..#t'') IS NULL PRINT ''lost'' SELECT n FROM #t ORDER BY n')
EXEC ('SELECT COUNT(*) FROM #t `+strings.ReplaceAll(py("pass"), "'", "''")+`')`)
	o := query(t, conn, "CREATE TABLE #t (n int)\nEXEC temp_texts\nSELECT COUNT(*) FROM #t\nDROP TABLE #t")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[UPDATE #t SET n = n + @d INSERT #t]][[11] [13] [17]][[3]][[0]]" || len(o.Notices) > 0 {
		t.Errorf("got %s %q", got, o.Notices)
	}
}

func TestPlanProceduresSeeTheirCallersTable(t *testing.T) {
	conn := planConn(t)
	create(t, conn, "CREATE PROCEDURE dbo.temp_inner AS INSERT #t VALUES (5)\n"+py("pass")+"\nSELECT n FROM #t ORDER BY n",
		"CREATE PROCEDURE dbo.temp_looks AS "+py("pass")+"\nIF OBJECT_ID('tempdb..#t') IS NOT NULL DROP TABLE #t\nCREATE TABLE #t (n varchar(5))\nINSERT #t VALUES ('new')\nSELECT n FROM #t",
		"CREATE PROCEDURE dbo.temp_outer AS CREATE TABLE #t (n int)\nINSERT #t VALUES (4)\nEXEC temp_inner\nSELECT COUNT(*) FROM #t\n"+py("pass")+"\nEXEC temp_looks")
	o := query(t, conn, "CREATE TABLE #t (n int)\nINSERT #t VALUES (1)\nEXEC temp_outer\nSELECT n FROM #t\nDROP TABLE #t")
	o.noErrors(t)
	if got := rowsOf(o); got != "[[4] [5]][[2]][[new]][[1]]" {
		t.Errorf("got %s", got)
	}
	wantRows(t, query(t, conn, "SELECT OBJECT_ID('tempdb..#t')"), []any{nil})
}
