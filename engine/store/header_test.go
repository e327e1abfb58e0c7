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
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := s.Run(ctx, "SELECT dbo.f(1) AS a", nil, &recorder{}); err == nil {
		t.Error("it ended")
	}
	if got := run(t, s, "SELECT 1 AS a"); got != "columns: a int not null\n1\n(1 rows)" {
		t.Error(got)
	}
}
