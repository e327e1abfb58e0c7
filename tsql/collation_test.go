package tsql

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

func mustCollation(t testing.TB, name string) *Collation {
	t.Helper()
	c, err := LookupCollation(name)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCollationCompare(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		// results under CI_AS, CS_AS, CI_AI, BIN2
		ci, cs, ai, bin int
	}{
		{"a", "a", 0, 0, 0, 0},
		{"a", "A", 0, -1, 0, 1},
		{"abc", "ABD", -1, -1, -1, 1},
		{"a  ", "a", 0, 0, 0, 0},
		{"", "   ", 0, 0, 0, 0},
		{"", "a", -1, -1, -1, -1},
		{"a", "ab", -1, -1, -1, -1},
		{"a b", "ab", -1, -1, -1, -1},
		{"9", "a", -1, -1, -1, -1},
		{"_", "0", -1, -1, -1, 1},
		{"é", "e", 1, 1, 0, 1},
		{"é", "E", 1, 1, 0, 1},
		{"é", "É", 0, -1, 0, 1},
		{"e\u0301", "é", 0, 0, 0, -1},
		{"éa", "eb", -1, -1, -1, 1},
		{"résumé", "resume", 1, 1, 0, 1},
		{"ae", "æ", 0, 0, 0, -1},
		{"strasse", "straße", 0, 0, 0, -1},
		{"Ａ", "a", 0, 1, 0, 1},
		{"ø", "o", 1, 1, 0, 1},
		{"z", "é", 1, 1, 1, -1},
		{"я", "Я", 0, -1, 0, 1},
		{"a\u00adb", "ab", 0, 0, 0, 1},
		{"名", "前", 1, 1, 1, 1},
	} {
		for name, want := range map[string]int{"Latin1_General_CI_AS": tt.ci, "Latin1_General_100_CS_AS": tt.cs,
			"Latin1_General_CI_AI": tt.ai, "Latin1_General_BIN2": tt.bin} {
			c := mustCollation(t, name)
			if got := c.Compare(tt.a, tt.b); got != want {
				t.Errorf("%s: %q against %q: %d, want %d", name, tt.a, tt.b, got, want)
			}
			if got := c.Compare(tt.b, tt.a); got != -want {
				t.Errorf("%s: %q against %q: %d, want %d", name, tt.b, tt.a, got, -want)
			}
		}
	}
	tr := mustCollation(t, "Turkish_CI_AS")
	if tr.Equal("I", "i") || !tr.Equal("I", "ı") || !tr.Equal("İ", "i") {
		t.Error("Turkish I")
	}
}

func TestLookupCollation(t *testing.T) {
	for _, name := range []string{"", "sql_latin1_general_cp1_ci_as", "Latin1_General_100_CI_AS_SC_UTF8", "Japanese_XJIS_140_CS_AS_KS_WS_VSS",
		"Latin1_General_BIN", "Chinese_PRC_CI_AS", "database_default", "SQL_Latin1_General_CP1250_CS_AS", "Finnish_Swedish_CI_AI"} {
		if _, err := LookupCollation(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"foo", "Latin1_General", "Latin1_General_CI", "Latin1_General_CI_AS_XX", "Klingon_CI_AS", "Latin1_General_BIN_CI_AS", "_CI_AS"} {
		if _, err := LookupCollation(name); !errors.Is(err, &Error{Number: 448}) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Compare, Equal and the keys tell the same story, and the order is an order.
func TestCollationConsistent(t *testing.T) {
	words := rapid.StringOfN(rapid.SampledFrom([]rune("aAbB zé\u0301ßæ_-0Ø名\u00adİıI")), 0, 8, -1)
	for _, name := range []string{"", "Latin1_General_CS_AS", "Latin1_General_CI_AI", "Latin1_General_BIN2", "Turkish_CS_AS"} {
		c := mustCollation(t, name)
		rapid.Check(t, func(t *rapid.T) {
			x, y, z := words.Draw(t, "x"), words.Draw(t, "y"), words.Draw(t, "z")
			xy := c.Compare(x, y)
			if k := bytes.Compare(c.AppendKey(nil, x), c.AppendKey(nil, y)); k != xy {
				t.Fatalf("%s: %q against %q: %d by keys %d", c.Name, x, y, xy, k)
			}
			if c.Equal(x, y) != (xy == 0) || c.Compare(y, x) != -xy || c.Compare(x, x+" ") != 0 {
				t.Fatalf("%s: %q against %q", c.Name, x, y)
			}
			if xy <= 0 && c.Compare(y, z) <= 0 && c.Compare(x, z) > 0 {
				t.Fatalf("%s: %q, %q, %q are no order", c.Name, x, y, z)
			}
		})
	}
}

func TestLike(t *testing.T) {
	for _, tt := range []struct {
		s, pattern string
		escape     rune
		want       bool
	}{
		{"abc", "abc", 0, true}, {"ABC", "a%", 0, true}, {"abc", "%c", 0, true}, {"abc", "%b%", 0, true}, {"abc", "a_c", 0, true},
		{"abc", "a_", 0, false}, {"abc", "", 0, false}, {"", "", 0, true}, {"", "%", 0, true}, {"", "_", 0, false},
		{"abc", "[a-c]bc", 0, true}, {"abc", "[^a-c]bc", 0, false}, {"dbc", "[^a-c]bc", 0, true}, {"a-c", "a[-]c", 0, true},
		{"a]c", "a[]]c", 0, true}, {"a%c", "a[%]c", 0, true}, {"abc", "a[%]c", 0, false}, {"a%c", "a!%c", '!', true}, {"abc", "a!%c", '!', false},
		{"a!c", "a!!c", '!', true}, {"abc", "a[bc", 0, false}, {"aaab", "%a%ab", 0, true}, {"mississippi", "m%iss%ip%", 0, true},
		{"mississippi", "m%iss%ix%", 0, false}, {"é", "e", 0, false}, {"É", "é", 0, true}, {"e\u0301x", "_x", 0, true}, {"5", "[0-9]", 0, true},
		{"x", "[0-9]", 0, false}, {"a ", "a", 0, false}, {"a_b", "a[_]b", 0, true}, {"B", "[a-c]", 0, true}, {"-", "[a-]", 0, true}, {"^", "[a^]", 0, true},
		{"ab", "a[!]]b", '!', false}, {"a]b", "a[!]]b", '!', true}, {"名前", "名_", 0, true},
	} {
		got, err := defaultCollation.Like(tt.s, tt.pattern, tt.escape)
		if err != nil || got != tt.want {
			t.Errorf("%q LIKE %q: %v, %v", tt.s, tt.pattern, got, err)
		}
	}
	if _, err := defaultCollation.Like("a", "a!", '!'); !errors.Is(err, &Error{Number: 506}) {
		t.Error(err)
	}
	if got, _ := mustCollation(t, "Latin1_General_CS_AI").Like("É", "e%", 0); got {
		t.Error("case-sensitive LIKE found another case")
	}
	if got, _ := mustCollation(t, "Latin1_General_CI_AI").Like("Éa", "e%", 0); !got {
		t.Error("accent-insensitive LIKE minds the accent")
	}
}

func FuzzLike(f *testing.F) {
	f.Add("abc", "a%[^b-c]_", "!")
	f.Add("é", "[a-", "")
	c := mustCollation(f, "")
	f.Fuzz(func(t *testing.T, s, pattern, escape string) {
		var e rune
		for _, e = range escape {
			break
		}
		if _, err := c.Like(s, pattern, e); err != nil && !errors.Is(err, &Error{Number: 506}) {
			t.Fatal(err)
		}
		if ok, err := c.Like(s, "%", 0); !ok || err != nil {
			t.Fatalf("%q LIKE %%", s)
		}
	})
}

func TestCompareValues(t *testing.T) {
	// In ascending order, each type on its own.
	for typ, literals := range map[string][]string{
		"int": {"NULL", "-5", "0", "7"}, "bit": {"NULL", "0", "1"}, "float": {"-1e300", "0", "0.5"}, "real": {"-1", "2"},
		"decimal(9,4)": {"-1", "0", "0.0001", "10"}, "money": {"-1", "0.5", "1.2345"}, "varchar(9)": {"", "A", "b", "C"},
		"varbinary(9)": {"0x", "0x01", "0x0101", "0x02"}, "date": {"0001-01-01", "2020-01-01"}, "time(7)": {"00:00", "12:00:00.0000001"},
		"datetime":          {"1753-01-01", "2020-01-01 00:00:00.003", "2020-01-01 00:00:00.007"},
		"datetimeoffset(0)": {"2020-01-01 10:00 +02:00", "2020-01-01 09:00 +00:00"},
		"uniqueidentifier":  {"FFFFFFFF-FFFF-FFFF-FFFF-000000000000", "00000000-0000-0000-FFFF-000000000001", "00000000-0000-0000-0000-010000000000"},
	} {
		for i := range literals {
			for j := range literals {
				a, p := value(t, literals[i], typ)
				b, _ := value(t, literals[j], typ)
				if got := Compare(a, b, p); got != sign(i-j) {
					t.Errorf("%s: %s against %s: %d", typ, literals[i], literals[j], got)
				}
			}
		}
	}
	if Compare([]byte{1, 0}, []byte{1}, VarBinary(4)) != 0 {
		t.Error("zero bytes at the end of a binary count")
	}
	x := time.Date(2020, 1, 1, 0, 0, 0, 3_333_333, time.UTC)
	y := time.Date(2020, 1, 1, 0, 0, 0, 3_000_000, time.UTC)
	if Compare(x, y, TypeDateTime) != 0 {
		t.Error("two spellings of one datetime differ")
	}
}

// The order of uniqueidentifier, from the documentation of SqlGuid: bytes 10 to 15 first, then 8, 9, then 6, 7, 4, 5, 0 to 3 of the
// stored form.
func TestCompareGUID(t *testing.T) {
	order := []int{10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3}
	for i := range 15 {
		var hi, lo [16]byte
		hi[order[i]] = 1
		for _, k := range order[i+1:] {
			lo[k] = 0xFF
		}
		if compareGUID(guidFromBytes(hi[:]), guidFromBytes(lo[:])) != 1 {
			t.Errorf("byte %d does not outweigh those behind it", order[i])
		}
	}
	u := uuid.New()
	if compareGUID(u, u) != 0 || guidFromBytes(guidBytes(u)) != u {
		t.Error("a uuid differs from itself")
	}
}

func TestCompareMixed(t *testing.T) {
	for _, tt := range []struct {
		ta, a, tb, b string
		want         int
		number       int32
	}{
		{"int", "5", "varchar(9)", " 5 ", 0, 0}, {"int", "5", "varchar(9)", "x", 0, 245}, {"int", "1", "decimal(9,2)", "1.00", 0, 0},
		{"float", "1", "decimal(9,2)", "1.5", -1, 0}, {"varchar(3)", "abc", "nvarchar(9)", "ABC  ", 0, 0}, {"date", "2020-01-01", "varchar(30)", "2020-01-02", -1, 0},
		{"int", "1", "date", "2020-01-01", 0, 206}, {"text", "a", "text", "a", 0, 306}, {"xml", "<a/>", "xml", "<a/>", 0, 305},
		{"char(3)", "ab", "varchar(3)", "ab", 0, 0}, {"bigint", "3000000000", "int", "5", 1, 0}, {"datetime", "2020-01-01", "date", "2020-01-01", 0, 0},
		{"decimal(38,0)", "99999999999999999999999999999999999999", "decimal(5,2)", "1", 1, 0},
		{"varchar(9)", strings.Repeat("a", 9), "varchar(3)", "aaa", 1, 0},
		{"uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "varchar(40)", "6f9619ff-8b86-d011-b42d-00c04fc964ff", 0, 0},
	} {
		a, ta := value(t, tt.a, tt.ta)
		b, tb := value(t, tt.b, tt.tb)
		got, err := CompareMixed(a, b, ta, tb)
		if tt.number != 0 {
			if !errors.Is(err, &Error{Number: tt.number}) {
				t.Errorf("%s %s, %s %s: %v, want %d", tt.ta, tt.a, tt.tb, tt.b, err, tt.number)
			}
			continue
		}
		if err != nil || got != tt.want {
			t.Errorf("%s %s, %s %s: %d, %v", tt.ta, tt.a, tt.tb, tt.b, got, err)
		}
	}
}

func TestCompareVariants(t *testing.T) {
	// Families in ascending order, from the documentation of sql_variant.
	in := []Variant{
		{TypeGUID, uuid.New()}, {VarBinary(2), []byte{9}}, {VarChar(3), "b"}, {NVarChar(3), "c"}, {TypeInt, int64(5)},
		{Decimal(9, 2), mustDecimal(t, "5.5")}, {TypeFloat, 1.0}, {TypeDate, time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	if !slices.IsSortedFunc(in, func(a, b Variant) int { return Compare(a, b, TypeVariant) }) {
		t.Error("variants out of order")
	}
}

func mustDecimal(t *testing.T, s string) any {
	v, err := Convert(s, VarChar(40), Decimal(38, 10), 0)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func BenchmarkCollationCompare(b *testing.B) {
	for name, pair := range map[string][2]string{"ascii": {"Some customer name", "some Customer nbme"}, "accents": {"Müller Straße", "müller strasse"}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				defaultCollation.Compare(pair[0], pair[1])
			}
		})
	}
}

// Each letter that is looked for must have a replacement.
func TestExpansions(t *testing.T) {
	for _, r := range expandable {
		if expansions.Replace(string(r)) == string(r) {
			t.Errorf("%c has no expansion", r)
		}
	}
}
