package engine

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"net/url"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/rs/zerolog"
)

const testPassword = "Door-1"

// open starts an engine of the test's own and logs in with a driver that speaks
// to it over TCP. The pool keeps to one connection.
func open(t testing.TB) (db *sql.DB, address string) {
	t.Helper()
	_, address = openServer(t)
	return connect(t, address, "sa", testPassword, nil), address
}

func openServer(t testing.TB) (s *Server, address string) {
	t.Helper()
	s, err := Open(Config{SAPassword: testPassword, ServerName: "DOOR", Logger: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), <-served); err != nil {
			t.Error(err)
		}
	})
	return s, l.Addr().String()
}

func connect(t testing.TB, address, user, password string, options url.Values) *sql.DB {
	t.Helper()
	query := url.Values{"encrypt": {"disable"}}
	for k, v := range options {
		query[k] = v
	}
	u := url.URL{Scheme: "sqlserver", Host: address, User: url.UserPassword(user, password), RawQuery: query.Encode()}
	connector, err := mssql.NewConnector(u.String())
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	return db
}

func must(t *testing.T, db *sql.DB, text string, args ...any) {
	t.Helper()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func TestEmptyValuesAreNotNull(t *testing.T) {
	db, _ := open(t)
	var text, binary any
	// The empty value comes first in the first row of the response.
	if err := db.QueryRow("SELECT @p1, @p2", "", []byte{}).Scan(&text, &binary); err != nil {
		t.Fatal(err)
	}
	if text != "" {
		t.Errorf("empty string came back as %#v", text)
	}
	if b, ok := binary.([]byte); !ok || b == nil || len(b) != 0 {
		t.Errorf("empty binary came back as %#v", binary)
	}
}

func TestUntypedNullTakesTheParametersType(t *testing.T) {
	db, _ := open(t)
	must(t, db, "CREATE PROCEDURE p @a int, @b decimal(9, 2) = 4 AS SELECT ISNULL(@a, -1), ISNULL(@b, -1)")
	var a int
	var b string
	if err := db.QueryRow("p", sql.Named("a", nil), sql.Named("b", nil)).Scan(&a, &b); err != nil {
		t.Fatal(err)
	}
	if a != -1 || b != "-1.00" {
		t.Errorf("got %d and %s", a, b)
	}
}

func TestStringsAreInTheirCollationsCodePage(t *testing.T) {
	db, _ := open(t)
	for collation, want := range map[string]string{
		"Korean_90_CI_AI": "안녕하세요.", "Cyrillic_General_CI_AS": "Привет", "Greek_CI_AS": "Καλημέρα",
	} {
		var got string
		err := db.QueryRow("SELECT CAST(CAST(@p1 AS nvarchar(max)) COLLATE "+collation+" AS varchar(max))", want).Scan(&got)
		if err != nil {
			t.Errorf("%s: %v", collation, err)
		} else if got != want {
			t.Errorf("%s: got %q, want %q", collation, got, want)
		}
	}
}

func TestTableValuedParameter(t *testing.T) {
	db, _ := open(t)
	must(t, db, "CREATE TYPE dbo.lines AS TABLE (id int IDENTITY(10, 5), name nvarchar(20), price decimal(9, 2) NULL)")
	must(t, db, "CREATE PROCEDURE total @lines dbo.lines READONLY AS SELECT COUNT(*), MAX(id), STRING_AGG(name, ',') FROM @lines WHERE price IS NULL")
	type line struct {
		ID    int `tvp:"@identity"`
		Name  string
		Price *float64
	}
	price := 1.5
	lines := mssql.TVP{TypeName: "dbo.lines", Value: []line{{Name: "a"}, {Name: "", Price: &price}, {Name: "жук"}}}
	for _, call := range []string{"total", "EXEC total @lines"} { // RPC by name, and sp_executesql
		var n, id int
		var names string
		if err := db.QueryRow(call, sql.Named("lines", lines)).Scan(&n, &id, &names); err != nil {
			t.Errorf("%s: %v", call, err)
		} else if n != 2 || id != 20 || names != "a,жук" {
			t.Errorf("%s: got %d, %d, %q", call, n, id, names)
		}
	}
	unknown := mssql.TVP{TypeName: "dbo.nothing", Value: []line{}}
	if _, err := db.Exec("EXEC total @lines", sql.Named("lines", unknown)); err == nil {
		t.Error("an unknown table type was accepted")
	}
}

func TestPasswordChangeAtLogin(t *testing.T) {
	db, address := open(t)
	must(t, db, "CREATE LOGIN alice WITH PASSWORD = 'old-one'")
	change := func(old, password string) error {
		return connect(t, address, "alice", old, url.Values{"change password": {password}}).Ping()
	}
	var refused mssql.Error
	if err := change("wrong", "new'one"); !errors.As(err, &refused) || refused.Number != 18456 {
		t.Errorf("change with a wrong password: %v", err)
	}
	if err := change("old-one", "new'one"); err != nil {
		t.Fatal(err)
	}
	if err := connect(t, address, "alice", "new'one", nil).Ping(); err != nil {
		t.Errorf("login with the new password: %v", err)
	}
	if err := connect(t, address, "alice", "old-one", nil).Ping(); !errors.As(err, &refused) || refused.Number != 18456 {
		t.Errorf("login with the old password: %v", err)
	}
}

// A fatal error arrives, says that the connection is over, and only that
// connection is.
func TestFatalErrorEndsTheConnection(t *testing.T) {
	db, _ := open(t)
	var before, after int
	if err := db.QueryRow("SELECT @@SPID").Scan(&before); err != nil {
		t.Fatal(err)
	}
	_, err := db.Exec("RAISERROR('that is enough', 20, 1) WITH LOG; SELECT 1")
	var severe mssql.ServerError // what the driver makes of DONE_SRVERROR
	var text mssql.Error
	if !errors.As(err, &severe) || !errors.As(err, &text) || text.Message != "that is enough" {
		t.Errorf("got %#v", err)
	}
	if err := db.QueryRowContext(context.Background(), "SELECT @@SPID").Scan(&after); err != nil {
		t.Fatal(err)
	}
	if before == after {
		t.Error("the connection went on")
	}
}
