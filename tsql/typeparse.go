package tsql

import (
	"errors"
	"strconv"
	"strings"
)

// typeNames are the names and synonyms of one word.
var typeNames = map[string]Kind{
	"bit": KindBit, "tinyint": KindTinyInt, "smallint": KindSmallInt, "int": KindInt, "integer": KindInt, "bigint": KindBigInt,
	"real": KindReal, "float": KindFloat, "decimal": KindDecimal, "dec": KindDecimal, "numeric": KindNumeric,
	"smallmoney": KindSmallMoney, "money": KindMoney,
	"char": KindChar, "character": KindChar, "varchar": KindVarChar, "text": KindText,
	"nchar": KindNChar, "nvarchar": KindNVarChar, "ntext": KindNText, "sysname": KindNVarChar, "xml": KindXML, "json": KindJSON,
	"binary": KindBinary, "varbinary": KindVarBinary, "image": KindImage, "timestamp": KindTimestamp, "rowversion": KindTimestamp,
	"uniqueidentifier": KindUniqueIdentifier, "date": KindDate, "time": KindTime, "smalldatetime": KindSmallDateTime,
	"datetime": KindDateTime, "datetime2": KindDateTime2, "datetimeoffset": KindDateTimeOffset, "sql_variant": KindVariant,
	"hierarchyid": KindHierarchyID, "geometry": KindGeometry, "geography": KindGeography, "vector": KindVector,
	"cursor": KindCursor, "table": KindTable,
}

// ParseType reads a type as T-SQL spells it, synonyms included: "dec(9,2)", "character varying(20)", "nvarchar(max)",
// "rowversion", "sys.int", "[nvarchar] (20)". A length that is left out is that of a declaration (1, not CAST's 30).
// Errors are *Error: 2715 (no such type), 131 and 2717 (length too large), 1001 (length 0), 1002 (scale), 2716 (no
// length allowed), 2750 and 2751 (precision, scale), 102 (syntax).
func ParseType(s string) (Type, error) {
	r := newReader(s, QuotedIdentifierOn)
	t, err := r.dataType(1)
	if err == nil && !r.eof() {
		err = r.syntaxError()
	}
	return t, err
}

// ParseCastType is ParseType for the type of CAST and CONVERT: a length that is left out is 30, an unknown type is error 243.
func ParseCastType(s string) (Type, error) {
	t, err := ParseType(s)
	var e *Error
	if errors.As(err, &e) && e.Number == 2715 {
		return t, NewError(243, s).At(e.Line)
	}
	if err == nil && t.Length == 1 && !strings.ContainsRune(s, '(') && (t.IsString() || t.IsBinary()) {
		t.Length = castLength
	}
	return t, err
}

// castLength is the length of a string or binary type in CAST that gives none.
const castLength = 30

// NewType makes a type out of its bare name and its declared length, precision and scale, as tds.TypeInfo.Declaration
// gives them. Numbers that the type has no use for are ignored; a length of 0 is taken as 1, since a client may describe an
// empty value so. Errors as ParseType's.
func NewType(name string, length, precision, scale int) (Type, error) {
	kind, ok := typeNames[strings.ToLower(name)]
	if !ok {
		return Type{}, NewError(2715, 1, name)
	}
	if strings.EqualFold(name, "sysname") {
		return TypeSysname, nil
	}
	var args []int
	switch kind {
	case KindChar, KindVarChar, KindNChar, KindNVarChar, KindBinary, KindVarBinary:
		if length == 0 {
			length = 1
		}
		args = []int{length}
	case KindDecimal, KindNumeric:
		args = []int{precision, scale}
	case KindTime, KindDateTime2, KindDateTimeOffset:
		args = []int{scale}
	}
	return makeType(kind, name, args, 1, 1)
}

// dataType reads the type in front. ordinal is the number of the column or parameter, for messages.
func (r *reader) dataType(ordinal int) (Type, error) {
	line := r.tok.Line
	if !r.tok.IsName() || r.tok.Unterminated {
		return Type{}, r.syntaxError()
	}
	kind, name, err := r.typeName(ordinal)
	if err != nil {
		return Type{}, err
	}
	var args []int
	if r.is("(") {
		if args, err = r.typeArgs(); err != nil {
			return Type{}, err
		}
		if strings.EqualFold(name, "sysname") {
			return Type{}, NewError(2716, ordinal, name).At(line)
		}
	}
	if strings.EqualFold(name, "sysname") {
		return TypeSysname, nil
	}
	return makeType(kind, name, args, ordinal, line)
}

// typeName reads the name and the further words of the ISO synonyms.
func (r *reader) typeName(ordinal int) (Kind, string, error) {
	if r.is("NATIONAL") {
		return r.nationalType()
	}
	if r.accept("DOUBLE") {
		if err := r.expect("PRECISION"); err != nil {
			return 0, "", err
		}
		return KindFloat, "float", nil
	}
	line := r.tok.Line
	plain := r.tok.Kind == TokenIdent
	if _, known := typeNames[strings.ToLower(r.text())]; plain && !known && IsReserved(r.text()) {
		return 0, "", r.syntaxError()
	}
	n, err := r.name()
	if err != nil {
		return 0, "", err
	}
	kind, ok := typeNames[strings.ToLower(n.Object)]
	if !ok || n.Database != "" || n.Schema != "" && !strings.EqualFold(n.Schema, "sys") {
		name := n.Object
		if n.Schema != "" {
			name = n.Schema + "." + n.Object
		}
		return 0, "", NewError(2715, ordinal, name).At(line)
	}
	name := n.Object
	if plain && r.is("VARYING") {
		switch kind {
		case KindChar:
			kind, name = KindVarChar, "varchar"
		case KindNChar:
			kind, name = KindNVarChar, "nvarchar"
		case KindBinary:
			kind, name = KindVarBinary, "varbinary"
		default:
			// VARYING after any other type belongs to what follows (CURSOR VARYING).
			return kind, name, nil
		}
		r.next()
	}
	return kind, name, nil
}

// nationalType reads NATIONAL CHAR, NATIONAL CHARACTER, both with VARYING, and NATIONAL TEXT.
func (r *reader) nationalType() (Kind, string, error) {
	r.next()
	switch {
	case r.accept("TEXT"):
		return KindNText, "ntext", nil
	case r.accept("CHAR"), r.accept("CHARACTER"):
		if r.accept("VARYING") {
			return KindNVarChar, "nvarchar", nil
		}
		return KindNChar, "nchar", nil
	}
	return 0, "", r.syntaxError()
}

// typeArgs reads "(20)", "(max)" or "(9, 2)".
func (r *reader) typeArgs() ([]int, error) {
	r.next()
	var args []int
	for {
		switch {
		case r.tok.Kind == TokenInteger:
			n, err := strconv.Atoi(r.text())
			if err != nil || n > 1<<31-1 {
				n = 1<<31 - 1
			}
			args = append(args, n)
		case r.is("MAX") && len(args) == 0:
			args = append(args, Max)
		default:
			return nil, r.syntaxError()
		}
		r.next()
		if r.accept(")") {
			return args, nil
		}
		if len(args) == 2 || args[0] == Max || !r.is(",") {
			return nil, r.syntaxError()
		}
		r.next()
	}
}

// makeType checks the numbers against the kind.
func makeType(kind Kind, name string, args []int, ordinal int, line int32) (Type, error) {
	t := Type{Kind: kind}
	fail := func(number int32, args ...any) (Type, error) { return Type{}, NewError(number, args...).At(line) }
	most := 0
	switch kind {
	case KindChar, KindVarChar, KindNChar, KindNVarChar, KindBinary, KindVarBinary, KindDateTime2, KindTime,
		KindDateTimeOffset, KindFloat, KindVector:
		most = 1
	case KindDecimal, KindNumeric:
		most = 2
	}
	if len(args) > most || len(args) > 0 && args[0] == Max && kind != KindVarChar && kind != KindNVarChar && kind != KindVarBinary {
		return fail(2716, ordinal, name)
	}
	arg := func(i, missing int) int {
		if i < len(args) {
			return args[i]
		}
		return missing
	}
	switch kind {
	case KindChar, KindVarChar, KindNChar, KindNVarChar, KindBinary, KindVarBinary:
		t.Length = arg(0, 1)
		switch {
		case t.Length == 0:
			return fail(1001, line, 0)
		case t.Length > MaxBytes:
			return fail(131, t.Length, "type", name, MaxBytes)
		case t.Length > MaxUnits && t.IsUnicode():
			return fail(2717, t.Length, "type", name, MaxUnits)
		}
	case KindText, KindNText, KindImage, KindXML, KindJSON:
		t.Length = Max
	case KindTimestamp:
		t.Length = 8
	case KindDecimal, KindNumeric:
		p, s := arg(0, 18), arg(1, 0)
		switch {
		case p == 0:
			return fail(1001, line, 0)
		case p > MaxPrecision:
			return fail(2750, ordinal, p, MaxPrecision)
		case s > p:
			return fail(2751, ordinal, s, p)
		}
		t.Precision, t.Scale = uint8(p), uint8(s)
	case KindTime, KindDateTime2, KindDateTimeOffset:
		s := arg(0, MaxTimeScale)
		if s > MaxTimeScale {
			return fail(1002, line, s)
		}
		t.Scale = uint8(s)
	case KindFloat:
		switch p := arg(0, 53); {
		case p == 0:
			return fail(1001, line, 0)
		case p > 53:
			return fail(2750, ordinal, p, 53)
		case p <= 24:
			t.Kind, t.Precision = KindReal, 24
		default:
			t.Precision = 53
		}
	case KindReal:
		t.Precision = 24
	case KindVector:
		t.Length = arg(0, 1)
	}
	return t, nil
}
