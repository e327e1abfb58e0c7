package store

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// kindTrigger is a trigger's kind in sys.objects.
const kindTrigger = "TR"

// createTrigger is CREATE, ALTER and CREATE OR ALTER TRIGGER. Errors 2103, 8197.
func (s *Session) createTrigger(f *frame, st *triggerStatement) error {
	o, db, err := s.lookup(st.table)
	if err != nil {
		return newError(8197, spell(st.table))
	}
	t, ok := o.(*table)
	if !ok || t.IsType || t.Temp {
		return unsupported("a trigger on a view or temporary table")
	}
	n := st.name
	if n.Schema == "" {
		n.Schema = t.Schema
	}
	if !strings.EqualFold(n.Schema, t.Schema) {
		return newError(2103, spell(st.name))
	}
	n.Database = db
	err = s.createModule(f, kindTrigger, n, nil, st.replace, st.alter)
	if e, ok := err.(*tsql.Error); ok && e.Number == 208 {
		return tsql.NewError(208, spell(st.name))
	}
	return err
}

// describeTrigger notes what a trigger hangs on. A changed one stays where it is.
func (s *Session) describeTrigger(m *module, st *triggerStatement) error {
	o, _, err := s.lookup(st.table)
	if err != nil {
		return err
	}
	m.Parent, m.Events, m.Options.Encrypted = o.info().ID, st.events, st.encrypted
	return nil
}

// triggersOf lists the enabled triggers of a table for an event, in the order of their making.
func (s *Session) triggersOf(db string, t *table, event string) (list []*module) {
	d := s.catalog().database(db)
	if d == nil || t.Temp {
		return nil
	}
	for _, o := range d.objects {
		if m, ok := o.(*module); ok && m.Kind == kindTrigger && m.Parent == t.ID && !m.Disabled && (event == "" || slices.Contains(m.Events, event)) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *module) int { return a.ID - b.ID })
	return list
}

// switchTriggers is ENABLE and DISABLE TRIGGER, also of ALTER TABLE; no names are all of them. Error 1088.
func (s *Session) switchTriggers(table tsql.Name, names []string, all, enable bool) error {
	o, db, err := s.lookup(table)
	if err != nil {
		return newError(1088, spell(table))
	}
	return s.change(s.ctx, true, func() error {
		d := s.editDatabase(db)
		found := map[string]bool{}
		for _, x := range d.objects {
			m, ok := x.(*module)
			if !ok || m.Kind != kindTrigger || m.Parent != o.info().ID {
				continue
			}
			if !all && !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, m.Name) }) {
				continue
			}
			found[fold(m.Name)] = true
			n := *m
			n.Disabled = !enable
			d.put(&n)
			if err := s.lite.save(kindModule, d.ID, objectKey(n.ID), &n); err != nil {
				return err
			}
		}
		for _, n := range names {
			if !all && !found[fold(n)] {
				return newError(1088, n)
			}
		}
		return nil
	})
}

func (s *Session) enableDisable(st *ast.EnableDisableTriggerStatement) error {
	if st.TriggerObject == nil || st.TriggerObject.Name == nil {
		return unsupported("triggers on DDL or logins")
	}
	var names []string
	for _, n := range st.TriggerNames {
		names = append(names, nameOf(n).Object)
	}
	return s.switchTriggers(nameOf(st.TriggerObject.Name), names, st.All, st.TriggerEnforcement == "Enable")
}

// dropTriggers removes a table's triggers with it; inside change only.
func (s *Session) dropTriggers(d *database, id int) error {
	for _, o := range d.objects {
		if m, ok := o.(*module); ok && m.Kind == kindTrigger && m.Parent == id {
			d.remove(m)
			if err := s.lite.discard(kindModule, d.ID, objectKey(m.ID)); err != nil {
				return err
			}
		}
	}
	return nil
}

func triggerRows(_ *Session, d *database) (rows [][]any) {
	for _, o := range d.objects {
		if m, ok := o.(*module); ok && m.Kind == kindTrigger {
			rows = append(rows, []any{m.Name, m.ID, 1, "OBJECT_OR_COLUMN", m.Parent, "TR", kindNames["TR"], local(m.Created), local(m.Modified), false, m.Disabled, false, false})
		}
	}
	return sorted(rows)
}

func triggerEventRows(_ *Session, d *database) (rows [][]any) {
	for _, name := range sortedKeys(d.objects) {
		m, ok := d.objects[name].(*module)
		if !ok || m.Kind != kindTrigger {
			continue
		}
		for i, event := range []string{"INSERT", "UPDATE", "DELETE"} {
			if slices.Contains(m.Events, event) {
				rows = append(rows, []any{m.ID, i + 1, event, false, false, nil, nil, true})
			}
		}
	}
	return rows
}
