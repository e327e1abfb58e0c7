package tsql

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"
)

// Contexts of decimal arithmetic: wide enough for the product of two decimal(38) values and for shifting between any two
// scales. Nothing is trapped, so no operation fails for inexactness.
var (
	halfUp   = apd.Context{Precision: 120, MaxExponent: 2000, MinExponent: -2000, Rounding: apd.RoundHalfUp}
	roundCut = apd.Context{Precision: 120, MaxExponent: 2000, MinExponent: -2000, Rounding: apd.RoundDown}
)

// rounded is d with scale digits behind the point, halves away from zero.
func rounded(d *apd.Decimal, scale int) *apd.Decimal {
	if int(d.Exponent) == -scale {
		return d
	}
	out := new(apd.Decimal)
	_, _ = halfUp.Quantize(out, d, int32(-scale))
	return unsignZero(out)
}

// truncated is d without its fraction.
func truncated(d *apd.Decimal) *apd.Decimal { return cutScale(d, 0) }

// cutScale is d with the digits behind scale cut off.
func cutScale(d *apd.Decimal, scale int) *apd.Decimal {
	out := new(apd.Decimal)
	_, _ = roundCut.Quantize(out, d, int32(-scale))
	return unsignZero(out)
}

// unsignZero makes -0 to 0, which T-SQL does not have.
func unsignZero(d *apd.Decimal) *apd.Decimal {
	if d.IsZero() {
		d.Negative = false
	}
	return d
}

// fitDecimal rounds d to the scale of t and checks its precision; ok is false if it has too many digits.
func fitDecimal(d *apd.Decimal, t Type) (out *apd.Decimal, ok bool) {
	if d.Form != apd.Finite || d.NumDigits()+int64(d.Exponent) > MaxPrecision+1 && !d.IsZero() {
		return nil, false
	}
	out = rounded(d, int(t.Scale))
	return out, out.IsZero() || out.NumDigits() <= int64(t.Precision)
}

// toDecimal converts to decimal or numeric.
func toDecimal(v any, from, to Type) (any, error) {
	var d *apd.Decimal
	switch x := v.(type) {
	case *apd.Decimal:
		d = x
	case int64:
		d = apd.New(x, 0)
	case bool:
		d = apd.New(boolInt(x), 0)
	case float64, float32:
		var ok bool
		if d, ok = floatDecimal(floatOf(x)); !ok {
			return nil, NewError(8115, from.Name(), "numeric")
		}
	case string:
		var ok bool
		if d, ok = parseDecimal(x); !ok {
			return nil, NewError(8114, from.Name(), "numeric")
		}
	case []byte:
		var ok bool
		if d, ok = binaryDecimal(x); !ok {
			return nil, NewError(8114, from.Name(), "numeric")
		}
	case time.Time:
		d, _ = floatDecimal(days(x))
	default:
		return nil, badValue(v, to)
	}
	out, ok := fitDecimal(d, to)
	if !ok {
		return nil, NewError(8115, messageName(from), "numeric").WithState(8)
	}
	return out, nil
}

// floatDecimal takes the 17 significant digits that a float has.
func floatDecimal(f float64) (*apd.Decimal, bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, false
	}
	d, _, err := apd.NewFromString(strconv.FormatFloat(f, 'e', 16, 64))
	return d, err == nil
}

// parseDecimal reads [sign] digits [. digits] with blanks around. An exponent is not allowed.
func parseDecimal(s string) (*apd.Decimal, bool) {
	t := trimNumber(s)
	digits := strings.TrimLeft(t, "+-")
	if len(t)-len(digits) > 1 || strings.Trim(digits, "0123456789.") != "" || strings.Count(digits, ".") > 1 ||
		strings.Trim(digits, ".") == "" || len(digits) > 400 {
		return nil, false
	}
	digits = strings.TrimSuffix(digits, ".")
	if digits[0] == '.' {
		digits = "0" + digits
	}
	d, _, err := apd.NewFromString(digits)
	if err != nil {
		return nil, false
	}
	d.Negative = t[0] == '-' && !d.IsZero()
	return d, true
}

// binaryDecimal undoes decimalBinary: precision, scale, a zero byte, the sign (1 is plus), the magnitude little-endian.
func binaryDecimal(b []byte) (*apd.Decimal, bool) {
	if len(b) < 5 || b[0] > MaxPrecision || b[1] > b[0] || len(b) > 20 {
		return nil, false
	}
	var mag [16]byte
	for i, c := range b[4:] {
		mag[15-i] = c
	}
	d := new(apd.Decimal)
	d.Coeff.SetBytes(mag[:])
	d.Exponent = -int32(b[1])
	d.Negative = b[3] == 0 && !d.IsZero()
	return d, true
}

// decimalBinary is the binary form of a decimal, as CAST to varbinary gives it.
func decimalBinary(d *apd.Decimal, t Type) []byte {
	x := rounded(d, int(t.Scale))
	b := []byte{t.Precision, t.Scale, 0, 1}
	if x.Negative {
		b[3] = 0
	}
	mag := x.Coeff.Bytes()
	n := (len(mag) + 3) / 4 * 4
	out := make([]byte, max(n, 4))
	for i, c := range mag {
		out[len(mag)-1-i] = c
	}
	return append(b, out...)
}
