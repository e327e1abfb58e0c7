package tds

import (
	"encoding/binary"
	"math"
)

// Int64 is Decode for bit and the integer types without an interface value; bit is
// 0 or 1. raw must not be nil.
func (t *TypeInfo) Int64(raw []byte) (int64, error) {
	switch t.ID {
	case TypeBit, TypeBitN:
		if len(raw) == 1 {
			if raw[0] != 0 {
				return 1, nil
			}
			return 0, nil
		}
	case TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeIntN:
		switch {
		case len(raw) != t.Size:
		case len(raw) == 1:
			return int64(raw[0]), nil // tinyint has no sign
		case len(raw) == 2:
			return int64(int16(binary.LittleEndian.Uint16(raw))), nil
		case len(raw) == 4:
			return int64(int32(binary.LittleEndian.Uint32(raw))), nil
		case len(raw) == 8:
			return int64(binary.LittleEndian.Uint64(raw)), nil
		}
	default:
		return 0, t.malformed("is no integer type")
	}
	return 0, t.badLength(raw)
}

// encodeInt takes bool for bit, int64 and int for the integer types.
func (t *TypeInfo) encodeInt(dst []byte, v any) ([]byte, error) {
	if b, ok := v.(bool); ok && (t.ID == TypeBit || t.ID == TypeBitN) {
		if b {
			return append(dst, 1), nil
		}
		return append(dst, 0), nil
	}
	var n int64
	switch v := v.(type) {
	case int64:
		n = v
	case int:
		n = int64(v)
	default:
		return dst, t.cannotEncode(v)
	}
	if t.ID == TypeBit || t.ID == TypeBitN {
		return dst, t.cannotEncode(v)
	}
	switch t.Size {
	case 1:
		if n >= 0 && n <= math.MaxUint8 {
			return append(dst, byte(n)), nil
		}
	case 2:
		if n >= math.MinInt16 && n <= math.MaxInt16 {
			return appendU16(dst, uint16(n)), nil
		}
	case 4:
		if n >= math.MinInt32 && n <= math.MaxInt32 {
			return appendU32(dst, uint32(n)), nil
		}
	case 8:
		return appendU64(dst, uint64(n)), nil
	}
	return dst, t.outOfRange()
}
