package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// functionBody checks the body of a function: a block that ends with RETURN and changes nothing but its own variables.
// rows says that the function returns its table and no value. Errors 178, 443, 444, 455.
func functionBody(b *batch, rows bool) ([]ast.Statement, error) {
	if len(b.statements) != 1 {
		return nil, tsql.NewError(102, "END")
	}
	block, ok := b.statements[0].(*ast.BeginEndBlockStatement)
	if !ok || block.StatementList == nil || len(block.StatementList.Statements) == 0 {
		return nil, tsql.NewError(102, "END")
	}
	list := block.StatementList.Statements
	for _, st := range list {
		if err := pureStatement(st); err != nil {
			return nil, err
		}
		if rows {
			if err := refuseReturnValue(st); err != nil {
				return nil, err
			}
		}
	}
	last := list[len(list)-1]
	if r, ok := last.(*ast.ReturnStatement); !ok || (r.Expression == nil) != rows {
		return nil, newError(455).At(lineOf(last))
	}
	return list, nil
}

func pureStatement(st ast.Statement) error {
	var err error
	walk(st, func(n any) bool {
		if err != nil {
			return false
		}
		switch n := n.(type) {
		case *ast.SelectStatement:
			err = assignsOnly(n)
		case *ast.InsertStatement:
			spec := n.InsertSpecification
			err = impure("INSERT", spec.Target, false, spec.OutputClause)
			if _, exec := spec.InsertSource.(*ast.ExecuteInsertSource); exec {
				err = newError(443, "INSERT EXEC")
			}
		case *ast.UpdateStatement:
			spec := n.UpdateSpecification
			err = impure("UPDATE", spec.Target, spec.FromClause != nil, spec.OutputClause)
		case *ast.DeleteStatement:
			spec := n.DeleteSpecification
			err = impure("DELETE", spec.Target, spec.FromClause != nil, spec.OutputClause)
		case *ast.PrintStatement:
			err = newError(443, "PRINT")
		case *ast.RaiseErrorStatement:
			err = newError(443, "RAISERROR")
		case *ast.ThrowStatement:
			err = newError(443, "THROW")
		case *ast.TryCatchStatement:
			err = newError(443, "BEGIN TRY")
		case *ast.ExecuteStatement:
			if _, text := n.ExecuteSpecification.ExecutableEntity.(*ast.ExecutableStringList); text {
				err = newError(443, "EXECUTE STRING")
			} else {
				err = unsupported("EXEC in a function")
			}
		case *ast.DeclareVariableStatement, *ast.DeclareTableVariableStatement, *ast.SetVariableStatement, *ast.IfStatement, *ast.WhileStatement, *ast.BreakStatement, *ast.ContinueStatement,
			*ast.ReturnStatement, *ast.BeginEndBlockStatement:
		case *ast.FunctionCall:
			if name := strings.ToLower(n.FunctionName.Value); n.CallTarget == nil && (name == "newid" || name == "rand" || name == "newsequentialid") {
				err = newError(443, name)
			}
		case ast.Statement:
			err = unsupported("the statement %s in a function", strings.TrimSuffix(strings.TrimPrefix(typeName(n), "*ast."), "Statement"))
		}
		if e, ok := err.(*tsql.Error); ok && e.Line == 0 {
			err = e.At(lineOf(st))
		}
		return err == nil
	})
	return err
}

// impure refuses changes of all but table variables. With a FROM clause the target may be the alias of one.
func impure(verb string, target ast.TableReference, from bool, output *ast.OutputClause) error {
	_, variable := target.(*ast.VariableTableReference)
	switch {
	case output != nil:
		return unsupported("OUTPUT in a function")
	case variable:
		return nil
	case from:
		return unsupported("%s of an alias in a function", verb)
	}
	return newError(443, verb)
}

// assignsOnly refuses a SELECT that sends rows or makes a table.
func assignsOnly(st *ast.SelectStatement) error {
	if st.Into != nil {
		return newError(443, "SELECT INTO")
	}
	if q, ok := unparen(st.QueryExpression).(*ast.QuerySpecification); ok && len(q.SelectElements) > 0 {
		if _, assigns := q.SelectElements[0].(*ast.SelectSetVariable); assigns {
			return nil
		}
	}
	return newError(444)
}
