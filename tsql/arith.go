package tsql

import (
	"math"
	"math/bits"
	"time"

	"github.com/cockroachdb/apd/v3"
)

// Arith computes a op b and gives the result's type, ResultType's. A NULL operand gives NULL. Errors: ResultType's, 8115
// (overflow), 8134 (division by zero), 517 (date out of range), conversion errors.
func Arith(op Op, a, b any, ta, tb Type) (any, Type, error) {
	if ta == tb && ta.Kind > KindBit && ta.IsInteger() && a != nil && b != nil {
		v, err := integerArith(op, a, b, ta, tb, ta)
		return v, ta, err
	}
	t, err := ResultType(op, ta, tb)
	if err != nil || a == nil || b == nil {
		return nil, t, err
	}
	if t.IsInteger() {
		v, err := integerArith(op, a, b, ta, tb, t)
		return v, t, err
	}
	var v any
	switch {
	case t.IsDecimal():
		v, err = decimalArith(op, a, b, ta, tb, t)
	case t.IsMoney():
		v, err = moneyArith(op, a, b, ta, tb, t)
	case t.IsApprox():
		v, err = floatArith(op, a, b, ta, tb, t)
	case t.IsTemporal():
		v, err = dateArith(op, a, b, ta, tb, t)
	default:
		v, err = concat(a, b, ta, tb, t)
	}
	return v, t, err
}

// Add is a + b: the sum, or the concatenation of strings and binaries.
func Add(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpAdd, a, b, ta, tb) }

// Sub is a - b.
func Sub(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpSub, a, b, ta, tb) }

// Mul is a * b.
func Mul(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpMul, a, b, ta, tb) }

// Div is a / b: of integers the whole part, of decimals cut to the result's scale.
func Div(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpDiv, a, b, ta, tb) }

// Mod is a % b; the result has the sign of a.
func Mod(a, b any, ta, tb Type) (any, Type, error) { return Arith(OpMod, a, b, ta, tb) }

// both converts the operands to t.
func both(a, b any, ta, tb, t Type) (x, y any, err error) {
	if x, err = Implicit(a, ta, t); err == nil {
		y, err = Implicit(b, tb, t)
	}
	return x, y, err
}

// integerArith computes in 64 bits and holds the result against t's range.
func integerArith(op Op, a, b any, ta, tb, t Type) (any, error) {
	x, okX := a.(int64)
	y, okY := b.(int64)
	if !okX || !okY {
		if t.Kind == KindBit {
			t = TypeTinyInt // bit & bit
			v, err := integerArith(op, a, b, ta, tb, t)
			if err != nil {
				return nil, err
			}
			return v.(int64) != 0, nil
		}
		va, vb, err := both(a, b, ta, tb, t)
		if err != nil {
			return nil, err
		}
		x, y = va.(int64), vb.(int64)
	}
	var r int64
	over := false
	switch op {
	case OpAdd:
		r = x + y
		over = (x^r)&(y^r) < 0
	case OpSub:
		r = x - y
		over = (x^y)&(x^r) < 0
	case OpMul:
		r, over = mulInt64(x, y)
	case OpDiv, OpMod:
		switch {
		case y == 0:
			return nil, NewError(8134)
		case y == -1 && op == OpMod:
			r = 0
		case y == -1:
			r = -x
			over = x == math.MinInt64
		case op == OpDiv:
			r = x / y
		default:
			r = x % y
		}
	case OpBitAnd:
		r = x & y
	case OpBitOr:
		r = x | y
	case OpBitXor:
		r = x ^ y
	}
	if lowest, highest := integerRange(t.Kind); over || r < lowest || r > highest {
		return nil, overflow(t)
	}
	return r, nil
}

// mulInt64 multiplies and reports overflow.
func mulInt64(x, y int64) (int64, bool) {
	hi, lo := bits.Mul64(absInt64(x), absInt64(y))
	negative := (x < 0) != (y < 0)
	if hi != 0 || lo > math.MaxInt64 && !(negative && lo == 1<<63) {
		return 0, true
	}
	if negative {
		return int64(-lo), false
	}
	return int64(lo), false
}

func absInt64(x int64) uint64 {
	if x < 0 {
		return uint64(-x)
	}
	return uint64(x)
}

// decimalOperand makes an operand of decimal arithmetic: its own precision counts, not the result's.
func decimalOperand(v any, t, other Type) (*apd.Decimal, error) {
	if d, ok := v.(*apd.Decimal); ok {
		return d, nil
	}
	p, s := operandDecimal(t, other)
	d, err := Implicit(v, t, Decimal(p, s))
	if err != nil {
		return nil, err
	}
	return d.(*apd.Decimal), nil
}

// decimalArith computes exactly and brings the result to t's scale: rounded, a quotient cut.
func decimalArith(op Op, a, b any, ta, tb, t Type) (any, error) {
	x, err := decimalOperand(a, ta, tb)
	if err != nil {
		return nil, err
	}
	y, err := decimalOperand(b, tb, ta)
	if err != nil {
		return nil, err
	}
	out := new(apd.Decimal)
	switch op {
	case OpAdd:
		_, err = halfUp.Add(out, x, y)
	case OpSub:
		_, err = halfUp.Sub(out, x, y)
	case OpMul:
		_, err = halfUp.Mul(out, x, y)
	case OpDiv:
		if y.IsZero() {
			return nil, NewError(8134)
		}
		_, err = roundCut.Quo(out, x, y)
		out = cutScale(out, int(t.Scale))
	case OpMod:
		if y.IsZero() {
			return nil, NewError(8134)
		}
		_, err = halfUp.Rem(out, x, y)
	}
	if err != nil {
		return nil, overflow(t)
	}
	r, ok := fitDecimal(out, t)
	if !ok {
		return nil, overflow(t)
	}
	return unsignZero(r), nil
}

// moneyArith computes with four decimals; a product is rounded, a quotient cut.
func moneyArith(op Op, a, b any, ta, tb, t Type) (any, error) {
	va, vb, err := both(a, b, ta, tb, t)
	if err != nil {
		return nil, err
	}
	wide := Decimal(MaxPrecision, moneyScale)
	v, err := decimalArith(op, va, vb, wide, wide, wide)
	if err != nil {
		if e, ok := err.(*Error); ok && e.Number == 8115 {
			return nil, overflow(t)
		}
		return nil, err
	}
	r, ok := fitMoney(v.(*apd.Decimal), t)
	if !ok {
		return nil, overflow(t)
	}
	return r, nil
}

// floatArith computes in double precision.
func floatArith(op Op, a, b any, ta, tb, t Type) (any, error) {
	va, vb, err := both(a, b, ta, tb, TypeFloat)
	if err != nil {
		return nil, err
	}
	x, y := va.(float64), vb.(float64)
	var r float64
	switch op {
	case OpAdd:
		r = x + y
	case OpSub:
		r = x - y
	case OpMul:
		r = x * y
	case OpDiv:
		if y == 0 {
			return nil, NewError(8134)
		}
		r = x / y
	}
	if t.Kind == KindReal {
		if math.Abs(r) > math.MaxFloat32 {
			return nil, overflow(t)
		}
		return float32(r), nil
	}
	if math.IsInf(r, 0) || math.IsNaN(r) {
		return nil, overflow(t)
	}
	return r, nil
}

// dateArith adds and subtracts days and parts of days.
func dateArith(op Op, a, b any, ta, tb, t Type) (any, error) {
	va, vb, err := both(a, b, ta, tb, TypeDateTime)
	if err != nil {
		return nil, err
	}
	x, y := va.(time.Time), vb.(time.Time)
	n := dayNumber(x)*ticksPerDay + ticks(sinceMidnight(x))
	m := dayNumber(y)*ticksPerDay + ticks(sinceMidnight(y))
	if op == OpSub {
		m = -m
	}
	n += m
	day := n / ticksPerDay
	if n%ticksPerDay < 0 {
		day--
	}
	r := onDay(day, tickMillis(n-day*ticksPerDay))
	if !inRange(r, KindDateTime) {
		return nil, overflow(t)
	}
	if t.Kind == KindSmallDateTime {
		if r = roundSmallDateTime(r); !inRange(r, t.Kind) {
			return nil, overflow(t)
		}
	}
	return r, nil
}

// concat joins strings or binaries; what is longer than t is cut.
func concat(a, b any, ta, tb, t Type) (any, error) {
	if ta.IsBinary() {
		x, okX := a.([]byte)
		y, okY := b.([]byte)
		if !okX || !okY {
			return nil, badValue(a, t)
		}
		return fitBytes(append(append(make([]byte, 0, len(x)+len(y)), x...), y...), t, false), nil
	}
	x, okX := a.(string)
	y, okY := b.(string)
	if !okX || !okY {
		return nil, badValue(a, t)
	}
	if t.Length == Max || len(x)+len(y) <= t.Length && !t.IsFixed() {
		return x + y, nil
	}
	return fitText(x+y, t), nil
}
