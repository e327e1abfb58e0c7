package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// aggregate binds an aggregate, with OVER or without.
func (b *binder) aggregate(e *ast.FunctionCall, name string, sc *scope) (*expr, error) {
	if sc == nil {
		return nil, tsql.NewError(128, name)
	}
	distinct := strings.EqualFold(e.UniqueRowFilter, "Distinct")
	windowed := e.OverClause != nil
	if sc.inAgg && !windowed {
		return nil, tsql.NewError(130)
	}
	over, err := b.over(e.OverClause, sc, false)
	if err != nil {
		return nil, err
	}
	if (name == "COUNT" || name == "COUNT_BIG") && isStar(e.Parameters) {
		return b.counted("count(*)"+over, name), nil
	}
	wanted := 1
	if name == "STRING_AGG" {
		wanted = 2
	}
	if len(e.Parameters) != wanted {
		return nil, tsql.NewError(174, strings.ToLower(name), wanted)
	}
	if !windowed {
		sc.inAgg = true
	}
	x, err := b.scalar(e.Parameters[0], sc)
	if !windowed {
		sc.inAgg = false
	}
	if err != nil {
		return nil, err
	}
	word := ""
	if distinct {
		if windowed {
			return nil, newError(10759)
		}
		word = "DISTINCT "
	}
	r, err := b.aggregateOf(e, name, x, word, over, sc)
	if err != nil {
		return nil, err
	}
	r.agg = !windowed || x.agg
	return r, nil
}

func isStar(params []ast.ScalarExpression) bool {
	if len(params) != 1 {
		return false
	}
	c, ok := params[0].(*ast.ColumnReferenceExpression)
	return ok && c.MultiPartIdentifier == nil && strings.EqualFold(c.ColumnType, "Wildcard")
}

func (b *binder) counted(sql, name string) *expr {
	if name == "COUNT_BIG" {
		return &expr{sql: sql, typ: typeBig, agg: true}
	}
	return &expr{sql: sql, typ: typeInt, agg: true}
}

func (b *binder) aggregateOf(e *ast.FunctionCall, name string, x *expr, word, over string, sc *scope) (*expr, error) {
	t := x.typ
	bad := func() error { return tsql.NewError(8117, t.Name(), strings.ToLower(name)) }
	switch name {
	case "COUNT", "COUNT_BIG", "APPROX_COUNT_DISTINCT":
		if t.IsLOB() || t.Kind == tsql.KindXML {
			return nil, bad()
		}
		if name == "APPROX_COUNT_DISTINCT" {
			word, name = "DISTINCT ", "COUNT_BIG"
		}
		return b.counted("count("+word+x.sql+collateIf(word, t)+")"+over, name), nil
	case "MIN", "MAX":
		if t.Kind == tsql.KindBit || t.IsLOB() || t.Kind == tsql.KindXML || t.Kind == tsql.KindVariant {
			return nil, bad()
		}
		return &expr{sql: strings.ToLower(name) + "(" + x.sql + collate(t) + ")" + over, typ: t, null: true}, nil
	case "SUM", "AVG":
		return b.sum(name, x, word, over, bad)
	case "STDEV", "STDEVP", "VAR", "VARP":
		if !t.IsNumeric() || t.Kind == tsql.KindBit {
			return nil, bad()
		}
		f, err := b.convert(x, typeFloat)
		if err != nil {
			return nil, err
		}
		o := &op{name: strings.ToLower(name), args: []tsql.Type{typeFloat}, res: typeFloat}
		return &expr{sql: "xa(" + itoa(operations.register(o)) + ", " + word + f.sql + ")" + over, typ: typeFloat, null: true}, nil
	case "STRING_AGG":
		return b.stringAgg(e, x, word, over, sc)
	}
	return nil, unsupported("the aggregate %s", name)
}

func collateIf(word string, t tsql.Type) string {
	if word == "" {
		return ""
	}
	return collate(t)
}

// sum is SUM and AVG with T-SQL's result types: int for the small integers, bigint, decimal(38, s), money, float.
func (b *binder) sum(name string, x *expr, word, over string, bad func() error) (*expr, error) {
	t := x.typ
	avg := name == "AVG"
	switch {
	case t.Kind == tsql.KindBit || !t.IsNumeric():
		return nil, bad()
	case t.IsInteger():
		res := typeInt
		if t.Kind == tsql.KindBigInt {
			res = typeBig
		}
		// the sum is taken exactly and then held against the result's range
		total := &expr{sql: "sum(" + word + x.sql + ")" + over, typ: typeBig, null: true}
		if avg {
			count := &expr{sql: "count(" + word + x.sql + ")" + over, typ: typeBig}
			return b.apply("avg", res, []*expr{total, count}, func(a []any) (any, error) {
				if a[1].(int64) == 0 {
					return nil, nil
				}
				return a[0].(int64) / a[1].(int64), nil
			}).nullable(), nil
		}
		r := b.apply("sumrange", res, []*expr{total}, func(a []any) (any, error) {
			n := a[0].(int64)
			if res.Kind == tsql.KindInt && (n > 1<<31-1 || n < -1<<31) {
				return nil, tsql.NewError(8115, "expression", "int")
			}
			return n, nil
		})
		return r.nullable(), nil
	case t.IsApprox():
		f, err := b.convert(x, typeFloat)
		if err != nil {
			return nil, err
		}
		fn := "sum("
		if avg {
			fn = "avg("
		}
		return &expr{sql: fn + word + f.sql + ")" + over, typ: typeFloat, null: true}, nil
	}
	res := typeMoney
	if t.IsDecimal() {
		res = tsql.Type{Kind: t.Kind, Precision: 38, Scale: t.Scale}
		if avg {
			res.Scale = max(t.Scale, 6)
		}
	}
	o := &op{name: strings.ToLower(name), args: []tsql.Type{t}, res: res}
	return &expr{sql: "xa(" + itoa(operations.register(o)) + ", " + word + x.sql + ")" + over, typ: res, null: true}, nil
}

func (e *expr) nullable() *expr {
	e.null = true
	return e
}

func (b *binder) stringAgg(e *ast.FunctionCall, x *expr, word, over string, sc *scope) (*expr, error) {
	sep, err := b.scalar(e.Parameters[1], sc.parent)
	if err != nil {
		return nil, err
	}
	t := nvarchar(4000)
	if x.typ.IsString() {
		t = x.typ
		if t.Length > 0 {
			t.Length = 8000
			if t.IsUnicode() {
				t.Length = 4000
			}
		}
		t.Kind = tsql.KindVarChar
		if x.typ.IsUnicode() {
			t.Kind = tsql.KindNVarChar
		}
	}
	text := t
	text.Length = -1
	if x, err = b.convertAs(x, text, "convert", 0); err != nil {
		return nil, err
	}
	if sep, err = b.convertAs(sep, text, "convert", 0); err != nil {
		return nil, err
	}
	order := ""
	if w := e.WithinGroupClause; w != nil && w.OrderByClause != nil {
		sc.inAgg = true
		order, err = b.windowOrder(w.OrderByClause, sc)
		sc.inAgg = false
		if err != nil {
			return nil, err
		}
	}
	return &expr{sql: "group_concat(" + word + x.sql + ", " + sep.sql + order + ")" + over, typ: t, null: true}, nil
}

// over is the SQL of an OVER clause. needOrder refuses one without ORDER BY (ranking functions).
func (b *binder) over(o *ast.OverClause, sc *scope, needOrder bool) (string, error) {
	if o == nil {
		return "", nil
	}
	if o.WindowName != nil {
		w := sc.windows[fold(o.WindowName.Value)]
		if w == nil || w.RefWindowName != nil {
			return "", unsupported("the window %s", o.WindowName.Value)
		}
		o = &ast.OverClause{Partitions: w.Partitions, OrderByClause: w.OrderByClause, WindowFrameClause: o.WindowFrameClause}
	}
	var parts []string
	if len(o.Partitions) > 0 {
		xs, err := b.scalars(o.Partitions, sc)
		if err != nil {
			return "", err
		}
		list := make([]string, len(xs))
		for i, x := range xs {
			list[i] = x.sql + collate(x.typ)
		}
		parts = append(parts, "PARTITION BY "+strings.Join(list, ", "))
	}
	if o.OrderByClause != nil {
		order, err := b.windowOrder(o.OrderByClause, sc)
		if err != nil {
			return "", err
		}
		parts = append(parts, strings.TrimSpace(order))
	} else if needOrder {
		return "", tsql.NewError(4112, "")
	}
	if f := o.WindowFrameClause; f != nil {
		frame, err := b.windowFrame(f, sc)
		if err != nil {
			return "", err
		}
		parts = append(parts, frame)
	}
	return " OVER (" + strings.Join(parts, " ") + ")", nil
}

func (b *binder) windowOrder(o *ast.OrderByClause, sc *scope) (string, error) {
	parts := make([]string, len(o.OrderByElements))
	for i, e := range o.OrderByElements {
		x, err := b.scalar(e.Expression, sc)
		if err != nil {
			return "", err
		}
		if _, ok := e.Expression.(*ast.IntegerLiteral); ok {
			return "", newError(5308)
		}
		parts[i] = x.sql + collate(x.typ)
		if strings.HasPrefix(strings.ToLower(e.SortOrder), "desc") {
			parts[i] += " DESC"
		}
	}
	return " ORDER BY " + strings.Join(parts, ", "), nil
}

func (b *binder) windowFrame(f *ast.WindowFrameClause, sc *scope) (string, error) {
	edge := func(d *ast.WindowDelimiter) (string, error) {
		words := map[string]string{"CurrentRow": "CURRENT ROW", "UnboundedPreceding": "UNBOUNDED PRECEDING", "UnboundedFollowing": "UNBOUNDED FOLLOWING"}
		if w := words[d.WindowDelimiterType]; w != "" {
			return w, nil
		}
		x, err := b.scalar(d.OffsetValue, sc)
		if err != nil {
			return "", err
		}
		return x.sql + " " + strings.ToUpper(strings.TrimPrefix(d.WindowDelimiterType, "Value")), nil
	}
	top, err := edge(f.Top)
	if err != nil {
		return "", err
	}
	if f.Bottom == nil {
		return strings.ToUpper(f.WindowFrameType) + " " + top, nil
	}
	bottom, err := edge(f.Bottom)
	return strings.ToUpper(f.WindowFrameType) + " BETWEEN " + top + " AND " + bottom, err
}

// ranking binds the window functions that are not aggregates.
func (b *binder) ranking(e *ast.FunctionCall, name string, sc *scope) (*expr, error) {
	if e.OverClause == nil {
		return nil, tsql.NewError(10753, name)
	}
	over, err := b.over(e.OverClause, sc, true)
	if err != nil {
		if x, ok := err.(*tsql.Error); ok && x.Number == 4112 {
			return nil, tsql.NewError(4112, name)
		}
		return nil, err
	}
	xs, err := b.scalars(e.Parameters, sc)
	if err != nil {
		return nil, err
	}
	fn := strings.ToLower(name)
	switch name {
	case "ROW_NUMBER", "RANK", "DENSE_RANK":
		return &expr{sql: fn + "()" + over, typ: typeBig}, nil
	case "NTILE":
		if len(xs) != 1 {
			return nil, tsql.NewError(174, fn, 1)
		}
		return &expr{sql: "ntile(" + xs[0].sql + ")" + over, typ: typeBig}, nil
	case "PERCENT_RANK", "CUME_DIST":
		return &expr{sql: fn + "()" + over, typ: typeFloat}, nil
	case "FIRST_VALUE", "LAST_VALUE":
		if len(xs) != 1 {
			return nil, tsql.NewError(174, fn, 1)
		}
		return &expr{sql: fn + "(" + xs[0].sql + ")" + over, typ: xs[0].typ, null: true}, nil
	}
	// LAG and LEAD: value, offset, default
	if len(xs) < 1 || len(xs) > 3 {
		return nil, tsql.NewError(189, fn, 1, 3)
	}
	args := xs[0].sql
	if len(xs) > 1 {
		args += ", " + xs[1].sql
	}
	if len(xs) > 2 {
		d, err := b.convert(xs[2], xs[0].typ)
		if err != nil {
			return nil, err
		}
		args += ", " + d.sql
	}
	return &expr{sql: fn + "(" + args + ")" + over, typ: xs[0].typ, null: true}, nil
}
