package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// resultSetsOf reads the WITH RESULT SETS clause of an EXEC; nil where it says nothing.
func (s *Session) resultSetsOf(f *frame, st *ast.ExecuteStatement) (*shaper, error) {
	for _, o := range st.Options {
		r, ok := o.(*ast.ResultSetsExecuteOption)
		if !ok || strings.EqualFold(r.ResultSetsOptionKind, "Undefined") {
			continue
		}
		out := &shaper{}
		for _, d := range r.Definitions {
			cols, err := s.declaredColumns(f, d)
			if err != nil {
				return nil, err
			}
			out.sets = append(out.sets, cols)
		}
		return out, nil
	}
	return nil, nil
}

func (s *Session) declaredColumns(f *frame, d ast.ResultSetDefinitionType) ([]Column, error) {
	var out []Column
	switch d := d.(type) {
	case *ast.InlineResultSetDefinition:
		b := s.newBinder(f.batch, f)
		for _, c := range d.ResultColumnDefinitions {
			if c.ColumnDefinition.ColumnIdentifier == nil || c.ColumnDefinition.DataType == nil {
				return nil, unsupported("this definition of a result set")
			}
			t, err := b.dataType(c.ColumnDefinition.DataType, false)
			if err != nil {
				return nil, err
			}
			out = append(out, Column{Name: c.ColumnDefinition.ColumnIdentifier.Value, Type: t, Nullable: c.Nullable == nil || c.Nullable.Nullable})
		}
		return out, nil
	case *ast.SchemaObjectResultSetDefinition:
		t, err := s.shapeOf(nameOf(d.Name), d.ResultSetType == "Type")
		if err != nil {
			return nil, err
		}
		for _, c := range t.Columns {
			if c.Computed != "" {
				return nil, unsupported("a result set with a computed column")
			}
			out = append(out, Column{Name: c.Name, Type: c.Type, Nullable: c.Null})
		}
		return out, nil
	}
	return nil, unsupported("AS FOR XML")
}

// shapeOf finds the table or table type behind AS OBJECT and AS TYPE.
func (s *Session) shapeOf(n tsql.Name, isType bool) (*table, error) {
	if isType {
		if t := s.tableType(n); t != nil {
			return t, nil
		}
		return nil, tsql.NewError(208, spell(n))
	}
	o, _, err := s.lookup(n)
	if err != nil {
		return nil, err
	}
	if t, ok := o.(*table); ok && !t.IsType {
		return t, nil
	}
	return nil, unsupported("AS OBJECT of a view or function")
}

// shaper is the sink of EXEC ... WITH RESULT SETS: it renames and converts, and holds what is sent against what was declared. Errors
// 11535 to 11538 and 11553.
type shaper struct {
	Sink
	sets   [][]Column
	seen   int
	from   []Column
	row    []any
	failed bool
}

func (p *shaper) Columns(cols []Column) error {
	if err := p.accept(cols); err != nil {
		p.failed = true
		return err
	}
	return p.Sink.Columns(p.sets[p.seen-1])
}

func (p *shaper) accept(cols []Column) error {
	p.seen++
	if p.seen > len(p.sets) {
		return tsql.NewError(11535, len(p.sets))
	}
	want := p.sets[p.seen-1]
	if len(cols) != len(want) {
		return tsql.NewError(11537, len(want), p.seen, len(cols))
	}
	for i, c := range cols {
		if _, implicit := tsql.CanConvert(c.Type, want[i].Type); !implicit && c.Type.Kind != want[i].Type.Kind {
			return tsql.NewError(11538, want[i].Type.String(), i+1, p.seen, c.Type.String())
		}
	}
	p.from, p.row = append(p.from[:0], cols...), make([]any, len(cols))
	return nil
}

func (p *shaper) Row(row []any) error {
	for i, c := range p.sets[p.seen-1] {
		v := row[i]
		if v != nil && p.from[i].Type != c.Type {
			var err error
			if v, err = tsql.Implicit(v, p.from[i].Type, c.Type); err != nil {
				return err
			}
		}
		if v == nil && !c.Nullable {
			p.failed = true
			return tsql.NewError(11553, i+1, p.seen)
		}
		p.row[i] = v
	}
	return p.Sink.Row(p.row)
}

// end tells whether all that was declared was sent.
func (p *shaper) end() error {
	if p.seen < len(p.sets) {
		return tsql.NewError(11536, len(p.sets), p.seen)
	}
	return nil
}

// abortsExecute lists the errors of a shaper: they end its EXECUTE statement, not only the statement within that sent the rows.
func abortsExecute(n int32) bool {
	switch n {
	case 11535, 11537, 11538, 11553:
		return true
	}
	return false
}
