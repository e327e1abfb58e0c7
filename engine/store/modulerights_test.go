package store

import (
	"context"
	"strings"
	"testing"
)

// TestModuleRights: EXECUTE lets a user run a module and see that it is there, not its text.
func TestModuleRights(t *testing.T) {
	i := open(t)
	sa := session(t, i)
	run(t, sa, "CREATE LOGIN bob WITH PASSWORD = 'Secret1!'; CREATE DATABASE d")
	run(t, sa, "USE d; CREATE USER bob FOR LOGIN bob")
	for _, name := range []string{"mine", "seen", "none", "denied"} {
		run(t, sa, "CREATE PROCEDURE "+name+" AS SELECT 1 AS a")
	}
	run(t, sa, "CREATE FUNCTION f(@a int) RETURNS int AS BEGIN RETURN @a END")
	run(t, sa, "GRANT EXECUTE ON mine TO bob; GRANT VIEW DEFINITION ON seen TO bob; GRANT EXECUTE ON denied TO bob; DENY EXECUTE ON denied TO bob")
	s, err := i.NewSession(SessionOptions{Login: "bob", Database: "d"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for _, c := range []struct{ text, want string }{
		{"EXEC mine", "columns: a int not null\n1\n(1 rows)\nstatus 0"},
		{"EXEC denied", "Msg 229, Level 14, State 5, Line 1: The EXECUTE permission was denied on the object 'denied', database 'd', schema 'dbo'."},
		{"EXEC none", "Msg 229, Level 14, State 5, Line 1: The EXECUTE permission was denied on the object 'none', database 'd', schema 'dbo'."},
		{"SELECT dbo.f(1)", "Msg 229, Level 14, State 5, Line 1: The EXECUTE permission was denied on the object 'f', database 'd', schema 'dbo'."},
		{"SELECT OBJECT_NAME(object_id) AS n, definition AS d FROM sys.sql_modules ORDER BY n",
			"columns: n nvarchar(128), d nvarchar(max)\n'mine' | NULL\n'seen' | 'CREATE PROCEDURE seen AS SELECT 1 AS a'\n(2 rows)"},
		{"SELECT OBJECT_DEFINITION(OBJECT_ID('mine')) AS a, HAS_PERMS_BY_NAME('mine', 'OBJECT', 'EXECUTE') AS b, HAS_PERMS_BY_NAME('denied', 'OBJECT', 'EXECUTE') AS c",
			"columns: a nvarchar(max), b int, c int\nNULL | 1 | 0\n(1 rows)"},
		{"EXEC sp_helptext 'mine'", "Msg 15197, Level 16, State 1, Line 1: There is no text for object 'mine'."},
	} {
		if got := run(t, s, c.text); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// TestOptionsAcrossCalls: SET options that keep statements from running hold until they are switched off, also over procedures called by name.
func TestOptionsAcrossCalls(t *testing.T) {
	s := session(t, open(t))
	run(t, s, "CREATE TABLE t (a int)")
	run(t, s, "CREATE PROCEDURE p AS INSERT t VALUES (1); SELECT a FROM t")
	for _, option := range []string{"PARSEONLY", "NOEXEC", "FMTONLY"} {
		run(t, s, "SET "+option+" ON")
		r := &recorder{}
		if err := s.Exec(context.Background(), "p", nil, r); err != nil {
			t.Fatal(err)
		}
		run(t, s, "SET "+option+" OFF")
		if got := strings.Join(r.lines, "\n"); strings.Contains(got, "1 rows") {
			t.Errorf("%s: %s", option, got)
		}
		if got := run(t, s, "SELECT COUNT(*) AS n FROM t"); got != "columns: n int not null\n0\n(1 rows)" {
			t.Errorf("%s: %s", option, got)
		}
	}
}
