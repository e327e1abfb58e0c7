package store

import (
	"database/sql/driver"
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cockroachdb/apd/v3"
	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// Short names for the types that are used all over.
var (
	typeInt      = tsql.TypeInt
	typeBig      = tsql.TypeBigInt
	typeFloat    = tsql.TypeFloat
	typeMoney    = tsql.TypeMoney
	typeDate     = tsql.TypeDate
	typeDateTime = tsql.TypeDateTime
	typeGUID     = tsql.TypeGUID
	typeSysname  = tsql.TypeSysname
	typeNMax     = tsql.TypeNVarCharMax
	typeVariant  = tsql.TypeVariant
	typeSmall    = tsql.TypeSmallInt
)

func nvarchar(n int) tsql.Type { return tsql.Type{Kind: tsql.KindNVarChar, Length: n} }
func varchar(n int) tsql.Type  { return tsql.Type{Kind: tsql.KindVarChar, Length: n} }

func numericType(p, s int) tsql.Type {
	return tsql.Type{Kind: tsql.KindNumeric, Precision: uint8(p), Scale: uint8(s)}
}

// literal is an expression with a constant value.
func literal(v any, t tsql.Type) (*expr, error) {
	d, err := encodeValue(v, t)
	if err != nil {
		return nil, err
	}
	return &expr{sql: quote(d), typ: t, lit: v, isLit: true, null: v == nil}, nil
}

// quote writes a stored value as SQL.
func quote(d driver.Value) string {
	switch d := d.(type) {
	case int64:
		if d == math.MinInt64 {
			return "(-9223372036854775807 - 1)"
		}
		return strconv.FormatInt(d, 10)
	case float64:
		s := strconv.FormatFloat(d, 'g', 17, 64)
		if !strings.ContainsAny(s, ".eE") {
			s += ".0"
		}
		return s
	case string:
		if strings.IndexByte(d, 0) >= 0 {
			return "CAST(X'" + hex.EncodeToString([]byte(d)) + "' AS TEXT)"
		}
		return "'" + strings.ReplaceAll(d, "'", "''") + "'"
	case []byte:
		return "X'" + hex.EncodeToString(d) + "'"
	}
	return "NULL"
}

func nullExpr() *expr {
	return &expr{sql: "NULL", typ: typeInt, null: true, bare: true, isLit: true}
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

func stringLiteral(s string, national bool) (*expr, error) {
	t := varchar(max(len(s), 1))
	if n := utf8.RuneCountInString(s); n != len(s) && !national {
		t.Length = max(n, 1)
		// characters outside the default code page become question marks
		v, err := tsql.Convert(s, nvarchar(-1), varchar(-1), 0)
		if err != nil {
			return nil, err
		}
		s = v.(string)
	}
	limit := 8000
	if national {
		t, limit = nvarchar(max(utf16Len(s), 1)), 4000
	}
	if t.Length > limit {
		t.Length = -1
	}
	return literal(s, t)
}

func numberLiteral(text string) (*expr, error) {
	d, _, err := apd.NewFromString(text)
	if err != nil {
		return nil, tsql.NewError(102, text)
	}
	scale := max(0, -int(d.Exponent))
	digits := int(d.NumDigits())
	if d.Exponent > 0 {
		digits += int(d.Exponent)
	}
	digits = max(digits, scale, 1)
	if d.Coeff.Sign() == 0 {
		digits = max(scale, 1)
	}
	if digits > 38 {
		return nil, tsql.NewError(1007, text)
	}
	return literal(d, numericType(digits, scale))
}

func (b *binder) literalNode(e ast.ScalarExpression) (*expr, error) {
	switch e := e.(type) {
	case *ast.IntegerLiteral:
		n, err := strconv.ParseInt(e.Value, 10, 64)
		if err != nil || n > math.MaxInt32 {
			return numberLiteral(e.Value)
		}
		return literal(n, typeInt)
	case *ast.NumericLiteral:
		return numberLiteral(e.Value)
	case *ast.RealLiteral:
		text := e.Value
		if strings.HasSuffix(strings.ToLower(text), "e") || strings.HasSuffix(text, "+") || strings.HasSuffix(text, "-") {
			text += "0"
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) {
			return nil, tsql.NewError(168, e.Value, 8)
		}
		return literal(f, typeFloat)
	case *ast.MoneyLiteral:
		v, err := tsql.Convert(e.Value, varchar(-1), typeMoney, 0)
		if err != nil {
			return nil, err
		}
		return literal(v, typeMoney)
	case *ast.StringLiteral:
		return stringLiteral(e.Value, e.IsNational)
	case *ast.BinaryLiteral:
		digits := strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(e.Value[2:], "\\", ""), "\r", ""), "\n", "")
		if len(digits)%2 == 1 {
			digits = "0" + digits
		}
		v, err := hex.DecodeString(digits)
		if err != nil {
			return nil, tsql.NewError(102, e.Value)
		}
		t := tsql.Type{Kind: tsql.KindVarBinary, Length: max(len(v), 1)}
		if len(v) > 8000 {
			t.Length = -1
		}
		return literal(v, t)
	case *ast.OdbcLiteral:
		t := typeDateTime
		if strings.EqualFold(e.OdbcLiteralType, "Guid") {
			t = typeGUID
		}
		v, err := tsql.Convert(e.Value, varchar(-1), t, 0)
		if err != nil {
			return nil, err
		}
		return literal(v, t)
	case *ast.NullLiteral:
		return nullExpr(), nil
	}
	return nil, unsupported("a literal of kind %T", e)
}

// mustType is for names written in this package.
func mustType(name string) tsql.Type {
	t, err := tsql.ParseType(name)
	if err != nil {
		panic("store: type " + name + ": " + err.Error())
	}
	return t
}
