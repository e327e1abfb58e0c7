package store

import (
	"math"
	"strconv"
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// sortKey is one ORDER BY element; item is its place in the select list, 0 if it is not there.
type sortKey struct {
	sql, collate, dir string
	item              int
}

func ceilPercent(p float64, n int64) int64 { return int64(math.Ceil(p * float64(n) / 100)) }

// orderBy binds ORDER BY. Errors 104, 108, 145, 207, 408.
func (b *binder) orderBy(o *ast.OrderByClause, sc *scope, q *query, onlyItems bool) ([]sortKey, error) {
	if o == nil {
		return nil, nil
	}
	keys := make([]sortKey, 0, len(o.OrderByElements))
	seen := map[string]bool{}
	for i, e := range o.OrderByElements {
		k, err := b.sortKey(e.Expression, sc, q, onlyItems, i+1)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(strings.ToLower(e.SortOrder), "desc") {
			k.dir = " DESC"
		}
		if seen[k.sql] {
			return nil, tsql.NewError(169)
		}
		seen[k.sql] = true
		keys = append(keys, k)
	}
	return keys, nil
}

func (b *binder) sortKey(e ast.ScalarExpression, sc *scope, q *query, onlyItems bool, place int) (sortKey, error) {
	item := func(i int) (sortKey, error) {
		if t := q.cols[i].typ; t.IsLOB() || t.Kind == tsql.KindXML {
			return sortKey{}, sortType(t)
		}
		return sortKey{sql: "o" + itoa(i+1), collate: collate(q.cols[i].typ), item: i + 1}, nil
	}
	switch x := e.(type) {
	case *ast.IntegerLiteral:
		n, err := strconv.Atoi(x.Value)
		if err != nil || n < 1 || n > len(q.cols) {
			return sortKey{}, tsql.NewError(108, n)
		}
		return item(n - 1)
	case *ast.ColumnReferenceExpression:
		if m := x.MultiPartIdentifier; m != nil && len(m.Identifiers) == 1 && x.Collation == nil {
			found := -1
			for i, c := range q.cols {
				if strings.EqualFold(c.name, m.Identifiers[0].Value) && c.name != "" {
					if found >= 0 && q.items != nil && q.items[found] != q.items[i] {
						return sortKey{}, tsql.NewError(209, m.Identifiers[0].Value)
					}
					found = i
				}
			}
			if found >= 0 {
				return item(found)
			}
			if sc == nil {
				return sortKey{}, tsql.NewError(207, m.Identifiers[0].Value)
			}
		}
	}
	if sc == nil {
		return sortKey{}, tsql.NewError(104)
	}
	sc.noAgg = "ORDER BY"
	x, err := b.scalar(e, sc)
	sc.noAgg = ""
	if err != nil {
		return sortKey{}, err
	}
	for i, it := range q.items {
		if it == x.sql && x.typ == q.cols[i].typ {
			return item(i)
		}
	}
	if onlyItems {
		return sortKey{}, tsql.NewError(145)
	}
	if x.typ.IsLOB() || x.typ.Kind == tsql.KindXML {
		return sortKey{}, sortType(x.typ)
	}
	if x.isLit {
		return sortKey{}, newError(408, place)
	}
	return sortKey{sql: x.sql, collate: collate(x.typ)}, nil
}

func sortType(t tsql.Type) error {
	if t.Kind == tsql.KindXML {
		return tsql.NewError(305)
	}
	return tsql.NewError(306)
}
