package store

import (
	"database/sql/driver"
	"encoding/binary"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// writer inserts rows into one table: conversion to the columns' types, defaults, identity, NOT NULL and CHECK are done here, keys
// and foreign keys by SQLite.
type writer struct {
	s        *Session
	t        *table
	db       string
	target   []*column // given by the rows, in their order
	from     []tsql.Type
	verb     string // INSERT, UPDATE: for messages
	sql      string
	stored   []*column // the physical columns, in the order of the statement's parameters
	values   []any     // of all t.Columns
	place    map[int]int
	defaults *plan // a SELECT of the defaults that are no constants
	dynamic  []int // places of those
	constant map[int]any
	checks   *plan
	computed *plan
	fr       *frame
	state    *identityState
	skip     []int // places whose defaults do not count
	prepared *liteStmt
}

// newWriter prepares for rows of the target columns. allDefaults says that rows may hold DEFAULT for those too.
func (s *Session) newWriter(t *table, db string, target []*column, from []tsql.Type, allDefaults bool) (*writer, error) {
	w := &writer{s: s, t: t, db: db, target: target, from: from, verb: "INSERT", place: map[int]int{}, constant: map[int]any{},
		values: make([]any, len(t.Columns))}
	given := map[int]bool{}
	for _, c := range target {
		given[c.ID] = true
	}
	b := s.newBinder(&batch{}, &frame{vars: map[string]*variable{}})
	b.noVars = true
	var exprs []string
	var cols []outCol
	for i, c := range t.Columns {
		w.place[c.ID] = i
		if c.Computed != "" {
			continue
		}
		w.stored = append(w.stored, c)
		if c.Default == nil {
			continue
		}
		x, err := b.parsedScalar(c.Default.Text, nil)
		if err != nil {
			return nil, err
		}
		if x, err = b.convert(x, c.Type); err != nil {
			return nil, err
		}
		if x.isLit {
			w.constant[i] = x.lit
			continue
		}
		if !given[c.ID] || allDefaults {
			w.dynamic = append(w.dynamic, i)
			exprs, cols = append(exprs, x.sql), append(cols, outCol{typ: c.Type})
		}
	}
	if len(exprs) > 0 {
		w.defaults = b.finish("SELECT "+strings.Join(exprs, ", "), cols)
	}
	w.fr = &frame{vars: map[string]*variable{}, row: w.values}
	if t.identity() != nil && !given[t.identity().ID] {
		st, err := s.inst.identityOf(s.lite, t)
		if err != nil {
			return nil, err
		}
		w.state = st
	}
	names, marks := make([]string, len(w.stored)), make([]string, len(w.stored))
	for i, c := range w.stored {
		names[i], marks[i] = c.sqlName(), "?"
	}
	w.sql = "INSERT INTO " + t.sqlName() + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	if len(names) == 0 {
		w.sql = "INSERT INTO " + t.sqlName() + " DEFAULT VALUES"
	}
	return w, w.bindRow()
}

// bindRow prepares what looks at the finished row: checks and computed columns.
func (w *writer) bindRow() error {
	if len(w.t.Checks) > 0 {
		b := w.s.newBinder(&batch{}, w.fr)
		var sql strings.Builder
		sql.WriteString("SELECT CASE")
		for i, k := range w.t.Checks {
			if k.Disabled {
				continue
			}
			p, err := b.parsedPredicate(k.Text, rowScope(w.t, "", 0))
			if err != nil {
				return err
			}
			sql.WriteString(" WHEN NOT " + p + " THEN " + itoa(i+1))
		}
		if sql.Len() > len("SELECT CASE") {
			w.checks = b.finish(sql.String()+" END", []outCol{{typ: typeInt}})
		}
	}
	var exprs []string
	var cols []outCol
	b := w.s.newBinder(&batch{}, w.fr)
	for _, c := range w.t.Columns {
		if c.Computed == "" {
			continue
		}
		x, err := b.parsedScalar(c.Computed, rowScope(w.t, "", 0))
		if err != nil {
			return err
		}
		exprs, cols = append(exprs, x.sql), append(cols, outCol{typ: x.typ})
	}
	if len(exprs) > 0 {
		w.computed = b.finish("SELECT "+strings.Join(exprs, ", "), cols)
	}
	return nil
}

// rowScope is a scope in which a table's columns are those of the frame's row, from offset on.
func rowScope(t *table, name string, offset int) *scope {
	r := &relation{exposed: name}
	for i, c := range t.Columns {
		r.cols = append(r.cols, &source{name: c.Name, typ: c.Type, null: c.Null, def: c, table: t, rel: r, row: offset + i + 1, sql: "?row" + itoa(offset+i)})
	}
	return &scope{tables: []*relation{r}}
}

// row inserts one row; vals belong to target.
func (w *writer) row(vals []any) error {
	clear(w.values)
	if w.defaults != nil {
		row, err := w.s.single(w.fr, w.defaults)
		if err != nil {
			return err
		}
		for i, at := range w.dynamic {
			w.values[at] = row[i]
		}
	}
	for at, v := range w.constant {
		w.values[at] = v
	}
	for _, at := range w.skip {
		w.values[at] = nil
	}
	for i, c := range w.target {
		v := vals[i]
		if v == useDefault {
			continue
		}
		if err := w.set(c, v, w.from[i]); err != nil {
			return err
		}
	}
	if w.state != nil {
		c := w.t.identity()
		v, err := tsql.Convert(w.state.next(c.Identity), typeBig, c.Type, 0)
		if err != nil {
			return tsql.NewError(8115, "IDENTITY", c.Type.Name())
		}
		w.values[w.place[c.ID]] = v
		w.s.identity, w.s.scopeIdent = v, v
	} else if c := w.t.identity(); c != nil {
		w.noteIdentity(c)
	}
	for _, c := range w.t.Columns {
		if c.Type.Kind == tsql.KindTimestamp && c.Computed == "" {
			w.values[w.place[c.ID]] = w.s.inst.nextRowVersion()
		}
	}
	if err := w.verify(); err != nil {
		return err
	}
	args := make([]driver.Value, len(w.stored))
	for i, c := range w.stored {
		d, err := encodeValue(w.values[w.place[c.ID]], c.Type)
		if err != nil {
			return err
		}
		args[i] = d
	}
	return w.exec(w.sql, args)
}

// useDefault stands for DEFAULT in a row.
var useDefault any = new(struct{ _ byte })

func (w *writer) noteIdentity(c *column) {
	v, err := tsql.Convert(w.values[w.place[c.ID]], c.Type, typeBig, 0)
	n, ok := v.(int64)
	if err != nil || !ok {
		return
	}
	if st, err := w.s.inst.identityOf(w.s.lite, w.t); err == nil {
		st.saw(c.Identity, n)
	}
	w.s.identity, w.s.scopeIdent = w.values[w.place[c.ID]], w.values[w.place[c.ID]]
}

// set converts a value to its column's type.
func (w *writer) set(c *column, v any, from tsql.Type) error {
	if v == nil {
		w.values[w.place[c.ID]] = nil
		return nil
	}
	if from != c.Type {
		var err error
		if v, err = tsql.Assign(v, from, c.Type, tsql.Target{Table: w.db + "." + w.t.fullName(), Column: c.Name}); err != nil {
			return err
		}
	}
	w.values[w.place[c.ID]] = v
	return nil
}

// verify holds the row against NOT NULL and CHECK. Errors 515, 547.
func (w *writer) verify() error {
	for i, c := range w.t.Columns {
		if w.values[i] == nil && !c.Null && c.Computed == "" {
			return tsql.NewError(515, c.Name, w.qualified(), w.verb)
		}
	}
	if w.computed != nil {
		row, err := w.s.single(w.fr, w.computed)
		if err != nil {
			return err
		}
		next := 0
		for i, c := range w.t.Columns {
			if c.Computed != "" {
				w.values[i] = row[next]
				next++
			}
		}
	}
	if w.checks == nil {
		return nil
	}
	row, err := w.s.single(w.fr, w.checks)
	if err != nil {
		return err
	}
	n, failed := row[0].(int64)
	if !failed {
		return nil
	}
	k := w.t.Checks[n-1]
	column := ""
	if k.Column != 0 {
		column = ", column '" + w.t.columnByID(k.Column).Name + "'"
	}
	return conflict(w.verb, "CHECK", k.Name, w.db, w.t.fullName(), column)
}

func (w *writer) qualified() string {
	if w.t.Temp {
		return "tempdb.dbo." + w.t.Name
	}
	return w.db + "." + w.t.fullName()
}

func (w *writer) exec(sql string, args []driver.Value) error {
	if w.prepared == nil {
		st, err := w.s.lite.prepare(sql)
		if err != nil {
			return err
		}
		w.prepared = st
	}
	if err := w.prepared.run(args); err != nil {
		return w.s.constraintError(err, w.verb, w.db, w.t, w.values)
	}
	return nil
}

// close gives the prepared statement back; it must run before the transaction ends.
func (w *writer) close() {
	if w.prepared != nil {
		w.s.lite.release(w.sql, w.prepared)
		w.prepared = nil
	}
}

func (i *Instance) nextRowVersion() []byte {
	return binary.BigEndian.AppendUint64(nil, i.rowVersion.Add(1))
}

// nameColumns resolves the column list of INSERT. Errors 207, 264, 271, 272, 273, 544.
func (s *Session) nameColumns(t *table, list []*ast.ColumnReferenceExpression) ([]*column, error) {
	identityOn := s.identOn == t.ID
	if len(list) == 0 {
		var all []*column
		for _, c := range t.Columns {
			if c.Computed == "" && c.Type.Kind != tsql.KindTimestamp && (c.Identity == nil || identityOn) {
				all = append(all, c)
			}
		}
		return all, nil
	}
	var cols []*column
	seen := map[int]bool{}
	for _, ref := range list {
		ids := ref.MultiPartIdentifier.Identifiers
		name := ids[len(ids)-1].Value
		c := t.column(name)
		switch {
		case c == nil:
			return nil, tsql.NewError(207, name)
		case seen[c.ID]:
			return nil, tsql.NewError(264, name)
		case c.Computed != "":
			return nil, tsql.NewError(271, name)
		case c.Identity != nil && !identityOn:
			return nil, tsql.NewError(544, t.Name)
		}
		seen[c.ID] = true
		cols = append(cols, c)
	}
	if id := t.identity(); id != nil && identityOn && !seen[id.ID] {
		return nil, tsql.NewError(545, t.Name)
	}
	return cols, nil
}
