package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// namedTable binds a table, view, CTE or catalog view by name.
func (b *binder) namedTable(t *ast.NamedTableReference, sc *scope) (string, error) {
	n := nameOf(t.SchemaObject)
	alias := identValue(t.Alias)
	if t.TemporalClause != nil {
		return "", unsupported("FOR SYSTEM_TIME")
	}
	if t.TableSampleClause != nil && !b.sampling {
		return b.sampledTable(t, sc)
	}
	if n.Schema == "" && n.Database == "" {
		if c := b.findCTE(n.Object); c != nil {
			return b.cteRef(c, alias, sc)
		}
	}
	if v := b.f.vars[fold(n.Object)]; b.f.trigger != nil && n.Schema == "" && v != nil && v.table != nil {
		if alias == "" {
			alias = n.Object
		}
		return b.baseTable(v.table, alias, "", "", sc)
	}
	if sql, ok, err := b.systemView(n, alias, sc); ok || err != nil {
		return sql, err
	}
	o, db, err := b.s.lookup(n)
	if err != nil {
		return "", err
	}
	exposed, schema := alias, ""
	if alias == "" {
		exposed, schema = n.Object, o.info().Schema
	}
	if err := b.may("SELECT", db, o); err != nil && (objectKind(o) == "U" || objectKind(o) == "V") {
		return "", err
	}
	switch o := o.(type) {
	case *table:
		if o.IsType {
			return "", tsql.NewError(208, spell(n))
		}
		return b.baseTable(o, exposed, schema, db, sc)
	case *module:
		switch o.Kind {
		case "V":
		case kindInlineFunction, kindRowsFunction:
			return "", newError(216, spell(n))
		default:
			return "", tsql.NewError(208, spell(n))
		}
		return b.view(o, exposed, schema, db, sc)
	}
	return "", tsql.NewError(208, spell(n))
}

// baseTable puts a table into the scope.
func (b *binder) baseTable(t *table, exposed, schema, db string, sc *scope) (string, error) {
	r, err := b.relationOf(t, b.nextAlias(), exposed, schema, db)
	if err != nil {
		return "", err
	}
	if err := sc.add(r); err != nil {
		return "", err
	}
	b.reads[t.ID] = true
	return t.sqlName() + " AS " + r.alias, nil
}

// relationOf lists a table's columns under an SQL alias; computed columns stand for their expressions.
func (b *binder) relationOf(t *table, alias, exposed, schema, db string) (*relation, error) {
	r := &relation{alias: alias, exposed: exposed, schema: schema, db: db, table: t}
	for _, c := range t.Columns {
		if c.Computed == "" {
			r.cols = append(r.cols, &source{name: c.Name, sql: alias + "." + c.sqlName(), typ: c.Type, null: c.Null, def: c, table: t, rel: r})
		}
	}
	plain := &scope{tables: []*relation{{alias: alias, cols: r.cols}}}
	var all []*source
	next := 0
	for _, c := range t.Columns {
		if c.Computed == "" {
			all = append(all, r.cols[next])
			next++
			continue
		}
		x, err := b.parsedScalar(c.Computed, plain)
		if err != nil {
			return nil, err
		}
		all = append(all, &source{name: c.Name, sql: x.sql, typ: x.typ, null: x.null, def: c, table: t, computed: true, rel: r})
	}
	r.cols = all
	return r, nil
}

// parsedScalar binds an expression kept as text: a default, a computed column, a check.
func (b *binder) parsedScalar(text string, sc *scope) (*expr, error) {
	p, err := b.s.inst.batches.parse("SELECT "+text, true)
	if err != nil {
		return nil, err
	}
	e, ok := firstItem(p)
	if !ok {
		return nil, tsql.NewError(102, text)
	}
	old, vars, trusted := b.b, b.noVars, b.trusted
	b.b, b.noVars, b.trusted = p, true, !b.defining
	defer func() { b.b, b.noVars, b.trusted = old, vars, trusted }()
	return b.scalar(e, sc)
}

func firstItem(p *batch) (ast.ScalarExpression, bool) {
	if len(p.statements) != 1 {
		return nil, false
	}
	s, ok := p.statements[0].(*ast.SelectStatement)
	if !ok {
		return nil, false
	}
	q, ok := s.QueryExpression.(*ast.QuerySpecification)
	if !ok || len(q.SelectElements) != 1 {
		return nil, false
	}
	e, ok := q.SelectElements[0].(*ast.SelectScalarExpression)
	if !ok {
		return nil, false
	}
	return e.Expression, true
}

// tableVariable binds @t.
func (b *binder) tableVariable(t *ast.VariableTableReference, sc *scope) (string, error) {
	v := b.f.vars[fold(t.Variable.Name)]
	if v == nil || v.table == nil {
		return "", newError(1087, t.Variable.Name)
	}
	alias := identValue(t.Alias)
	if alias == "" {
		alias = t.Variable.Name
	}
	return b.baseTable(v.table, alias, "", "", sc)
}

// lookup finds a table, view or procedure by name. Errors 208, 911.
func (s *Session) lookup(n tsql.Name) (object, string, error) {
	missing := tsql.NewError(208, spell(n))
	if strings.HasPrefix(n.Object, "#") {
		if t := s.temp.tables[fold(n.Object)]; t != nil {
			return t, "tempdb", nil
		}
		return nil, "", missing
	}
	if n.Server != "" && !strings.EqualFold(n.Server, s.inst.cfg.ServerName) {
		return nil, "", unsupported("a linked server (%s)", n.Server)
	}
	db := s.db
	if n.Database != "" {
		db = n.Database
	}
	d := s.catalog().database(db)
	if d == nil {
		return nil, "", missing
	}
	if n.Database != "" {
		if err := s.mayEnter(d); err != nil {
			return nil, "", err
		}
	}
	schema := n.Schema
	if schema == "" {
		schema = s.defaultSchema(d)
	}
	if o := d.object(schema, n.Object); o != nil {
		return o, d.Name, nil
	}
	if n.Schema == "" {
		if o := d.object("dbo", n.Object); o != nil {
			return o, d.Name, nil
		}
	}
	return nil, "", missing
}

// defaultSchema is where names without a schema are looked for first.
func (s *Session) defaultSchema(d *database) string {
	if u := d.principals[s.userIn(d)]; u != nil && u.DefaultSchema != "" {
		return u.DefaultSchema
	}
	return "dbo"
}

// maxViews bounds views within views.
const maxViews = 32

// view expands a view: its own text bound as a derived table.
func (b *binder) view(m *module, exposed, schema, db string, sc *scope) (string, error) {
	if b.depth >= maxViews {
		return "", tsql.NewError(217, maxViews)
	}
	p, err := b.s.inst.batches.parse(m.Text, m.QuotedIdentifier)
	if err != nil {
		return "", err
	}
	sel := viewSelect(p)
	if sel == nil {
		return "", tsql.NewError(208, m.Name)
	}
	inner := &binder{s: b.s, b: p, f: &frame{vars: map[string]*variable{}}, params: b.params, alias: b.alias, reads: b.reads, depth: b.depth + 1, noVars: true, chain: b.s.catalog().database(db).chainOf(m), trusted: b.trusted}
	old := b.s.db
	b.s.db = db
	q, err := inner.statementQuery(sel.WithCtesAndXmlNamespaces, sel.QueryExpression, sel.OptimizerHints, queryOptions{subquery: true})
	b.s.db = old
	if err != nil {
		return "", err
	}
	b.params, b.alias = inner.params, inner.alias
	for i, name := range m.Columns {
		if i < len(q.cols) {
			q.cols[i].name = name
		}
	}
	q.sql = q.with + q.sql
	sql, err := b.derived(q, exposed, nil, sc)
	if err == nil {
		sc.tables[len(sc.tables)-1].schema = schema
	}
	return sql, err
}

func viewSelect(p *batch) *ast.SelectStatement {
	if len(p.statements) != 1 {
		return nil
	}
	switch v := p.statements[0].(type) {
	case *ast.CreateViewStatement:
		return v.SelectStatement
	case *ast.CreateOrAlterViewStatement:
		return v.SelectStatement
	case *ast.AlterViewStatement:
		return v.SelectStatement
	}
	return nil
}
