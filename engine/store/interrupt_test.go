package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// patience is a context that ends when it has been asked often enough.
type patience struct {
	context.Context
	left int
	done chan struct{}
}

func newPatience(looks int) *patience {
	return &patience{Context: context.Background(), left: looks, done: make(chan struct{})}
}

func (p *patience) Done() <-chan struct{} { return p.done }

func (p *patience) Err() error {
	if p.left > 0 {
		p.left--
		return nil
	}
	if p.left == 0 {
		p.left--
		close(p.done)
	}
	return context.Canceled
}

// TestCancelEverywhere cancels a batch at its first look at its context, at its second, and so on until it ends by
// itself. Each time SQLite must be in a transaction if and only if the session thinks so, what was done before is there,
// and the session goes on.
func TestCancelEverywhere(t *testing.T) {
	for name, c := range map[string]struct{ prepare, batch string }{
		"query":        {"", "SELECT COUNT(*) FROM t AS a CROSS JOIN t AS b WHERE a.i > b.i; SELECT i FROM t"},
		"change":       {"", "INSERT t (v) SELECT v FROM t; UPDATE t SET v = v + 1; DELETE t WHERE i > 3; SELECT v INTO #c FROM t; DROP TABLE #c"},
		"keys":         {"", "UPDATE k SET i = 3 - i; INSERT k VALUES (3); UPDATE k SET i = i + 1"},
		"transactions": {"", "BEGIN TRAN; INSERT t (v) VALUES (7); SAVE TRAN p; UPDATE t SET v = 9; ROLLBACK TRAN p; COMMIT"},
		"inside":       {"BEGIN TRAN; INSERT t (v) VALUES (1000)", "INSERT t (v) SELECT v FROM t; SAVE TRAN p; DELETE t WHERE v < 1000; ROLLBACK TRAN p"},
		"strict":       {"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; BEGIN TRAN; INSERT t (v) VALUES (1000)", "SELECT v FROM t; INSERT t (v) SELECT v FROM t"},
		"snapshot":     {"SET TRANSACTION ISOLATION LEVEL SNAPSHOT", "BEGIN TRAN; SELECT v FROM t; INSERT t (v) SELECT v FROM t; COMMIT"},
		"into":         {"BEGIN TRAN; INSERT t (v) VALUES (1000)", "SELECT i, v INTO #c FROM t"},
		"trigger":      {"", "INSERT u SELECT v FROM t"},
		"in trigger":   {"BEGIN TRAN; INSERT t (v) VALUES (1000)", "INSERT u SELECT v FROM t"},
		"exec":         {"", "DECLARE @t TABLE (v int); INSERT @t EXEC p; INSERT t (v) SELECT v FROM @t"},
		"exec inside":  {"BEGIN TRAN; INSERT t (v) VALUES (1000)", "CREATE TABLE #e (v int); INSERT #e EXEC p; DROP TABLE #e"},
		"caught":       {"", "BEGIN TRY BEGIN TRAN; INSERT t (v) VALUES (1); SELECT 1 / 0; END TRY BEGIN CATCH ROLLBACK; SELECT i FROM t; END CATCH"},
		"functions":    {"", "SELECT a FROM dbo.g(3); SELECT x.a, dbo.f(2) FROM t CROSS APPLY dbo.g(t.v) AS x; INSERT t (v) SELECT a FROM dbo.g(2)"},
		"f inside":     {"BEGIN TRAN; INSERT t (v) VALUES (1000)", "SELECT x.a, dbo.f(2) FROM t CROSS APPLY dbo.g(2) AS x; INSERT t (v) SELECT a FROM dbo.g(2); UPDATE t SET v = v + dbo.f(1) - dbo.f(1)"},
		"f implicit":   {"SET IMPLICIT_TRANSACTIONS ON", "SELECT a FROM dbo.g(2); COMMIT"},
		"implicit":     {"SET IMPLICIT_TRANSACTIONS ON", "SELECT i FROM t; INSERT t (v) VALUES (1); COMMIT"},
	} {
		t.Run(name, func(t *testing.T) { cancelEverywhere(t, c.prepare, c.batch) })
	}
}

func cancelEverywhere(t *testing.T, prepare, batch string) {
	s := session(t, open(t))
	for _, text := range []string{
		"CREATE TABLE t (i int IDENTITY PRIMARY KEY, v int NOT NULL DEFAULT 1)",
		"CREATE TABLE k (i int PRIMARY KEY); INSERT k VALUES (1), (2)",
		"CREATE TABLE u (v int)",
		"CREATE TRIGGER r ON u AFTER INSERT AS BEGIN DECLARE @n int = (SELECT COUNT(*) FROM inserted); INSERT t (v) SELECT v FROM inserted; END",
		"CREATE PROCEDURE p AS BEGIN INSERT t (v) VALUES (50); SELECT v FROM t; END",
		`CREATE FUNCTION g(@n int) RETURNS @r TABLE (i int PRIMARY KEY, a int) AS BEGIN
			WHILE @n > 0 BEGIN INSERT @r VALUES (@n, 0); SET @n = @n - 1; END
			UPDATE @r SET i = 3 - i WHERE i < 3; UPDATE @r SET a = (SELECT COUNT(*) FROM t WHERE v > i); DELETE @r WHERE a < 0; RETURN END`,
		"CREATE FUNCTION f(@n int) RETURNS int AS BEGIN DECLARE @t TABLE (a int); INSERT @t SELECT a FROM dbo.g(@n); RETURN (SELECT COUNT(*) FROM @t) END",
	} {
		exec(t, s, text)
	}
	s.lite.watch(1) // SQLite looks after every step
	for looks := 0; ; looks += 1 + looks/6 {
		exec(t, s, "IF @@TRANCOUNT > 0 ROLLBACK; SET IMPLICIT_TRANSACTIONS OFF; SET TRANSACTION ISOLATION LEVEL READ COMMITTED; DROP TABLE IF EXISTS #c; DROP TABLE IF EXISTS #e")
		if left, err := s.anyRow("SELECT 1 FROM sqlite_temp_schema"); left || err != nil {
			t.Fatalf("look %d: tables are left in tempdb (%v)", looks, err)
		}
		exec(t, s, "TRUNCATE TABLE t; INSERT t (v) VALUES (1), (2), (3), (4), (5), (6); TRUNCATE TABLE u; DELETE k; INSERT k VALUES (1), (2)")
		if prepare != "" {
			exec(t, s, prepare)
		}
		ctx := newPatience(looks)
		err := s.Run(ctx, batch, nil, &recorder{})
		if open := s.lite.inTransaction(); open != s.tran.begun || s.tran.begun && s.tran.count == 0 {
			t.Fatalf("canceled at look %d: SQLite in a transaction: %v; the session: %+v", looks, open, s.tran)
		}
		if s.lite.ctx != nil || s.tran.depth != 0 || s.tran.quiet || len(s.tableVars) != 0 || s.lateral.reading != 0 {
			t.Fatalf("canceled at look %d: left over: %+v, table variables %v", looks, s.tran, s.tableVars)
		}
		if strings.Contains(prepare, "1000") {
			if got := exec(t, s, "SELECT @@TRANCOUNT, MAX(v) FROM t"); !strings.Contains(got, "\n1 | 1000\n") {
				t.Fatalf("canceled at look %d: the transaction lost what it did before:\n%s", looks, got)
			}
		}
		if err == nil {
			if looks < 5 {
				t.Errorf("ended after %d looks", looks)
			}
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("canceled at look %d: %v", looks, err)
		}
	}
}

// TestCancelBetweenRows: a query that gives a row now and another never ends, too.
func TestCancelBetweenRows(t *testing.T) {
	s := session(t, open(t))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := s.Run(ctx, "WITH n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 100000000) SELECT x FROM n WHERE x = 1 OPTION (MAXRECURSION 0)", nil, &recorder{})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// TestLostTransaction: SQLite undoes a transaction by itself when its disk is full. The client must not believe that it goes on.
func TestLostTransaction(t *testing.T) {
	i := open(t)
	s := session(t, i)
	exec(t, s, "CREATE TABLE t (v varchar(max))")
	fill := "INSERT t VALUES (REPLICATE(CAST('x' AS varchar(max)), 1000000))"
	if err := s.lite.exec("PRAGMA max_page_count = 200"); err != nil {
		t.Fatal(err)
	}
	if got := run(t, s, fill); !strings.Contains(got, "Msg 1105, Level 17") {
		t.Error(got)
	}
	exec(t, s, "BEGIN TRAN; INSERT t VALUES ('a')")
	r := &recorder{}
	if err := s.Run(t.Context(), "BEGIN TRY "+fill+" END TRY BEGIN CATCH SELECT 1 END CATCH; SELECT 2", nil, r); !errors.Is(err, ErrFatal) {
		t.Error(err)
	}
	if got := strings.Join(r.lines, "\n"); !strings.Contains(got, "Level 20") || !strings.Contains(got, "disk is full") || strings.Contains(got, "\n2\n") {
		t.Error(got)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	exec(t, session(t, i), "INSERT t VALUES ('b')")
}
