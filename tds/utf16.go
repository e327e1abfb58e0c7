package tds

import (
	"encoding/binary"
	"unicode/utf8"
)

// Four UTF-16 units that are all ASCII have none of these bits set, read as one
// little-endian number.
const nonASCIIUnits = 0xFF80FF80FF80FF80

// AppendUTF16 appends s as UTF-16LE. Bytes that are not UTF-8 become U+FFFD, except
// that surrogates in the form that DecodeUTF16Exact gives them become the same
// unpaired surrogates again.
func AppendUTF16(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			dst = append(dst, c, 0)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			if u, ok := surrogateAt(s[i:]); ok {
				r, n = u, 3
			}
		}
		i += n
		if r >= 0x10000 {
			r -= 0x10000
			dst = appendU16(dst, 0xD800|uint16(r>>10))
			r = 0xDC00 | r&0x3FF
		}
		dst = appendU16(dst, uint16(r))
	}
	return dst
}

// surrogateAt decodes the three bytes that an unpaired surrogate takes in the
// generalised UTF-8 of DecodeUTF16Exact.
func surrogateAt(s string) (rune, bool) {
	if len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2] < 0x80 || s[2] > 0xBF {
		return 0, false
	}
	return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), true
}

// DecodeUTF16 returns UTF-16LE text as a Go string. Unpaired surrogates become
// U+FFFD, so that the result is always valid UTF-8. An odd last byte is ignored.
func DecodeUTF16(b []byte) string {
	if len(b) < 2 {
		return ""
	}
	var small [64]byte // most names fit, and then only the string is allocated
	return string(AppendUTF8(small[:0], b))
}

// DecodeUTF16Exact is DecodeUTF16 for text that has to be written again exactly
// as it was, such as a password passed on: unpaired surrogates are kept, each as the
// three bytes that UTF-8 would give it, which AppendUTF16 turns back.
func DecodeUTF16Exact(b []byte) string {
	if len(b) < 2 {
		return ""
	}
	var small [64]byte
	return string(appendUTF8(small[:0], b, true))
}

// AppendUTF8 appends UTF-16LE text as UTF-8, with U+FFFD for unpaired surrogates.
func AppendUTF8(dst, b []byte) []byte { return appendUTF8(dst, b, false) }

// AppendUTF8Exact is AppendUTF8 with unpaired surrogates kept as DecodeUTF16Exact
// keeps them.
func AppendUTF8Exact(dst, b []byte) []byte { return appendUTF8(dst, b, true) }

func appendUTF8(dst, b []byte, exact bool) []byte {
	for len(b) >= 2 {
		if len(b) >= 8 {
			if v := binary.LittleEndian.Uint64(b); v&nonASCIIUnits == 0 {
				dst = append(dst, byte(v), byte(v>>16), byte(v>>32), byte(v>>48))
				b = b[8:]
				continue
			}
		}
		u := uint16(b[0]) | uint16(b[1])<<8
		b = b[2:]
		switch {
		case u < utf8.RuneSelf:
			dst = append(dst, byte(u))
		case u < 0xD800 || u > 0xDFFF:
			dst = utf8.AppendRune(dst, rune(u))
		default:
			if u < 0xDC00 && len(b) >= 2 {
				if lo := uint16(b[0]) | uint16(b[1])<<8; lo >= 0xDC00 && lo <= 0xDFFF {
					dst = utf8.AppendRune(dst, 0x10000+(rune(u)-0xD800)<<10+rune(lo)-0xDC00)
					b = b[2:]
					continue
				}
			}
			if exact {
				dst = append(dst, 0xE0|byte(u>>12), 0x80|byte(u>>6)&0x3F, 0x80|byte(u)&0x3F)
			} else {
				dst = append(dst, 0xEF, 0xBF, 0xBD)
			}
		}
	}
	return dst
}

// UTF16Len returns the number of UTF-16 units that AppendUTF16 writes for s.
func UTF16Len(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			if _, ok := surrogateAt(s[i:]); ok {
				size = 3
			}
		}
		if r >= 0x10000 {
			n++
		}
		n++
		i += size
	}
	return n
}

// cutUTF16 returns the longest prefix of s that takes at most max UTF-16 units
// and does not end inside a character.
func cutUTF16(s string, max int) string {
	if len(s) <= max {
		return s // no character takes more UTF-16 units than UTF-8 bytes
	}
	n := 0
	for i, r := range s {
		if r >= 0x10000 {
			n++
		}
		n++
		if n > max {
			return s[:i]
		}
	}
	return s
}
