package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// selectStatement runs a SELECT: one that sends rows, assigns variables or makes a table.
func (s *Session) selectStatement(f *frame, st *ast.SelectStatement) error {
	if st.Into != nil {
		return s.selectInto(f, st)
	}
	p, err := s.selectPlan(f, st)
	if err != nil {
		return err
	}
	if len(p.cols) > 0 && p.cols[0].variable != "" {
		return s.selectAssign(f, p)
	}
	if s.set.fmtOnly {
		return s.describeOnly(p)
	}
	n, err := s.sendRows(f, p)
	if err != nil && stale(err) && n == 0 {
		s.plans = nil
		if p, err = s.selectPlan(f, st); err != nil {
			return err
		}
		n, err = s.sendRows(f, p)
	}
	if err != nil {
		return err
	}
	return s.finishStatement(CommandSelect, n)
}

func (s *Session) selectPlan(f *frame, st *ast.SelectStatement) (*plan, error) {
	return s.plan(f, st, func(b *binder) (*plan, error) {
		q, err := b.statementQuery(st.WithCtesAndXmlNamespaces, st.QueryExpression, st.OptimizerHints, queryOptions{vars: true, limit: b.s.set.rows > 0})
		if err != nil {
			return nil, err
		}
		assigns := 0
		for _, c := range q.cols {
			if c.variable != "" {
				assigns++
			}
		}
		if assigns != 0 && assigns != len(q.cols) {
			return nil, tsql.NewError(141)
		}
		if spec, ok := unparen(st.QueryExpression).(*ast.QuerySpecification); ok && b.ran && spec.OrderByClause != nil {
			return nil, unsupported("SELECT @x = ... @x ... with ORDER BY")
		}
		return b.finish(q.with+q.sql, q.cols), nil
	})
}

// sendRows sends a query's columns and rows, each row as soon as it is there: an error may come behind some of them.
func (s *Session) sendRows(f *frame, p *plan) (int64, error) {
	if err := s.out.sink.Columns(s.columnsOf(p.cols)); err != nil {
		return 0, err
	}
	n := int64(0)
	err := s.each(f, p, func(row []any) error {
		n++
		return s.out.sink.Row(row)
	})
	return n, err
}

func (s *Session) describeOnly(p *plan) error {
	if err := s.out.sink.Columns(s.columnsOf(p.cols)); err != nil {
		return err
	}
	return s.finishStatement(CommandSelect, 0)
}

// columnsOf describes a result set for the client.
func (s *Session) columnsOf(cols []outCol) []Column {
	out := make([]Column, len(cols))
	for i, c := range cols {
		out[i] = Column{Name: c.name, Type: c.typ, Nullable: c.null, Computed: c.computed}
		if c.src != nil && c.src.def != nil {
			out[i].Identity = c.src.def.Identity != nil
			out[i].Computed = c.src.computed
			if k := c.src.table.primaryKey(); k != nil {
				for _, kc := range k.Columns {
					out[i].Key = out[i].Key || kc.Column == c.src.def.ID
				}
			}
		}
	}
	return out
}

// selectAssign is SELECT @a = ..., @b = ...: the last row's values stay.
func (s *Session) selectAssign(f *frame, p *plan) error {
	n := int64(0)
	s.running = f
	defer func() { s.running = nil }()
	err := s.each(f, p, func(row []any) error {
		n++
		for i, c := range p.cols {
			if err := f.vars[c.variable].assign(row[i], c.typ); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.rowCount = n
	return s.out.done(Done{Command: CommandSelect})
}
