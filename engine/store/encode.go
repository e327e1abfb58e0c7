package store

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"tds-launchpad/tsql"
)

// How values are stored, so that SQLite's own order and equality are T-SQL's:
//
//	bit, integers            INTEGER
//	real, float              REAL
//	money, decimal(p<=18)    INTEGER, the coefficient at the type's scale
//	decimal(p>18)            BLOB of 16 bytes, big endian two's complement with the sign bit flipped
//	strings, xml             TEXT, compared with a collation of ours
//	binaries                 BLOB
//	uniqueidentifier         BLOB of 16 bytes in T-SQL's order of comparison
//	date                     INTEGER, days since 0001-01-01
//	time                     INTEGER, 100 ns since midnight
//	datetime and the like    INTEGER, 100 ns since 0001-01-01
//	datetimeoffset           TEXT, "ticks of UTC" of 19 digits then minutes of offset, collation dto
//	sql_variant              BLOB, the type's name and the text of the value
type rep uint8

const (
	repInt rep = iota
	repBit
	repFloat
	repReal
	repScaled
	repDecimal
	repText
	repBinary
	repGUID
	repDate
	repTime
	repDateTime
	repOffset
	repVariant
)

const maxScaledPrecision = 18 // 10^18 fits an int64, 10^19 does not

func repOf(t tsql.Type) rep {
	switch t.Kind {
	case tsql.KindBit:
		return repBit
	case tsql.KindReal:
		return repReal
	case tsql.KindFloat:
		return repFloat
	case tsql.KindMoney, tsql.KindSmallMoney:
		return repScaled
	case tsql.KindDecimal, tsql.KindNumeric:
		if t.Precision <= maxScaledPrecision {
			return repScaled
		}
		return repDecimal
	case tsql.KindBinary, tsql.KindVarBinary, tsql.KindImage, tsql.KindTimestamp, tsql.KindHierarchyID,
		tsql.KindGeometry, tsql.KindGeography:
		return repBinary
	case tsql.KindUniqueIdentifier:
		return repGUID
	case tsql.KindDate:
		return repDate
	case tsql.KindTime:
		return repTime
	case tsql.KindSmallDateTime, tsql.KindDateTime, tsql.KindDateTime2:
		return repDateTime
	case tsql.KindDateTimeOffset:
		return repOffset
	case tsql.KindVariant:
		return repVariant
	case tsql.KindTinyInt, tsql.KindSmallInt, tsql.KindInt, tsql.KindBigInt:
		return repInt
	}
	return repText
}

// scaleOf is the number of decimals of an exact type.
func scaleOf(t tsql.Type) int32 {
	if t.IsMoney() {
		return 4
	}
	return int32(t.Scale)
}

const (
	ticksPerSecond = 10_000_000
	ticksPerDay    = 24 * 60 * 60 * ticksPerSecond
)

// epochDays is the day number of 1970-01-01 counted from 0001-01-01.
const epochDays = 719162

func ticksOf(t time.Time) int64 {
	return (t.Unix()+epochDays*86400)*ticksPerSecond + int64(t.Nanosecond()/100)
}

func timeOfTicks(n int64) time.Time {
	sec, rest := n/ticksPerSecond, n%ticksPerSecond
	return time.Unix(sec-epochDays*86400, rest*100).UTC()
}

// encodeValue turns a neutral value of type t into what SQLite stores.
func encodeValue(v any, t tsql.Type) (driver.Value, error) {
	if v == nil {
		return nil, nil
	}
	switch repOf(t) {
	case repVariant:
		return encodeVariant(v)
	case repScaled:
		if d, ok := v.(*apd.Decimal); ok {
			return scaledOf(d, scaleOf(t))
		}
	case repDecimal:
		if d, ok := v.(*apd.Decimal); ok {
			return decimalBlob(d, scaleOf(t))
		}
	}
	switch v := v.(type) {
	case bool:
		if v {
			return int64(1), nil
		}
		return int64(0), nil
	case int64, float64, string:
		return v, nil
	case float32:
		return float64(v), nil
	case []byte:
		if v == nil {
			return []byte{}, nil
		}
		return v, nil
	case uuid.UUID:
		return guidKey(v), nil
	case time.Time:
		switch repOf(t) {
		case repDate:
			return ticksOf(v) / ticksPerDay, nil
		case repTime:
			return ticksOf(v) % ticksPerDay, nil
		case repOffset:
			_, offset := v.Zone()
			return fmt.Sprintf("%019d%+d", ticksOf(v), offset/60), nil
		}
		return ticksOf(v), nil
	}
	return nil, fmt.Errorf("store: a %T is not a value of type %s", v, t)
}

// decodeValue is the inverse of encodeValue.
func decodeValue(d driver.Value, t tsql.Type) (any, error) {
	if d == nil {
		return nil, nil
	}
	switch repOf(t) {
	case repInt:
		if n, ok := d.(int64); ok {
			return n, nil
		}
	case repBit:
		if n, ok := d.(int64); ok {
			return n != 0, nil
		}
	case repFloat:
		switch n := d.(type) {
		case float64:
			return n, nil
		case int64:
			return float64(n), nil
		}
	case repReal:
		switch n := d.(type) {
		case float64:
			return float32(n), nil
		case int64:
			return float32(n), nil
		}
	case repScaled:
		if n, ok := d.(int64); ok {
			return apd.New(n, -scaleOf(t)), nil
		}
	case repDecimal:
		if b, ok := d.([]byte); ok && len(b) == 16 {
			return blobDecimal(b, scaleOf(t)), nil
		}
	case repText:
		if s, ok := d.(string); ok {
			return s, nil
		}
	case repBinary:
		if b, ok := d.([]byte); ok {
			return b, nil
		}
	case repGUID:
		if b, ok := d.([]byte); ok && len(b) == 16 {
			return guidOfKey(b), nil
		}
	case repDate:
		if n, ok := d.(int64); ok {
			return timeOfTicks(n * ticksPerDay), nil
		}
	case repTime, repDateTime:
		if n, ok := d.(int64); ok {
			return timeOfTicks(n), nil
		}
	case repOffset:
		if s, ok := d.(string); ok && len(s) > 19 {
			var ticks int64
			var minutes int
			if _, err := fmt.Sscanf(s[:19]+" "+s[19:], "%d %d", &ticks, &minutes); err == nil {
				return timeOfTicks(ticks).In(time.FixedZone("", minutes*60)), nil
			}
		}
	case repVariant:
		if b, ok := d.([]byte); ok {
			return decodeVariant(b)
		}
	}
	return nil, fmt.Errorf("store: a stored %T is not a value of type %s", d, t)
}

// coefficient returns d as an integer at the given scale.
func coefficient(d *apd.Decimal, scale int32) (*big.Int, error) {
	c := d.Coeff.MathBigInt()
	shift := int64(d.Exponent) + int64(scale)
	switch {
	case d.Form != apd.Finite || shift > 80 || shift < -400:
		return nil, tsql.NewError(8115, "numeric", "numeric")
	case shift > 0:
		c.Mul(c, new(big.Int).Exp(big.NewInt(10), big.NewInt(shift), nil))
	case shift < 0:
		var rest big.Int
		div := new(big.Int).Exp(big.NewInt(10), big.NewInt(-shift), nil)
		c.QuoRem(c, div, &rest)
		if rest.Lsh(&rest, 1).Cmp(div) >= 0 {
			c.Add(c, big.NewInt(1))
		}
	}
	if d.Negative {
		c.Neg(c)
	}
	return c, nil
}

func scaledOf(d *apd.Decimal, scale int32) (driver.Value, error) {
	if d.Form == apd.Finite && d.Exponent == -scale && d.Coeff.IsInt64() {
		n := d.Coeff.Int64()
		if d.Negative {
			n = -n
		}
		return n, nil
	}
	c, err := coefficient(d, scale)
	if err != nil {
		return nil, err
	}
	if !c.IsInt64() {
		return nil, tsql.NewError(8115, "numeric", "numeric")
	}
	return c.Int64(), nil
}

func decimalBlob(d *apd.Decimal, scale int32) (driver.Value, error) {
	c, err := coefficient(d, scale)
	if err != nil {
		return nil, err
	}
	if c.BitLen() > 127 {
		return nil, tsql.NewError(8115, "numeric", "numeric")
	}
	// two's complement plus 2^127 is the same as adding 2^127
	c.Add(c, new(big.Int).Lsh(big.NewInt(1), 127))
	return c.FillBytes(make([]byte, 16)), nil
}

func blobDecimal(b []byte, scale int32) *apd.Decimal {
	c := new(big.Int).SetBytes(b)
	c.Sub(c, new(big.Int).Lsh(big.NewInt(1), 127))
	d := &apd.Decimal{Exponent: -scale, Negative: c.Sign() < 0}
	d.Coeff.SetMathBigInt(c.Abs(c))
	return d
}

// T-SQL compares uniqueidentifiers by their last six bytes first, then groups 4, 3, 2, 1; within the first three groups
// in wire (little endian) order.
var guidOrder = [16]int{10, 11, 12, 13, 14, 15, 8, 9, 7, 6, 5, 4, 3, 2, 1, 0}

func guidKey(u uuid.UUID) []byte {
	b := make([]byte, 16)
	for i, j := range guidOrder {
		b[i] = u[j]
	}
	return b
}

func guidOfKey(b []byte) (u uuid.UUID) {
	for i, j := range guidOrder {
		u[j] = b[i]
	}
	return u
}

// Variants are stored as length of the type's declaration, the declaration, the collation and the encoded value.
func encodeVariant(v any) (driver.Value, error) {
	x, ok := v.(tsql.Variant)
	if !ok {
		return nil, fmt.Errorf("store: a %T is not a sql_variant", v)
	}
	if x.Value == nil {
		return nil, nil
	}
	d, err := encodeValue(x.Value, x.Type)
	if err != nil {
		return nil, err
	}
	name := x.Type.String()
	b := append([]byte{byte(len(name))}, name...)
	switch d := d.(type) {
	case int64:
		b = binary.BigEndian.AppendUint64(append(b, 'i'), uint64(d))
	case float64:
		b = binary.BigEndian.AppendUint64(append(b, 'f'), math.Float64bits(d))
	case string:
		b = append(append(b, 's'), d...)
	case []byte:
		b = append(append(b, 'b'), d...)
	}
	return b, nil
}

func decodeVariant(b []byte) (any, error) {
	bad := fmt.Errorf("store: a stored sql_variant is damaged")
	if len(b) < 2 || len(b) < int(b[0])+2 {
		return nil, bad
	}
	t, err := tsql.ParseType(string(b[1 : 1+b[0]]))
	if err != nil {
		return nil, err
	}
	kind, rest := b[1+b[0]], b[2+b[0]:]
	var d driver.Value
	switch {
	case kind == 'i' && len(rest) == 8:
		d = int64(binary.BigEndian.Uint64(rest))
	case kind == 'f' && len(rest) == 8:
		d = math.Float64frombits(binary.BigEndian.Uint64(rest))
	case kind == 's':
		d = string(rest)
	case kind == 'b':
		d = append([]byte{}, rest...)
	default:
		return nil, bad
	}
	v, err := decodeValue(d, t)
	return tsql.Variant{Type: t, Value: v}, err
}
