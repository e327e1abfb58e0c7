package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	mssql "github.com/microsoft/go-mssqldb"
)

// printer writes results as sqlcmd does: rows and notices to out, errors to messages.
type printer struct {
	out, messages io.Writer
	separator     string
	trim, headers bool
}

func timeoutSeconds(n int) time.Duration { return time.Duration(n) * time.Second }

func (p *printer) notice(text string) { fmt.Fprintln(p.out, text) }

func (p *printer) rowsAffected(n int64) {
	unit := "rows"
	if n == 1 {
		unit = "row"
	}
	fmt.Fprintf(p.out, "\n(%d %s affected)\n", n, unit)
}

func (p *printer) serverError(e mssql.Error) {
	where := ""
	if e.ProcName != "" {
		where = fmt.Sprintf(", Procedure %s", e.ProcName)
	}
	fmt.Fprintf(p.messages, "Msg %d, Level %d, State %d, Server %s%s, Line %d\n%s\n",
		e.Number, e.Class, e.State, e.ServerName, where, e.LineNo, e.Message)
}

// resultSet prints header, rule and rows of the current result set.
func (p *printer) resultSet(rows *sql.Rows) error {
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	w := bufio.NewWriter(p.out)
	defer w.Flush()

	columns := make([]displayColumn, len(types))
	for i, t := range types {
		columns[i] = newDisplayColumn(t)
	}
	if p.headers {
		p.line(w, columns, func(c displayColumn) string { return c.padRight(c.name) })
		p.line(w, columns, func(c displayColumn) string { return strings.Repeat("-", c.width) })
	}
	values := make([]any, len(columns))
	targets := make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		i := -1
		p.line(w, columns, func(c displayColumn) string {
			i++
			return c.pad(c.text(values[i]))
		})
	}
	return rows.Err()
}

func (p *printer) line(w *bufio.Writer, columns []displayColumn, cell func(displayColumn) string) {
	for i, c := range columns {
		if i > 0 {
			w.WriteString(p.separator)
		}
		text := cell(c)
		if p.trim {
			text = strings.TrimSpace(text)
		}
		w.WriteString(text)
	}
	w.WriteByte('\n')
}

func (c displayColumn) pad(text string) string {
	if c.right {
		return strings.Repeat(" ", max(0, c.width-utf8.RuneCountInString(text))) + text
	}
	return c.padRight(text)
}

func (c displayColumn) padRight(text string) string {
	return text + strings.Repeat(" ", max(0, c.width-utf8.RuneCountInString(text)))
}
