package tds

import (
	"strings"
	"unicode/utf8"
)

// AppendText appends a raw value of a character type, xml or json as UTF-8. It
// allocates nothing but for East Asian code pages. Unpaired surrogates of UTF-16
// and bytes that have no meaning in the code page become U+FFFD.
func (t *TypeInfo) AppendText(dst, raw []byte) ([]byte, error) {
	switch {
	case t.IsUnicode():
		if len(raw)%2 != 0 {
			return dst, t.malformed("odd number of bytes")
		}
		return AppendUTF8(dst, raw), nil
	case t.IsChar():
		return t.Collation.AppendUTF8(dst, raw), nil
	case t.ID == TypeXML:
		return t.appendXMLText(dst, raw)
	case t.ID == TypeJSON:
		return appendValidUTF8(dst, raw), nil
	}
	return dst, t.malformed("is no character type")
}

func (t *TypeInfo) decodeString(raw []byte) (any, error) {
	var small [64]byte
	b, err := t.AppendText(small[:0], raw)
	if err != nil {
		return nil, err
	}
	return string(b), nil
}

// encodeString takes string. char and nchar are padded with blanks. Characters
// that the code page lacks become question marks, as in SQL Server.
func (t *TypeInfo) encodeString(dst []byte, v any) ([]byte, error) {
	s, ok := v.(string)
	if !ok {
		return dst, t.cannotEncode(v)
	}
	start := len(dst)
	switch {
	case t.IsUnicode() || t.ID == TypeXML:
		dst = AppendUTF16(dst, s)
	case t.IsChar():
		dst = t.Collation.AppendString(dst, s)
	default:
		dst = append(dst, strings.ToValidUTF8(s, "\uFFFD")...)
	}
	n := len(dst) - start
	if t.Size != SizeMax && n > t.Size {
		return dst[:start], t.outOfRange()
	}
	switch t.ID {
	case TypeNChar:
		for ; n+1 < t.Size; n += 2 {
			dst = append(dst, ' ', 0)
		}
	case TypeBigChar, TypeChar:
		for ; n < t.Size; n++ {
			dst = append(dst, ' ')
		}
	}
	return dst, nil
}

// appendValidUTF8 appends UTF-8 with U+FFFD for what is none.
func appendValidUTF8(dst, raw []byte) []byte {
	if utf8.Valid(raw) {
		return append(dst, raw...)
	}
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		dst = utf8.AppendRune(dst, r)
		raw = raw[n:]
	}
	return dst
}
