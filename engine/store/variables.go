package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// declareStatement gives variables their initial values; they exist since declareAll.
func (s *Session) declareStatement(f *frame, st *ast.DeclareVariableStatement) error {
	for _, d := range st.Declarations {
		v := f.vars[fold(d.VariableName.Value)]
		if v == nil {
			return tsql.NewError(137, d.VariableName.Value)
		}
		if v.table != nil {
			if err := s.makeTableVariable(v.table); err != nil {
				return err
			}
			continue
		}
		if d.Value == nil {
			continue
		}
		x, t, err := s.value(f, d.Value)
		if err != nil {
			return err
		}
		if err := v.assign(x, t); err != nil {
			return err
		}
		s.rowCount = 1
	}
	return nil
}

// declareTable makes the table behind a table variable.
func (s *Session) declareTable(f *frame, st *ast.DeclareTableVariableStatement) error {
	return s.makeTableVariable(f.vars[fold(st.Body.VariableName.Value)].table)
}

func (s *Session) makeTableVariable(t *table) error {
	if s.tableVars[t.ID] != nil {
		return nil // DECLARE in a loop runs once
	}
	if err := s.createPhysical(t); err != nil {
		return err
	}
	if s.tableVars == nil {
		s.tableVars = map[int]*table{}
	}
	s.tableVars[t.ID] = t
	return nil
}

// dropVariables drops the tables of a frame's table variables.
func (s *Session) dropVariables(f *frame) error {
	for _, v := range f.vars {
		if v.table == nil || s.tableVars[v.table.ID] == nil {
			continue
		}
		if s.lateral.reading > 0 {
			s.lateral.drop = append(s.lateral.drop, v.table)
			continue
		}
		if err := s.dropVariable(v.table); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) dropVariable(t *table) error {
	delete(s.tableVars, t.ID)
	s.inst.dropIdentity(t.ID)
	return s.lite.exec("DROP TABLE IF EXISTS " + t.sqlName())
}

// setVariable is SET @x = e, and SET @x += e.
func (s *Session) setVariable(f *frame, st *ast.SetVariableStatement) error {
	if st.CursorDefinition != nil {
		return unsupported("a cursor variable")
	}
	if st.Variable == nil || st.Identifier != nil || st.FunctionCallExists {
		return unsupported("SET of this kind")
	}
	v := f.vars[fold(st.Variable.Name)]
	if v == nil || v.table != nil {
		return tsql.NewError(137, st.Variable.Name)
	}
	p, err := s.plan(f, st, func(b *binder) (*plan, error) {
		x, err := b.scalar(st.Expression, nil)
		if err != nil {
			return nil, err
		}
		self, err := b.variable(st.Variable)
		if err != nil {
			return nil, err
		}
		if x, err = b.assigned(x, self, st.AssignmentKind); err != nil {
			return nil, err
		}
		p := b.finish("SELECT "+x.sql, []outCol{{typ: x.typ}})
		p.constant, p.literal = x.isLit, x.lit
		return p, nil
	})
	if err != nil {
		return err
	}
	if p.constant {
		s.rowCount = 1
		return v.assign(p.literal, p.cols[0].typ)
	}
	row, err := s.single(f, p)
	if err != nil {
		return err
	}
	s.rowCount = 1 // not before: the expression may ask for @@ROWCOUNT
	if len(row) == 0 {
		return v.assign(nil, p.cols[0].typ)
	}
	return v.assign(row[0], p.cols[0].typ)
}

// print is PRINT: at most 8000 bytes, as information.
func (s *Session) print(f *frame, st *ast.PrintStatement) error {
	v, t, err := s.value(f, st.Expression)
	if err != nil {
		return err
	}
	text := ""
	if v != nil {
		c, err := tsql.Convert(v, t, nvarchar(4000), 0)
		if err != nil {
			return err
		}
		text = c.(string)
	}
	if text == "" {
		text = " "
	}
	e := &tsql.Error{Number: 0, Class: 0, State: 1, Message: text, Line: lineOf(st)}
	if f.proc != nil {
		e.Proc = f.proc.Name
	}
	if err := s.out.message(e); err != nil {
		return err
	}
	return s.out.done(Done{Command: CommandPrint})
}
