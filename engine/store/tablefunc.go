package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// tableFunction binds a built-in function in FROM. They are SQLite table functions inside, which see the tables to their left, so
// that APPLY works.
func (b *binder) tableFunction(name string, params []ast.ScalarExpression, alias string, columns []*ast.Identifier, sc *scope) (string, error) {
	a, err := b.scalars(params, sc)
	if err != nil {
		return "", err
	}
	r := &relation{alias: b.nextAlias(), exposed: alias}
	add := func(n, sql string, t tsql.Type, null bool) {
		r.cols = append(r.cols, &source{name: n, sql: sql, typ: t, null: null, rel: r})
	}
	var sql string
	switch strings.ToUpper(name) {
	case "STRING_SPLIT":
		if len(a) < 2 || len(a) > 3 {
			return "", tsql.NewError(189, "string_split", 2, 3)
		}
		if _, _, err := b.texts(a, 0, 1); err != nil {
			return "", err
		}
		list := b.apply("splitjson", typeNMax, a[:2], func(v []any) (any, error) {
			return jsonStrings(strings.Split(v[0].(string), v[1].(string)))
		})
		sql = "json_each(" + list.sql + ")"
		add("value", r.alias+".value", varying(a[0].typ), true)
		if len(a) == 3 {
			add("ordinal", "("+r.alias+".key + 1)", typeBig, false)
		}
	case "GENERATE_SERIES":
		if len(a) < 2 || len(a) > 3 {
			return "", tsql.NewError(189, "generate_series", 2, 3)
		}
		t, err := b.unify(a, "GENERATE_SERIES")
		if err != nil {
			return "", err
		}
		if !t.IsInteger() {
			return "", unsupported("GENERATE_SERIES over %s", t.Name())
		}
		list := b.apply("seriesjson", typeNMax, a, func(v []any) (any, error) { return jsonSeries(v) })
		sql = "json_each(" + list.sql + ")"
		add("value", r.alias+".value", t, true)
	default:
		return "", tsql.NewError(208, name)
	}
	for i, c := range columns {
		if i < len(r.cols) {
			r.cols[i].name = c.Value
		}
	}
	if err := sc.add(r); err != nil {
		return "", err
	}
	return sql + " AS " + r.alias, nil
}

func (b *binder) openJSON(_ *ast.OpenJsonTableReference, _ *scope) (string, error) {
	return "", unsupported("OPENJSON")
}
