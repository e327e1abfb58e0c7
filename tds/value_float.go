package tds

import (
	"encoding/binary"
	"math"
)

// Float64 is Decode for real and float without an interface value. raw must not be
// nil.
func (t *TypeInfo) Float64(raw []byte) (float64, error) {
	switch t.ID {
	case TypeFloat4, TypeFloat8, TypeFloatN:
	default:
		return 0, t.malformed("is no floating-point type")
	}
	switch {
	case len(raw) != t.Size:
	case len(raw) == 4:
		return float64(math.Float32frombits(binary.LittleEndian.Uint32(raw))), nil
	case len(raw) == 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(raw)), nil
	}
	return 0, t.badLength(raw)
}

func (t *TypeInfo) decodeFloat(raw []byte) (any, error) {
	f, err := t.Float64(raw)
	switch {
	case err != nil:
		return nil, err
	case t.Size == 4:
		return float32(f), nil
	}
	return f, nil
}

// encodeFloat takes float64 and float32. SQL Server has neither infinities nor NaN
// and closes connections that send them, so they are refused, also when a float64
// becomes infinite as real.
func (t *TypeInfo) encodeFloat(dst []byte, v any) ([]byte, error) {
	var f float64
	switch v := v.(type) {
	case float64:
		f = v
	case float32:
		f = float64(v)
	default:
		return dst, t.cannotEncode(v)
	}
	if t.Size == 4 {
		f = float64(float32(f))
	}
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return dst, t.outOfRange()
	}
	if t.Size == 4 {
		return appendU32(dst, math.Float32bits(float32(f))), nil
	}
	return appendU64(dst, math.Float64bits(f)), nil
}
