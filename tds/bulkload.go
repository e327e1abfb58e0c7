package tds

// A bulk load message comes in two forms, which only the statement sent before it
// tells apart. After INSERT BULK (MS-TDS 2.2.6.1) it is a token stream of
// COLMETADATA, rows and DONE, which TokenReader reads with TokenFormat.BulkLoad.
// After WRITETEXT BULK or UPDATETEXT BULK (2.2.6.2) it is a BulkText.

// BulkText is the payload of a bulk load message after WRITETEXT BULK or UPDATETEXT
// BULK.
type BulkText struct {
	Data []byte
}

// ParseBulkText reads the payload of the message. Data points into src.
func ParseBulkText(src []byte) (BulkText, error) {
	c := newCursor("BulkLoadUTWT", src)
	b := BulkText{Data: c.lVarByte()}
	return b, c.finish()
}

// Append appends the payload of the message.
func (b *BulkText) Append(dst []byte) ([]byte, error) {
	if err := checkBytes("BulkLoadUTWT", "BulkData", len(b.Data), maxLongLen); err != nil {
		return dst, err
	}
	return append(appendU32(dst, uint32(len(b.Data))), b.Data...), nil
}
