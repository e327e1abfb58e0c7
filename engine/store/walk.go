package store

import (
	"reflect"
	"strings"

	"github.com/sqlc-dev/teesql/ast"
)

// walk visits every node of a tree, parents first; visit returns false to leave a node's children out.
func walk(v any, visit func(any) bool) { walkValue(reflect.ValueOf(v), visit) }

func walkValue(v reflect.Value, visit func(any) bool) {
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() {
			walkValue(v.Elem(), visit)
		}
	case reflect.Pointer:
		if v.IsNil() || v.Elem().Kind() != reflect.Struct || !visit(v.Interface()) {
			return
		}
		v = v.Elem()
		for i := range v.NumField() {
			if f := v.Field(i); f.CanInterface() {
				switch f.Kind() {
				case reflect.Interface, reflect.Pointer, reflect.Slice:
					walkValue(f, visit)
				}
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			walkValue(v.Index(i), visit)
		}
	}
}

var aggregateNames = map[string]bool{"COUNT": true, "COUNT_BIG": true, "SUM": true, "AVG": true, "MIN": true, "MAX": true, "STDEV": true, "STDEVP": true,
	"VAR": true, "VARP": true, "STRING_AGG": true, "CHECKSUM_AGG": true, "APPROX_COUNT_DISTINCT": true, "GROUPING": true}

// hasAggregate tells whether an aggregate belongs to this level of a query: not those of subqueries, nor window functions.
func hasAggregate(v any) bool {
	found := false
	walk(v, func(n any) bool {
		switch n := n.(type) {
		case *ast.ScalarSubquery, *ast.QuerySpecification, *ast.BinaryQueryExpression:
			return false
		case *ast.FunctionCall:
			if n.OverClause == nil && n.CallTarget == nil && aggregateNames[strings.ToUpper(n.FunctionName.Value)] {
				found = true
			}
		}
		return !found
	})
	return found
}
