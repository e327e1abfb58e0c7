package integration

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

// Loopback connections, from inside real boxes.

// driversDir copies the drivers to where worker accounts may read, for --readable-dirs: that is
// neither /tmp nor a home directory of root.
func driversDir(t *testing.T) string {
	t.Helper()
	if _, err := os.Stat("clients/loopback/drivers/complete"); err != nil {
		t.Fatal("the drivers are not installed: scripts/loopback-drivers.sh does that")
	}
	parent := "/var/lib"
	if os.Geteuid() != 0 {
		var err error
		if parent, err = os.UserHomeDir(); err != nil {
			t.Fatal(err)
		}
	}
	dir, err := os.MkdirTemp(parent, "tds-launchpad-test-drivers-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.CopyFS(dir, os.DirFS("clients/loopback/drivers")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// loopbackServer is a server whose scripts have the drivers.
func loopbackServer(t *testing.T, args ...string) (s *server, drivers string) {
	t.Helper()
	drivers = driversDir(t)
	return ownServer(t, append([]string{"--readable-dirs", drivers}, args...)...), drivers
}

func said(t *testing.T, o outcome) string {
	t.Helper()
	o.noErrors(t)
	return strings.TrimPrefix(strings.Join(o.Notices, ""), stdoutHeader)
}

// Each driver comes in as the caller, in the database of the call.
func TestLoopbackDrivers(t *testing.T) {
	s, drivers := loopbackServer(t)
	conn := s.connect(t)
	path := "import sys; sys.path.insert(0, '" + drivers + "')\n"
	for _, test := range []struct{ name, open, by string }{
		{"pymssql by token", "import tds_launchpad\nc = tds_launchpad.connect(driver='pymssql')", "token"},
		{"python-tds by token", "import tds_launchpad\nc = tds_launchpad.connect(driver='pytds')", "token"},
		{"ODBC driver 18 by token", "import tds_launchpad\nc = tds_launchpad.connect(driver='pyodbc')", "token"},
		{"whatever there is", "import tds_launchpad\nc = tds_launchpad.connect()", "token"},
		{"ODBC driver 18 by certificate", "import pyodbc\nfrom revoscalepy import rx_get_sql_loopback_connection_string as s\nc = pyodbc.connect(s())", "certificate"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := said(t, query(t, conn, py(path+test.open+`
k = c.cursor()
k.execute("SELECT SUSER_SNAME(), DB_NAME(), 6 * 7")
print(*k.fetchone())`)))
			if want := s.user + " master 42\n"; text != want {
				t.Errorf("the script printed %q, want %q\n%s", text, want, s.log)
			}
			if !strings.Contains(s.log.String(), "by="+test.by) {
				t.Errorf("no connection by %s is in the log:\n%s", test.by, s.log)
			}
		})
	}
}

// Acceptance 64: the script obtains a connection string, reads a table and writes into another.
func TestAcceptance64(t *testing.T) {
	s, drivers := loopbackServer(t)
	conn := s.connect(t)
	for _, text := range []string{"CREATE TABLE loop_source (n int, s nvarchar(20))", "CREATE TABLE loop_target (n int, s nvarchar(20))",
		"INSERT loop_source VALUES (1, N'één'), (2, NULL), (3, N'three')"} {
		query(t, conn, text).noErrors(t)
	}
	defer query(t, conn, "DROP TABLE loop_source; DROP TABLE loop_target")
	o := query(t, conn, py(`
import sys; sys.path.insert(0, '`+drivers+`')
import pyodbc
from revoscalepy import rx_get_sql_loopback_connection_string
c = pyodbc.connect(rx_get_sql_loopback_connection_string(name_of_database="master"))
rows = c.execute("SELECT n, s FROM loop_source WHERE n > ? ORDER BY n", 1).fetchall()
c.cursor().executemany("INSERT INTO loop_target VALUES (?, ?)", [(r.n * 10, r.s) for r in rows])
c.commit()
c.execute("INSERT INTO loop_target VALUES (99, N'not committed')")
OutputDataSet = InputDataSet`, "@input_data_1 = N'SELECT COUNT(*) AS n FROM loop_source'", "WITH RESULT SETS ((n int))"))
	wantSet(t, o.one(t), []string{"n int"}, []any{int64(3)})
	wantSet(t, query(t, conn, "SELECT n, s FROM loop_target ORDER BY n").one(t), []string{"n int", "s nvarchar(20)"},
		[]any{int64(20), nil}, []any{int64(30), "three"})
}

// Two users at once, each as himself: one may read the table, the other may not. (The
// embedded engine enforces no rights on tables, but those on procedures that read them, and on databases.)
func TestLoopbackAsTwoUsersAtOnce(t *testing.T) {
	s := sharedServer(t)
	if !s.embedded {
		t.Skip("the engine under test is not ours: logins are not created on it")
	}
	admin := s.connect(t)
	for _, text := range []string{"CREATE TABLE loop_here (login sysname)", "CREATE DATABASE loop_secret",
		"CREATE TABLE loop_secret.dbo.t (n int)", "INSERT loop_secret.dbo.t VALUES (7)"} {
		query(t, admin, text).noErrors(t)
	}
	const permission = "GRANT EXECUTE ANY EXTERNAL SCRIPT TO "
	createUser(t, s, "anna", "Secret-81", permission+"anna", "GRANT SELECT, INSERT ON loop_here TO anna")
	createUser(t, s, "otto", "Secret-82", permission+"otto", "GRANT SELECT, INSERT ON loop_here TO otto")
	for _, text := range []string{"CREATE PROCEDURE loop_read AS SELECT n FROM loop_secret.dbo.t", "GRANT EXECUTE ON loop_read TO anna",
		"USE loop_secret; CREATE USER anna FOR LOGIN anna; GRANT SELECT ON t TO anna; USE master"} {
		query(t, admin, text).noErrors(t)
	}
	t.Cleanup(func() {
		query(t, admin, "DROP TABLE loop_here; DROP PROCEDURE loop_read; DROP DATABASE loop_secret").noErrors(t)
	})
	script := `
import time, tds_launchpad
c = tds_launchpad.connect(driver="pymssql")
k = c.cursor()
def one(text):
    k.execute(text)
    return k.fetchone()[0]
k.execute("INSERT INTO loop_here SELECT SUSER_SNAME()")
c.commit()
while one("SELECT COUNT(*) FROM loop_here") < 2:
    c.rollback()
    time.sleep(0.05)
print(one("SELECT SUSER_SNAME()"), one("SELECT USER_NAME()"))
try:
    print(one("EXEC loop_read"))
except Exception as error:
    print(error.args[0])
try:
    k = tds_launchpad.connect("loop_secret", driver="pymssql").cursor()
    print(one("SELECT n FROM t"))
except Exception as error:
    print("4060" in str(error), "loop_secret" in str(error))`
	var wg sync.WaitGroup
	printed := make([]string, 2)
	for i, login := range []*server{s.as("anna", "Secret-81"), s.as("otto", "Secret-82")} {
		conn := login.connect(t)
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			o, err := collect(ctx, conn, py(script))
			if err != nil || len(o.Errors) > 0 {
				t.Errorf("%v %+v", err, o.Errors)
			}
			printed[i] = strings.TrimPrefix(strings.Join(o.Notices, ""), stdoutHeader)
		})
	}
	wg.Wait()
	if printed[0] != "anna anna\n7\n7\n" || printed[1] != "otto otto\n229\nTrue True\n" {
		t.Errorf("the scripts printed %q", printed)
	}
}

// A loopback connection is a second one: it works while the caller's transaction is open, and does not
// see, or change, what that holds.
func TestLoopbackWhileATransactionIsOpen(t *testing.T) {
	s := sharedServer(t)
	conn := s.connect(t)
	query(t, conn, "CREATE TABLE loop_held (n int); INSERT loop_held VALUES (1)").noErrors(t)
	defer query(t, conn, "DROP TABLE loop_held")
	query(t, conn, "BEGIN TRANSACTION; UPDATE loop_held SET n = 2").noErrors(t)
	text := said(t, query(t, conn, py(`
import tds_launchpad
c = tds_launchpad.connect(driver="pymssql")
k = c.cursor()
k.execute("SELECT @@TRANCOUNT, @@SPID")
print(k.fetchone()[1] != spid)
try:
    k.execute("SET LOCK_TIMEOUT 100; UPDATE loop_held SET n = 3")
    print("changed")
except Exception as error:
    print(error.args[0])`, "@params = N'@spid int', @spid = @@SPID")))
	if text != "True\n1222\n" {
		t.Errorf("the script printed %q", text)
	}
	wantSet(t, query(t, conn, "SELECT n FROM loop_held").one(t), []string{"n int"}, []any{int64(2)})
	query(t, conn, "ROLLBACK").noErrors(t)
	wantSet(t, query(t, conn, "SELECT n FROM loop_held").one(t), []string{"n int"}, []any{int64(1)})
}

// A script may call another one.
func TestNestedScripts(t *testing.T) {
	s := sharedServer(t)
	inner := py("OutputDataSet = InputDataSet * 2", "@input_data_1 = N'SELECT 21 AS n'")
	text := said(t, query(t, s.connect(t), py(`
import tds_launchpad
k = tds_launchpad.connect(driver="pymssql").cursor()
k.execute("""`+inner+`""")
print(k.fetchone()[0])`)))
	if text != "42\n" {
		t.Errorf("the script printed %q\n%s", text, s.log)
	}
	if !strings.Contains(s.log.String(), "depth=1 language=Python") {
		t.Errorf("no nested script is in the log:\n%s", s.log)
	}
}

// Secrets of a call are worth nothing elsewhere: not on the public port, not in another call.
func TestLoopbackSecretsElsewhere(t *testing.T) {
	s, drivers := loopbackServer(t)
	conn := s.connect(t)
	batch := "DECLARE @t nvarchar(200), @c nvarchar(max), @k nvarchar(max); " + py(`
from tds_satellite import loopback
call = loopback.call()
token, certificate, key = call.token, open(call.certificate).read(), open(call.key).read()`,
		"@params = N'@token nvarchar(200) OUTPUT, @certificate nvarchar(max) OUTPUT, @key nvarchar(max) OUTPUT'",
		"@token = @t OUTPUT", "@certificate = @c OUTPUT", "@key = @k OUTPUT") + "; SELECT @t AS t, @c AS c, @k AS k"
	row := query(t, conn, batch).one(t).Rows[0]
	token, certificate, key := row[0].(string), row[1].(string), row[2].(string)
	if strings.Contains(s.log.String(), token) {
		t.Error("the token is in the log")
	}

	// In the next call of the same login.
	text := said(t, query(t, conn, py(`
import sys; sys.path.insert(0, '`+drivers+`')
import pyodbc, pymssql, tds_launchpad
with open("/tmp/c.pem", "w") as c, open("/tmp/k.pem", "w") as k:
    c.write(certificate)
    k.write(key)
def attempt(f):
    try:
        f()
        print("in")
    except Exception as error:
        print("18456" in str(error))
attempt(lambda: pymssql.connect("127.0.0.1", "x", token))
attempt(lambda: pyodbc.connect(tds_launchpad.odbc_string(Driver=tds_launchpad.find_odbc_driver(), Server="127.0.0.1,1433",
    ClientCertificate="file:/tmp/c.pem", ClientKey="file:/tmp/k.pem", Encrypt="Yes", TrustServerCertificate="Yes")))`,
		"@params = N'@token nvarchar(200), @certificate nvarchar(max), @key nvarchar(max)'",
		"@token = "+quote(token), "@certificate = "+quote(certificate), "@key = "+quote(key))))
	if text != "True\nTrue\n" {
		t.Errorf("the next call's script printed %q\n%s", text, s.log)
	}
	for _, want := range []string{"token of another call", "not the one of the call's launchpad"} {
		if !strings.Contains(s.log.String(), want) {
			t.Errorf("the log lacks %q:\n%s", want, s.log)
		}
	}

	// On the public port.
	connector, err := mssql.NewConnector(s.as("x", token).dsn(nil))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := connector.Connect(context.Background()); err == nil {
		c.Close()
		t.Error("a token was accepted on the public port")
	} else if !strings.Contains(err.Error(), "Login failed for user 'x'") {
		t.Errorf("a token on the public port: %v", err)
	}
	dir := t.TempDir()
	for name, data := range map[string]string{"c.pem": certificate, "k.pem": key} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	host, port := s.hostPort(t)
	out, err := exec.Command("/usr/bin/python3", "-c", fmt.Sprintf(`
import glob, sys; sys.path.insert(0, %[1]q)
import pyodbc
driver = glob.glob(%[1]q + "/mssql_python_odbc/libs/linux/debian_ubuntu/*/lib/libmsodbcsql-*")[0]
pyodbc.connect(f"Driver={driver};Server=%[2]s,%[3]s;ClientCertificate=file:%[4]s/c.pem;ClientKey=file:%[4]s/k.pem;Encrypt=Yes;TrustServerCertificate=Yes")
print("in")`, drivers, host, port, dir)).CombinedOutput()
	if err == nil || strings.Contains(string(out), "in\n") && !strings.Contains(string(out), "Error") {
		t.Errorf("a certificate on the public port: %v %s", err, out)
	}
	for _, want := range []string{"one-call token on the public port", "asks to be authenticated by certificate"} {
		waitFor(t, want+" in the log", func() bool { return strings.Contains(s.log.String(), want) })
	}
}

// quote is a T-SQL string.
func quote(s string) string { return "N'" + strings.ReplaceAll(s, "'", "''") + "'" }

// The log tells, while a script runs, whose it is.
func TestRunningScriptsAreTold(t *testing.T) {
	s := ownServer(t)
	client := sleepingClient(t, s)
	defer client.Process.Kill()
	waitFor(t, "the script to start", func() bool { return strings.Contains(s.log.String(), "script started") })
	if err := s.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`running script account=INSTANCE\d+ call=\S+ .*connections=0 .*launchpad=\S+ login=` + s.user + ` `)
	waitFor(t, "the script's line", func() bool { return line.MatchString(s.log.String()) })
}
