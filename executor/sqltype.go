package executor

import (
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// nameless stands for collations that tds has no name for: conversions then keep
// every character, and Encode finds the code page.
const nameless = "Latin1_General_100_CI_AS_SC_UTF8"

// sqlType is the T-SQL type of a TDS type.
func sqlType(t *tds.TypeInfo) (tsql.Type, error) {
	sql, err := tsql.NewType(t.Declaration())
	if t.IsChar() && t.Collation != tds.DefaultCollation {
		if sql.Collation = t.Collation.Name(); sql.Collation == "" {
			sql.Collation = nameless
		}
	}
	return sql, err
}

// wireType is the TDS type of a T-SQL type, with c for character types that name no
// collation.
func wireType(t tsql.Type, c tds.Collation) (tds.TypeInfo, error) {
	if t.Collation != "" {
		named, ok := tds.CollationByName(t.Collation)
		if !ok {
			return tds.TypeInfo{}, tsql.NewError(448, t.Collation)
		}
		c = named
	}
	return tds.TypeByName(t.Name(), t.Length, int(t.Precision), int(t.Scale), c)
}

// convertRaw converts a neutral value and returns the raw form of the result in
// scratch; nil is NULL.
func convertRaw(scratch []byte, v any, from, to tsql.Type, wire *tds.TypeInfo) ([]byte, error) {
	v, err := tsql.Convert(v, from, to, 0)
	if err != nil || v == nil {
		return nil, err
	}
	raw, err := wire.Encode(scratch[:0], v)
	if err == nil && raw == nil {
		raw = []byte{}
	}
	return raw, err
}
