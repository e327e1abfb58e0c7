package tsql

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"

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

// maxJoined is how many characters the sum of strings can have that are not (max).
const maxJoined = 4000

// stringLiteral writes control characters as calls of NCHAR: a line break would move the lines that errors name, and one
// behind a backslash would vanish.
func stringLiteral(s string) string {
	var b strings.Builder
	if len(s) > maxJoined && strings.IndexFunc(s, func(r rune) bool { return r < ' ' }) >= 0 {
		b.WriteString("CAST(N'' AS nvarchar(max))") // else what is joined is cut
	}
	from := 0
	join := func(end int) {
		if end > from || b.Len() == 0 && end == len(s) {
			if b.Len() > 0 {
				b.WriteByte('+')
			}
			b.WriteString(QuoteString(s[from:end]))
		}
	}
	for i, r := range s {
		if r >= ' ' {
			continue
		}
		join(i)
		if b.Len() > 0 {
			b.WriteByte('+')
		}
		b.WriteString("NCHAR(" + strconv.Itoa(int(r)) + ")")
		from = i + 1
	}
	join(len(s))
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
