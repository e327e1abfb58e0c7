package store

import "tds-launchpad/tsql"

// sysType is a row of sys.types.
type sysType struct {
	name             string
	system, user     int
	length           int
	precision, scale int
}

var systemTypes = []sysType{
	{"image", 34, 34, 16, 0, 0}, {"text", 35, 35, 16, 0, 0}, {"uniqueidentifier", 36, 36, 16, 0, 0}, {"date", 40, 40, 3, 10, 0}, {"time", 41, 41, 5, 16, 7},
	{"datetime2", 42, 42, 8, 27, 7}, {"datetimeoffset", 43, 43, 10, 34, 7}, {"tinyint", 48, 48, 1, 3, 0}, {"smallint", 52, 52, 2, 5, 0}, {"int", 56, 56, 4, 10, 0},
	{"smalldatetime", 58, 58, 4, 16, 0}, {"real", 59, 59, 4, 24, 0}, {"money", 60, 60, 8, 19, 4}, {"datetime", 61, 61, 8, 23, 3}, {"float", 62, 62, 8, 53, 0},
	{"sql_variant", 98, 98, 8016, 0, 0}, {"ntext", 99, 99, 16, 0, 0}, {"bit", 104, 104, 1, 1, 0}, {"decimal", 106, 106, 17, 38, 38}, {"numeric", 108, 108, 17, 38, 38},
	{"smallmoney", 122, 122, 4, 10, 4}, {"bigint", 127, 127, 8, 19, 0}, {"varbinary", 165, 165, 8000, 0, 0}, {"varchar", 167, 167, 8000, 0, 0},
	{"binary", 173, 173, 8000, 0, 0}, {"char", 175, 175, 8000, 0, 0}, {"timestamp", 189, 189, 8, 0, 0}, {"nvarchar", 231, 231, 8000, 0, 0}, {"nchar", 239, 239, 8000, 0, 0},
	{"xml", 241, 241, -1, 0, 0}, {"sysname", 231, 256, 256, 0, 0},
}

func sysTypeOf(t tsql.Type) sysType {
	for _, s := range systemTypes {
		if s.name == t.Name() {
			return s
		}
	}
	return sysType{name: t.Name()}
}

// storageLength is max_length: bytes, -1 for max.
func storageLength(t tsql.Type) int {
	s := sysTypeOf(t)
	switch {
	case t.IsMax():
		return -1
	case t.Kind == tsql.KindNChar || t.Kind == tsql.KindNVarChar:
		return 2 * t.Length
	case t.IsString() && !t.IsLOB(), t.Kind == tsql.KindBinary, t.Kind == tsql.KindVarBinary:
		return t.Length
	case t.IsDecimal():
		switch {
		case t.Precision <= 9:
			return 5
		case t.Precision <= 19:
			return 9
		case t.Precision <= 28:
			return 13
		}
		return 17
	case t.Kind == tsql.KindTime, t.Kind == tsql.KindDateTime2, t.Kind == tsql.KindDateTimeOffset:
		n := s.length
		if t.Scale <= 2 {
			return n - 2
		}
		if t.Scale <= 4 {
			return n - 1
		}
	}
	return s.length
}

// shownPrecision is the precision that catalog views show.
func shownPrecision(t tsql.Type) int {
	s := sysTypeOf(t)
	switch t.Kind {
	case tsql.KindDecimal, tsql.KindNumeric:
		return int(t.Precision)
	case tsql.KindTime, tsql.KindDateTime2, tsql.KindDateTimeOffset:
		if t.Scale == 0 {
			return s.precision - 8
		}
		return s.precision - 7 + int(t.Scale)
	}
	return s.precision
}

// shownScale is the scale that catalog views show.
func shownScale(t tsql.Type) int {
	switch t.Kind {
	case tsql.KindDecimal, tsql.KindNumeric, tsql.KindTime, tsql.KindDateTime2, tsql.KindDateTimeOffset:
		return int(t.Scale)
	}
	return sysTypeOf(t).scale
}
