package tds

import (
	"bytes"
	"unicode/utf8"
)

// The first bytes of an xml value tell its form: a byte order mark, the signature of
// MS-BINXML, or text.
var (
	markUTF16LE = []byte{0xFF, 0xFE}
	markUTF16BE = []byte{0xFE, 0xFF}
	markUTF8    = []byte{0xEF, 0xBB, 0xBF}
	markBinXML  = []byte{0xDF, 0xFF}
)

// appendXMLText appends an xml value as UTF-8. Servers send UTF-16LE with or
// without a byte order mark, clients also UTF-8. The binary form (MS-BINXML), which
// servers send only to clients that asked for it at login, is refused.
func (t *TypeInfo) appendXMLText(dst, raw []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(raw, markBinXML):
		return dst, t.malformed("binary XML can't be read as text")
	case bytes.HasPrefix(raw, markUTF16BE):
		return dst, t.malformed("big-endian UTF-16")
	case bytes.HasPrefix(raw, markUTF8):
		return appendValidUTF8(dst, raw[len(markUTF8):]), nil
	case bytes.HasPrefix(raw, markUTF16LE):
		raw = raw[len(markUTF16LE):]
	case looksUTF8(raw):
		return append(dst, raw...), nil
	}
	if len(raw)%2 != 0 {
		return dst, t.malformed("odd number of bytes")
	}
	return AppendUTF8(dst, raw), nil
}

// looksUTF8 reports whether unmarked text is UTF-8: it has a tag and no zero bytes,
// which the markup of UTF-16 has in every second place.
func looksUTF8(raw []byte) bool {
	return len(raw) > 1 && raw[0] == '<' && bytes.IndexByte(raw, '>') > 0 &&
		bytes.IndexByte(raw, 0) < 0 && utf8.Valid(raw)
}
