package tds

// TVP is a table-valued parameter: TVP_TYPE_INFO with its rows, MS-TDS 2.2.5.5.5.
type TVP struct {
	Database, Schema, Name string // all may be empty
	// Null says that there is no table at all (TVP_NULL_TOKEN).
	Null bool
	// Columns are the columns. Columns with ColumnDefault have no values in rows.
	Columns []Column
	// Order describes how the rows are sorted and unique, nil if not sent.
	Order []TVPOrder
	// Ordering gives the columns in the order in which rows hold them, counted from
	// 1; nil if that is the order of Columns.
	Ordering []uint16
	// Rows are the TVP_ROW tokens as they stand on the wire; see AppendRow and Scan.
	Rows []byte
}

// TVPOrder is one column of TVP_ORDER_UNIQUE.
type TVPOrder struct {
	Column uint16 // from 1
	Flags  byte
}

// The bits of TVPOrder.Flags.
const (
	TVPOrderAsc  byte = 1 << 0
	TVPOrderDesc byte = 1 << 1
	TVPUnique    byte = 1 << 2
)

const (
	// MaxTVPColumns is the most columns that a table type has (2.2.5.5.5).
	MaxTVPColumns = 1024

	tvpNull           = 0xFFFF
	tvpEnd            = 0x00
	tvpOrderUnique    = 0x10
	tvpColumnOrdering = 0x11
)

// tvp reads TVP_TYPE_INFO behind its type byte, and the rows.
func (c *cursor) tvp() *TVP {
	t := &TVP{Database: c.bVarChar(), Schema: c.bVarChar(), Name: c.bVarChar()}
	switch n := c.u16(); {
	case n == tvpNull:
		t.Null = true
	case n == 0 || n > MaxTVPColumns:
		c.fail("table-valued parameter has no column or more than 1,024")
	default:
		t.columns(c, int(n))
	}
	t.metadata(c)
	from := c.off
	for c.ok() {
		switch b := c.u8(); {
		case b == tvpEnd:
			if c.ok() {
				t.Rows = c.buf[from : c.off-1 : c.off-1]
			}
			return t
		case TokenType(b) == TokenTVPRow && !t.Null:
			t.row(c, nil)
		case c.ok():
			c.fail("neither TVP_ROW nor the end of the rows")
		}
	}
	return t
}

func (t *TVP) columns(c *cursor, n int) {
	for i := 0; i < n && c.ok(); i++ {
		var col Column
		col.UserType = c.u32()
		col.Flags = ColumnFlags(c.u16())
		if b, _ := c.peek(); TypeID(b) == TypeTVP || TypeID(b) == TypeNull {
			c.fail("data type is not allowed in a table-valued parameter")
		}
		col.Type = c.typeInfo(FormParam)
		col.Name = c.bVarChar()
		t.Columns = append(t.Columns, col)
	}
}

// metadata reads the optional metadata tokens and the end token behind them.
func (t *TVP) metadata(c *cursor) {
	for c.ok() {
		switch b := c.u8(); {
		case b == tvpEnd:
			return
		case b == tvpOrderUnique && t.Order == nil:
			n := int(c.u16())
			t.Order = make([]TVPOrder, 0, min(n, c.remaining()/3))
			for ; n > 0 && c.ok(); n-- {
				t.Order = append(t.Order, TVPOrder{Column: c.u16(), Flags: c.u8()})
			}
		case b == tvpColumnOrdering && t.Ordering == nil:
			n := int(c.u16())
			t.Ordering = make([]uint16, 0, min(n, c.remaining()/2))
			for ; n > 0 && c.ok(); n-- {
				t.Ordering = append(t.Ordering, c.u16())
			}
		case c.ok():
			c.fail("unknown or repeated metadata of a table-valued parameter")
		}
	}
}
