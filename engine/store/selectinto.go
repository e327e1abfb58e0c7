package store

import (
	"time"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// selectInto is SELECT ... INTO: a new table with the query's columns, and its rows.
func (s *Session) selectInto(f *frame, st *ast.SelectStatement) error {
	p, err := s.plan(f, st, func(b *binder) (*plan, error) {
		q, err := b.statementQuery(st.WithCtesAndXmlNamespaces, st.QueryExpression, st.OptimizerHints, queryOptions{into: true})
		if err != nil {
			return nil, err
		}
		for i, c := range q.cols {
			if c.name == "" {
				return nil, tsql.NewError(1038)
			}
			if c.bare {
				q.cols[i].typ = typeInt
			}
		}
		return b.finish(q.with+q.sql, q.cols), nil
	})
	if err != nil {
		return err
	}
	n := nameOf(st.Into)
	if err := s.mayCreate("TABLE", n); err != nil {
		return err
	}
	temp := len(n.Object) > 0 && n.Object[0] == '#'
	count := int64(0)
	err = s.change(s.ctx, !temp, func() error {
		var made *table
		err := s.addTable(n, func(name string, temp bool) (*table, error) {
			made, err = s.tableOf(p.cols, name, temp)
			return made, err
		})
		if err != nil {
			return err
		}
		types := make([]tsql.Type, len(p.cols))
		for i, c := range p.cols {
			types[i] = c.typ
		}
		old := s.identOn
		s.identOn = made.ID
		defer func() { s.identOn = old }()
		w, err := s.newWriter(made, s.db, made.Columns, types, false)
		if err != nil {
			return err
		}
		defer w.close()
		return s.each(f, p, func(row []any) error {
			count++
			return w.row(row)
		})
	})
	if err != nil {
		return err
	}
	return s.finishStatement(CommandInsert, count)
}

// tableOf is the table that SELECT INTO makes: an identity column stays one if it is selected plainly.
func (s *Session) tableOf(cols []outCol, name string, temp bool) (*table, error) {
	t := &table{objectInfo: objectInfo{Schema: "dbo", Name: name, Created: time.Now()}, Temp: temp, NextCol: len(cols) + 1}
	t.Modified = t.Created
	t.ID = s.subID(t)
	for i, c := range cols {
		if t.column(c.name) != nil {
			return nil, tsql.NewError(2705, c.name, name)
		}
		col := &column{ID: i + 1, Name: c.name, Type: c.typ, Null: c.null}
		if col.Type.Kind == tsql.KindTimestamp {
			col.Type = tsql.Type{Kind: tsql.KindBinary, Length: 8}
		}
		if c.src != nil && c.src.def != nil && c.src.def.Identity != nil && t.identity() == nil {
			col.Identity = c.src.def.Identity
		}
		t.Columns = append(t.Columns, col)
	}
	return t, nil
}
