package executor

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

var (
	errBadDecimal   = errors.New("not a decimal value")
	errDecimalRange = errors.New("number with more than 38 digits")
)

// u128 is the magnitude of a decimal.
type u128 struct{ hi, lo uint64 }

const ten19 = 10_000_000_000_000_000_000

// tooLarge reports 39 digits or more.
func (v u128) tooLarge() bool {
	const hi, lo = 0x4B3B4CA85A86C47A, 0x098A224000000000 // 10^38
	return v.hi > hi || v.hi == hi && v.lo >= lo
}

// mul10 returns 10*v + digit; ok is false on overflow of 128 bits.
func (v u128) mul10(digit uint64) (u128, bool) {
	over, hi := bits.Mul64(v.hi, 10)
	carry, lo := bits.Mul64(v.lo, 10)
	hi, c1 := bits.Add64(hi, carry, 0)
	lo, c2 := bits.Add64(lo, digit, 0)
	hi, c3 := bits.Add64(hi, 0, c2)
	return u128{hi, lo}, over|c1|c3 == 0
}

// appendDigits appends v with a point before the last scale digits.
func (v u128) appendDigits(dst []byte, scale int) []byte {
	var digits [40]byte
	at := len(digits)
	put := func(part uint64, least int) {
		for n := 0; part > 0 || n < least; n++ {
			at--
			digits[at] = byte('0' + part%10)
			part /= 10
		}
	}
	if v.hi == 0 {
		put(v.lo, 1)
	} else {
		high, low := bits.Div64(v.hi, v.lo, ten19) // v < 10^38, so hi < 10^19
		put(low, 19)
		put(high, 0)
	}
	for len(digits)-at <= scale {
		at--
		digits[at] = '0'
	}
	point := len(digits) - scale
	dst = append(dst, digits[at:point]...)
	if scale > 0 {
		dst = append(append(dst, '.'), digits[point:]...)
	}
	return dst
}

// appendDecimal appends the text of a raw decimal: a sign byte (0 is negative) and
// the magnitude (MS-TDS 2.2.5.5.1.6).
func appendDecimal(dst, raw []byte, scale int) ([]byte, error) {
	var v u128
	switch len(raw) {
	case 5:
		v.lo = uint64(binary.LittleEndian.Uint32(raw[1:]))
	case 9:
		v.lo = binary.LittleEndian.Uint64(raw[1:])
	case 13:
		v.lo = binary.LittleEndian.Uint64(raw[1:])
		v.hi = uint64(binary.LittleEndian.Uint32(raw[9:]))
	case 17:
		v.lo = binary.LittleEndian.Uint64(raw[1:])
		v.hi = binary.LittleEndian.Uint64(raw[9:])
	default:
		return dst, errBadDecimal
	}
	if v.tooLarge() || scale > 38 {
		return dst, errDecimalRange
	}
	if raw[0] == 0 && v != (u128{}) {
		dst = append(dst, '-')
	}
	return v.appendDigits(dst, scale), nil
}

// appendMoney appends the text of a raw money or smallmoney, which count in
// ten-thousandths; of money's halves the upper one comes first.
func appendMoney(dst, raw []byte) ([]byte, error) {
	var v int64
	switch len(raw) {
	case 4:
		v = int64(int32(binary.LittleEndian.Uint32(raw)))
	case 8:
		v = int64(binary.LittleEndian.Uint32(raw))<<32 | int64(binary.LittleEndian.Uint32(raw[4:]))
	default:
		return dst, errBadDecimal
	}
	magnitude := uint64(v)
	if v < 0 {
		dst = append(dst, '-')
		magnitude = -magnitude
	}
	return u128{lo: magnitude}.appendDigits(dst, 4), nil
}

// parseDecimal reads [-]digits[.digits] as a magnitude with the given scale, rounding
// half away from zero what does not fit into it.
func parseDecimal(text []byte, scale int) (v u128, negative bool, err error) {
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		negative = text[0] == '-'
		text = text[1:]
	}
	if len(text) == 0 {
		return v, false, errBadDecimal
	}
	point, fraction, digits := false, 0, 0
	up, ok := false, true
	for _, c := range text {
		if c == '.' && !point {
			point = true
			continue
		}
		if c < '0' || c > '9' {
			return v, false, errBadDecimal
		}
		digits++
		if point {
			if fraction++; fraction > scale {
				if fraction == scale+1 {
					up = c >= '5'
				}
				continue
			}
		}
		if v, ok = v.mul10(uint64(c - '0')); !ok {
			return v, false, errDecimalRange
		}
	}
	if digits == 0 {
		return v, false, errBadDecimal
	}
	for ; fraction < scale; fraction++ {
		if v, ok = v.mul10(0); !ok {
			return v, false, errDecimalRange
		}
	}
	if up {
		var carry uint64
		v.lo, carry = bits.Add64(v.lo, 1, 0)
		v.hi += carry
	}
	if v.tooLarge() {
		return v, false, errDecimalRange
	}
	return v, negative && v != (u128{}), nil
}

const hexUpper = "0123456789ABCDEF"

// guidOrder is the order in which TDS stores the bytes that the text shows.
var guidOrder = [16]byte{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}

// appendGUID appends the text of a raw uniqueidentifier, in upper case as SQL
// Server shows it.
func appendGUID(dst, raw []byte) ([]byte, error) {
	if len(raw) != 16 {
		return dst, errors.New("not a uniqueidentifier value")
	}
	for i, at := range guidOrder {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		c := raw[at]
		dst = append(dst, hexUpper[c>>4], hexUpper[c&15])
	}
	return dst, nil
}
