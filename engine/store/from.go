package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// from binds a FROM clause into sc and gives its SQL.
func (b *binder) from(f *ast.FromClause, sc *scope) (string, error) {
	if f == nil || len(f.TableReferences) == 0 {
		return "", nil
	}
	parts := make([]string, len(f.TableReferences))
	for i, t := range f.TableReferences {
		sql, err := b.tableRef(t, sc)
		if err != nil {
			return "", err
		}
		parts[i] = sql
	}
	return " FROM " + strings.Join(parts, ", "), nil
}

func (b *binder) nextAlias() string {
	b.alias++
	return "a" + itoa(b.alias)
}

func (b *binder) tableRef(t ast.TableReference, sc *scope) (string, error) {
	switch t := t.(type) {
	case *ast.NamedTableReference:
		return b.namedTable(t, sc)
	case *ast.QualifiedJoin:
		return b.join(t, sc)
	case *ast.UnqualifiedJoin:
		return b.crossJoin(t, sc)
	case *ast.JoinParenthesisTableReference:
		sql, err := b.tableRef(t.Join, sc)
		return "(" + sql + ")", err
	case *ast.QueryDerivedTable:
		q, err := b.query(t.QueryExpression, nil2(sc), queryOptions{subquery: true})
		if err != nil {
			return "", err
		}
		return b.derived(q, identValue(t.Alias), t.Columns, sc)
	case *ast.InlineDerivedTable:
		q, err := b.values(t.RowValues, nil2(sc))
		if err != nil {
			return "", err
		}
		return b.derived(q, identValue(t.Alias), t.Columns, sc)
	case *ast.VariableTableReference:
		return b.tableVariable(t, sc)
	case *ast.SchemaObjectFunctionTableReference:
		n := nameOf(t.SchemaObject)
		if m, db, err := b.findTableFunction(n); err == nil {
			return b.userTable(m, db, t.Parameters, identValue(t.Alias), t.Columns, sc)
		} else if n.Schema != "" {
			return "", err
		}
		return b.tableFunction(n.Object, t.Parameters, identValue(t.Alias), t.Columns, sc)
	case *ast.GlobalFunctionTableReference:
		return b.tableFunction(t.Name.Value, t.Parameters, identValue(t.Alias), t.Columns, sc)
	case *ast.BuiltInFunctionTableReference:
		return b.tableFunction(t.Name.Value, t.Parameters, identValue(t.Alias), t.Columns, sc)
	case *ast.OpenJsonTableReference:
		return b.openJSON(t, sc)
	}
	return "", unsupported("a table reference of kind %s", strings.TrimPrefix(typeName(t), "*ast."))
}

// nil2 is the scope that a derived table sees: not its siblings, but the queries around.
func nil2(sc *scope) *scope { return sc.parent }

func identValue(i *ast.Identifier) string {
	if i == nil {
		return ""
	}
	return i.Value
}

// derived puts a query into FROM.
func (b *binder) derived(q *query, alias string, columns []*ast.Identifier, sc *scope) (string, error) {
	r := &relation{alias: b.nextAlias(), exposed: alias}
	if len(columns) > 0 && len(columns) != len(q.cols) {
		if len(columns) > len(q.cols) {
			return "", tsql.NewError(8159, alias)
		}
		return "", tsql.NewError(8158, alias)
	}
	seen := map[string]bool{}
	for i, c := range q.cols {
		name := c.name
		if len(columns) > 0 {
			name = columns[i].Value
		}
		if name == "" {
			return "", tsql.NewError(8155, i+1, alias)
		}
		if seen[fold(name)] {
			return "", tsql.NewError(8156, name, alias)
		}
		seen[fold(name)] = true
		s := &source{name: name, sql: r.alias + ".o" + itoa(i+1), typ: c.typ, null: c.null, computed: c.computed, rel: r}
		if c.src != nil {
			s.def, s.table = c.src.def, c.src.table
		}
		r.cols = append(r.cols, s)
	}
	if err := sc.add(r); err != nil {
		return "", err
	}
	return "(" + q.sql + ") AS " + r.alias, nil
}

var joinWords = map[string]string{"Inner": "JOIN", "LeftOuter": "LEFT JOIN", "RightOuter": "RIGHT JOIN", "FullOuter": "FULL JOIN"}

func (b *binder) join(j *ast.QualifiedJoin, sc *scope) (string, error) {
	start := len(sc.tables)
	left, err := b.tableRef(j.FirstTableReference, sc)
	if err != nil {
		return "", err
	}
	middle := len(sc.tables)
	right, err := b.tableRef(j.SecondTableReference, sc)
	if err != nil {
		return "", err
	}
	word, ok := joinWords[j.QualifiedJoinType]
	if !ok {
		return "", unsupported("join type %s", j.QualifiedJoinType)
	}
	// the condition sees the two sides only
	all := sc.tables
	sc.tables = all[start:]
	cond, err := b.predicate(j.SearchCondition, sc)
	sc.tables = all
	if err != nil {
		return "", err
	}
	if word == "LEFT JOIN" || word == "FULL JOIN" {
		nullable(all[middle:])
	}
	if word == "RIGHT JOIN" || word == "FULL JOIN" {
		nullable(all[start:middle])
	}
	if _, nested := j.SecondTableReference.(*ast.QualifiedJoin); nested {
		right = "(" + right + ")"
	}
	return left + " " + word + " " + right + " ON " + cond, nil
}

// nullable makes the columns of an outer join's optional side nullable.
func nullable(rs []*relation) {
	for _, r := range rs {
		for _, c := range r.cols {
			c.null = true
		}
	}
}

func (b *binder) crossJoin(j *ast.UnqualifiedJoin, sc *scope) (string, error) {
	left, err := b.tableRef(j.FirstTableReference, sc)
	if err != nil {
		return "", err
	}
	if j.UnqualifiedJoinType == "CrossJoin" {
		right, err := b.tableRef(j.SecondTableReference, sc)
		return left + " CROSS JOIN " + right, err
	}
	return b.applyJoin(left, j, sc)
}

// applyJoin is CROSS and OUTER APPLY.
func (b *binder) applyJoin(left string, j *ast.UnqualifiedJoin, sc *scope) (string, error) {
	mark := len(sc.tables)
	right, err := b.applied(j.SecondTableReference, sc)
	if err != nil {
		return "", err
	}
	if j.UnqualifiedJoinType == "OuterApply" {
		nullable(sc.tables[mark:])
		return left + " LEFT JOIN " + right + " ON 1", nil
	}
	return left + " CROSS JOIN " + right, nil
}

// applied binds the right side of APPLY. What does not look left is bound as anywhere else.
func (b *binder) applied(t ast.TableReference, sc *scope) (string, error) {
	var bind func(*binder, *scope) (*query, error)
	var alias *ast.Identifier
	var columns []*ast.Identifier
	switch t := t.(type) {
	case *ast.QueryDerivedTable:
		alias, columns = t.Alias, t.Columns
		bind = func(inner *binder, sc *scope) (*query, error) {
			return inner.query(t.QueryExpression, sc, queryOptions{subquery: true})
		}
	case *ast.InlineDerivedTable:
		alias, columns = t.Alias, t.Columns
		bind = func(inner *binder, sc *scope) (*query, error) { return inner.values(t.RowValues, sc) }
	case *ast.SchemaObjectFunctionTableReference:
		if m, db, err := b.findTableFunction(nameOf(t.SchemaObject)); err == nil {
			return b.appliedFunction(m, db, t, sc)
		}
		return b.tableRef(t, sc)
	default:
		return b.tableRef(t, sc)
	}
	q, args, looks, err := b.lateralQuery(sc, bind)
	if err != nil {
		return "", err
	}
	if !looks {
		return b.tableRef(t, sc)
	}
	return b.lateralTable(q, args, rowsOf(q.sql, len(q.cols)), identValue(alias), columns, sc)
}

// values binds a VALUES list as a query.
func (b *binder) values(rows []*ast.RowValue, sc *scope) (*query, error) {
	var cells [][]*expr
	for _, r := range rows {
		xs, err := b.scalars(r.ColumnValues, sc)
		if err != nil {
			return nil, err
		}
		if len(cells) > 0 && len(xs) != len(cells[0]) {
			return nil, tsql.NewError(10709)
		}
		cells = append(cells, xs)
	}
	q := &query{}
	width := len(cells[0])
	for c := range width {
		list := make([]*expr, len(cells))
		col := outCol{computed: true}
		for i := range cells {
			list[i] = cells[i][c]
		}
		t, err := b.unify(list, "VALUES")
		if err != nil {
			if e, ok := err.(*tsql.Error); !ok || e.Number != 8133 {
				return nil, err
			}
			t = typeInt
		}
		col.typ = t
		for i := range cells {
			cells[i][c] = list[i]
			col.null = col.null || list[i].null
		}
		q.cols = append(q.cols, col)
	}
	parts := make([]string, len(cells))
	for i, xs := range cells {
		items := make([]string, len(xs))
		for j, x := range xs {
			items[j] = x.sql
			if i == 0 {
				items[j] += " AS o" + itoa(j+1)
			}
		}
		parts[i] = "SELECT " + strings.Join(items, ", ")
	}
	q.sql = strings.Join(parts, " UNION ALL ")
	return q, nil
}

// nameOf turns teesql's name into ours.
func nameOf(n *ast.SchemaObjectName) tsql.Name {
	return tsql.Name{Server: identValue(n.ServerIdentifier), Database: identValue(n.DatabaseIdentifier), Schema: identValue(n.SchemaIdentifier),
		Object: identValue(n.BaseIdentifier)}
}

// spell is a name as the user wrote it, for messages.
func spell(n tsql.Name) string {
	parts := []string{n.Server, n.Database, n.Schema, n.Object}
	for len(parts) > 1 && parts[0] == "" {
		parts = parts[1:]
	}
	return strings.Join(parts, ".")
}
