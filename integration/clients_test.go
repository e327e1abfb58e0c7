package integration

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

// Clients that nobody here wrote, with each TLS mode that they have. The
// programs under clients/ print "ok NAME" for each thing that works.

func TestGoMssqldb(t *testing.T) {
	s := sharedServer(t)
	certificate := s.certificate(t)
	for _, encrypt := range []string{"disable", "false", "true", "strict"} {
		t.Run("encrypt="+encrypt, func(t *testing.T) {
			conn := s.connectWith(t, map[string]string{"encrypt": encrypt, "certificate": certificate, "hostNameInCertificate": "localhost"})
			set := query(t, conn, "SELECT @p1 + 1 AS n, @p2 AS s", 41, "é").one(t)
			wantSet(t, set, set.Columns, []any{int64(42), "é"})
			query(t, conn, "CREATE TABLE #bulk (id int NOT NULL, name nvarchar(20)); INSERT #bulk SELECT 1, N'one'").noErrors(t)
			want := "1"
			if encrypt != "strict" {
				// The driver takes TDS 8.0 for older than 7.2 and writes bulk columns as that had them.
				bulkInTransaction(t, conn)
				want = "1001"
			}
			o := query(t, conn, py("print(len(InputDataSet))", "@input_data_1 = N'SELECT id FROM #bulk'"))
			o.noErrors(t)
			wantNotices(t, o, stdoutHeader+want+"\n")
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(300*time.Millisecond, cancel)
			if _, err := conn.ExecContext(ctx, py("import time; time.sleep(60)")); err == nil {
				t.Error("a cancelled call gave no error")
			}
		})
	}
}

// bulkInTransaction loads 1,000 rows twice, once rolled back and once committed.
func bulkInTransaction(t *testing.T, conn *sql.Conn) {
	t.Helper()
	for _, commit := range []bool{false, true} {
		tx, err := conn.BeginTx(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback() // does nothing once it has ended
		load, err := tx.Prepare(mssql.CopyIn("#bulk", mssql.BulkOptions{}, "id", "name"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1000 {
			if _, err := load.Exec(i, fmt.Sprintf("row %d", i)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := load.Exec(); err != nil {
			t.Fatal(err)
		}
		if err := load.Close(); err != nil {
			t.Fatal(err)
		}
		end := tx.Rollback
		if commit {
			end = tx.Commit
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTedious(t *testing.T) {
	s := sharedServer(t)
	host, port := s.hostPort(t)
	for _, encrypt := range []string{"false", "true", "strict"} {
		t.Run("encrypt="+encrypt, func(t *testing.T) {
			runClient(t, []string{"CERTIFICATE=" + s.certificate(t), "NODE_NO_WARNINGS=1"}, 13,
				"node", "clients/tedious/main.js", host, port, s.user, s.password, encrypt)
		})
	}
}

func TestPymssql(t *testing.T) {
	s := sharedServer(t)
	host, port := s.hostPort(t)
	for _, encryption := range []string{"off", "request", "require"} {
		t.Run("encryption="+encryption, func(t *testing.T) {
			conf := freetdsConf(t, host, port, encryption)
			runClient(t, []string{"FREETDSCONF=" + conf}, 10,
				"/usr/bin/python3", "clients/pymssql/main.py", "proxy", port, s.user, s.password)
		})
	}
}

func TestTsql(t *testing.T) {
	s := sharedServer(t)
	host, port := s.hostPort(t)
	for _, encryption := range []string{"off", "request", "require"} {
		t.Run("encryption="+encryption, func(t *testing.T) {
			cmd := exec.Command("tsql", "-S", "proxy", "-U", s.user, "-P", s.password)
			cmd.Env = append(os.Environ(), "FREETDSCONF="+freetdsConf(t, host, port, encryption), "LC_ALL=C.UTF-8")
			cmd.Stdin = strings.NewReader("SELECT 6*7 AS answer\nGO\n" +
				py("print('from tsql')\nOutputDataSet = InputDataSet", "@input_data_1 = N'SELECT 12345 AS n'") + "\nGO\n")
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range []string{"\n42\n", "\n12345\n", "from tsql"} {
				if !strings.Contains(string(out), want) {
					t.Errorf("output lacks %q:\n%s", want, out)
				}
			}
		})
	}
}

// runClient runs a client program and checks that it reports exactly as many things.
func runClient(t *testing.T, env []string, things int, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if ok := strings.Count(string(out), "ok "); err != nil || ok != things {
		t.Errorf("%d of %d things work, %v\n%s", ok, things, err, out)
	}
}

// freetdsConf writes a FreeTDS configuration whose server "proxy" is the address.
func freetdsConf(t *testing.T, host, port, encryption string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "freetds.conf")
	text := fmt.Sprintf("[proxy]\nhost = %s\nport = %s\ntds version = 7.4\nclient charset = UTF-8\nencryption = %s\n", host, port, encryption)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
