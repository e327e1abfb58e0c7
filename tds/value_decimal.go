package tds

import (
	"encoding/binary"
	"math/bits"

	"github.com/cockroachdb/apd/v3"
)

// DecimalParts returns sign and magnitude of a raw decimal or numeric, which is
// the value multiplied by 10 to the power of the type's scale. It allocates nothing.
func DecimalParts(raw []byte) (negative bool, hi, lo uint64, err error) {
	if n := len(raw); n != 5 && n != 9 && n != 13 && n != 17 || raw[0] > 1 {
		return false, 0, 0, &DecodeError{Name: "DECIMAL", Problem: "sign or length is wrong"}
	}
	var b [16]byte
	copy(b[:], raw[1:])
	return raw[0] == 0, binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[:]), nil
}

func (t *TypeInfo) decodeDecimal(raw []byte) (any, error) {
	negative, hi, lo, err := DecimalParts(raw)
	if err != nil {
		return nil, err
	}
	if !magnitudeFits(hi, lo, t.Precision) {
		return nil, t.malformed("value has more digits than the precision")
	}
	d := &apd.Decimal{Exponent: -int32(t.Scale)}
	setMagnitude(&d.Coeff, hi, lo)
	d.Negative = negative && d.Coeff.Sign() != 0
	return d, nil
}

func setMagnitude(z *apd.BigInt, hi, lo uint64) {
	if hi == 0 {
		z.SetUint64(lo)
		return
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	z.SetBytes(b[:])
}

// pow10 holds 10 to the power of 0 to 38 as 128-bit numbers.
var pow10 = func() (p [39][2]uint64) {
	p[0] = [2]uint64{0, 1}
	for i := 1; i < len(p); i++ {
		carry, lo := bits.Mul64(p[i-1][1], 10)
		p[i] = [2]uint64{p[i-1][0]*10 + carry, lo}
	}
	return p
}()

// magnitudeFits reports whether a number has at most digits digits.
func magnitudeFits(hi, lo uint64, digits uint8) bool {
	max := pow10[min(digits, 38)]
	return hi < max[0] || hi == max[0] && lo < max[1]
}

// encodeDecimal takes *apd.Decimal and int64. The magnitude always gets the size
// that the precision gives it, as servers send it.
func (t *TypeInfo) encodeDecimal(dst []byte, v any) ([]byte, error) {
	negative, hi, lo, err := t.scaled(v, t.Precision, t.Scale)
	if err != nil {
		return dst, err
	}
	sign := byte(1)
	if negative {
		sign = 0
	}
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], lo)
	binary.LittleEndian.PutUint64(b[8:], hi)
	return append(append(dst, sign), b[:decimalSize(t.Precision)-1]...), nil
}

// rounding rounds as T-SQL does, halves away from zero. Its precision is more than
// any decimal has, since overflow is checked here.
var rounding = apd.Context{
	Precision:   100,
	MaxExponent: apd.MaxExponent,
	MinExponent: apd.MinExponent,
	Rounding:    apd.RoundHalfUp,
}

// scaled returns sign and magnitude of v multiplied by 10 to the power of scale
// and rounded, which must have at most precision digits.
func (t *TypeInfo) scaled(v any, precision, scale uint8) (negative bool, hi, lo uint64, err error) {
	var d *apd.Decimal
	switch v := v.(type) {
	case *apd.Decimal:
		d = v
	case int64:
		d = apd.New(v, 0)
	}
	if d == nil {
		return false, 0, 0, t.cannotEncode(v)
	}
	if d.Form != apd.Finite {
		return false, 0, 0, t.outOfRange()
	}
	// Powers of ten far outside are sorted out before anything is computed, because
	// aligning them would take time and memory in proportion.
	switch magnitude := d.NumDigits() + int64(d.Exponent); {
	case d.Coeff.Sign() == 0 || magnitude < -int64(scale):
		return false, 0, 0, nil
	case magnitude > int64(precision)-int64(scale):
		return false, 0, 0, t.outOfRange()
	case d.NumDigits() > 1000:
		return false, 0, 0, t.outOfRange() // more digits than anyone computes with
	}
	var q apd.Decimal
	ctx := rounding
	ctx.Precision = max(ctx.Precision, uint32(d.NumDigits())+1)
	if _, err := ctx.Quantize(&q, d, -int32(scale)); err != nil {
		return false, 0, 0, t.outOfRange()
	}
	if q.Coeff.BitLen() > 128 {
		return false, 0, 0, t.outOfRange()
	}
	var b [16]byte
	q.Coeff.FillBytes(b[:])
	hi, lo = binary.BigEndian.Uint64(b[:]), binary.BigEndian.Uint64(b[8:])
	if !magnitudeFits(hi, lo, precision) {
		return false, 0, 0, t.outOfRange()
	}
	return q.Negative && q.Coeff.Sign() != 0, hi, lo, nil
}
