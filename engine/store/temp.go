package store

import (
	"maps"

	"tds-launchpad/tsql"
)

// tempSet is a session's temporary tables by folded name. It is replaced at every change, so that a savepoint can keep the one
// it knew and plans can tell whether theirs is still in force.
type tempSet struct{ tables map[string]*table }

func (t *tempSet) with(x *table) *tempSet {
	n := &tempSet{tables: maps.Clone(t.tables)}
	if n.tables == nil {
		n.tables = map[string]*table{}
	}
	n.tables[fold(x.Name)] = x
	return n
}

func (t *tempSet) without(name string) *tempSet {
	n := &tempSet{tables: maps.Clone(t.tables)}
	delete(n.tables, fold(name))
	return n
}

// tableType finds a table type (CREATE TYPE ... AS TABLE).
func (s *Session) tableType(n tsql.Name) *table {
	o, _, err := s.lookup(tsql.Name{Schema: n.Schema, Object: typePrefix + n.Object})
	if err != nil {
		return nil
	}
	t, _ := o.(*table)
	return t
}

// typePrefix keeps types and tables of the same name apart in a schema.
const typePrefix = "type::"

// variableOfType makes the table behind a variable of a table type.
func (s *Session) variableOfType(t *table) *table {
	n := t.clone()
	n.ID, n.Temp, n.IsType, n.Variable = s.inst.newTempID(), true, false, true
	for i, k := range n.Keys {
		c := *k
		c.ID = s.inst.newTempID()
		n.Keys[i] = &c
	}
	return n
}
