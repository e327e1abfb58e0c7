package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// scope is what names mean in one query; parent is the query around it.
type scope struct {
	parent *scope
	tables []*relation
	// grouped says that the query has GROUP BY or aggregates: columns outside aggregates must be among groups (SQL texts).
	grouped bool
	groups  map[string]bool
	inAgg   bool // binding an aggregate's argument
	noAgg   string
	windows map[string]*ast.WindowDefinition
}

// relation is a table in FROM under its SQL alias.
type relation struct {
	alias   string // in SQL, e.g. a3
	exposed string // the name T-SQL knows it by
	schema  string // given when exposed is a table's own name
	db      string
	cols    []*source
	table   *table // the base table, if it is one
	hidden  bool   // reachable by qualified name only
}

// source is a column that can be referred to.
type source struct {
	name     string
	sql      string
	typ      tsql.Type
	null     bool
	def      *column // base column, if it is one
	table    *table
	computed bool
	rel      *relation
	row      int // a column of inserted or deleted: 1 + index into the frame's row
}

// add puts a relation into the scope. Errors 1011, 1013.
func (s *scope) add(r *relation) error {
	for _, o := range s.tables {
		if strings.EqualFold(o.exposed, r.exposed) && r.exposed != "" && strings.EqualFold(o.schema, r.schema) {
			if r.schema == "" {
				return tsql.NewError(1011, r.exposed)
			}
			return tsql.NewError(1013, o.schema+"."+o.exposed, r.schema+"."+r.exposed)
		}
	}
	s.tables = append(s.tables, r)
	return nil
}

// matches tells whether a qualifier (table, or schema and table, or more) names the relation.
func (r *relation) matches(q []*ast.Identifier) bool {
	n := len(q)
	if n == 0 || !strings.EqualFold(q[n-1].Value, r.exposed) {
		return n == 0
	}
	if n >= 2 && q[n-2].Value != "" && !strings.EqualFold(q[n-2].Value, r.schema) {
		return false
	}
	if n >= 3 && q[n-3].Value != "" && !strings.EqualFold(q[n-3].Value, r.db) {
		return false
	}
	return n < 2 || r.schema != "" || q[n-2].Value == ""
}

// find resolves a column name. Errors 207, 209, 4104.
func (s *scope) find(parts []*ast.Identifier) (*source, *scope, error) {
	name := parts[len(parts)-1].Value
	qualifier := parts[:len(parts)-1]
	for at := s; at != nil; at = at.parent {
		var found *source
		for _, r := range at.tables {
			if len(qualifier) > 0 && !r.matches(qualifier) || len(qualifier) == 0 && r.hidden {
				continue
			}
			for _, c := range r.cols {
				if strings.EqualFold(c.name, name) {
					if found != nil {
						return nil, nil, tsql.NewError(209, name)
					}
					found = c
				}
			}
			if len(qualifier) > 0 && found == nil {
				return nil, nil, tsql.NewError(207, name)
			}
		}
		if found != nil {
			return found, at, nil
		}
	}
	if len(qualifier) > 0 {
		full := make([]string, len(parts))
		for i, p := range parts {
			full[i] = p.Value
		}
		return nil, nil, tsql.NewError(4104, strings.Join(full, "."))
	}
	return nil, nil, tsql.NewError(207, name)
}

// columnRef binds a column's name.
func (b *binder) columnRef(e *ast.ColumnReferenceExpression, sc *scope) (*expr, error) {
	if e.MultiPartIdentifier == nil || len(e.MultiPartIdentifier.Identifiers) == 0 {
		switch strings.ToUpper(e.ColumnType) {
		case "IDENTITYCOL", "PSEUDOCOLUMNIDENTITY", "ROWGUIDCOL", "PSEUDOCOLUMNROWGUID":
		}
		return nil, unsupported("column reference %s", e.ColumnType)
	}
	ids := e.MultiPartIdentifier.Identifiers
	if sc == nil {
		return nil, tsql.NewError(128, ids[len(ids)-1].Value)
	}
	src, at, err := sc.find(ids)
	if err != nil {
		return nil, err
	}
	if at.grouped && !at.inAgg && !at.groups[src.sql] {
		return nil, b.notGrouped(src, at)
	}
	x := &expr{sql: b.sqlOf(src), typ: src.typ, null: src.null, col: src, name: src.name}
	if e.Collation != nil {
		return b.withCollation(x, e.Collation)
	}
	return x, nil
}

// sqlOf is the SQL of a column; columns of inserted and deleted become parameters where they are used.
func (b *binder) sqlOf(src *source) string {
	if src.row > 0 {
		return b.addParam(param{row: src.row, typ: src.typ})
	}
	return src.sql
}

func (b *binder) notGrouped(src *source, at *scope) error {
	name := src.name
	if src.rel != nil && src.rel.exposed != "" {
		name = src.rel.exposed + "." + name
	}
	number := int32(8120)
	if at.noAgg == "HAVING" {
		number = 8121
	} else if at.noAgg == "ORDER BY" {
		number = 8127
	}
	return tsql.NewError(number, name)
}

func (b *binder) withCollation(x *expr, id *ast.Identifier) (*expr, error) {
	if !x.typ.IsString() {
		return nil, tsql.NewError(447, x.typ.Name())
	}
	name := id.Value
	if strings.EqualFold(name, "database_default") || strings.EqualFold(name, "catalog_default") {
		name = tsql.DefaultCollation
	}
	if _, err := tsql.LookupCollation(name); err != nil {
		return nil, err
	}
	n := *x
	n.typ.Collation = collationName(name)
	n.col, n.explicitCollation, n.isLit = nil, true, false
	return &n, nil
}

// collationName is how a Type names a collation: "" for the default.
func collationName(name string) string {
	if strings.EqualFold(name, tsql.DefaultCollation) {
		return ""
	}
	return name
}
