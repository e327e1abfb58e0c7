package executor

import (
	"encoding/binary"
	"fmt"
	"math"

	"tds-launchpad/tds"
)

// readRaw says how a column's raw TDS values are read.
type readRaw byte

const (
	readByte readRaw = iota
	readBit
	readInt16
	readInt32
	readInt64
	readFloat32
	readFloat64
	readDateTime
	readSmallDateTime
	readDate
	readTime
	readDateTime2
	readDateTimeOffset
	readBinary
	readText // through textColumn
)

// inputColumn turns raw values of one column into the buffers of frames.
type inputColumn struct {
	number int // from 1, for errors
	name   string
	kind   kind
	read   readRaw
	size   int   // of a raw value where it is fixed, 0 elsewhere
	scale  int64 // of time types: ticks per unit
	text   *textColumn
}

// newInputColumn finds out how to read a column. ok is false for the types that no
// satellite takes (39017).
func newInputColumn(i int, c *tds.Column) (col inputColumn, ok bool) {
	t := c.Type
	col = inputColumn{number: i + 1, name: c.Name, size: t.Size}
	switch t.ID {
	case tds.TypeInt1, tds.TypeInt2, tds.TypeInt4, tds.TypeInt8, tds.TypeIntN:
		switch t.Size {
		case 1:
			col.kind, col.read = kindUint8, readByte
		case 2:
			col.kind, col.read = kindInt16, readInt16
		case 4:
			col.kind, col.read = kindInt32, readInt32
		default:
			col.kind, col.read = kindInt64, readInt64
		}
	case tds.TypeBit, tds.TypeBitN:
		col.kind, col.read = kindBool, readBit
	case tds.TypeFloat4, tds.TypeFloat8, tds.TypeFloatN:
		if t.Size == 4 {
			col.kind, col.read = kindFloat32, readFloat32
		} else {
			col.kind, col.read = kindFloat64, readFloat64
		}
	case tds.TypeDateTime, tds.TypeDateTime4, tds.TypeDateTimeN:
		col.kind, col.read = kindTicks, readDateTime
		if t.Size == 4 {
			col.read = readSmallDateTime
		}
	case tds.TypeDateN:
		col.kind, col.read = kindTicks, readDate
	case tds.TypeTimeN, tds.TypeDateTime2N, tds.TypeDateTimeOffsetN:
		if t.Scale > 7 {
			return col, false
		}
		col.scale = pow10[7-t.Scale]
		switch t.ID {
		case tds.TypeTimeN:
			col.kind, col.read = kindTime, readTime
		case tds.TypeDateTime2N:
			col.kind, col.read = kindTicks, readDateTime2
		default:
			col.kind, col.read = kindOffset, readDateTimeOffset
		}
	default:
		switch {
		case t.IsBinary():
			col.kind, col.read, col.size = kindBinary, readBinary, 0
		default:
			col.read, col.size = readText, 0
			col.text, col.kind = newTextColumn(&t)
			return col, col.text != nil
		}
	}
	return col, true
}

// pow10 holds the powers of ten that fit into int64.
var pow10 = func() (p [19]int64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = 10 * p[i-1]
	}
	return p
}()

// add puts a raw value into row of b.
func (c *inputColumn) add(b *columnBuffer, row int, raw []byte) error {
	if c.read >= readBinary {
		if c.read == readText {
			return c.text.add(b, row, raw)
		}
		b.addBytes(row, raw)
		return nil
	}
	if raw == nil {
		c.addNull(b, row)
		return nil
	}
	if len(raw) != c.size {
		return c.bad(raw)
	}
	switch c.read {
	case readByte:
		b.a[row] = raw[0]
	case readBit:
		b.a[row] = 0
		if raw[0] != 0 {
			b.a[row] = 1
		}
	case readInt16:
		binary.LittleEndian.PutUint16(b.a[2*row:], binary.LittleEndian.Uint16(raw))
	case readInt32, readFloat32:
		binary.LittleEndian.PutUint32(b.a[4*row:], binary.LittleEndian.Uint32(raw))
	case readInt64, readFloat64:
		binary.LittleEndian.PutUint64(b.a[8*row:], binary.LittleEndian.Uint64(raw))
	default:
		return c.addTime(b, row, raw)
	}
	return nil
}

func (c *inputColumn) addNull(b *columnBuffer, row int) {
	switch c.kind {
	case kindFloat32:
		binary.LittleEndian.PutUint32(b.a[4*row:], math.Float32bits(float32(math.NaN())))
		return
	case kindFloat64:
		binary.LittleEndian.PutUint64(b.a[8*row:], math.Float64bits(math.NaN()))
		return
	}
	b.setNull(row)
	w := c.kind.width()
	clear(b.a[row*w : row*w+w])
}

// addTime reads the date and time types (MS-TDS 2.2.5.5.1.8).
func (c *inputColumn) addTime(b *columnBuffer, row int, raw []byte) error {
	var days, ticks int64
	minutes := 0
	switch c.read {
	case readDateTime:
		days = days1900 + int64(int32(binary.LittleEndian.Uint32(raw)))
		// The unit is 1/300 s, of which SQL Server shows whole milliseconds.
		units := int64(binary.LittleEndian.Uint32(raw[4:]))
		ticks = (units*10 + 1) / 3 * (ticksPerSecond / 1000)
	case readSmallDateTime:
		days = days1900 + int64(binary.LittleEndian.Uint16(raw))
		ticks = int64(binary.LittleEndian.Uint16(raw[2:])) * 60 * ticksPerSecond
	case readDate:
		days = uint24(raw)
	case readTime:
		ticks = littleEndian(raw) * c.scale
	case readDateTime2:
		n := len(raw) - 3
		ticks, days = littleEndian(raw[:n])*c.scale, uint24(raw[n:])
	case readDateTimeOffset:
		n := len(raw) - 5
		ticks, days = littleEndian(raw[:n])*c.scale, uint24(raw[n:])
		minutes = int(int16(binary.LittleEndian.Uint16(raw[n+3:])))
	}
	if days < 0 || days > days9999 || ticks < 0 || ticks >= ticksPerDay || minutes < -840 || minutes > 840 {
		return c.bad(raw)
	}
	if c.kind != kindTime {
		ticks += (days - days1970) * ticksPerDay
	}
	if c.kind == kindOffset {
		binary.LittleEndian.PutUint32(b.a[12*row+8:], uint32(int32(minutes)))
		binary.LittleEndian.PutUint64(b.a[12*row:], uint64(ticks))
		return nil
	}
	binary.LittleEndian.PutUint64(b.a[8*row:], uint64(ticks))
	return nil
}

// bad reports a raw value that its type does not have. It does not show the value.
func (c *inputColumn) bad(raw []byte) error {
	return fmt.Errorf("column %d (%q) of the input data: %d bytes that are no value of its type", c.number, c.name, len(raw))
}

func uint24(b []byte) int64 { return int64(b[0]) | int64(b[1])<<8 | int64(b[2])<<16 }

// littleEndian reads 3 to 5 bytes.
func littleEndian(b []byte) int64 {
	var v int64
	for i := len(b) - 1; i >= 0; i-- {
		v = v<<8 | int64(b[i])
	}
	return v
}
