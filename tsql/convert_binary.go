package tsql

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
)

// toBinary converts to binary, varbinary, image or timestamp. Integers and floats are big-endian; a number that is too long
// loses its first bytes, everything else its last.
func toBinary(v any, from, to Type, style int) (any, error) {
	var b []byte
	number := false
	switch x := v.(type) {
	case []byte:
		b = x
	case string:
		var err error
		if b, err = textBytes(x, from, style); err != nil {
			return nil, err
		}
	case bool:
		b = []byte{byte(boolInt(x))}
		number = true
	case int64:
		b = integerBytes(x, from.Kind)
		number = true
	case float64:
		b = binary.BigEndian.AppendUint64(nil, math.Float64bits(x))
		number = true
	case float32:
		b = binary.BigEndian.AppendUint32(nil, math.Float32bits(x))
		number = true
	case *apd.Decimal:
		if from.IsMoney() {
			n := rounded(x, moneyScale)
			units := new(apd.Decimal).Set(n)
			units.Exponent = 0
			i, _ := units.Int64()
			b = binary.BigEndian.AppendUint64(nil, uint64(i))
			if from.Kind == KindSmallMoney {
				b = b[4:]
			}
			number = true
		} else {
			b = decimalBinary(x, from)
		}
	case uuid.UUID:
		b = guidBytes(x)
	case time.Time:
		b = temporalBytes(x, from)
		number = from.family() == famDateTime
	default:
		return nil, badValue(v, to)
	}
	return fitBytes(b, to, number), nil
}

// integerBytes is the big-endian form in the type's own width.
func integerBytes(x int64, k Kind) []byte {
	b := binary.BigEndian.AppendUint64(nil, uint64(x))
	switch k {
	case KindBit, KindTinyInt:
		return b[7:]
	case KindSmallInt:
		return b[6:]
	case KindInt:
		return b[4:]
	}
	return b
}

// fitBytes cuts b to the length of t, at the front if it is a number, and pads binary.
func fitBytes(b []byte, t Type, number bool) []byte {
	n := t.Length
	if n < 0 || t.Kind == KindImage {
		return b
	}
	if len(b) > n {
		if number {
			return b[len(b)-n:]
		}
		return b[:n]
	}
	if t.Kind != KindBinary && t.Kind != KindTimestamp || len(b) == n {
		return b
	}
	out := make([]byte, n)
	if number {
		copy(out[n-len(b):], b)
	} else {
		copy(out, b)
	}
	return out
}

// textBytes reads text as binary: its characters' bytes (style 0), or hexadecimal digits with 0x (1) or without (2).
func textBytes(s string, from Type, style int) ([]byte, error) {
	switch style {
	case 0:
		if !from.IsUnicode() {
			return narrowBytes(s, from.Collation), nil
		}
		units := utf16.Encode([]rune(s))
		b := make([]byte, 0, 2*len(units))
		for _, u := range units {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
		return b, nil
	case 1, 2:
		digits := s
		if style == 1 {
			if len(s) < 2 || !strings.EqualFold(s[:2], "0x") {
				return nil, NewError(8114, from.Name(), "varbinary")
			}
			digits = s[2:]
		}
		b, err := hex.DecodeString(digits)
		if err != nil {
			return nil, NewError(8114, from.Name(), "varbinary")
		}
		return b, nil
	}
	return nil, NewError(281, style, from.Name())
}

// trimZeros takes zero bytes off the end.
func trimZeros(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	return b
}
