package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// collector is the sink of INSERT ... EXEC: rows are kept, messages go on to the client.
type collector struct {
	Sink
	sets   []collected
	width  int
	failed bool // a result set has another number of columns
}

// collected is one result set: types may differ between them.
type collected struct {
	types []tsql.Type
	rows  [][]any
}

func (c *collector) Columns(cols []Column) error {
	if len(cols) != c.width {
		c.failed = true
		return tsql.NewError(213)
	}
	types := make([]tsql.Type, len(cols))
	for i, col := range cols {
		types[i] = col.Type
	}
	c.sets = append(c.sets, collected{types: types})
	return nil
}

func (c *collector) Row(row []any) error {
	set := &c.sets[len(c.sets)-1]
	set.rows = append(set.rows, append([]any(nil), row...))
	return nil
}

func (c *collector) Done(Done) error          { return nil }
func (c *collector) ReturnStatus(int32) error { return nil }

// insertExec runs the EXEC of INSERT ... EXEC and collects its rows. Error 8164.
func (s *Session) insertExec(f *frame, spec *ast.ExecuteSpecification, width int) ([]collected, error) {
	if s.collecting != nil {
		return nil, tsql.NewError(8164)
	}
	c := &collector{Sink: s.out.sink, width: width}
	dones := s.out.dones
	s.out.sink, s.collecting = c, c
	_, err := s.execute(f, &ast.ExecuteStatement{Fragment: spec.Fragment, ExecuteSpecification: spec})
	s.out.sink, s.out.dones, s.collecting = c.Sink, dones, nil
	return c.sets, err
}

// asOneStatement runs fn, an INSERT ... EXEC or a statement with triggers, as one statement: all that was done is undone
// with it. Without a transaction of the user's there is one that nobody is told of, which procedures see in @@TRANCOUNT.
func (s *Session) asOneStatement(fn func() error) error {
	if s.tran.count > 0 || s.set.implicit {
		return s.withSavepoint(fn)
	}
	s.startQuiet()
	if err := fn(); err != nil {
		if s.tran.quiet {
			if e := s.rollback(""); e != nil {
				return e
			}
		}
		return err
	}
	switch {
	case s.tran.count == 0, !s.tran.quiet: // undone within, and perhaps another begun
		return nil
	case s.tran.count > 1: // begun within, and left open
		s.tran.count--
		s.tran.quiet = false
		return s.out.env(EnvChange{Kind: EnvBegin, Transaction: s.tran.id})
	case s.tran.doomed:
		return s.rollback("")
	}
	return s.commit()
}

// withSavepoint is asOneStatement inside the user's transaction.
func (s *Session) withSavepoint(fn func() error) error {
	const name = "\x00statement"
	if s.tran.count == 0 {
		if err := s.begin(""); err != nil {
			return err
		}
	}
	id, doomed := s.tran.id, s.tran.doomed
	if err := s.save(name); err != nil {
		return err
	}
	err := fn()
	if err != nil && s.tran.count > 0 && s.tran.id == id && !s.tran.doomed && !doomed {
		if e := s.rollbackTo(name); e != nil {
			return e
		}
	}
	return err
}
