package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tds-launchpad/tsql"
)

// exec runs a batch that must succeed.
func exec(t testing.TB, s *Session, text string) string {
	t.Helper()
	out := run(t, s, text)
	if strings.Contains(out, "Msg ") {
		t.Fatalf("%s\n%s", text, out)
	}
	return out
}

func TestReadersSeeTheLastCommit(t *testing.T) {
	i := open(t)
	writer, reader := session(t, i), session(t, i)
	exec(t, writer, "CREATE TABLE t (a int); INSERT t VALUES (1)")
	exec(t, writer, "BEGIN TRAN; INSERT t VALUES (2); CREATE TABLE u (b int)")
	if got := exec(t, reader, "SELECT COUNT(*) FROM t; SELECT OBJECT_ID('u')"); !strings.Contains(got, "\n1\n") || !strings.Contains(got, "NULL") {
		t.Errorf("a reader saw uncommitted changes:\n%s", got)
	}
	exec(t, writer, "COMMIT")
	if got := exec(t, reader, "SELECT COUNT(*) FROM t; SELECT COUNT(*) FROM u"); !strings.Contains(got, "\n2\n") {
		t.Errorf("a reader did not see a commit:\n%s", got)
	}
}

func TestSecondWriterTimesOut(t *testing.T) {
	i := open(t)
	one, two := session(t, i), session(t, i)
	exec(t, one, "CREATE TABLE t (a int); BEGIN TRAN; INSERT t VALUES (1)")
	got := run(t, two, "SET LOCK_TIMEOUT 20; INSERT t VALUES (2)")
	if !strings.Contains(got, "Msg 1222, Level 16, State 45") {
		t.Errorf("no lock timeout:\n%s", got)
	}
	exec(t, one, "COMMIT")
	exec(t, two, "INSERT t VALUES (2)")
}

func TestSecondWriterWaits(t *testing.T) {
	i := open(t)
	one, two := session(t, i), session(t, i)
	exec(t, one, "CREATE TABLE t (a int); BEGIN TRAN; INSERT t VALUES (1)")
	var wg sync.WaitGroup
	wg.Go(func() {
		r := &recorder{}
		if err := two.Run(context.Background(), "INSERT t VALUES (2)", nil, r); err != nil {
			t.Error(err)
		}
	})
	time.Sleep(20 * time.Millisecond)
	exec(t, one, "COMMIT")
	wg.Wait()
	if got := exec(t, one, "SELECT SUM(a) FROM t"); !strings.Contains(got, "\n3\n") {
		t.Error(got)
	}
}

func TestParallelWriters(t *testing.T) {
	i := open(t)
	exec(t, session(t, i), "CREATE TABLE t (id int IDENTITY PRIMARY KEY, who int)")
	var wg sync.WaitGroup
	for n := range 6 {
		s := session(t, i)
		wg.Go(func() {
			for range 20 {
				r := &recorder{}
				text := fmt.Sprintf("BEGIN TRAN; INSERT t (who) VALUES (%d); SELECT COUNT(*) FROM t; CREATE TABLE #x (a int); DROP TABLE #x; COMMIT", n)
				if err := s.Run(context.Background(), text, nil, r); err != nil || strings.Contains(strings.Join(r.lines, ""), "Msg") {
					t.Error(err, r.lines)
					return
				}
			}
		})
	}
	wg.Wait()
	if got := exec(t, session(t, i), "SELECT COUNT(*) AS n, MAX(id) AS m FROM t"); !strings.Contains(got, "120 | 120") {
		t.Error(got)
	}
}

func TestCancelQuery(t *testing.T) {
	s := session(t, open(t))
	for _, text := range []string{
		"WITH n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n WHERE x < 100000000) SELECT COUNT(*) FROM n OPTION (MAXRECURSION 0)",
		"WAITFOR DELAY '00:10:00'",
		"WHILE 1 = 1 BEGIN DECLARE @x int = 1 END",
	} {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(30*time.Millisecond, cancel)
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx, text, nil, discard{}) }()
		select {
		case err := <-done:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", text, err)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: not canceled", text)
		}
	}
	if got := exec(t, s, "SELECT 7"); !strings.Contains(got, "\n7\n") {
		t.Error("the session is not usable after a cancellation:", got)
	}
}

func TestCancelWaitForLock(t *testing.T) {
	i := open(t)
	one, two := session(t, i), session(t, i)
	exec(t, one, "CREATE TABLE t (a int); BEGIN TRAN; INSERT t VALUES (1)")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := two.Run(ctx, "INSERT t VALUES (2)", nil, discard{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	exec(t, one, "ROLLBACK")
	exec(t, two, "INSERT t VALUES (3)")
}

func TestFileSurvivesReopening(t *testing.T) {
	cfg := Config{File: filepath.Join(t.TempDir(), "engine.db"), SAPassword: "a"}
	i, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, session(t, i), `CREATE DATABASE d; CREATE LOGIN bob WITH PASSWORD = 'pw', DEFAULT_DATABASE = d`)
	exec(t, session(t, i), "USE d; CREATE TABLE t (id int IDENTITY PRIMARY KEY, v nvarchar(10) NOT NULL DEFAULT N'x', CONSTRAINT ck CHECK (id > 0)); INSERT t DEFAULT VALUES")
	exec(t, session(t, i), "USE d; CREATE USER bob FOR LOGIN bob; GRANT EXECUTE ANY EXTERNAL SCRIPT TO bob; GRANT SELECT, INSERT ON t TO bob")
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	cfg.SAPassword = "b"
	if i, err = Open(cfg); err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	if err := i.Login("SA", "b"); err != nil {
		t.Error(err)
	}
	var e *tsql.Error
	if err := i.Login("sa", "a"); !errors.As(err, &e) || e.Number != 18456 {
		t.Error("an old password was accepted:", err)
	}
	s, err := i.NewSession(SessionOptions{Login: "bob"})
	if err != nil {
		t.Fatal(err)
	}
	got := exec(t, s, "INSERT t DEFAULT VALUES; SELECT * FROM t; SELECT DB_NAME() AS d, HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'EXECUTE ANY EXTERNAL SCRIPT') AS p, IS_SRVROLEMEMBER('sysadmin') AS s")
	if !strings.Contains(got, "1 | 'x'\n2 | 'x'") || !strings.Contains(got, "'d' | 1 | 0") {
		t.Error(got)
	}
}

func TestSessionErrors(t *testing.T) {
	i := open(t)
	var e *tsql.Error
	if _, err := i.NewSession(SessionOptions{Login: "sa", Database: "nowhere"}); !errors.As(err, &e) || e.Number != 4060 {
		t.Error(err)
	}
	exec(t, session(t, i), "CREATE DATABASE d; CREATE LOGIN guest1 WITH PASSWORD = 'x'")
	if _, err := i.NewSession(SessionOptions{Login: "guest1", Database: "d"}); !errors.As(err, &e) || e.Number != 4060 {
		t.Error("a login without a user entered a database:", err)
	}
}

func TestChangePassword(t *testing.T) {
	i := open(t)
	exec(t, session(t, i), "CREATE LOGIN eve WITH PASSWORD = 'one'")
	ctx := context.Background()
	var e *tsql.Error
	if err := i.ChangePassword(ctx, "eve", "wrong", "two"); !errors.As(err, &e) || e.Number != 18456 {
		t.Error("a wrong password was accepted:", err)
	}
	if err := i.ChangePassword(ctx, "eve", "one", "two"); err != nil {
		t.Fatal(err)
	}
	if err := i.Login("eve", "two"); err != nil {
		t.Error(err)
	}
	if err := i.Login("eve", "one"); err == nil {
		t.Error("the old password still works")
	}
}

func TestOpenTransactionsAreListed(t *testing.T) {
	i := open(t)
	one, two := session(t, i), session(t, i)
	exec(t, one, "BEGIN TRAN")
	query := "SELECT COUNT(*) AS n FROM sys.dm_tran_session_transactions"
	if got := exec(t, two, query); !strings.Contains(got, "\n1\n") {
		t.Error(got)
	}
	exec(t, one, "ROLLBACK")
	if got := exec(t, two, query); !strings.Contains(got, "\n0\n") {
		t.Error(got)
	}
}

func TestBulk(t *testing.T) {
	s := session(t, open(t))
	exec(t, s, "CREATE TABLE t (id int IDENTITY(5,1) PRIMARY KEY, v nvarchar(3) NULL DEFAULT N'dfl', n int)")
	cols := []Column{{Type: tsql.TypeInt}, {Type: tsql.NVarChar(10)}}
	load := func(text string, rows ...[]any) (int64, error) {
		t.Helper()
		b, err := s.Bulk(context.Background(), text)
		if err != nil {
			return 0, err
		}
		for _, r := range rows {
			if err := b.Row(cols, r); err != nil {
				return 0, errors.Join(err, b.Abort())
			}
		}
		return b.Commit()
	}
	if n, err := load("INSERT BULK dbo.[t] ([n] int, [v] nvarchar(10) COLLATE Latin1_General_CI_AS)", []any{int64(1), "a"}, []any{nil, nil}); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if n, err := load("INSERT BULK t (n int, v nvarchar(10)) WITH (KEEP_NULLS)", []any{int64(3), nil}); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	var e *tsql.Error
	if _, err := load("INSERT BULK t (n int, v nvarchar(10))", []any{int64(4), "fine"}, []any{int64(4), "x"}); !errors.As(err, &e) || e.Number != 2628 {
		t.Error("a value too long was loaded:", err)
	}
	if _, err := load("INSERT BULK t (nope int)"); !errors.As(err, &e) || e.Number != 207 {
		t.Error(err)
	}
	if got := exec(t, s, "SELECT id, v, n FROM t"); !strings.Contains(got, "5 | 'a' | 1\n6 | 'dfl' | NULL\n7 | NULL | 3\n(3 rows)") {
		t.Error(got)
	}
}

func TestOutputParameters(t *testing.T) {
	s := session(t, open(t))
	exec(t, s, "CREATE PROCEDURE p @a int, @b decimal(10,2) OUTPUT AS BEGIN SET @b = @b + @a; RETURN 3 END")
	args := []Arg{{Param: Param{Type: tsql.TypeInt, Value: int64(2)}}, {Param: Param{Name: "@b", Type: tsql.NVarChar(20), Value: "1.50", Output: true}}}
	r := &recorder{}
	if err := s.Exec(context.Background(), "dbo.p", args, r); err != nil {
		t.Fatal(err)
	}
	if args[1].Value != "3.50" || strings.Join(r.lines, ";") != "status 3" {
		t.Errorf("%v %v", args[1].Value, r.lines)
	}
}

func TestTableValuedParameter(t *testing.T) {
	s := session(t, open(t))
	exec(t, s, "CREATE TYPE dbo.pairs AS TABLE (id int IDENTITY PRIMARY KEY, k nvarchar(10), v decimal(5,1))")
	table := &TableValue{TypeName: "dbo.pairs", Columns: []Column{{Type: tsql.TypeInt}, {Type: tsql.NVarChar(10)}, {Type: tsql.TypeFloat}},
		Rows: [][]any{{nil, "a", 1.5}, {nil, "b", 2.0}}}
	args := []Arg{{Param: Param{Type: tsql.NVarChar(-1), Value: "SELECT id, k, v FROM @t ORDER BY id; SELECT @x AS x"}},
		{Param: Param{Type: tsql.NVarChar(-1), Value: "@t dbo.pairs READONLY, @x int"}}, {Param: Param{Name: "@t"}, Table: table},
		{Param: Param{Name: "@x", Type: tsql.TypeInt, Value: int64(9)}}}
	r := &recorder{}
	if err := s.Exec(context.Background(), "sp_executesql", args, r); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(r.lines, "\n")
	if !strings.Contains(got, "1 | 'a' | 1.5\n2 | 'b' | 2.0\n") || !strings.Contains(got, "\n9\n") {
		t.Error(got)
	}
}
