package executor

import (
	"encoding/binary"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tds-launchpad/tds"
)

// digits draws a number of at most 38 digits.
func digits(t *rapid.T) *big.Int {
	s := rapid.StringMatching(`[0-9]{1,38}`).Draw(t, "digits")
	v, _ := new(big.Int).SetString(s, 10)
	return v
}

// fixed writes v with scale digits after the point.
func fixed(v *big.Int, scale int) string {
	s := v.String()
	if len(s) <= scale {
		s = strings.Repeat("0", scale+1-len(s)) + s
	}
	if scale == 0 {
		return s
	}
	return s[:len(s)-scale] + "." + s[len(s)-scale:]
}

func TestDecimalText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := digits(t)
		scale := rapid.IntRange(0, 38).Draw(t, "scale")
		negative := rapid.Bool().Draw(t, "negative") && v.Sign() != 0
		var le [16]byte
		v.FillBytes(le[:])
		raw := []byte{1}
		if negative {
			raw[0] = 0
		}
		for i := 15; i >= 0; i-- {
			raw = append(raw, le[i])
		}
		want := fixed(v, scale)
		if negative {
			want = "-" + want
		}
		got, err := appendDecimal(nil, raw, scale)
		if err != nil || string(got) != want {
			t.Fatalf("%x with scale %d is %q, %v; want %q", raw, scale, got, err, want)
		}
		back, minus, err := parseDecimal(got, scale)
		if err != nil || minus != negative || back.lo != binary.LittleEndian.Uint64(raw[1:]) || back.hi != binary.LittleEndian.Uint64(raw[9:]) {
			t.Fatalf("%q is read as %v %v, %v", got, back, minus, err)
		}
	})
}

func TestParseDecimal(t *testing.T) {
	nines := strings.Repeat("9", 38)
	for _, c := range []struct {
		text  string
		scale int
		want  string
		err   error
	}{
		{"1.25", 1, "1.3", nil},
		{"-1.25", 1, "-1.3", nil},
		{"1.249999", 1, "1.2", nil},
		{"0.04", 1, "0.0", nil},
		{"-0.04", 1, "0.0", nil},
		{"+5", 2, "5.00", nil},
		{"5.", 0, "5", nil},
		{".5", 1, "0.5", nil},
		{nines, 0, nines, nil},
		{nines + ".5", 0, "", errDecimalRange},
		{nines, 1, "", errDecimalRange},
		{"1" + nines, 0, "", errDecimalRange},
		{strings.Repeat("9", 60), 0, "", errDecimalRange},
		{"", 0, "", errBadDecimal},
		{"-", 0, "", errBadDecimal},
		{".", 0, "", errBadDecimal},
		{"1e5", 0, "", errBadDecimal},
		{"1.2.3", 1, "", errBadDecimal},
		{"NaN", 0, "", errBadDecimal},
	} {
		v, negative, err := parseDecimal([]byte(c.text), c.scale)
		if !errors.Is(err, c.err) {
			t.Errorf("%q: error %v, want %v", c.text, err, c.err)
			continue
		}
		if err != nil {
			continue
		}
		got := string(v.appendDigits(nil, c.scale))
		if negative {
			got = "-" + got
		}
		if got != c.want {
			t.Errorf("%q with scale %d is %s, want %s", c.text, c.scale, got, c.want)
		}
	}
}

func TestBadDecimals(t *testing.T) {
	over := []byte{1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}
	if _, err := appendDecimal(nil, over, 0); !errors.Is(err, errDecimalRange) {
		t.Errorf("2^128-1: %v", err)
	}
	for _, n := range []int{0, 1, 4, 6, 16, 18} {
		if _, err := appendDecimal(nil, make([]byte, n), 0); !errors.Is(err, errBadDecimal) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := appendMoney(nil, make([]byte, 5)); !errors.Is(err, errBadDecimal) {
		t.Errorf("money of 5 bytes: %v", err)
	}
}

func TestMoneyText(t *testing.T) {
	for _, c := range []struct {
		raw  []byte
		want string
	}{
		{[]byte{0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF}, "922337203685477.5807"},
		{[]byte{0, 0, 0, 0x80, 0, 0, 0, 0}, "-922337203685477.5808"},
		{[]byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}, "-0.0001"},
		{[]byte{0, 0, 0, 0x80}, "-214748.3648"},
		{[]byte{0x10, 0x27, 0, 0}, "1.0000"},
	} {
		if got, err := appendMoney(nil, c.raw); err != nil || string(got) != c.want {
			t.Errorf("%x is %q, %v; want %q", c.raw, got, err, c.want)
		}
	}
}

func TestGUIDText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var id uuid.UUID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "id"))
		typ := tds.UniqueIdentifier()
		raw, err := typ.Encode(nil, id)
		if err != nil {
			t.Fatal(err)
		}
		got, err := appendGUID(nil, raw)
		if err != nil || string(got) != strings.ToUpper(id.String()) {
			t.Fatalf("%v is %s, %v", id, got, err)
		}
	})
}

func TestUTF16Text(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Any UTF-16, long runs of ASCII and unpaired surrogates included.
		units := rapid.SliceOf(rapid.OneOf(
			rapid.Uint16Range(0, 127), rapid.Uint16Range(0, 127), rapid.Uint16(), rapid.Uint16Range(0xD7F0, 0xE010),
		)).Draw(t, "units")
		raw := []byte{}
		for _, u := range units {
			raw = binary.LittleEndian.AppendUint16(raw, u)
		}
		got, err := appendUTF16Text([]byte("x"), raw)
		if want := "x" + tds.DecodeUTF16Exact(raw); err != nil || string(got) != want {
			t.Fatalf("%x is %q, %v; want %q", raw, got, err, want)
		}
		if !validText(got) {
			t.Fatalf("%q is taken for invalid", got)
		}
	})
}

func TestValidText(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "aü€😀": true, "a\xED\xA0\x80b": true, "\xED\xBF\xBF": true, "\xED\xA0\x80\xED\xB0\x80x": true,
		"\xFF": false, "a\xED": false, "\xED\xA0": false, "\xED\xC0\x80": false, "ok\xED\xA0\x80\xFF": false, "\xC0\x80": false,
	} {
		if validText([]byte(s)) != want {
			t.Errorf("%q: want %v", s, want)
		}
	}
}
