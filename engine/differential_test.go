package engine_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"tds-launchpad/engine"
)

// The differential test runs the same batches on this engine and on another one and compares everything a client sees. It needs an
// engine that knows the whole of T-SQL; the same variables name it in the tests of the proxy.
const (
	engineVariable   = "TDS_LAUNCHPAD_TEST_ENGINE"
	userVariable     = "TDS_LAUNCHPAD_TEST_USER"
	passwordVariable = "TDS_LAUNCHPAD_TEST_PASSWORD"
)

const embeddedPassword = "Differential-1"

// side is one of the two engines, with a connection and a database of its own for the batches of one test.
type side struct {
	conn *sql.Conn
}

func openSide(t *testing.T, address, user, password, database string) side {
	t.Helper()
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword(user, password), Host: address, RawQuery: "encrypt=disable"}
	connector, err := mssql.NewConnector(u.String())
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { db.Close() })
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	do := func(ctx context.Context, text string) {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	do(t.Context(), "CREATE DATABASE "+database)
	do(t.Context(), "USE "+database)
	t.Cleanup(func() {
		defer conn.Close()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		do(ctx, "IF @@TRANCOUNT > 0 ROLLBACK")
		do(ctx, "USE master")
		do(ctx, "DROP DATABASE "+database)
	})
	return side{conn}
}

// bothSides opens this engine and the one that the environment names.
func bothSides(t *testing.T, database string) (ours, theirs side) {
	t.Helper()
	address := os.Getenv(engineVariable)
	if address == "" {
		t.Skip(engineVariable + " names no engine to compare with")
	}
	server, err := engine.Open(engine.Config{SAPassword: embeddedPassword, ServerName: "DIFFERENTIAL"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(listener)
	ours = openSide(t, listener.Addr().String(), "sa", embeddedPassword, database)
	theirs = openSide(t, address, os.Getenv(userVariable), os.Getenv(passwordVariable), database)
	return ours, theirs
}

// pair is one batch of the catalogue. Known is why the engines differ, "" where they must not.
type pair struct {
	text, known string
	line        int
}

// knownPrefix begins the comment that explains why the next batch's answers differ.
const knownPrefix = "-- differs: "

// catalogue reads a file: batches are single lines, or several lines that end with a GO.
func catalogue(t *testing.T, file string) []pair {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list []pair
	var p pair
	var lines []string
	single := strings.HasSuffix(file, ".lines")
	end := func() {
		if p.text = strings.TrimSpace(strings.Join(lines, "\n")); p.text != "" {
			list = append(list, p)
		}
		p, lines = pair{}, nil
	}
	scan := bufio.NewScanner(f)
	for n := 1; scan.Scan(); n++ {
		text := scan.Text()
		switch reason, ok := strings.CutPrefix(text, knownPrefix); {
		case ok:
			p.known = reason
		case strings.HasPrefix(text, "--"):
		case text == "GO":
			end()
		default:
			if len(lines) == 0 {
				p.line = n
			}
			lines = append(lines, text)
			if single {
				end()
			}
		}
	}
	end()
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestDifferential runs testdata/differential on both engines. A batch whose answers differ without a reason fails, and so does one
// that has a reason and no difference.
func TestDifferential(t *testing.T) {
	files, err := filepath.Glob("testdata/differential/*")
	if err != nil || len(files) == 0 {
		t.Fatal("no catalogue", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
		t.Run(name, func(t *testing.T) {
			ours, theirs := bothSides(t, fmt.Sprintf("differential_%s_%d", name, os.Getpid()))
			list := catalogue(t, file)
			explained := 0
			for _, p := range list {
				got, want := ours.run(t, p.text), theirs.run(t, p.text)
				agree(&want, &got)
				same := want.String() == got.String()
				switch {
				case same && p.known != "":
					t.Errorf("%s:%d: no difference any more (%s)\n%s", file, p.line, p.known, p.text)
				case !same && p.known == "":
					t.Errorf("%s:%d: %s\ntheirs: %s\nours:   %s", file, p.line, p.text, want, got)
				case !same:
					explained++
				}
			}
			t.Logf("%d batches compared, %d differ for the reasons given", len(list), explained)
		})
	}
}
