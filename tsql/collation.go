package tsql

import (
	"bytes"
	"strings"
	"sync"
)

// DefaultCollation is the collation of everything that names none.
const DefaultCollation = "SQL_Latin1_General_CP1_CI_AS"

// Collation is a way to compare strings. What is equal follows SQL Server closely (case, accents, width, ligatures, trailing
// blanks); the order is linguistic (punctuation before digits before letters, accents after their base letter) but the
// same for all languages: national tailorings such as the Swedish place of å are not made.
type Collation struct {
	// Name is spelt as it was asked for.
	Name string

	binary          bool
	caseSensitive   bool
	accentSensitive bool
	turkish         bool
}

var (
	defaultCollation = &Collation{Name: DefaultCollation, accentSensitive: true}
	collations       sync.Map // name as asked for -> *Collation
)

// collationOf is the collation of a type; a name that is none counts as the default.
func collationOf(t Type) *Collation {
	if t.Collation == "" || t.Collation == DefaultCollation {
		return defaultCollation
	}
	c, err := LookupCollation(t.Collation)
	if err != nil {
		return defaultCollation
	}
	return c
}

// LookupCollation finds a collation by name, in any case; "" and database_default are the default. Error 448 if there is none.
func LookupCollation(name string) (*Collation, error) {
	if name == "" || name == DefaultCollation {
		return defaultCollation, nil
	}
	if c, ok := collations.Load(name); ok {
		return c.(*Collation), nil
	}
	c, ok := parseCollation(name)
	if !ok {
		return nil, NewError(448, name)
	}
	collations.Store(name, c)
	return c, nil
}

// parseCollation reads designator and suffixes: Latin1_General_100_CI_AS_SC_UTF8, Japanese_BIN2.
func parseCollation(name string) (*Collation, bool) {
	lower := strings.ToLower(name)
	if lower == "database_default" || lower == "catalog_default" {
		return defaultCollation, true
	}
	designator := ""
	for _, d := range collationDesignators {
		if strings.HasPrefix(lower, d+"_") && len(d) > len(designator) {
			designator = d
		}
	}
	if designator == "" {
		return nil, false
	}
	c := &Collation{Name: name, turkish: designator == "turkish" || strings.HasPrefix(designator, "azeri_latin")}
	sawCase, sawAccent := false, false
	for _, suffix := range strings.Split(lower[len(designator)+1:], "_") {
		switch suffix {
		case "ci", "cs":
			sawCase = true
			c.caseSensitive = suffix == "cs"
		case "ai", "as":
			sawAccent = true
			c.accentSensitive = suffix == "as"
		case "bin", "bin2":
			c.binary = true
		case "80", "90", "100", "140", "160", "ks", "ws", "sc", "vss", "utf8", "pref":
		default:
			return nil, false
		}
	}
	return c, c.binary != (sawCase && sawAccent)
}

// collationDesignators are the names of SQL Server's collations without version and suffixes, in lower case.
var collationDesignators = strings.Fields(`
albanian arabic assamese azeri_cyrillic azeri_latin bashkir bengali bosnian_cyrillic bosnian_latin breton
chinese_hong_kong_stroke chinese_prc chinese_prc_stroke chinese_simplified_pinyin chinese_simplified_stroke_order
chinese_taiwan_bopomofo chinese_taiwan_stroke chinese_traditional_bopomofo chinese_traditional_pinyin
chinese_traditional_stroke_count chinese_traditional_stroke_order corsican croatian cyrillic_general czech
danish_greenlandic danish_norwegian dari divehi estonian finnish_swedish french frisian georgian_modern_sort
german_phonebook greek hebrew hungarian hungarian_technical icelandic indic_general japanese japanese_bushu_kakusu
japanese_unicode japanese_xjis kazakh khmer korean korean_wansung lao latin1_general latvian lithuanian macedonian_fyrom
maltese maori mapudungan modern_spanish mohawk nepali norwegian pashto persian polish romanian romansh sami_norway
sami_sweden_finland serbian_cyrillic serbian_latin slovak slovenian syriac tamazight tatar thai tibetan
traditional_spanish turkish turkmen uighur ukrainian upper_sorbian urdu uzbek_latin vietnamese welsh yakut
sql_1xcompat_cp850 sql_altdiction_cp850 sql_altdiction_cp1253 sql_croatian_cp1250 sql_czech_cp1250 sql_danish_pref_cp1
sql_ebcdic037_cp1 sql_ebcdic1141_cp1 sql_ebcdic273_cp1 sql_ebcdic277_cp1 sql_ebcdic278_cp1 sql_ebcdic280_cp1
sql_ebcdic284_cp1 sql_ebcdic285_cp1 sql_ebcdic297_cp1 sql_estonian_cp1257 sql_hungarian_cp1250 sql_icelandic_pref_cp1
sql_latin1_general_cp1 sql_latin1_general_cp1250 sql_latin1_general_cp1251 sql_latin1_general_cp1253
sql_latin1_general_cp1254 sql_latin1_general_cp1255 sql_latin1_general_cp1256 sql_latin1_general_cp1257
sql_latin1_general_cp437 sql_latin1_general_cp850 sql_latin1_general_pref_cp1 sql_latin1_general_pref_cp437
sql_latin1_general_pref_cp850 sql_latvian_cp1257 sql_lithuanian_cp1257 sql_mixdiction_cp1253 sql_polish_cp1250
sql_romanian_cp1250 sql_scandinavian_cp850 sql_scandinavian_pref_cp850 sql_slovak_cp1250 sql_slovenian_cp1250
sql_swedishphone_pref_cp1 sql_swedishstd_pref_cp1 sql_ukrainian_cp1251`)

// Compare compares as = and ORDER BY do: -1, 0 or +1. Trailing blanks count for nothing.
func (c *Collation) Compare(a, b string) int {
	a, b = strings.TrimRight(a, " "), strings.TrimRight(b, " ")
	if c.binary {
		return strings.Compare(a, b)
	}
	n := min(len(a), len(b))
	cases := 0
	for i := range n {
		x, y := asciiWeight[a[i]], asciiWeight[b[i]]
		if x == 0 || y == 0 || c.turkish {
			return c.compareKeys(a, b)
		}
		if x != y {
			if !isASCII(a[i:]) || !isASCII(b[i:]) {
				// A mark may follow that belongs to this letter.
				return c.compareKeys(a, b)
			}
			return sign(int(x) - int(y))
		}
		if cases == 0 && a[i] != b[i] {
			cases = int(b[i]) - int(a[i]) // 'a' is greater than 'A' in ASCII and comes first
		}
	}
	if len(a) != len(b) {
		if !isASCII(a[n:]) || !isASCII(b[n:]) {
			return c.compareKeys(a, b)
		}
		return sign(len(a) - len(b))
	}
	if c.caseSensitive {
		return sign(cases)
	}
	return 0
}

// compareKeys is Compare for all that is not plain ASCII.
func (c *Collation) compareKeys(a, b string) int {
	if a == b {
		return 0
	}
	var bufA, bufB [128]byte
	return bytes.Compare(c.AppendKey(bufA[:0], a), c.AppendKey(bufB[:0], b))
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// Equal reports whether = calls the strings equal.
func (c *Collation) Equal(a, b string) bool { return c.Compare(a, b) == 0 }
