package tds

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// fuzzTypes are types of every layout and family, for targets that take a type by
// number.
var fuzzTypes = []TypeInfo{
	Bit(), Int(1), Int(2), Int(4), Int(8).NotNull(), Float(4), Float(8), Money(4), Money(8), Decimal(9, 2), Numeric(38, 38),
	Date(), Time(0), Time(7), DateTime2(3), DateTimeOffset(7), DateTime(4), DateTime(8), UniqueIdentifier(),
	Char(5, DefaultCollation), VarChar(20, DefaultCollation), VarChar(SizeMax, mustCollation("Japanese_CI_AS")),
	VarChar(SizeMax, mustCollation("Chinese_PRC_CI_AS")), VarChar(30, mustCollation("Latin1_General_100_CI_AS_SC_UTF8")),
	NChar(3, DefaultCollation), NVarChar(20, DefaultCollation), NVarChar(SizeMax, DefaultCollation),
	Binary(4), VarBinary(10), VarBinary(SizeMax), Text(DefaultCollation), NText(DefaultCollation), Image(),
	XML(), JSON(), SQLVariant(), Vector(2), {ID: TypeNull}, {ID: TypeUDT, Size: SizeMax, UDT: &UDTInfo{Schema: "sys", Name: "geometry"}},
	{ID: TypeVarChar, Size: 10}, {ID: TypeBinary, Size: 3}, {ID: TypeDecimal, Size: 5, Precision: 5, Scale: 1},
}

// What ParseTypeInfo accepts, Append writes so that it means the same.
func FuzzTypeInfo(f *testing.F) {
	for _, t := range fuzzTypes {
		for _, form := range []TypeForm{FormColumn, FormParam} {
			b, err := t.Append(nil, form)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b, form == FormParam)
		}
	}
	f.Add([]byte("\xf1\x01\x01d\x00\x01s\x00\x01\x00c\x00"), false)
	f.Fuzz(func(t *testing.T, src []byte, param bool) {
		form := FormColumn
		if param {
			form = FormParam
		}
		x, n, err := ParseTypeInfo(src, form)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		again, err := x.Append(nil, form)
		if err != nil {
			t.Fatalf("%+v: %v", x, err)
		}
		y, m, err := ParseTypeInfo(again, form)
		if err != nil || m != len(again) || cmp.Diff(x, y) != "" {
			t.Fatalf("%x became %x, %v", src[:n], again, err)
		}
		_ = x.String()
	})
}

// Decode takes any bytes, and what it makes of them Encode turns into bytes that
// decode to the same.
func FuzzValue(f *testing.F) {
	for i, t := range fuzzTypes {
		f.Add(uint8(i), bytes.Repeat([]byte{1}, max(t.Size, 0)%100))
	}
	f.Add(uint8(35), []byte("\x38\x00\x01\x00\x00\x00"))
	f.Add(uint8(35), []byte("\xe7\x07\x09\x04\xd0\x00\x34\x04\x00a\x00"))
	f.Add(uint8(36), []byte("\xa9\x01\x02\x00\x00\x00\x00\x00\x00\x00\x80\x3f\x00\x00\x00\xc0"))
	f.Fuzz(func(t *testing.T, i uint8, raw []byte) {
		x := &fuzzTypes[int(i)%len(fuzzTypes)]
		v, err := x.Decode(raw)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		again, err := x.Encode(nil, v)
		if err != nil {
			if !errors.Is(err, ErrEncode) {
				t.Fatal(err)
			}
			return // NaN, a longer text than the type has, a legacy empty string, ...
		}
		w, err := x.Decode(append([]byte{}, again...))
		if err != nil {
			t.Fatalf("%x of %s became %x: %v", raw, x, again, err)
		}
		if x.Size != SizeMax && len(again) > len(raw) {
			return // padded
		}
		if diff := cmp.Diff(v, w, sameValue, cmpopts.EquateEmpty()); diff != "" && !replaced(x) {
			t.Fatalf("%x of %s became %x: %s", raw, x, again, diff)
		}
	})
}

// replaced reports types whose text may lose a character that has no code of its
// own: U+FFFD becomes a question mark.
func replaced(t *TypeInfo) bool { return t.IsChar() || t.ID == TypeVariant || t.ID == TypeXML }

// A raw value that ParseValue accepts, AppendValue writes back.
func FuzzParseValue(f *testing.F) {
	for i := range fuzzTypes {
		if b, err := fuzzTypes[i].appendNull(nil); err == nil {
			f.Add(uint8(i), b)
		}
	}
	f.Add(uint8(29), []byte("\xfe\xff\xff\xff\xff\xff\xff\xff\x01\x00\x00\x00a\x02\x00\x00\x00bc\x00\x00\x00\x00"))
	f.Add(uint8(29), []byte("\x03\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00abc\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, i uint8, src []byte) {
		x := &fuzzTypes[int(i)%len(fuzzTypes)]
		raw, _, err := x.ParseValue(src)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		wire, err := x.AppendValue(nil, raw)
		if err != nil {
			if x.Size != SizeMax && len(raw) > x.Size {
				return // longer than declared: taken when reading, not given
			}
			t.Fatalf("%s: %x: %v", x, raw, err)
		}
		back, n, err := x.ParseValue(wire)
		if err != nil || n != len(wire) || !bytes.Equal(back, raw) || (back == nil) != (raw == nil) {
			t.Fatalf("%s: %x became %x, %v", x, raw, back, err)
		}
	})
}

// ParseVariant takes any bytes, and AppendVariant gives them back.
func FuzzVariant(f *testing.F) {
	f.Add([]byte("\x38\x00\x01\x00\x00\x00"))
	f.Add([]byte("\x6a\x02\x05\x02\x01\x64\x00\x00\x00"))
	f.Add([]byte("\xe7\x07\x09\x04\xd0\x00\x34\x04\x00a\x00"))
	f.Add([]byte("\x2b\x01\x07" + "0123456789"))
	f.Add([]byte("\xa5\x02\x05\x00abc"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		x, inner, err := ParseVariant(raw)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		again, err := AppendVariant(nil, x, inner)
		if err != nil {
			if x.Size > maxShortLen {
				return
			}
			t.Fatal(err)
		}
		if !bytes.Equal(again, raw) {
			t.Fatalf("%x became %x", raw, again)
		}
	})
}
