package store

import (
	"slices"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// outputPlan is a bound OUTPUT clause: an expression list over the row written (inserted) and the row as it was (deleted).
type outputPlan struct {
	*plan
	width  int // columns of the table: inserted comes first, deleted after it
	into   *table
	intoDB string
	cols   []*column
}

func (o *outputPlan) tempOnly() bool { return o.into == nil || o.into.Temp }

// outputPlan binds OUTPUT and OUTPUT INTO. from holds the tables of the FROM clause, whose columns it does not know.
func (b *binder) outputPlan(out *ast.OutputClause, into *ast.OutputIntoClause, t *table, inserted, deleted bool, from *scope) (*outputPlan, error) {
	var elements []ast.SelectElement
	switch {
	case into != nil && out != nil:
		return nil, unsupported("OUTPUT and OUTPUT INTO together")
	case into != nil:
		elements = into.SelectColumns
	case out != nil:
		elements = out.SelectColumns
	default:
		return nil, nil
	}
	o := &outputPlan{width: len(t.Columns)}
	one := &binder{s: b.s, b: b.b, f: b.f, reads: b.reads, chain: b.chain, trusted: b.trusted}
	sc := &scope{}
	if inserted {
		sc.tables = append(sc.tables, rowScope(t, "inserted", 0).tables...)
	}
	if deleted {
		sc.tables = append(sc.tables, rowScope(t, "deleted", len(t.Columns)).tables...)
	}
	q := &query{}
	if err := one.selectList(&ast.QuerySpecification{SelectElements: elements}, sc, q, queryOptions{}); err != nil {
		if e, ok := err.(*tsql.Error); ok && e.Number == 4104 && from != nil {
			return nil, unsupported("OUTPUT of columns of other tables")
		}
		return nil, err
	}
	sql := "SELECT "
	for i, it := range q.items {
		if i > 0 {
			sql += ", "
		}
		sql += it
	}
	o.plan = one.finish(sql, q.cols)
	if into == nil {
		return o, nil
	}
	var err error
	if o.into, o.intoDB, err = b.modified(into.IntoTable, nil); err != nil {
		return nil, err
	}
	if o.cols, err = b.s.nameColumns(o.into, into.IntoTableColumns); err != nil {
		return nil, err
	}
	if err := b.may("INSERT", o.intoDB, o.into); err != nil {
		return nil, err
	}
	if len(o.cols) != len(q.cols) {
		return nil, tsql.NewError(213)
	}
	return o, nil
}

// outputRun carries out an OUTPUT clause. Rows for the client are kept until the statement has succeeded.
type outputRun struct {
	s    *Session
	p    *outputPlan
	f    *frame
	w    *writer
	rows [][]any
	seen *changes // for triggers
}

// wants tells whether anybody looks at the rows.
func (o *outputRun) wants() bool { return o.p != nil || o.seen != nil }

func (s *Session) openOutput(f *frame, p *outputPlan) (*outputRun, error) {
	o := &outputRun{s: s, p: p, seen: s.watch}
	if o.seen != nil {
		*o.seen = changes{}
	}
	if p == nil {
		return o, nil
	}
	copied := *f
	o.f = &copied
	o.f.row = make([]any, 2*p.width)
	if p.into == nil {
		return o, nil
	}
	types := make([]tsql.Type, len(p.plan.cols))
	for i, c := range p.plan.cols {
		types[i] = c.typ
	}
	var err error
	o.w, err = s.newWriter(p.into, p.intoDB, p.cols, types, false)
	return o, err
}

func (o *outputRun) row(inserted, deleted []any) error {
	if o.seen != nil {
		if inserted != nil {
			o.seen.inserted = append(o.seen.inserted, slices.Clone(inserted))
		}
		if deleted != nil {
			o.seen.deleted = append(o.seen.deleted, slices.Clone(deleted))
		}
	}
	if o.p == nil {
		return nil
	}
	clear(o.f.row)
	copy(o.f.row, inserted)
	copy(o.f.row[o.p.width:], deleted)
	row, err := o.s.single(o.f, o.p.plan)
	if err != nil {
		return err
	}
	if o.w != nil {
		return o.w.row(row)
	}
	o.rows = append(o.rows, row)
	return nil
}

// end sends the rows.
func (o *outputRun) end() error {
	if o.p == nil || o.w != nil {
		return nil
	}
	if err := o.s.out.sink.Columns(o.s.columnsOf(o.p.plan.cols)); err != nil {
		return err
	}
	for _, r := range o.rows {
		if err := o.s.out.sink.Row(r); err != nil {
			return err
		}
	}
	return nil
}

func (o *outputRun) close() {
	if o.w != nil {
		o.w.close()
	}
}
