package tds

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"
)

// CodePageUTF8 is the code page of collations with the UTF-8 flag.
const CodePageUTF8 = 65001

// unmapped stands for characters that a code page lacks, as in SQL Server.
const unmapped = '?'

// singleByte are the code pages of one byte a character.
var singleByte = map[int]*charmap.Charmap{
	437:  charmap.CodePage437,
	850:  charmap.CodePage850,
	874:  charmap.Windows874,
	1250: charmap.Windows1250,
	1251: charmap.Windows1251,
	1252: charmap.Windows1252,
	1253: charmap.Windows1253,
	1254: charmap.Windows1254,
	1255: charmap.Windows1255,
	1256: charmap.Windows1256,
	1257: charmap.Windows1257,
	1258: charmap.Windows1258,
}

// doubleByte are the East Asian code pages, one or two bytes a character.
var doubleByte = map[int]encoding.Encoding{
	932: japanese.ShiftJIS,
	936: simplifiedchinese.GBK,
	949: korean.EUCKR,
	950: traditionalchinese.Big5,
}

// AppendUTF8 appends char or varchar data of this collation as UTF-8. Bytes that
// mean nothing become U+FFFD.
func (c Collation) AppendUTF8(dst, raw []byte) []byte {
	if isASCII(raw) { // ASCII is ASCII in all code pages
		return append(dst, raw...)
	}
	page := c.CodePage()
	if page == CodePageUTF8 {
		return appendValidUTF8(dst, raw)
	}
	if m := singleByte[page]; m != nil {
		for _, b := range raw {
			if b < utf8.RuneSelf {
				dst = append(dst, b)
			} else {
				dst = utf8.AppendRune(dst, decodeByte(m, b))
			}
		}
		return dst
	}
	out, _, err := transform.Append(doubleByte[page].NewDecoder(), dst, raw)
	if err != nil {
		return append(dst, string(utf8.RuneError)...) // these decoders replace and don't fail
	}
	return out
}

// AppendString appends s in the code page of this collation. Characters that it
// lacks become question marks.
func (c Collation) AppendString(dst []byte, s string) []byte {
	if isASCII(s) {
		return append(dst, s...)
	}
	page := c.CodePage()
	if page == CodePageUTF8 {
		return append(dst, strings.ToValidUTF8(s, string(utf8.RuneError))...)
	}
	if m := singleByte[page]; m != nil {
		for _, r := range s {
			dst = append(dst, encodeRune(m, r))
		}
		return dst
	}
	encoder := doubleByte[page].NewEncoder()
	var in [utf8.UTFMax]byte
	var out [8]byte
	for _, r := range s {
		if r < utf8.RuneSelf {
			dst = append(dst, byte(r))
			continue
		}
		encoder.Reset()
		n, _, err := encoder.Transform(out[:], utf8.AppendRune(in[:0], r), true)
		if err != nil {
			out[0], n = unmapped, 1
		}
		dst = append(dst, out[:n]...)
	}
	return dst
}

// decodeByte decodes a byte of a single-byte code page. Where the table of a
// Windows code page has a hole between 0x80 and 0x9F, Windows puts the control
// character of the same number.
func decodeByte(m *charmap.Charmap, b byte) rune {
	r := m.DecodeByte(b)
	if r == utf8.RuneError && b < 0xA0 {
		return rune(b)
	}
	return r
}

// encodeRune is the opposite of decodeByte.
func encodeRune(m *charmap.Charmap, r rune) byte {
	if b, ok := m.EncodeRune(r); ok && r != utf8.RuneError {
		return b
	}
	if r >= 0x80 && r < 0xA0 && m.DecodeByte(byte(r)) == utf8.RuneError {
		return byte(r)
	}
	return unmapped
}

// isASCII reports whether all bytes are below 0x80. It collects bits and looks at
// them once a block, which is several times faster than looking at each byte.
func isASCII[T []byte | string](b T) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for i := range len(b) {
		if b[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
