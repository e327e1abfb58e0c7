package engine_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/golang-sql/sqlexp"
	mssql "github.com/microsoft/go-mssqldb"
)

// answer is what a batch sent, a line each: columns, rows, counts, messages, in their order.
type answer struct {
	lines []string
}

func (a *answer) add(format string, args ...any) {
	a.lines = append(a.lines, fmt.Sprintf(format, args...))
}

const errorLine = "error "

func (a answer) String() string { return strings.Join(a.lines, "\n        ") }

// unmapped is the number under which Babelfish reports everything that it has no SQL Server number for.
const unmapped = errorLine + "33557097"

// batchTime bounds one batch: some never end where an engine has no right answer.
const batchTime = 20 * time.Second

// run executes a batch and reads all of its answer.
func (s side) run(t *testing.T, text string) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), batchTime)
	defer cancel()
	var a answer
	messages := &sqlexp.ReturnMessage{}
	rows, err := s.conn.QueryContext(ctx, text, messages)
	if err != nil {
		a.fail(err)
		return a
	}
	defer rows.Close()
	for active := true; active; {
		switch m := messages.Message(ctx).(type) {
		case sqlexp.MsgNotice:
			a.add("message %s", m.Message)
		case sqlexp.MsgError:
			a.fail(m.Error)
		case sqlexp.MsgRowsAffected:
			a.add("(%d rows)", m.Count)
		case sqlexp.MsgNext:
			a.result(rows)
		case sqlexp.MsgNextResultSet:
			active = rows.NextResultSet()
		}
	}
	if err := rows.Err(); err != nil {
		a.fail(err)
	}
	return a
}

func (a *answer) fail(err error) {
	var e mssql.Error
	if !errors.As(err, &e) {
		a.add("%s%v", errorLine, err)
		return
	}
	line := fmt.Sprintf("%s%d", errorLine, e.Number)
	if len(a.lines) == 0 || a.lines[len(a.lines)-1] != line {
		a.add("%s", line)
	}
}

// result reads one result set.
func (a *answer) result(rows *sql.Rows) {
	types, err := rows.ColumnTypes()
	if err != nil {
		a.fail(err)
		return
	}
	parts := make([]string, len(types))
	values := make([]any, len(types))
	into := make([]any, len(types))
	for i, c := range types {
		parts[i] = strings.TrimSpace(c.Name() + " " + declaration(c))
		into[i] = &values[i]
	}
	a.add("columns: %s", strings.Join(parts, ", "))
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			a.fail(err)
			return
		}
		for i, v := range values {
			parts[i] = show(v, types[i].DatabaseTypeName())
		}
		a.add("%s", strings.Join(parts, " | "))
	}
}

func declaration(c *sql.ColumnType) string {
	name := strings.ToLower(c.DatabaseTypeName())
	switch name {
	case "decimal", "numeric":
		p, s, _ := c.DecimalSize()
		return fmt.Sprintf("decimal(%d,%d)", p, s)
	case "time", "datetime2", "datetimeoffset":
		_, s, _ := c.DecimalSize()
		return fmt.Sprintf("%s(%d)", name, s)
	}
	if n, ok := c.Length(); ok && n > 0 && n < math.MaxInt32/4 {
		return fmt.Sprintf("%s(%d)", name, n)
	}
	return name
}

func show(v any, kind string) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		if strings.Contains(kind, "DECIMAL") || strings.Contains(kind, "MONEY") {
			return string(v)
		}
		return "0x" + strings.ToUpper(hex.EncodeToString(v))
	case string:
		return "'" + v + "'"
	case time.Time:
		return v.Format("2006-01-02 15:04:05.0000000 -07:00")
	case float64:
		return fmt.Sprintf("%.15g", v) // what either engine computes may end in another bit
	}
	return fmt.Sprint(v)
}
