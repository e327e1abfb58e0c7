package tds

import "fmt"

// Decode turns a raw value into a Go value:
//
//	nil                          nil
//	bit                          bool
//	tinyint ... bigint           int64
//	real                         float32
//	float                        float64
//	decimal, numeric, money      *apd.Decimal, with the type's scale
//	character types, xml, json   string, always valid UTF-8
//	binary types, CLR types      []byte, a copy
//	uniqueidentifier             uuid.UUID
//	date, datetime, datetime2    time.Time in UTC
//	time                         time.Time on 0001-01-01 in UTC
//	datetimeoffset               time.Time in a fixed zone
//	sql_variant                  Variant
//	vector                       []float32
//
// It fails with a DecodeError if the bytes are not a value of the type.
func (t *TypeInfo) Decode(raw []byte) (any, error) {
	if raw == nil {
		return nil, nil
	}
	switch t.ID {
	case TypeBit, TypeBitN, TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeIntN:
		n, err := t.Int64(raw)
		if err != nil {
			return nil, err
		}
		if t.ID == TypeBit || t.ID == TypeBitN {
			return n != 0, nil
		}
		return n, nil
	case TypeFloat4, TypeFloat8, TypeFloatN:
		return t.decodeFloat(raw)
	case TypeDecimal, TypeNumeric, TypeDecimalN, TypeNumericN:
		return t.decodeDecimal(raw)
	case TypeMoney, TypeMoney4, TypeMoneyN:
		return t.decodeMoney(raw)
	case TypeDateTime, TypeDateTime4, TypeDateTimeN, TypeDateN, TypeTimeN,
		TypeDateTime2N, TypeDateTimeOffsetN:
		v, err := t.Time(raw)
		if err != nil {
			return nil, err
		}
		return v, nil
	case TypeBigVarChar, TypeBigChar, TypeText, TypeVarChar, TypeChar,
		TypeNVarChar, TypeNChar, TypeNText, TypeXML, TypeJSON:
		return t.decodeString(raw)
	case TypeBigVarBinary, TypeBigBinary, TypeImage, TypeVarBinary, TypeBinary, TypeUDT:
		return append(make([]byte, 0, len(raw)), raw...), nil
	case TypeGUID:
		return t.decodeGUID(raw)
	case TypeVariant:
		return decodeVariant(raw)
	case TypeVector:
		return t.decodeVector(raw)
	}
	return nil, t.malformed("no values of this type are known")
}

// Encode appends the raw form of a Go value, one of those that Decode returns for
// the type. Numbers and times are rounded to the type's scale as T-SQL rounds, text
// and bytes are padded in char, nchar and binary. It fails with an EncodeError if
// v is nil, of a Go type that has no place in t, or doesn't fit.
func (t *TypeInfo) Encode(dst []byte, v any) ([]byte, error) {
	switch t.ID {
	case TypeBit, TypeBitN, TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeIntN:
		return t.encodeInt(dst, v)
	case TypeFloat4, TypeFloat8, TypeFloatN:
		return t.encodeFloat(dst, v)
	case TypeDecimal, TypeNumeric, TypeDecimalN, TypeNumericN:
		return t.encodeDecimal(dst, v)
	case TypeMoney, TypeMoney4, TypeMoneyN:
		return t.encodeMoney(dst, v)
	case TypeDateTime, TypeDateTime4, TypeDateTimeN, TypeDateN, TypeTimeN,
		TypeDateTime2N, TypeDateTimeOffsetN:
		return t.encodeTime(dst, v)
	case TypeBigVarChar, TypeBigChar, TypeText, TypeVarChar, TypeChar,
		TypeNVarChar, TypeNChar, TypeNText, TypeXML, TypeJSON:
		return t.encodeString(dst, v)
	case TypeBigVarBinary, TypeBigBinary, TypeImage, TypeVarBinary, TypeBinary, TypeUDT:
		return t.encodeBinary(dst, v)
	case TypeGUID:
		return t.encodeGUID(dst, v)
	case TypeVariant:
		return t.encodeVariant(dst, v)
	case TypeVector:
		return t.encodeVector(dst, v)
	}
	return dst, t.cannotEncode(v)
}

// malformed is the error of raw bytes that are no value of t.
func (t *TypeInfo) malformed(problem string) error {
	return &DecodeError{Name: t.String(), Problem: problem}
}

// badLength is malformed for a wrong length.
func (t *TypeInfo) badLength(raw []byte) error {
	return t.malformed(fmt.Sprintf("value of %d bytes", len(raw)))
}

// cannotEncode is the error of a Go value that has no place in t.
func (t *TypeInfo) cannotEncode(v any) error {
	return &EncodeError{Name: t.String(), Problem: fmt.Sprintf("can't hold a Go %T", v)}
}

// outOfRange is the error of a value that doesn't fit t.
func (t *TypeInfo) outOfRange() error {
	return &EncodeError{Name: t.String(), Problem: "value is out of range"}
}
