package store

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"tds-launchpad/tsql"
)

// checksumFunc binds CHECKSUM and BINARY_CHECKSUM. Equal lists give equal sums, with CHECKSUM as their collations
// compare; the sums themselves are not SQL Server's, which documents none.
func checksumFunc(name string, binaryOnly bool) scalarFunc {
	return scalarFunc{1, -1, func(b *binder, a []*expr) (*expr, error) {
		types := make([]tsql.Type, len(a))
		for i, x := range a {
			if types[i] = x.typ; x.typ.IsLOB() || x.typ.Kind == tsql.KindXML {
				return nil, tsql.NewError(8116, x.typ.Name(), i+1, name)
			}
		}
		x := b.applyNull(name, typeInt, a, func(v []any) (any, error) {
			var sum uint32
			for i, x := range v {
				h, err := checksumOf(x, types[i], binaryOnly)
				if err != nil {
					return nil, err
				}
				sum = bits.RotateLeft32(sum, 4) ^ h
			}
			return int64(int32(sum)), nil
		})
		x.null = false
		return x, nil
	}}
}

func checksumOf(v any, t tsql.Type, binaryOnly bool) (uint32, error) {
	if v == nil {
		return 0x7FFFFFFF, nil
	}
	if text, ok := v.(string); ok && t.IsString() && !binaryOnly {
		name := t.Collation
		if name == "" {
			name = tsql.DefaultCollation
		}
		c, err := tsql.LookupCollation(name)
		if err != nil {
			return 0, err
		}
		return fold4(c.AppendKey(nil, text)), nil
	}
	d, err := encodeValue(v, t)
	if err != nil {
		return 0, err
	}
	switch d := d.(type) {
	case int64:
		return uint32(d) ^ uint32(d>>32) ^ uint32(d>>63), nil
	case string:
		return fold4([]byte(d)), nil
	case []byte:
		return fold4(d), nil
	}
	return fold4(fmt.Append(nil, d)), nil
}

// fold4 turns the sum by four bits for each byte.
func fold4(b []byte) (sum uint32) {
	for _, c := range b {
		sum = bits.RotateLeft32(sum, 4) ^ uint32(c)
	}
	return sum
}

// sampled tells whether a row belongs to a sample of a given share, in percent: by its number and a seed alone, so that
// the same seed gives the same rows.
func sampled(row, seed int64, percent float64) bool {
	h := uint64(14695981039346656037)
	for _, c := range binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, uint64(seed)), uint64(row)) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return float64(h>>11)/(1<<53)*100 < percent
}
