package tds

import "fmt"

// TypeID is the data type byte of a TYPE_INFO (MS-TDS 2.2.5.4). The names
// follow the document: the N forms are the nullable ones, the Big forms have
// 16-bit lengths, the forms without either are legacy or fixed-length.
type TypeID byte

// Zero-length and fixed-length types (2.2.5.4.1, 2.2.5.4.2).
const (
	TypeNull      TypeID = 0x1F
	TypeInt1      TypeID = 0x30
	TypeBit       TypeID = 0x32
	TypeInt2      TypeID = 0x34
	TypeInt4      TypeID = 0x38
	TypeDateTime4 TypeID = 0x3A
	TypeFloat4    TypeID = 0x3B
	TypeMoney     TypeID = 0x3C
	TypeDateTime  TypeID = 0x3D
	TypeFloat8    TypeID = 0x3E
	TypeMoney4    TypeID = 0x7A
	TypeInt8      TypeID = 0x7F
)

// Types with an 8-bit length (2.2.5.4.3).
const (
	TypeGUID            TypeID = 0x24
	TypeIntN            TypeID = 0x26
	TypeDecimal         TypeID = 0x37 // legacy
	TypeNumeric         TypeID = 0x3F // legacy
	TypeBitN            TypeID = 0x68
	TypeDecimalN        TypeID = 0x6A
	TypeNumericN        TypeID = 0x6C
	TypeFloatN          TypeID = 0x6D
	TypeMoneyN          TypeID = 0x6E
	TypeDateTimeN       TypeID = 0x6F
	TypeDateN           TypeID = 0x28
	TypeTimeN           TypeID = 0x29
	TypeDateTime2N      TypeID = 0x2A
	TypeDateTimeOffsetN TypeID = 0x2B
	TypeChar            TypeID = 0x2F // legacy
	TypeVarChar         TypeID = 0x27 // legacy
	TypeBinary          TypeID = 0x2D // legacy
	TypeVarBinary       TypeID = 0x25 // legacy
)

// Types with a 16-bit length; those marked PLP are partially length-prefixed
// when their declared size is max (2.2.5.4.4).
const (
	TypeBigVarBinary TypeID = 0xA5 // PLP
	TypeBigVarChar   TypeID = 0xA7 // PLP
	TypeBigBinary    TypeID = 0xAD
	TypeBigChar      TypeID = 0xAF
	TypeNVarChar     TypeID = 0xE7 // PLP
	TypeNChar        TypeID = 0xEF
	TypeVector       TypeID = 0xF5
)

// Types with a 32-bit length, types that are always PLP, and TVP, which only
// occurs in RPC parameters.
const (
	TypeText    TypeID = 0x23
	TypeImage   TypeID = 0x22
	TypeNText   TypeID = 0x63
	TypeVariant TypeID = 0x62
	TypeXML     TypeID = 0xF1
	TypeUDT     TypeID = 0xF0
	TypeTVP     TypeID = 0xF3
	TypeJSON    TypeID = 0xF4
)

// layout says how a value of a type stands on the wire (TYPE_VARBYTE,
// 2.2.5.2.3).
type layout uint8

const (
	layoutUnknown layout = iota
	layoutNone           // no bytes: NULLTYPE
	layoutFixed          // Size bytes, never NULL
	layoutByte           // 8-bit length, Size or 0, which is NULL
	layoutDecimal        // 8-bit length, 5, 9, 13, 17 or 0, which is NULL
	layoutLegacy         // 8-bit length up to 255, 0 is NULL
	layoutUshort         // 16-bit length, 0xFFFF is NULL
	layoutLong           // 32-bit length, 0 is NULL (sql_variant)
	layoutText           // in rows text pointer and timestamp; then 32-bit length
	layoutPLP            // 64-bit length, chunks, terminator
)

var typeNames = map[TypeID]string{
	TypeNull: "NULLTYPE", TypeInt1: "INT1TYPE", TypeBit: "BITTYPE", TypeInt2: "INT2TYPE",
	TypeInt4: "INT4TYPE", TypeDateTime4: "DATETIM4TYPE", TypeFloat4: "FLT4TYPE", TypeMoney: "MONEYTYPE",
	TypeDateTime: "DATETIMETYPE", TypeFloat8: "FLT8TYPE", TypeMoney4: "MONEY4TYPE", TypeInt8: "INT8TYPE",
	TypeGUID: "GUIDTYPE", TypeIntN: "INTNTYPE", TypeDecimal: "DECIMALTYPE", TypeNumeric: "NUMERICTYPE",
	TypeBitN: "BITNTYPE", TypeDecimalN: "DECIMALNTYPE", TypeNumericN: "NUMERICNTYPE", TypeFloatN: "FLTNTYPE",
	TypeMoneyN: "MONEYNTYPE", TypeDateTimeN: "DATETIMNTYPE", TypeDateN: "DATENTYPE", TypeTimeN: "TIMENTYPE",
	TypeDateTime2N: "DATETIME2NTYPE", TypeDateTimeOffsetN: "DATETIMEOFFSETNTYPE", TypeChar: "CHARTYPE",
	TypeVarChar: "VARCHARTYPE", TypeBinary: "BINARYTYPE", TypeVarBinary: "VARBINARYTYPE",
	TypeBigVarBinary: "BIGVARBINARYTYPE", TypeBigVarChar: "BIGVARCHARTYPE", TypeBigBinary: "BIGBINARYTYPE",
	TypeBigChar: "BIGCHARTYPE", TypeNVarChar: "NVARCHARTYPE", TypeNChar: "NCHARTYPE", TypeVector: "VECTORTYPE",
	TypeText: "TEXTTYPE", TypeImage: "IMAGETYPE", TypeNText: "NTEXTTYPE", TypeVariant: "SSVARIANTTYPE",
	TypeXML: "XMLTYPE", TypeUDT: "UDTTYPE", TypeTVP: "TVPTYPE", TypeJSON: "JSONTYPE",
}

// String is the name MS-TDS gives the type.
func (id TypeID) String() string {
	if s, ok := typeNames[id]; ok {
		return s
	}
	return fmt.Sprintf("TypeID(0x%02X)", byte(id))
}
