package store

import (
	"strings"
	"unicode/utf16"

	"tds-launchpad/tsql"
)

// Positions and lengths in T-SQL count UTF-16 code units for nvarchar; units converts where a string is not plain.
func units(s string) []uint16 { return utf16.Encode([]rune(s)) }

func fromUnits(u []uint16) string { return string(utf16.Decode(u)) }

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// cutString is SUBSTRING's arithmetic: start counts from 1 and may lie before the string.
func cutString(s string, start, length int64) string {
	n := int64(len(s))
	if !ascii(s) {
		u := units(s)
		n = int64(len(u))
		from, to := window(n, start, length)
		return fromUnits(u[from:to])
	}
	from, to := window(n, start, length)
	return s[from:to]
}

func window(n, start, length int64) (from, to int64) {
	to = min(max(start-1+length, 0), n)
	from = min(max(start-1, 0), to)
	return from, to
}

func unitLen(s string) int64 {
	if ascii(s) {
		return int64(len(s))
	}
	return int64(utf16Len(s))
}

// oneText makes a function of one string to one of the same type.
func oneText(name string, fn func(string) string) scalarFunc {
	return scalarFunc{1, 1, func(b *binder, a []*expr) (*expr, error) {
		if _, _, err := b.texts(a, 0); err != nil {
			return nil, err
		}
		return b.apply(name, varying(a[0].typ), a, func(v []any) (any, error) { return fn(v[0].(string)), nil }), nil
	}}
}

var stringFunctions = map[string]scalarFunc{
	"UPPER":      oneText("upper", strings.ToUpper),
	"LOWER":      oneText("lower", strings.ToLower),
	"LTRIM":      oneText("ltrim", func(s string) string { return strings.TrimLeft(s, " ") }),
	"RTRIM":      oneText("rtrim", func(s string) string { return strings.TrimRight(s, " ") }),
	"TRIM":       {1, 2, bindTrim},
	"REVERSE":    oneText("reverse", reverse),
	"LEN":        {1, 1, bindLen},
	"DATALENGTH": {1, 1, bindDataLength},
	"SUBSTRING":  {3, 3, bindSubstring},
	"LEFT":       {2, 2, bindLeft},
	"RIGHT":      {2, 2, bindRight},
	"CHARINDEX":  {2, 3, bindCharIndex},
	"PATINDEX":   {2, 2, bindPatIndex},
	"REPLACE":    {3, 3, bindReplace},
	"REPLICATE":  {2, 2, bindReplicate},
	"SPACE":      {1, 1, bindSpace},
	"STUFF":      {4, 4, bindStuff},
	"CONCAT":     {2, -1, bindConcat},
	"CONCAT_WS":  {3, -1, bindConcatWS},
	"ASCII":      {1, 1, bindASCII},
	"UNICODE":    {1, 1, bindUnicode},
	"CHAR":       {1, 1, bindChar},
	"NCHAR":      {1, 1, bindNChar},
	"QUOTENAME":  {1, 2, bindQuoteName},
	"STR":        {1, 3, bindStr},
	"TRANSLATE":  {3, 3, bindTranslate},
}

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func bindTrim(b *binder, a []*expr) (*expr, error) {
	if len(a) == 1 {
		if _, _, err := b.texts(a, 0); err != nil {
			return nil, err
		}
		return b.apply("trim", varying(a[0].typ), a, func(v []any) (any, error) { return strings.Trim(v[0].(string), " "), nil }), nil
	}
	// TRIM(characters FROM string)
	if _, _, err := b.texts(a, 0, 1); err != nil {
		return nil, err
	}
	return b.apply("trim2", varying(a[1].typ), a, func(v []any) (any, error) { return strings.Trim(v[1].(string), v[0].(string)), nil }), nil
}

func bindLen(b *binder, a []*expr) (*expr, error) {
	t := typeInt
	if a[0].typ.IsMax() {
		t = typeBig
	}
	if a[0].typ.IsBinary() {
		return b.apply("lenbinary", t, a, func(v []any) (any, error) { return int64(len(v[0].([]byte))), nil }), nil
	}
	if a[0].typ.IsLOB() {
		return nil, tsql.NewError(8116, a[0].typ.Name(), 1, "len")
	}
	if _, _, err := b.texts(a, 0); err != nil {
		return nil, err
	}
	return b.apply("len", t, a, func(v []any) (any, error) { return unitLen(strings.TrimRight(v[0].(string), " ")), nil }), nil
}

func bindDataLength(b *binder, a []*expr) (*expr, error) {
	t := a[0].typ
	res := typeInt
	if t.IsMax() {
		res = typeBig
	}
	return b.apply("datalength", res, a, func(v []any) (any, error) { return dataLength(v[0], t) }).nullable(), nil
}

func bindSubstring(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeBig, 1, 2); err != nil {
		return nil, err
	}
	n, fixed := a[2].lit.(int64)
	limit := func(t tsql.Type) tsql.Type {
		t = varying(t)
		if fixed && n >= 0 && (t.Length < 0 && n <= 4000 || int(n) < t.Length) {
			t.Length = max(int(n), 1)
		}
		return t
	}
	if a[0].typ.IsBinary() {
		t := limit(tsql.Type{Kind: tsql.KindVarBinary, Length: a[0].typ.Length})
		if a[0].typ.Kind == tsql.KindImage {
			t.Length = -1
		}
		return b.apply("substringb", t, a, func(v []any) (any, error) {
			if v[2].(int64) < 0 {
				return nil, tsql.NewError(537)
			}
			x := v[0].([]byte)
			from, to := window(int64(len(x)), v[1].(int64), v[2].(int64))
			return append([]byte{}, x[from:to]...), nil
		}), nil
	}
	if !a[0].typ.IsString() && !a[0].bare {
		return nil, tsql.NewError(8116, a[0].typ.Name(), 1, "substring")
	}
	if _, _, err := b.texts(a, 0); err != nil {
		return nil, err
	}
	return b.apply("substring", limit(a[0].typ), a, func(v []any) (any, error) {
		if v[2].(int64) < 0 {
			return nil, tsql.NewError(537)
		}
		return cutString(v[0].(string), v[1].(int64), v[2].(int64)), nil
	}), nil
}

func bindLeft(b *binder, a []*expr) (*expr, error) {
	return leftRight(b, a, "left", func(s string, n int64) string { return cutString(s, 1, n) })
}

func bindRight(b *binder, a []*expr) (*expr, error) {
	return leftRight(b, a, "right", func(s string, n int64) string {
		l := unitLen(s)
		return cutString(s, max(l-n, 0)+1, n)
	})
}

func leftRight(b *binder, a []*expr, name string, fn func(string, int64) string) (*expr, error) {
	if _, _, err := b.texts(a, 0); err != nil {
		return nil, err
	}
	if err := b.ints(a, typeBig, 1); err != nil {
		return nil, err
	}
	t := varying(a[0].typ)
	if n, ok := a[1].lit.(int64); ok && n > 0 && (t.Length < 0 && n <= 4000 || int(n) < t.Length) {
		t.Length = int(n)
	}
	return b.apply(name, t, a, func(v []any) (any, error) {
		n := v[1].(int64)
		if n < 0 {
			return nil, tsql.NewError(536, name)
		}
		return fn(v[0].(string), n), nil
	}), nil
}
