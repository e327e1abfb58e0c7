package store

import (
	"strings"
	"unicode"

	"tds-launchpad/tsql"
)

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
