package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// findTableFunction finds a table-valued function by name.
func (b *binder) findTableFunction(n tsql.Name) (*module, string, error) {
	o, db, err := b.s.lookup(n)
	if err != nil {
		return nil, "", err
	}
	m, ok := o.(*module)
	if !ok || !isTableFunction(m.Kind) {
		return nil, "", tsql.NewError(208, spell(n))
	}
	return m, db, nil
}

// userTable puts an inline table-valued function into FROM: its query as a derived table in which the parameters stand
// for the arguments. Arguments see the queries around but not the tables beside.
func (b *binder) userTable(m *module, db string, args []ast.ScalarExpression, alias string, columns []*ast.Identifier, sc *scope) (string, error) {
	st, p, err := b.tableFunctionOf(m, db)
	if err != nil {
		return "", err
	}
	given, err := b.functionArguments(m, st.params, args, &scope{parent: nil2(sc)})
	if err != nil {
		return "", err
	}
	if st.rows != nil {
		return b.rowsFunction(m, db, st, given, alias, columns, sc)
	}
	f, values := &frame{batch: p, vars: map[string]*variable{}}, map[string]*expr{}
	for i, x := range given {
		values[f.parameter(st.params[i], x)] = b.opaque(x)
	}
	inner := &binder{s: b.s, b: p, f: f, params: b.params, alias: b.alias, reads: b.reads, depth: b.depth + 1, given: values, chain: b.s.catalog().database(db).chainOf(m), trusted: b.trusted}
	q, err := inner.functionQuery(st, db)
	if err != nil {
		return "", err
	}
	b.params, b.alias = inner.params, inner.alias
	return b.exposeFunction(m, alias, sc, func(exposed string) (string, error) { return b.derived(q, exposed, columns, sc) })
}

// appliedFunction is userTable for APPLY, where arguments see the tables to the left.
func (b *binder) appliedFunction(m *module, db string, t *ast.SchemaObjectFunctionTableReference, sc *scope) (string, error) {
	st, p, err := b.tableFunctionOf(m, db)
	if err != nil {
		return "", err
	}
	given, err := b.functionArguments(m, st.params, t.Parameters, sc)
	if err != nil {
		return "", err
	}
	if st.rows != nil {
		return b.rowsFunction(m, db, st, given, identValue(t.Alias), t.Columns, sc)
	}
	f, values := &frame{batch: p, vars: map[string]*variable{}}, map[string]string{}
	for i, x := range given {
		values[f.parameter(st.params[i], x)] = x.sql
	}
	inner := &binder{s: b.s, b: p, f: f, alias: b.alias, reads: b.reads, depth: b.depth + 1, chain: b.s.catalog().database(db).chainOf(m), trusted: b.trusted}
	q, err := inner.functionQuery(st, db)
	if err != nil {
		return "", err
	}
	b.alias = inner.alias
	args := make([]string, len(inner.params))
	for i, param := range inner.params {
		if args[i] = values[param.variable]; param.variable == "" {
			args[i] = b.addParam(param)
		}
	}
	return b.exposeFunction(m, identValue(t.Alias), sc, func(exposed string) (string, error) {
		return b.lateralTable(q, args, rowsOf(q.sql, len(q.cols)), exposed, t.Columns, sc)
	})
}

// tableFunctionOf parses a table-valued function that is about to be expanded. Errors 217, 229.
func (b *binder) tableFunctionOf(m *module, db string) (*functionStatement, *batch, error) {
	if err := b.may("SELECT", db, m); err != nil {
		return nil, nil, err
	}
	if b.depth >= maxViews {
		return nil, nil, tsql.NewError(217, maxViews)
	}
	return b.s.functionOf(m)
}

// parameter declares a function's parameter, of its argument's type, and gives its folded name.
func (f *frame) parameter(p *ast.ProcedureParameter, x *expr) string {
	name := fold(p.VariableName.Value)
	f.vars[name] = &variable{name: p.VariableName.Value, typ: x.typ}
	return name
}

// functionQuery binds the query of an inline function in the function's database.
func (b *binder) functionQuery(st *functionStatement, db string) (*query, error) {
	old := b.s.db
	b.s.db = db
	q, err := b.statementQuery(st.query.WithCtesAndXmlNamespaces, st.query.QueryExpression, st.query.OptimizerHints, queryOptions{subquery: true})
	b.s.db = old
	if err != nil {
		return nil, err
	}
	q.sql = q.with + q.sql
	return q, nil
}

// exposeFunction adds a function's rows to the scope under an alias, or under the function's own name.
func (b *binder) exposeFunction(m *module, alias string, sc *scope, add func(exposed string) (string, error)) (string, error) {
	schema := ""
	if alias == "" {
		alias, schema = m.Name, m.Schema
	}
	sql, err := add(alias)
	if err == nil {
		sc.tables[len(sc.tables)-1].schema = schema
	}
	return sql, err
}

// opaque is an argument as its function sees it: nothing of what it is but a nullable value. A constant becomes a
// parameter, since SQLite takes a number in ORDER BY and GROUP BY for a column's place.
func (b *binder) opaque(x *expr) *expr {
	if x.isLit || x.bare {
		v := x.lit
		b.alias++
		return &expr{sql: b.addParam(param{global: "argument/" + itoa(b.alias), typ: x.typ, value: func(*Session) any { return v }}), typ: x.typ, null: true, param: true}
	}
	return &expr{sql: x.sql, typ: x.typ, null: true, param: x.param}
}
