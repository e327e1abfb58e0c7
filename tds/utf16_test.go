package tds

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// units returns UTF-16 units as UTF-16LE.
func units(u ...uint16) []byte {
	var b []byte
	for _, v := range u {
		b = binary.LittleEndian.AppendUint16(b, v)
	}
	return b
}

func TestUTF16(t *testing.T) {
	tests := []struct {
		name  string
		wire  []byte
		text  string // DecodeUTF16
		exact string // DecodeUTF16Exact, if different
	}{
		{"empty", nil, "", ""},
		{"ASCII", units('a', 'b', 'c', 'd', 'e', 0, 0x7F), "abcde\x00\x7f", ""},
		{"two bytes", units(0x80, 0xE4, 0x7FF), "\u0080\u00e4\u07ff", ""},
		{"three bytes", units(0x800, 0x20AC, 0xFFFD, 0xFFFF), "\u0800\u20ac\ufffd\uffff", ""},
		{"pair", units(0xD83D, 0xDE00, 'x'), "\U0001F600x", ""},
		{"last character", units(0xDBFF, 0xDFFF), "\U0010FFFF", ""},
		{"lone high", units('a', 0xD800, 'b'), "a\ufffdb", "a\xed\xa0\x80b"},
		{"lone low", units(0xDFFF), "\ufffd", "\xed\xbf\xbf"},
		{"swapped", units(0xDC00, 0xD800), "\ufffd\ufffd", "\xed\xb0\x80\xed\xa0\x80"},
		{"high at the end", units('a', 'b', 'c', 'd', 0xDBFF), "abcd\ufffd", "abcd\xed\xaf\xbf"},
		{"two highs and a low", units(0xD83D, 0xD83D, 0xDE00), "\ufffd\U0001F600", "\xed\xa0\xbd\U0001F600"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			exact := test.exact
			if exact == "" {
				exact = test.text
			}
			if got := DecodeUTF16(test.wire); got != test.text {
				t.Errorf("DecodeUTF16 %q, want %q", got, test.text)
			}
			if got := DecodeUTF16Exact(test.wire); got != exact {
				t.Errorf("DecodeUTF16Exact %q, want %q", got, exact)
			}
			if got := AppendUTF16([]byte("x"), exact); !bytes.Equal(got[1:], test.wire) {
				t.Errorf("AppendUTF16 % x, want % x", got[1:], test.wire)
			}
			if got := UTF16Len(exact); got != len(test.wire)/2 {
				t.Errorf("UTF16Len %d, want %d", got, len(test.wire)/2)
			}
		})
	}
}

func TestUTF16OddByte(t *testing.T) {
	if got := DecodeUTF16([]byte{'a', 0, 'b'}); got != "a" {
		t.Errorf("%q", got)
	}
}

func TestAppendUTF16Invalid(t *testing.T) {
	for _, s := range []string{"\xff", "\xed\xa0", "\xed\xa0x", "\xc3", "\xf0\x9f\x98"} {
		got := DecodeUTF16(AppendUTF16(nil, s))
		if want := strings.ToValidUTF8(s, ""); !utf8.ValidString(got) || !strings.HasSuffix(got, want) || !strings.HasPrefix(got, "\ufffd") {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}

// Any sequence of units survives DecodeUTF16Exact and AppendUTF16, and DecodeUTF16
// agrees with the standard library.
func TestUTF16Property(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.SliceOf(rapid.OneOf(
			rapid.Uint16Range(0, 0x7F), rapid.Uint16(), rapid.Uint16Range(0xD7F0, 0xE010),
		)).Draw(t, "units")
		wire := units(u...)
		if got := AppendUTF16(nil, DecodeUTF16Exact(wire)); !bytes.Equal(got, wire) {
			t.Fatalf("% x became % x", wire, got)
		}
		if got, want := DecodeUTF16(wire), string(utf16.Decode(u)); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
		if got := UTF16Len(DecodeUTF16Exact(wire)); got != len(u) {
			t.Fatalf("UTF16Len %d, want %d", got, len(u))
		}
	})
}

func TestCutUTF16(t *testing.T) {
	for _, test := range []struct {
		s    string
		max  int
		want string
	}{
		{"abc", 3, "abc"}, {"abcd", 3, "abc"}, {"", 0, ""}, {"a", 0, ""},
		{"\u20ac\u20ac", 1, "\u20ac"}, {"a\U0001F600", 2, "a"}, {"a\U0001F600", 3, "a\U0001F600"},
		{"\u20ac\u20ac", 2, "\u20ac\u20ac"},
	} {
		if got := cutUTF16(test.s, test.max); got != test.want {
			t.Errorf("cutUTF16(%q, %d) = %q, want %q", test.s, test.max, got, test.want)
		}
	}
}

func TestUTF16Allocs(t *testing.T) {
	wire := AppendUTF16(nil, strings.Repeat("select 1 -- \u00e4 \U0001F600 ", 50))
	buf := make([]byte, 0, 4*len(wire))
	if n := testing.AllocsPerRun(50, func() {
		text := AppendUTF8(buf[:0], wire)
		_ = text
	}); n != 0 {
		t.Errorf("AppendUTF8: %v allocations", n)
	}
	text := DecodeUTF16(wire)
	if n := testing.AllocsPerRun(50, func() { AppendUTF16(buf[:0], text) }); n != 0 {
		t.Errorf("AppendUTF16: %v allocations", n)
	}
	if n := testing.AllocsPerRun(50, func() { DecodeUTF16(wire[:32]) }); n != 1 {
		t.Errorf("DecodeUTF16 of a name: %v allocations, want 1", n)
	}
}

func BenchmarkAppendUTF8(b *testing.B) {
	for name, text := range map[string]string{"ascii": "SELECT * FROM orders WHERE id = 42;", "german": "Straße der Größe über alles äöü"} {
		b.Run(name, func(b *testing.B) {
			wire := AppendUTF16(nil, strings.Repeat(text, 100))
			buf := make([]byte, 0, 4*len(wire))
			b.SetBytes(int64(len(wire)))
			for b.Loop() {
				AppendUTF8(buf, wire)
			}
		})
	}
}
