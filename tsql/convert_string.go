package tsql

import (
	"strings"
	"unicode/utf16"

	"github.com/google/uuid"
)

// toString converts to a character type or xml: the value's text, held against the target's length.
func toString(v any, from, to Type, style int) (any, error) {
	switch x := v.(type) {
	case string:
		return fitText(x, to), nil
	case []byte:
		s, err := bytesText(x, to, style)
		if err != nil {
			return nil, err
		}
		return fitText(s, to), nil
	case uuid.UUID:
		s := strings.ToUpper(x.String())
		if !holds(to, len(s)) {
			return nil, NewError(8170)
		}
		return fitText(s, to), nil
	}
	s, err := formatAs(v, from, to, style)
	if err != nil {
		return nil, err
	}
	if !holds(to, len(s)) && !from.IsTemporal() {
		return tooNarrow(v, s, from, to)
	}
	return fitText(s, to), nil
}

// holds tells whether n ASCII characters fit into t.
func holds(t Type, n int) bool { return t.Length <= 0 || n <= t.Length }

// tooNarrow is what a number gives that does not fit into a character type: an asterisk for small integers in char and
// varchar, an error otherwise.
func tooNarrow(v any, s string, from, to Type) (any, error) {
	switch {
	case from.Kind == KindMoney:
		return nil, NewError(234, to.Name())
	case from.Kind == KindSmallMoney:
		return nil, NewError(292, to.Name())
	case from.IsApprox():
		return nil, NewError(232, to.Name(), floatOf(v)).WithState(2)
	case from.IsDecimal():
		return nil, NewError(8115, "numeric", to.Name()).WithState(8)
	case from.Kind == KindBigInt || to.IsUnicode():
		return nil, overflow(to)
	}
	return fitText("*", to), nil
}

// fitText cuts s to the length of t and pads it if t is fixed. char and varchar lose what their code page does not have.
func fitText(s string, t Type) string {
	if t.IsUnicode() {
		if t.Length < 0 {
			return s
		}
		n := len(s)
		if n > t.Length || t.Kind == KindNChar {
			n = unitLen(s)
			if n > t.Length {
				s = cutUnits(s, t.Length)
				n = unitLen(s)
			}
		}
		if t.Kind == KindNChar && n < t.Length {
			s += strings.Repeat(" ", t.Length-n)
		}
		return s
	}
	if t.Kind == KindXML || t.Kind == KindJSON {
		return s
	}
	s, n := narrow(s, t.Collation)
	if t.Length < 0 {
		return s
	}
	if n > t.Length {
		s = cutBytes(s, t)
		_, n = narrow(s, t.Collation)
	}
	if t.Kind == KindChar && n < t.Length {
		s += strings.Repeat(" ", t.Length-n)
	}
	return s
}

// cutUnits is the longest beginning of s with at most n UTF-16 units. Half of a surrogate pair can't be kept in UTF-8, so a
// pair at the border goes whole.
func cutUnits(s string, n int) string {
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > n {
			return s[:i]
		}
	}
	return s
}

// cutBytes is the longest beginning of s with at most t.Length bytes in t's code page.
func cutBytes(s string, t Type) string {
	if isASCII(s) {
		return s[:t.Length]
	}
	enc := codePage(t.Collation)
	n := 0
	for i, r := range s {
		k := len(string(r))
		if enc != nil {
			k = encodedLen(enc, r)
		}
		if n += k; n > t.Length {
			return s[:i]
		}
	}
	return s
}

// losesText tells whether more than trailing blanks was lost when x was made c for t, other than by the code page.
func losesText(x, c string, t Type) bool {
	if t.IsUnicode() {
		return unitLen(strings.TrimRight(x, " ")) > unitLen(c)
	}
	_, n := narrow(strings.TrimRight(x, " "), t.Collation)
	_, m := narrow(c, t.Collation)
	return n > m
}

// bytesText reads a binary as text: its bytes as characters (style 0), or its digits with 0x (1) or without (2).
func bytesText(b []byte, to Type, style int) (string, error) {
	switch style {
	case 0:
		if to.IsUnicode() {
			return utf16Text(b), nil
		}
		return widenBytes(b, to.Collation), nil
	case 1, 2:
		return hexText(b, style == 1, to.Length), nil
	}
	return "", NewError(281, style, "varbinary")
}

// hexText writes b in hexadecimal, whole bytes only if length (negative: any) is less.
func hexText(b []byte, prefix bool, length int) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	if prefix {
		out.WriteString("0x")
	}
	for _, c := range b {
		if length >= 0 && out.Len()+2 > length {
			break
		}
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

// utf16Text reads UTF-16LE; an odd byte at the end counts as a unit with a zero behind it.
func utf16Text(b []byte) string {
	units := make([]uint16, 0, len(b)/2+1)
	for i := 0; i < len(b); i += 2 {
		u := uint16(b[i])
		if i+1 < len(b) {
			u |= uint16(b[i+1]) << 8
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}
