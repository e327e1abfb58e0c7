package tds

// row reads the values of one row, into values if that is not nil.
func (t *TVP) row(c *cursor, values [][]byte) {
	for i := range t.Columns {
		col := t.column(i)
		if t.Columns[col].Flags&ColumnDefault != 0 {
			continue
		}
		v := c.value(&t.Columns[col].Type)
		if values != nil {
			values[col] = v
		}
	}
}

// column returns the index of the column whose value stands at place i of a row.
func (t *TVP) column(i int) int {
	if len(t.Ordering) != len(t.Columns) {
		return i
	}
	if n := int(t.Ordering[i]); n >= 1 && n <= len(t.Columns) {
		return n - 1
	}
	return i
}

// AppendRow adds a row to Rows; values has one raw value for each of Columns, of
// which those with ColumnDefault are not sent.
func (t *TVP) AppendRow(values [][]byte) error {
	if len(values) != len(t.Columns) {
		return &EncodeError{Name: "TVP_ROW", Problem: "number of values differs from number of columns"}
	}
	start := len(t.Rows)
	t.Rows = append(t.Rows, byte(TokenTVPRow))
	for i := range t.Columns {
		col := t.column(i)
		if t.Columns[col].Flags&ColumnDefault != 0 {
			continue
		}
		rows, err := t.Columns[col].Type.AppendValue(t.Rows, values[col])
		if err != nil {
			t.Rows = t.Rows[:start]
			return err
		}
		t.Rows = rows
	}
	return nil
}

// TVPScanner reads the rows of a table-valued parameter.
type TVPScanner struct {
	// Values are the current row's raw values in the order of Columns, nil for
	// those not sent; overwritten by the next call of Next.
	Values [][]byte
	t      *TVP
	c      cursor
}

// Scan returns a scanner of the rows.
func (t *TVP) Scan() *TVPScanner {
	return &TVPScanner{t: t, c: newCursor("TVP_ROW", t.Rows), Values: make([][]byte, len(t.Columns))}
}

// Next goes to the next row and reports whether there is one.
func (s *TVPScanner) Next() bool {
	if !s.c.ok() || s.c.remaining() == 0 {
		return false
	}
	if TokenType(s.c.u8()) != TokenTVPRow {
		s.c.fail("not a TVP_ROW")
		return false
	}
	s.t.row(&s.c, s.Values)
	return s.c.ok()
}

// Err returns why Next stopped, nil if it was the end.
func (s *TVPScanner) Err() error { return s.c.result() }
