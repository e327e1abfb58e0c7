package tsql

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/cockroachdb/apd/v3"
)

// constant reads a constant with an optional sign, or a bare word, which counts as an nvarchar constant.
func (r *reader) constant() (any, Type, error) {
	negative := false
	signed := false
	for r.is("-") || r.is("+") {
		negative = negative != r.is("-")
		signed = true
		r.next()
	}
	t := r.tok
	if t.Unterminated {
		return nil, Type{}, r.syntaxError()
	}
	var v any
	var typ Type
	var err error
	switch t.Kind {
	case TokenInteger, TokenDecimal, TokenFloat, TokenMoney:
		v, typ, err = numberConstant(t.Kind, t.Text(r.src), negative)
		if e, ok := err.(*Error); ok {
			err = e.At(t.Line)
		}
	case TokenString, TokenNString, TokenIdent, TokenBracketed, TokenQuoted, TokenBinary:
		if signed || t.Kind == TokenIdent && IsReserved(r.text()) {
			return nil, Type{}, r.syntaxError()
		}
		if t.Kind == TokenBinary {
			v, typ = binaryConstant(t.Text(r.src))
		} else {
			v, typ = stringConstant(t.Value(r.src), t.Kind == TokenString)
		}
	default:
		return nil, Type{}, r.syntaxError()
	}
	r.next()
	return v, typ, err
}

// stringConstant gives a string the type of a constant: as long as it is, at least 1, max where the limit is passed.
func stringConstant(s string, single bool) (any, Type) {
	if single {
		n := len(s)
		if n > MaxBytes {
			return s, VarChar(Max)
		}
		return s, VarChar(max(n, 1))
	}
	n := unitLen(s)
	if n > MaxUnits {
		return s, NVarChar(Max)
	}
	return s, NVarChar(max(n, 1))
}

// unitLen is the length of s in UTF-16 code units.
func unitLen(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// binaryConstant reads 0x and digits; an odd number of digits has a zero in front.
func binaryConstant(s string) (any, Type) {
	digits := joinLines(s[2:])
	if len(digits)%2 != 0 {
		digits = "0" + digits
	}
	b, _ := hex.DecodeString(digits) // the lexer lets only digits in
	if len(b) > MaxBytes {
		return b, TypeVarBinaryMax
	}
	return b, VarBinary(max(len(b), 1))
}

// numberConstant gives a number the type of a T-SQL constant: int if it fits, else numeric; numeric with a point; float with
// an exponent; money with a currency sign. Errors 1007, 168, 151.
func numberConstant(kind TokenKind, s string, negative bool) (any, Type, error) {
	switch kind {
	case TokenFloat:
		text := s
		if last := s[len(s)-1]; last == 'e' || last == 'E' || last == '+' || last == '-' {
			text += "0"
		}
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, Type{}, NewError(168, s, 8)
		}
		if negative {
			f = -f
		}
		return f, TypeFloat, nil
	case TokenInteger:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && n <= 1<<31-1 {
			if negative {
				n = -n
			}
			return n, TypeInt, nil
		}
	case TokenMoney:
		return moneyConstant(s, negative)
	}
	d := new(apd.Decimal)
	text := s
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	if _, _, err := d.SetString(strings.TrimSuffix(text, ".")); err != nil {
		return nil, Type{}, NewError(1007, s)
	}
	scale := max(int(-d.Exponent), 0)
	precision := max(int(d.NumDigits()), scale, 1)
	if precision > MaxPrecision {
		return nil, Type{}, NewError(1007, s)
	}
	d.Negative = negative && !d.IsZero()
	return d, Numeric(precision, scale), nil
}

// moneyConstant reads a number behind a currency sign, or the sign alone, which is 0.
func moneyConstant(s string, negative bool) (any, Type, error) {
	digits := strings.TrimLeftFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	if strings.Trim(digits, ".") == "" {
		digits = "0"
	}
	if negative != strings.Contains(s[:len(s)-len(digits)], "-") {
		digits = "-" + digits
	}
	v, err := Convert(digits, VarChar(len(digits)), TypeMoney, 0)
	if err != nil {
		return nil, Type{}, NewError(151, s)
	}
	return v, TypeMoney, nil
}
