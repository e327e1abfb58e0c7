package tds

// Bounds of DATACLASSIFICATION: as many labels, information types and properties
// as there can be columns, which is generous, since each serves many columns.
const (
	maxClassifications       = maxColumns
	maxSensitivityProperties = maxColumns
)

// DataClassification is the DATACLASSIFICATION token (MS-TDS 2.2.7.5): how
// sensitive the columns of a result set are. It can only be read: it is the
// engine's to say.
type DataClassification struct {
	Labels           []Classification
	InformationTypes []Classification
	// Rank is the result set's; RankUndefined if the negotiated version has none.
	Rank int32
	// Columns holds what is known of each column; empty if the server sent none.
	Columns [][]Sensitivity
}

// Classification is a sensitivity label or information type.
type Classification struct {
	Name, ID string
}

// Sensitivity is one property of a column. Label and InformationType are indexes
// into the token's lists, NoClassification for none.
type Sensitivity struct {
	Label, InformationType uint16
	Rank                   int32
}

// Values of Sensitivity. Ranks: 0 none, 10 low, 20 medium, 30 high, 40 critical.
const (
	NoClassification uint16 = 0xFFFF
	RankUndefined    int32  = -1
)

func (*DataClassification) token() {}

// Decode reads the token from what follows its type byte and returns how many
// bytes it took.
func (d *DataClassification) Decode(body []byte, f TokenFormat) (n int, err error) {
	c := newCursor("DATACLASSIFICATION", body)
	d.read(&c, &f)
	return c.off, c.result()
}

// read reads the token element by element.
func (d *DataClassification) read(e elements, f *TokenFormat) {
	*d = DataClassification{Rank: RankUndefined}
	ranked := f.DataClassification >= 2
	for _, list := range []*[]Classification{&d.Labels, &d.InformationTypes} {
		n, ok := readCount(e, maxClassifications)
		if !ok {
			return
		}
		for range n {
			var x Classification
			if !e.element(func(c *cursor) { x = Classification{Name: c.bVarChar(), ID: c.bVarChar()} }) {
				return
			}
			*list = append(*list, x)
		}
	}
	if ranked && !e.element(func(c *cursor) { d.Rank = c.i32() }) {
		return
	}
	columns, ok := readCount(e, maxColumns)
	if !ok {
		return
	}
	for range columns {
		props, ok := readCount(e, maxSensitivityProperties)
		if !ok {
			return
		}
		var list []Sensitivity
		for range props {
			s := Sensitivity{Rank: RankUndefined}
			ok := e.element(func(c *cursor) {
				s.Label, s.InformationType = c.u16(), c.u16()
				if ranked {
					s.Rank = c.i32()
				}
				if !validIndex(s.Label, d.Labels) || !validIndex(s.InformationType, d.InformationTypes) {
					if c.ok() {
						c.fail("index of a label or information type that isn't there")
					}
				}
			})
			if !ok {
				return
			}
			list = append(list, s)
		}
		d.Columns = append(d.Columns, list)
	}
}

func validIndex(i uint16, list []Classification) bool {
	return i == NoClassification || int(i) < len(list)
}

// readCount reads a USHORT count that may be at most max.
func readCount(e elements, max int) (n int, ok bool) {
	ok = e.element(func(c *cursor) {
		if n = int(c.u16()); n > max {
			c.failWith("count is greater than any result set's", ErrLimit)
		}
	})
	return n, ok
}
