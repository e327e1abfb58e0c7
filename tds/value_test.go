package tds

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// sameValue compares decoded values. Decimals must agree in scale, times in instant
// and zone offset.
var sameValue = cmp.Options{
	cmp.Comparer(func(a, b *apd.Decimal) bool {
		return a.Exponent == b.Exponent && a.Cmp(b) == 0 && a.Negative == b.Negative
	}),
	cmp.Comparer(func(a, b time.Time) bool {
		_, x := a.Zone()
		_, y := b.Zone()
		return a.Equal(b) && x == y
	}),
	cmp.Comparer(func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }),
	cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }),
}

// Every value of every type comes back from Encode, the wire and Decode.
func TestValueRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tv := genTypeValue().Draw(t, "value")
		raw, err := tv.Type.Encode([]byte("before"), tv.Value)
		if err != nil {
			t.Fatalf("Encode %s: %v", tv.Type, err)
		}
		if string(raw[:6]) != "before" {
			t.Fatal("Encode changed what was there")
		}
		raw = raw[6:]
		wire, err := tv.Type.AppendValue([]byte("before"), raw)
		if err != nil {
			t.Fatalf("AppendValue %s: %v", tv.Type, err)
		}
		wire = append(wire[6:], "behind"...)
		back, n, err := tv.Type.ParseValue(wire)
		if err != nil || n != len(wire)-6 || string(back) != string(raw) {
			t.Fatalf("ParseValue %s: %x, %d bytes, %v; want %x", tv.Type, back, n, err, raw)
		}
		v, err := tv.Type.Decode(back)
		if err != nil {
			t.Fatalf("Decode %s: %v", tv.Type, err)
		}
		if diff := cmp.Diff(tv.Value, v, sameValue); diff != "" {
			t.Fatalf("%s: %s", tv.Type, diff)
		}
	})
}

// NULL has a form in every nullable type and none in the others.
func TestNullRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tt := genTypeValue().Draw(t, "value").Type
		wire, err := tt.AppendValue(nil, nil)
		if !tt.Nullable() {
			if !errors.Is(err, ErrEncode) {
				t.Fatalf("%s: NULL: %v", tt, err)
			}
			return
		}
		raw, n, err2 := tt.ParseValue(wire)
		if err != nil || err2 != nil || raw != nil || n != len(wire) {
			t.Fatalf("%s: %v %v %x %d", tt, err, err2, raw, n)
		}
		if v, err := tt.Decode(nil); v != nil || err != nil {
			t.Fatalf("Decode(nil) = %v, %v", v, err)
		}
	})
}

// Raw forms as MS-TDS 2.2.5.5 describes them, worked out by hand.
func TestEncodeKnownBytes(t *testing.T) {
	day := func(s string) time.Time {
		v, err := time.Parse("2006-01-02T15:04:05.999999999Z07:00", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	dec := func(s string) *apd.Decimal {
		d, _, err := apd.NewFromString(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		t    TypeInfo
		v    any
		want string
	}{
		{Bit(), true, "\x01"},
		{Int(1), int64(255), "\xff"},
		{Int(2), int64(-2), "\xfe\xff"},
		{Int(4), int64(0x01020304), "\x04\x03\x02\x01"},
		{Int(8), int64(math.MinInt64), "\x00\x00\x00\x00\x00\x00\x00\x80"},
		{Float(4), float32(1), "\x00\x00\x80\x3f"},
		{Float(8), float64(-2), "\x00\x00\x00\x00\x00\x00\x00\xc0"},
		{Decimal(5, 2), dec("123.45"), "\x01\x39\x30\x00\x00"},
		{Decimal(5, 2), dec("-0.01"), "\x00\x01\x00\x00\x00"},
		{Decimal(5, 2), dec("-0.001"), "\x01\x00\x00\x00\x00"}, // rounds to zero, which has no sign
		{Decimal(10, 0), dec("4294967296"), "\x01\x00\x00\x00\x00\x01\x00\x00\x00"},
		{Decimal(38, 0), dec("99999999999999999999999999999999999999"),
			"\x01\xff\xff\xff\xff\x3f\x22\x8a\x09\x7a\xc4\x86\x5a\xa8\x4c\x3b\x4b"},
		{Decimal(38, 38), dec("1E-38"), "\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"},
		{Money(4), dec("1"), "\x10\x27\x00\x00"},
		{Money(8), dec("1"), "\x00\x00\x00\x00\x10\x27\x00\x00"},
		{Money(8), dec("-0.0001"), "\xff\xff\xff\xff\xff\xff\xff\xff"},
		{Money(8), dec("922337203685477.5807"), "\xff\xff\xff\x7f\xff\xff\xff\xff"},
		{Money(8), dec("-922337203685477.5808"), "\x00\x00\x00\x80\x00\x00\x00\x00"},
		{UniqueIdentifier(), uuid.MustParse("00112233-4455-6677-8899-aabbccddeeff"),
			"\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff"},
		{Date(), day("0001-01-01T00:00:00Z"), "\x00\x00\x00"},
		{Date(), day("1900-01-01T00:00:00Z"), "\x5b\x95\x0a"},
		{Date(), day("9999-12-31T23:59:59Z"), "\xda\xb9\x37"},
		{Time(0), day("0001-01-01T23:59:59Z"), "\x7f\x51\x01"},
		{Time(7), day("0001-01-01T23:59:59.9999999Z"), "\xff\xbf\x69\x2a\xc9"},
		{Time(3), day("0001-01-01T00:00:00.001Z"), "\x01\x00\x00\x00"},
		{DateTime2(0), day("1900-01-01T00:00:01Z"), "\x01\x00\x00\x5b\x95\x0a"},
		{DateTimeOffset(0), day("1900-01-01T01:00:01+01:00"), "\x01\x00\x00\x5b\x95\x0a\x3c\x00"},
		{DateTimeOffset(0), day("1899-12-31T10:00:00-14:00"), "\x00\x00\x00\x5b\x95\x0a\xb8\xfc"},
		{DateTime(8), day("1900-01-01T00:00:00.003Z"), "\x00\x00\x00\x00\x01\x00\x00\x00"},
		{DateTime(8), day("1753-01-01T00:00:00Z"), "\x46\x2e\xff\xff\x00\x00\x00\x00"},
		{DateTime(8), day("1900-01-01T12:00:00Z"), "\x00\x00\x00\x00\x00\xc1\xc5\x00"},
		{DateTime(4), day("1900-01-02T00:01:00Z"), "\x01\x00\x01\x00"},
		{NVarChar(10, DefaultCollation), "aé😀", "a\x00\xe9\x00\x3d\xd8\x00\xde"},
		{NChar(3, DefaultCollation), "a", "a\x00 \x00 \x00"},
		{VarChar(10, DefaultCollation), "é€", "\xe9\x80"},
		{VarChar(10, DefaultCollation), "漢a", "?a"},
		{Char(3, DefaultCollation), "a", "a  "},
		{VarChar(10, mustCollation("Japanese_CI_AS")), "漢a", "\x8a\xbfa"},
		{VarChar(10, mustCollation("Japanese_CI_AS")), "😀a", "?a"},
		{VarChar(10, mustCollation("Latin1_General_100_CI_AS_SC_UTF8")), "é😀", "é😀"},
		{Binary(4), []byte{1, 2}, "\x01\x02\x00\x00"},
		{SQLVariant(), Variant{Int(4), int64(1)}, "\x38\x00\x01\x00\x00\x00"},
		{SQLVariant(), Variant{Decimal(5, 2), dec("1")}, "\x6a\x02\x05\x02\x01\x64\x00\x00\x00"},
		{SQLVariant(), Variant{NVarChar(2, DefaultCollation), "a"}, "\xe7\x07\x09\x04\xd0\x00\x34\x04\x00a\x00"},
		{SQLVariant(), Variant{Time(3), day("0001-01-01T00:00:00.001Z")}, "\x29\x01\x03\x01\x00\x00\x00"},
		{Vector(2), []float32{1, -2}, "\xa9\x01\x02\x00\x00\x00\x00\x00\x00\x00\x80\x3f\x00\x00\x00\xc0"},
	} {
		raw, err := c.t.Encode(nil, c.v)
		if err != nil || string(raw) != c.want {
			t.Errorf("%s: %v: %x, %v; want %x", c.t, c.v, raw, err, c.want)
		}
	}
}

// What does not fit a type is refused, not cut.
func TestEncodeRefuses(t *testing.T) {
	dec := func(s string) *apd.Decimal {
		d, _, err := apd.NewFromString(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	late := time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)
	for _, c := range []struct {
		t TypeInfo
		v any
	}{
		{Bit(), int64(1)}, {Bit(), nil}, {Bit(), "1"},
		{Int(1), int64(-1)}, {Int(1), int64(256)}, {Int(2), int64(32768)}, {Int(4), int64(1) << 31}, {Int(4), true},
		{Int(4), 1.0},
		{Float(8), math.Inf(1)}, {Float(8), math.NaN()}, {Float(4), 1e39}, {Float(8), int64(1)},
		{Decimal(2, 0), dec("100")}, {Decimal(2, 0), dec("99.5")}, {Decimal(2, 0), dec("1E99999")},
		{Decimal(38, 0), dec("100000000000000000000000000000000000000")}, {Decimal(5, 2), dec("NaN")},
		{Decimal(5, 2), dec("Infinity")}, {Decimal(5, 2), (*apd.Decimal)(nil)}, {Decimal(5, 2), 1.0},
		{Money(4), dec("214748.3648")}, {Money(4), dec("-214748.3649")}, {Money(8), dec("922337203685477.5808")},
		{DateTime(8), time.Date(1752, 12, 31, 0, 0, 0, 0, time.UTC)}, {DateTime(8), late},
		{DateTime(4), time.Date(2079, 6, 6, 23, 59, 30, 0, time.UTC)}, {DateTime(4), time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)},
		{Date(), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}, {Date(), time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)},
		{DateTime2(6), late}, {Date(), "2020-01-01"},
		{DateTimeOffset(0), time.Date(2020, 1, 1, 0, 0, 0, 0, time.FixedZone("", 60*841))},
		{DateTimeOffset(0), time.Date(2020, 1, 1, 0, 0, 0, 0, time.FixedZone("", 30))},
		{DateTimeOffset(0), time.Date(1, 1, 1, 0, 0, 0, 0, time.FixedZone("", 3600))},
		{NVarChar(2, DefaultCollation), "abc"}, {NVarChar(1, DefaultCollation), "😀"}, {NVarChar(1, DefaultCollation), []byte("a")},
		{VarChar(1, mustCollation("Japanese_CI_AS")), "漢"}, {Char(1, DefaultCollation), "ab"},
		{VarBinary(1), []byte{1, 2}}, {VarBinary(1), "a"}, {Binary(1), []byte{1, 2}},
		{UniqueIdentifier(), "00112233-4455-6677-8899-aabbccddeeff"},
		{SQLVariant(), int64(1)}, {SQLVariant(), Variant{Int(4), nil}}, {SQLVariant(), Variant{NVarChar(SizeMax, DefaultCollation), "a"}},
		{SQLVariant(), Variant{XML(), "<a/>"}}, {SQLVariant(), Variant{SQLVariant(), Variant{Int(4), int64(1)}}},
		{Vector(2), []float32{1}}, {TypeInfo{ID: TypeNull}, int64(1)},
	} {
		raw, err := c.t.Encode([]byte{7}, c.v)
		if !errors.Is(err, ErrEncode) || len(raw) != 1 {
			t.Errorf("%s: %v gives %x, %v", c.t, c.v, raw, err)
		}
	}
}

// Raw bytes that are no value of their type are refused.
func TestDecodeRefuses(t *testing.T) {
	for _, c := range []struct {
		t   TypeInfo
		raw string
	}{
		{Int(4), "\x01"}, {Int(4), ""}, {Bit(), "\x00\x00"}, {Float(8), "1234"}, {Money(4), "12345678"},
		{Decimal(5, 2), "\x01\x00"}, {Decimal(5, 2), "\x02\x00\x00\x00\x00"}, {Decimal(5, 2), "\x01\xff\xff\xff\xff"}, {Decimal(5, 2), ""},
		{UniqueIdentifier(), "123"}, {Date(), "\xdb\xb9\x37"}, {Date(), "\x00"},
		{Time(7), "\x00\xc0\x69\x2a\xc9"}, {Time(0), "\x80\x51\x01"}, {Time(0), "\xff\xff\xff"},
		{DateTime(8), "\x45\x2e\xff\xff\x00\x00\x00\x00"}, {DateTime(8), "\x00\x00\x00\x00\x00\x82\x8b\x01"},
		{DateTime(4), "\x00\x00\xa0\x05"}, {DateTimeOffset(0), "\x00\x00\x00\x5b\x95\x0a\x49\x03"},
		{NVarChar(5, DefaultCollation), "abc"}, {XML(), "\xdf\xff\x01"}, {XML(), "\xfe\xff\x00<"}, {XML(), "<\x00a"},
		{SQLVariant(), "\x38\x00\x01"}, {SQLVariant(), "\x38\x01\x00\x01\x00\x00\x00"}, {SQLVariant(), "\x62\x00"}, {SQLVariant(), ""},
		{SQLVariant(), "\x29\x01\x08\x00\x00\x00"}, {SQLVariant(), "\xa7\x07\x09\x04\xd0\x00\x34\x01\x00ab"}, {SQLVariant(), "\x6a\x02\x27\x00\x01\x00\x00\x00\x00"},
		{SQLVariant(), "\x24\x00abc"},
		{Vector(1), "\xa9\x01\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00"}, {Vector(1), "\xa8\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00"}, {Vector(1), "x"},
		{TypeInfo{ID: TypeNull}, ""},
	} {
		if v, err := c.t.Decode([]byte(c.raw)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %x gives %v, %v", c.t, c.raw, v, err)
		}
	}
}

// The code of a lone surrogate is no character: it becomes U+FFFD in Go, while the
// raw form, which is what the proxy passes on, keeps it.
func TestLoneSurrogates(t *testing.T) {
	nv := NVarChar(10, DefaultCollation)
	for raw, want := range map[string]string{
		"\x00\xd8":              "\uFFFD",
		"a\x00\x00\xdcb\x00":    "a\uFFFDb",
		"\x00\xdc\x00\xd8":      "\uFFFD\uFFFD",
		"\x3d\xd8\x00\xdea\x00": "😀a",
	} {
		wire, err := nv.AppendValue(nil, []byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if back, _, err := nv.ParseValue(wire); string(back) != raw || err != nil {
			t.Errorf("%x became %x on the wire, %v", raw, back, err)
		}
		if v, err := nv.Decode([]byte(raw)); v != want || err != nil {
			t.Errorf("%x is %q, %v; want %q", raw, v, err, want)
		}
	}
}

func TestXMLEncodings(t *testing.T) {
	x := XML()
	for raw, want := range map[string]string{
		"<\x00a\x00/\x00>\x00":         "<a/>",
		"\xff\xfe<\x00a\x00/\x00>\x00": "<a/>",
		"\xef\xbb\xbf<é/>":             "<é/>",
		"<é/>":                         "<é/>",
		"<?xml version='1.0'?><a/>":    "<?xml version='1.0'?><a/>",
		"":                             "",
	} {
		if v, err := x.Decode([]byte(raw)); v != want || err != nil {
			t.Errorf("%x is %q, %v; want %q", raw, v, err, want)
		}
	}
}

// Bytes that a code page gives no meaning don't break the text around them.
func TestMeaninglessBytes(t *testing.T) {
	for _, c := range []struct {
		collation string
		raw, want string
	}{
		{"Latin1_General_100_CI_AS_SC_UTF8", "a\xffb", "a\uFFFDb"},
		{"Japanese_CI_AS", "a\x81", "a\uFFFD"},
		{"Greek_CI_AS", "a\xffb", "a\uFFFDb"},
		{"Latin1_General_CI_AS", "a\x81b", "a\u0081b"}, // as Windows has it
	} {
		v := VarChar(10, mustCollation(c.collation))
		if got, err := v.Decode([]byte(c.raw)); got != c.want || err != nil {
			t.Errorf("%s: %x is %q, %v", c.collation, c.raw, got, err)
		}
	}
}
