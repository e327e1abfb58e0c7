package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// frame is a scope of variables: a batch, a procedure or a piece of dynamic SQL.
type frame struct {
	batch   *batch
	vars    map[string]*variable // by folded name with @
	proc    *module
	inner   bool
	status  int32
	result  *variable   // of a scalar function
	trigger *triggerRun // whose inserted and deleted are among vars
	sig     string
	row     []any // the row that inserted and deleted stand for
}

// variable is a local variable; table is set for a table variable.
type variable struct {
	name  string
	typ   tsql.Type
	value any
	table *table
}

func newFrame(b *batch) *frame { return &frame{batch: b, vars: map[string]*variable{}} }

// declareAll finds the DECLAREs of a batch before anything of it runs: in T-SQL they are static. Errors 134, 2715 ...
func (s *Session) declareAll(f *frame, list []ast.Statement) error {
	var failed error
	f.sig = "" // of the parameters alone, if their defaults have been evaluated
	for _, st := range list {
		walk(st, func(n any) bool {
			if failed != nil {
				return false
			}
			switch n := n.(type) {
			case *ast.CreateProcedureStatement, *ast.CreateOrAlterProcedureStatement, *ast.AlterProcedureStatement, *functionStatement, *triggerStatement:
				return false
			case *ast.DeclareVariableStatement:
				for _, d := range n.Declarations {
					if failed = s.declare(f, d); failed != nil {
						if e, ok := failed.(*tsql.Error); ok {
							failed = e.At(max(int32(d.StartLine), int32(n.StartLine)))
						}
						return false
					}
				}
				return false
			case *ast.DeclareTableVariableStatement:
				name := fold(n.Body.VariableName.Value)
				if f.vars[name] != nil {
					failed = tsql.NewError(134, n.Body.VariableName.Value).At(int32(n.StartLine))
					return false
				}
				t, err := s.defineTable(f, n.Body.Definition, n.Body.VariableName.Value, true)
				if err != nil {
					failed = err
					return false
				}
				t.Variable = true
				f.vars[name] = &variable{name: n.Body.VariableName.Value, table: t}
				return false
			case ast.Statement:
				return true
			case *ast.StatementList:
				return true
			}
			return false
		})
		if failed != nil {
			return failed
		}
	}
	return nil
}

func (s *Session) declare(f *frame, d *ast.DeclareVariableElement) error {
	name := fold(d.VariableName.Value)
	if f.vars[name] != nil {
		return tsql.NewError(134, d.VariableName.Value)
	}
	b := s.newBinder(f.batch, f)
	if len(d.DataType.Parameters) == 0 && d.DataType.Name != nil {
		if t := s.tableType(nameOf(d.DataType.Name)); t != nil {
			f.vars[name] = &variable{name: d.VariableName.Value, table: s.variableOfType(t)}
			return nil
		}
	}
	t, err := b.dataType(d.DataType, false)
	if err != nil {
		return err
	}
	if t.IsLOB() {
		return tsql.NewError(2739)
	}
	f.vars[name] = &variable{name: d.VariableName.Value, typ: t}
	return nil
}

// assign gives a variable a value of another type.
func (v *variable) assign(x any, from tsql.Type) error {
	if x == nil {
		v.value = nil
		return nil
	}
	// a variable takes what fits and cuts strings silently
	if _, ok := tsql.CanConvert(from, v.typ); !ok && from != v.typ {
		if ex, _ := tsql.CanConvert(from, v.typ); ex {
			return tsql.NewError(257, from.Name(), v.typ.Name())
		}
		return tsql.NewError(206, from.Name(), v.typ.Name())
	}
	c, err := tsql.Convert(x, from, v.typ, 0)
	if err != nil {
		return err
	}
	v.value = c
	return nil
}
