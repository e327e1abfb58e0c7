package tds

// ColInfo is the COLINFO token (MS-TDS 2.2.7.3): where the columns of a browse-mode
// or cursor result come from.
type ColInfo struct {
	Columns []ColProperty
}

// ColProperty is what COLINFO says of one column.
type ColProperty struct {
	Column uint8 // in the result set, from 1
	Table  uint8 // in TABNAME, from 1; 0 for an expression
	Status ColStatus
	Name   string // the base column's, only with ColDifferentName
}

// ColStatus are the status bits of COLINFO.
type ColStatus uint8

// The bits of ColStatus.
const (
	ColExpression    ColStatus = 0x04
	ColKey           ColStatus = 0x08
	ColHidden        ColStatus = 0x10
	ColDifferentName ColStatus = 0x20
)

func (*ColInfo) token() {}

// Decode reads the body of the token.
func (t *ColInfo) Decode(body []byte) error {
	c := newCursor("COLINFO", body)
	t.Columns = nil
	for c.ok() && c.remaining() > 0 {
		p := ColProperty{Column: c.u8(), Table: c.u8(), Status: ColStatus(c.u8())}
		if p.Status&ColDifferentName != 0 {
			p.Name = c.bVarChar()
		}
		t.Columns = append(t.Columns, p)
	}
	return c.finish()
}

// Append appends the whole token. On failure dst is returned as it was.
func (t *ColInfo) Append(dst []byte) ([]byte, error) {
	out := append(dst, byte(TokenColInfo), 0, 0)
	at := len(dst) + 1
	for i := range t.Columns {
		p := &t.Columns[i]
		out = append(out, p.Column, p.Table, byte(p.Status))
		if p.Status&ColDifferentName != 0 {
			if err := checkUnits("COLINFO", "ColName", p.Name, 255); err != nil {
				return dst, err
			}
			out = appendBVarChar(out, p.Name)
		}
	}
	if err := checkBytes("COLINFO", "list of columns", len(out)-at-2, 0xFFFF); err != nil {
		return dst, err
	}
	putLenU16(out, at)
	return out, nil
}
