package store

import (
	"strings"
	"testing"
)

const (
	not229   = "Msg 229, "
	not15517 = "Msg 15517, Level 16, State 1, Line 1: Cannot execute as the database principal because the principal "
	not15406 = "Msg 15406, Level 16, State 1, Line 1: Cannot execute as the server principal because the principal "
)

// attempt is a batch of somebody who wants more rights than he has, and how what comes of it begins.
type attempt struct{ text, want string }

func attempts(t *testing.T, s *Session, list []attempt) {
	t.Helper()
	for _, a := range list {
		if got := run(t, s, a.text); !strings.HasPrefix(got, a.want) || a.want == "" && got != "" || strings.Contains(got, "42") {
			t.Errorf("%s\n got %s\nwant %s", a.text, got, a.want)
		}
	}
}

func escalationDatabase(t *testing.T) *Instance {
	i := open(t)
	sa := session(t, i)
	for _, text := range []string{
		"CREATE LOGIN bob WITH PASSWORD = 'Secret1!'; CREATE LOGIN own WITH PASSWORD = 'Secret1!'; CREATE DATABASE d; CREATE DATABASE e",
		"USE e; CREATE USER bob FOR LOGIN bob; CREATE USER own FOR LOGIN own; ALTER ROLE db_owner ADD MEMBER own; CREATE TABLE t (a int); INSERT t VALUES (42)",
		"USE d; CREATE USER bob FOR LOGIN bob; CREATE TABLE t (a int PRIMARY KEY, i int IDENTITY); INSERT t VALUES (42)",
		"CREATE FUNCTION secret(@a int) RETURNS int AS BEGIN RETURN (SELECT MAX(a) FROM t) END",
		"CREATE PROCEDURE victim AS SELECT 1 AS a",
		"GRANT ALTER ON victim TO bob; GRANT EXECUTE ON victim TO bob; GRANT CREATE PROCEDURE TO bob; GRANT CREATE TABLE TO bob; GRANT CREATE VIEW TO bob; GRANT CREATE SCHEMA TO bob; GRANT CREATE FUNCTION TO bob",
	} {
		exec(t, sa, text)
	}
	return i
}

// TestEscalation: who may create modules and tables reaches with them only what is his own.
func TestEscalation(t *testing.T) {
	attempts(t, as(t, escalationDatabase(t), "bob", "d"), []attempt{
		{"CREATE PROCEDURE p AS SELECT a FROM t", "Msg 2760, "}, // it would be dbo's
		{"CREATE SCHEMA s AUTHORIZATION dbo", "Msg 15151, "},
		{"CREATE SCHEMA s AUTHORIZATION missing", "Msg 15151, "},
		{"CREATE SCHEMA s", ""},
		{"CREATE PROCEDURE s.p AS SELECT a FROM dbo.t", ""},
		{"EXEC s.p", not229},
		{"CREATE PROCEDURE s.p2 WITH EXECUTE AS 'dbo' AS SELECT a FROM dbo.t", not15517},
		{"CREATE PROCEDURE s.p3 WITH EXECUTE AS OWNER AS SELECT USER_NAME() AS u", ""},
		{"EXEC s.p3", "columns: u nvarchar(128)\n'bob'"},
		{"ALTER PROCEDURE victim WITH EXECUTE AS OWNER AS EXEC('GRANT CONTROL TO bob')", not15517},
		{"ALTER PROCEDURE victim AS USE e; SELECT a FROM t", "Msg 154, Level 15, State 1, Line 1: a USE database statement is not allowed in a procedure, function or trigger."},
		{"CREATE PROCEDURE #p AS USE e", "Msg 154, "},
		{"CREATE PROCEDURE #p AS SELECT a FROM dbo.t", ""},
		{"EXEC #p", not229},
		{"CREATE TABLE s.c (a int, b AS dbo.secret(a))", not229},
		{"CREATE TABLE s.c (a int CHECK (dbo.secret(a) > a))", not229},
		{"CREATE TABLE s.c (a int DEFAULT dbo.secret(1))", not229},
		{"CREATE TABLE s.c (a int REFERENCES dbo.t (a))", "Msg 229, Level 14, State 5, Line 1: The REFERENCES permission was denied on the object 't'"},
		{"CREATE VIEW s.v AS SELECT a FROM dbo.t", not229},
		{"CREATE FUNCTION s.f() RETURNS @r TABLE (a int) AS BEGIN INSERT @r SELECT a FROM dbo.t; RETURN END", ""},
		{"SELECT a FROM s.f()", "columns: a int\n" + not229},
		{"CREATE FUNCTION s.g() RETURNS int AS BEGIN RETURN (SELECT MAX(a) FROM dbo.t) END", ""},
		{"SELECT s.g() AS a", "columns: a int\n" + not229},
		{"CREATE SYNONYM s.y FOR dbo.t", "Msg 59040, "},
		{"CREATE TRIGGER dbo.r ON dbo.t AFTER INSERT AS PRINT 1", "Msg 8197, "},
		{"SELECT a FROM d..t", not229},
		{"SELECT a INTO #z FROM t", not229},
		{"DECLARE @t TABLE (a int); INSERT @t SELECT a FROM t", not229},
		{"EXEC('SELECT a FROM t')", not229},
		{"SET IDENTITY_INSERT t ON", "Msg 1088, "},
		{"USE tempdb; CREATE TABLE x (a int)", "info 5701: Changed database context to 'tempdb'.\nMsg 262, "},
		{"USE master; CREATE TABLE x (a int)", "info 5701: Changed database context to 'master'.\nMsg 262, "},
		{"USE d; SELECT a FROM e.dbo.t", "info 5701: Changed database context to 'd'.\nMsg 229, "},
		{"ALTER AUTHORIZATION ON SCHEMA::dbo TO bob", "Msg 59040, "},
		{"ALTER SCHEMA s TRANSFER dbo.t", "Msg 59040, "},
	})
}

// TestImpersonation: nobody becomes whom he may not be, or changes a login by its user.
func TestImpersonation(t *testing.T) {
	i := escalationDatabase(t)
	bob := as(t, i, "bob", "d")
	attempts(t, bob, []attempt{
		{"EXECUTE AS LOGIN = 'own'", not15406 + `"own"`},
		{"EXECUTE AS LOGIN = 'missing'", not15406 + `"missing"`},
		{"EXEC('SELECT 1') AS LOGIN = 'sa'", not15406 + `"sa"`},
		{"EXEC('SELECT 1') AS USER = 'dbo'", not15517 + `"dbo"`},
		{"EXECUTE AS LOGIN = 'bob'; REVERT", ""},
		{"ALTER LOGIN sa WITH PASSWORD = 'x'", "Msg 15151, Level 16, State 1, Line 1: Cannot alter the login 'sa', because it does not exist or you do not have permission."},
		{"ALTER LOGIN bob WITH PASSWORD = 'Other1!'", "Msg 15151, "},
		{"ALTER LOGIN bob WITH PASSWORD = 'Other1!' OLD_PASSWORD = 'wrong'", "Msg 15151, "},
		{"ALTER LOGIN bob WITH PASSWORD = 'Other1!' OLD_PASSWORD = 'Secret1!'", ""},
		{"DROP LOGIN own", "Msg 15151, "},
		{"ALTER SERVER ROLE sysadmin ADD MEMBER bob", "Msg 15151, "},
		{"ALTER ROLE db_owner ADD MEMBER bob", "Msg 15151, Level 16, State 1, Line 1: Cannot alter the role 'db_owner', because it does not exist or you do not have permission."},
		{"DROP USER bob", "Msg 15151, "},
		{"CREATE USER z WITHOUT LOGIN", "Msg 15247, "},
		{"GRANT IMPERSONATE ON USER::dbo TO bob", "Msg 15247, "},
	})
	if err := i.Login("bob", "Other1!"); err != nil {
		t.Error(err)
	}
	attempts(t, as(t, i, "own", "e"), []attempt{
		{"CREATE USER x FOR LOGIN sa", "Msg 15405, Level 16, State 1, Line 1: Cannot use the special principal 'sa'."},
		{"EXECUTE AS USER = 'guest'", not15517 + `"guest"`},
		{"EXECUTE AS USER = 'sys'", not15517 + `"sys"`},
		{"EXECUTE AS USER = 'INFORMATION_SCHEMA'", not15517 + `"INFORMATION_SCHEMA"`},
		{"EXECUTE AS USER = 'db_owner'", not15517 + `"db_owner"`},
		{"EXECUTE AS USER = 'public'", not15517 + `"public"`},
		{"CREATE PROCEDURE pp WITH EXECUTE AS OWNER AS SELECT a FROM d.dbo.t", ""},
		{"EXEC pp", "Msg 916, "},
		{"EXECUTE AS USER = 'dbo'; ALTER LOGIN sa WITH PASSWORD = 'x'", "Msg 15151, "},
		{"ALTER LOGIN sa WITH DEFAULT_DATABASE = e", "Msg 15151, "},
		{"ALTER SERVER ROLE sysadmin ADD MEMBER own", "Msg 15151, "},
		{"EXECUTE AS LOGIN = 'sa'", not15406 + `"sa"`},
		{"USE d", "Msg 916, "},
	})
}
