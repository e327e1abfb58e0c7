package store

import (
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// rows binds VALUES. Several rows are like a UNION ALL: where their values are of different kinds, all take the common type
// before they take the column's.
func (b *binder) rows(list []*ast.RowValue, target []*column, named bool) ([][]cell, error) {
	bind := func(as []tsql.Type) ([][]cell, error) {
		var rows [][]cell
		for _, r := range list {
			row, err := b.cells(r.ColumnValues, target, named, as)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
		return rows, nil
	}
	rows, err := bind(nil)
	if err != nil || len(rows) < 2 {
		return rows, err
	}
	as, mixed := make([]tsql.Type, len(target)), false
	for i := range as {
		if as[i], err = b.merged(rows, i); err != nil {
			return nil, err
		}
		mixed = mixed || as[i].Kind != tsql.KindInvalid
	}
	if !mixed {
		return rows, nil
	}
	return bind(as)
}

// merged is the common type of a column of VALUES; the zero type if all values are of one kind.
func (b *binder) merged(rows [][]cell, i int) (tsql.Type, error) {
	var common tsql.Type
	mixed := false
	for _, row := range rows {
		c := row[i]
		switch {
		case c.bare || c.value == useDefault:
		case common.Kind == tsql.KindInvalid:
			common = c.typ
		default:
			mixed = mixed || common.Kind != c.typ.Kind
			t, err := b.common(&expr{typ: common}, &expr{typ: c.typ}, "UNION")
			if err != nil {
				return common, err
			}
			common = t
		}
	}
	if !mixed {
		common = tsql.Type{}
	}
	return common, nil
}

// cells binds one row. Where as has a type, the value is converted to it.
func (b *binder) cells(list []ast.ScalarExpression, target []*column, named bool, as []tsql.Type) ([]cell, error) {
	if len(list) != len(target) {
		switch {
		case !named:
			return nil, tsql.NewError(213)
		case len(list) < len(target):
			return nil, tsql.NewError(109)
		}
		return nil, tsql.NewError(110)
	}
	out := make([]cell, len(list))
	for i, e := range list {
		if _, ok := e.(*ast.DefaultLiteral); ok {
			if target[i].Identity != nil {
				return nil, tsql.NewError(339)
			}
			out[i].value, out[i].typ = useDefault, target[i].Type
			continue
		}
		one := &binder{s: b.s, b: b.b, f: b.f, reads: b.reads, ctes: b.ctes, chain: b.chain, trusted: b.trusted}
		x, err := one.scalar(e, nil)
		if err != nil {
			return nil, err
		}
		if as != nil && as[i].Kind != tsql.KindInvalid {
			if x, err = one.convert(x, as[i]); err != nil {
				return nil, err
			}
		}
		if err := checkAssign(x.typ, target[i].Type, x.bare); err != nil {
			return nil, err
		}
		out[i].typ, out[i].bare = x.typ, x.bare
		switch {
		case x.isLit:
			out[i].value = x.lit
		case x.param && one.params[0].variable != "":
			out[i].variable = one.params[0].variable
		default:
			out[i].compute = one.finish("SELECT "+x.sql, []outCol{{typ: x.typ}})
		}
	}
	return out, nil
}
