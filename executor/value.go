package executor

import (
	"encoding/binary"
	"math"

	"tds-launchpad/tds"
)

// Tags of single values. The content follows:
const (
	tagNull     = 0
	tagBool     = 1  // byte
	tagInt      = 2  // int64
	tagFloat    = 3  // float64
	tagDecimal  = 4  // string
	tagString   = 5  // string
	tagBytes    = 6  // length uint32, bytes
	tagDateTime = 7  // ticks since 1970, int64
	tagDate     = 8  // ticks since 1970, int64
	tagTime     = 9  // ticks since midnight, int64
	tagOffset   = 10 // ticks in UTC, int64; minutes, int32
	tagGUID     = 11 // 16 bytes as TDS has them; only from the satellite
)

// appendParam appends a parameter's raw value. ok is false for types that can't be
// parameters (39018).
func appendParam(dst []byte, t *tds.TypeInfo, raw []byte) (out []byte, ok bool, err error) {
	c, ok := newInputColumn(0, &tds.Column{Type: *t})
	if !ok {
		return dst, false, nil
	}
	if raw == nil {
		return append(dst, tagNull), true, nil
	}
	if c.kind == kindBinary {
		return appendBytes(append(dst, tagBytes), raw), true, nil
	}
	if c.text != nil {
		tag := byte(tagString)
		if c.kind == kindDecimal {
			tag = tagDecimal
		}
		dst = append(dst, tag, 0, 0, 0, 0)
		start := len(dst)
		if dst, err = c.text.convert(dst, raw); err == nil {
			binary.LittleEndian.PutUint32(dst[start-4:], uint32(len(dst)-start))
		}
		return dst, true, err
	}
	b := columnBuffer{rows: 1, a: make([]byte, c.kind.width())}
	if err := c.add(&b, 0, raw); err != nil {
		return dst, true, err
	}
	return appendFixed(dst, &c, t, b.a), true, nil
}

// appendFixed appends the value of one row of a fixed-width column.
func appendFixed(dst []byte, c *inputColumn, t *tds.TypeInfo, a []byte) []byte {
	var v int64
	switch c.kind {
	case kindBool:
		return append(dst, tagBool, a[0])
	case kindFloat32:
		f := math.Float32frombits(binary.LittleEndian.Uint32(a))
		return binary.LittleEndian.AppendUint64(append(dst, tagFloat), math.Float64bits(float64(f)))
	case kindFloat64:
		return append(append(dst, tagFloat), a...)
	case kindOffset:
		return append(append(dst, tagOffset), a...)
	case kindTime:
		return append(append(dst, tagTime), a...)
	case kindTicks:
		tag := byte(tagDateTime)
		if t.ID == tds.TypeDateN {
			tag = tagDate
		}
		return append(append(dst, tag), a...)
	case kindUint8:
		v = int64(a[0])
	case kindInt16:
		v = int64(int16(binary.LittleEndian.Uint16(a)))
	case kindInt32:
		v = int64(int32(binary.LittleEndian.Uint32(a)))
	case kindInt64:
		v = int64(binary.LittleEndian.Uint64(a))
	}
	return binary.LittleEndian.AppendUint64(append(dst, tagInt), uint64(v))
}
