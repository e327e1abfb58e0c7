package tds

// Order is the ORDER token (MS-TDS 2.2.7.16): by which columns, counted from 1, the
// rows are ordered.
type Order struct {
	Columns []uint16
}

func (*Order) token() {}

// Decode reads the body of the token.
func (o *Order) Decode(body []byte) error {
	c := newCursor("ORDER", body)
	if len(body)%2 != 0 {
		c.fail("odd length")
		return c.result()
	}
	o.Columns = make([]uint16, len(body)/2)
	for i := range o.Columns {
		o.Columns[i] = c.u16()
	}
	return c.finish()
}

// Append appends the whole token.
func (o *Order) Append(dst []byte) ([]byte, error) {
	if err := checkBytes("ORDER", "column list", 2*len(o.Columns), 0xFFFF); err != nil {
		return dst, err
	}
	dst = appendU16(append(dst, byte(TokenOrder)), uint16(2*len(o.Columns)))
	for _, n := range o.Columns {
		dst = appendU16(dst, n)
	}
	return dst, nil
}
