package store

import (
	"slices"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// createColumnstore is CREATE COLUMNSTORE INDEX: a way of storing rows, which here is only remembered. Errors 1088, 1902, 1911, 1913.
func (s *Session) createColumnstore(st *ast.CreateColumnStoreIndexStatement) error {
	n := nameOf(st.OnName)
	if st.FilterClause != nil {
		return unsupported("a filtered index")
	}
	replace := false
	for _, o := range st.IndexOptions {
		if b, ok := o.(*ast.IndexStateOption); ok && strings.EqualFold(b.OptionKind, "DropExisting") {
			replace = strings.EqualFold(b.OptionState, "On")
		}
	}
	return s.editTable(n, newError(1088, spell(n)), func(t *table, _ string) error {
		k := &key{ID: s.subID(t), Name: st.Name.Value, Clustered: st.Clustered, Columnstore: true}
		if at := slices.IndexFunc(t.Keys, func(o *key) bool { return strings.EqualFold(o.Name, k.Name) }); at >= 0 {
			if !replace || t.Keys[at].Constraint {
				return tsql.NewError(1913, k.Name, "table", t.fullName())
			}
			if err := s.dropIndex(t, t.Keys[at]); err != nil {
				return err
			}
			t.Keys = slices.Delete(t.Keys, at, at+1)
		}
		if at := slices.IndexFunc(t.Keys, func(o *key) bool { return o.Clustered }); at >= 0 && k.Clustered {
			return newError(1902, t.fullName(), t.Keys[at].Name)
		}
		for _, c := range st.Columns {
			ids := c.MultiPartIdentifier.Identifiers
			col := t.column(ids[len(ids)-1].Value)
			if col == nil {
				return tsql.NewError(1911, ids[len(ids)-1].Value)
			}
			k.Include = append(k.Include, col.ID)
		}
		t.Keys = append(t.Keys, k)
		return nil
	})
}
