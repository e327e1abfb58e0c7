package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// byPrecedence gives INTERSECT its precedence, which teesql does not know: it reads a UNION b INTERSECT c as (a UNION b) INTERSECT c.
// The tree itself stays as it is.
func byPrecedence(e *ast.BinaryQueryExpression) *ast.BinaryQueryExpression {
	if !strings.EqualFold(e.BinaryQueryExpressionType, "Intersect") {
		return e
	}
	l, ok := e.FirstQueryExpression.(*ast.BinaryQueryExpression)
	if !ok {
		return e
	}
	if l = byPrecedence(l); strings.EqualFold(l.BinaryQueryExpressionType, "Intersect") {
		return e
	}
	right, top := *e, *l
	right.FirstQueryExpression, right.OrderByClause = l.SecondQueryExpression, nil
	top.SecondQueryExpression, top.OrderByClause = byPrecedence(&right), e.OrderByClause
	return &top
}

// setOperation binds UNION, EXCEPT and INTERSECT. Both sides are converted to the common types first.
func (b *binder) setOperation(e *ast.BinaryQueryExpression, outer *scope, o queryOptions) (*query, error) {
	e = byPrecedence(e)
	inner := queryOptions{subquery: true}
	l, err := b.query(e.FirstQueryExpression, outer, inner)
	if err != nil {
		return nil, err
	}
	r, err := b.query(e.SecondQueryExpression, outer, inner)
	if err != nil {
		return nil, err
	}
	if len(l.cols) != len(r.cols) {
		return nil, tsql.NewError(205)
	}
	word := strings.ToUpper(e.BinaryQueryExpressionType)
	q := &query{cols: make([]outCol, len(l.cols))}
	left, right := make([]string, len(l.cols)), make([]string, len(l.cols))
	for i := range l.cols {
		x := &expr{sql: "o" + itoa(i+1), typ: l.cols[i].typ, null: l.cols[i].null, bare: l.cols[i].bare}
		y := &expr{sql: "o" + itoa(i+1), typ: r.cols[i].typ, null: r.cols[i].null, bare: r.cols[i].bare}
		t, err := b.common(x, y, word)
		if err != nil {
			return nil, err
		}
		if t.Kind == tsql.KindXML && !e.All {
			return nil, tsql.NewError(305)
		}
		if x, err = b.convert(x, t); err != nil {
			return nil, err
		}
		if y, err = b.convert(y, t); err != nil {
			return nil, err
		}
		// SQLite takes a set operation's collation from its left side
		left[i] = x.sql + collate(t) + " AS o" + itoa(i+1)
		right[i] = y.sql + " AS o" + itoa(i+1)
		null := l.cols[i].null || r.cols[i].null
		if word == "EXCEPT" {
			null = l.cols[i].null
		}
		q.cols[i] = outCol{name: l.cols[i].name, typ: t, null: null, computed: true, bare: x.bare && y.bare}
	}
	if word == "UNION" && e.All {
		word = "UNION ALL"
	}
	sql := "SELECT " + strings.Join(left, ", ") + " FROM (" + l.sql + ") " + word + " SELECT " + strings.Join(right, ", ") + " FROM (" + r.sql + ")"
	if o.recLevel != "" {
		return nil, unsupported("a recursive member that is itself a set operation")
	}
	if len(o.extra) > 0 {
		return nil, unsupported("a set operation here")
	}
	keys, err := b.orderBy(e.OrderByClause, nil, q, true)
	if err != nil {
		return nil, err
	}
	if len(keys) > 0 {
		parts := make([]string, len(keys))
		for i, k := range keys {
			parts[i] = k.sql + k.collate + k.dir
		}
		sql = "SELECT * FROM (" + sql + ") ORDER BY " + strings.Join(parts, ", ")
	}
	if o.limit {
		sql = "SELECT * FROM (" + sql + ") LIMIT " + b.session("rowcount", typeBig, false, rowLimit).sql
	}
	q.sql = sql
	return q, nil
}

func rowLimit(s *Session) any {
	if s.set.rows == 0 {
		return int64(-1)
	}
	return s.set.rows
}

// scalarSubquery is a query used as a value. More than one row is error 512, so SQLite's habit of taking the first is kept from it.
func (b *binder) scalarSubquery(e *ast.ScalarSubquery, sc *scope) (*expr, error) {
	q, err := b.query(e.QueryExpression, sc, queryOptions{subquery: true})
	if err != nil {
		return nil, err
	}
	if len(q.cols) != 1 {
		return nil, tsql.NewError(116)
	}
	c := q.cols[0]
	r := &expr{typ: c.typ, null: true, bare: false}
	if oneRow(e.QueryExpression) {
		r.sql = "(" + q.sql + ")"
	} else {
		one := &op{name: "single", res: c.typ, null: true, args: []tsql.Type{typeBig, c.typ}, fn: func(a []any) (any, error) {
			if n, ok := a[0].(int64); ok && n > 1 {
				return nil, tsql.NewError(512)
			}
			return a[1], nil
		}}
		r.sql = "(SELECT x(" + itoa(operations.register(one)) + ", count(*), min(o1)) FROM (SELECT o1 FROM (" + q.sql + ") LIMIT 2))"
		r.sql = strings.Replace(r.sql, "min(o1)", "max(o1"+collate(c.typ)+")", 1)
	}
	if e.Collation != nil {
		return b.withCollation(r, e.Collation)
	}
	return r, nil
}

// oneRow is true for queries that can't give more than one row: aggregates without GROUP BY, TOP 1, no FROM.
func oneRow(e ast.QueryExpression) bool {
	s, ok := unparen(e).(*ast.QuerySpecification)
	if !ok {
		return false
	}
	if s.FromClause == nil {
		return true
	}
	if s.TopRowFilter != nil && !s.TopRowFilter.WithTies && !s.TopRowFilter.Percent {
		x := s.TopRowFilter.Expression
		if p, ok := x.(*ast.ParenthesisExpression); ok {
			x = p.Expression
		}
		n, ok := x.(*ast.IntegerLiteral)
		return ok && (n.Value == "1" || n.Value == "0")
	}
	if s.GroupByClause == nil {
		for _, el := range s.SelectElements {
			if hasAggregate(el) {
				return true
			}
		}
	}
	return false
}
