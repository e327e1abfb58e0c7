package store

import (
	"testing"
)

// rightsCase is a batch of a user without any rights but those granted, and what comes of it.
type rightsCase struct{ text, want string }

func runRights(t *testing.T, s *Session, cases []rightsCase) {
	t.Helper()
	for _, c := range cases {
		if got := run(t, s, c.text); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func denied(permission, object string) string {
	return "Msg 229, Level 14, State 5, Line 1: The " + permission + " permission was denied on the object '" + object + "', database 'd', schema 'dbo'."
}

func rightsDatabase(t *testing.T) (*Instance, *Session) {
	i := open(t)
	sa := session(t, i)
	run(t, sa, "CREATE LOGIN bob WITH PASSWORD = 'Secret1!'; CREATE LOGIN eve WITH PASSWORD = 'Secret1!'; CREATE DATABASE d; CREATE DATABASE other")
	run(t, sa, "USE d; CREATE USER bob FOR LOGIN bob; CREATE USER nobody WITHOUT LOGIN; CREATE ROLE readers; CREATE TABLE t (a int, b int); CREATE TABLE u (a int); INSERT t VALUES (1, 2)")
	for _, text := range []string{
		"CREATE VIEW v AS SELECT a FROM t",
		"CREATE PROCEDURE reads AS SELECT a FROM t; UPDATE t SET b = 3; EXEC inner_reads",
		"CREATE PROCEDURE inner_reads AS SELECT COUNT(*) AS n FROM v",
		"CREATE PROCEDURE dynamic AS EXEC('SELECT a FROM t')",
		"CREATE PROCEDURE dynamic_owner WITH EXECUTE AS OWNER AS EXEC('SELECT a FROM t'); SELECT USER_NAME() AS u",
		"CREATE PROCEDURE as_nobody WITH EXECUTE AS 'nobody' AS SELECT USER_NAME() AS u; EXEC('SELECT a FROM u')",
		"CREATE FUNCTION f (@a int) RETURNS int AS BEGIN RETURN (SELECT COUNT(*) FROM t) END",
		"CREATE FUNCTION rows_of (@a int) RETURNS TABLE AS RETURN SELECT a FROM t WHERE a = @a",
		"CREATE TRIGGER tr ON u AFTER INSERT AS SET NOCOUNT ON; INSERT t SELECT a, a FROM inserted",
	} {
		run(t, sa, text)
	}
	run(t, sa, "GRANT EXECUTE ON reads TO bob; GRANT EXECUTE ON dynamic TO bob; GRANT EXECUTE ON dynamic_owner TO bob; GRANT EXECUTE ON as_nobody TO bob; GRANT SELECT ON v TO bob; "+
		"GRANT EXECUTE ON f TO bob; GRANT SELECT ON rows_of TO readers; GRANT INSERT ON u TO bob")
	return i, sa
}

func as(t *testing.T, i *Instance, login, database string) *Session {
	t.Helper()
	s, err := i.NewSession(SessionOptions{Login: login, Database: database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestRights: what is not granted is refused, but not what a module needs whose owner owns it too.
func TestRights(t *testing.T) {
	i, sa := rightsDatabase(t)
	bob := as(t, i, "bob", "d")
	n := func(v string) string { return "columns: n int not null\n" + v + "\n(1 rows)" }
	runRights(t, bob, []rightsCase{
		{"SELECT a FROM t", denied("SELECT", "t")},
		{"INSERT t VALUES (1, 1)", denied("INSERT", "t")},
		{"UPDATE t SET a = 1", denied("UPDATE", "t")},
		{"DELETE t", denied("DELETE", "t")},
		{"SELECT a FROM v", "columns: a int\n1\n(1 rows)"},
		{"EXEC reads", "columns: a int\n1\n(1 rows)\n(1 rows)\n" + n("1") + "\nstatus 0"},
		{"EXEC inner_reads", denied("EXECUTE", "inner_reads")},
		{"EXEC dynamic", "Msg 229, Level 14, State 5, Line 1: The SELECT permission was denied on the object 't', database 'd', schema 'dbo'.\nstatus 0"},
		{"EXEC dynamic_owner; SELECT USER_NAME() AS u", "columns: a int\n1\n(1 rows)\ncolumns: u nvarchar(128)\n'dbo'\n(1 rows)\nstatus 0\ncolumns: u nvarchar(128)\n'bob'\n(1 rows)"},
		{"EXEC as_nobody", "columns: u nvarchar(128)\n'nobody'\n(1 rows)\nMsg 229, Level 14, State 5, Line 1: The SELECT permission was denied on the object 'u', database 'd', schema 'dbo'.\nstatus 0"},
		{"SELECT dbo.f(1) AS n", "columns: n int\n1\n(1 rows)"},
		{"SELECT a FROM dbo.rows_of(1)", denied("SELECT", "rows_of")},
		{"INSERT u VALUES (7)", "(1 rows)"},
		{"INSERT u OUTPUT inserted.a VALUES (7)", denied("SELECT", "u")},
		{"SELECT t.a FROM v CROSS APPLY (SELECT t.a FROM t WHERE t.a = v.a) AS t", denied("SELECT", "t")},
		{"IF EXISTS (SELECT * FROM t) PRINT 1", denied("SELECT", "t")},
		{"DECLARE @a int = (SELECT MAX(a) FROM t)", denied("SELECT", "t")},
		{"CREATE TABLE x (a int)", "Msg 262, Level 14, State 1, Line 1: CREATE TABLE permission denied in database 'd'."},
		{"SELECT 1 AS a INTO x", "Msg 262, Level 14, State 1, Line 1: CREATE TABLE permission denied in database 'd'."},
		{"CREATE TABLE #x (a int); INSERT #x SELECT a FROM v; SELECT a FROM #x; DROP TABLE #x", "(2 rows)\ncolumns: a int\n1\n7\n(2 rows)"},
		{"DROP TABLE t", "Msg 3701, Level 11, State 5, Line 1: Cannot drop the table 't', because it does not exist or you do not have permission."},
		{"TRUNCATE TABLE t", "Msg 1088, Level 16, State 12, Line 1: Cannot find the object \"t\" because it does not exist or you do not have permissions."},
		{"ALTER TABLE t ADD c int", "Msg 1088, Level 16, State 12, Line 1: Cannot find the object \"t\" because it does not exist or you do not have permissions."},
		{"ALTER PROCEDURE reads AS PRINT 1", "Msg 3704, Level 16, State 1, Line 1: User does not have permission to perform this operation on procedure 'reads'."},
		{"CREATE PROCEDURE p AS PRINT 1", "Msg 262, Level 14, State 1, Line 1: CREATE PROCEDURE permission denied in database 'd'."},
		{"GRANT SELECT ON t TO bob", "Msg 15247, Level 16, State 1, Line 1: User does not have permission to perform this action."},
		{"SELECT * FROM other.dbo.x", "Msg 916, Level 14, State 2, Line 1: The server principal \"bob\" is not able to access the database \"other\" under the current security context."},
		{"SELECT * FROM other.sys.objects", "Msg 916, Level 14, State 2, Line 1: The server principal \"bob\" is not able to access the database \"other\" under the current security context."},
		{"EXECUTE AS USER = 'nobody'", "Msg 15517, Level 16, State 1, Line 1: Cannot execute as the database principal because the principal \"nobody\" does not exist, this type of principal cannot be impersonated, or you do not have permission."},
		{"EXECUTE AS LOGIN = 'sa'", "Msg 15406, Level 16, State 1, Line 1: Cannot execute as the server principal because the principal \"sa\" does not exist, this type of principal cannot be impersonated, or you do not have permission."},
	})
	run(t, sa, "ALTER ROLE readers ADD MEMBER bob; GRANT UPDATE, DELETE ON t TO bob; GRANT CREATE TABLE TO bob")
	runRights(t, bob, []rightsCase{
		{"SELECT a FROM dbo.rows_of(1)", "columns: a int\n1\n(1 rows)"},
		{"UPDATE t SET b = 5", "(2 rows)"},
		{"UPDATE t SET b = 5 WHERE a = 7", denied("SELECT", "t")},
		{"UPDATE t SET b += 5", denied("SELECT", "t")},
		{"UPDATE t SET b = a", denied("SELECT", "t")},
		{"DELETE t WHERE a = 1", denied("SELECT", "t")},
		{"DELETE t WHERE 1 = 0", "(0 rows)"},
		{"DELETE t FROM t WHERE 1 = 0", denied("SELECT", "t")},
		{"CREATE TABLE x (a int)", "Msg 2760, Level 16, State 1, Line 1: The specified schema name \"dbo\" either does not exist or you do not have permission to use it."},
	})
	run(t, sa, "ALTER ROLE db_datareader ADD MEMBER bob; DENY SELECT ON u TO public")
	runRights(t, bob, []rightsCase{
		{"SELECT a FROM t ORDER BY a", "columns: a int\n1\n7\n(2 rows)"},
		{"SELECT a FROM u", denied("SELECT", "u")},
	})
	run(t, sa, "ALTER ROLE db_denydatareader ADD MEMBER bob")
	runRights(t, bob, []rightsCase{{"SELECT a FROM v", denied("SELECT", "v")}})
	if bulk, err := bob.Bulk(t.Context(), "INSERT BULK t (a int)"); err == nil {
		t.Error("bulk load without a right", bulk.Abort())
	}
}

// TestExecuteAs: EXECUTE AS and REVERT as statements, in procedures and dynamic SQL.
func TestExecuteAs(t *testing.T) {
	_, sa := rightsDatabase(t)
	who := "SELECT USER_NAME() AS u, SUSER_SNAME() AS s, ORIGINAL_LOGIN() AS o, IS_SRVROLEMEMBER('sysadmin') AS a"
	cols := "columns: u nvarchar(128), s nvarchar(128), o nvarchar(128), a int\n"
	runRights(t, sa, []rightsCase{
		{"EXECUTE AS USER = 'bob'; " + who, cols + "'bob' | 'bob' | 'sa' | 0\n(1 rows)"},
		{who, cols + "'bob' | 'bob' | 'sa' | 0\n(1 rows)"},
		{"SELECT a FROM t", denied("SELECT", "t")},
		{"USE other", "Msg 916, Level 14, State 2, Line 1: The server principal \"bob\" is not able to access the database \"other\" under the current security context."},
		{"CREATE LOGIN x WITH PASSWORD = 'Secret1!'", "Msg 15247, Level 16, State 1, Line 1: User does not have permission to perform this action."},
		{"EXECUTE AS LOGIN = 'sa'", "Msg 15406, Level 16, State 1, Line 1: Cannot execute as the server principal because the principal \"sa\" does not exist, this type of principal cannot be impersonated, or you do not have permission."},
		{"EXEC('REVERT'); SELECT USER_NAME() AS u", "columns: u nvarchar(128)\n'bob'\n(1 rows)"},
		{"REVERT; " + who, cols + "'dbo' | 'sa' | 'sa' | 1\n(1 rows)"},
		{"SELECT COUNT(*) AS n FROM t", "columns: n int not null\n1\n(1 rows)"},
		{"REVERT; SELECT USER_NAME() AS u", "columns: u nvarchar(128)\n'dbo'\n(1 rows)"},
		{"EXECUTE AS LOGIN = 'bob'; " + who + "; REVERT", cols + "'bob' | 'bob' | 'sa' | 0\n(1 rows)"},
		{"EXECUTE AS LOGIN = 'eve'", "Msg 916, Level 14, State 2, Line 1: The server principal \"eve\" is not able to access the database \"d\" under the current security context."},
		{"EXECUTE AS USER = 'missing'", "Msg 15517, Level 16, State 1, Line 1: Cannot execute as the database principal because the principal \"missing\" does not exist, this type of principal cannot be impersonated, or you do not have permission."},
		{"EXEC('EXECUTE AS USER = ''bob''; SELECT USER_NAME() AS u'); SELECT USER_NAME() AS u", "columns: u nvarchar(128)\n'bob'\n(1 rows)\ncolumns: u nvarchar(128)\n'dbo'\n(1 rows)"},
		{"EXEC('SELECT USER_NAME() AS u') AS USER = 'bob'; SELECT USER_NAME() AS u", "columns: u nvarchar(128)\n'bob'\n(1 rows)\ncolumns: u nvarchar(128)\n'dbo'\n(1 rows)"},
		{"EXECUTE AS USER = 'bob'; EXECUTE AS CALLER; REVERT; SELECT USER_NAME() AS u; REVERT; SELECT USER_NAME() AS u", "columns: u nvarchar(128)\n'bob'\n(1 rows)\ncolumns: u nvarchar(128)\n'dbo'\n(1 rows)"},
		{"EXECUTE AS USER = 'bob' WITH NO REVERT; REVERT; SELECT USER_NAME() AS u", "columns: u nvarchar(128)\n'bob'\n(1 rows)"},
	})
	if err := sa.Reset(t.Context(), false, &recorder{}); err != nil {
		t.Fatal(err)
	}
	runRights(t, sa, []rightsCase{{"SELECT SUSER_SNAME() AS s", "columns: s nvarchar(128)\n'sa'\n(1 rows)"}})
}
