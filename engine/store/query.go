package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// query is a bound SELECT. Its SQL names its columns o1, o2, ...
type query struct {
	sql  string
	cols []outCol
	with string // WITH clause for the front of the whole statement
	// items are the select list's SQL, for ORDER BY of the same expression
	items []string
}

type outCol struct {
	name     string
	typ      tsql.Type
	null     bool
	src      *source
	computed bool
	bare     bool
	variable string // SELECT @variable = ...
}

type queryOptions struct {
	subquery bool    // ORDER BY needs TOP or OFFSET
	exists   bool    // the select list does not matter
	recLevel string  // of the recursive member of a CTE: SQL of the level column
	extra    []*expr // columns added in front of the select list under the names x1, x2, ...
	vars     bool    // SELECT @x = ... is allowed
	into     bool
	limit    bool // SET ROWCOUNT
}

// query binds a query expression. sc is the scope around it (nil at the top).
func (b *binder) query(e ast.QueryExpression, sc *scope, o queryOptions) (*query, error) {
	switch e := e.(type) {
	case *ast.QuerySpecification:
		return b.selectSpec(e, sc, o)
	case *ast.QueryParenthesisExpression:
		return b.query(e.QueryExpression, sc, o)
	case *ast.BinaryQueryExpression:
		return b.setOperation(e, sc, o)
	}
	return nil, unsupported("a query of kind %s", typeName(e))
}

// selectSpec binds one SELECT.
func (b *binder) selectSpec(e *ast.QuerySpecification, outer *scope, o queryOptions) (*query, error) {
	if e.ForClause != nil && typeName(e.ForClause) != "*ast.BrowseForClause" {
		return nil, unsupported("the FOR clause of SELECT")
	}
	sc := &scope{parent: outer, windows: map[string]*ast.WindowDefinition{}}
	if e.WindowClause != nil {
		for _, w := range e.WindowClause.WindowDefinition {
			sc.windows[fold(w.WindowName.Value)] = w
		}
	}
	from, err := b.from(e.FromClause, sc)
	if err != nil {
		return nil, err
	}
	var where string
	if e.WhereClause != nil && e.WhereClause.SearchCondition != nil {
		if hasAggregate(e.WhereClause.SearchCondition) {
			return nil, tsql.NewError(147)
		}
		if where, err = b.predicate(e.WhereClause.SearchCondition, sc); err != nil {
			return nil, err
		}
	}
	group, err := b.groupBy(e, sc)
	if err != nil {
		return nil, err
	}
	q := &query{}
	if o.exists && !sc.grouped && e.TopRowFilter == nil {
		q.items = []string{"1"}
		q.cols = []outCol{{typ: typeInt}}
	} else if err := b.selectList(e, sc, q, o); err != nil {
		return nil, err
	}
	var having string
	if e.HavingClause != nil {
		sc.noAgg = "HAVING"
		if having, err = b.predicate(e.HavingClause.SearchCondition, sc); err != nil {
			return nil, err
		}
		sc.noAgg = ""
	}
	order := e.OrderByClause
	if order != nil && o.subquery && e.TopRowFilter == nil && e.OffsetClause == nil {
		return nil, tsql.NewError(1033)
	}
	distinct := strings.EqualFold(e.UniqueRowFilter, "Distinct")
	keys, err := b.orderBy(order, sc, q, distinct)
	if err != nil {
		return nil, err
	}

	var sql strings.Builder
	sql.WriteString("SELECT ")
	if distinct {
		sql.WriteString("DISTINCT ")
		for i, c := range q.cols {
			if c.typ.Kind == tsql.KindXML || c.typ.IsLOB() {
				return nil, tsql.NewError(421, c.typ.Name())
			}
			q.items[i] += collate(c.typ)
		}
	}
	for i, x := range o.extra {
		sql.WriteString(x.sql + " AS x" + itoa(i+1) + ", ")
	}
	writeItems(&sql, q.items)
	if o.recLevel != "" {
		sql.WriteString(", " + o.recLevel)
	}
	sorts := ""
	top := e.TopRowFilter
	ranked := top != nil && (top.WithTies || top.Percent)
	if ranked {
		if top.WithTies && len(keys) == 0 {
			return nil, tsql.NewError(1062)
		}
		for i, k := range keys {
			if k.item == 0 {
				sql.WriteString(", " + k.sql + " AS s" + itoa(i+1))
				k.sql = "s" + itoa(i+1)
				keys[i] = k
			}
		}
	}
	sql.WriteString(from)
	clause(&sql, " WHERE ", where)
	clause(&sql, " GROUP BY ", strings.Join(group, ", "))
	if sc.grouped && len(group) == 0 && having != "" {
		// SQLite wants GROUP BY before HAVING; without groups the whole is one
		having = "(" + having + ")"
	}
	clause(&sql, " HAVING ", having)
	if len(keys) > 0 {
		parts := make([]string, len(keys))
		for i, k := range keys {
			parts[i] = k.sql + k.collate + k.dir
		}
		sorts = " ORDER BY " + strings.Join(parts, ", ")
	}
	if ranked {
		q.sql, err = b.rankedTop(top, sql.String(), sorts, len(q.items), sc)
		return q, err
	}
	if !o.exists || top != nil || e.OffsetClause != nil {
		sql.WriteString(sorts)
	}
	limit, err := b.limit(e, sc, o)
	if err != nil {
		return nil, err
	}
	sql.WriteString(limit)
	q.sql = sql.String()
	return q, nil
}

func writeItems(sql *strings.Builder, items []string) {
	for i, it := range items {
		if i > 0 {
			sql.WriteString(", ")
		}
		sql.WriteString(it + " AS o" + itoa(i+1))
	}
}

func clause(sql *strings.Builder, word, text string) {
	if text != "" {
		sql.WriteString(word + text)
	}
}

// limit gives LIMIT and OFFSET out of TOP, OFFSET ... FETCH and SET ROWCOUNT.
func (b *binder) limit(e *ast.QuerySpecification, sc *scope, o queryOptions) (string, error) {
	count := func(x ast.ScalarExpression, what string) (string, error) {
		v, err := b.scalar(x, sc.parent)
		if err != nil {
			return "", err
		}
		if !v.typ.IsExact() && !v.bare {
			return "", tsql.NewError(1060)
		}
		if v, err = b.convert(v, typeBig); err != nil {
			return "", err
		}
		number, least := int32(1014), int64(0)
		switch what {
		case "OFFSET":
			number = 10742
		case "FETCH":
			number, least = 10744, 1
		}
		if n, ok := v.lit.(int64); ok && n >= least {
			return v.sql, nil
		}
		return b.applyNull("rows/"+what, typeBig, []*expr{v}, func(a []any) (any, error) {
			n, ok := a[0].(int64)
			if !ok {
				return nil, tsql.NewError(1060)
			}
			if n < least {
				return nil, tsql.NewError(number)
			}
			return n, nil
		}).sql, nil
	}
	switch {
	case e.OffsetClause != nil:
		if e.TopRowFilter != nil {
			return "", newError(10741)
		}
		if e.OrderByClause == nil {
			return "", tsql.NewError(153, "NEXT", "FETCH")
		}
		skip, err := count(e.OffsetClause.OffsetExpression, "OFFSET")
		if err != nil {
			return "", err
		}
		take := "-1"
		if e.OffsetClause.FetchExpression != nil {
			if take, err = count(e.OffsetClause.FetchExpression, "FETCH"); err != nil {
				return "", err
			}
		}
		return " LIMIT " + take + " OFFSET " + skip, nil
	case e.TopRowFilter != nil:
		n, err := count(e.TopRowFilter.Expression, "TOP")
		return " LIMIT " + n, err
	case o.limit:
		return " LIMIT " + b.session("rowcount", typeBig, false, func(s *Session) any {
			if s.set.rows == 0 {
				return int64(-1)
			}
			return s.set.rows
		}).sql, nil
	}
	return "", nil
}

// rankedTop is TOP with PERCENT or WITH TIES: the query numbered by a window function and cut at the number.
func (b *binder) rankedTop(top *ast.TopRowFilter, inner, sorts string, n int, sc *scope) (string, error) {
	x, err := b.scalar(top.Expression, sc.parent)
	if err != nil {
		return "", err
	}
	number := "row_number()"
	if top.WithTies {
		number = "rank()"
	}
	over := strings.TrimPrefix(sorts, " ")
	var bound string
	if top.Percent {
		if x, err = b.convert(x, typeFloat); err != nil {
			return "", err
		}
		bound = b.apply("percent", typeBig, []*expr{x, {sql: "n", typ: typeBig}}, func(a []any) (any, error) {
			p, n := a[0].(float64), a[1].(int64)
			if p < 0 || p > 100 {
				return nil, tsql.NewError(1031)
			}
			return ceilPercent(p, n), nil
		}).sql
	} else {
		if x, err = b.convert(x, typeBig); err != nil {
			return "", err
		}
		bound = x.sql
	}
	names := make([]string, n)
	for i := range names {
		names[i] = "o" + itoa(i+1)
	}
	return "SELECT " + strings.Join(names, ", ") + " FROM (SELECT *, " + number + " OVER (" + over + ") AS r, count(*) OVER () AS n FROM (" + inner +
		")) WHERE r <= " + bound + sorts, nil
}
