package tds

import (
	"fmt"
	"strconv"
	"strings"
)

// DeclarationError reports a type name or size that T-SQL does not have.
type DeclarationError struct {
	Name    string // the type's name as given
	Problem string
}

func (e *DeclarationError) Error() string { return "tds: type " + e.Name + ": " + e.Problem }

// TypeByName returns the nullable form of a type as T-SQL declares it. length is
// in declared units: UTF-16 units for nchar and nvarchar, bytes for char and
// binary, dimensions for vector, SizeMax for max, 0 for the default of a declaration
// (1). precision 0 means the default, for decimal 18 with the given scale; for
// float it may stand in length too. A negative scale means the default: 7 for the
// time types, 0 for decimal. coll is for char types. The CLR types of SQL Server
// itself (hierarchyid, geometry, geography) are known, others are not.
func TypeByName(name string, length, precision, scale int, coll Collation) (TypeInfo, error) {
	fail := func(problem string) (TypeInfo, error) {
		return TypeInfo{}, &DeclarationError{Name: name, Problem: problem}
	}
	key := strings.ToLower(name)
	if s, ok := synonyms[key]; ok {
		key = s
	}
	switch key {
	case "bit":
		return Bit(), nil
	case "tinyint":
		return Int(1), nil
	case "smallint":
		return Int(2), nil
	case "int":
		return Int(4), nil
	case "bigint":
		return Int(8), nil
	case "real":
		return Float(4), nil
	case "float":
		digits := max(precision, length)
		if digits < 0 || digits > 53 {
			return fail("precision is not between 1 and 53")
		}
		if digits >= 1 && digits <= 24 {
			return Float(4), nil
		}
		return Float(8), nil
	case "decimal", "numeric":
		if precision == 0 {
			precision = 18
		}
		scale = max(scale, 0)
		if precision < 1 || precision > 38 {
			return fail("precision is not between 1 and 38")
		}
		if scale > precision {
			return fail("scale is greater than precision")
		}
		if key == "numeric" {
			return Numeric(uint8(precision), uint8(scale)), nil
		}
		return Decimal(uint8(precision), uint8(scale)), nil
	case "money":
		return Money(8), nil
	case "smallmoney":
		return Money(4), nil
	case "date":
		return Date(), nil
	case "datetime":
		return DateTime(8), nil
	case "smalldatetime":
		return DateTime(4), nil
	case "time", "datetime2", "datetimeoffset":
		if scale < 0 {
			scale = 7
		}
		if scale > 7 {
			return fail("scale is greater than 7")
		}
		switch key {
		case "time":
			return Time(uint8(scale)), nil
		case "datetime2":
			return DateTime2(uint8(scale)), nil
		}
		return DateTimeOffset(uint8(scale)), nil
	case "char", "varchar", "binary", "varbinary", "nchar", "nvarchar":
		return lengthType(name, key, length, coll)
	case "text":
		return Text(coll), nil
	case "ntext":
		return NText(coll), nil
	case "image":
		return Image(), nil
	case "uniqueidentifier":
		return UniqueIdentifier(), nil
	case "timestamp":
		return Binary(8), nil
	case "sysname":
		return NVarChar(128, coll), nil
	case "xml":
		return XML(), nil
	case "json":
		return JSON(), nil
	case "sql_variant":
		return SQLVariant(), nil
	case "vector":
		if length < 1 || length > maxVectorSize {
			return fail("number of dimensions is not between 1 and 1998")
		}
		return Vector(length), nil
	case "hierarchyid":
		return systemCLR(892, key, "SqlHierarchyId"), nil
	case "geometry":
		return systemCLR(SizeMax, key, "SqlGeometry"), nil
	case "geography":
		return systemCLR(SizeMax, key, "SqlGeography"), nil
	}
	return fail("is not known")
}

// synonyms maps T-SQL's other names of types.
var synonyms = map[string]string{
	"integer": "int", "dec": "decimal", "double precision": "float", "rowversion": "timestamp",
	"character": "char", "char varying": "varchar", "character varying": "varchar",
	"binary varying": "varbinary", "national char": "nchar", "national character": "nchar",
	"national char varying": "nvarchar", "national character varying": "nvarchar",
	"national text": "ntext",
}

// lengthType returns one of the types that are declared with a length.
func lengthType(name, key string, length int, coll Collation) (TypeInfo, error) {
	if length == 0 {
		length = 1
	}
	limit := maxShortLen
	if key[0] == 'n' {
		limit /= 2
	}
	variable := strings.Contains(key, "var")
	if length > limit || length < 1 && !(length == SizeMax && variable) {
		return TypeInfo{}, &DeclarationError{Name: name,
			Problem: fmt.Sprintf("length %d is not between 1 and %d", length, limit)}
	}
	switch key {
	case "char":
		return Char(length, coll), nil
	case "varchar":
		return VarChar(length, coll), nil
	case "nchar":
		return NChar(length, coll), nil
	case "nvarchar":
		return NVarChar(length, coll), nil
	case "binary":
		return Binary(length), nil
	}
	return VarBinary(length), nil
}

// systemCLR returns one of the CLR types that every database has.
func systemCLR(size int, name, class string) TypeInfo {
	return TypeInfo{ID: TypeUDT, Size: size, UDT: &UDTInfo{
		Schema: "sys", Name: name,
		Assembly: "Microsoft.SqlServer.Types." + class +
			", Microsoft.SqlServer.Types, Version=11.0.0.0, Culture=neutral, PublicKeyToken=89845dcd8080cc91",
	}}
}

// Declaration is the opposite of TypeByName: the type's name in T-SQL and its
// sizes. Those that the type doesn't have are 0. Fixed-length and nullable types
// give the same.
func (t TypeInfo) Declaration() (name string, length, precision, scale int) {
	switch t.ID {
	case TypeBit, TypeBitN:
		return "bit", 0, 0, 0
	case TypeInt1, TypeInt2, TypeInt4, TypeInt8, TypeIntN:
		return bySizeName(t.Size, "tinyint", "smallint", "int", "bigint"), 0, 0, 0
	case TypeFloat4, TypeFloat8, TypeFloatN:
		return bySizeName(t.Size, "", "", "real", "float"), 0, 0, 0
	case TypeMoney, TypeMoney4, TypeMoneyN:
		return bySizeName(t.Size, "", "", "smallmoney", "money"), 0, 0, 0
	case TypeDateTime, TypeDateTime4, TypeDateTimeN:
		return bySizeName(t.Size, "", "", "smalldatetime", "datetime"), 0, 0, 0
	case TypeDecimal, TypeDecimalN:
		return "decimal", 0, int(t.Precision), int(t.Scale)
	case TypeNumeric, TypeNumericN:
		return "numeric", 0, int(t.Precision), int(t.Scale)
	case TypeDateN:
		return "date", 0, 0, 0
	case TypeTimeN:
		return "time", 0, 0, int(t.Scale)
	case TypeDateTime2N:
		return "datetime2", 0, 0, int(t.Scale)
	case TypeDateTimeOffsetN:
		return "datetimeoffset", 0, 0, int(t.Scale)
	case TypeBigChar, TypeChar:
		return "char", t.Size, 0, 0
	case TypeBigVarChar, TypeVarChar:
		return "varchar", t.Size, 0, 0
	case TypeNChar:
		return "nchar", t.Size / 2, 0, 0
	case TypeNVarChar:
		if t.Size == SizeMax {
			return "nvarchar", SizeMax, 0, 0
		}
		return "nvarchar", t.Size / 2, 0, 0
	case TypeBigBinary, TypeBinary:
		return "binary", t.Size, 0, 0
	case TypeBigVarBinary, TypeVarBinary:
		return "varbinary", t.Size, 0, 0
	case TypeVector:
		return "vector", (t.Size - vectorHeaderSize) / 4, 0, 0
	case TypeText:
		return "text", 0, 0, 0
	case TypeNText:
		return "ntext", 0, 0, 0
	case TypeImage:
		return "image", 0, 0, 0
	case TypeGUID:
		return "uniqueidentifier", 0, 0, 0
	case TypeVariant:
		return "sql_variant", 0, 0, 0
	case TypeXML:
		return "xml", 0, 0, 0
	case TypeJSON:
		return "json", 0, 0, 0
	case TypeUDT:
		return t.UDT.declaration(), 0, 0, 0
	}
	return strings.ToLower(t.ID.String()), 0, 0, 0
}

func bySizeName(size int, one, two, four, eight string) string {
	switch size {
	case 1:
		return one
	case 2:
		return two
	case 4:
		return four
	}
	return eight
}

// declaration names a CLR type: bare if it is the system's, else with its schema,
// in brackets.
func (u *UDTInfo) declaration() string {
	switch {
	case u == nil:
		return "udt"
	case u.Schema == "" || u.Schema == "sys":
		return u.Name
	}
	return bracket(u.Schema) + "." + bracket(u.Name)
}

func bracket(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }

// String is the type as T-SQL declares it: "nvarchar(20)", "decimal(18,2)",
// "varbinary(max)", "datetime2(7)".
func (t TypeInfo) String() string {
	name, length, precision, scale := t.Declaration()
	switch t.ID {
	case TypeTimeN, TypeDateTime2N, TypeDateTimeOffsetN:
		return name + "(" + strconv.Itoa(scale) + ")"
	}
	switch {
	case precision > 0:
		return name + "(" + strconv.Itoa(precision) + "," + strconv.Itoa(scale) + ")"
	case length == SizeMax:
		return name + "(max)"
	case length > 0:
		return name + "(" + strconv.Itoa(length) + ")"
	}
	return name
}
