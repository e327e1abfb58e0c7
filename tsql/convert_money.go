package tsql

import (
	"strings"
	"time"
	"unicode"

	"github.com/cockroachdb/apd/v3"
)

// Limits of money and smallmoney, in ten-thousandths.
const (
	maxMoney      = 1<<63 - 1
	maxSmallMoney = 1<<31 - 1
)

// moneyScale is the number of digits behind the point of money and smallmoney.
const moneyScale = 4

// fitMoney rounds d to four digits; ok is false if it is out of t's range.
func fitMoney(d *apd.Decimal, t Type) (out *apd.Decimal, ok bool) {
	if d.Form != apd.Finite || d.NumDigits()+int64(d.Exponent) > 20 && !d.IsZero() {
		return nil, false
	}
	out = rounded(d, moneyScale)
	n := new(apd.Decimal).Set(out)
	n.Exponent = 0
	units, err := n.Int64()
	if err != nil {
		return nil, false
	}
	if t.Kind == KindSmallMoney && (units > maxSmallMoney || units < -maxSmallMoney-1) {
		return nil, false
	}
	return out, true
}

// toMoney converts to money or smallmoney.
func toMoney(v any, from, to Type) (any, error) {
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
			return nil, NewError(232, to.Name(), floatOf(x))
		}
	case string:
		return parseMoney(x, to)
	case []byte:
		if to.Kind == KindSmallMoney {
			return apd.New(bytesInteger(x, KindInt), -moneyScale), nil
		}
		return apd.New(bytesInteger(x, KindBigInt), -moneyScale), nil
	case time.Time:
		d, _ = floatDecimal(days(x))
	default:
		return nil, badValue(v, to)
	}
	if out, ok := fitMoney(d, to); ok {
		return out, nil
	}
	if from.IsApprox() {
		return nil, NewError(232, to.Name(), floatOf(v))
	}
	return nil, NewError(8115, messageName(from), to.Name())
}

// parseMoney reads an amount: blanks, a sign and a currency sign in any order in front, commas between the digits.
func parseMoney(s string, to Type) (any, error) {
	t := strings.TrimSpace(s)
	if t == "" {
		return apd.New(0, -moneyScale), nil
	}
	negative, signs, currencies := false, 0, 0
	digits := strings.TrimLeftFunc(t, func(r rune) bool {
		switch {
		case r == '-', r == '+':
			negative = negative || r == '-'
			signs++
		case unicode.Is(unicode.Sc, r):
			currencies++
		case r != ' ':
			return false
		}
		return true
	})
	digits = strings.ReplaceAll(digits, ",", "")
	if digits == "" && currencies == 1 && signs == 0 {
		digits = "0"
	}
	d, ok := parseDecimal(digits)
	if !ok || signs > 1 || currencies > 1 || strings.ContainsAny(digits, "+-") {
		if to.Kind == KindSmallMoney {
			return nil, NewError(293)
		}
		return nil, NewError(235)
	}
	d.Negative = negative && !d.IsZero()
	if out, ok := fitMoney(d, to); ok {
		return out, nil
	}
	if to.Kind == KindSmallMoney {
		return nil, NewError(294)
	}
	return nil, NewError(236)
}
