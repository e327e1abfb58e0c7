package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// scalar binds an expression. In a grouped query an expression that is one of the groups stands for the group.
func (b *binder) scalar(e ast.ScalarExpression, sc *scope) (*expr, error) {
	if sc != nil && sc.grouped && !sc.inAgg && len(sc.groups) > 0 {
		if _, plain := e.(*ast.ColumnReferenceExpression); !plain {
			sc.inAgg = true
			mark := len(b.params)
			x, err := b.scalarNode(e, sc)
			sc.inAgg = false
			if err == nil && !x.agg && sc.groups[x.sql] {
				return x, nil
			}
			b.params = b.params[:mark]
		}
	}
	return b.scalarNode(e, sc)
}

func (b *binder) scalarNode(e ast.ScalarExpression, sc *scope) (*expr, error) {
	switch e := e.(type) {
	case *ast.ColumnReferenceExpression:
		return b.columnRef(e, sc)
	case *ast.VariableReference:
		return b.variable(e)
	case *ast.GlobalVariableExpression:
		return b.globalVariable(e.Name)
	case *ast.ParenthesisExpression:
		x, err := b.scalarNode(e.Expression, sc)
		if err != nil {
			return nil, err
		}
		n := *x
		if !strings.HasPrefix(n.sql, "x(") && !n.isLit && n.col == nil {
			n.sql = "(" + n.sql + ")"
		}
		n.name = ""
		return &n, nil
	case *ast.BinaryExpression:
		return b.binary(e, sc)
	case *ast.UnaryExpression:
		return b.unary(e, sc)
	case *ast.SearchedCaseExpression:
		return b.searchedCase(e, sc)
	case *ast.SimpleCaseExpression:
		return b.simpleCase(e, sc)
	case *ast.IIfCall:
		return b.caseOf([]ast.BooleanExpression{e.Predicate}, []ast.ScalarExpression{e.ThenExpression}, e.ElseExpression, sc)
	case *ast.CoalesceExpression:
		return b.coalesce(e.Expressions, sc)
	case *ast.NullIfExpression:
		return b.nullIf(e, sc)
	case *ast.CastCall:
		return b.cast(e.DataType, e.Parameter, nil, false, e.Collation, sc)
	case *ast.TryCastCall:
		return b.cast(e.DataType, e.Parameter, nil, true, e.Collation, sc)
	case *ast.ConvertCall:
		return b.cast(e.DataType, e.Parameter, e.Style, false, e.Collation, sc)
	case *ast.TryConvertCall:
		return b.cast(e.DataType, e.Parameter, e.Style, true, e.Collation, sc)
	case *ast.ParseCall:
		return b.cast(e.DataType, e.StringValue, nil, false, nil, sc)
	case *ast.TryParseCall:
		return b.cast(e.DataType, e.StringValue, nil, true, nil, sc)
	case *ast.FunctionCall:
		return b.function(e, sc)
	case *ast.LeftFunctionCall:
		return b.named("LEFT", e.Parameters, sc)
	case *ast.RightFunctionCall:
		return b.named("RIGHT", e.Parameters, sc)
	case *ast.ParameterlessCall:
		return b.parameterless(e)
	case *ast.ScalarSubquery:
		return b.scalarSubquery(e, sc)
	case *ast.OdbcFunctionCall:
		return b.odbcFunction(e, sc)
	case *ast.AtTimeZoneCall:
		return b.atTimeZone(e, sc)
	case *ast.NextValueForExpression:
		return nil, unsupported("NEXT VALUE FOR")
	case *ast.DefaultLiteral:
		return nil, tsql.NewError(156, "default")
	case *ast.IdentifierLiteral:
		return stringLiteral(e.Value, true)
	}
	return b.literalNode(e)
}

// columnsOf binds several expressions.
func (b *binder) scalars(list []ast.ScalarExpression, sc *scope) ([]*expr, error) {
	out := make([]*expr, len(list))
	for i, e := range list {
		x, err := b.scalar(e, sc)
		if err != nil {
			return nil, err
		}
		out[i] = x
	}
	return out, nil
}

var binaryOps = map[string]tsql.Op{
	"Add": tsql.OpAdd, "Subtract": tsql.OpSub, "Multiply": tsql.OpMul, "Divide": tsql.OpDiv, "Modulo": tsql.OpMod,
	"BitwiseAnd": tsql.OpBitAnd, "BitwiseOr": tsql.OpBitOr, "BitwiseXor": tsql.OpBitXor,
}

func (b *binder) binary(e *ast.BinaryExpression, sc *scope) (*expr, error) {
	x, err := b.scalar(e.FirstExpression, sc)
	if err != nil {
		return nil, err
	}
	y, err := b.scalar(e.SecondExpression, sc)
	if err != nil {
		return nil, err
	}
	o, ok := binaryOps[e.BinaryExpressionType]
	if !ok {
		return nil, unsupported("operator %s", e.BinaryExpressionType)
	}
	return b.arith(o, x, y)
}

// arith is x o y. The untyped NULL takes the other's type.
func (b *binder) arith(o tsql.Op, x, y *expr) (*expr, error) {
	if x.bare && !y.bare {
		x = retype(x, y.typ)
	} else if y.bare && !x.bare {
		y = retype(y, x.typ)
	}
	x, y = constantBeside(x, y.typ), constantBeside(y, x.typ)
	tx, ty := x.typ, y.typ
	t, err := tsql.ResultType(o, tx, ty)
	if err != nil {
		return nil, err
	}
	if o == tsql.OpAdd && t.IsString() {
		if t.Collation, err = b.commonCollation(x, y, "add"); err != nil {
			return nil, err
		}
	}
	r := b.apply("arith"+string(o), t, []*expr{x, y}, func(a []any) (any, error) {
		v, _, err := tsql.Arith(o, a[0], a[1], tx, ty)
		return v, err
	})
	r.explicitCollation = x.explicitCollation || y.explicitCollation
	return r, nil
}

// constantBeside gives an integer constant beside a decimal the precision it needs: 5.0 / 2 has scale 6, not 12.
func constantBeside(x *expr, other tsql.Type) *expr {
	n, ok := x.lit.(int64)
	if !ok || !x.isLit || x.typ != typeInt || !other.IsDecimal() {
		return x
	}
	t := tsql.ConstantType(n)
	v, err := tsql.Convert(n, typeInt, t, 0)
	if err != nil {
		return x
	}
	if c, err := literal(v, t); err == nil {
		return c
	}
	return x
}

func retype(x *expr, t tsql.Type) *expr {
	n := *x
	n.typ = t
	return &n
}

func (b *binder) unary(e *ast.UnaryExpression, sc *scope) (*expr, error) {
	x, err := b.scalar(e.Expression, sc)
	if err != nil {
		return nil, err
	}
	t := x.typ
	switch e.UnaryExpressionType {
	case "Positive":
		return x, nil
	case "Negative":
		if x.isLit && x.lit != nil {
			v, t, err := tsql.Negate(x.lit, t)
			if err != nil {
				return nil, err
			}
			return literal(v, t)
		}
		_, rt, err := tsql.Negate(nil, t)
		if err != nil {
			return nil, err
		}
		return b.apply("negate", rt, []*expr{x}, func(a []any) (any, error) {
			v, _, err := tsql.Negate(a[0], t)
			return v, err
		}), nil
	}
	_, rt, err := tsql.BitNot(nil, t)
	if err != nil {
		return nil, err
	}
	return b.apply("bitnot", rt, []*expr{x}, func(a []any) (any, error) {
		v, _, err := tsql.BitNot(a[0], t)
		return v, err
	}), nil
}

// commonCollation is the collation of an expression of two strings. Error 468.
func (b *binder) commonCollation(x, y *expr, operation string) (string, error) {
	cx, cy := x.typ.Collation, y.typ.Collation
	switch {
	case cx == cy || !y.typ.IsString():
		return cx, nil
	case !x.typ.IsString():
		return cy, nil
	case x.explicitCollation && y.explicitCollation:
		return "", tsql.NewError(468, showCollation(cx), showCollation(cy), operation)
	case x.explicitCollation:
		return cx, nil
	case y.explicitCollation:
		return cy, nil
	case x.col == nil && y.col != nil:
		return cy, nil
	case y.col == nil && x.col != nil:
		return cx, nil
	case cx == "":
		return cy, nil
	case cy == "" && x.col == nil:
		return cx, nil
	}
	return "", tsql.NewError(468, showCollation(cx), showCollation(cy), operation)
}

func showCollation(c string) string {
	if c == "" {
		return tsql.DefaultCollation
	}
	return c
}

// common is the type that values of both can have, with the collation settled.
func (b *binder) common(x, y *expr, operation string) (tsql.Type, error) {
	if x.bare {
		return y.typ, nil
	}
	if y.bare {
		return x.typ, nil
	}
	t, err := tsql.CommonType(x.typ, y.typ)
	if err != nil {
		return t, err
	}
	if t.IsString() {
		t.Collation, err = b.commonCollation(x, y, operation)
	}
	return t, err
}
