package store

import (
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// changePlan is what binding an UPDATE or DELETE gives: a query of the rows to change, then the changes by row.
// Its columns are the row's id, all stored columns, then the new values.
type changePlan struct {
	t      *table
	db     string
	source *plan
	sets   []setTarget
	out    *outputPlan
}

// setTarget is one assignment of SET: to a column, a variable, or both.
type setTarget struct {
	column   *column
	variable string
	typ      tsql.Type
}

// update runs UPDATE.
func (s *Session) update(f *frame, st *ast.UpdateStatement) error {
	p, err := s.plan(f, st, func(b *binder) (*plan, error) {
		cp, err := b.updatePlan(st)
		if err != nil {
			return nil, err
		}
		return &plan{extra: cp}, nil
	})
	if err != nil {
		return err
	}
	if s.set.fmtOnly {
		return nil
	}
	cp := p.extra.(*changePlan)
	var n int64
	var updated []*column
	for _, t := range cp.sets {
		if t.column != nil {
			updated = append(updated, t.column)
		}
	}
	triggers, err := s.firing(cp.t, cp.db, "UPDATE", updated, cp.out)
	if err != nil {
		return err
	}
	err = triggers.around(&n, func() error {
		return s.change(s.ctx, !cp.t.Temp || (cp.out != nil && !cp.out.tempOnly()), func() error {
			n, err = s.runUpdate(f, cp)
			return err
		})
	})
	if err != nil {
		return err
	}
	return s.finishStatement(CommandUpdate, n)
}

// changeSource binds FROM, WHERE and TOP of UPDATE and DELETE, and finds the target among the tables. new gives the select list's
// further items once the scope is complete.
func (b *binder) changeSource(p *changePlan, target ast.TableReference, from *ast.FromClause, where *ast.WhereClause, top *ast.TopRowFilter, with string,
	more func(sc *scope) ([]*expr, error)) (*scope, error) {
	sc := &scope{}
	fromSQL, err := b.from(from, sc)
	if err != nil {
		return nil, err
	}
	rel, err := b.changeTarget(p, target, sc, &fromSQL)
	if err != nil {
		return nil, err
	}
	cond := ""
	if where != nil {
		if where.Cursor != nil {
			return nil, unsupported("WHERE CURRENT OF")
		}
		if hasAggregate(where.SearchCondition) {
			return nil, tsql.NewError(147)
		}
		if cond, err = b.predicate(where.SearchCondition, sc); err != nil {
			return nil, err
		}
	}
	exprs, err := more(sc)
	if err != nil {
		return nil, err
	}
	items := []string{rel.alias + ".rowid"}
	cols := []outCol{{typ: typeBig}}
	for _, c := range rel.cols {
		if !c.computed {
			items, cols = append(items, c.sql), append(cols, outCol{typ: c.typ})
		}
	}
	for _, x := range exprs {
		items, cols = append(items, x.sql), append(cols, outCol{typ: x.typ})
	}
	var sql strings.Builder
	sql.WriteString(with + "SELECT ")
	writeItems(&sql, items)
	sql.WriteString(fromSQL)
	clause(&sql, " WHERE ", cond)
	if top != nil {
		spec := &ast.QuerySpecification{TopRowFilter: top}
		if top.Percent || top.WithTies {
			return nil, unsupported("TOP PERCENT in UPDATE and DELETE")
		}
		limit, err := b.limit(spec, sc, queryOptions{})
		if err != nil {
			return nil, err
		}
		sql.WriteString(limit)
	} else if b.s.set.rows > 0 {
		sql.WriteString(" LIMIT " + b.session("rowcount", typeBig, false, rowLimit).sql)
	}
	p.source = b.finish(sql.String(), cols)
	return sc, nil
}

// changeTarget finds the target: an alias or table of the FROM clause, or a table of its own.
func (b *binder) changeTarget(p *changePlan, target ast.TableReference, sc *scope, fromSQL *string) (*relation, error) {
	if n, ok := target.(*ast.NamedTableReference); ok {
		name := nameOf(n.SchemaObject)
		for _, r := range sc.tables {
			if r.table != nil && strings.EqualFold(r.exposed, name.Object) && (name.Schema == "" || strings.EqualFold(r.schema, name.Schema)) {
				p.t, p.db = r.table, r.db
				return r, nil
			}
		}
		if len(sc.tables) > 0 {
			if o, db, err := b.s.lookup(name); err == nil {
				for _, r := range sc.tables {
					if t, ok := o.(*table); ok && r.table == t {
						p.t, p.db = t, db
						return r, nil
					}
				}
			}
		}
		if c := b.findCTE(name.Object); c != nil && name.Schema == "" {
			return nil, unsupported("changing rows through a common table expression")
		}
	}
	t, db, err := b.modified(target, sc)
	if err != nil {
		return nil, err
	}
	p.t, p.db = t, db
	exposed, schema := t.Name, t.Schema
	if v, ok := target.(*ast.VariableTableReference); ok {
		exposed, schema = v.Variable.Name, ""
		for _, r := range sc.tables {
			if r.table == t {
				return r, nil
			}
		}
	}
	sql, err := b.baseTable(t, exposed, schema, db, sc)
	if err != nil {
		return nil, err
	}
	if *fromSQL == "" {
		*fromSQL = " FROM " + sql
	} else {
		*fromSQL += ", " + sql
	}
	return sc.tables[len(sc.tables)-1], nil
}

func (b *binder) updatePlan(st *ast.UpdateStatement) (*changePlan, error) {
	spec := st.UpdateSpecification
	with, err := b.with(st.WithCtesAndXmlNamespaces, st.OptimizerHints)
	if err != nil {
		return nil, err
	}
	p := &changePlan{}
	sc, err := b.changeSource(p, spec.Target, spec.FromClause, spec.WhereClause, spec.TopRowFilter, with, func(sc *scope) ([]*expr, error) {
		return b.setClauses(p, spec.SetClauses, sc)
	})
	if err != nil {
		return nil, err
	}
	if err := b.mayChange("UPDATE", p, append(newValues(spec.SetClauses), spec.WhereClause, spec.OutputClause, spec.OutputIntoClause)...); err != nil {
		return nil, err
	}
	p.out, err = b.outputPlan(spec.OutputClause, spec.OutputIntoClause, p.t, true, true, sc)
	return p, err
}

func (b *binder) setClauses(p *changePlan, list []ast.SetClause, sc *scope) ([]*expr, error) {
	var out []*expr
	seen := map[int]bool{}
	for _, c := range list {
		a, ok := c.(*ast.AssignmentSetClause)
		if !ok {
			return nil, unsupported("SET with a method")
		}
		var tgt setTarget
		var self *expr
		if a.Column != nil {
			ids := a.Column.MultiPartIdentifier.Identifiers
			name := ids[len(ids)-1].Value
			tgt.column = p.t.column(name)
			switch {
			case tgt.column == nil:
				return nil, tsql.NewError(207, name)
			case seen[tgt.column.ID]:
				return nil, tsql.NewError(264, name)
			case tgt.column.Computed != "":
				return nil, tsql.NewError(271, name)
			case tgt.column.Identity != nil:
				return nil, tsql.NewError(8102, name)
			case tgt.column.Type.Kind == tsql.KindTimestamp:
				return nil, tsql.NewError(272)
			}
			seen[tgt.column.ID] = true
			for _, r := range sc.tables {
				if r.table == p.t {
					for _, src := range r.cols {
						if src.def == tgt.column {
							self = &expr{sql: src.sql, typ: src.typ, null: src.null}
						}
					}
				}
			}
		}
		if a.Variable != nil {
			v, err := b.variable(a.Variable)
			if err != nil {
				return nil, err
			}
			tgt.variable = fold(a.Variable.Name)
			if self == nil {
				self = v
			}
		}
		if hasAggregate(a.NewValue) {
			return nil, tsql.NewError(157)
		}
		x, err := b.setValue(a, tgt, sc)
		if err != nil {
			return nil, err
		}
		if x, err = b.assigned(x, self, a.AssignmentKind); err != nil {
			return nil, err
		}
		if tgt.column != nil {
			if err := checkAssign(x.typ, tgt.column.Type, x.bare); err != nil {
				return nil, err
			}
		}
		tgt.typ = x.typ
		p.sets = append(p.sets, tgt)
		out = append(out, x)
	}
	return out, nil
}

func (b *binder) setValue(a *ast.AssignmentSetClause, tgt setTarget, sc *scope) (*expr, error) {
	if _, ok := a.NewValue.(*ast.DefaultLiteral); !ok {
		return b.scalar(a.NewValue, sc)
	}
	if tgt.column == nil {
		return nil, tsql.NewError(156, "default")
	}
	if tgt.column.Default == nil {
		return retype(nullExpr(), tgt.column.Type), nil
	}
	return b.parsedScalar(tgt.column.Default.Text, nil)
}

// oldRows reads all rows to change before the first change. A row that joins several times is changed once, by the first.
func (s *Session) oldRows(f *frame, p *changePlan) ([][]any, error) {
	var rows [][]any
	seen := map[int64]bool{}
	err := s.each(f, p.source, func(row []any) error {
		id, _ := row[0].(int64)
		if seen[id] {
			return nil
		}
		seen[id] = true
		rows = append(rows, append([]any(nil), row...))
		return nil
	})
	return rows, err
}

func (s *Session) runUpdate(f *frame, p *changePlan) (int64, error) {
	rows, err := s.oldRows(f, p)
	if err != nil {
		return 0, err
	}
	n, err := s.applyUpdate(f, p, rows, false)
	var e *tsql.Error
	if errors.As(err, &e) && (e.Number == 2627 || e.Number == 2601) && len(rows) > 1 {
		// keys may clash on the way to a state in which they don't: move them out of the way first
		if e := s.lite.exec("ROLLBACK TO upd"); e != nil {
			return 0, e
		}
		n, err = s.applyUpdate(f, p, rows, true)
	}
	if e := s.lite.exec("RELEASE upd"); err == nil {
		err = e
	}
	return n, err
}

func (s *Session) applyUpdate(f *frame, p *changePlan, rows [][]any, aside bool) (int64, error) {
	if !aside {
		if err := s.lite.exec("SAVEPOINT upd"); err != nil {
			return 0, err
		}
	}
	w, err := s.newWriter(p.t, p.db, nil, nil, false)
	if err != nil {
		return 0, err
	}
	w.verb, w.state = "UPDATE", nil
	defer w.close()
	o, err := s.openOutput(f, p.out)
	if err != nil {
		return 0, err
	}
	defer o.close()
	check := s.deferSelf(p.t)
	var sets []string
	var cols []*column
	for _, t := range p.sets {
		if t.column != nil {
			sets, cols = append(sets, t.column.sqlName()+" = ?"), append(cols, t.column)
		}
	}
	for _, c := range w.stored {
		if c.Type.Kind == tsql.KindTimestamp {
			sets, cols = append(sets, c.sqlName()+" = ?"), append(cols, c)
		}
	}
	if len(sets) > 0 {
		w.sql = "UPDATE " + p.t.sqlName() + " SET " + strings.Join(sets, ", ") + " WHERE rowid = ?"
	}
	if aside {
		if err := s.setAside(p, rows); err != nil {
			return 0, err
		}
	}
	old := make([]any, len(p.t.Columns))
	for i, row := range rows {
		if i%1024 == 1023 && s.ctx.Err() != nil {
			return 0, s.ctx.Err()
		}
		next := 1
		clear(w.values)
		for _, c := range w.stored {
			w.values[w.place[c.ID]] = row[next]
			next++
		}
		if w.computed != nil && o.wants() {
			if err := w.verify(); err != nil {
				return 0, err
			}
		}
		copy(old, w.values)
		for j, t := range p.sets {
			v := row[next+j]
			if t.variable != "" {
				if err := f.vars[t.variable].assign(v, t.typ); err != nil {
					return 0, err
				}
			}
			if t.column != nil {
				if err := w.set(t.column, v, t.typ); err != nil {
					return 0, err
				}
			}
		}
		for _, c := range w.stored {
			if c.Type.Kind == tsql.KindTimestamp {
				w.values[w.place[c.ID]] = s.inst.nextRowVersion()
			}
		}
		if err := w.verify(); err != nil {
			return 0, err
		}
		if len(sets) > 0 {
			args := make([]driver.Value, 0, len(cols)+1)
			for _, c := range cols {
				d, err := encodeValue(w.values[w.place[c.ID]], c.Type)
				if err != nil {
					return 0, err
				}
				args = append(args, d)
			}
			if err := w.exec(w.sql, append(args, row[0])); err != nil {
				return 0, err
			}
		}
		if err := o.row(w.values, old); err != nil {
			return 0, err
		}
	}
	w.close()
	if err := check("UPDATE", p.db); err != nil {
		return 0, err
	}
	return int64(len(rows)), o.end()
}

// setAside gives the unique columns about to change values that occur nowhere.
func (s *Session) setAside(p *changePlan, rows [][]any) error {
	var sets []string
	for _, t := range p.sets {
		if t.column == nil {
			continue
		}
		for _, k := range p.t.Keys {
			for _, kc := range k.Columns {
				if k.Unique && kc.Column == t.column.ID {
					sets = append(sets, t.column.sqlName()+" = CAST('aside' || rowid AS BLOB)")
				}
			}
		}
	}
	if len(sets) == 0 {
		return nil
	}
	if err := s.lite.exec("PRAGMA defer_foreign_keys = ON"); err != nil {
		return err
	}
	sql := "UPDATE " + p.t.sqlName() + " SET " + strings.Join(sets, ", ") + " WHERE rowid = ?"
	for _, row := range rows {
		if err := s.lite.exec(sql, row[0]); err != nil {
			return s.constraintError(err, "UPDATE", p.db, p.t, nil)
		}
	}
	return nil
}
