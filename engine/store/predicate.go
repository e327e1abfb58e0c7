package store

import (
	"strings"
	"unicode/utf8"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

var comparisons = map[string]string{
	"Equals": "=", "NotEqualToBrackets": "<>", "NotEqualToExclamation": "<>", "LessThan": "<", "GreaterThan": ">",
	"LessThanOrEqualTo": "<=", "GreaterThanOrEqualTo": ">=", "NotLessThan": ">=", "NotGreaterThan": "<=",
	"IsDistinctFrom": "IS NOT", "IsNotDistinctFrom": "IS",
}

// predicate binds a condition. Its SQL follows the same three-valued logic in SQLite.
func (b *binder) predicate(e ast.BooleanExpression, sc *scope) (string, error) {
	switch e := e.(type) {
	case *ast.BooleanBinaryExpression:
		x, err := b.predicate(e.FirstExpression, sc)
		if err != nil {
			return "", err
		}
		y, err := b.predicate(e.SecondExpression, sc)
		if err != nil {
			return "", err
		}
		return "(" + x + " " + strings.ToUpper(e.BinaryExpressionType) + " " + y + ")", nil
	case *ast.BooleanNotExpression:
		x, err := b.predicate(e.Expression, sc)
		return "(NOT " + x + ")", err
	case *ast.UpdateCall:
		switch {
		case b.f.trigger == nil:
			return "", unsupported("UPDATE() outside of a trigger")
		case b.f.trigger.updates(e.Identifier.Value):
			return "(1 = 1)", nil
		}
		return "(1 = 0)", nil
	case *ast.BooleanParenthesisExpression:
		return b.predicate(e.Expression, sc)
	case *ast.BooleanComparisonExpression:
		return b.comparison(e.ComparisonType, e.FirstExpression, e.SecondExpression, sc)
	case *ast.DistinctPredicate:
		op := "IsDistinctFrom"
		if e.IsNot {
			op = "IsNotDistinctFrom"
		}
		return b.comparison(op, e.FirstExpression, e.SecondExpression, sc)
	case *ast.BooleanIsNullExpression:
		x, err := b.scalar(e.Expression, sc)
		if err != nil {
			return "", err
		}
		if e.IsNot {
			return "(" + x.sql + " IS NOT NULL)", nil
		}
		return "(" + x.sql + " IS NULL)", nil
	case *ast.BooleanTernaryExpression:
		lo, err := b.comparison("GreaterThanOrEqualTo", e.FirstExpression, e.SecondExpression, sc)
		if err != nil {
			return "", err
		}
		hi, err := b.comparison("LessThanOrEqualTo", e.FirstExpression, e.ThirdExpression, sc)
		if e.TernaryExpressionType == "NotBetween" {
			return "(NOT (" + lo + " AND " + hi + "))", err
		}
		return "(" + lo + " AND " + hi + ")", err
	case *ast.BooleanLikeExpression:
		return b.like(e, sc)
	case *ast.BooleanInExpression:
		return b.in(e, sc)
	case *ast.ExistsPredicate:
		q, err := b.query(e.Subquery, sc, queryOptions{subquery: true, exists: true})
		if err != nil {
			return "", err
		}
		return "EXISTS (" + q.sql + ")", nil
	case *ast.SubqueryComparisonPredicate:
		return b.quantified(e, sc)
	case *ast.BooleanScalarPlaceholder:
		return "", tsql.NewError(4145, "", "")
	}
	return "", unsupported("a predicate of kind %s", strings.TrimPrefix(typeName(e), "*ast."))
}

func (b *binder) comparison(kind string, l, r ast.ScalarExpression, sc *scope) (string, error) {
	if q, ok := r.(*ast.FunctionCall); ok && strings.HasPrefix(q.FunctionName.Value, quantifiedPrefix) && len(q.Parameters) == 1 {
		if sub, ok := unwrap(q.Parameters[0]).(*ast.ScalarSubquery); ok {
			how := "Any"
			if q.FunctionName.Value == quantifiedPrefix+"all" {
				how = "All"
			}
			return b.quantified(&ast.SubqueryComparisonPredicate{Expression: l, ComparisonType: kind, Subquery: sub, SubqueryComparisonPredicateType: how}, sc)
		}
	}
	x, err := b.scalar(l, sc)
	if err != nil {
		return "", err
	}
	y, err := b.scalar(r, sc)
	if err != nil {
		return "", err
	}
	op, ok := comparisons[kind]
	if !ok {
		return "", unsupported("comparison %s", kind)
	}
	return b.compare(op, x, y)
}

func unwrap(e ast.ScalarExpression) ast.ScalarExpression {
	for {
		p, ok := e.(*ast.ParenthesisExpression)
		if !ok {
			return e
		}
		e = p.Expression
	}
}

var operationNames = map[string]string{"=": "equal to", "<>": "not equal to", "<": "less than", ">": "greater than",
	"<=": "less than or equal to", ">=": "greater than or equal to", "IS": "equal to", "IS NOT": "not equal to"}

// compare is x op y over bound expressions.
func (b *binder) compare(op string, x, y *expr) (string, error) {
	if err := comparable2(op, x.typ, y.typ); err != nil {
		return "", err
	}
	t, err := b.common(x, y, operationNames[op])
	if err != nil {
		return "", err
	}
	t = comparisonType(t, x, y)
	if x, err = b.convert(x, t); err != nil {
		return "", err
	}
	if y, err = b.convert(y, t); err != nil {
		return "", err
	}
	if t.Kind == tsql.KindVariant {
		c := b.apply("cmpvariant", typeInt, []*expr{x, y}, func(a []any) (any, error) {
			return int64(tsql.Compare(a[0], a[1], typeVariant)), nil
		})
		return "(" + c.sql + " " + op + " 0)", nil
	}
	return "(" + x.sql + collate(t) + " " + op + " " + y.sql + ")", nil
}

// comparisonType widens a common type so that comparing cuts nothing off: strings keep all their length.
func comparisonType(t tsql.Type, x, y *expr) tsql.Type {
	switch {
	case t.IsString():
		coll := t.Collation
		t = varchar(-1)
		if x.typ.IsUnicode() || y.typ.IsUnicode() {
			t = nvarchar(-1)
		}
		t.Collation = coll
	case t.IsBinary():
		t = tsql.Type{Kind: tsql.KindVarBinary, Length: -1}
	}
	return t
}

// comparable2 refuses the types that can't be compared: 305, 306, 402.
func comparable2(op string, x, y tsql.Type) error {
	if x.Kind == tsql.KindXML || y.Kind == tsql.KindXML {
		return tsql.NewError(305)
	}
	if x.IsLOB() || y.IsLOB() {
		return tsql.NewError(402, x.Name(), y.Name(), operationNames[op])
	}
	return nil
}

func (b *binder) like(e *ast.BooleanLikeExpression, sc *scope) (string, error) {
	x, err := b.scalar(e.FirstExpression, sc)
	if err != nil {
		return "", err
	}
	y, err := b.scalar(e.SecondExpression, sc)
	if err != nil {
		return "", err
	}
	args := []*expr{x, y}
	var escape *expr
	if e.EscapeExpression != nil {
		if escape, err = b.scalar(e.EscapeExpression, sc); err != nil {
			return "", err
		}
		args = append(args, escape)
	}
	for i, a := range args {
		if !a.typ.IsString() && !a.bare {
			if args[i], err = b.convert(a, nvarchar(4000)); err != nil {
				return "", err
			}
		}
	}
	coll, err := b.commonCollation(args[0], args[1], "like")
	if err != nil {
		return "", err
	}
	c, err := tsql.LookupCollation(showCollation(coll))
	if err != nil {
		return "", err
	}
	unicode := args[0].typ.IsUnicode() || args[1].typ.IsUnicode()
	r := b.apply("like/"+coll, typeInt, args, func(a []any) (any, error) {
		var esc rune
		if len(a) > 2 {
			s := a[2].(string)
			if utf8.RuneCountInString(s) != 1 {
				return nil, tsql.NewError(506, s, "LIKE")
			}
			esc, _ = utf8.DecodeRuneInString(s)
		}
		text, pattern := a[0].(string), a[1].(string)
		ok, err := c.Like(text, pattern, esc)
		if !ok && err == nil && !unicode {
			ok, err = likeBlanks(c, text, pattern, esc)
		}
		if err != nil || !ok {
			return int64(0), err
		}
		return int64(1), nil
	})
	if e.NotDefined {
		return "(NOT " + r.sql + ")", nil
	}
	return r.sql, nil
}

// likeBlanks matches text without some of the blanks at its end: where neither side is Unicode they need not be in the pattern, while
// those in the pattern must be in the text.
func likeBlanks(c *tsql.Collation, text, pattern string, escape rune) (bool, error) {
	bare := strings.TrimRight(text, " ")
	for n := range min(len(text)-len(bare), len(pattern)+1) { // more blanks than the pattern has characters change nothing
		if ok, err := c.Like(text[:len(bare)+n], pattern, escape); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

func (b *binder) in(e *ast.BooleanInExpression, sc *scope) (string, error) {
	not := ""
	if e.NotDefined {
		not = "NOT "
	}
	x, err := b.scalar(e.Expression, sc)
	if err != nil {
		return "", err
	}
	if e.Subquery != nil {
		q, err := b.query(e.Subquery, sc, queryOptions{subquery: true})
		if err != nil {
			return "", err
		}
		if len(q.cols) != 1 {
			return "", tsql.NewError(116)
		}
		return b.inQuery(x, q, not)
	}
	parts := make([]string, len(e.Values))
	for i, v := range e.Values {
		y, err := b.scalar(v, sc)
		if err != nil {
			return "", err
		}
		if parts[i], err = b.compare("=", x, y); err != nil {
			return "", err
		}
	}
	if list := b.plainList(x, e, sc); list != "" {
		return "(" + x.sql + collate(x.typ) + " " + not + "IN (" + list + "))", nil
	}
	return "(" + not + "(" + strings.Join(parts, " OR ") + "))", nil
}

// plainList is an IN list as SQLite can search it: where every value converts to the type of the left side as it is compared.
func (b *binder) plainList(x *expr, e *ast.BooleanInExpression, sc *scope) string {
	items := make([]string, len(e.Values))
	for i, v := range e.Values {
		y, err := b.scalar(v, sc)
		if err != nil {
			return ""
		}
		t, err := b.common(x, y, "equal to")
		if err != nil || t.Kind == tsql.KindVariant {
			return ""
		}
		t = comparisonType(t, x, y)
		if !sameStored(x.typ, t) || (t.IsString() && t.Collation != x.typ.Collation) {
			return ""
		}
		if y, err = b.convert(y, t); err != nil {
			return ""
		}
		items[i] = y.sql
	}
	return strings.Join(items, ", ")
}

// inQuery is x IN (q), with both sides in their common type.
func (b *binder) inQuery(x *expr, q *query, not string) (string, error) {
	col := &expr{sql: "o1", typ: q.cols[0].typ, null: q.cols[0].null}
	if err := comparable2("=", x.typ, col.typ); err != nil {
		return "", err
	}
	t, err := b.common(x, col, "equal to")
	if err != nil {
		return "", err
	}
	t = comparisonType(t, x, col)
	if x, err = b.convert(x, t); err != nil {
		return "", err
	}
	sql := q.sql
	if !sameStored(col.typ, t) {
		if col, err = b.convert(col, t); err != nil {
			return "", err
		}
		sql = "SELECT " + col.sql + " FROM (" + q.sql + ")"
	}
	return "(" + x.sql + collate(t) + " " + not + "IN (" + sql + "))", nil
}

// quantified is x op ANY/ALL (query), written with EXISTS: ALL is "none for which it is not true".
func (b *binder) quantified(e *ast.SubqueryComparisonPredicate, sc *scope) (string, error) {
	x, err := b.scalar(e.Expression, sc)
	if err != nil {
		return "", err
	}
	q, err := b.query(e.Subquery.QueryExpression, sc, queryOptions{subquery: true})
	if err != nil {
		return "", err
	}
	if len(q.cols) != 1 {
		return "", tsql.NewError(116)
	}
	b.alias++
	name := "q" + itoa(b.alias)
	col := &expr{sql: name + ".o1", typ: q.cols[0].typ, null: q.cols[0].null}
	cmp, err := b.compare(comparisons[e.ComparisonType], x, col)
	if err != nil {
		return "", err
	}
	some := func(cond string) string {
		return "EXISTS (SELECT 1 FROM (" + q.sql + ") AS " + name + " WHERE " + cond + ")"
	}
	decided, found := cmp, "1"
	if e.SubqueryComparisonPredicateType == "All" {
		decided, found = "NOT "+cmp, "0"
	}
	other := "1"
	if found == "1" {
		other = "0"
	}
	return "(CASE WHEN " + some(decided) + " THEN " + found + " WHEN " + some(cmp+" IS NULL") + " THEN NULL ELSE " + other + " END)", nil
}
