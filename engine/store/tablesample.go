package store

import (
	"math/rand/v2"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// sampledTable binds a table with a TABLESAMPLE clause.
func (b *binder) sampledTable(t *ast.NamedTableReference, sc *scope) (string, error) {
	b.sampling = true
	sql, err := b.namedTable(t, sc)
	b.sampling = false
	if err != nil {
		return "", err
	}
	r := sc.tables[len(sc.tables)-1]
	if r.table == nil {
		return "", unsupported("TABLESAMPLE of what is no table")
	}
	return b.sample(r.table, t.TableSampleClause, sql)
}

// sample narrows a table just put into FROM to a sample of its rows. SQL Server draws pages, this engine rows.
func (b *binder) sample(t *table, c *ast.TableSampleClause, sql string) (string, error) {
	number, err := b.scalar(c.SampleNumber, nil)
	if err != nil {
		return "", err
	}
	if number, err = b.convertAs(number, tsql.TypeFloat, "convert", 0); err != nil {
		return "", err
	}
	share := number.sql
	if strings.EqualFold(c.TableSampleClauseOption, "Rows") {
		share = "(SELECT 100.0 * " + number.sql + " / max(count(*), 1) FROM " + t.sqlName() + ")"
	}
	var seed *expr
	if c.RepeatSeed != nil {
		if seed, err = b.scalar(c.RepeatSeed, nil); err == nil {
			seed, err = b.convertAs(seed, typeBig, "convert", 0)
		}
		if err != nil {
			return "", err
		}
	} else {
		seed = b.session("tablesample/"+b.nextAlias(), typeBig, false, func(*Session) any { return rand.Int64() })
	}
	keep := b.apply("tablesample", typeInt, []*expr{{sql: "rowid", typ: typeBig}, seed, {sql: share, typ: tsql.TypeFloat}}, func(v []any) (any, error) {
		return yesNo(sampled(v[0].(int64), v[1].(int64), v[2].(float64))), nil
	})
	return "(SELECT rowid, * FROM " + t.sqlName() + " WHERE " + keep.sql + ")" + strings.TrimPrefix(sql, t.sqlName()), nil
}
