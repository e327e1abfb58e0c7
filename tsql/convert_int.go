package tsql

import (
	"encoding/binary"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"
)

// integerRange is the range of an integer type.
func integerRange(k Kind) (lowest, highest int64) {
	switch k {
	case KindTinyInt:
		return 0, math.MaxUint8
	case KindSmallInt:
		return math.MinInt16, math.MaxInt16
	case KindInt:
		return math.MinInt32, math.MaxInt32
	}
	return math.MinInt64, math.MaxInt64
}

// toInteger converts to tinyint, smallint, int or bigint. Fractions of decimals and floats are cut off, those of money and
// datetime rounded.
func toInteger(v any, from, to Type) (any, error) {
	lowest, highest := integerRange(to.Kind)
	switch x := v.(type) {
	case int64:
		if x < lowest || x > highest {
			return nil, integerOverflow(x, to)
		}
		return v, nil
	case bool:
		return boolInt(x), nil
	case float64, float32:
		f := math.Trunc(floatOf(x))
		if f < float64(lowest) || f > float64(highest) || f >= math.MaxInt64 || f != f {
			if to.Kind == KindBigInt {
				return nil, overflow(to)
			}
			return nil, NewError(232, to.Name(), floatOf(x))
		}
		return int64(f), nil
	case *apd.Decimal:
		d := truncated(x)
		if from.IsMoney() {
			d = rounded(x, 0)
		}
		n, err := d.Int64()
		if err != nil || n < lowest || n > highest {
			return nil, NewError(8115, messageName(from), to.Name())
		}
		return n, nil
	case string:
		return parseInteger(x, from, to)
	case []byte:
		return bytesInteger(x, to.Kind), nil
	case time.Time:
		f := days(x)
		n := int64(math.Floor(f + 0.5))
		if n < lowest || n > highest {
			return nil, overflow(to)
		}
		return n, nil
	}
	return nil, badValue(v, to)
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// overflow is the general overflow error of expressions.
func overflow(to Type) error { return NewError(8115, "expression", messageName(to)) }

// integerOverflow is the error for an integer too large for the smaller type.
func integerOverflow(x int64, to Type) error {
	if (to.Kind == KindTinyInt || to.Kind == KindSmallInt) && x >= math.MinInt32 && x <= math.MaxInt32 {
		state := uint8(2)
		if to.Kind == KindSmallInt {
			state = 1
		}
		return NewError(220, to.Name(), x).WithState(state)
	}
	return overflow(to)
}

// parseInteger reads digits with an optional sign; blanks around are ignored and nothing at all is 0.
func parseInteger(s string, from, to Type) (any, error) {
	t := trimNumber(s)
	if t == "" {
		return int64(0), nil
	}
	n, err := strconv.ParseInt(t, 10, 64)
	lowest, highest := integerRange(to.Kind)
	switch {
	case errors.Is(err, strconv.ErrSyntax) && to.Kind == KindBigInt:
		return nil, NewError(8114, from.Name(), "bigint")
	case errors.Is(err, strconv.ErrSyntax):
		return nil, NewError(245, from.Name(), s, to.Name())
	case err == nil && n >= lowest && n <= highest:
		return n, nil
	}
	switch to.Kind {
	case KindTinyInt:
		return nil, NewError(244, from.Name(), s, "INT1")
	case KindSmallInt:
		return nil, NewError(244, from.Name(), s, "INT2")
	case KindInt:
		return nil, NewError(248, from.Name(), s)
	}
	return nil, overflow(to)
}

// trimNumber takes white space in front and blanks behind off.
func trimNumber(s string) string {
	return strings.TrimRight(strings.TrimLeft(s, " \t\r\n"), " ")
}

// bytesInteger takes the last bytes as a big-endian number; missing ones in front are zero.
func bytesInteger(b []byte, k Kind) int64 {
	var buf [8]byte
	if len(b) > 8 {
		b = b[len(b)-8:]
	}
	copy(buf[8-len(b):], b)
	n := binary.BigEndian.Uint64(buf[:])
	switch k {
	case KindTinyInt:
		return int64(uint8(n))
	case KindSmallInt:
		return int64(int16(n))
	case KindInt:
		return int64(int32(n))
	}
	return int64(n)
}

// toBit converts to bit: everything that is not zero is 1; strings may also say true or false.
func toBit(v any, from Type) (any, error) {
	switch x := v.(type) {
	case bool:
		return v, nil
	case int64:
		return x != 0, nil
	case float64:
		return x != 0, nil
	case float32:
		return x != 0, nil
	case *apd.Decimal:
		return !x.IsZero(), nil
	case []byte:
		for _, c := range x {
			if c != 0 {
				return true, nil
			}
		}
		return false, nil
	case time.Time:
		return !x.Equal(epoch), nil
	case string:
		t := trimNumber(x)
		switch {
		case strings.EqualFold(t, "true"):
			return true, nil
		case t == "", strings.EqualFold(t, "false"):
			return false, nil
		}
		digits := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(t, "-"), "+"), "0")
		if strings.Trim(digits, "0123456789") != "" || !strings.ContainsAny(t, "0123456789") {
			return nil, NewError(245, from.Name(), x, "bit")
		}
		return digits != "", nil
	}
	return nil, badValue(v, TypeBit)
}
