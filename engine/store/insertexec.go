package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// collector is the sink of INSERT ... EXEC: rows are kept, messages go on to the client.
type collector struct {
	Sink
	cols  []Column
	rows  [][]any
	width int
	err   error
}

func (c *collector) Columns(cols []Column) error {
	if len(cols) != c.width {
		c.err = tsql.NewError(213)
		return c.err
	}
	c.cols = cols
	return nil
}

func (c *collector) Row(row []any) error {
	c.rows = append(c.rows, append([]any(nil), row...))
	return nil
}

func (c *collector) Done(Done) error          { return nil }
func (c *collector) ReturnStatus(int32) error { return nil }

// insertExec runs the EXEC of INSERT ... EXEC and collects its rows.
func (s *Session) insertExec(f *frame, spec *ast.ExecuteSpecification, width int) ([][]any, []tsql.Type, error) {
	c := &collector{Sink: s.out.sink, width: width}
	if _, nested := c.Sink.(*collector); nested {
		return nil, nil, &tsql.Error{Number: 8164, Class: 16, State: 1, Message: "An INSERT EXEC statement cannot be nested."}
	}
	s.out.sink = c
	dones := s.out.dones
	_, err := s.execute(f, &ast.ExecuteStatement{ExecuteSpecification: spec})
	s.out.sink, s.out.dones = c.Sink, dones
	if err != nil {
		return nil, nil, err
	}
	types := make([]tsql.Type, width)
	for i, col := range c.cols {
		types[i] = col.Type
	}
	if c.rows == nil {
		c.rows = [][]any{}
	}
	return c.rows, types, nil
}
