package tsql

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// First bytes of primary weights. ASCII characters have one byte each, all others their class and three bytes.
const (
	weightOther  = 0x48 // punctuation, symbols and the like
	weightDigit0 = 0x50
	weightNumber = 0x5A
	weightA      = 0x60
	weightLetter = 0x7A
)

// asciiWeight has the primary weights of ASCII characters, 0 for bytes beyond.
var asciiWeight = func() (t [256]byte) {
	next := byte(2)
	for c := range 128 {
		switch {
		case '0' <= c && c <= '9':
			t[c] = weightDigit0 + byte(c-'0')
		case 'a' <= c && c <= 'z':
			t[c] = weightA + byte(c-'a')
		case 'A' <= c && c <= 'Z':
			t[c] = weightA + byte(c-'A')
		default:
			t[c] = next
			next++
		}
	}
	return t
}()

// Weights of the second and third level.
const (
	weightPlain = 2 // no mark; lower case
	weightUpper = 3
	weightMark  = 4 // followed by the mark
)

// expansions are letters that compare as others, with a mark where they differ by an accent only.
var expansions = strings.NewReplacer("ß", "ss", "ẞ", "SS", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE", "þ", "th", "Þ", "TH",
	"ø", "o\u0338", "Ø", "O\u0338", "đ", "d\u0335", "Đ", "D\u0335", "ð", "d\u0335", "Ð", "D\u0335", "ł", "l\u0335", "Ł", "L\u0335",
	"ħ", "h\u0335", "Ħ", "H\u0335")

// expandable are the letters that expansions replaces.
const expandable = "ßẞæÆœŒþÞøØđĐðÐłŁħĦ"

// dottedI stands for the Turkish İ, which must not be taken apart, in decomposed text. It is a private use character.
const dottedI = '\uE000'

// decompose takes compatibility forms, ligatures and accents apart.
func (c *Collation) decompose(s string) string {
	if isASCII(s) {
		return s
	}
	if c.turkish {
		s = strings.ReplaceAll(s, "İ", string(dottedI))
	}
	if strings.ContainsAny(s, expandable) {
		s = expansions.Replace(s)
	}
	return norm.NFKD.String(s)
}

// AppendKey appends a sort key of s: keys compare as bytes like the strings compare. Keys of one collation only.
func (c *Collation) AppendKey(dst []byte, s string) []byte {
	s = strings.TrimRight(s, " ")
	if c.binary {
		return append(dst, s...)
	}
	s = c.decompose(s)
	dst = c.appendPrimary(dst, s)
	if c.accentSensitive {
		dst = appendSecondary(append(dst, 0), s)
	}
	if c.caseSensitive {
		dst = c.appendTertiary(append(dst, 0), s)
	}
	return dst
}

// lower folds the case of a letter; Turkish and Azeri pair I with ı and İ with i.
func (c *Collation) lower(r rune) rune {
	if c.turkish && r == 'I' {
		return 'ı'
	}
	if c.turkish && r == dottedI {
		return 'i'
	}
	return unicode.ToLower(r)
}

// ignorable characters have no weight at all: joiners, soft hyphens, byte order marks.
func ignorable(r rune) bool { return r >= 0x80 && unicode.Is(unicode.Cf, r) }

func (c *Collation) appendPrimary(dst []byte, s string) []byte {
	for _, r := range s {
		if r < 128 && (!c.turkish || r != 'I') {
			dst = append(dst, asciiWeight[r])
			continue
		}
		if unicode.Is(unicode.Mn, r) || ignorable(r) {
			continue
		}
		if r = c.lower(r); r < 128 {
			dst = append(dst, asciiWeight[r])
			continue
		}
		class := byte(weightOther)
		switch {
		case unicode.IsLetter(r):
			class = weightLetter
		case unicode.IsNumber(r):
			class = weightNumber
		}
		dst = append(dst, class, byte(r>>16), byte(r>>8), byte(r))
	}
	return dst
}

// appendSecondary appends the marks of each letter.
func appendSecondary(dst []byte, s string) []byte {
	plain := 0
	for _, r := range s {
		switch {
		case r >= 0x80 && unicode.Is(unicode.Mn, r):
			dst = appendPlain(dst, plain)
			plain = 0
			dst = append(dst, weightMark, byte(r>>16), byte(r>>8), byte(r))
		case !ignorable(r):
			plain++
		}
	}
	return dst
}

// appendTertiary appends the case of each letter.
func (c *Collation) appendTertiary(dst []byte, s string) []byte {
	plain := 0
	for _, r := range s {
		switch {
		case r >= 0x80 && (unicode.Is(unicode.Mn, r) || ignorable(r)):
		case c.lower(r) != r:
			dst = append(appendPlain(dst, plain), weightUpper)
			plain = 0
		default:
			plain++
		}
	}
	return dst
}

func appendPlain(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, weightPlain)
	}
	return dst
}
