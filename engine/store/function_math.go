package store

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/cockroachdb/apd/v3"

	"tds-launchpad/tsql"
)

// floatFunc is a function of one float.
func floatFunc(name string, fn func(float64) float64) scalarFunc {
	return scalarFunc{1, 1, func(b *binder, a []*expr) (*expr, error) {
		if err := b.ints(a, typeFloat, 0); err != nil {
			return nil, err
		}
		return b.apply(name, typeFloat, a, func(v []any) (any, error) { return finite(fn(v[0].(float64))) }), nil
	}}
}

func finite(f float64) (any, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, tsql.NewError(3623)
	}
	return f, nil
}

var mathFunctions = map[string]scalarFunc{
	"SQRT": floatFunc("sqrt", math.Sqrt), "EXP": floatFunc("exp", math.Exp), "LOG10": floatFunc("log10", math.Log10),
	"SIN": floatFunc("sin", math.Sin), "COS": floatFunc("cos", math.Cos), "TAN": floatFunc("tan", math.Tan), "COT": floatFunc("cot", func(x float64) float64 { return 1 / math.Tan(x) }),
	"ASIN": floatFunc("asin", math.Asin), "ACOS": floatFunc("acos", math.Acos), "ATAN": floatFunc("atan", math.Atan),
	"SQUARE": floatFunc("square", func(x float64) float64 { return x * x }),
	"LOG":    {1, 2, bindLog},
	"ATN2":   {2, 2, bindAtn2},
	"POWER":  {2, 2, bindPower},
	"PI":     {0, 0, func(b *binder, a []*expr) (*expr, error) { return literal(math.Pi, typeFloat) }},
	"ABS":    {1, 1, bindAbs},
	"SIGN":   {1, 1, bindSign},
	"ROUND":  {2, 3, bindRound},
	"FLOOR":  {1, 1, func(b *binder, a []*expr) (*expr, error) { return roundTo(b, a, "floor", math.Floor, apd.RoundFloor) }},
	"CEILING": {1, 1, func(b *binder, a []*expr) (*expr, error) {
		return roundTo(b, a, "ceiling", math.Ceil, apd.RoundCeiling)
	}},
	"RADIANS": angleFunc("radians", func(x float64) float64 { return x * math.Pi / 180 }),
	"DEGREES": angleFunc("degrees", func(x float64) float64 { return x * 180 / math.Pi }),
	"RAND":    {0, 1, bindRand},
}

func bindLog(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeFloat, 0, 1); err != nil {
		return nil, err
	}
	return b.apply("log", typeFloat, a, func(v []any) (any, error) {
		if len(v) > 1 {
			return finite(math.Log(v[0].(float64)) / math.Log(v[1].(float64)))
		}
		return finite(math.Log(v[0].(float64)))
	}), nil
}

func bindAtn2(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeFloat, 0, 1); err != nil {
		return nil, err
	}
	return b.apply("atn2", typeFloat, a, func(v []any) (any, error) { return finite(math.Atan2(v[0].(float64), v[1].(float64))) }), nil
}

// angleScale is the least number of decimals that DEGREES and RADIANS of a decimal have.
const angleScale = 18

// angleFunc is DEGREES or RADIANS: computed as float, given in the argument's own type, so that RADIANS(180) is 3.
func angleFunc(name string, fn func(float64) float64) scalarFunc {
	return scalarFunc{1, 1, func(b *binder, a []*expr) (*expr, error) {
		t, err := b.numeric(a, name)
		if err != nil {
			return nil, err
		}
		res := t
		if t.IsDecimal() {
			res = tsql.Type{Kind: t.Kind, Precision: 38, Scale: max(t.Scale, angleScale)}
		}
		return b.apply(name, res, a, func(v []any) (any, error) {
			x, err := tsql.Convert(v[0], t, typeFloat, 0)
			if err != nil {
				return nil, err
			}
			f, err := finite(fn(x.(float64)))
			if err != nil {
				return nil, err
			}
			return tsql.Convert(f, typeFloat, res, 0)
		}), nil
	}}
}

// mathType is the type of a function that gives a number of its argument's kind: small integers become int, strings float.
func mathType(t tsql.Type) tsql.Type {
	switch {
	case t.Kind == tsql.KindTinyInt || t.Kind == tsql.KindSmallInt:
		return typeInt
	case t.Kind == tsql.KindBit || t.IsString() || t.Kind == tsql.KindReal:
		return typeFloat
	case t.Kind == tsql.KindSmallMoney:
		return typeMoney
	}
	return t
}

func (b *binder) numeric(a []*expr, name string) (tsql.Type, error) {
	if !a[0].typ.IsNumeric() && !a[0].typ.IsString() && !a[0].bare {
		return a[0].typ, tsql.NewError(8116, a[0].typ.Name(), 1, name)
	}
	t := mathType(a[0].typ)
	return t, b.ints(a, t, 0)
}

func bindPower(b *binder, a []*expr) (*expr, error) {
	t, err := b.numeric(a, "power")
	if err != nil {
		return nil, err
	}
	if t.IsDecimal() {
		t = tsql.Type{Kind: t.Kind, Precision: 38, Scale: t.Scale}
		if err := b.ints(a, t, 0); err != nil {
			return nil, err
		}
	}
	if err := b.ints(a, typeFloat, 1); err != nil {
		return nil, err
	}
	return b.apply("power", t, a, func(v []any) (any, error) {
		base, err := tsql.Convert(v[0], t, typeFloat, 0)
		if err != nil {
			return nil, err
		}
		f, err := finite(math.Pow(base.(float64), v[1].(float64)))
		if err != nil {
			return nil, err
		}
		return tsql.Convert(f, typeFloat, t, 0)
	}), nil
}

func bindAbs(b *binder, a []*expr) (*expr, error) {
	t, err := b.numeric(a, "abs")
	if err != nil {
		return nil, err
	}
	return b.apply("abs", t, a, func(v []any) (any, error) {
		switch n := v[0].(type) {
		case int64:
			if n >= 0 {
				return n, nil
			}
			if n == math.MinInt64 || t.Kind == tsql.KindInt && n == math.MinInt32 {
				return nil, tsql.NewError(8115, "expression", "data type "+t.Name())
			}
			return -n, nil
		case float64:
			return math.Abs(n), nil
		case *apd.Decimal:
			return new(apd.Decimal).Abs(n), nil
		}
		return v[0], nil
	}), nil
}

func bindSign(b *binder, a []*expr) (*expr, error) {
	t, err := b.numeric(a, "sign")
	if err != nil {
		return nil, err
	}
	return b.apply("sign", t, a, func(v []any) (any, error) {
		var s int64
		switch n := v[0].(type) {
		case int64:
			s = int64(cmpInt(n))
		case float64:
			if n == 0 {
				return 0.0, nil
			}
			return math.Copysign(1, n), nil
		case *apd.Decimal:
			s = int64(n.Sign())
		}
		return tsql.Convert(s, typeInt, t, 0)
	}), nil
}

func cmpInt(n int64) int {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

func roundTo(b *binder, a []*expr, name string, f func(float64) float64, mode apd.Rounder) (*expr, error) {
	t, err := b.numeric(a, name)
	if err != nil {
		return nil, err
	}
	res := t
	if t.IsDecimal() {
		res.Scale = 0
	}
	return b.apply(name, res, a, func(v []any) (any, error) {
		switch n := v[0].(type) {
		case float64:
			return f(n), nil
		case *apd.Decimal:
			c := *decimalContext
			c.Rounding = mode
			var r apd.Decimal
			if _, err := c.Quantize(&r, n, 0); err != nil {
				return nil, err
			}
			return &r, nil
		}
		return v[0], nil
	}), nil
}

// bindRound is ROUND(x, digits[, truncate]).
func bindRound(b *binder, a []*expr) (*expr, error) {
	t, err := b.numeric(a, "round")
	if err != nil {
		return nil, err
	}
	if err := b.ints(a, typeBig, 1, 2); err != nil {
		return nil, err
	}
	return b.apply("round", t, a, func(v []any) (any, error) {
		digits := min(max(v[1].(int64), -40), 40)
		mode := apd.RoundHalfUp
		if len(v) > 2 && v[2].(int64) != 0 {
			mode = apd.RoundDown
		}
		var d apd.Decimal
		switch n := v[0].(type) {
		case int64:
			d.SetInt64(n)
		case float64:
			if _, err := d.SetFloat64(n); err != nil {
				return nil, err
			}
		case *apd.Decimal:
			d.Set(n)
		}
		c := *decimalContext
		c.Precision, c.Rounding = 400, mode
		var r apd.Decimal
		if int64(-d.Exponent) <= digits {
			r.Set(&d)
		} else if _, err := c.Quantize(&r, &d, int32(-digits)); err != nil {
			return nil, err
		}
		if t.Kind == tsql.KindFloat {
			f, err := r.Float64()
			return f, err
		}
		p := int(r.NumDigits()) + int(max(0, r.Exponent))
		from := tsql.Numeric(min(max(p, int(max(0, -r.Exponent)), 1), 38), int(max(0, -r.Exponent)))
		out, err := tsql.Convert(&r, from, t, 0)
		if err != nil && t.IsInteger() {
			return nil, tsql.NewError(8115, "expression", "data type "+t.Name())
		}
		return out, err
	}), nil
}

// bindRand is RAND([seed]): one value per statement.
func bindRand(b *binder, a []*expr) (*expr, error) {
	if len(a) == 1 {
		if err := b.ints(a, typeBig, 0); err != nil {
			return nil, err
		}
		return b.apply("randseed", typeFloat, a, func(v []any) (any, error) {
			return rand.New(rand.NewPCG(uint64(v[0].(int64)), 0)).Float64(), nil
		}), nil
	}
	return b.session("rand"+itoa(len(b.params)), typeFloat, false, func(*Session) any { return rand.Float64() }), nil
}

// bindStr is STR(float[, length[, decimals]]).
func bindStr(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeFloat, 0); err != nil {
		return nil, err
	}
	if err := b.ints(a, typeBig, 1, 2); err != nil {
		return nil, err
	}
	return b.apply("str", varchar(8000), a, func(v []any) (any, error) {
		length, decimals := int64(10), int64(0)
		if len(v) > 1 {
			length = v[1].(int64)
		}
		if len(v) > 2 {
			decimals = min(v[2].(int64), 16)
		}
		if length <= 0 || length > 8000 || decimals < 0 {
			return nil, nil
		}
		s := strconv.FormatFloat(v[0].(float64), 'f', int(decimals), 64)
		whole, _, _ := strings.Cut(s, ".")
		if int64(len(whole)) > length {
			return strings.Repeat("*", int(length)), nil
		}
		if int64(len(s)) > length {
			s = strconv.FormatFloat(v[0].(float64), 'f', int(max(length-int64(len(whole))-1, 0)), 64)
		}
		return strings.Repeat(" ", int(max(length-int64(len(s)), 0))) + s, nil
	}).nullable(), nil
}
