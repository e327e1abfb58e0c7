package tds

import "strings"

// CodePage is the Windows code page of char, varchar and text data: one of those
// that AppendUTF8 knows, CodePageUTF8 among them. Collations without a code page,
// unknown ones and the raw collation have 1252, as a server installed with US English
// settings does.
func (c Collation) CodePage() int {
	if c.UTF8() {
		return CodePageUTF8
	}
	if c.SortID != 0 {
		if page := sortCodePage(c.SortID); page != 0 {
			return page
		}
	}
	if page := locales[c.LCID()].codePage; page != 0 {
		return page
	}
	return 1252
}

// IsBinary reports whether text is compared by code (_BIN and _BIN2).
func (c Collation) IsBinary() bool {
	return c.Flags()&(CollationBinary|CollationBinary2) != 0 || binarySort(c.SortID)
}

// binarySort reports whether a sort order is one of the _BIN ones.
func binarySort(id uint8) bool {
	switch id {
	case 30, 40, 50, 80, 104, 112, 128, 136, 144, 152, 192, 194, 196, 198, 204:
		return true
	}
	return false
}

// CaseSensitive reports whether 'a' and 'A' differ.
func (c Collation) CaseSensitive() bool { return c.Flags()&CollationIgnoreCase == 0 }

// versionInfixes are the parts that collation versions put into the names.
var versionInfixes = []string{"", "_90", "_100", "_140"}

// Name is the collation's name as in a COLLATE clause, "" if this package doesn't
// know it. _SC is not on the wire: it shows only where _UTF8 implies it.
func (c Collation) Name() string {
	if c.SortID != 0 {
		if c.UTF8() {
			return "" // no SQL collation is UTF-8
		}
		for _, s := range sqlCollations {
			if s.c.SortID == c.SortID {
				return s.name
			}
		}
		return ""
	}
	version := int(c.Version())
	l, ok := locales[c.LCID()]
	if !ok || version >= len(versionInfixes) {
		return ""
	}
	name := l.designator
	if later := laterDesignator(c.LCID(), version); later != "" {
		name = later
	}
	name += versionInfixes[version]
	f := c.Flags()
	switch {
	case f&CollationBinary2 != 0:
		name += "_BIN2"
	case f&CollationBinary != 0:
		return name + "_BIN"
	default:
		name += pick(f&CollationIgnoreCase != 0, "_CI", "_CS") + pick(f&CollationIgnoreAccent != 0, "_AI", "_AS")
		name += pick(f&CollationIgnoreKana != 0, "", "_KS") + pick(f&CollationIgnoreWidth != 0, "", "_WS")
		if c.UTF8() && version == 2 {
			name += "_SC"
		}
	}
	if c.UTF8() {
		name += "_UTF8"
	}
	return name
}

func pick(cond bool, yes, no string) string {
	if cond {
		return yes
	}
	return no
}

// CollationByName is the opposite of Name. Names are not case-sensitive. _SC and
// _VSS are accepted, though they leave no trace on the wire.
func CollationByName(name string) (Collation, bool) {
	for _, s := range sqlCollations {
		if strings.EqualFold(s.name, name) {
			return s.c, true
		}
	}
	rest := strings.ToUpper(name)
	utf8 := strings.HasSuffix(rest, "_UTF8")
	rest = strings.TrimSuffix(rest, "_UTF8")
	flags := CollationIgnoreKana | CollationIgnoreWidth
	cut := func(suffix string, clear, set CollationFlags) bool {
		s, ok := strings.CutSuffix(rest, suffix)
		if ok {
			rest, flags = s, flags&^clear|set
		}
		return ok
	}
	all := CollationIgnoreKana | CollationIgnoreWidth
	if !cut("_BIN2", all, CollationBinary2) && !cut("_BIN", all, CollationBinary) {
		cut("_VSS", 0, 0)
		cut("_SC", 0, 0)
		cut("_WS", CollationIgnoreWidth, 0)
		cut("_KS", CollationIgnoreKana, 0)
		if !cut("_AI", 0, CollationIgnoreAccent) && !cut("_AS", 0, 0) {
			return Collation{}, false
		}
		if !cut("_CI", 0, CollationIgnoreCase) && !cut("_CS", 0, 0) {
			return Collation{}, false
		}
	}
	if utf8 {
		flags |= CollationUTF8
	}
	version := 0
	for v := len(versionInfixes) - 1; v > 0; v-- {
		if s, ok := strings.CutSuffix(rest, versionInfixes[v]); ok {
			rest, version = s, v
			break
		}
	}
	lcid, ok := lcidOf(rest, version)
	if !ok || utf8 && version < 2 {
		return Collation{}, false
	}
	return Collation{Info: lcid | uint32(flags)<<20 | uint32(version)<<28}, true
}

// lcidOf finds the locale with a designator in capitals.
func lcidOf(designator string, version int) (uint32, bool) {
	for lcid, l := range locales {
		name := l.designator
		if later := laterDesignator(lcid, version); later != "" {
			name = later
		}
		if strings.EqualFold(name, designator) {
			return lcid, true
		}
	}
	return 0, false
}
