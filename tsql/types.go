package tsql

import "strconv"

// Type is a T-SQL data type. The zero value is no type. Types are comparable with ==.
//
// Length is in declared units: UTF-16 code units for nchar and nvarchar, bytes for the other character types and for
// binaries; -1 is max. Precision and Scale belong to decimal and numeric; time, datetime2 and datetimeoffset have a Scale
// (digits of the fraction of a second); float and real have a Precision (bits of the mantissa: 53, 24).
// Collation is empty for the default collation.
type Type struct {
	Kind      Kind
	Length    int
	Precision uint8
	Scale     uint8
	Collation string
}

// Variant is a value of type sql_variant: a value together with its own type.
type Variant struct {
	Type  Type
	Value any
}

// Limits of declared lengths, precisions and scales.
const (
	MaxBytes     = 8000 // char, varchar, binary, varbinary
	MaxUnits     = 4000 // nchar, nvarchar
	MaxPrecision = 38   // decimal, numeric
	MaxTimeScale = 7    // time, datetime2, datetimeoffset
	Max          = -1   // Length of the max types
)

// Frequently used types.
var (
	TypeBit           = Type{Kind: KindBit}
	TypeTinyInt       = Type{Kind: KindTinyInt}
	TypeSmallInt      = Type{Kind: KindSmallInt}
	TypeInt           = Type{Kind: KindInt}
	TypeBigInt        = Type{Kind: KindBigInt}
	TypeFloat         = Type{Kind: KindFloat, Precision: 53}
	TypeReal          = Type{Kind: KindReal, Precision: 24}
	TypeMoney         = Type{Kind: KindMoney}
	TypeSmallMoney    = Type{Kind: KindSmallMoney}
	TypeDate          = Type{Kind: KindDate}
	TypeDateTime      = Type{Kind: KindDateTime}
	TypeSmallDateTime = Type{Kind: KindSmallDateTime}
	TypeGUID          = Type{Kind: KindUniqueIdentifier}
	TypeSysname       = Type{Kind: KindNVarChar, Length: 128}
	TypeNVarCharMax   = Type{Kind: KindNVarChar, Length: Max}
	TypeVarBinaryMax  = Type{Kind: KindVarBinary, Length: Max}
	TypeVariant       = Type{Kind: KindVariant}
)

// NVarChar is nvarchar(n), Max for max.
func NVarChar(n int) Type { return Type{Kind: KindNVarChar, Length: n} }

// VarChar is varchar(n).
func VarChar(n int) Type { return Type{Kind: KindVarChar, Length: n} }

// VarBinary is varbinary(n).
func VarBinary(n int) Type { return Type{Kind: KindVarBinary, Length: n} }

// Decimal is decimal(p, s).
func Decimal(p, s int) Type {
	return Type{Kind: KindDecimal, Precision: uint8(p), Scale: uint8(s)}
}

// Numeric is numeric(p, s), the type of T-SQL's decimal constants.
func Numeric(p, s int) Type {
	return Type{Kind: KindNumeric, Precision: uint8(p), Scale: uint8(s)}
}

// Name returns the type's name without length, as sys.types spells it. decimal and numeric keep their own names.
func (t Type) Name() string {
	if int(t.Kind) < len(kindTable) {
		return kindTable[t.Kind].name
	}
	return ""
}

// String returns the declaration: "nvarchar(20)", "varchar(max)", "decimal(9,2)", "datetime2(7)", without the collation.
func (t Type) String() string {
	name := t.Name()
	switch t.Kind {
	case KindChar, KindVarChar, KindNChar, KindNVarChar, KindBinary, KindVarBinary:
		if t.Length == Max {
			return name + "(max)"
		}
		return name + "(" + strconv.Itoa(t.Length) + ")"
	case KindDecimal, KindNumeric:
		return name + "(" + strconv.Itoa(int(t.Precision)) + "," + strconv.Itoa(int(t.Scale)) + ")"
	case KindTime, KindDateTime2, KindDateTimeOffset:
		return name + "(" + strconv.Itoa(int(t.Scale)) + ")"
	case KindVector:
		return name + "(" + strconv.Itoa(t.Length) + ")"
	}
	return name
}

// IsInteger is true for bit, tinyint, smallint, int and bigint.
func (t Type) IsInteger() bool { return KindBit <= t.Kind && t.Kind <= KindBigInt }

// IsExact is true for the integers, decimal, numeric, money and smallmoney.
func (t Type) IsExact() bool { return t.IsInteger() || t.IsDecimal() || t.IsMoney() }

// IsApprox is true for real and float.
func (t Type) IsApprox() bool { return t.Kind == KindReal || t.Kind == KindFloat }

// IsNumeric is IsExact or IsApprox.
func (t Type) IsNumeric() bool { return KindBit <= t.Kind && t.Kind <= KindMoney }

// IsDecimal is true for decimal and numeric.
func (t Type) IsDecimal() bool { return t.Kind == KindDecimal || t.Kind == KindNumeric }

// IsMoney is true for money and smallmoney.
func (t Type) IsMoney() bool { return t.Kind == KindMoney || t.Kind == KindSmallMoney }

// IsString is true for the character types, text and ntext included, xml not.
func (t Type) IsString() bool { return KindChar <= t.Kind && t.Kind <= KindNText }

// IsUnicode is true for nchar, nvarchar and ntext.
func (t Type) IsUnicode() bool { return KindNChar <= t.Kind && t.Kind <= KindNText }

// IsBinary is true for binary, varbinary, image and timestamp.
func (t Type) IsBinary() bool { return KindBinary <= t.Kind && t.Kind <= KindTimestamp }

// IsTemporal is true for the date and time types.
func (t Type) IsTemporal() bool { return KindDate <= t.Kind && t.Kind <= KindDateTimeOffset }

// IsLOB is true for text, ntext and image.
func (t Type) IsLOB() bool {
	return t.Kind == KindText || t.Kind == KindNText || t.Kind == KindImage
}

// IsMax is true for varchar(max), nvarchar(max) and varbinary(max).
func (t Type) IsMax() bool {
	return t.Length == Max && (t.Kind == KindVarChar || t.Kind == KindNVarChar || t.Kind == KindVarBinary)
}

// IsFixed is true for char, nchar and binary, whose values are padded to their length.
func (t Type) IsFixed() bool {
	return t.Kind == KindChar || t.Kind == KindNChar || t.Kind == KindBinary
}

// Precedence is the type's rank in T-SQL's data type precedence: in an expression of two types the lower ranked one is
// converted to the other. 0 for no type.
func (t Type) Precedence() int {
	if int(t.Kind) < len(kindTable) {
		return kindTable[t.Kind].precedence
	}
	return 0
}
