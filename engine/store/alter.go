package store

import (
	"context"
	"database/sql/driver"
	"slices"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

func missingTable(n tsql.Name) error { return tsql.NewError(4902, spell(n)) }

// alterAdd is ALTER TABLE ... ADD. The table is rebuilt: SQLite can't add what it may have to check.
func (s *Session) alterAdd(f *frame, st *ast.AlterTableAddTableElementStatement) error {
	n := nameOf(st.SchemaObjectName)
	return s.editTable(n, missingTable(n), func(t *table, db string) error {
		old := t.clone()
		for _, c := range st.Definition.ColumnDefinitions {
			if err := s.defineColumn(f, t, c); err != nil {
				return err
			}
		}
		for _, c := range st.Definition.TableConstraints {
			if err := s.defineConstraint(f, t, c, nil); err != nil {
				return err
			}
		}
		if err := s.checkDefinition(f, t); err != nil {
			return err
		}
		return s.rebuild(old, t, db)
	})
}

// rebuild copies a table's rows into its new form. Rows are written as by INSERT, so that conversions and constraints apply. The
// table keeps its name in SQLite, so that foreign keys of other tables stay valid.
func (s *Session) rebuild(old, t *table, db string) error {
	_, bare, _ := cutName(old.sqlName())
	if err := s.lite.exec("PRAGMA defer_foreign_keys = ON"); err != nil {
		return err
	}
	var from []string
	var target []*column
	var types []tsql.Type
	var added []*column
	for _, c := range t.Columns {
		if c.Computed != "" {
			continue
		}
		if o := old.columnByID(c.ID); o != nil {
			from, target, types = append(from, c.sqlName()), append(target, c), append(types, o.Type)
		} else {
			added = append(added, c)
		}
	}
	if len(from) == 0 {
		from = []string{"1"}
	}
	var rows [][]driver.Value
	err := s.lite.query(context.Background(), "SELECT "+strings.Join(from, ", ")+" FROM "+old.sqlName(), nil, func(row []driver.Value) error {
		rows = append(rows, append([]driver.Value(nil), row...))
		return nil
	})
	if err != nil {
		return err
	}
	s.lite.forget()
	if err := s.lite.exec("DROP TABLE " + old.sqlName()); err != nil {
		return err
	}
	if err := s.createPhysical(t); err != nil {
		return err
	}
	w, err := s.newWriter(t, db, target, types, false)
	if err != nil {
		return err
	}
	defer w.close()
	w.verb = "ALTER TABLE"
	// a nullable column that is added stays NULL in the rows there are
	for _, c := range added {
		if at := w.place[c.ID]; c.Null {
			delete(w.constant, at)
			w.skip = append(w.skip, at)
		}
	}
	scope, identity := s.scopeIdent, s.identity
	defer func() { s.scopeIdent, s.identity = scope, identity }()
	vals := make([]any, len(target))
	for _, r := range rows {
		for i := range target {
			if vals[i], err = decodeValue(r[i], types[i]); err != nil {
				return err
			}
		}
		for _, c := range added {
			if !c.Null && c.Default == nil && c.Identity == nil && c.Type.Kind != tsql.KindTimestamp {
				return tsql.NewError(4901, c.Name, t.Name)
			}
		}
		if err := w.row(vals); err != nil {
			return err
		}
	}
	broken, err := s.anyRow("PRAGMA foreign_key_check(" + bare + ")")
	if err == nil && broken {
		name, ref := "", t
		if len(t.Foreign) > 0 {
			f := t.Foreign[len(t.Foreign)-1]
			name = f.Name
			if p := s.tableByID(f.Parent); p != nil {
				ref = p
			}
			return conflict("ALTER TABLE", "FOREIGN KEY", name, db, ref.fullName(), columnSuffix(ref, f.ParentCols))
		}
	}
	return err
}

// alterDrop is ALTER TABLE ... DROP COLUMN and DROP CONSTRAINT. Errors 3728, 4924, 5074.
func (s *Session) alterDrop(st *ast.AlterTableDropTableElementStatement) error {
	n := nameOf(st.SchemaObjectName)
	return s.editTable(n, missingTable(n), func(t *table, db string) error {
		old := t.clone()
		physical := false
		for _, e := range st.AlterTableDropTableElements {
			var err error
			changed := true
			if strings.EqualFold(e.TableElementType, "Column") {
				err = t.dropColumn(e.Name.Value, e.IsIfExists)
			} else {
				changed, err = s.dropConstraint(t, e.Name.Value, e.IsIfExists)
			}
			if err != nil {
				return err
			}
			physical = physical || changed
		}
		if !physical {
			return nil
		}
		return s.rebuild(old, t, db)
	})
}

func (t *table) dropColumn(name string, ifExists bool) error {
	c := t.column(name)
	if c == nil {
		if ifExists {
			return nil
		}
		return tsql.NewError(4924, "DROP COLUMN", name, t.Name)
	}
	used := func(kind, by string) error { return tsql.NewError(5074, kind, by, "column", name) }
	for _, k := range t.Keys {
		for _, kc := range k.Columns {
			if kc.Column == c.ID {
				if k.Constraint {
					return used("object", k.Name)
				}
				return used("index", k.Name)
			}
		}
	}
	for _, f := range t.Foreign {
		if slices.Contains(f.Columns, c.ID) {
			return used("object", f.Name)
		}
	}
	if c.Default != nil {
		return used("object", c.Default.Name)
	}
	for _, k := range t.Checks {
		if k.Column == c.ID || mentions(k.Text, c.Name) {
			return used("object", k.Name)
		}
	}
	for _, o := range t.Columns {
		if o.Computed != "" && mentions(o.Computed, c.Name) {
			return used("column", o.Name)
		}
	}
	t.Columns = slices.DeleteFunc(t.Columns, func(o *column) bool { return o.ID == c.ID })
	return nil
}

// mentions tells whether a piece of T-SQL has a name in it.
func mentions(text, name string) bool {
	for _, t := range tokens(text, true) {
		if t.IsName() && strings.EqualFold(strings.Trim(t.Text(text), `[]"`), name) {
			return true
		}
	}
	return false
}

// dropConstraint removes a constraint; it says whether SQLite's table has to change.
func (s *Session) dropConstraint(t *table, name string, ifExists bool) (bool, error) {
	same := func(n string) bool { return strings.EqualFold(n, name) }
	for i, k := range t.Keys {
		if k.Constraint && same(k.Name) {
			for _, d := range s.catalog().databases {
				for _, r := range d.referencing(t.ID) {
					if len(k.Columns) == len(r.fk.ParentCols) && k.Columns[0].Column == r.fk.ParentCols[0] && !t.other(k).hasKey(r.fk.ParentCols) {
						return false, newError(3725, name, r.child.Name, r.fk.Name)
					}
				}
			}
			t.Keys = slices.Delete(t.Keys, i, i+1)
			return true, nil
		}
	}
	for i, k := range t.Checks {
		if same(k.Name) {
			t.Checks = slices.Delete(t.Checks, i, i+1)
			return false, nil
		}
	}
	for i, f := range t.Foreign {
		if same(f.Name) {
			t.Foreign = slices.Delete(t.Foreign, i, i+1)
			return true, nil
		}
	}
	for _, c := range t.Columns {
		if c.Default != nil && same(c.Default.Name) {
			n := *c
			n.Default = nil
			t.replaceColumn(&n)
			return false, nil
		}
	}
	if ifExists {
		return false, nil
	}
	return false, tsql.NewError(3728, name)
}

// other is the table without one key.
func (t *table) other(k *key) *table {
	n := t.clone()
	n.Keys = slices.DeleteFunc(n.Keys, func(o *key) bool { return o.ID == k.ID })
	return n
}

// alterColumn is ALTER TABLE ... ALTER COLUMN: another type or nullability.
func (s *Session) alterColumn(f *frame, st *ast.AlterTableAlterColumnStatement) error {
	n := nameOf(st.SchemaObjectName)
	return s.editTable(n, missingTable(n), func(t *table, db string) error {
		c := t.column(st.ColumnIdentifier.Value)
		if c == nil {
			return tsql.NewError(4924, "ALTER COLUMN", st.ColumnIdentifier.Value, t.Name)
		}
		if c.Computed != "" || st.DataType == nil {
			return unsupported("this form of ALTER COLUMN")
		}
		old := t.clone()
		b := s.newBinder(f.batch, f)
		nc := *c
		var err error
		if nc.Type, err = b.dataType(st.DataType, false); err != nil {
			return err
		}
		if st.Collation != nil {
			x, err := b.withCollation(&expr{typ: nc.Type}, st.Collation)
			if err != nil {
				return err
			}
			nc.Type = x.typ
		} else if nc.Type.IsString() && c.Type.IsString() {
			nc.Type.Collation = c.Type.Collation
		}
		switch st.AlterTableAlterColumnOption {
		case "NotNull":
			nc.Null = false
		case "Null", "NoOptionDefined", "":
			nc.Null = c.Identity == nil
		default:
			return unsupported("ALTER COLUMN %s", st.AlterTableAlterColumnOption)
		}
		t.replaceColumn(&nc)
		return s.rebuild(old, t, db)
	})
}

// alterConstraint is ALTER TABLE ... CHECK and NOCHECK CONSTRAINT.
func (s *Session) alterConstraint(st *ast.AlterTableConstraintModificationStatement) error {
	n := nameOf(st.SchemaObjectName)
	off := st.ConstraintEnforcement == "NoCheck"
	return s.editTable(n, missingTable(n), func(t *table, db string) error {
		old := t.clone()
		named := func(name string) bool {
			if st.All {
				return true
			}
			for _, i := range st.ConstraintNames {
				if strings.EqualFold(i.Value, name) {
					return true
				}
			}
			return false
		}
		physical := false
		for i, k := range t.Checks {
			if named(k.Name) {
				c := *k
				c.Disabled = off
				t.Checks[i] = &c
			}
		}
		for i, k := range t.Foreign {
			if named(k.Name) {
				c := *k
				c.Disabled, physical = off, true
				t.Foreign[i] = &c
			}
		}
		if !physical {
			return nil
		}
		return s.rebuild(old, t, db)
	})
}
