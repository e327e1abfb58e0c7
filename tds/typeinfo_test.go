package tds

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// genTypeInfo draws any TYPE_INFO, names of CLR types and schema collections
// included.
func genTypeInfo() *rapid.Generator[TypeInfo] {
	return rapid.Custom(func(t *rapid.T) TypeInfo {
		if rapid.IntRange(0, 9).Draw(t, "null type") == 0 {
			return TypeInfo{ID: TypeNull}
		}
		tt := genTypeValue().Draw(t, "type").Type
		name := rapid.StringN(0, 100, 255)
		if tt.UDT != nil {
			tt.UDT = &UDTInfo{name.Draw(t, "db"), name.Draw(t, "schema"), name.Draw(t, "name"), name.Draw(t, "assembly")}
			tt.Size = rapid.SampledFrom([]int{1, 892, 8000, SizeMax}).Draw(t, "size")
		}
		if tt.XML != nil {
			tt.XML = &XMLInfo{name.Draw(t, "db"), name.Draw(t, "schema"), name.Draw(t, "collection")}
		}
		return tt
	})
}

func TestTypeInfoRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tt := genTypeInfo().Draw(t, "type")
		form := rapid.SampledFrom([]TypeForm{FormColumn, FormParam}).Draw(t, "form")
		wire, err := tt.Append([]byte("before"), form)
		if err != nil {
			t.Fatal(err)
		}
		wire = wire[6:]
		back, n, err := ParseTypeInfo(append(wire[:len(wire):len(wire)], "behind"...), form)
		if err != nil || n != len(wire) {
			t.Fatalf("%d of %d bytes, %v", n, len(wire), err)
		}
		if form == FormParam && tt.UDT != nil { // where these two are not sent
			u := *tt.UDT
			u.Assembly = ""
			tt.UDT, tt.Size = &u, SizeMax
		}
		if diff := cmp.Diff(tt, back); diff != "" {
			t.Fatal(diff)
		}
		for i := range wire {
			if _, _, err := ParseTypeInfo(wire[:i], form); !errors.Is(err, ErrTruncated) {
				t.Fatalf("%d of %d bytes: %v", i, len(wire), err)
			}
		}
	})
}

func TestTypeInfoRefuses(t *testing.T) {
	for name, wire := range map[string]string{
		"unknown type":         "\x00",
		"TVP":                  "\xf3",
		"int of 3 bytes":       "\x26\x03",
		"bit of 2 bytes":       "\x68\x02",
		"float of 2 bytes":     "\x6d\x02",
		"money of 1 byte":      "\x6e\x01",
		"datetime of 2 bytes":  "\x6f\x02",
		"guid of 15 bytes":     "\x24\x0f",
		"decimal(0)":           "\x6a\x05\x00\x00",
		"decimal(39)":          "\x6a\x11\x27\x00",
		"scale over precision": "\x6a\x05\x05\x06",
		"decimal of 18 bytes":  "\x6a\x12\x05\x02",
		"time(8)":              "\x29\x08",
		"char(max)":            "\xaf\xff\xff\x09\x04\xd0\x00\x34",
		"nchar(max)":           "\xef\xff\xff\x09\x04\xd0\x00\x34",
		"negative text":        "\x23\x00\x00\x00\x80\x09\x04\xd0\x00\x34",
		"xml schema present 2": "\xf1\x02",
	} {
		_, _, err := ParseTypeInfo([]byte(wire), FormColumn)
		if !errors.Is(err, ErrMalformed) || errors.Is(err, ErrTruncated) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tt := range map[string]TypeInfo{
		"none":              {},
		"int(3)":            Int(3),
		"char(-1)":          Char(-1, DefaultCollation),
		"varchar(65535)":    VarChar(65535, DefaultCollation),
		"varbinary(-2)":     VarBinary(-2),
		"decimal(40)":       Decimal(40, 0),
		"text(-1)":          {ID: TypeText, Size: -1},
		"udt without names": {ID: TypeUDT},
		"udt with name":     {ID: TypeUDT, UDT: &UDTInfo{Name: strings.Repeat("x", 256)}},
		"xml with name":     {ID: TypeXML, XML: &XMLInfo{Database: strings.Repeat("x", 256)}},
		"legacy char(256)":  {ID: TypeChar, Size: 256},
		"vector":            {ID: TypeVector, Size: 65535},
	} {
		if wire, err := tt.Append([]byte{}, FormColumn); !errors.Is(err, ErrEncode) {
			t.Errorf("%s: %x, %v", name, wire, err)
		}
	}
}

// Values that a type can't have on the wire are refused when writing as when
// reading.
func TestValueLengths(t *testing.T) {
	for _, c := range []struct {
		t   TypeInfo
		raw string
	}{
		{Int(4), "123"}, {Int(4).NotNull(), "123"}, {Decimal(9, 0), "123456"}, {NVarChar(1, DefaultCollation), "1234"},
		{VarBinary(2), "123"}, {SQLVariant(), ""}, {TypeInfo{ID: TypeChar, Size: 3}, ""}, {Int(4), ""},
		{TypeInfo{ID: TypeNull}, "1"}, {TypeInfo{}, "1"},
	} {
		if wire, err := c.t.AppendValue([]byte{}, []byte(c.raw)); !errors.Is(err, ErrEncode) || len(wire) != 0 {
			t.Errorf("%s: %q: %x, %v", c.t, c.raw, wire, err)
		}
	}
	for _, c := range []struct {
		t    TypeInfo
		wire string
	}{
		{Int(4), "\x03123"}, {Decimal(9, 0), "\x06123456"}, {Decimal(9, 0), "\x01\x01"}, {DateTime2(7), "\x0712345678"},
		{Text(DefaultCollation), "\x00\x00\x00\x80"}, {SQLVariant(), "\x00\x00\x00\x80"},
		{VarBinary(SizeMax), "\x02\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00a\x00\x00\x00\x00"},
		{TypeInfo{}, "1"},
	} {
		if raw, _, err := c.t.ParseValue([]byte(c.wire)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %x: %x, %v", c.t, c.wire, raw, err)
		}
	}
}

// PLP values may come in any chunks, with or without their length.
func TestPLPChunks(t *testing.T) {
	v := VarBinary(SizeMax)
	for wire, want := range map[string]string{
		"\x03\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00abc\x00\x00\x00\x00":                                      "abc",
		"\x03\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00a\x02\x00\x00\x00bc\x00\x00\x00\x00":                      "abc",
		"\xfe\xff\xff\xff\xff\xff\xff\xff\x01\x00\x00\x00a\x02\x00\x00\x00bc\x00\x00\x00\x00":                      "abc",
		"\xfe\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00":                                                         "",
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00":                                                         "",
		"\xfe\xff\xff\xff\xff\xff\xff\xff" + "\x01\x00\x00\x00a\x01\x00\x00\x00b\x01\x00\x00\x00c\x00\x00\x00\x00": "abc",
	} {
		raw, n, err := v.ParseValue([]byte(wire + "behind"))
		if err != nil || raw == nil || string(raw) != want || n != len(wire) {
			t.Errorf("%x: %q, %d bytes, %v", wire, raw, n, err)
		}
		for i := range len(wire) {
			if _, _, err := v.ParseValue([]byte(wire[:i])); !errors.Is(err, ErrTruncated) {
				t.Errorf("%x: %v", wire[:i], err)
			}
		}
	}
}

func TestNotNull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tt := genTypeValue().Draw(t, "type").Type
		if got := tt.NotNull().AsNullable(); got.ID != tt.AsNullable().ID || got.Size != tt.Size {
			t.Fatalf("%v became %v", tt, got)
		}
		if tt.NotNull().String() != tt.String() {
			t.Fatalf("%s became %s", tt, tt.NotNull())
		}
	})
}
