package store

import (
	"errors"
	"slices"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// firing is a statement on a table with triggers.
type firing struct {
	s        *Session
	t        *table
	db       string
	event    string
	triggers []*module
	updated  []string // folded names of the columns of an UPDATE's SET
	changes  changes
}

// changes are the rows that inserted and deleted hold.
type changes struct {
	inserted, deleted [][]any
}

// triggerRun is what a trigger's frame knows of its statement.
type triggerRun struct {
	t       *table
	event   string
	updated []string
}

// firing finds the triggers of a statement; nil if there are none to fire. A trigger does not fire itself. Errors 331, 334.
func (s *Session) firing(t *table, db, event string, updated []*column, out *outputPlan) (*firing, error) {
	if out != nil && out.into != nil && len(s.triggersOf(out.intoDB, out.into, "")) > 0 {
		return nil, newError(331, out.into.Name)
	}
	if err := s.refuseCascades(t, db, event); err != nil {
		return nil, err
	}
	fr := &firing{s: s, t: t, db: db, event: event}
	for _, m := range s.triggersOf(db, t, event) {
		if n := len(s.fired); n == 0 || s.fired[n-1] != m.ID {
			fr.triggers = append(fr.triggers, m)
		}
	}
	if len(fr.triggers) == 0 {
		return nil, nil
	}
	if out != nil && out.into == nil {
		return nil, newError(334, t.Name)
	}
	for _, c := range updated {
		fr.updated = append(fr.updated, fold(c.Name))
	}
	return fr, nil
}

// refuseCascades: rows that SQLite changes for a foreign key would fire no trigger.
func (s *Session) refuseCascades(t *table, db, event string) error {
	d := s.catalog().database(db)
	if d == nil || t.Temp || event == "INSERT" {
		return nil
	}
	seen := map[int]bool{}
	var visit func(id int, event string) error
	visit = func(id int, event string) error {
		for _, r := range d.referencing(id) {
			action, next := r.fk.OnDelete, "DELETE"
			if event == "UPDATE" {
				action = r.fk.OnUpdate
			}
			if event == "UPDATE" || action != "CASCADE" {
				next = "UPDATE"
			}
			if action == "" || action == "NO ACTION" || seen[r.child.ID] {
				continue
			}
			seen[r.child.ID] = true
			if len(s.triggersOf(db, r.child, next)) > 0 {
				return unsupported("a cascade to table %s, which has triggers,", r.child.Name)
			}
			if err := visit(r.child.ID, next); err != nil {
				return err
			}
		}
		return nil
	}
	return visit(t.ID, event)
}

// around runs a statement and then its triggers, all of it as one statement. n is the statement's number of rows.
func (fr *firing) around(n *int64, run func() error) error {
	if fr == nil {
		return run()
	}
	s := fr.s
	return s.asOneStatement(func() error {
		s.watch = &fr.changes
		err := run()
		s.watch = nil
		if err != nil {
			return err
		}
		for _, m := range fr.triggers {
			if err := fr.fire(m, *n); err != nil {
				return err
			}
		}
		return nil
	})
}

// fire runs one trigger. Errors 217, 3609, 3616.
func (fr *firing) fire(m *module, n int64) error {
	s := fr.s
	if s.nest >= maxNesting {
		return tsql.NewError(217, maxNesting)
	}
	b, err := s.inst.batches.parse(m.Text, m.QuotedIdentifier)
	if err != nil {
		return err
	}
	st, ok := b.statements[0].(*triggerStatement)
	if !ok {
		return tsql.NewError(208, m.Name)
	}
	f := newFrame(b)
	f.proc, f.inner, f.trigger = m, true, &triggerRun{t: fr.t, event: fr.event, updated: fr.updated}
	s.fired = append(s.fired, m.ID)
	defer func() { s.fired = s.fired[:len(s.fired)-1] }()
	doomed := s.tran.doomed
	fl, err := s.inner(f, func() (flow, error) {
		s.setDB(fr.db)
		s.set.quotedID, s.set.xactAbort, s.set.rows = m.QuotedIdentifier, true, 0
		for name, rows := range map[string][][]any{"inserted": fr.changes.inserted, "deleted": fr.changes.deleted} {
			image, err := fr.imageOf(name)
			if err != nil {
				return flowAbort, err
			}
			v := &variable{name: name, table: image}
			f.vars[name] = v
			if err := s.fillVariable(v, imageRows(v.table, rows)); err != nil {
				return flowAbort, err
			}
		}
		s.rowCount, s.lastError = n, 0
		return s.triggerBody(f, st.body)
	})
	return s.endTrigger(fl, err, doomed)
}

// triggerBody runs the statements; what is wrong with their declarations is an error of the trigger's.
func (s *Session) triggerBody(f *frame, body []ast.Statement) (flow, error) {
	err := s.declareAll(f, body)
	if err == nil {
		return s.list(f, body)
	}
	var e *tsql.Error
	if !errors.As(err, &e) {
		return flowAbort, err
	}
	s.raisedIn, s.raisedSoft, s.raisedHard = f, false, true
	named := *e
	named.Proc = f.proc.Name
	if s.tryDepth > 0 {
		return flowAbort, &named
	}
	return flowAbort, s.report(&named)
}

// endTrigger is how a trigger's end looks to its statement: an error ends the batch and undoes the transaction, and one
// that went to a CATCH, the trigger's own or one around, has doomed it. Errors 3609, 3616.
func (s *Session) endTrigger(fl flow, err error, doomed bool) error {
	_, err = s.endScope(fl, err)
	var e *tsql.Error
	switch {
	case errors.As(err, &e):
		s.tran.doomed = s.tran.count > 0
		return err
	case err != nil:
		return err
	case fl == flowAbort:
		if s.tran.count > 0 {
			if err := s.rollback(""); err != nil {
				return err
			}
		}
		return errBatchEnds
	case s.tran.count == 0:
		return newError(3609)
	case s.tran.doomed && !doomed:
		return newError(3616)
	}
	return nil
}

// imageOf is a table with the columns of the statement's table and nothing that would change or refuse its values.
func (fr *firing) imageOf(name string) (*table, error) {
	rel, err := fr.s.newBinder(&batch{}, newFrame(&batch{})).relationOf(fr.t, "t", "", "", "")
	if err != nil {
		return nil, err
	}
	t := &table{objectInfo: objectInfo{ID: fr.s.inst.newTempID(), Schema: "dbo", Name: name}, Temp: true, Variable: true, NextCol: fr.t.NextCol}
	for i, c := range fr.t.Columns {
		n := &column{ID: c.ID, Name: c.Name, Type: rel.cols[i].typ, Null: true}
		if n.Type.Kind == tsql.KindTimestamp {
			n.Type = tsql.Type{Kind: tsql.KindBinary, Length: 8}
		}
		t.Columns = append(t.Columns, n)
	}
	return t, nil
}

func imageRows(t *table, rows [][]any) *TableValue {
	out := &TableValue{Rows: rows}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, Column{Name: c.Name, Type: c.Type, Nullable: true})
	}
	return out
}

// updates is the predicate UPDATE(column): whether SET or INSERT gave the column a value.
func (r *triggerRun) updates(name string) bool {
	return r.event == "INSERT" || r.event == "UPDATE" && slices.Contains(r.updated, fold(name))
}

// columnsUpdated is COLUMNS_UPDATED(): a bit per column, the first column's the lowest of the first byte.
func (b *binder) columnsUpdated(_ []*expr) (*expr, error) {
	if b.f == nil || b.f.trigger == nil {
		return nil, unsupported("COLUMNS_UPDATED() outside of a trigger")
	}
	run := b.f.trigger
	bits := make([]byte, (len(run.t.Columns)+7)/8)
	for i, c := range run.t.Columns {
		if run.updates(c.Name) {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	x, err := literal(bits, tsql.VarBinary(len(bits)))
	if err == nil {
		x.null = true
	}
	return x, err
}
