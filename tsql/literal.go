package tsql

import (
	"encoding/hex"
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
)

// Literal writes an expression of one line whose value, assigned to a variable of type t, is exactly v. It holds under
// every session setting: language, DATEFORMAT, QUOTED_IDENTIFIER and collation. False: t has no such expression, as a float
// that is no number.
func Literal(v any, t Type) (string, bool) {
	switch x := v.(type) {
	case nil:
		return "NULL", true
	case string:
		return stringLiteral(x), true
	case []byte:
		return "0x" + strings.ToUpper(hex.EncodeToString(x)), true
	case uuid.UUID:
		return "'" + x.String() + "'", true
	case float64:
		s, err := formatFloat(x, 64, 3, t)
		return s, err == nil && finite(x)
	case float32:
		s, err := formatFloat(float64(x), 32, 3, t)
		return s, err == nil && finite(float64(x))
	case *apd.Decimal:
		return decimalLiteral(x, t), true
	case time.Time:
		return timeLiteral(x, t)
	case Variant:
		inner, ok := Literal(x.Value, x.Type)
		return "CAST(" + inner + " AS " + x.Type.String() + ")", ok
	}
	s, err := formatAs(v, t, TypeNVarCharMax, 0)
	return s, err == nil
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// decimalLiteral has all digits of the scale: a constant without a point would be an int or too large for one.
func decimalLiteral(d *apd.Decimal, t Type) string {
	scale := int(t.Scale)
	if t.IsMoney() {
		scale = moneyScale
	}
	s := rounded(d, scale).Text('f')
	if !strings.Contains(s, ".") {
		s += "."
	}
	return s
}

// stringLiteral writes text with control characters as the bytes of its UTF-16: a line break would move the lines that errors
// name, and one behind a backslash would vanish.
func stringLiteral(s string) string {
	plain := true
	for _, r := range s {
		if r < ' ' || r == 0x7F || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xFFFD {
			plain = false
			break
		}
	}
	if plain {
		return QuoteString(s)
	}
	var b strings.Builder
	b.WriteString("CAST(0x")
	const digits = "0123456789ABCDEF"
	for _, u := range utf16.Encode([]rune(s)) {
		for _, c := range [2]byte{byte(u), byte(u >> 8)} {
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
	b.WriteString(" AS nvarchar(max))")
	return b.String()
}

// timeLiteral uses the forms that no language setting touches: yyyymmdd for the older types, ISO 8601 for the newer.
func timeLiteral(v time.Time, t Type) (string, bool) {
	layout := ""
	fraction := ".0000000"[:1+min(int(t.Scale), MaxTimeScale)]
	if t.Scale == 0 {
		fraction = ""
	}
	switch t.Kind {
	case KindDate:
		layout = "2006-01-02"
	case KindDateTime:
		layout = "20060102 15:04:05.000"
	case KindSmallDateTime:
		layout = "20060102 15:04:05"
	case KindTime:
		layout = "15:04:05" + fraction
	case KindDateTime2:
		layout = "2006-01-02T15:04:05" + fraction
	case KindDateTimeOffset:
		layout = "2006-01-02T15:04:05" + fraction + "-07:00"
	default:
		return "", false
	}
	return "'" + v.Format(layout) + "'", true
}
