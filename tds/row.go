package tds

import "fmt"

// Row is the ROW token (MS-TDS 2.2.7.20) or its form with a NULL bitmap, NBCROW
// (2.2.7.14).
type Row struct {
	// NullBitmap tells NBCROW from ROW.
	NullBitmap bool
	// Values are the raw values, nil for NULL. A TokenReader reuses the slice and
	// the bytes in its next call.
	Values [][]byte
}

func (*Row) token() {}

// Server messages carry a text pointer and a timestamp in front of text, ntext and
// image values of rows. Clients no longer use them, and SQL Server fills in these
// words for values that have none.
const (
	dummyTextPointer = "dummy textptr\x00\x00\x00"
	dummyTimestamp   = "dummyTS\x00"
	timestampSize    = 8
)

// AppendRow appends a ROW token with the raw values of cols. On failure, which is
// an EncodeError that names the column, dst is returned as it was.
func AppendRow(dst []byte, cols []Column, values [][]byte) ([]byte, error) {
	if len(values) != len(cols) {
		return dst, rowWidthError("ROW", len(cols), len(values))
	}
	out := append(dst, byte(TokenRow))
	var err error
	for i, raw := range values {
		if out, err = appendRowValue(out, &cols[i].Type, raw); err != nil {
			return dst, columnError("ROW", i, err)
		}
	}
	return out, nil
}

// appendRowValue is AppendValue with the text pointer that rows have.
func appendRowValue(dst []byte, t *TypeInfo, raw []byte) ([]byte, error) {
	if t.layout() == layoutText {
		if raw == nil {
			return append(dst, 0), nil
		}
		dst = append(dst, byte(len(dummyTextPointer)))
		dst = append(dst, dummyTextPointer...)
		dst = append(dst, dummyTimestamp...)
	}
	return t.AppendValue(dst, raw)
}

func rowWidthError(name string, cols, values int) error {
	return &EncodeError{Name: name, Problem: fmt.Sprintf("%d values for %d columns", values, cols)}
}

func columnError(name string, i int, err error) error {
	return &EncodeError{Name: name, Problem: fmt.Sprintf("column %d: %v", i+1, err)}
}
