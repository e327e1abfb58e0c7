package tsql

import (
	"math"

	"github.com/cockroachdb/apd/v3"
)

// Negate is -a. Errors: 8117 (not a number), 8115 (overflow: the lowest value has no opposite; tinyint has no negatives).
func Negate(a any, t Type) (any, Type, error) {
	if !t.IsNumeric() || t.Kind == KindBit {
		return nil, t, NewError(8117, t.Name(), "minus")
	}
	switch x := a.(type) {
	case nil:
		return nil, t, nil
	case int64:
		if t.Kind == KindTinyInt {
			// The result of minus on a tinyint is a smallint.
			t = TypeSmallInt
		}
		lowest, _ := integerRange(t.Kind)
		if x == lowest || x == math.MinInt64 {
			return nil, t, overflow(t)
		}
		return -x, t, nil
	case float64:
		return -x, t, nil
	case float32:
		return -x, t, nil
	case *apd.Decimal:
		d := new(apd.Decimal).Set(x)
		d.Negative = !d.Negative && !d.IsZero()
		if t.IsMoney() {
			if _, ok := fitMoney(d, t); !ok {
				return nil, t, overflow(t)
			}
		}
		return d, t, nil
	}
	return nil, t, badValue(a, t)
}

// BitNot is ~a, of integers and bit. Error 8117 for anything else.
func BitNot(a any, t Type) (any, Type, error) {
	if !t.IsInteger() {
		return nil, t, NewError(8117, t.Name(), "'~'")
	}
	switch x := a.(type) {
	case nil:
		return nil, t, nil
	case bool:
		return !x, t, nil
	case int64:
		if t.Kind == KindTinyInt {
			return int64(^uint8(x)), t, nil
		}
		return ^x, t, nil
	}
	return nil, t, badValue(a, t)
}
