package store

import (
	"encoding/json"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// deleteRows runs DELETE. The rows go in one statement of SQLite's, so that foreign keys are looked at when all are gone.
func (s *Session) deleteRows(f *frame, st *ast.DeleteStatement) error {
	p, err := s.plan(f, st, func(b *binder) (*plan, error) {
		spec := st.DeleteSpecification
		with, err := b.with(st.WithCtesAndXmlNamespaces, st.OptimizerHints)
		if err != nil {
			return nil, err
		}
		cp := &changePlan{}
		sc, err := b.changeSource(cp, spec.Target, spec.FromClause, spec.WhereClause, spec.TopRowFilter, with, func(*scope) ([]*expr, error) { return nil, nil })
		if err != nil {
			return nil, err
		}
		if err := b.mayChange("DELETE", cp, spec.WhereClause, spec.OutputClause, spec.OutputIntoClause); err != nil {
			return nil, err
		}
		cp.out, err = b.outputPlan(spec.OutputClause, spec.OutputIntoClause, cp.t, false, true, sc)
		return &plan{extra: cp}, err
	})
	if err != nil {
		return err
	}
	if s.set.fmtOnly {
		return nil
	}
	cp := p.extra.(*changePlan)
	n := int64(0)
	triggers, err := s.firing(cp.t, cp.db, "DELETE", nil, cp.out)
	if err != nil {
		return err
	}
	err = triggers.around(&n, func() error {
		return s.change(s.ctx, !cp.t.Temp || (cp.out != nil && !cp.out.tempOnly()), func() error {
			n, err = s.runDelete(f, cp)
			return err
		})
	})
	if err != nil {
		return err
	}
	return s.finishStatement(CommandDelete, n)
}

func (s *Session) runDelete(f *frame, p *changePlan) (int64, error) {
	rows, err := s.oldRows(f, p)
	if err != nil {
		return 0, err
	}
	w, err := s.newWriter(p.t, p.db, nil, nil, false)
	if err != nil {
		return 0, err
	}
	w.state = nil
	o, err := s.openOutput(f, p.out)
	if err != nil {
		return 0, err
	}
	defer o.close()
	ids := make([]int64, len(rows))
	for i, row := range rows {
		ids[i], _ = row[0].(int64)
		if !o.wants() {
			continue
		}
		clear(w.values)
		for j, c := range w.stored {
			w.values[w.place[c.ID]] = row[j+1]
		}
		if w.computed != nil {
			w.checks = nil
			if err := w.verify(); err != nil {
				return 0, err
			}
		}
		if err := o.row(nil, w.values); err != nil {
			return 0, err
		}
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return 0, err
	}
	err = s.lite.exec("DELETE FROM "+p.t.sqlName()+" WHERE rowid IN (SELECT value FROM json_each(?))", string(list))
	if err != nil {
		return 0, s.constraintError(err, "DELETE", p.db, p.t, nil)
	}
	return int64(len(rows)), o.end()
}

// truncate is TRUNCATE TABLE. Errors 208, 4712.
func (s *Session) truncate(st *ast.TruncateTableStatement) error {
	n := nameOf(st.TableName)
	if err := s.mayAlter(n, newError(1088, spell(n))); err != nil {
		return err
	}
	o, db, err := s.lookup(n)
	if err != nil {
		return tsql.NewError(4701, spell(n))
	}
	t, ok := o.(*table)
	if !ok || t.IsType {
		return tsql.NewError(4701, spell(n))
	}
	if d := s.catalog().database(db); d != nil && !t.Temp {
		for _, r := range d.referencing(t.ID) {
			if r.child.ID != t.ID {
				return tsql.NewError(4712, spell(n))
			}
		}
	}
	err = s.change(s.ctx, !t.Temp, func() error {
		if t.identity() != nil {
			st, err := s.inst.identityOf(s.lite, t)
			if err != nil {
				return err
			}
			st.reset()
			s.tran.reseeded = append(s.tran.reseeded, t.ID)
		}
		return s.lite.exec("DELETE FROM " + t.sqlName())
	})
	if err != nil {
		return err
	}
	return s.out.done(Done{Command: CommandTruncate})
}
