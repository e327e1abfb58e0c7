package source

import (
	"fmt"
	"time"

	"tds-launchpad/tds"
)

// kind is a sort of result set: its columns, and the values of row i of a block.
type kind struct {
	columns []tds.Column
	row     func(i int) []any
	// blocks is how many times 256 packets are made before rows repeat.
	blocks int
}

// kinds by the names that queries use.
var kinds = map[string]kind{
	// int, bigint, float, int.
	"numeric": {blocks: 1, columns: columns(tds.Int(4), tds.Int(8), tds.Float(8), tds.Int(4)),
		row: func(i int) []any { return []any{int64(i), int64(i) << 20, float64(i) / 3, -int64(i)} }},
	// int and a short text out of a hundred.
	"few": {blocks: 1, columns: columns(tds.Int(4), shortText),
		row: func(i int) []any { return []any{int64(i), fmt.Sprintf("customer %03d", i%100)} }},
	// int and a short text that some half a million rows do not repeat.
	"distinct": {blocks: 16, columns: columns(tds.Int(4), shortText),
		row: func(i int) []any { return []any{int64(i), fmt.Sprintf("name %07d", i)} }},
	// A bit of everything, as rows in life.
	"mixed": {blocks: 1, columns: columns(tds.Int(4), tds.Int(8), tds.Float(8), shortText, tds.DateTime(8)),
		row: func(i int) []any {
			return []any{int64(i), int64(i) << 20, float64(i) / 3, fmt.Sprintf("customer %03d", i%1000),
				firstDay.Add(time.Duration(i) * time.Minute)}
		}},
}

var (
	shortText = tds.NVarChar(20, tds.DefaultCollation)
	firstDay  = time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC)
)

func columns(types ...tds.TypeInfo) []tds.Column {
	out := make([]tds.Column, len(types))
	for i, t := range types {
		out[i] = tds.Column{Name: string(rune('a' + i)), Type: t, Flags: tds.ColumnNullable | tds.ColumnUpdatable}
	}
	return out
}

// appendRow appends row i as a ROW token.
func (k *kind) appendRow(dst []byte, i int) ([]byte, error) {
	values := k.row(i)
	raws := make([][]byte, len(values))
	for j, v := range values {
		raw, err := k.columns[j].Type.Encode([]byte{}, v)
		if err != nil {
			return dst, err
		}
		raws[j] = raw
	}
	return tds.AppendRow(dst, k.columns, raws)
}
