package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// Kinds of functions, as sys.objects names them.
const (
	kindScalarFunction = "FN"
	kindInlineFunction = "IF"
	kindRowsFunction   = "TF" // multi-statement
)

func isFunction(kind string) bool { return kind == kindScalarFunction || isTableFunction(kind) }

func isTableFunction(kind string) bool { return kind == kindInlineFunction || kind == kindRowsFunction }

// createFunction is CREATE, ALTER and CREATE OR ALTER FUNCTION.
func (s *Session) createFunction(f *frame, st *functionStatement) error {
	kind := kindScalarFunction
	switch {
	case st.query != nil:
		kind = kindInlineFunction
	case st.rows != nil:
		kind = kindRowsFunction
	}
	seen := map[string]bool{}
	for _, p := range st.params {
		if name := fold(p.VariableName.Value); seen[name] {
			return tsql.NewError(134, p.VariableName.Value)
		} else {
			seen[name] = true
		}
	}
	return s.createModule(f, kind, st.name, nil, st.replace, st.alter)
}

// checkFunction binds what a function's definition says, so that its errors come when it is made.
func (s *Session) checkFunction(st *functionStatement, m *module, db string) error {
	b := s.newBinder(&batch{}, &frame{vars: map[string]*variable{}})
	for _, p := range st.params {
		if tableTypeOf(s, p) != nil {
			return unsupported("a table-valued parameter of a function")
		}
		if _, err := b.dataType(p.DataType, false); err != nil {
			return err
		}
	}
	if st.query != nil {
		none := make([]ast.ScalarExpression, len(st.params))
		for i := range none {
			none[i] = &ast.NullLiteral{}
		}
		_, err := b.userTable(m, db, none, "", nil, &scope{})
		return err
	}
	if st.rows != nil {
		_, err := s.rowsTable(st)
		return err
	}
	_, err := b.dataType(st.returns, false)
	return err
}

// functionOf parses a function's text.
func (s *Session) functionOf(m *module) (*functionStatement, *batch, error) {
	p, err := s.inst.batches.parse(m.Text, m.QuotedIdentifier)
	if err != nil {
		return nil, nil, err
	}
	if len(p.statements) == 1 {
		if st, ok := p.statements[0].(*functionStatement); ok {
			return st, p, nil
		}
	}
	return nil, nil, tsql.NewError(208, m.Name)
}

// functionArguments binds the arguments of a call, each converted to its parameter's type. Errors 313, 8144.
func (b *binder) functionArguments(m *module, params []*ast.ProcedureParameter, args []ast.ScalarExpression, sc *scope) ([]*expr, error) {
	if len(args) < len(params) {
		return nil, tsql.NewError(313, m.fullName())
	}
	if len(args) > len(params) {
		return nil, tsql.NewError(8144, m.fullName())
	}
	out := make([]*expr, len(params))
	for i, p := range params {
		t, err := b.dataType(p.DataType, false)
		if err != nil {
			return nil, err
		}
		x, err := b.functionArgument(m, p, args[i], sc)
		if err != nil {
			return nil, err
		}
		if err := checkAssign(x.typ, t, x.bare); err != nil {
			return nil, err
		}
		if out[i], err = b.convertAs(x, t, "convert", 0); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// functionArgument binds one argument; DEFAULT, which has to be written, stands for the parameter's default.
func (b *binder) functionArgument(m *module, p *ast.ProcedureParameter, arg ast.ScalarExpression, sc *scope) (*expr, error) {
	if _, isDefault := arg.(*ast.DefaultLiteral); !isDefault {
		return b.scalar(arg, sc)
	}
	if p.Value == nil {
		return nil, tsql.NewError(313, m.fullName())
	}
	vars := b.noVars
	b.noVars = true
	defer func() { b.noVars = vars }()
	return b.scalar(p.Value, nil)
}
