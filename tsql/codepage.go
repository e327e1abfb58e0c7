package tsql

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"
)

// codePages says which code page collations use for varchar whose names begin so; all others use 1252.
var codePages = []struct {
	prefix string
	enc    encoding.Encoding
}{
	{"sql_latin1_general_cp437_", charmap.CodePage437}, {"sql_latin1_general_cp850_", charmap.CodePage850},
	{"sql_latin1_general_cp1250_", charmap.Windows1250}, {"sql_latin1_general_cp1251_", charmap.Windows1251},
	{"sql_latin1_general_cp1253_", charmap.Windows1253}, {"sql_latin1_general_cp1254_", charmap.Windows1254},
	{"sql_latin1_general_cp1255_", charmap.Windows1255}, {"sql_latin1_general_cp1256_", charmap.Windows1256},
	{"sql_latin1_general_cp1257_", charmap.Windows1257},
	{"albanian", charmap.Windows1250}, {"croatian", charmap.Windows1250}, {"czech", charmap.Windows1250},
	{"hungarian", charmap.Windows1250}, {"polish", charmap.Windows1250}, {"romanian", charmap.Windows1250},
	{"slovak", charmap.Windows1250}, {"slovenian", charmap.Windows1250},
	{"cyrillic", charmap.Windows1251}, {"ukrainian", charmap.Windows1251}, {"macedonian", charmap.Windows1251},
	{"serbian_cyrillic", charmap.Windows1251},
	{"greek", charmap.Windows1253}, {"turkish", charmap.Windows1254}, {"hebrew", charmap.Windows1255},
	{"arabic", charmap.Windows1256}, {"persian", charmap.Windows1256}, {"urdu", charmap.Windows1256},
	{"estonian", charmap.Windows1257}, {"latvian", charmap.Windows1257}, {"lithuanian", charmap.Windows1257},
	{"vietnamese", charmap.Windows1258}, {"thai", charmap.Windows874},
	{"japanese", japanese.ShiftJIS}, {"korean", korean.EUCKR},
	{"chinese_prc", simplifiedchinese.GBK}, {"chinese_simplified", simplifiedchinese.GBK},
	{"chinese_taiwan", traditionalchinese.Big5}, {"chinese_hong_kong", traditionalchinese.Big5},
	{"chinese_traditional", traditionalchinese.Big5},
}

// codePage is the encoding of varchar under a collation, nil for UTF-8.
func codePage(collation string) encoding.Encoding {
	if collation == "" || collation == DefaultCollation {
		return charmap.Windows1252
	}
	name := strings.ToLower(collation)
	if strings.HasSuffix(name, "_utf8") {
		return nil
	}
	for _, p := range codePages {
		if strings.HasPrefix(name, p.prefix) {
			return p.enc
		}
	}
	return charmap.Windows1252
}

// narrow replaces the characters of s that varchar under the collation can't hold: by their base letter if that helps, else by a
// question mark. It returns the text and its length in bytes of the code page.
func narrow(s, collation string) (string, int) {
	if isASCII(s) {
		return s, len(s)
	}
	enc := codePage(collation)
	if enc == nil {
		return s, len(s)
	}
	var b strings.Builder
	n := 0
	for _, r := range s {
		k := encodedLen(enc, r)
		if k == 0 {
			r, k = bestFit(enc, r)
		}
		b.WriteRune(r)
		n += k
	}
	return b.String(), n
}

// encodedLen is the number of bytes of r in enc, 0 if it has none.
func encodedLen(enc encoding.Encoding, r rune) int {
	if r < utf8.RuneSelf {
		return 1
	}
	if c, ok := enc.(*charmap.Charmap); ok {
		if _, ok := c.EncodeRune(r); ok {
			return 1
		}
		return 0
	}
	out, err := enc.NewEncoder().String(string(r))
	if err != nil {
		return 0
	}
	return len(out)
}

// bestFit finds a stand-in for a character that enc does not have.
func bestFit(enc encoding.Encoding, r rune) (rune, int) {
	base, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(r)))
	if base != r {
		if k := encodedLen(enc, base); k > 0 {
			return base, k
		}
	}
	return '?', 1
}

// narrowBytes is s in the collation's code page, what the code page lacks replaced as narrow does.
func narrowBytes(s, collation string) []byte {
	enc := codePage(collation)
	if enc == nil || isASCII(s) {
		return []byte(s)
	}
	s, _ = narrow(s, collation)
	out, err := enc.NewEncoder().String(s)
	if err != nil {
		return []byte(s)
	}
	return []byte(out)
}

// widenBytes reads bytes in the collation's code page.
func widenBytes(b []byte, collation string) string {
	enc := codePage(collation)
	if enc == nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return string(out)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
