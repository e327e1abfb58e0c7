package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// selectList binds the select list into q.
func (b *binder) selectList(e *ast.QuerySpecification, sc *scope, q *query, o queryOptions) error {
	for _, el := range e.SelectElements {
		switch el := el.(type) {
		case *ast.SelectStarExpression:
			if err := b.star(el, sc, q); err != nil {
				return err
			}
		case *ast.SelectScalarExpression:
			x, err := b.scalar(el.Expression, sc)
			if err != nil {
				return err
			}
			q.add(x, columnAlias(el.ColumnName))
		case *ast.SelectSetVariable:
			if !o.vars {
				return tsql.NewError(102, "=")
			}
			if e.FromClause != nil {
				b.running = assignedIn(e) // they change from row to row
			}
			x, err := b.scalar(el.Expression, sc)
			if err != nil {
				return err
			}
			v, err := b.variable(el.Variable)
			if err != nil {
				return err
			}
			if x, err = b.assigned(x, v, el.AssignmentKind); err != nil {
				return err
			}
			q.add(x, "")
			c := &q.cols[len(q.cols)-1]
			c.variable = fold(el.Variable.Name)
		default:
			return unsupported("a select element of kind %s", typeName(el))
		}
	}
	return nil
}

// assignedIn lists the variables that a SELECT assigns.
func assignedIn(e *ast.QuerySpecification) map[string]bool {
	names := map[string]bool{}
	for _, el := range e.SelectElements {
		if v, ok := el.(*ast.SelectSetVariable); ok {
			names[fold(v.Variable.Name)] = true
		}
	}
	return names
}

// runningValue reads a variable at the row where it stands: SELECT @s = @s + name FROM t.
func (b *binder) runningValue(name string, t tsql.Type) *expr {
	self := b.session("self", typeBig, false, func(s *Session) any { return s.live() })
	b.ran = true
	o := &op{name: "running/" + name, res: t, fn: func(a []any) (any, error) {
		s := liveSession(a[0].(int64))
		if s == nil || s.running == nil || s.running.vars[name] == nil {
			return nil, nil
		}
		return s.running.vars[name].value, nil
	}}
	x := applyOp("xv", o, []*expr{self})
	x.null = true
	return x
}

// assigned is the value of a compound assignment (@x += e).
func (b *binder) assigned(x, v *expr, kind string) (*expr, error) {
	ops := map[string]tsql.Op{"AddEquals": tsql.OpAdd, "SubtractEquals": tsql.OpSub, "MultiplyEquals": tsql.OpMul, "DivideEquals": tsql.OpDiv,
		"ModEquals": tsql.OpMod, "BitwiseAndEquals": tsql.OpBitAnd, "BitwiseOrEquals": tsql.OpBitOr, "BitwiseXorEquals": tsql.OpBitXor, "ConcatEquals": tsql.OpAdd}
	if kind == "" || kind == "Equals" {
		return x, nil
	}
	o, ok := ops[kind]
	if !ok {
		return nil, unsupported("assignment %s", kind)
	}
	return b.arith(o, v, x)
}

func columnAlias(n *ast.IdentifierOrValueExpression) string {
	switch {
	case n == nil:
		return ""
	case n.Identifier != nil:
		return n.Identifier.Value
	}
	return n.Value
}

func (q *query) add(x *expr, alias string) {
	c := outCol{name: alias, typ: x.typ, null: x.null, computed: x.col == nil, bare: x.bare, src: x.col}
	if alias == "" {
		c.name = x.name
	}
	q.items = append(q.items, x.sql)
	q.cols = append(q.cols, c)
}

func (b *binder) star(e *ast.SelectStarExpression, sc *scope, q *query) error {
	var ids []*ast.Identifier
	if e.Qualifier != nil {
		ids = e.Qualifier.Identifiers
	}
	found := false
	for _, r := range sc.tables {
		if len(ids) > 0 && !r.matches(ids) || r.hidden && len(ids) == 0 {
			continue
		}
		found = true
		for _, c := range r.cols {
			if sc.grouped && !sc.groups[c.sql] {
				return b.notGrouped(c, sc)
			}
			q.add(&expr{sql: b.sqlOf(c), typ: c.typ, null: c.null, col: c, name: c.name}, "")
		}
	}
	switch {
	case found:
		return nil
	case len(ids) > 0:
		parts := make([]string, len(ids))
		for i, id := range ids {
			parts[i] = id.Value
		}
		return tsql.NewError(107, strings.Join(parts, "."))
	}
	return tsql.NewError(263)
}

// groupBy binds GROUP BY and says whether the query is grouped.
func (b *binder) groupBy(e *ast.QuerySpecification, sc *scope) ([]string, error) {
	var group []string
	groups := map[string]bool{}
	if g := e.GroupByClause; g != nil {
		if g.All || (g.GroupByOption != "" && g.GroupByOption != "None") {
			return nil, unsupported("GROUP BY %s", g.GroupByOption)
		}
		for _, spec := range g.GroupingSpecifications {
			x, ok := spec.(*ast.ExpressionGroupingSpecification)
			if !ok {
				return nil, unsupported("GROUP BY with ROLLUP, CUBE or GROUPING SETS")
			}
			if hasAggregate(x.Expression) {
				return nil, tsql.NewError(144)
			}
			v, err := b.scalar(x.Expression, sc)
			if err != nil {
				return nil, err
			}
			if v.isLit {
				return nil, tsql.NewError(164)
			}
			if v.typ.IsLOB() || v.typ.Kind == tsql.KindXML {
				return nil, sortType(v.typ)
			}
			groups[v.sql] = true
			group = append(group, v.sql+collate(v.typ))
		}
	}
	sc.grouped = e.GroupByClause != nil || e.HavingClause != nil
	for _, el := range e.SelectElements {
		sc.grouped = sc.grouped || hasAggregate(el)
	}
	if e.OrderByClause != nil {
		sc.grouped = sc.grouped || hasAggregate(e.OrderByClause)
	}
	sc.groups = groups
	return group, nil
}
