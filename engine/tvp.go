package engine

import (
	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// tableValue reads a table-valued parameter (MS-TDS 2.2.5.5.5).
func tableValue(t *tds.TVP) (*store.TableValue, error) {
	out := &store.TableValue{TypeName: tsql.Name{Database: t.Database, Schema: t.Schema, Object: t.Name}.String()}
	for i := range t.Columns {
		c := &t.Columns[i]
		column := store.Column{Name: c.Name, Nullable: c.Flags&tds.ColumnNullable != 0}
		out.Defaults = append(out.Defaults, c.Flags&tds.ColumnDefault != 0)
		if c.Type.ID != tds.TypeNull {
			var err error
			if column.Type, err = languageType(c.Type); err != nil {
				return nil, err
			}
		}
		out.Columns = append(out.Columns, column)
	}
	rows := t.Scan()
	for rows.Next() {
		row := make([]any, len(t.Columns))
		for i, raw := range rows.Values {
			var err error
			if row[i], err = fromWire(&t.Columns[i].Type, raw); err != nil {
				return nil, err
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out, rows.Err()
}
