package integration

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/golang-sql/sqlexp"
	"github.com/google/go-cmp/cmp"
	mssql "github.com/microsoft/go-mssqldb"
)

// outcome is all that one request returned, in the order in which it came.
type outcome struct {
	Sets     []resultSet
	Notices  []string
	Errors   []mssql.Error
	Affected []int64
	// Order is what came after what: "set", "notice", "error 39004", "affected".
	Order []string
}

type resultSet struct {
	Columns []string // name and type: "hello int"
	Rows    [][]any
}

// query runs text and collects everything it returns; only failures of the connection end the test.
func query(t testing.TB, conn *sql.Conn, text string, args ...any) outcome {
	t.Helper()
	o, err := collect(context.Background(), conn, text, args...)
	if err != nil {
		t.Fatalf("%v\nin: %s", err, text)
	}
	return o
}

func collect(ctx context.Context, conn *sql.Conn, text string, args ...any) (outcome, error) {
	var o outcome
	returned := &sqlexp.ReturnMessage{}
	rows, err := conn.QueryContext(ctx, text, append(args, returned)...)
	if err != nil {
		return o, err
	}
	defer rows.Close()
	for active := true; active; {
		switch m := returned.Message(ctx).(type) {
		case sqlexp.MsgNotice:
			o.Notices = append(o.Notices, m.Message.String())
			o.Order = append(o.Order, "notice")
		case sqlexp.MsgError:
			var server mssql.Error
			if !errors.As(m.Error, &server) {
				return o, m.Error
			}
			o.Errors = append(o.Errors, server)
			o.Order = append(o.Order, fmt.Sprintf("error %d", server.Number))
		case sqlexp.MsgRowsAffected:
			o.Affected = append(o.Affected, m.Count)
			o.Order = append(o.Order, "affected")
		case sqlexp.MsgNext:
			set, err := readSet(rows)
			if err != nil {
				return o, err
			}
			o.Sets = append(o.Sets, set)
			o.Order = append(o.Order, "set")
		case sqlexp.MsgNextResultSet:
			active = rows.NextResultSet()
		}
		if ctx.Err() != nil {
			return o, ctx.Err()
		}
	}
	return o, nil
}

func readSet(rows *sql.Rows) (resultSet, error) {
	var set resultSet
	types, err := rows.ColumnTypes()
	if err != nil {
		return set, err
	}
	for _, c := range types {
		set.Columns = append(set.Columns, c.Name()+" "+declaration(c))
	}
	for rows.Next() {
		row := make([]any, len(types))
		targets := make([]any, len(types))
		for i := range row {
			targets[i] = &row[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return set, err
		}
		set.Rows = append(set.Rows, row)
	}
	return set, rows.Err()
}

// declaration is a column's type as T-SQL spells it.
func declaration(c *sql.ColumnType) string {
	name := strings.ToLower(c.DatabaseTypeName())
	switch name {
	case "decimal", "numeric":
		precision, scale, _ := c.DecimalSize()
		return fmt.Sprintf("%s(%d,%d)", name, precision, scale)
	case "char", "varchar", "nchar", "nvarchar", "binary", "varbinary":
		length, _ := c.Length()
		if length > 8000 {
			return name + "(max)"
		}
		return fmt.Sprintf("%s(%d)", name, length)
	}
	return name
}

// one returns the only result set of a request without errors.
func (o outcome) one(t testing.TB) resultSet {
	t.Helper()
	o.noErrors(t)
	if len(o.Sets) != 1 {
		t.Fatalf("%d result sets instead of 1: %+v", len(o.Sets), o)
	}
	return o.Sets[0]
}

func (o outcome) noErrors(t testing.TB) {
	t.Helper()
	for _, e := range o.Errors {
		t.Fatalf("Msg %d, Level %d, State %d, Line %d: %s", e.Number, e.Class, e.State, e.LineNo, e.Message)
	}
}

// wantSet compares a result set with columns and rows.
func wantSet(t testing.TB, got resultSet, columns []string, rows ...[]any) {
	t.Helper()
	if diff := cmp.Diff(resultSet{columns, rows}, got); diff != "" {
		t.Errorf("result set (-want +got):\n%s", diff)
	}
}

// wantErrors compares the numbers of the errors, in order.
func wantErrors(t testing.TB, o outcome, numbers ...int32) {
	t.Helper()
	var got []int32
	for _, e := range o.Errors {
		got = append(got, e.Number)
	}
	if diff := cmp.Diff(numbers, got); diff != "" {
		t.Errorf("error numbers (-want +got):\n%s\n%+v", diff, o.Errors)
	}
}

// usable checks that a connection still works after what a test did to it.
func usable(t testing.TB, conn *sql.Conn) {
	t.Helper()
	wantSet(t, query(t, conn, "SELECT 7 AS seven").one(t), []string{"seven int"}, []any{int64(7)})
}
