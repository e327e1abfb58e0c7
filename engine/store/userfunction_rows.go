package store

import (
	"database/sql/driver"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// rowsTable is the table that a multi-statement function fills and returns.
func (s *Session) rowsTable(st *functionStatement) (*table, error) {
	f := newFrame(st.rowsBatch)
	t, err := s.defineTable(f, st.rows.Body.Definition, st.rows.Body.VariableName.Value, true)
	if err != nil {
		return nil, err
	}
	t.Variable = true
	return t, nil
}

// rowsFunction puts a multi-statement table-valued function into FROM: its body runs for each row to its left.
func (b *binder) rowsFunction(m *module, db string, st *functionStatement, given []*expr, alias string, columns []*ast.Identifier, sc *scope) (string, error) {
	t, err := b.s.rowsTable(st)
	if err != nil {
		return "", err
	}
	q := &query{}
	for _, c := range t.Columns {
		q.cols = append(q.cols, outCol{name: c.Name, typ: c.Type, null: c.Null})
	}
	args, types := make([]string, len(given)), make([]tsql.Type, len(given))
	for i, x := range given {
		args[i], types[i] = x.sql, x.typ
	}
	d, id := b.s.catalog().database(db).ID, m.ID
	run := func(s *Session, args []driver.Value) ([][]driver.Value, error) {
		vals := make([]any, len(args))
		for i, a := range args {
			if vals[i], err = decodeValue(a, types[i]); err != nil {
				return nil, err
			}
		}
		return s.callRows(d, id, vals)
	}
	return b.exposeFunction(m, alias, sc, func(exposed string) (string, error) { return b.lateralTable(q, args, run, exposed, columns, sc) })
}

// callRows runs a multi-statement function's body inside the statement that reads it.
func (s *Session) callRows(db, id int, args []any) ([][]driver.Value, error) {
	var rows [][]driver.Value
	err := s.runFunction(db, id, args, func(f *frame, st *functionStatement) error {
		t, err := s.rowsTable(st)
		if err != nil {
			return err
		}
		if f.vars[fold(t.Name)] != nil {
			return tsql.NewError(134, t.Name)
		}
		f.vars[fold(t.Name)] = &variable{name: t.Name, table: t}
		return s.makeTableVariable(t)
	}, func(f *frame, st *functionStatement) error {
		t := f.vars[fold(st.rows.Body.VariableName.Value)].table
		v, err := s.readTable(t)
		if err != nil {
			return err
		}
		for _, r := range v.Rows {
			row := make([]driver.Value, len(r))
			for i, x := range r {
				if row[i], err = encodeValue(x, v.Columns[i].Type); err != nil {
					return err
				}
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}
