package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// findTableFunction finds an inline table-valued function by name.
func (b *binder) findTableFunction(n tsql.Name) (*module, string, error) {
	o, db, err := b.s.lookup(n)
	if err != nil {
		return nil, "", err
	}
	m, ok := o.(*module)
	if !ok || m.Kind != kindInlineFunction {
		return nil, "", tsql.NewError(208, spell(n))
	}
	return m, db, nil
}

// userTable expands an inline table-valued function: its query as a derived table in which the parameters stand for the arguments. SQLite knows
// no lateral subqueries, so arguments see the queries around but not the tables beside.
func (b *binder) userTable(m *module, db string, args []ast.ScalarExpression, alias string, columns []*ast.Identifier, sc *scope) (string, error) {
	if b.depth >= maxViews {
		return "", tsql.NewError(217, maxViews)
	}
	st, p, err := b.s.functionOf(m)
	if err != nil {
		return "", err
	}
	given, err := b.functionArguments(m, st.params, args, &scope{parent: nil2(sc)})
	if err != nil {
		return "", err
	}
	f := &frame{batch: p, vars: map[string]*variable{}}
	values := map[string]*expr{}
	for i, x := range given {
		name := fold(st.params[i].VariableName.Value)
		f.vars[name] = &variable{name: st.params[i].VariableName.Value, typ: x.typ}
		values[name] = b.opaque(x)
	}
	inner := &binder{s: b.s, b: p, f: f, params: b.params, alias: b.alias, reads: b.reads, depth: b.depth + 1, given: values}
	old := b.s.db
	b.s.db = db
	q, err := inner.statementQuery(st.query.WithCtesAndXmlNamespaces, st.query.QueryExpression, st.query.OptimizerHints, queryOptions{subquery: true})
	b.s.db = old
	if err != nil {
		return "", err
	}
	b.params, b.alias = inner.params, inner.alias
	q.sql = q.with + q.sql
	exposed, schema := alias, ""
	if alias == "" {
		exposed, schema = m.Name, m.Schema
	}
	sql, err := b.derived(q, exposed, columns, sc)
	if err == nil {
		sc.tables[len(sc.tables)-1].schema = schema
	}
	return sql, err
}

// opaque is an argument as its function sees it: nothing of what it is but a nullable value. A constant becomes a parameter, since SQLite takes
// a number in ORDER BY and GROUP BY for a column's place.
func (b *binder) opaque(x *expr) *expr {
	if x.isLit || x.bare {
		v := x.lit
		b.alias++
		return &expr{sql: b.addParam(param{global: "argument/" + itoa(b.alias), typ: x.typ, value: func(*Session) any { return v }}), typ: x.typ, null: true, param: true}
	}
	return &expr{sql: x.sql, typ: x.typ, null: true, param: x.param}
}
