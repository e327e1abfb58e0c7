package store

import (
	"slices"

	"tds-launchpad/tsql"
)

// firing is a statement on a table with triggers.
type firing struct {
	s        *Session
	t        *table
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
	fr := &firing{s: s, t: t, event: event}
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
	for _, r := range d.referencing(t.ID) {
		action := r.fk.OnDelete
		if event == "UPDATE" {
			action = r.fk.OnUpdate
		}
		if action != "" && action != "NO ACTION" && len(s.triggersOf(db, r.child, "")) > 0 {
			return unsupported("a cascade to table %s, which has triggers,", r.child.Name)
		}
	}
	return nil
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

// fire runs one trigger. Errors 217, 3609.
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
	f.proc, f.inner, f.trigger = m, true, &triggerRun{event: fr.event, updated: fr.updated}
	s.fired = append(s.fired, m.ID)
	defer func() { s.fired = s.fired[:len(s.fired)-1] }()
	collecting := s.collecting
	s.collecting = nil
	defer func() { s.collecting = collecting }()
	fl, err := s.inner(f, func() (flow, error) {
		s.set.quotedID, s.set.xactAbort = m.QuotedIdentifier, true
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
		if err := s.declareAll(f, st.body); err != nil {
			return flowAbort, err
		}
		s.rowCount = n
		return s.list(f, st.body)
	})
	if _, err = s.endScope(fl, err); err == nil && s.tran.count == 0 {
		return newError(3609)
	}
	return err
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
