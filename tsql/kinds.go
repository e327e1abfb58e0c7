package tsql

// Kind is a data type without its length, precision or scale.
type Kind uint8

// The kinds, ordered by family so that the family predicates are ranges.
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
	KindVector
	KindCursor
	KindTable
)

// kindTable has each kind's name and its rank in the documentation's list of data type precedence.
var kindTable = [...]struct {
	name       string
	precedence int
}{
	KindBit:              {"bit", 11},
	KindTinyInt:          {"tinyint", 12},
	KindSmallInt:         {"smallint", 13},
	KindInt:              {"int", 14},
	KindBigInt:           {"bigint", 15},
	KindSmallMoney:       {"smallmoney", 16},
	KindMoney:            {"money", 17},
	KindNumeric:          {"numeric", 18},
	KindDecimal:          {"decimal", 18},
	KindReal:             {"real", 20},
	KindFloat:            {"float", 21},
	KindTime:             {"time", 22},
	KindDate:             {"date", 23},
	KindSmallDateTime:    {"smalldatetime", 24},
	KindDateTime:         {"datetime", 25},
	KindDateTime2:        {"datetime2", 26},
	KindDateTimeOffset:   {"datetimeoffset", 27},
	KindJSON:             {"json", 28},
	KindXML:              {"xml", 29},
	KindVariant:          {"sql_variant", 30},
	KindHierarchyID:      {"hierarchyid", 31},
	KindGeometry:         {"geometry", 31},
	KindGeography:        {"geography", 31},
	KindVector:           {"vector", 31},
	KindNText:            {"ntext", 10},
	KindText:             {"text", 9},
	KindImage:            {"image", 8},
	KindTimestamp:        {"timestamp", 7},
	KindUniqueIdentifier: {"uniqueidentifier", 6},
	KindNVarChar:         {"nvarchar", 5},
	KindNChar:            {"nchar", 4},
	KindVarChar:          {"varchar", 3},
	KindChar:             {"char", 2},
	KindVarBinary:        {"varbinary", 1},
	KindBinary:           {"binary", 1},
	KindCursor:           {"cursor", 31},
	KindTable:            {"table", 31},
}
