package store

import (
	"fmt"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// createTableType is CREATE TYPE ... AS TABLE.
func (s *Session) createTableType(f *frame, st *ast.CreateTypeTableStatement) error {
	n := nameOf(st.Name)
	return s.change(s.ctx, true, func() error {
		target, schema, err := s.target(n)
		if err != nil {
			return err
		}
		if target.object(schema, typePrefix+n.Object) != nil {
			return tsql.NewError(219, spell(n))
		}
		t, err := s.defineTable(f, st.Definition, n.Object, false)
		if err != nil {
			return err
		}
		t.Schema, t.Name, t.IsType = schema, typePrefix+n.Object, true
		return s.putTable(target.Name, t)
	})
}

func (s *Session) dropType(st *ast.DropTypeStatement) error {
	n := nameOf(st.Name)
	return s.change(s.ctx, true, func() error {
		o, db, err := s.lookup(tsql.Name{Database: n.Database, Schema: n.Schema, Object: typePrefix + n.Object})
		if err != nil {
			if st.IsIfExists {
				return nil
			}
			return tsql.NewError(3701, "type", spell(n))
		}
		d := s.editDatabase(db)
		d.remove(o)
		return s.lite.discard(kindTable, d.ID, objectKey(o.info().ID))
	})
}

// dynamicTables is dynamic with table-valued parameters, each a table variable of the frame.
func (s *Session) dynamicTables(text string, params []Param, tables map[string]*TableValue) (flow, error) {
	b, err := s.inst.batches.parse(text, s.set.quotedID)
	if err != nil {
		s.raisedIn, s.raisedSoft = &frame{}, false
		return flowNext, err
	}
	f := newFrame(b)
	f.inner = true
	for i := range params {
		f.vars[fold(params[i].Name)] = &variable{name: params[i].Name, typ: params[i].Type, value: params[i].Value}
	}
	fl, err := s.inner(f, func() (flow, error) {
		for name, rows := range tables {
			n, err := tsql.ParseName(rows.TypeName)
			if err != nil {
				return flowAbort, err
			}
			t := s.tableType(n)
			if t == nil {
				return flowAbort, tsql.NewError(2715, 1, rows.TypeName)
			}
			v := &variable{name: name, table: s.variableOfType(t)}
			f.vars[name] = v
			if err := s.fillVariable(v, rows); err != nil {
				return flowAbort, err
			}
		}
		return s.runFrame(f)
	})
	for i := range params {
		params[i].Value = f.vars[fold(params[i].Name)].value
	}
	return s.endScope(fl, err)
}

// fillVariable makes a table variable and puts rows into it.
func (s *Session) fillVariable(v *variable, rows *TableValue) error {
	if err := s.makeTableVariable(v.table); err != nil {
		return err
	}
	if rows == nil || len(rows.Rows) == 0 {
		return nil
	}
	var target []*column
	var from []tsql.Type
	var use []int
	for i, c := range rows.Columns {
		if i >= len(v.table.Columns) {
			return fmt.Errorf("store: a table-valued parameter has %d columns, its type %d", len(rows.Columns), len(v.table.Columns))
		}
		if rows.Defaults != nil && rows.Defaults[i] {
			continue
		}
		if col := v.table.Columns[i]; col.Computed == "" && col.Identity == nil {
			target, from, use = append(target, col), append(from, c.Type), append(use, i)
		}
	}
	scope, identity := s.scopeIdent, s.identity
	defer func() { s.scopeIdent, s.identity = scope, identity }()
	return s.change(s.ctx, false, func() error {
		w, err := s.newWriter(v.table, "tempdb", target, from, false)
		if err != nil {
			return err
		}
		defer w.close()
		vals := make([]any, len(use))
		for _, r := range rows.Rows {
			for i, at := range use {
				vals[i] = r[at]
			}
			if err := w.row(vals); err != nil {
				return err
			}
		}
		return nil
	})
}

// readTable is the content of a table variable, to be passed on.
func (s *Session) readTable(t *table) (*TableValue, error) {
	out := &TableValue{}
	b := s.newBinder(&batch{}, &frame{vars: map[string]*variable{}})
	sc := &scope{}
	sql, err := b.baseTable(t, t.Name, "", "", sc)
	if err != nil {
		return nil, err
	}
	q := &query{}
	for _, c := range sc.tables[0].cols {
		q.add(&expr{sql: c.sql, typ: c.typ, null: c.null, name: c.name}, "")
		out.Columns = append(out.Columns, Column{Name: c.name, Type: c.typ, Nullable: c.null})
	}
	text := "SELECT "
	for i, it := range q.items {
		if i > 0 {
			text += ", "
		}
		text += it
	}
	p := b.finish(text+" FROM "+sql, q.cols)
	err = s.each(&frame{vars: map[string]*variable{}}, p, func(row []any) error {
		out.Rows = append(out.Rows, append([]any(nil), row...))
		return nil
	})
	return out, err
}

// paramDecls reads @params of sp_executesql. Table types are declared by name, which package tsql does not know.
func (s *Session) paramDecls(text string) ([]tsql.ParamDecl, error) {
	decls, err := tsql.ParseParamDecls(text)
	if err == nil {
		return decls, nil
	}
	rewritten, ok := s.withoutTableTypes(text)
	if !ok {
		return nil, err
	}
	return tsql.ParseParamDecls(rewritten)
}

// withoutTableTypes replaces the names of table types (and READONLY) by int, so that the rest can be read.
func (s *Session) withoutTableTypes(text string) (string, bool) {
	list := tokens(text, true)
	out, last, found := "", 0, false
	for i := 0; i < len(list); i++ {
		if list[i].Kind != tsql.TokenVariable || i+1 >= len(list) {
			continue
		}
		j := i + 1
		if list[j].Is(text, "AS") {
			j++
		}
		k := j
		for k+2 < len(list) && list[k+1].Is(text, ".") {
			k += 2
		}
		if k >= len(list) {
			break
		}
		n, err := tsql.ParseName(text[list[j].Pos:list[k].End])
		if err != nil || s.tableType(n) == nil {
			continue
		}
		end := list[k].End
		if k+1 < len(list) && list[k+1].Is(text, "READONLY") {
			end = list[k+1].End
		}
		out += text[last:list[j].Pos] + "int"
		last, found = end, true
	}
	return out + text[last:], found
}
