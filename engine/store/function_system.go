package store

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"strings"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"tds-launchpad/tsql"
)

// textWidth is how many characters a value of a type that is no string needs.
func textWidth(t tsql.Type) int {
	switch {
	case t.IsMax():
		return -1
	case t.IsBinary():
		return t.Length
	case t.IsInteger():
		return 20
	}
	return 60
}

// dataLength is DATALENGTH: the bytes a value takes on a server.
func dataLength(v any, t tsql.Type) (any, error) {
	switch x := v.(type) {
	case string:
		if t.IsUnicode() || t.Kind == tsql.KindXML {
			return 2 * int64(utf16Len(x)), nil
		}
		if ascii(x) {
			return int64(len(x)), nil
		}
		raw, err := tsql.Convert(x, tsql.Type{Kind: tsql.KindVarChar, Length: -1, Collation: t.Collation}, tsql.VarBinary(-1), 0)
		if b, ok := raw.([]byte); ok {
			return int64(len(b)), err
		}
		return nil, err
	case []byte:
		return int64(len(x)), nil
	case tsql.Variant:
		return dataLength(x.Value, x.Type)
	}
	switch t.Kind {
	case tsql.KindBit, tsql.KindTinyInt:
		return int64(1), nil
	case tsql.KindSmallInt:
		return int64(2), nil
	case tsql.KindInt, tsql.KindReal, tsql.KindSmallMoney, tsql.KindSmallDateTime:
		return int64(4), nil
	case tsql.KindBigInt, tsql.KindFloat, tsql.KindMoney, tsql.KindDateTime:
		return int64(8), nil
	case tsql.KindUniqueIdentifier:
		return int64(16), nil
	case tsql.KindDate:
		return int64(3), nil
	case tsql.KindDecimal, tsql.KindNumeric:
		switch p := t.Precision; {
		case p <= 9:
			return int64(5), nil
		case p <= 19:
			return int64(9), nil
		case p <= 28:
			return int64(13), nil
		}
		return int64(17), nil
	}
	clock := int64(5)
	if t.Scale <= 2 {
		clock = 3
	} else if t.Scale <= 4 {
		clock = 4
	}
	switch t.Kind {
	case tsql.KindDateTime2:
		return clock + 3, nil
	case tsql.KindDateTimeOffset:
		return clock + 5, nil
	}
	return clock, nil
}

var systemFunctions = map[string]scalarFunc{
	"ISNULL": {2, 2, func(b *binder, a []*expr) (*expr, error) { return b.isNull(a[0], a[1]) }},
	"NEWID": {0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return applyOp("xv", &op{name: "newid", res: typeGUID, fn: func([]any) (any, error) { return uuid.New(), nil }}, nil), nil
	}},
	"NEWSEQUENTIALID": {0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return applyOp("xv", &op{name: "newsequentialid", res: typeGUID, fn: func([]any) (any, error) { return uuid.NewV7() }}, nil), nil
	}},
	"HASHBYTES": {2, 2, bindHashBytes},
	"ISNUMERIC": {1, 1, bindIsNumeric},
	"CHOOSE":    {2, -1, bindChoose},
	"SCOPE_IDENTITY": {0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return b.session("scope_identity", decimalTypeOf(38), true, func(s *Session) any { return asDecimal(s.scopeIdent) }), nil
	}},
	"IDENT_CURRENT": {1, 1, bindIdentCurrent},
	"ROWCOUNT_BIG": {0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return b.session("rowcountbig", typeBig, false, func(s *Session) any { return s.rowCount }), nil
	}},
	"XACT_STATE": {0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return b.session("xact_state", typeSmall, false, func(s *Session) any {
			switch {
			case s.tran.count == 0:
				return int64(0)
			case s.tran.doomed:
				return int64(-1)
			}
			return int64(1)
		}), nil
	}},
	"ERROR_NUMBER":   caught("error_number", typeInt, func(e *tsql.Error) any { return int64(e.Number) }),
	"ERROR_MESSAGE":  caught("error_message", nvarchar(4000), func(e *tsql.Error) any { return e.Message }),
	"ERROR_SEVERITY": caught("error_severity", typeInt, func(e *tsql.Error) any { return int64(e.Class) }),
	"ERROR_STATE":    caught("error_state", typeInt, func(e *tsql.Error) any { return int64(e.State) }),
	"ERROR_LINE":     caught("error_line", typeInt, func(e *tsql.Error) any { return int64(e.Line) }),
	"ERROR_PROCEDURE": caught("error_procedure", nvarchar(128), func(e *tsql.Error) any {
		if e.Proc == "" {
			return nil
		}
		return e.Proc
	}),
	"APP_NAME":  sessionText("app_name", nvarchar(128), func(s *Session) string { return s.opt.Program }),
	"HOST_NAME": sessionText("host_name", nvarchar(128), func(s *Session) string { return s.opt.Host }),
	"CONTEXT_INFO": {0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return b.session("context_info", tsql.VarBinary(128), true, func(s *Session) any {
			if s.info == nil {
				return nil
			}
			return s.info
		}), nil
	}},
	"FORMATMESSAGE":        {1, -1, bindFormatMessage},
	"CHECKSUM":             checksumFunc("checksum", false),
	"BINARY_CHECKSUM":      checksumFunc("binary_checksum", true),
	"SQL_VARIANT_PROPERTY": {2, 2, bindVariantProperty},
	"GREATEST":             {1, -1, func(b *binder, a []*expr) (*expr, error) { return extreme(b, a, "max") }},
	"LEAST":                {1, -1, func(b *binder, a []*expr) (*expr, error) { return extreme(b, a, "min") }},
}

func decimalTypeOf(p int) tsql.Type { return numericType(p, 0) }

func asDecimal(v any) any {
	switch n := v.(type) {
	case int64:
		return apd.New(n, 0)
	case *apd.Decimal:
		return n
	}
	return nil
}

func caught(name string, t tsql.Type, fn func(*tsql.Error) any) scalarFunc {
	return scalarFunc{0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return b.session(name, t, true, func(s *Session) any {
			if len(s.caught) == 0 {
				return nil
			}
			return fn(s.caught[len(s.caught)-1])
		}), nil
	}}
}

// sessionText is a function that gives a text out of the session, NULL for an empty one.
func sessionText(name string, t tsql.Type, fn func(*Session) string) scalarFunc {
	return scalarFunc{0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return b.session(name, t, true, func(s *Session) any {
			if v := fn(s); v != "" {
				return v
			}
			return nil
		}), nil
	}}
}

func bindHashBytes(b *binder, a []*expr) (*expr, error) {
	if _, _, err := b.texts(a, 0); err != nil {
		return nil, err
	}
	from := a[1].typ
	if !from.IsString() && !from.IsBinary() {
		return nil, tsql.NewError(8116, from.Name(), 2, "hashbytes")
	}
	return b.apply("hashbytes", tsql.VarBinary(8000), a, func(v []any) (any, error) {
		data, ok := v[1].([]byte)
		if !ok {
			raw, err := tsql.Convert(v[1], from, tsql.VarBinary(-1), 0)
			if err != nil {
				return nil, err
			}
			data = raw.([]byte)
		}
		switch strings.ToUpper(v[0].(string)) {
		case "MD5":
			h := md5.Sum(data)
			return h[:], nil
		case "SHA", "SHA1":
			h := sha1.Sum(data)
			return h[:], nil
		case "SHA2_256":
			h := sha256.Sum256(data)
			return h[:], nil
		case "SHA2_512":
			h := sha512.Sum512(data)
			return h[:], nil
		}
		return nil, nil
	}).nullable(), nil
}

func bindIsNumeric(b *binder, a []*expr) (*expr, error) {
	t := a[0].typ
	if t.IsNumeric() && !a[0].bare {
		return b.applyNull("isnumeric", typeInt, a, func(v []any) (any, error) {
			if v[0] == nil {
				return int64(0), nil
			}
			return int64(1), nil
		}), nil
	}
	return b.applyNull("isnumerictext", typeInt, a, func(v []any) (any, error) {
		if v[0] == nil || !t.IsString() {
			return int64(0), nil
		}
		switch strings.Trim(v[0].(string), " ") {
		case "+", "-", ".", ",": // a number's signs count alone too
			return int64(1), nil
		}
		for _, to := range []tsql.Type{typeFloat, typeMoney} {
			if x, err := tsql.TryConvert(v[0], t, to, 0); err == nil && x != nil && strings.TrimSpace(v[0].(string)) != "" {
				return int64(1), nil
			}
		}
		return int64(0), nil
	}), nil
}

func bindChoose(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeBig, 0); err != nil {
		return nil, err
	}
	list := a[1:]
	t, err := b.unify(list, "CHOOSE")
	if err != nil {
		return nil, err
	}
	var sql strings.Builder
	sql.WriteString("CASE " + a[0].sql)
	for i, x := range list {
		fmt.Fprintf(&sql, " WHEN %d THEN %s", i+1, x.sql)
	}
	return &expr{sql: sql.String() + " END", typ: t, null: true}, nil
}

func extreme(b *binder, a []*expr, fn string) (*expr, error) {
	t, err := b.unify(a, fn)
	if err != nil {
		return nil, err
	}
	// NULLs do not count; SQLite's scalar max and min give NULL for one
	parts := make([]string, len(a))
	null := true
	for i, x := range a {
		parts[i] = "SELECT " + x.sql + " AS v"
		null = null && x.null
	}
	return &expr{sql: "(SELECT " + fn + "(v" + collate(t) + ") FROM (" + strings.Join(parts, " UNION ALL ") + "))", typ: t, null: null}, nil
}

func bindIdentCurrent(b *binder, a []*expr) (*expr, error) {
	name, ok := a[0].lit.(string)
	if !ok {
		return nil, unsupported("IDENT_CURRENT of a value that is no constant")
	}
	return b.session("ident_current/"+name, numericType(38, 0), true, func(s *Session) any {
		n, err := tsql.ParseName(name)
		if err != nil {
			return nil
		}
		o, _, err := s.lookup(n)
		t, ok := o.(*table)
		if err != nil || !ok || t.identity() == nil {
			return nil
		}
		st, err := s.inst.identityOf(s.lite, t)
		if err != nil {
			return nil
		}
		st.Lock()
		defer st.Unlock()
		if !st.any {
			return apd.New(t.identity().Identity.Seed, 0)
		}
		return apd.New(st.last, 0)
	}), nil
}

func bindFormatMessage(b *binder, a []*expr) (*expr, error) {
	for i := range a {
		if !a[i].typ.IsInteger() {
			x, err := b.text(a[i])
			if err != nil {
				return nil, err
			}
			a[i] = x
		} else if err := b.ints(a, typeBig, i); err != nil {
			return nil, err
		}
	}
	return b.applyNull("formatmessage", nvarchar(2047), a, func(v []any) (any, error) {
		switch s := v[0].(type) {
		case string:
			return formatMessage(s, v[1:])
		case int64:
			if format, _, ok := systemMessage(int32(s)); ok && s >= 13000 {
				return formatMessage(format, v[1:])
			}
		}
		return nil, nil
	}), nil
}

func bindVariantProperty(b *binder, a []*expr) (*expr, error) {
	if _, _, err := b.texts(a, 1); err != nil {
		return nil, err
	}
	x, err := b.convert(a[0], typeVariant)
	if err != nil {
		return nil, err
	}
	a[0] = x
	return b.apply("variantproperty", typeVariant, a, func(v []any) (any, error) {
		x := v[0].(tsql.Variant)
		number := func(n int) any { return tsql.Variant{Type: typeInt, Value: int64(n)} }
		switch strings.ToLower(v[1].(string)) {
		case "basetype":
			return tsql.Variant{Type: typeSysname, Value: x.Type.Name()}, nil
		case "precision":
			return number(int(x.Type.Precision)), nil
		case "scale":
			return number(int(x.Type.Scale)), nil
		case "maxlength":
			return number(x.Type.Length), nil
		case "collation":
			if x.Type.IsString() {
				return tsql.Variant{Type: typeSysname, Value: showCollation(x.Type.Collation)}, nil
			}
		}
		return nil, nil
	}).nullable(), nil
}
