package store

import (
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/sqlc-dev/teesql/ast"
	"modernc.org/sqlite"
)

// SQLite has no lateral subqueries, but its table functions see the tables to their left. So a query that looks left
// becomes a statement of its own, run once for each row before it: json_each(lateral(session, number, arguments...))
// lists the numbers of the rows that it gave, and lateral_value(session, number of a row, column) is one of their
// values. Values stay in the session's memory, in their stored form.

// laterals are what the running statement runs for rows, and the rows that it got.
type laterals struct {
	reading int // statements at work, one within another
	run     []lateralRun
	rows    [][]driver.Value
	drop    []*table // table variables of functions that have ended: SQLite drops nothing while it reads
}

// lateralRun gives the rows for arguments.
type lateralRun func(s *Session, args []driver.Value) ([][]driver.Value, error)

func registerLateral() error {
	if err := sqlite.RegisterScalarFunction("lateral", -1, lateralRows); err != nil {
		return err
	}
	return sqlite.RegisterScalarFunction("lateral_value", 3, lateralValue)
}

// reading runs fn, which reads.
func (s *Session) reading(fn func() error) error {
	l := &s.lateral
	l.reading++
	err := fn()
	if l.reading--; l.reading > 0 {
		return err
	}
	drop := l.drop
	*l = laterals{}
	for _, t := range drop {
		if e := s.dropVariable(t); err == nil {
			err = e
		}
	}
	return err
}

func lateralSession(v driver.Value) (*Session, error) {
	n, _ := v.(int64)
	if s := liveSession(n); s != nil {
		return s, nil
	}
	return nil, fmt.Errorf("store: no session %v", v)
}

func lateralRows(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	s, err := lateralSession(args[0])
	if err != nil {
		return nil, err
	}
	n, ok := args[1].(int64)
	if !ok || n < 0 || n >= int64(len(s.lateral.run)) {
		return nil, fmt.Errorf("store: no lateral query %v", args[1])
	}
	rows, err := s.lateral.run[n](s, args[2:])
	if err != nil {
		return nil, carryError(fromSQLite(err))
	}
	var list strings.Builder
	list.WriteByte('[')
	for i := range rows {
		if i > 0 {
			list.WriteByte(',')
		}
		list.WriteString(itoa(len(s.lateral.rows) + i))
	}
	s.lateral.rows = append(s.lateral.rows, rows...)
	return list.String() + "]", nil
}

func lateralValue(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	s, err := lateralSession(args[0])
	if err != nil || args[1] == nil {
		return nil, err
	}
	row, ok := args[1].(int64)
	at, _ := args[2].(int64)
	if !ok || row < 0 || row >= int64(len(s.lateral.rows)) {
		return nil, fmt.Errorf("store: no row %v of a lateral query", args[1])
	}
	return s.lateral.rows[row][at], nil
}

// lateralScope is what a query sees that looks left: copies of the tables whose columns stand for arguments. The columns
// are listed, those of sc itself first; own is their number.
func lateralScope(sc *scope) (seen *scope, columns []*source, own int) {
	var copyOf func(*scope) *scope
	copyOf = func(at *scope) *scope {
		if at == nil {
			return nil
		}
		n := *at
		n.tables = nil
		for _, r := range at.tables {
			k := *r
			k.cols = nil
			for _, c := range r.cols {
				columns = append(columns, c)
				d := *c
				d.row, d.rel = len(columns), &k
				k.cols = append(k.cols, &d)
			}
			n.tables = append(n.tables, &k)
		}
		if at == sc {
			own = len(columns)
		}
		n.parent = copyOf(at.parent)
		return &n
	}
	return copyOf(sc), columns, own
}

// lateralQuery binds a query that may look left and gives its arguments' SQL. looks tells whether it does.
func (b *binder) lateralQuery(sc *scope, bind func(*binder, *scope) (*query, error)) (q *query, args []string, looks bool, err error) {
	seen, columns, own := lateralScope(sc)
	inner := &binder{s: b.s, b: b.b, f: b.f, reads: b.reads, depth: b.depth, noVars: b.noVars, running: b.running, chain: b.chain, trusted: b.trusted, ctes: b.ctes, fence: len(b.ctes), alias: b.alias}
	if b.given != nil {
		inner.given = map[string]*expr{}
		for name, x := range b.given {
			columns = append(columns, &source{sql: x.sql, typ: x.typ})
			inner.given[name] = &expr{sql: inner.addParam(param{row: len(columns), typ: x.typ}), typ: x.typ, null: true}
		}
	}
	if q, err = bind(inner, seen); err != nil {
		return nil, nil, false, err
	}
	b.ran, b.alias = b.ran || inner.ran, inner.alias
	for _, p := range inner.params {
		if p.row == 0 {
			args = append(args, b.addParam(p))
			continue
		}
		looks = looks || p.row <= own
		args = append(args, b.sqlOf(columns[p.row-1]))
	}
	q.sql = q.with + q.sql
	return q, args, looks, nil
}

// lateralTable puts rows that run gives for arguments into FROM.
func (b *binder) lateralTable(q *query, args []string, run lateralRun, alias string, columns []*ast.Identifier, sc *scope) (string, error) {
	if _, err := b.derived(q, alias, columns, sc); err != nil {
		return "", err
	}
	r := sc.tables[len(sc.tables)-1]
	self := b.session("self", typeBig, false, func(s *Session) any { return s.live() })
	number := b.session("lateral/"+r.alias, typeBig, false, func(s *Session) any {
		s.lateral.run = append(s.lateral.run, run)
		return int64(len(s.lateral.run) - 1)
	})
	for i, c := range r.cols {
		c.sql = "lateral_value(" + self.sql + ", " + r.alias + ".value, " + itoa(i) + ")"
	}
	return "json_each(lateral(" + strings.Join(append([]string{self.sql, number.sql}, args...), ", ") + ")) AS " + r.alias, nil
}

// rowsOf runs a statement of SQLite's for a lateral query.
func rowsOf(sql string, width int) lateralRun {
	return func(s *Session, args []driver.Value) (rows [][]driver.Value, err error) {
		err = s.lite.query(s.ctx, sql, args, func(row []driver.Value) error {
			rows = append(rows, append([]driver.Value(nil), row[:width]...))
			return nil
		})
		return rows, err
	}
}
