package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

var foreignActions = map[string]string{"": "NO ACTION", "NotSpecified": "NO ACTION", "NoAction": "NO ACTION", "Cascade": "CASCADE", "SetNull": "SET NULL",
	"SetDefault": "SET DEFAULT"}

// defineForeign adds a foreign key. Errors 1767, 1769, 1770, 1776.
func (s *Session) defineForeign(t *table, d *ast.ForeignKeyConstraintDefinition, c *column, id int, name string, system bool) error {
	if t.Temp {
		return nil // SQL Server ignores foreign keys of temporary tables too
	}
	n := nameOf(d.ReferenceTableName)
	var parent *table
	if strings.EqualFold(n.Object, t.Name) && (n.Schema == "" || strings.EqualFold(n.Schema, t.Schema)) {
		parent = t
	} else if o, _, err := s.lookup(n); err == nil {
		parent, _ = o.(*table)
	}
	if parent == nil || parent.Temp {
		return tsql.NewError(1767, name, spell(n))
	}
	if parent != t {
		if err := s.mayUnder(chain{}, "REFERENCES", s.db, parent); err != nil {
			return err
		}
	}
	fk := &foreignKey{ID: id, Name: name, SystemName: system, Parent: parent.ID, OnDelete: foreignActions[d.DeleteAction], OnUpdate: foreignActions[d.UpdateAction]}
	if fk.OnDelete == "SET DEFAULT" || fk.OnUpdate == "SET DEFAULT" {
		return unsupported("ON DELETE and ON UPDATE SET DEFAULT")
	}
	if len(d.Columns) == 0 && c != nil {
		fk.Columns = []int{c.ID}
	}
	for _, i := range d.Columns {
		col := t.column(i.Value)
		if col == nil {
			return tsql.NewError(1769, name, i.Value, t.Name)
		}
		fk.Columns = append(fk.Columns, col.ID)
	}
	for _, i := range d.ReferencedColumns {
		col := parent.column(i.Value)
		if col == nil {
			return tsql.NewError(1770, name, i.Value, parent.Name)
		}
		fk.ParentCols = append(fk.ParentCols, col.ID)
	}
	if len(fk.ParentCols) == 0 {
		if pk := parent.primaryKey(); pk != nil {
			for _, kc := range pk.Columns {
				fk.ParentCols = append(fk.ParentCols, kc.Column)
			}
		}
	}
	if !parent.hasKey(fk.ParentCols) || len(fk.ParentCols) != len(fk.Columns) {
		return tsql.NewError(1776, parent.fullName(), name)
	}
	t.Foreign = append(t.Foreign, fk)
	return nil
}

// hasKey tells whether just these columns are unique and not null, which is what SQLite's index can vouch for.
func (t *table) hasKey(cols []int) bool {
	for _, k := range t.Keys {
		if !k.Unique || len(k.Columns) != len(cols) {
			continue
		}
		same := 0
		for _, kc := range k.Columns {
			for _, c := range cols {
				if c == kc.Column && !t.columnByID(c).Null {
					same++
				}
			}
		}
		if same == len(cols) {
			return true
		}
	}
	return false
}

// physicalForeign is SQLite's clause for a foreign key.
func (s *Session) physicalForeign(t *table, f *foreignKey) string {
	if f.Disabled {
		return ""
	}
	parent := t
	if f.Parent != t.ID {
		parent = s.tableByID(f.Parent)
	}
	if parent == nil {
		return ""
	}
	_, bare, _ := strings.Cut(parent.sqlName(), ".")
	return "FOREIGN KEY (" + t.sqlColumns(f.Columns) + ") REFERENCES " + bare + " (" + parent.sqlColumns(f.ParentCols) + ") ON DELETE " + f.OnDelete +
		" ON UPDATE " + f.OnUpdate
}

func (t *table) sqlColumns(ids []int) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = t.columnByID(id).sqlName()
	}
	return strings.Join(names, ", ")
}

// tableByID finds a table of any database, or a temporary one.
func (s *Session) tableByID(id int) *table {
	for _, t := range s.temp.tables {
		if t.ID == id {
			return t
		}
	}
	for _, d := range s.catalog().databases {
		if t, ok := d.objectByID(id).(*table); ok {
			return t
		}
	}
	return nil
}
