package executor

import (
	"math"
	"math/big"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// parseOutParams reads an OUT_PARAMS message and gives the values the declared types.
// The result has an element for each of params.
func parseOutParams(payload []byte, params []Param) ([][]byte, error) {
	p := payloadReader{data: payload}
	count := int(p.uint16())
	values := make([][]byte, len(params))
	for i := range params {
		if !params[i].Output {
			continue
		}
		if count--; count < 0 {
			return nil, protocolError("too few output parameters")
		}
		v, from, err := p.value()
		if err != nil {
			return nil, err
		}
		if p.failed {
			return nil, protocolError("malformed output parameter")
		}
		if values[i], err = outParam(v, from, &params[i].Type); err != nil {
			return nil, err
		}
	}
	if count > 0 {
		return nil, protocolError("too many output parameters")
	}
	return values, p.end("the output parameters")
}

// outParam is a value as raw value of the declared type.
func outParam(v any, from tsql.Type, wire *tds.TypeInfo) ([]byte, error) {
	if v == nil {
		return nil, nil
	}
	to, err := sqlType(wire)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case []byte:
		if to == tsql.TypeVarBinaryMax {
			return x, nil // models: no need to copy them
		}
	case string:
		if to.Kind == tsql.KindNVarChar && (to.Length == tsql.Max || tds.UTF16Len(x) <= to.Length) {
			return tds.AppendUTF16([]byte{}, x), nil
		}
	case int64:
		// Scripts set an empty varbinary with b = 0x0, which T-SQL reads as one byte.
		if to.IsBinary() && x >= 0 {
			v, from = binaryConstant(x), tsql.VarBinary(8)
		}
	}
	return convertRaw(nil, v, from, to, wire)
}

// binaryConstant is the bytes that the number has as a hexadecimal constant.
func binaryConstant(v int64) []byte {
	b := big.NewInt(v).Bytes()
	if len(b) == 0 {
		return []byte{0}
	}
	return b
}

// value reads a tagged value as a neutral value with the type it has by itself.
func (p *payloadReader) value() (any, tsql.Type, error) {
	switch tag := p.byte(); tag {
	case tagNull:
		return nil, tsql.NVarChar(1), nil
	case tagBool:
		return p.byte() != 0, tsql.TypeBit, nil
	case tagInt:
		return int64(p.uint64()), tsql.TypeBigInt, nil
	case tagFloat:
		v := math.Float64frombits(p.uint64())
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, tsql.TypeFloat, nil
		}
		return v, tsql.TypeFloat, nil
	case tagDecimal:
		return decimalValue(p.bytes())
	case tagString:
		return p.text(), tsql.TypeNVarCharMax, nil
	case tagBytes:
		return append([]byte{}, p.bytes()...), tsql.TypeVarBinaryMax, nil
	case tagDateTime, tagDate, tagTime, tagOffset:
		return p.timeValue(tag)
	case tagGUID:
		var id uuid.UUID
		for i, b := range p.take(16) {
			id[guidOrder[i]] = b
		}
		return id, tsql.TypeGUID, nil
	default:
		return nil, tsql.Type{}, protocolError("value with tag %d", tag)
	}
}

func (p *payloadReader) timeValue(tag byte) (any, tsql.Type, error) {
	ticks := int64(p.uint64())
	low, high := int64(-days1970)*ticksPerDay, int64(days9999-days1970+1)*ticksPerDay
	typ := tsql.Type{Kind: tsql.KindDateTime2, Scale: 7}
	zone := time.UTC
	switch tag {
	case tagDate:
		typ = tsql.TypeDate
	case tagTime:
		low, high = 0, ticksPerDay
		typ = tsql.Type{Kind: tsql.KindTime, Scale: 7}
	case tagOffset:
		typ = tsql.Type{Kind: tsql.KindDateTimeOffset, Scale: 7}
		minutes := int32(p.uint32())
		if minutes < -840 || minutes > 840 {
			return nil, typ, errOffsetRange
		}
		zone = time.FixedZone("", int(minutes)*60)
	}
	if ticks < low || ticks >= high {
		return nil, typ, errTimeRange
	}
	if tag == tagTime {
		ticks -= days1970 * ticksPerDay // on 0001-01-01
	}
	seconds, rest := ticks/ticksPerSecond, ticks%ticksPerSecond
	return time.Unix(seconds, rest*100).In(zone), typ, nil
}

// decimalValue reads the text of a number with the type that holds it.
func decimalValue(text []byte) (any, tsql.Type, error) {
	whole, fraction, point := 0, 0, false
	for _, c := range text {
		switch {
		case c == '.':
			point = true
		case c < '0' || c > '9':
		case point:
			fraction++
		case whole > 0 || c != '0':
			whole++
		}
	}
	if whole > tsql.MaxPrecision {
		return nil, tsql.Type{}, errDecimalRange
	}
	scale := min(fraction, tsql.MaxPrecision-whole)
	v, negative, err := parseDecimal(text, scale)
	if err != nil {
		return nil, tsql.Type{}, err
	}
	d := &apd.Decimal{Negative: negative, Exponent: int32(-scale)}
	d.Coeff.SetBytes([]byte{
		byte(v.hi >> 56), byte(v.hi >> 48), byte(v.hi >> 40), byte(v.hi >> 32),
		byte(v.hi >> 24), byte(v.hi >> 16), byte(v.hi >> 8), byte(v.hi),
		byte(v.lo >> 56), byte(v.lo >> 48), byte(v.lo >> 40), byte(v.lo >> 32),
		byte(v.lo >> 24), byte(v.lo >> 16), byte(v.lo >> 8), byte(v.lo),
	})
	return d, tsql.Decimal(tsql.MaxPrecision, scale), nil
}
