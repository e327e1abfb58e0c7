package tds

// SizeMax is the Size of varchar(max), nvarchar(max) and varbinary(max), of XML
// and JSON and of UDTs of more than 8,000 bytes: their values are partially
// length-prefixed (PLP).
const SizeMax = -1

// TypeInfo is TYPE_INFO (MS-TDS 2.2.5.6): a data type with everything that is
// needed to read and write its values. Build one with the constructors (Int,
// NVarChar, Decimal, ...), TypeByName or ParseTypeInfo.
//
// A value takes three forms. On the wire it has a length prefix or a NULL form
// that depend on the type (TYPE_VARBYTE). Its raw form is the content alone: nil is
// NULL, non-nil and empty is empty, chunks of a PLP value are joined. Decode and
// Encode turn raw into Go values and back; see Decode for which.
type TypeInfo struct {
	ID TypeID
	// Size is the greatest length of a raw value in bytes, or SizeMax. For types
	// with one length it is that length.
	Size int
	// Precision is set for decimal and numeric, 1 to 38.
	Precision uint8
	// Scale is set for decimal and numeric (0 to Precision), for time, datetime2
	// and datetimeoffset (0 to 7), and for VECTORTYPE (the dimension type).
	Scale uint8
	// Collation is set for character types other than XML and JSON.
	Collation Collation
	// XML is the schema collection of a typed xml, else nil.
	XML *XMLInfo
	// UDT names a CLR type; not nil if and only if ID is TypeUDT.
	UDT *UDTInfo
}

// XMLInfo names the schema collection of a typed xml (XML_INFO, 2.2.5.5.3).
type XMLInfo struct {
	Database, Schema, Collection string
}

// UDTInfo names a CLR type (UDT_INFO, 2.2.5.5.2). Its maximum size is the Size of
// the TypeInfo. Assembly is the assembly-qualified name, absent in RPC parameters.
type UDTInfo struct {
	Database, Schema, Name, Assembly string
}

// fixedSize is the length of the fixed-length types; 0 for all others.
func (id TypeID) fixedSize() int {
	switch id {
	case TypeInt1, TypeBit:
		return 1
	case TypeInt2:
		return 2
	case TypeInt4, TypeDateTime4, TypeFloat4, TypeMoney4:
		return 4
	case TypeInt8, TypeDateTime, TypeFloat8, TypeMoney:
		return 8
	}
	return 0
}

// layout says how values of the type stand on the wire.
func (t *TypeInfo) layout() layout {
	switch t.ID {
	case TypeInt1, TypeBit, TypeInt2, TypeInt4, TypeDateTime4, TypeFloat4,
		TypeMoney, TypeDateTime, TypeFloat8, TypeMoney4, TypeInt8:
		return layoutFixed
	case TypeIntN, TypeBitN, TypeFloatN, TypeMoneyN, TypeDateTimeN, TypeGUID,
		TypeDateN, TypeTimeN, TypeDateTime2N, TypeDateTimeOffsetN:
		return layoutByte
	case TypeDecimal, TypeNumeric, TypeDecimalN, TypeNumericN:
		return layoutDecimal
	case TypeChar, TypeVarChar, TypeBinary, TypeVarBinary:
		return layoutLegacy
	case TypeBigVarChar, TypeBigVarBinary, TypeNVarChar:
		if t.Size == SizeMax {
			return layoutPLP
		}
		return layoutUshort
	case TypeBigChar, TypeBigBinary, TypeNChar, TypeVector:
		return layoutUshort
	case TypeXML, TypeUDT, TypeJSON:
		return layoutPLP
	case TypeText, TypeNText, TypeImage:
		return layoutText
	case TypeVariant:
		return layoutLong
	case TypeNull:
		return layoutNone
	}
	return layoutUnknown
}

// IsPLP reports whether values are partially length-prefixed (2.2.5.2.3).
func (t *TypeInfo) IsPLP() bool { return t.layout() == layoutPLP }

// Nullable reports whether the type has a NULL form.
func (t *TypeInfo) Nullable() bool { return t.layout() != layoutFixed }

// IsUnicode reports whether raw values are UTF-16LE text.
func (t *TypeInfo) IsUnicode() bool {
	switch t.ID {
	case TypeNVarChar, TypeNChar, TypeNText:
		return true
	}
	return false
}

// IsChar reports whether raw values are text in the code page of Collation.
func (t *TypeInfo) IsChar() bool {
	switch t.ID {
	case TypeBigVarChar, TypeBigChar, TypeText, TypeVarChar, TypeChar:
		return true
	}
	return false
}

// IsBinary reports whether raw values are bytes without further meaning.
func (t *TypeInfo) IsBinary() bool {
	switch t.ID {
	case TypeBigVarBinary, TypeBigBinary, TypeImage, TypeVarBinary, TypeBinary:
		return true
	}
	return false
}

// timeSize is the length of a time of the given scale (2.2.5.5.1.8).
func timeSize(scale uint8) int {
	switch {
	case scale <= 2:
		return 3
	case scale <= 4:
		return 4
	}
	return 5
}

// decimalSize is the length of a decimal of the given precision, sign included
// (2.2.5.5.1.6).
func decimalSize(precision uint8) int {
	switch {
	case precision <= 9:
		return 5
	case precision <= 19:
		return 9
	case precision <= 28:
		return 13
	}
	return 17
}
