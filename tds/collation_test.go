package tds

import (
	"testing"

	"pgregory.net/rapid"
)

// Names of collations, their bytes by the COLLATION rule with LCIDs from MS-LCID, and
// what COLLATIONPROPERTY(name, 'CodePage') documents for them.
func TestCollations(t *testing.T) {
	for _, x := range []struct {
		name     string
		wire     string
		codePage int
	}{
		{"SQL_Latin1_General_CP1_CI_AS", "\x09\x04\xd0\x00\x34", 1252},
		{"SQL_Latin1_General_CP850_CI_AS", "\x09\x04\xd0\x00\x2a", 850},
		{"SQL_Latin1_General_CP437_CI_AI", "\x09\x04\xf0\x00\x22", 437},
		{"Latin1_General_CI_AS", "\x09\x04\xd0\x00\x00", 1252},
		{"Latin1_General_CS_AS", "\x09\x04\xc0\x00\x00", 1252},
		{"Latin1_General_CI_AS_KS_WS", "\x09\x04\x10\x00\x00", 1252},
		{"Latin1_General_BIN", "\x09\x04\x00\x01\x00", 1252},
		{"Latin1_General_BIN2", "\x09\x04\x00\x02\x00", 1252},
		{"Latin1_General_100_CI_AS", "\x09\x04\xd0\x20\x00", 1252},
		{"Latin1_General_100_CI_AS_SC_UTF8", "\x09\x04\xd0\x24\x00", CodePageUTF8},
		{"Latin1_General_100_BIN2_UTF8", "\x09\x04\x00\x26\x00", CodePageUTF8},
		{"Japanese_XJIS_140_CI_AS_UTF8", "\x11\x04\xd0\x34\x00", CodePageUTF8},
		{"Japanese_CI_AS", "\x11\x04\xd0\x00\x00", 932},
		{"Korean_Wansung_CI_AS", "\x12\x04\xd0\x00\x00", 949},
		{"Korean_90_CI_AS", "\x12\x04\xd0\x10\x00", 949},
		{"Korean_100_CI_AS", "\x12\x04\xd0\x20\x00", 949},
		{"Chinese_PRC_CI_AS", "\x04\x08\xd0\x00\x00", 936},
		{"Chinese_Simplified_Pinyin_100_CI_AS", "\x04\x08\xd0\x20\x00", 936},
		{"Chinese_Taiwan_Stroke_CI_AS", "\x04\x04\xd0\x00\x00", 950},
		{"Thai_CI_AS", "\x1e\x04\xd0\x00\x00", 874},
		{"Greek_CI_AI", "\x08\x04\xf0\x00\x00", 1253},
		{"Cyrillic_General_CI_AS", "\x19\x04\xd0\x00\x00", 1251},
		{"Polish_CI_AS", "\x15\x04\xd0\x00\x00", 1250},
		{"Turkish_CI_AS", "\x1f\x04\xd0\x00\x00", 1254},
		{"Hebrew_CI_AS", "\x0d\x04\xd0\x00\x00", 1255},
		{"Arabic_CI_AS", "\x01\x04\xd0\x00\x00", 1256},
		{"Estonian_CI_AS", "\x25\x04\xd0\x00\x00", 1257},
		{"Vietnamese_CI_AS", "\x2a\x04\xd0\x00\x00", 1258},
		{"German_PhoneBook_CI_AS", "\x07\x04\xd1\x00\x00", 1252},
	} {
		c, ok := CollationByName(x.name)
		if !ok {
			t.Errorf("%s is not known", x.name)
			continue
		}
		if got := string(c.Append(nil)); got != x.wire {
			t.Errorf("%s: %x, want %x", x.name, got, x.wire)
		}
		if got := collationFrom([]byte(x.wire)); got != c {
			t.Errorf("%s: %v read as %v", x.name, c, got)
		}
		if c.Name() != x.name {
			t.Errorf("%s is called %s", x.name, c.Name())
		}
		if c.CodePage() != x.codePage {
			t.Errorf("%s has code page %d, want %d", x.name, c.CodePage(), x.codePage)
		}
	}
	if c, _ := CollationByName("sql_latin1_general_cp1_ci_as"); c != DefaultCollation {
		t.Error("names are case-sensitive")
	}
	for _, name := range []string{"", "_CI_AS", "Latin1_General", "Latin1_General_CI", "Latin1_General_AS_CI",
		"Latin1_General_CI_AS_UTF8", "Klingon_CI_AS", "Chinese_PRC_100_CI_AS", "Latin1_General_200_CI_AS"} {
		if c, ok := CollationByName(name); ok {
			t.Errorf("%s is %v", name, c)
		}
	}
}

func TestCollationPredicates(t *testing.T) {
	for name, want := range map[string][2]bool{ // binary, case-sensitive
		"SQL_Latin1_General_CP1_CI_AS":   {false, false},
		"SQL_Latin1_General_CP1_CS_AS":   {false, true},
		"SQL_Latin1_General_CP850_BIN":   {true, true},
		"Latin1_General_BIN2":            {true, true},
		"Latin1_General_100_CS_AS_SC":    {false, true},
		"Latin1_General_100_BIN2_UTF8":   {true, true},
		"Latin1_General_100_CI_AS_KS_SC": {false, false},
	} {
		c, ok := CollationByName(name)
		if !ok || c.IsBinary() != want[0] || c.CaseSensitive() != want[1] {
			t.Errorf("%s: known %v, binary %v, case-sensitive %v", name, ok, c.IsBinary(), c.CaseSensitive())
		}
	}
}

// Whatever five bytes say, there is a code page for the data.
func TestEveryCollationHasACodePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Collation{rapid.Uint32().Draw(t, "info"), rapid.Uint8().Draw(t, "sort")}
		page := c.CodePage()
		if page != CodePageUTF8 && singleByte[page] == nil && doubleByte[page] == nil {
			t.Fatalf("%v: %d", c, page)
		}
		if name := c.Name(); name != "" {
			back, ok := CollationByName(name)
			if !ok || back.CodePage() != page {
				t.Fatalf("%v is called %s, which is %v", c, name, back)
			}
		}
		if got := c.AppendUTF8(nil, c.AppendString(nil, "ASCII 09~")); string(got) != "ASCII 09~" {
			t.Fatalf("%v: %q", c, got)
		}
	})
}

func TestLocalesAreConsistent(t *testing.T) {
	for lcid, l := range locales {
		if l.codePage != 0 && singleByte[l.codePage] == nil && doubleByte[l.codePage] == nil {
			t.Errorf("%#x: no table for code page %d", lcid, l.codePage)
		}
	}
	for lcid := range laterDesignators {
		if _, ok := locales[lcid]; !ok {
			t.Errorf("%#x has no locale", lcid)
		}
	}
	for _, s := range sqlCollations {
		if sortCodePage(s.c.SortID) == 0 {
			t.Errorf("%s: no code page", s.name)
		}
	}
}
