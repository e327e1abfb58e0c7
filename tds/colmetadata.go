package tds

// Bounds of COLMETADATA and its relatives.
const (
	// maxColumns is the number of columns that a SELECT, INSERT or bulk load may
	// have in SQL Server; more cannot come from a real engine or client.
	maxColumns = 4096
	// maxNameParts: server, database, schema and object is the longest name that
	// T-SQL has.
	maxNameParts = 4
)

// noMetadata in place of the column count means that the client asked for no
// metadata.
const noMetadata = 0xFFFF

// ColMetadata is the COLMETADATA token (MS-TDS 2.2.7.4): the columns of the rows
// that follow.
type ColMetadata struct {
	// NoMetadata means that the client knows the columns from an earlier response;
	// Columns is then empty, though rows may follow.
	NoMetadata bool
	// CekTable lists the keys of encrypted columns; only if column encryption was
	// acknowledged.
	CekTable []EncryptionKey
	Columns  []Column
}

func (*ColMetadata) token() {}

// Decode reads the token from what follows its type byte and returns how many
// bytes it took.
func (m *ColMetadata) Decode(body []byte, f TokenFormat) (n int, err error) {
	c := newCursor("COLMETADATA", body)
	m.read(&c, &f)
	return c.off, c.result()
}

// read reads the token column by column.
func (m *ColMetadata) read(e elements, f *TokenFormat) {
	*m = ColMetadata{}
	var count, keys int
	ok := e.element(func(c *cursor) {
		count, keys = int(c.u16()), 0
		switch {
		case count == noMetadata:
		case count > maxColumns:
			c.failWith("more columns than a statement can have", ErrLimit)
		case f.ColumnEncryption:
			if keys = int(c.u16()); keys > maxEncryptionKeys {
				c.failWith("more encryption keys than columns", ErrLimit)
			}
		}
	})
	if !ok {
		return
	}
	if count == noMetadata {
		m.NoMetadata = true
		return
	}
	for range keys {
		k, ok := readEncryptionKey(e)
		if !ok {
			return
		}
		m.CekTable = append(m.CekTable, k)
	}
	for range count {
		var col Column
		if !e.element(func(c *cursor) { col = c.column(f) }) {
			return
		}
		m.Columns = append(m.Columns, col)
	}
}

// column reads one ColumnData.
func (c *cursor) column(f *TokenFormat) Column {
	var col Column
	col.UserType = c.userType(f)
	col.Flags = ColumnFlags(c.u16())
	col.Type = c.typeInfo(FormColumn)
	if col.Type.layout() == layoutText {
		col.Table = c.columnTable(f)
	}
	if f.ColumnEncryption && col.Flags&ColumnEncrypted != 0 {
		col.Crypto = c.crypto(f, true)
	}
	col.Name = c.bVarChar()
	return col
}

// columnTable reads TableName, one string where it isn't split into parts.
func (c *cursor) columnTable(f *TokenFormat) []string {
	if f.BulkLoad || !f.wide() {
		return []string{c.usVarChar()}
	}
	return c.nameParts()
}

// nameParts reads NumParts and so many PartNames.
func (c *cursor) nameParts() []string {
	n := int(c.u8())
	if n > maxNameParts {
		c.failWith("table name of more than four parts", ErrLimit)
	}
	if n == 0 || !c.ok() {
		return nil
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = c.usVarChar()
	}
	return parts
}

// Append appends the whole token. On failure dst is returned as it was.
func (m *ColMetadata) Append(dst []byte, f TokenFormat) ([]byte, error) {
	out := append(dst, byte(TokenColMetadata))
	if m.NoMetadata {
		return appendU16(out, noMetadata), nil
	}
	if len(m.Columns) > maxColumns {
		return dst, &EncodeError{Name: "COLMETADATA", Problem: "more columns than a statement can have"}
	}
	out = appendU16(out, uint16(len(m.Columns)))
	var err error
	if f.ColumnEncryption {
		if len(m.CekTable) > maxEncryptionKeys {
			return dst, &EncodeError{Name: "COLMETADATA", Problem: "more encryption keys than columns"}
		}
		out = appendU16(out, uint16(len(m.CekTable)))
		for i := range m.CekTable {
			if out, err = m.CekTable[i].append(out); err != nil {
				return dst, err
			}
		}
	}
	for i := range m.Columns {
		if out, err = m.Columns[i].append(out, &f); err != nil {
			return dst, err
		}
	}
	return out, nil
}

// append appends one ColumnData.
func (col *Column) append(dst []byte, f *TokenFormat) ([]byte, error) {
	if err := checkUnits("COLMETADATA", "ColName", col.Name, 255); err != nil {
		return dst, err
	}
	dst, err := appendUserType(dst, col.UserType, f)
	if err != nil {
		return dst, err
	}
	dst = appendU16(dst, uint16(col.Flags))
	if dst, err = appendTypeInfo(dst, &col.Type, f); err != nil {
		return dst, err
	}
	if col.Type.layout() == layoutText {
		if dst, err = appendTable(dst, col.Table, f.wide() && !f.BulkLoad); err != nil {
			return dst, err
		}
	}
	if f.ColumnEncryption && col.Flags&ColumnEncrypted != 0 {
		if dst, err = col.Crypto.append(dst, f, true); err != nil {
			return dst, err
		}
	}
	return appendBVarChar(dst, col.Name), nil
}

// appendTable appends TableName, in parts or joined with dots.
func appendTable(dst []byte, table []string, parts bool) ([]byte, error) {
	if len(table) > maxNameParts {
		return dst, &EncodeError{Name: "TableName", Problem: "has more than four parts"}
	}
	if parts {
		dst = append(dst, byte(len(table)))
		for _, p := range table {
			if err := checkUnits("TableName", "a part", p, ushortMax); err != nil {
				return dst, err
			}
			dst = appendUSVarChar(dst, p)
		}
		return dst, nil
	}
	at := len(dst)
	dst = appendU16(dst, 0)
	for i, p := range table {
		if i > 0 {
			dst = append(dst, '.', 0)
		}
		dst = AppendUTF16(dst, p)
	}
	n := (len(dst) - at - 2) / 2
	if n > ushortMax {
		return dst[:at], &EncodeError{Name: "TableName", Problem: "is too long"}
	}
	dst[at], dst[at+1] = byte(n), byte(n>>8)
	return dst, nil
}
