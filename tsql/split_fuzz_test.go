package tsql

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"SELECT 1 SELECT 2; IF @a = 1 BEGIN EXEC p 1 END ELSE PRINT 'x'", "BEGIN TRY THROW END TRY BEGIN CATCH END CATCH",
		"CREATE OR ALTER PROC dbo.p;1 (@a int = 1 OUTPUT) WITH EXECUTE AS 'u' AS BEGIN RETURN 1 END", "x: GOTO x", "((", "BEGIN CASE (",
		"INSERT TOP (1) INTO a.b WITH (TABLOCK) (c, [d]]]) EXEC @r = @p @x = 1 OUT", "WITH a AS (SELECT 1) MERGE t USING a WHEN MATCHED THEN UPDATE SET x=1;",
		"DECLARE @a int=(1), @t TABLE (a int), c CURSOR FOR SELECT 1", "CREATE FUNCTION f() RETURNS TABLE RETURN SELECT 1", "EXEC('a'+@b,1) AS LOGIN='x' AT s",
		"ALTER TABLE t ADD a int GENERATED ALWAYS AS ROW END", "GRANT CREATE TABLE TO u", "CREATE VIEW v AS SELECT 1 WITH CHECK OPTION", "/* a", "'", "[", "END ELSE",
	} {
		f.Add(s, false)
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, off bool) {
		mode := QuotedIdentifierOn
		if off {
			mode = QuotedIdentifierOff
		}
		checkSplit(t, text, mode)
	})
}

// Statements in any order, with semicolons or without, must be found as they were put together.
func TestSplitJoined(t *testing.T) {
	pieces := []string{
		"SELECT a FROM t WHERE b = 1", "INSERT t SELECT 1", "INSERT t EXEC p 1", "UPDATE t SET a = 1 WHERE b IN (SELECT 2)", "DELETE FROM t WHERE a = 1", "SET @x = 1",
		"SET NOCOUNT ON", "DECLARE @a int = 1, @b int", "EXEC p @a = 1, @b", "EXEC ('x')", "IF @a = 1 SELECT 1", "IF @a = 1 SELECT 1 ELSE SELECT 2", "WHILE 1 = 1 BREAK",
		"BEGIN SELECT 1 END", "BEGIN TRY SELECT 1 END TRY BEGIN CATCH THROW END CATCH", "BEGIN TRAN", "COMMIT", "PRINT 'a'", "RAISERROR('a', 1, 1)", "CREATE TABLE t (a int)",
		"DROP TABLE IF EXISTS t", "ALTER TABLE t ADD c int", "TRUNCATE TABLE t", "GRANT SELECT ON t TO u", "USE d", "DECLARE c CURSOR FOR SELECT 1", "FETCH NEXT FROM c INTO @a",
		"OPEN c", "WAITFOR DELAY '0:0:1'", "RETURN 1", "GOTO x", "y:", "UPDATE STATISTICS t", "ENABLE TRIGGER r ON t", "THROW 50000, 'a', 1", "EXECUTE AS CALLER", "REVERT",
	}
	gap := rapid.SampledFrom([]string{" ", "\n", ";", " ; ;\n", " /* ; */ ", " -- x\n"})
	piece := rapid.SampledFrom(pieces)
	rapid.Check(t, func(t *rapid.T) {
		text := ""
		var want []string
		for range rapid.IntRange(1, 8).Draw(t, "n") {
			p := piece.Draw(t, "piece")
			text += p + gap.Draw(t, "gap")
			want = append(want, p)
		}
		var got []string
		for _, s := range Split(text, QuotedIdentifierOn) {
			got = append(got, text[s.Pos:s.End])
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Fatalf("%q:\n got %q\nwant %q", text, got, want)
		}
	})
}

// hostile repeats what might make a splitter run deep or slow.
var hostile = []string{
	"BEGIN ", "(", ")", "CASE ", "END ", "IF ", "ELSE ", "IF 1=1 SELECT 1 ELSE ", "WHILE 1=1 ", "BEGIN TRY ", "END TRY BEGIN CATCH ", "SELECT ", "WITH a AS (", "EXEC ",
	"EXEC p ", "EXEC p 1,", "EXEC p (", "EXEC('", "EXEC p;1 x ", "EXEC p @a = 1 + ", "EXEC @a = ", "INSERT t ", "INSERT INTO t (", "INSERT t EXEC p +", "DECLARE @a int = ", "DECLARE @a int, ", "DECLARE @a a.",
	"CREATE PROC p AS ", "CREATE PROC p @a ", "CREATE FUNCTION f() ", "CREATE VIEW v AS ", "CREATE TRIGGER r ON t ", "CREATE SCHEMA s GRANT ", "ALTER TABLE t ", "MERGE ", "MERGE t WHEN MATCHED THEN ",
	"x: ", "x ", "a.", ".", "'", "''", "[", "/*", "/* */", "--\n", ";", ",", "@a ", "1 ", "SET ", "UPDATE ", "GRANT ", "GRANT SELECT,", "THROW ", "RETURN ", "UNION ", "WITH a (", "DROP IF NOT EXISTS ",
	"FETCH ROWS FETCH NEXT ", "SEND ON ", "EXEC p WITH RESULT SETS ((", "END CONVERSATION ", "GENERATED END ", "x \t \t", "EXECUTE AS ",
}

// The nesting of the result is bounded, and time grows with the length only: whatever is quadratic takes minutes here.
func TestSplitHostile(t *testing.T) {
	for _, s := range hostile {
		checkSplit(t, strings.Repeat(s, 200_000/len(s)), QuotedIdentifierOn)
		Split(strings.Repeat(s, 1_000_000/len(s)), QuotedIdentifierOn)
	}
}

func TestSplitTooDeep(t *testing.T) {
	text := strings.Repeat("BEGIN ", 2*maxStatementDepth) + "SELECT 1"
	list := Split(text, QuotedIdentifierOn)
	depth := 0
	for len(list) == 1 && list[0].Kind == StatementBlock {
		depth++
		list = list[0].Body
	}
	if depth != maxStatementDepth || len(list) != 1 || list[0].Err == nil || list[0].End != len(text) {
		t.Errorf("depth %d, %+v", depth, list)
	}
}

// sampleScript is a script of everything in the tables, for the benchmark.
func sampleScript() string {
	body := `SET NOCOUNT ON;
DECLARE @rows int = 0, @name nvarchar(128) = N'x', @t TABLE (id int PRIMARY KEY, name nvarchar(100));
-- collect what is due
INSERT INTO @t (id, name) SELECT o.OrderID, c.CustomerName FROM Sales.Orders AS o INNER JOIN Sales.Customers AS c ON c.CustomerID = o.CustomerID
WHERE o.OrderDate >= DATEADD(day, -7, GETDATE()) AND c.IsOnCreditHold = 0 AND EXISTS (SELECT 1 FROM Sales.Invoices AS i WHERE i.OrderID = o.OrderID);
IF @@ROWCOUNT > 0
BEGIN
    BEGIN TRY
        BEGIN TRANSACTION;
        UPDATE w SET w.LastEditedBy = 1, w.Comments = CASE WHEN w.Total > 100 THEN N'large' ELSE N'small' END FROM Warehouse.StockItems AS w WHERE w.StockItemID IN (SELECT id FROM @t);
        EXEC dbo.RecordChange @name = @name, @rows = @rows OUTPUT, @comment = N'it''s done';
        COMMIT TRANSACTION;
    END TRY
    BEGIN CATCH
        IF XACT_STATE() <> 0 ROLLBACK TRANSACTION;
        THROW;
    END CATCH
END
ELSE
    PRINT N'nothing to do'; /* that is fine */
WITH ranked AS (SELECT id, name, ROW_NUMBER() OVER (PARTITION BY name ORDER BY id) AS n FROM @t)
SELECT id, name FROM ranked WHERE n = 1 ORDER BY id OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY;
`
	return strings.Repeat(body, 60)
}

func BenchmarkSplit(b *testing.B) {
	text := sampleScript()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Split(text, QuotedIdentifierOn)
	}
}
