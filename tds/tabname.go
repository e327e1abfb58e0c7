package tds

// TabName is the TABNAME token (MS-TDS 2.2.7.23): the base tables of a browse-mode
// or cursor result, each in parts.
type TabName struct {
	Tables [][]string
}

func (*TabName) token() {}

// inParts reports that table names of TABNAME come in parts: one revision before
// those of COLMETADATA.
func (f *TokenFormat) inParts() bool { return f.version().AtLeast(V71R) }

// Decode reads the body of the token.
func (t *TabName) Decode(body []byte, f TokenFormat) error {
	c := newCursor("TABNAME", body)
	t.Tables = nil
	for c.ok() && c.remaining() > 0 {
		if f.inParts() {
			t.Tables = append(t.Tables, c.nameParts())
		} else {
			t.Tables = append(t.Tables, []string{c.usVarChar()})
		}
	}
	return c.finish()
}

// Append appends the whole token. On failure dst is returned as it was.
func (t *TabName) Append(dst []byte, f TokenFormat) ([]byte, error) {
	out := append(dst, byte(TokenTabName), 0, 0)
	at := len(dst) + 1
	var err error
	for _, table := range t.Tables {
		if out, err = appendTable(out, table, f.inParts()); err != nil {
			return dst, err
		}
	}
	if err := checkBytes("TABNAME", "list of tables", len(out)-at-2, 0xFFFF); err != nil {
		return dst, err
	}
	putLenU16(out, at)
	return out, nil
}
