package tds

// AltRow is the ALTROW token (MS-TDS 2.2.7.2): the totals of the AltMetadata with
// the same ID. As with Row, a TokenReader reuses Values.
type AltRow struct {
	ID     uint16
	Values [][]byte
}

func (*AltRow) token() {}
