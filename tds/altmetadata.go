package tds

// maxComputes bounds the ALTMETADATA tokens of one result set. Each stands for a
// COMPUTE clause, of which a statement has a handful.
const maxComputes = 256

// AltMetadata is the ALTMETADATA token (MS-TDS 2.2.7.1): the columns of the totals
// that a COMPUTE clause adds. Servers stopped sending it with TDS 7.4, so it can
// only be read.
type AltMetadata struct {
	ID      uint16   // by which an AltRow names it
	GroupBy []uint16 // the columns of COMPUTE ... BY, from 1
	Columns []AltColumn
}

// AltColumn is one total: an aggregate of a column.
type AltColumn struct {
	Op      AggregateOp
	Operand uint16 // the column of the result set, from 1
	Column
}

// AggregateOp is an aggregate of ALTMETADATA.
type AggregateOp uint8

// The aggregates.
const (
	AggregateStdev  AggregateOp = 0x30
	AggregateStdevP AggregateOp = 0x31
	AggregateVar    AggregateOp = 0x32
	AggregateVarP   AggregateOp = 0x33
	AggregateCount  AggregateOp = 0x4B
	AggregateSum    AggregateOp = 0x4D
	AggregateAvg    AggregateOp = 0x4F
	AggregateMin    AggregateOp = 0x51
	AggregateMax    AggregateOp = 0x52
)

func (*AltMetadata) token() {}

// Decode reads the token from what follows its type byte and returns how many
// bytes it took.
func (m *AltMetadata) Decode(body []byte, f TokenFormat) (n int, err error) {
	c := newCursor("ALTMETADATA", body)
	m.read(&c, &f)
	return c.off, c.result()
}

// read reads the token column by column.
func (m *AltMetadata) read(e elements, f *TokenFormat) {
	var count int
	ok := e.element(func(c *cursor) {
		*m = AltMetadata{}
		if count = int(c.u16()); count > maxColumns {
			c.failWith("more columns than a statement can have", ErrLimit)
		}
		m.ID = c.u16()
		for n := c.u8(); n > 0 && c.ok(); n-- {
			m.GroupBy = append(m.GroupBy, c.u16())
		}
	})
	if !ok {
		return
	}
	for range count {
		var col AltColumn
		ok := e.element(func(c *cursor) {
			col = AltColumn{Op: AggregateOp(c.u8()), Operand: c.u16()}
			col.UserType = c.userType(f)
			col.Flags = ColumnFlags(c.u16())
			col.Type = c.typeInfo(FormColumn)
			if col.Type.layout() == layoutText {
				col.Table = c.columnTable(f)
			}
			col.Name = c.bVarChar()
		})
		if !ok {
			return
		}
		m.Columns = append(m.Columns, col)
	}
}
