package tds

// AppendNBCRow appends an NBCROW token (MS-TDS 2.2.7.14, TDS 7.3B and later): as
// AppendRow, but NULLs take a bit each and no more. Bulk loads and TVPs must not
// use it.
func AppendNBCRow(dst []byte, cols []Column, values [][]byte) ([]byte, error) {
	if len(values) != len(cols) {
		return dst, rowWidthError("NBCROW", len(cols), len(values))
	}
	out := append(dst, byte(TokenNBCRow))
	at := len(out)
	for i := 0; i < len(values); i += 8 {
		out = append(out, 0)
	}
	var err error
	for i, raw := range values {
		if raw == nil {
			if !cols[i].Type.Nullable() {
				_, err = cols[i].Type.appendNull(nil)
				return dst, columnError("NBCROW", i, err)
			}
			out[at+i/8] |= 1 << (i % 8)
			continue
		}
		if out, err = appendRowValue(out, &cols[i].Type, raw); err != nil {
			return dst, columnError("NBCROW", i, err)
		}
	}
	return out, nil
}
