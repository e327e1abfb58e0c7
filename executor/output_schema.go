package executor

import (
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// maxColumns is how many columns a SELECT can have, and so a result set.
const maxColumns = 4096

// outputColumn is a column of the satellite's result.
type outputColumn struct {
	kind  kind
	scale uint8 // of decimals
	size  int   // longest value: UTF-16 units of strings, bytes of binaries
	// typ is the SQL type that the column has by itself, and sql the same for
	// conversions.
	typ tds.TypeInfo
	sql tsql.Type

	// The part of the current frame.
	gap     int
	bitmap  []byte
	a, b    []byte
	scratch [24]byte
}

// parseOutSchema reads an OUT_SCHEMA message.
func parseOutSchema(payload []byte, collation tds.Collation) ([]outputColumn, error) {
	p := payloadReader{data: payload}
	n := int(p.uint16())
	if n == 0 || n > maxColumns {
		return nil, protocolError("result set of %d columns", n)
	}
	columns := make([]outputColumn, n)
	for i := range columns {
		c := &columns[i]
		c.kind, c.scale = kind(p.byte()), p.byte()
		size := p.uint32()
		if size > 1<<31-1 {
			return nil, protocolError("column of size %d", size)
		}
		c.size = int(size)
		if c.scale > 38 || !c.setType(collation) {
			return nil, protocolError("column of kind %d, scale %d", c.kind, c.scale)
		}
	}
	return columns, p.end("the output schema")
}

// setType derives the SQL type from kind, scale and size.
func (c *outputColumn) setType(collation tds.Collation) bool {
	switch c.kind {
	case kindUint8:
		c.typ, c.sql = tds.Int(1), tsql.TypeTinyInt
	case kindInt16:
		c.typ, c.sql = tds.Int(2), tsql.TypeSmallInt
	case kindInt32:
		c.typ, c.sql = tds.Int(4), tsql.TypeInt
	case kindInt64:
		c.typ, c.sql = tds.Int(8), tsql.TypeBigInt
	case kindBool:
		c.typ, c.sql = tds.Bit(), tsql.TypeBit
	case kindFloat32:
		c.typ, c.sql = tds.Float(4), tsql.TypeReal
	case kindFloat64:
		c.typ, c.sql = tds.Float(8), tsql.TypeFloat
	case kindTicks, kindNanos:
		c.typ, c.sql = tds.DateTime2(7), tsql.Type{Kind: tsql.KindDateTime2, Scale: 7}
	case kindOffset:
		c.typ, c.sql = tds.DateTimeOffset(7), tsql.Type{Kind: tsql.KindDateTimeOffset, Scale: 7}
	case kindTime:
		c.typ, c.sql = tds.Time(7), tsql.Type{Kind: tsql.KindTime, Scale: 7}
	case kindDate:
		c.typ, c.sql = tds.Date(), tsql.TypeDate
	case kindGUID:
		c.typ, c.sql = tds.UniqueIdentifier(), tsql.TypeGUID
	case kindDecimal:
		c.typ, c.sql = tds.Decimal(38, c.scale), tsql.Decimal(38, int(c.scale))
	case kindString:
		n := max(c.size, 1)
		if n > tsql.MaxUnits {
			n = tds.SizeMax
		}
		c.typ, c.sql = tds.NVarChar(n, collation), tsql.NVarChar(n)
	case kindBinary:
		n := max(c.size, 1)
		if n > tsql.MaxBytes {
			n = tds.SizeMax
		}
		c.typ, c.sql = tds.VarBinary(n), tsql.VarBinary(n)
	default:
		return false
	}
	return true
}
