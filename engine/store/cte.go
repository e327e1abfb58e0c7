package store

import (
	"strconv"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// cte is a common table expression in scope.
type cte struct {
	name      string
	sql       string // its name in SQLite
	cols      []outCol
	recursive bool
	pending   bool // its recursive member is being bound
	used      bool
}

// defaultRecursion is MAXRECURSION without the hint.
const defaultRecursion = 100

func (b *binder) findCTE(name string) *cte {
	for i := len(b.ctes) - 1; i >= 0; i-- {
		if strings.EqualFold(b.ctes[i].name, name) {
			return b.ctes[i]
		}
	}
	return nil
}

func (b *binder) cteRef(c *cte, alias string, sc *scope) (string, error) {
	for _, around := range b.ctes[:b.fence] {
		if around == c {
			return "", unsupported("APPLY of a query that looks left and reads a common table expression")
		}
	}
	if alias == "" {
		alias = c.name
	}
	r := &relation{alias: b.nextAlias(), exposed: alias}
	for i, col := range c.cols {
		s := &source{name: col.name, sql: r.alias + ".o" + itoa(i+1), typ: col.typ, null: col.null, computed: col.computed, rel: r}
		if col.src != nil {
			s.def, s.table = col.src.def, col.src.table
		}
		r.cols = append(r.cols, s)
	}
	if c.pending {
		c.used = true
		c.sql = strings.SplitN(c.sql, " ", 2)[0] + " " + r.alias
	}
	if err := sc.add(r); err != nil {
		return "", err
	}
	return strings.SplitN(c.sql, " ", 2)[0] + " AS " + r.alias, nil
}

// statementQuery binds a query with its WITH clause and hints.
func (b *binder) statementQuery(with *ast.WithCtesAndXmlNamespaces, e ast.QueryExpression, hints []ast.OptimizerHintBase, o queryOptions) (*query, error) {
	clause, err := b.with(with, hints)
	if err != nil {
		return nil, err
	}
	q, err := b.query(e, nil, o)
	if err != nil {
		return nil, err
	}
	q.with = clause
	return q, nil
}

// with binds the CTEs of a statement and gives the SQL of its WITH clause. They stay in scope.
func (b *binder) with(w *ast.WithCtesAndXmlNamespaces, hints []ast.OptimizerHintBase) (string, error) {
	if w == nil || len(w.CommonTableExpressions) == 0 {
		return "", nil
	}
	if w.XmlNamespaces != nil {
		return "", unsupported("WITH XMLNAMESPACES")
	}
	limit := int64(defaultRecursion)
	for _, h := range hints {
		if l, ok := h.(*ast.LiteralOptimizerHint); ok && strings.EqualFold(l.HintKind, "MaxRecursion") {
			if n, ok := l.Value.(*ast.IntegerLiteral); ok {
				limit, _ = strconv.ParseInt(n.Value, 10, 64)
			}
		}
	}
	parts := make([]string, 0, len(w.CommonTableExpressions))
	seen := map[string]bool{}
	for _, c := range w.CommonTableExpressions {
		if seen[fold(c.ExpressionName.Value)] {
			return "", tsql.NewError(239, c.ExpressionName.Value)
		}
		seen[fold(c.ExpressionName.Value)] = true
		sql, err := b.bindCTE(c, limit)
		if err != nil {
			return "", err
		}
		parts = append(parts, sql)
	}
	return "WITH RECURSIVE " + strings.Join(parts, ", ") + " ", nil
}

func (b *binder) bindCTE(e *ast.CommonTableExpression, limit int64) (string, error) {
	b.alias++
	c := &cte{name: e.ExpressionName.Value, sql: "w" + itoa(b.alias)}
	if u, ok := unparen(e.QueryExpression).(*ast.BinaryQueryExpression); ok && refersTo(u.SecondQueryExpression, c.name) {
		return b.recursiveCTE(c, e, u, limit)
	}
	q, err := b.query(e.QueryExpression, nil, queryOptions{subquery: true})
	if err != nil {
		return "", err
	}
	if err := c.setColumns(q, e.Columns); err != nil {
		return "", err
	}
	b.ctes = append(b.ctes, c)
	return c.sql + "(" + columnNames(len(c.cols)) + ") AS (" + q.sql + ")", nil
}

// grouped tells whether a SELECT has aggregates.
func grouped(e *ast.QuerySpecification) bool {
	for _, el := range e.SelectElements {
		if hasAggregate(el) {
			return true
		}
	}
	return e.HavingClause != nil
}

func unparen(e ast.QueryExpression) ast.QueryExpression {
	for {
		p, ok := e.(*ast.QueryParenthesisExpression)
		if !ok {
			return e
		}
		e = p.QueryExpression
	}
}

func refersTo(e ast.QueryExpression, name string) bool {
	found := false
	walk(e, func(n any) bool {
		if t, ok := n.(*ast.NamedTableReference); ok && t.SchemaObject.SchemaIdentifier == nil && strings.EqualFold(identValue(t.SchemaObject.BaseIdentifier), name) {
			found = true
		}
		return !found
	})
	return found
}

func (c *cte) setColumns(q *query, names []*ast.Identifier) error {
	if len(names) > 0 && len(names) != len(q.cols) {
		if len(names) > len(q.cols) {
			return tsql.NewError(8159, c.name)
		}
		return tsql.NewError(8158, c.name)
	}
	c.cols = append([]outCol(nil), q.cols...)
	for i := range c.cols {
		if len(names) > 0 {
			c.cols[i].name = names[i].Value
		}
		if c.cols[i].name == "" {
			return tsql.NewError(8155, i+1, c.name)
		}
	}
	return nil
}

func columnNames(n int) string {
	names := make([]string, n)
	for i := range names {
		names[i] = "o" + itoa(i+1)
	}
	return strings.Join(names, ", ")
}

// recursiveCTE binds anchor UNION ALL recursive member. A hidden column counts the levels, for MAXRECURSION.
func (b *binder) recursiveCTE(c *cte, e *ast.CommonTableExpression, u *ast.BinaryQueryExpression, limit int64) (string, error) {
	if u.BinaryQueryExpressionType != "Union" || !u.All {
		return "", tsql.NewError(252, c.name)
	}
	anchor, err := b.query(u.FirstQueryExpression, nil, queryOptions{subquery: true})
	if err != nil {
		return "", err
	}
	if err := c.setColumns(anchor, e.Columns); err != nil {
		return "", err
	}
	c.recursive, c.pending = true, true
	for i := range c.cols {
		c.cols[i].null = true
	}
	name := c.sql
	b.ctes = append(b.ctes, c)
	spec, ok := unparen(u.SecondQueryExpression).(*ast.QuerySpecification)
	if !ok {
		return "", unsupported("a recursive member that is itself a set operation")
	}
	if spec.GroupByClause != nil || spec.UniqueRowFilter == "Distinct" || spec.TopRowFilter != nil || grouped(spec) {
		return "", newError(467, c.name)
	}
	member, err := b.query(spec, nil, queryOptions{subquery: true, recLevel: "@level@"})
	if err != nil {
		return "", err
	}
	if len(member.cols) != len(anchor.cols) {
		return "", tsql.NewError(205)
	}
	for i := range member.cols {
		if !sameStored(member.cols[i].typ, anchor.cols[i].typ) || member.cols[i].typ.Kind != anchor.cols[i].typ.Kind {
			if !member.cols[i].bare {
				return "", tsql.NewError(240, c.cols[i].name, c.name)
			}
		}
	}
	alias := strings.TrimPrefix(c.sql, name+" ")
	c.sql, c.pending = name, false
	level := applyOp("xv", &op{name: "level/" + strconv.FormatInt(limit, 10), res: typeBig, fn: func(a []any) (any, error) {
		n := a[0].(int64) + 1
		if limit > 0 && n > limit {
			return nil, tsql.NewError(530, int(limit))
		}
		return n, nil
	}}, []*expr{{sql: alias + ".lv", typ: typeBig}})
	return name + "(" + columnNames(len(c.cols)) + ", lv) AS (SELECT *, 0 FROM (" + anchor.sql + ") UNION ALL " +
		strings.Replace(member.sql, "@level@", level.sql, 1) + ")", nil
}
