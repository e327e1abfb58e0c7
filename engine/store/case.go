package store

import (
	"fmt"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

func typeName(v any) string { return fmt.Sprintf("%T", v) }

func (b *binder) searchedCase(e *ast.SearchedCaseExpression, sc *scope) (*expr, error) {
	var when []ast.BooleanExpression
	var then []ast.ScalarExpression
	for _, w := range e.WhenClauses {
		when, then = append(when, w.WhenExpression), append(then, w.ThenExpression)
	}
	x, err := b.caseOf(when, then, e.ElseExpression, sc)
	if err == nil && e.Collation != nil {
		return b.withCollation(x, e.Collation)
	}
	return x, err
}

func (b *binder) simpleCase(e *ast.SimpleCaseExpression, sc *scope) (*expr, error) {
	var when []ast.BooleanExpression
	var then []ast.ScalarExpression
	for _, w := range e.WhenClauses {
		when = append(when, &ast.BooleanComparisonExpression{ComparisonType: "Equals", FirstExpression: e.InputExpression, SecondExpression: w.WhenExpression})
		then = append(then, w.ThenExpression)
	}
	x, err := b.caseOf(when, then, e.ElseExpression, sc)
	if err == nil && e.Collation != nil {
		return b.withCollation(x, e.Collation)
	}
	return x, err
}

// unify gives several expressions their common type. Error 8133 if all are the NULL constant.
func (b *binder) unify(list []*expr, operation string) (tsql.Type, error) {
	var t tsql.Type
	var soFar *expr
	for _, x := range list {
		if x.bare {
			continue
		}
		if soFar == nil {
			soFar, t = x, x.typ
			continue
		}
		var err error
		if t, err = b.common(soFar, x, operation); err != nil {
			return t, err
		}
		soFar = &expr{typ: t, explicitCollation: soFar.explicitCollation || x.explicitCollation}
	}
	if soFar == nil {
		return t, tsql.NewError(8133)
	}
	for i, x := range list {
		c, err := b.convert(x, t)
		if err != nil {
			return t, err
		}
		list[i] = c
	}
	return t, nil
}

func (b *binder) caseOf(when []ast.BooleanExpression, then []ast.ScalarExpression, otherwise ast.ScalarExpression, sc *scope) (*expr, error) {
	results, err := b.scalars(then, sc)
	if err != nil {
		return nil, err
	}
	last := nullExpr()
	if otherwise != nil {
		if last, err = b.scalar(otherwise, sc); err != nil {
			return nil, err
		}
	}
	results = append(results, last)
	t, err := b.unify(results, "CASE")
	if err != nil {
		return nil, err
	}
	r := &expr{typ: t}
	var sql strings.Builder
	sql.WriteString("CASE")
	for i, w := range when {
		p, err := b.predicate(w, sc)
		if err != nil {
			return nil, err
		}
		sql.WriteString(" WHEN " + p + " THEN " + results[i].sql)
	}
	sql.WriteString(" ELSE " + results[len(when)].sql + " END")
	for _, x := range results {
		r.null, r.agg = r.null || x.null, r.agg || x.agg
		r.explicitCollation = r.explicitCollation || x.explicitCollation
	}
	r.sql = sql.String()
	return r, nil
}

// coalesce is COALESCE: the common type of all.
func (b *binder) coalesce(list []ast.ScalarExpression, sc *scope) (*expr, error) {
	xs, err := b.scalars(list, sc)
	if err != nil {
		return nil, err
	}
	t, err := b.unify(xs, "COALESCE")
	if err != nil {
		if e, ok := err.(*tsql.Error); ok && e.Number == 8133 {
			return nil, newError(4127)
		}
		return nil, err
	}
	r := &expr{typ: t, null: true}
	parts := make([]string, len(xs))
	for i, x := range xs {
		parts[i] = x.sql
		r.null, r.agg = r.null && x.null, r.agg || x.agg
	}
	r.sql = "coalesce(" + strings.Join(parts, ", ") + ")"
	if len(parts) == 1 {
		r.sql = parts[0]
	}
	return r, nil
}

// isNull is ISNULL(x, y): the type of x.
func (b *binder) isNull(x, y *expr) (*expr, error) {
	t := x.typ
	if x.bare {
		t = y.typ
		x = retype(x, t)
	}
	y, err := b.convertAs(y, t, "convert", 0)
	if err != nil {
		return nil, err
	}
	return &expr{sql: "ifnull(" + x.sql + ", " + y.sql + ")", typ: t, null: x.null && y.null, agg: x.agg || y.agg}, nil
}

func (b *binder) nullIf(e *ast.NullIfExpression, sc *scope) (*expr, error) {
	x, err := b.scalar(e.FirstExpression, sc)
	if err != nil {
		return nil, err
	}
	y, err := b.scalar(e.SecondExpression, sc)
	if err != nil {
		return nil, err
	}
	if x.bare {
		return nil, newError(4151)
	}
	p, err := b.compare("=", x, y)
	if err != nil {
		return nil, err
	}
	return &expr{sql: "CASE WHEN " + p + " THEN NULL ELSE " + x.sql + " END", typ: x.typ, null: true, agg: x.agg || y.agg}, nil
}

// dataType reads a type as written in a statement. Sizes that are left out are 30 in CAST, 1 elsewhere.
func (b *binder) dataType(d ast.DataTypeReference, casting bool) (tsql.Type, error) {
	var name *ast.SchemaObjectName
	var params []ast.ScalarExpression
	switch d := d.(type) {
	case *ast.SqlDataTypeReference:
		name, params = d.Name, d.Parameters
		if name == nil {
			name = &ast.SchemaObjectName{BaseIdentifier: &ast.Identifier{Value: d.SqlDataTypeOption}}
		}
	case *ast.XmlDataTypeReference:
		return tsql.ParseType("xml")
	case *ast.UserDataTypeReference:
		name, params = d.Name, d.Parameters
	case nil:
		return tsql.Type{}, tsql.NewError(102, "")
	default:
		return tsql.Type{}, unsupported("a data type of kind %T", d)
	}
	text := name.BaseIdentifier.Value
	if len(params) > 0 {
		parts := make([]string, len(params))
		for i, p := range params {
			switch p := p.(type) {
			case *ast.IntegerLiteral:
				parts[i] = p.Value
			case *ast.MaxLiteral:
				parts[i] = "max"
			default:
				return tsql.Type{}, tsql.NewError(102, text)
			}
		}
		text += "(" + strings.Join(parts, ", ") + ")"
	} else if casting {
		switch strings.ToLower(text) {
		case "char", "varchar", "nchar", "nvarchar", "binary", "varbinary", "character", "char varying", "character varying":
			text += "(30)"
		}
	}
	return tsql.ParseType(text)
}

func (b *binder) cast(d ast.DataTypeReference, e, style ast.ScalarExpression, try bool, coll *ast.Identifier, sc *scope) (*expr, error) {
	t, err := b.dataType(d, true)
	if err != nil {
		return nil, err
	}
	x, err := b.scalar(e, sc)
	if err != nil {
		return nil, err
	}
	if x.typ.IsString() && t.IsString() {
		t.Collation = x.typ.Collation
	}
	if x.bare {
		return &expr{sql: "NULL", typ: t, null: true, isLit: true}, nil
	}
	if ex, _ := tsql.CanConvert(x.typ, t); !ex {
		return nil, tsql.NewError(529, x.typ.Name(), t.Name())
	}
	how := "convert"
	if try {
		how = "try"
	}
	var r *expr
	switch n, fixed := constantInt(b, style, sc); {
	case style == nil:
		r, err = b.convertAs(x, t, how, 0)
	case fixed:
		if n != 0 && sameStored(x.typ, t) && !x.isLit {
			x = &expr{sql: x.sql, typ: x.typ, null: x.null, agg: x.agg} // the style may matter even then
		}
		r, err = b.convertAs(x, t, how, n)
	default:
		r, err = b.castStyled(x, t, style, try, sc)
	}
	if err == nil && coll != nil {
		return b.withCollation(r, coll)
	}
	if err == nil && r == x {
		n := *r
		r = &n
	}
	if err == nil {
		r.name, r.col = "", nil
	}
	return r, err
}

func constantInt(b *binder, e ast.ScalarExpression, sc *scope) (int, bool) {
	if e == nil {
		return 0, true
	}
	x, err := b.scalar(e, sc)
	if err != nil {
		return 0, false
	}
	n, ok := x.lit.(int64)
	return int(n), ok
}

// castStyled is CONVERT with a style that is known when it runs.
func (b *binder) castStyled(x *expr, t tsql.Type, style ast.ScalarExpression, try bool, sc *scope) (*expr, error) {
	st, err := b.scalar(style, sc)
	if err != nil {
		return nil, err
	}
	if st, err = b.convert(st, typeInt); err != nil {
		return nil, err
	}
	from := x.typ
	name := "convertstyled"
	fn := tsql.Convert
	if try {
		name, fn = "trystyled", tsql.TryConvert
	}
	r := b.apply(name, t, []*expr{x, st}, func(a []any) (any, error) { return fn(a[0], from, t, int(a[1].(int64))) })
	r.null = r.null || try
	return r, nil
}
