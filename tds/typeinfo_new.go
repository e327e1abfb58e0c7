package tds

// Constructors of the types that servers and drivers send. Lengths are what a
// declaration holds: bytes for varchar and varbinary, UTF-16 units for nvarchar;
// SizeMax is max. They don't check their arguments, which come from code; for
// text that comes from outside use TypeByName.

// Bit is bit, nullable.
func Bit() TypeInfo { return TypeInfo{ID: TypeBitN, Size: 1} }

// Int is an integer of size 1 (tinyint), 2 (smallint), 4 (int) or 8 (bigint)
// bytes, nullable.
func Int(size int) TypeInfo { return TypeInfo{ID: TypeIntN, Size: size} }

// Float is real (size 4) or float (size 8), nullable.
func Float(size int) TypeInfo { return TypeInfo{ID: TypeFloatN, Size: size} }

// Money is smallmoney (size 4) or money (size 8), nullable.
func Money(size int) TypeInfo { return TypeInfo{ID: TypeMoneyN, Size: size} }

// Decimal is decimal(precision, scale).
func Decimal(precision, scale uint8) TypeInfo {
	return TypeInfo{ID: TypeDecimalN, Size: decimalSize(precision), Precision: precision, Scale: scale}
}

// Numeric is numeric(precision, scale).
func Numeric(precision, scale uint8) TypeInfo {
	return TypeInfo{ID: TypeNumericN, Size: decimalSize(precision), Precision: precision, Scale: scale}
}

// DateTime is smalldatetime (size 4) or datetime (size 8), nullable.
func DateTime(size int) TypeInfo { return TypeInfo{ID: TypeDateTimeN, Size: size} }

// Date is date.
func Date() TypeInfo { return TypeInfo{ID: TypeDateN, Size: 3} }

// Time is time(scale).
func Time(scale uint8) TypeInfo {
	return TypeInfo{ID: TypeTimeN, Size: timeSize(scale), Scale: scale}
}

// DateTime2 is datetime2(scale).
func DateTime2(scale uint8) TypeInfo {
	return TypeInfo{ID: TypeDateTime2N, Size: timeSize(scale) + 3, Scale: scale}
}

// DateTimeOffset is datetimeoffset(scale).
func DateTimeOffset(scale uint8) TypeInfo {
	return TypeInfo{ID: TypeDateTimeOffsetN, Size: timeSize(scale) + 5, Scale: scale}
}

// UniqueIdentifier is uniqueidentifier.
func UniqueIdentifier() TypeInfo { return TypeInfo{ID: TypeGUID, Size: 16} }

// Char is char(n).
func Char(n int, c Collation) TypeInfo { return TypeInfo{ID: TypeBigChar, Size: n, Collation: c} }

// VarChar is varchar(n), varchar(max) with SizeMax.
func VarChar(n int, c Collation) TypeInfo {
	return TypeInfo{ID: TypeBigVarChar, Size: n, Collation: c}
}

// NChar is nchar(n).
func NChar(n int, c Collation) TypeInfo {
	return TypeInfo{ID: TypeNChar, Size: unicodeSize(n), Collation: c}
}

// NVarChar is nvarchar(n), nvarchar(max) with SizeMax.
func NVarChar(n int, c Collation) TypeInfo {
	return TypeInfo{ID: TypeNVarChar, Size: unicodeSize(n), Collation: c}
}

// Binary is binary(n).
func Binary(n int) TypeInfo { return TypeInfo{ID: TypeBigBinary, Size: n} }

// VarBinary is varbinary(n), varbinary(max) with SizeMax.
func VarBinary(n int) TypeInfo { return TypeInfo{ID: TypeBigVarBinary, Size: n} }

// Text, NText and Image have the lengths that servers send for them.
func Text(c Collation) TypeInfo {
	return TypeInfo{ID: TypeText, Size: maxLongLen, Collation: c}
}

// NText is ntext.
func NText(c Collation) TypeInfo {
	return TypeInfo{ID: TypeNText, Size: maxLongLen - 1, Collation: c}
}

// Image is image.
func Image() TypeInfo { return TypeInfo{ID: TypeImage, Size: maxLongLen} }

// XML is xml without a schema collection.
func XML() TypeInfo { return TypeInfo{ID: TypeXML, Size: SizeMax} }

// SQLVariant is sql_variant.
func SQLVariant() TypeInfo { return TypeInfo{ID: TypeVariant, Size: maxVariantSize} }

// JSON is json.
func JSON() TypeInfo { return TypeInfo{ID: TypeJSON, Size: SizeMax} }

// Vector is vector(dimensions) of single-precision floats.
func Vector(dimensions int) TypeInfo {
	return TypeInfo{ID: TypeVector, Size: vectorHeaderSize + 4*dimensions}
}

// NotNull returns the form that servers send for a column declared NOT NULL: the
// fixed-length type where there is one, else the type itself.
func (t TypeInfo) NotNull() TypeInfo {
	if id := t.fixedID(); id != TypeNull {
		return TypeInfo{ID: id, Size: t.Size}
	}
	return t
}

// fixedID is the fixed-length type of the same values, TypeNull if there is none.
func (t *TypeInfo) fixedID() TypeID {
	switch t.ID {
	case TypeBitN:
		return TypeBit
	case TypeIntN:
		return bySize(t.Size, TypeInt1, TypeInt2, TypeInt4, TypeInt8)
	case TypeFloatN:
		return bySize(t.Size, TypeNull, TypeNull, TypeFloat4, TypeFloat8)
	case TypeMoneyN:
		return bySize(t.Size, TypeNull, TypeNull, TypeMoney4, TypeMoney)
	case TypeDateTimeN:
		return bySize(t.Size, TypeNull, TypeNull, TypeDateTime4, TypeDateTime)
	}
	return TypeNull
}

func bySize(size int, one, two, four, eight TypeID) TypeID {
	switch size {
	case 1:
		return one
	case 2:
		return two
	case 4:
		return four
	case 8:
		return eight
	}
	return TypeNull
}

// AsNullable is the opposite of NotNull: the type with a NULL form for the same
// values.
func (t TypeInfo) AsNullable() TypeInfo {
	switch t.ID {
	case TypeBit:
		t.ID = TypeBitN
	case TypeInt1, TypeInt2, TypeInt4, TypeInt8:
		t.ID = TypeIntN
	case TypeFloat4, TypeFloat8:
		t.ID = TypeFloatN
	case TypeMoney4, TypeMoney:
		t.ID = TypeMoneyN
	case TypeDateTime4, TypeDateTime:
		t.ID = TypeDateTimeN
	}
	return t
}

func unicodeSize(n int) int {
	if n == SizeMax {
		return SizeMax
	}
	return 2 * n
}
