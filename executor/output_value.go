package executor

import (
	"encoding/binary"
	"errors"
	"math"
)

var (
	errTimeRange   = errors.New("date or time outside the years 1 to 9999")
	errOffsetRange = errors.New("time zone offset of more than 14 hours")
)

// raw returns the raw TDS value of row in the column's own type, nil for NULL. It is
// valid until the next call for the column. Values that the type does not have give
// errors.
func (c *outputColumn) raw(row int) ([]byte, error) {
	if c.null(row) {
		return nil, nil
	}
	switch c.kind {
	case kindUint8:
		return c.a[row : row+1], nil
	case kindInt16:
		return c.a[2*row : 2*row+2], nil
	case kindInt32:
		return c.a[4*row : 4*row+4], nil
	case kindInt64:
		return c.a[8*row : 8*row+8], nil
	case kindBool:
		c.scratch[0] = 0
		if c.a[row] != 0 {
			c.scratch[0] = 1
		}
		return c.scratch[:1], nil
	case kindFloat32:
		v := c.a[4*row : 4*row+4]
		if const32 := uint32(0x7F800000); binary.LittleEndian.Uint32(v)&const32 == const32 {
			return nil, nil // NaN and infinities
		}
		return v, nil
	case kindFloat64:
		v := c.a[8*row : 8*row+8]
		if const64 := uint64(0x7FF0000000000000); binary.LittleEndian.Uint64(v)&const64 == const64 {
			return nil, nil
		}
		return v, nil
	case kindString, kindBinary:
		return c.bytes(row), nil
	case kindGUID:
		return c.a[16*row : 16*row+16], nil
	case kindDecimal:
		return c.decimal(c.bytes(row))
	}
	return c.time(row)
}

func (c *outputColumn) decimal(text []byte) ([]byte, error) {
	v, negative, err := parseDecimal(text, int(c.scale))
	if err != nil {
		return nil, err
	}
	c.scratch[0] = 1
	if negative {
		c.scratch[0] = 0
	}
	binary.LittleEndian.PutUint64(c.scratch[1:], v.lo)
	binary.LittleEndian.PutUint64(c.scratch[9:], v.hi)
	return c.scratch[:17], nil
}

// time makes the raw form of the date and time kinds (MS-TDS 2.2.5.5.1.8).
func (c *outputColumn) time(row int) ([]byte, error) {
	switch c.kind {
	case kindDate:
		days := int64(int32(binary.LittleEndian.Uint32(c.a[4*row:])))
		if days < 0 || days > days9999 {
			return nil, errTimeRange
		}
		putUint24(c.scratch[:], days)
		return c.scratch[:3], nil
	case kindTime:
		ticks := int64(binary.LittleEndian.Uint64(c.a[8*row:]))
		if ticks < 0 || ticks >= ticksPerDay {
			return nil, errTimeRange
		}
		putUint40(c.scratch[:], ticks)
		return c.scratch[:5], nil
	case kindOffset:
		minutes := int32(binary.LittleEndian.Uint32(c.a[12*row+8:]))
		if minutes < -840 || minutes > 840 {
			return nil, errOffsetRange
		}
		ticks := int64(binary.LittleEndian.Uint64(c.a[12*row:]))
		if err := putDateTime(c.scratch[:], ticks); err != nil {
			return nil, err
		}
		binary.LittleEndian.PutUint16(c.scratch[8:], uint16(int16(minutes)))
		return c.scratch[:10], nil
	}
	ticks := int64(binary.LittleEndian.Uint64(c.a[8*row:]))
	if c.kind == kindNanos {
		if ticks == math.MinInt64 {
			return nil, nil // NaT
		}
		// To the nearest tick; the quotient has room for one more.
		nanos := ticks
		ticks = nanos / 100
		switch rest := nanos % 100; {
		case rest >= 50:
			ticks++
		case rest < -50:
			ticks--
		}
	}
	if err := putDateTime(c.scratch[:], ticks); err != nil {
		return nil, err
	}
	return c.scratch[:8], nil
}

// putDateTime writes ticks since 1970 as time(7) and date.
func putDateTime(dst []byte, ticks int64) error {
	days := ticks / ticksPerDay
	rest := ticks % ticksPerDay
	if rest < 0 {
		rest += ticksPerDay
		days--
	}
	if days += days1970; days < 0 || days > days9999 {
		return errTimeRange
	}
	putUint40(dst, rest)
	putUint24(dst[5:], days)
	return nil
}

func putUint24(dst []byte, v int64) {
	_ = dst[2]
	dst[0], dst[1], dst[2] = byte(v), byte(v>>8), byte(v>>16)
}

func putUint40(dst []byte, v int64) {
	_ = dst[4]
	binary.LittleEndian.PutUint32(dst, uint32(v))
	dst[4] = byte(v >> 32)
}
