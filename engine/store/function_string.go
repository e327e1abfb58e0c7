package store

import (
	"strings"
	"unicode"
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

// find gives the place (in UTF-16 units, from 0) of needle in s at or after from, compared by a collation; -1 if it is not there.
func find(c *tsql.Collation, s, needle []uint16, from int) int {
	if len(needle) == 0 {
		return -1
	}
	want := fromUnits(needle)
	for i := max(from, 0); i+len(needle) <= len(s); i++ {
		part := fromUnits(s[i : i+len(needle)])
		// = ignores trailing blanks, searching does not
		if c.Equal(part, want) && blanks(part) == blanks(want) {
			return i
		}
	}
	return -1
}

func blanks(s string) int { return len(s) - len(strings.TrimRight(s, " ")) }

func bindCharIndex(b *binder, a []*expr) (*expr, error) {
	res := typeInt
	if a[1].typ.IsMax() {
		res = typeBig
	}
	if _, coll, err := b.texts(a, 0, 1); err != nil {
		return nil, err
	} else if err := b.ints(a, typeBig, 2); err != nil {
		return nil, err
	} else {
		c, err := tsql.LookupCollation(showCollation(coll))
		if err != nil {
			return nil, err
		}
		return b.apply("charindex/"+coll, res, a, func(v []any) (any, error) {
			from := int64(1)
			if len(v) > 2 {
				from = v[2].(int64)
			}
			return int64(find(c, units(v[1].(string)), units(v[0].(string)), int(max(from-1, 0))) + 1), nil
		}), nil
	}
}

func bindPatIndex(b *binder, a []*expr) (*expr, error) {
	_, coll, err := b.texts(a, 0, 1)
	if err != nil {
		return nil, err
	}
	c, err := tsql.LookupCollation(showCollation(coll))
	if err != nil {
		return nil, err
	}
	return b.apply("patindex/"+coll, typeInt, a, func(v []any) (any, error) {
		pattern, s := v[0].(string), v[1].(string)
		open := strings.HasPrefix(pattern, "%")
		pattern = strings.TrimPrefix(pattern, "%")
		runes := []rune(s)
		at := int64(1)
		for i := 0; i <= len(runes); i++ {
			ok, err := c.Like(string(runes[i:]), pattern, 0)
			if err != nil {
				return nil, err
			}
			if ok {
				return at, nil
			}
			if !open || i == len(runes) {
				break
			}
			at++
			if runes[i] > 0xFFFF {
				at++
			}
		}
		return int64(0), nil
	}), nil
}

func bindReplace(b *binder, a []*expr) (*expr, error) {
	uni, coll, err := b.texts(a, 0, 1, 2)
	if err != nil {
		return nil, err
	}
	c, err := tsql.LookupCollation(showCollation(coll))
	if err != nil {
		return nil, err
	}
	t := textType(uni, 8000, coll)
	if a[0].typ.IsMax() || a[2].typ.IsMax() {
		t.Length = -1
	}
	return b.apply("replace/"+coll, t, a, func(v []any) (any, error) {
		s, old, with := units(v[0].(string)), units(v[1].(string)), units(v[2].(string))
		var out []uint16
		for at := 0; ; {
			i := find(c, s, old, at)
			if i < 0 {
				return fromUnits(append(out, s[at:]...)), nil
			}
			out = append(append(out, s[at:i]...), with...)
			at = i + len(old)
		}
	}), nil
}

// maxString bounds what a function builds; SQL Server's own limit is 2 GB.
const maxString = 256 << 20

func bindReplicate(b *binder, a []*expr) (*expr, error) {
	if _, _, err := b.texts(a, 0); err != nil {
		return nil, err
	}
	if err := b.ints(a, typeBig, 1); err != nil {
		return nil, err
	}
	t := textType(a[0].typ.IsUnicode(), 8000, a[0].typ.Collation)
	if a[0].typ.IsMax() {
		t.Length = -1
	}
	return b.apply("replicate", t, a, func(v []any) (any, error) {
		s, n := v[0].(string), v[1].(int64)
		if n < 0 {
			return nil, nil
		}
		if t.Length > 0 && len(s) > 0 {
			n = min(n, int64(t.Length)) // more would be cut off below
		}
		if n*int64(len(s)) > maxString {
			return nil, unsupported("a string of more than 256 MB")
		}
		r := strings.Repeat(s, int(n))
		if t.Length > 0 {
			r = cutString(r, 1, int64(t.Length))
		}
		return r, nil
	}).nullable(), nil
}

func bindSpace(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeBig, 0); err != nil {
		return nil, err
	}
	return b.apply("space", varchar(8000), a, func(v []any) (any, error) {
		n := v[0].(int64)
		if n < 0 {
			return nil, nil
		}
		return strings.Repeat(" ", int(min(n, 8000))), nil
	}).nullable(), nil
}

func bindStuff(b *binder, a []*expr) (*expr, error) {
	uni, coll, err := b.texts(a, 0, 3)
	if err != nil {
		return nil, err
	}
	if err := b.ints(a, typeBig, 1, 2); err != nil {
		return nil, err
	}
	t := textType(uni, 8000, coll)
	if a[0].typ.IsMax() || a[3].typ.IsMax() {
		t.Length = -1
	} else if n := a[0].typ.Length + a[3].typ.Length; a[3].typ.Length > 0 && n < t.Length {
		t.Length = n
	}
	return b.applyNull("stuff", t, a, func(v []any) (any, error) {
		s, ok := v[0].(string)
		start, ok1 := v[1].(int64)
		length, ok2 := v[2].(int64)
		with, _ := v[3].(string)
		u := units(s)
		if !ok || !ok1 || !ok2 || start <= 0 || start > int64(len(u)) || length < 0 {
			return nil, nil
		}
		end := min(start-1+length, int64(len(u)))
		return fromUnits(u[:start-1]) + with + fromUnits(u[end:]), nil
	}), nil
}

func bindConcat(b *binder, a []*expr) (*expr, error) { return concat(b, a, "concat", -1) }

func bindConcatWS(b *binder, a []*expr) (*expr, error) { return concat(b, a, "concat_ws", 0) }

// concat joins the texts of its arguments, NULL being empty; sep is the place of a separator, for which NULLs are left out.
func concat(b *binder, a []*expr, name string, sep int) (*expr, error) {
	uni, length := false, 0
	coll := ""
	list := make([]*expr, len(a))
	for i, x := range a {
		t := varchar(textWidth(x.typ))
		if x.typ.IsUnicode() {
			t = nvarchar(x.typ.Length)
		}
		if x.typ.IsString() {
			t = varying(x.typ)
		}
		c, err := b.convertAs(x, t, "convert", 0)
		if err != nil {
			return nil, err
		}
		if x.bare {
			c = retype(c, varchar(1))
		}
		list[i] = c
		uni = uni || t.IsUnicode()
		if t.Length < 0 || length < 0 {
			length = -1
		} else {
			length += t.Length
		}
		if coll == "" {
			coll = t.Collation
		}
	}
	t := textType(uni, length, coll)
	if length < 0 {
		t.Length = -1
	}
	r := b.applyNull(name, t, list, func(v []any) (any, error) {
		var out strings.Builder
		mid, _ := "", 0
		if sep >= 0 {
			mid, _ = v[sep].(string)
			v = v[1:]
		}
		first := true
		for _, x := range v {
			s, ok := x.(string)
			if sep >= 0 && !ok {
				continue
			}
			if !first {
				out.WriteString(mid)
			}
			first = false
			out.WriteString(s)
		}
		s := out.String()
		if t.Length > 0 {
			s = cutString(s, 1, int64(t.Length))
		}
		return s, nil
	})
	r.null = false
	return r, nil
}

func bindASCII(b *binder, a []*expr) (*expr, error) {
	if _, _, err := b.texts(a, 0); err != nil {
		return nil, err
	}
	if a[0].typ.IsUnicode() {
		c, err := b.convertAs(a[0], varchar(-1), "convert", 0)
		if err != nil {
			return nil, err
		}
		a[0] = c
	}
	return b.apply("ascii", typeInt, a, func(v []any) (any, error) {
		raw, err := tsql.Convert(v[0], varchar(-1), tsql.VarBinary(1), 0)
		if x, ok := raw.([]byte); err == nil && ok && len(x) > 0 {
			return int64(x[0]), nil
		}
		return nil, err
	}).nullable(), nil
}

func bindUnicode(b *binder, a []*expr) (*expr, error) {
	if _, _, err := b.texts(a, 0); err != nil {
		return nil, err
	}
	return b.apply("unicode", typeInt, a, func(v []any) (any, error) {
		if u := units(v[0].(string)); len(u) > 0 {
			return int64(u[0]), nil
		}
		return nil, nil
	}).nullable(), nil
}

func bindChar(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeInt, 0); err != nil {
		return nil, err
	}
	t := tsql.Type{Kind: tsql.KindChar, Length: 1}
	return b.apply("char", t, a, func(v []any) (any, error) {
		n := v[0].(int64)
		if n < 0 || n > 255 {
			return nil, nil
		}
		return tsql.Convert([]byte{byte(n)}, tsql.VarBinary(1), t, 0)
	}).nullable(), nil
}

func bindNChar(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeInt, 0); err != nil {
		return nil, err
	}
	return b.apply("nchar", tsql.Type{Kind: tsql.KindNChar, Length: 1}, a, func(v []any) (any, error) {
		n := v[0].(int64)
		if n < 0 || n > 0xFFFF || !unicode.IsOneOf(nil, rune(n)) && n >= 0xD800 && n < 0xE000 {
			return nil, nil
		}
		return string(rune(n)), nil
	}).nullable(), nil
}

func bindQuoteName(b *binder, a []*expr) (*expr, error) {
	x, err := b.convertAs(a[0], typeSysname, "convert", 0)
	if err != nil {
		return nil, err
	}
	a[0] = x
	if len(a) > 1 {
		if _, _, err := b.texts(a, 1); err != nil {
			return nil, err
		}
	}
	return b.apply("quotename", nvarchar(258), a, func(v []any) (any, error) {
		open, shut := "[", "]"
		if len(v) > 1 {
			switch q := v[1].(string); q {
			case "'", `"`, "`":
				open, shut = q, q
			case "(", ")":
				open, shut = "(", ")"
			case "<", ">":
				open, shut = "<", ">"
			case "{", "}":
				open, shut = "{", "}"
			case "[", "]", "":
			default:
				return nil, nil
			}
		}
		return open + strings.ReplaceAll(v[0].(string), shut, shut+shut) + shut, nil
	}).nullable(), nil
}

func bindTranslate(b *binder, a []*expr) (*expr, error) {
	if _, _, err := b.texts(a, 0, 1, 2); err != nil {
		return nil, err
	}
	return b.apply("translate", varying(a[0].typ), a, func(v []any) (any, error) {
		from, to := []rune(v[1].(string)), []rune(v[2].(string))
		if len(from) != len(to) {
			return nil, newError(9828, "TRANSLATE")
		}
		return strings.Map(func(r rune) rune {
			for i, f := range from {
				if f == r {
					return to[i]
				}
			}
			return r
		}, v[0].(string)), nil
	}), nil
}
