package store

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// editTable changes a table's definition: fn gets a copy and does the physical part.
func (s *Session) editTable(n tsql.Name, missing error, fn func(t *table, db string) error) error {
	o, _, err := s.lookup(n)
	if err != nil {
		return missing
	}
	t, ok := o.(*table)
	if !ok || t.IsType {
		return missing
	}
	s.lite.forget()
	return s.change(s.ctx, !t.Temp, func() error {
		o, db, err := s.lookup(n)
		if err != nil {
			return missing
		}
		t, ok := o.(*table)
		if !ok {
			return missing
		}
		t = t.clone()
		if err := fn(t, db); err != nil {
			return err
		}
		return s.putTable(db, t)
	})
}

func (s *Session) createIndexStatement(st *ast.CreateIndexStatement) error {
	n := nameOf(st.OnName)
	if st.FilterPredicate != nil {
		return unsupported("a filtered index")
	}
	return s.editTable(n, newError(1088, spell(n)), func(t *table, _ string) error {
		for _, k := range t.Keys {
			if strings.EqualFold(k.Name, st.Name.Value) {
				return tsql.NewError(1913, st.Name.Value, "table", t.fullName())
			}
		}
		k := &key{ID: s.subID(t), Name: st.Name.Value, Unique: st.Unique, Clustered: st.Clustered != nil && *st.Clustered}
		if err := t.keyColumns(k, st.Columns); err != nil {
			return err
		}
		for _, c := range st.IncludeColumns {
			ids := c.MultiPartIdentifier.Identifiers
			col := t.column(ids[len(ids)-1].Value)
			if col == nil {
				return tsql.NewError(1911, ids[len(ids)-1].Value)
			}
			k.Include = append(k.Include, col.ID)
		}
		if err := s.createIndex(t, k); err != nil {
			return err
		}
		t.Keys = append(t.Keys, k)
		return nil
	})
}

func (s *Session) dropIndexStatement(st *ast.DropIndexStatement) error {
	for _, c := range st.DropIndexClauses {
		if c.Object == nil || c.Index == nil {
			return unsupported("DROP INDEX table.index")
		}
		n, name := nameOf(c.Object), c.Index.Value
		missing := tsql.NewError(3701, "index", spell(n)+"."+name)
		err := s.editTable(n, missing, func(t *table, _ string) error {
			for i, k := range t.Keys {
				if !strings.EqualFold(k.Name, name) {
					continue
				}
				if k.Constraint {
					return newError(3723, spell(n)+"."+name)
				}
				t.Keys = slices.Delete(t.Keys, i, i+1)
				return s.dropIndex(t, k)
			}
			if st.IsIfExists {
				return nil
			}
			return missing
		})
		if err != nil && !(st.IsIfExists && err == error(missing)) {
			return err
		}
	}
	return nil
}
