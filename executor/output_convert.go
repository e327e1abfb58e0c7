package executor

import (
	"encoding/binary"
	"math"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// resultColumn brings a satellite's column into the type that the result set has.
type resultColumn struct {
	in      *outputColumn
	wire    tds.TypeInfo
	sql     tsql.Type
	notNull bool
	// fast converts raw values without decoding them; nil: they stay as they are.
	// ok is false for values that need the long way, where the error is made too.
	fast func(c *resultColumn, raw []byte) (out []byte, ok bool)
	// long is set where raw values differ at all.
	long    bool
	number  int
	scratch []byte
}

// ownType makes the column keep the type that it has by itself.
func (c *resultColumn) ownType() {
	c.wire, c.sql = c.in.typ, c.in.sql
}

// declared makes the column have a declared type. ok is false if T-SQL has no
// conversion to it (11538).
func (c *resultColumn) declared(wire tds.TypeInfo, sql tsql.Type) (ok bool) {
	c.wire, c.sql = wire, sql
	from := c.in
	if sql.Kind == from.sql.Kind {
		switch sql.Kind {
		case tsql.KindNVarChar, tsql.KindVarBinary:
			if sql.Length == tsql.Max || from.sql.Length != tsql.Max && from.size <= sql.Length {
				return true
			}
		case tsql.KindDecimal, tsql.KindTime, tsql.KindDateTime2, tsql.KindDateTimeOffset:
			if sql.Scale == from.sql.Scale && sql.Precision == from.sql.Precision {
				return true
			}
		default:
			return true
		}
	}
	if _, implicit := tsql.CanConvert(from.sql, sql); !implicit {
		return false
	}
	c.long = true
	switch {
	case from.kind == kindDecimal && sql.IsDecimal() && sql.Scale <= from.scale:
		// Rounded to the declared scale when it is read from the text.
		from.scale = sql.Scale
		from.typ, from.sql = tds.Decimal(tsql.MaxPrecision, sql.Scale), tsql.Decimal(tsql.MaxPrecision, int(sql.Scale))
		c.fast = decimalToDecimal
	case from.kind <= kindInt64 && sql.IsInteger() && sql.Kind != tsql.KindBit:
		c.fast = integerToInteger
	case from.kind <= kindInt64 && sql.Kind == tsql.KindFloat:
		c.fast = integerToFloat
	case from.kind == kindString && sql.Kind == tsql.KindVarChar:
		c.fast = asciiToVarChar
	}
	return true
}

// value is the raw value of row in the result's type.
func (c *resultColumn) value(row int) ([]byte, error) {
	raw, err := c.in.raw(row)
	if err != nil {
		return nil, err
	}
	if raw == nil {
		if c.notNull {
			return nil, tsql.NewError(11553, c.number, 1)
		}
		return nil, nil
	}
	if !c.long {
		return raw, nil
	}
	if c.fast != nil {
		if out, ok := c.fast(c, raw); ok {
			return out, nil
		}
	}
	v, err := c.in.typ.Decode(raw)
	if err != nil {
		return nil, err
	}
	out, err := convertRaw(c.scratch, v, c.in.sql, c.sql, &c.wire)
	if out == nil && err == nil && c.notNull {
		return nil, tsql.NewError(11553, c.number, 1)
	}
	if cap(out) <= 64<<10 { // one long value must not keep its memory
		c.scratch = out
	}
	return out, err
}

// integer reads a raw integer of the column's kind.
func (c *resultColumn) integer(raw []byte) int64 {
	switch len(raw) {
	case 1:
		return int64(raw[0])
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(raw)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(raw)))
	}
	return int64(binary.LittleEndian.Uint64(raw))
}

func integerToInteger(c *resultColumn, raw []byte) ([]byte, bool) {
	v := c.integer(raw)
	switch c.wire.Size {
	case 1:
		if v != int64(uint8(v)) {
			return nil, false
		}
	case 2:
		if v != int64(int16(v)) {
			return nil, false
		}
	case 4:
		if v != int64(int32(v)) {
			return nil, false
		}
	}
	c.scratch = binary.LittleEndian.AppendUint64(c.scratch[:0], uint64(v))
	return c.scratch[:c.wire.Size], true
}

func integerToFloat(c *resultColumn, raw []byte) ([]byte, bool) {
	v := float64(c.integer(raw))
	c.scratch = binary.LittleEndian.AppendUint64(c.scratch[:0], math.Float64bits(v))
	return c.scratch, true
}

// decimalToDecimal shortens a decimal(38) of the same scale.
func decimalToDecimal(c *resultColumn, raw []byte) ([]byte, bool) {
	v := u128{lo: binary.LittleEndian.Uint64(raw[1:]), hi: binary.LittleEndian.Uint64(raw[9:])}
	if c.sql.Precision < tsql.MaxPrecision {
		limit := u128{lo: 1}
		for range c.sql.Precision {
			limit, _ = limit.mul10(0)
		}
		if v.hi > limit.hi || v.hi == limit.hi && v.lo >= limit.lo {
			return nil, false
		}
	}
	return raw[:c.wire.Size], true
}

// asciiToVarChar narrows ASCII, which all code pages have.
func asciiToVarChar(c *resultColumn, raw []byte) ([]byte, bool) {
	if c.sql.Length != tsql.Max && len(raw)/2 > c.sql.Length {
		return nil, false
	}
	out := c.scratch[:0]
	for i := 0; i+1 < len(raw); i += 2 {
		if raw[i] >= 0x80 || raw[i+1] != 0 {
			return nil, false
		}
		out = append(out, raw[i])
	}
	if out == nil {
		out = []byte{}
	}
	c.scratch = out
	return out, true
}
