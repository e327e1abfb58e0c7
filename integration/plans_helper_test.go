package integration

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"regexp"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// planDatabase is where the tests of plans make their procedures and tables: one per run, since the
// engine behind an address is shared.
var planDatabase struct {
	sync.Once
	err error
}

func planDatabaseName() string { return fmt.Sprintf("tlplans_%d", os.Getpid()) }

// planConn gives a connection in the database of the plans.
func planConn(t testing.TB, options ...map[string]string) *sql.Conn {
	t.Helper()
	return planConnTo(t, sharedServer(t), options...)
}

// planConnTo does it on a server of the test's own, whose embedded engine has the database yet to make.
func planConnTo(t testing.TB, s *server, options ...map[string]string) *sql.Conn {
	t.Helper()
	make := func() {
		_, err := s.connect(t).ExecContext(context.Background(), "IF DB_ID(N'"+planDatabaseName()+"') IS NULL CREATE DATABASE "+planDatabaseName())
		planDatabase.err = err
	}
	if s == shared.server {
		planDatabase.Do(make)
	} else if s.embedded {
		make()
	} else {
		planConn(t)
	}
	if planDatabase.err != nil {
		t.Fatal(planDatabase.err)
	}
	_, conn := s.open(t, append(options, map[string]string{"database": planDatabaseName()})...)
	return conn
}

// dropPlanDatabase removes it at the end of the run from an engine that outlives the run.
func dropPlanDatabase() {
	if shared.server == nil || shared.embedded {
		return
	}
	db, err := sql.Open("sqlserver", shared.dsn(nil))
	if err != nil {
		return
	}
	defer db.Close()
	if _, err := db.Exec("IF DB_ID(N'" + planDatabaseName() + "') IS NOT NULL DROP DATABASE " + planDatabaseName()); err != nil {
		fmt.Fprintln(os.Stderr, "the database of the plans is left:", err)
	}
}

var createName = regexp.MustCompile(`(?i)CREATE\s+(?:OR\s+ALTER\s+)?(PROC|TABLE)(?:EDURE)?\s+([\w.\[\]]+)`)

// create makes procedures and tables, each by a batch of its own, in place of what an earlier test left.
func create(t testing.TB, conn *sql.Conn, batches ...string) {
	t.Helper()
	for _, text := range batches {
		if m := createName.FindStringSubmatch(text); m != nil {
			query(t, conn, "DROP "+m[1]+map[bool]string{true: "EDURE"}[len(m[1]) == 4]+" IF EXISTS "+m[2]).noErrors(t)
		}
		query(t, conn, text).noErrors(t)
	}
}

// notOnBabelfish skips what this engine can't do, with the reason.
func notOnBabelfish(t testing.TB, s *server, reason string) {
	t.Helper()
	if !s.embedded && isBabelfish(t, s) {
		t.Skip("Babelfish: " + reason)
	}
}

func isBabelfish(t testing.TB, s *server) bool {
	t.Helper()
	var version string
	if err := s.connect(t).QueryRowContext(context.Background(), "SELECT @@VERSION").Scan(&version); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile("Babelfish").MatchString(version)
}

// wantRows compares the rows of a request's only result set.
func wantRows(t testing.TB, o outcome, rows ...[]any) {
	t.Helper()
	if diff := cmp.Diff(rows, o.one(t).Rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// wantOrder compares what came after what.
func wantOrder(t testing.TB, o outcome, order ...string) {
	t.Helper()
	if diff := cmp.Diff(order, o.Order); diff != "" {
		t.Errorf("order (-want +got):\n%s\n%+v", diff, o)
	}
}
