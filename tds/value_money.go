package tds

import (
	"encoding/binary"
	"math"

	"github.com/cockroachdb/apd/v3"
)

// moneyScale is the number of decimal places of money and smallmoney.
const moneyScale = 4

// MoneyUnits returns a raw money or smallmoney in ten-thousandths. money has its
// more significant half first (MS-TDS 2.2.5.5.1.4).
func MoneyUnits(raw []byte) (int64, error) {
	switch len(raw) {
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(raw))), nil
	case 8:
		hi, lo := binary.LittleEndian.Uint32(raw), binary.LittleEndian.Uint32(raw[4:])
		return int64(uint64(hi)<<32 | uint64(lo)), nil
	}
	return 0, &DecodeError{Name: "MONEY", Problem: "length is wrong"}
}

func (t *TypeInfo) decodeMoney(raw []byte) (any, error) {
	if len(raw) != t.Size {
		return nil, t.badLength(raw)
	}
	n, err := MoneyUnits(raw)
	if err != nil {
		return nil, err
	}
	return apd.New(n, -moneyScale), nil
}

// encodeMoney takes *apd.Decimal and int64, as encodeDecimal does.
func (t *TypeInfo) encodeMoney(dst []byte, v any) ([]byte, error) {
	negative, hi, lo, err := t.scaled(v, 19, moneyScale)
	if err != nil {
		return dst, err
	}
	limit := uint64(math.MaxInt64)
	if t.Size == 4 {
		limit = math.MaxInt32
	}
	if negative {
		limit++
	}
	if hi != 0 || lo > limit {
		return dst, t.outOfRange()
	}
	if negative {
		lo = -lo
	}
	if t.Size == 4 {
		return appendU32(dst, uint32(lo)), nil
	}
	return appendU32(appendU32(dst, uint32(lo>>32)), uint32(lo)), nil
}
