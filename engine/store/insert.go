package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// insertPlan is what binding an INSERT gives.
type insertPlan struct {
	t      *table
	db     string
	target []*column
	rows   [][]cell // VALUES
	source *plan    // SELECT
	out    *outputPlan
}

// cell is one value of a VALUES row: a constant, a variable, DEFAULT, or an expression to be computed.
type cell struct {
	value    any
	typ      tsql.Type
	bare     bool // an untyped NULL
	variable string
	compute  *plan
}

// insert runs INSERT.
func (s *Session) insert(f *frame, st *ast.InsertStatement) error {
	p, err := s.plan(f, st, func(b *binder) (*plan, error) {
		ip, err := b.insertPlan(st)
		if err != nil {
			return nil, err
		}
		return &plan{extra: ip}, nil
	})
	if err != nil {
		return err
	}
	ip := p.extra.(*insertPlan)
	if s.set.fmtOnly {
		return nil
	}
	var n int64
	triggers, err := s.firing(ip.t, ip.db, "INSERT", nil, ip.out)
	if err != nil {
		return err
	}
	store := func(sets []collected) error {
		return triggers.around(&n, func() error {
			return s.change(s.ctx, !ip.writesTempOnly(), func() error {
				n, err = s.runInsert(f, ip, sets)
				return err
			})
		})
	}
	if e, ok := st.InsertSpecification.InsertSource.(*ast.ExecuteInsertSource); ok {
		err = s.asOneStatement(func() error {
			sets, err := s.insertExec(f, e.Execute, len(ip.target))
			if err != nil {
				return err
			}
			return store(sets)
		})
	} else {
		err = store(nil)
	}
	if err != nil {
		return err
	}
	return s.finishStatement(CommandInsert, n)
}

func (p *insertPlan) writesTempOnly() bool { return p.t.Temp && (p.out == nil || p.out.tempOnly()) }

func (b *binder) insertPlan(st *ast.InsertStatement) (*insertPlan, error) {
	spec := st.InsertSpecification
	t, db, err := b.modified(spec.Target, nil)
	if err != nil {
		return nil, err
	}
	p := &insertPlan{t: t, db: db}
	if err := b.may("INSERT", db, t); err != nil {
		return nil, err
	}
	if spec.OutputClause != nil || spec.OutputIntoClause != nil {
		if err := b.may("SELECT", db, t); err != nil {
			return nil, err
		}
	}
	with, err := b.with(st.WithCtesAndXmlNamespaces, st.OptimizerHints)
	if err != nil {
		return nil, err
	}
	if p.target, err = b.s.nameColumns(t, spec.Columns); err != nil {
		return nil, err
	}
	switch src := spec.InsertSource.(type) {
	case *ast.ValuesInsertSource:
		if src.IsDefaultValues {
			p.target, p.rows = nil, [][]cell{nil}
			break
		}
		if p.rows, err = b.rows(src.RowValues, p.target, len(spec.Columns) > 0); err != nil {
			return nil, err
		}
	case *ast.SelectInsertSource:
		q, err := b.query(src.Select, nil, queryOptions{limit: b.s.set.rows > 0})
		if err != nil {
			return nil, err
		}
		if len(q.cols) != len(p.target) {
			switch {
			case len(spec.Columns) == 0:
				return nil, tsql.NewError(213)
			case len(q.cols) < len(p.target):
				return nil, tsql.NewError(120)
			}
			return nil, tsql.NewError(121)
		}
		p.source = b.finish(with+q.sql, q.cols)
		for i, c := range q.cols {
			if err := checkAssign(c.typ, p.target[i].Type, c.bare); err != nil {
				return nil, err
			}
		}
	case *ast.ExecuteInsertSource:
	default:
		return nil, unsupported("INSERT from this source")
	}
	for _, c := range p.target {
		if c.Type.Kind == tsql.KindTimestamp {
			return nil, tsql.NewError(273)
		}
	}
	if spec.TopRowFilter != nil {
		return nil, unsupported("INSERT TOP")
	}
	p.out, err = b.outputPlan(spec.OutputClause, spec.OutputIntoClause, t, true, false, nil)
	return p, err
}

// checkAssign refuses assignments between types that T-SQL does not convert by itself. Errors 206, 257.
func checkAssign(from, to tsql.Type, bare bool) error {
	if bare || from == to {
		return nil
	}
	ex, im := tsql.CanConvert(from, to)
	switch {
	case im:
		return nil
	case ex:
		return tsql.NewError(257, from.Name(), to.Name())
	}
	return tsql.NewError(206, from.Name(), to.Name())
}

// modified finds the table that a statement changes; sc holds the tables of its FROM clause, where an alias may name it.
func (b *binder) modified(t ast.TableReference, sc *scope) (*table, string, error) {
	switch t := t.(type) {
	case *ast.NamedTableReference:
		if name := identValue(t.SchemaObject.BaseIdentifier); b.f.trigger != nil && t.SchemaObject.SchemaIdentifier == nil && b.f.vars[fold(name)] != nil {
			return nil, "", newError(286)
		}
		o, db, err := b.s.lookup(nameOf(t.SchemaObject))
		if err != nil {
			return nil, "", err
		}
		tab, ok := o.(*table)
		if !ok || tab.IsType {
			return nil, "", unsupported("changing rows of a view")
		}
		return tab, db, nil
	case *ast.VariableTableReference:
		v := b.f.vars[fold(t.Variable.Name)]
		if v == nil || v.table == nil {
			return nil, "", newError(1087, t.Variable.Name)
		}
		return v.table, "tempdb", nil
	}
	return nil, "", unsupported("changing rows of this target")
}

// runInsert stores the rows of VALUES, of a SELECT or, sets, of an EXEC.
func (s *Session) runInsert(f *frame, p *insertPlan, sets []collected) (int64, error) {
	types := make([]tsql.Type, len(p.target))
	w, err := s.newWriter(p.t, p.db, p.target, types, p.rows != nil)
	if err != nil {
		return 0, err
	}
	defer w.close()
	o, err := s.openOutput(f, p.out)
	if err != nil {
		return 0, err
	}
	defer o.close()
	check := s.deferSelf(p.t)
	n := int64(0)
	add := func(vals []any) error {
		if err := w.row(vals); err != nil {
			return err
		}
		n++
		return o.row(w.values, nil)
	}
	if p.rows != nil {
		vals := make([]any, len(p.target))
		for _, r := range p.rows {
			for i := range r {
				if vals[i], err = s.cellValue(f, &r[i]); err != nil {
					return 0, err
				}
				w.from[i] = r[i].typ
			}
			if err := add(vals); err != nil {
				return 0, err
			}
			if n%1024 == 0 && s.ctx.Err() != nil {
				return 0, s.ctx.Err()
			}
		}
	}
	if p.source != nil {
		// all rows are read before the first is written: the source may be the target
		set := collected{types: make([]tsql.Type, len(p.source.cols))}
		for i, c := range p.source.cols {
			set.types[i] = c.typ
		}
		err := s.each(f, p.source, func(row []any) error {
			set.rows = append(set.rows, append([]any(nil), row...))
			return nil
		})
		if err != nil {
			return 0, err
		}
		sets = []collected{set}
	}
	for _, set := range sets {
		copy(w.from, set.types)
		for _, r := range set.rows {
			if err := add(r); err != nil {
				return 0, err
			}
			if n%1024 == 0 && s.ctx.Err() != nil {
				return 0, s.ctx.Err()
			}
		}
	}
	if err := check("INSERT", p.db); err != nil {
		return 0, err
	}
	return n, o.end()
}

func (s *Session) cellValue(f *frame, c *cell) (any, error) {
	switch {
	case c.variable != "":
		return f.vars[c.variable].value, nil
	case c.compute != nil:
		row, err := s.single(f, c.compute)
		if err != nil || len(row) == 0 {
			return nil, err
		}
		return row[0], nil
	}
	return c.value, nil
}

// deferSelf puts off the check of a table's foreign keys to itself until the statement's end, as T-SQL does; the
// function returned checks.
func (s *Session) deferSelf(t *table) func(verb, db string) error {
	for _, f := range t.Foreign {
		if f.Parent != t.ID {
			continue
		}
		if err := s.lite.exec("PRAGMA defer_foreign_keys = ON"); err != nil {
			return func(string, string) error { return err }
		}
		return func(verb, db string) error {
			_, bare, _ := cutName(t.sqlName())
			broken, err := s.anyRow("PRAGMA foreign_key_check(" + bare + ")")
			if err == nil && broken {
				err = conflict(verb, "FOREIGN KEY SAME TABLE", f.Name, db, t.fullName(), columnSuffix(t, f.ParentCols))
			}
			if e := s.lite.exec("PRAGMA defer_foreign_keys = OFF"); err == nil {
				err = e
			}
			return err
		}
	}
	return func(string, string) error { return nil }
}
