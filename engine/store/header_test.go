package store

import (
	"context"
	"testing"
	"time"
)

// TestCutHeaders: definitions that end too early, or miss a word, are errors and nothing worse.
func TestCutHeaders(t *testing.T) {
	for _, text := range []string{
		"CREATE OR ALTER FUNCTION dbo.[f x](@a int = 1, @b varchar(10) = 'x') RETURNS decimal(10, 2) WITH SCHEMABINDING, RETURNS NULL ON NULL INPUT, EXECUTE AS CALLER AS BEGIN DECLARE @x int = @a; RETURN @x END",
		"ALTER FUNCTION f() RETURNS TABLE WITH ENCRYPTION AS RETURN (WITH c AS (SELECT (1) AS a) SELECT a FROM c WHERE (a + 1) * 2 > 3);",
		"CREATE FUNCTION f(@a int, @b int = 2) RETURNS @r TABLE (id int IDENTITY PRIMARY KEY, v AS (id + 1), s varchar(10) CHECK (s > 'a')) WITH SCHEMABINDING AS BEGIN INSERT @r (s) SELECT 'b' WHERE (@a) > 1; RETURN END",
		"SELECT * FROM dbo.t AS a TABLESAMPLE SYSTEM (10 PERCENT) REPEATABLE (5) CROSS APPLY (SELECT TOP (1) a.x FROM u WHERE (u.a = a.x) ORDER BY 1) AS b OUTER APPLY (VALUES (a.x), (b.x)) AS c (y)",
		"EXECUTE AS USER = N'u' WITH NO REVERT; REVERT; EXEC ('SELECT 1' + @x) AS LOGIN = 'l'; DBCC CHECKIDENT ('t', RESEED, 5) WITH NO_INFOMSGS",
		"CREATE TRIGGER dbo.t ON dbo.[u] WITH EXECUTE AS CALLER AFTER INSERT, UPDATE, DELETE NOT FOR REPLICATION AS IF UPDATE(a) BEGIN SELECT * FROM inserted END",
		"EXEC p @a = 1 WITH RECOMPILE, RESULT SETS ((a int NOT NULL, b varchar(10) COLLATE DATABASE_DEFAULT NULL), AS TYPE dbo.x)",
	} {
		if _, err := parse(text, true); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		list := tokens(text, true)
		for i := range list {
			_, _ = parse(text[:list[i].End], true)
			_, _ = parse(text[:list[i].Pos]+text[list[i].End:], true)
		}
	}
}

// TestCancelFunction: an attention ends a function that goes round for ever.
func TestCancelFunction(t *testing.T) {
	s := session(t, open(t))
	run(t, s, "CREATE FUNCTION f(@a int) RETURNS int AS BEGIN WHILE 1 = 1 SET @a = 1 - @a; RETURN @a END")
	run(t, s, "CREATE FUNCTION g(@a int) RETURNS @r TABLE (a int) AS BEGIN WHILE 1 = 1 INSERT @r VALUES (1); RETURN END")
	for _, text := range []string{"SELECT dbo.f(1) AS a", "SELECT a FROM dbo.g(1)", "SELECT x.a FROM (SELECT 1 AS a) AS o CROSS APPLY dbo.g(o.a) AS x"} {
		tryCancel(t, s, text)
	}
}

func tryCancel(t *testing.T, s *Session, text string) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := s.Run(ctx, text, nil, &recorder{}); err == nil {
		t.Error(text, "ended")
	}
	if got := run(t, s, "SELECT 1 AS a"); got != "columns: a int not null\n1\n(1 rows)" {
		t.Error(got)
	}
}
