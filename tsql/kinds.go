package tsql

// Kind is the family member of a type, without its length, precision or scale.
type Kind uint8

// The kinds. The order has no meaning; see Precedence.
const (
	KindInvalid Kind = iota
	KindBit
	KindTinyInt
	KindSmallInt
	KindInt
	KindBigInt
	KindReal
	KindFloat
	KindDecimal
	KindNumeric
	KindSmallMoney
	KindMoney
	KindChar
	KindVarChar
	KindText
	KindNChar
	KindNVarChar
	KindNText
	KindXML
	KindJSON
	KindBinary
	KindVarBinary
	KindImage
	KindTimestamp
	KindUniqueIdentifier
	KindDate
	KindTime
	KindSmallDateTime
	KindDateTime
	KindDateTime2
	KindDateTimeOffset
	KindVariant
	KindHierarchyID
	KindGeometry
	KindGeography
	KindCursor
	KindTable
	kindCount
)
