package tsql

import (
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
)

// Format is the text of a value (not NULL) as CONVERT(nvarchar(max), v, style) gives it; binaries are shown with 0x.
func Format(v any, t Type, style int) (string, error) {
	switch x := v.(type) {
	case string:
		return x, nil
	case []byte:
		return hexText(x, true, Max), nil
	case uuid.UUID:
		return strings.ToUpper(x.String()), nil
	case Variant:
		return Format(x.Value, x.Type, style)
	}
	return formatAs(v, t, TypeNVarCharMax, style)
}

// formatAs is the text of a number, date or time; to is only named in errors.
func formatAs(v any, t, to Type, style int) (string, error) {
	switch x := v.(type) {
	case bool:
		return strconv.Itoa(int(boolInt(x))), nil
	case int64:
		return strconv.FormatInt(x, 10), nil
	case float64:
		return formatFloat(x, 64, style, to)
	case float32:
		return formatFloat(float64(x), 32, style, to)
	case *apd.Decimal:
		if t.IsMoney() {
			return formatMoney(x, style), nil
		}
		return rounded(x, int(t.Scale)).Text('f'), nil
	case time.Time:
		return formatTime(x, t, to, style)
	}
	return "", badValue(v, to)
}

// formatFloat writes a float or real: at most 6 significant digits (style 0), 8 (1) or 16 (2) with an exponent, 17 (3; 9 for a real)
// digits, which lose nothing. Exponents have at least three digits.
func formatFloat(f float64, bits, style int, to Type) (string, error) {
	var s string
	switch style {
	case 0:
		s = strconv.FormatFloat(f, 'g', 6, 64)
		s = trimFraction(s)
	case 1:
		s = strconv.FormatFloat(f, 'e', 7, 64)
	case 2:
		s = strconv.FormatFloat(f, 'e', 15, 64)
	case 3:
		digits := 16
		if bits == 32 {
			digits = 8
		}
		s = strconv.FormatFloat(f, 'e', digits, 64)
	default:
		name := "float"
		if bits == 32 {
			name = "real"
		}
		return "", NewError(281, style, name)
	}
	if i := strings.IndexByte(s, 'e'); i >= 0 && len(s)-i-2 < 3 {
		s = s[:i+2] + strings.Repeat("0", 3-(len(s)-i-2)) + s[i+2:]
	}
	return s, nil
}

// trimFraction takes zeros off the end of a mantissa's fraction.
func trimFraction(s string) string {
	mantissa, exponent := s, ""
	if i := strings.IndexByte(s, 'e'); i >= 0 {
		mantissa, exponent = s[:i], s[i:]
	}
	if strings.IndexByte(mantissa, '.') >= 0 {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	if mantissa == "-0" {
		mantissa = "0"
	}
	return mantissa + exponent
}

// formatMoney writes money with two digits behind the point (style 0), with commas between thousands too (1), or with four
// digits (2, 126).
func formatMoney(d *apd.Decimal, style int) string {
	switch style {
	case 2, 126:
		return rounded(d, moneyScale).Text('f')
	case 1:
		s := rounded(d, 2).Text('f')
		sign := ""
		if s[0] == '-' {
			sign, s = "-", s[1:]
		}
		for i := len(s) - 6; i > 0; i -= 3 {
			s = s[:i] + "," + s[i:]
		}
		return sign + s
	}
	return rounded(d, 2).Text('f')
}
