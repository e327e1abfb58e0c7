package engine

import (
	"fmt"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// wireType is the TYPE_INFO of a T-SQL type.
func wireType(t tsql.Type) (tds.TypeInfo, error) {
	length, precision, scale := t.Length, int(t.Precision), int(t.Scale)
	collation, ok := tds.CollationByName(t.Collation)
	if !ok {
		collation = tds.DefaultCollation
	}
	return tds.TypeByName(t.Name(), length, precision, scale, collation)
}

// languageType is the T-SQL type that a TYPE_INFO stands for.
func languageType(t tds.TypeInfo) (tsql.Type, error) {
	name, length, precision, scale := t.Declaration()
	return tsql.NewType(name, length, precision, scale)
}

// wireColumns describes a result set to the client.
func wireColumns(columns []store.Column) ([]tds.Column, error) {
	out := make([]tds.Column, len(columns))
	for i, c := range columns {
		t, err := wireType(c.Type)
		if err != nil {
			return nil, fmt.Errorf("column %d: %w", i+1, err)
		}
		out[i] = tds.Column{Name: c.Name, Type: t}
		if c.Nullable {
			out[i].Flags |= tds.ColumnNullable
		} else {
			out[i].Type = t.NotNull()
		}
		if c.Identity {
			out[i].Flags |= tds.ColumnIdentity
		}
		if c.Hidden {
			out[i].Flags |= tds.ColumnHidden
		}
		if c.Key {
			out[i].Flags |= tds.ColumnKey
		}
		if c.Computed {
			out[i].Flags |= tds.ColumnComputed
		} else if !c.Identity {
			out[i].Flags |= tds.ColumnUpdatableUnused
		}
	}
	return out, nil
}

// toWire makes a value of the language into one of the wire: they differ only in
// what a sql_variant carries along.
func toWire(v any) (any, error) {
	variant, ok := v.(tsql.Variant)
	if !ok {
		return v, nil
	}
	t, err := wireType(variant.Type)
	if err != nil {
		return nil, err
	}
	return tds.Variant{Type: t, Value: variant.Value}, nil
}

// fromWire decodes a raw value to one of the language.
func fromWire(t *tds.TypeInfo, raw []byte) (any, error) {
	if raw == nil {
		return nil, nil
	}
	v, err := t.Decode(raw)
	if err != nil {
		return nil, err
	}
	variant, ok := v.(tds.Variant)
	if !ok {
		return v, nil
	}
	inner, err := languageType(variant.Type)
	if err != nil {
		return nil, err
	}
	return tsql.Variant{Type: inner, Value: variant.Value}, nil
}
