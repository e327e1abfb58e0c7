package proxy

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/rs/zerolog"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

// The tests of this file need an engine that knows the whole of T-SQL; they say so when there is none.
const (
	engineVariable   = "TDS_LAUNCHPAD_TEST_ENGINE"
	userVariable     = "TDS_LAUNCHPAD_TEST_USER"
	passwordVariable = "TDS_LAUNCHPAD_TEST_PASSWORD"
)

// realEngine opens a database handle of go-mssqldb through a proxy in front of a real engine.
func realEngine(t *testing.T, change func(*Config)) *sql.DB {
	t.Helper()
	address := os.Getenv(engineVariable)
	if address == "" {
		t.Skip(engineVariable + " names no engine")
	}
	cfg := Config{Engine: address, EngineEncryption: EngineEncryptOff, ClientEncryption: ClientEncryptOff,
		Scripts: fakeRunner(echo), Logger: zerolog.New(zerolog.NewTestWriter(t))}
	if change != nil {
		change(&cfg)
	}
	proxy := serve(t, cfg)
	return openDB(t, proxy, os.Getenv(userVariable), os.Getenv(passwordVariable), "encrypt=disable")
}

// serve starts a proxy and returns its address; it is shut down at the test's end.
func serve(t *testing.T, cfg Config) string {
	t.Helper()
	return serveCatalog(t, cfg, cfg.Engine == os.Getenv(engineVariable)) // a scripted engine has no catalog
}

// serveCatalog is serve with the choice whether the engine is asked for its modules.
func serveCatalog(t *testing.T, cfg Config, catalog bool) string {
	t.Helper()
	_, address := serveServer(t, cfg, catalog)
	return address
}

// serveServer is serveCatalog for tests that look into the server.
func serveServer(t *testing.T, cfg Config, catalog bool) (*Server, string) {
	t.Helper()
	server, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	server.modules.never = !catalog
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(context.Background(), listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = server.Shutdown(ctx)
		if err := <-done; !errors.Is(err, ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
	})
	return server, listener.Addr().String()
}

// realSession logs a raw client in to a real engine through a proxy.
func realSession(t *testing.T) *rawClient {
	t.Helper()
	address := os.Getenv(engineVariable)
	if address == "" {
		t.Skip(engineVariable + " names no engine")
	}
	c := dialProxy(t, serve(t, Config{Engine: address, EngineEncryption: EngineEncryptOff, ClientEncryption: ClientEncryptOff,
		Scripts: fakeRunner(echo), Logger: zerolog.New(zerolog.NewTestWriter(t))}))
	c.prelogin(tds.EncryptNotSup)
	login := plainLogin()
	login.UserName, login.Password, login.Database = os.Getenv(userVariable), os.Getenv(passwordVariable), ""
	c.login(login)
	if r := c.response(); r.ack == nil {
		t.Fatalf("login was not accepted: %+v", r)
	}
	return c
}

// Handles of prepared script calls are genuine: the engine knows them, and takes them back.
func TestRealEnginePrepared(t *testing.T) {
	c := realSession(t)
	handle := byRef(tds.RPCParam{Type: tds.Int(4)})
	const text = "EXEC sp_execute_external_script N'Python', N'x', @input_data_1 = N'SELECT @n AS n', @params = N'@n int', @n = @p1"
	c.rpc(tds.RPCCall{ProcID: tds.ProcPrepare, Params: []tds.RPCParam{handle, nvarchar("@p1 int"), nvarchar(text), integer(1)}})
	r := c.response()
	if len(r.returns) != 1 || r.number() != 0 {
		t.Fatalf("answer is %+v", r)
	}
	prepared := tds.RPCParam{Type: tds.Int(4), Value: r.returns[0].Value}
	c.rpc(tds.RPCCall{ProcID: tds.ProcPrepExec, Params: []tds.RPCParam{handle, nvarchar("@p1 int"), nvarchar(text), integer(3)}})
	r = c.response()
	if len(r.returns) != 1 || len(r.rows) != 1 || r.rows[0][0][0] != 3 || string(r.returns[0].Value) == string(prepared.Value) {
		t.Fatalf("answer is %+v", r)
	}
	for n := range byte(3) {
		c.rpc(tds.RPCCall{ProcID: tds.ProcExecute, Params: []tds.RPCParam{prepared, integer(n)}})
		if r := c.response(); len(r.rows) != 1 || r.rows[0][0][0] != n {
			t.Fatalf("answer is %+v", r)
		}
	}
	c.rpc(tds.RPCCall{ProcID: tds.ProcUnprepare, Params: []tds.RPCParam{prepared}})
	if r := c.response(); r.number() != 0 {
		t.Fatalf("answer is %+v", r)
	}
	c.rpc(tds.RPCCall{ProcID: tds.ProcExecute, Params: []tds.RPCParam{prepared, integer(1)}})
	if r := c.response(); r.number() == 0 {
		t.Errorf("answer is %+v, want the engine's error about the handle", r)
	}
}

// Under XACT_ABORT a script that fails takes the transaction with it.
func TestRealEngineXactAbort(t *testing.T) {
	for _, on := range []bool{false, true} {
		db := realEngine(t, func(c *Config) {
			c.Scripts = fakeRunner(func(context.Context, *executor.Call, executor.Rows) (ScriptResult, error) {
				return nil, &executor.CallError{Messages: []tds.ServerMessage{{IsError: true, Number: 39004, State: 20, Class: 16, Text: "failed"}}}
			})
		})
		conn, err := db.Conn(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if on {
			if _, err := conn.ExecContext(context.Background(), "SET XACT_ABORT ON"); err != nil {
				t.Fatal(err)
			}
		}
		tx, err := conn.BeginTx(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tx.Exec(simpleCall)
		var server mssql.Error
		if !errors.As(err, &server) || server.Number != 39004 {
			t.Errorf("got %v", err)
		}
		var n int
		err = tx.QueryRow("SELECT @@TRANCOUNT").Scan(&n)
		if got := err != nil || n == 0; got != on {
			t.Errorf("XACT_ABORT %v: @@TRANCOUNT is %d, %v", on, n, err)
		}
		_ = tx.Rollback()
	}
}

func openDB(t *testing.T, address, user, password, options string) *sql.DB {
	t.Helper()
	dsn := url.URL{Scheme: "sqlserver", User: url.UserPassword(user, password), Host: address,
		RawQuery: "dial+timeout=5&connection+timeout=10&" + options}
	db, err := sql.Open("sqlserver", dsn.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestRealEngineForwards(t *testing.T) {
	db := realEngine(t, nil)
	var n int
	var s string
	if err := db.QueryRow("SELECT 41 + @p1, N'text ' + @p2", 1, "é").Scan(&n, &s); err != nil {
		t.Fatal(err)
	}
	if n != 42 || s != "text é" {
		t.Errorf("got %d, %q", n, s)
	}
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec("CREATE TABLE #t (n int); INSERT INTO #t VALUES (1), (2)"); err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow("SELECT SUM(n) FROM #t").Scan(&n); err != nil || n != 3 {
		t.Errorf("sum is %d, %v", n, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Error(err)
	}
}

func TestRealEngineScriptCalls(t *testing.T) {
	db := realEngine(t, nil)
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()

	t.Run("batch", func(t *testing.T) {
		rows, err := conn.QueryContext(ctx, "EXEC sp_execute_external_script @language = N'Python', @script = N'pass', "+
			"@input_data_1 = N'SELECT 1 AS a, N''x'' AS b UNION ALL SELECT 2, NULL'")
		checkRows(t, rows, err, "1 x;2 NULL;")
	})
	t.Run("temporary table in a transaction", func(t *testing.T) {
		tx, err := conn.BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }()
		if _, err := tx.Exec("CREATE TABLE #own (n int); INSERT INTO #own VALUES (7)"); err != nil {
			t.Fatal(err)
		}
		rows, err := tx.Query("EXEC master..[SP_Execute_External_Script] N'Python', N'pass', N'SELECT n, N''t'' FROM #own'")
		checkRows(t, rows, err, "7 t;")
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	})
	t.Run("sp_executesql with parameters", func(t *testing.T) {
		out := "before"
		rows, err := conn.QueryContext(ctx, "EXEC sp_execute_external_script @language = N'Python', @script = @code, "+
			"@input_data_1 = N'SELECT @n AS n, @s AS s', @params = N'@n int, @s nvarchar(20), @o nvarchar(10) OUTPUT', "+
			"@n = @num, @s = N'lit', @o = @result OUTPUT",
			sql.Named("code", "print()"), sql.Named("num", 5), sql.Named("result", sql.Out{Dest: &out, In: true}))
		checkRows(t, rows, err, "5 lit;")
		if out != "before" {
			t.Errorf("output parameter is %q", out)
		}
	})
	t.Run("RPC by name", func(t *testing.T) {
		n := int64(12)
		rows, err := conn.QueryContext(ctx, "sp_execute_external_script", sql.Named("language", "Python"), sql.Named("script", "pass"),
			sql.Named("input_data_1", "SELECT @n * 2 AS n, N'r' AS s"), sql.Named("params", "@n bigint OUTPUT"),
			sql.Named("n", sql.Out{Dest: &n, In: true}))
		checkRows(t, rows, err, "24 r;")
		if n != 12 {
			t.Errorf("output parameter is %d", n)
		}
	})
	t.Run("prepared", func(t *testing.T) {
		stmt, err := conn.PrepareContext(ctx, "EXEC sp_execute_external_script @language = N'Python', @script = N'pass', "+
			"@input_data_1 = N'SELECT @n AS n, N''p'' AS s', @params = N'@n int', @n = @p1")
		if err != nil {
			t.Fatal(err)
		}
		defer stmt.Close()
		for _, want := range []string{"1 p;", "2 p;"} {
			rows, err := stmt.Query(int(want[0] - '0'))
			checkRows(t, rows, err, want)
		}
	})
	t.Run("error in the input query", func(t *testing.T) {
		_, err := conn.ExecContext(ctx, "EXEC sp_execute_external_script @language = N'Python', @script = N'pass', "+
			"@input_data_1 = N'SELECT * FROM no_such_table'")
		var server mssql.Error
		if !errors.As(err, &server) || !strings.Contains(server.Message, "no_such_table") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("among other statements", func(t *testing.T) {
		rows, err := conn.QueryContext(ctx, "DECLARE @s nvarchar(10) = N'x'; EXEC sp_execute_external_script N'Python', @s, N'SELECT 1 AS n'; SELECT @s")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		if sets := allRows(t, rows); sets != "1;|x;|" {
			t.Errorf("got %q", sets)
		}
	})
	t.Run("what can't be carried out", func(t *testing.T) {
		_, err := conn.ExecContext(ctx, "GOTO x; EXEC sp_execute_external_script N'Python', N's'; x: PRINT 'y'")
		var server mssql.Error
		if !errors.As(err, &server) || server.Number != 59011 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("session still usable", func(t *testing.T) {
		var n int
		if err := conn.QueryRowContext(ctx, "SELECT @@TRANCOUNT").Scan(&n); err != nil || n != 0 {
			t.Errorf("@@TRANCOUNT is %d, %v", n, err)
		}
	})
}

// A cancelled context kills the script, and the connection goes on. The call has no input query,
// since not every engine answers an attention while it works.
func TestRealEngineCancel(t *testing.T) {
	started := make(chan struct{}, 1)
	db := realEngine(t, func(c *Config) {
		c.Scripts = fakeRunner(func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
			started <- struct{}{}
			<-ctx.Done()
			return nil, ctx.Err()
		})
	})
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		go func() { <-started; cancel() }()
		_, err := conn.ExecContext(ctx, simpleCall)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		var n int
		if err := conn.QueryRowContext(context.Background(), "SELECT 1").Scan(&n); err != nil {
			t.Fatal(err)
		}
		cancel()
	}
}

// checkRows compares rows of two columns with their text form.
func checkRows(t *testing.T, rows *sql.Rows, err error, want string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got strings.Builder
	for rows.Next() {
		var a string
		var b sql.NullString
		if err := rows.Scan(&a, &b); err != nil {
			t.Fatal(err)
		}
		if !b.Valid {
			b.String = "NULL"
		}
		got.WriteString(a + " " + b.String + ";")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if got.String() != want {
		t.Errorf("rows are %q, want %q", got.String(), want)
	}
}

// allRows reads all result sets: values separated by blanks, rows ended by ";", sets by "|".
func allRows(t *testing.T, rows *sql.Rows) string {
	t.Helper()
	var out strings.Builder
	for {
		cols, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values := make([]any, len(cols))
			for i := range values {
				values[i] = new(any)
			}
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			for i, v := range values {
				if i > 0 {
					out.WriteByte(' ')
				}
				fmt.Fprint(&out, *v.(*any))
			}
			out.WriteByte(';')
		}
		out.WriteByte('|')
		if !rows.NextResultSet() {
			break
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
