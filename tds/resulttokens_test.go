package tds

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// oneToken reads a stream of one token, byte by byte, and checks that it is all.
func oneToken(t *rapid.T, wire []byte, f TokenFormat) Token {
	t.Helper()
	tokens, raw, err := readAll(NewTokenReader(&pieceReader{data: wire, sizes: []int{1, 7}}, TokenReaderOptions{TokenFormat: f, BufferSize: 1}))
	if err != nil || len(tokens) != 1 || !bytes.Equal(raw, wire) {
		t.Fatalf("%d tokens, %v", len(tokens), err)
	}
	return tokens[0]
}

func TestReturnValueRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := TokenFormat{Version: V74, ColumnEncryption: rapid.Bool().Draw(t, "encryption")}
		tv := genTypeValue().Draw(t, "value")
		v := &ReturnValue{
			Ordinal: rapid.Uint16().Draw(t, "ordinal"), Name: rapid.StringN(0, 30, 90).Draw(t, "name"),
			Status: ReturnOutput, UserType: rapid.Uint32().Draw(t, "user type"),
			Flags: ColumnFlags(rapid.Uint16().Draw(t, "flags")), Type: tv.Type, Value: genRaw(t, tv),
		}
		if f.ColumnEncryption && v.Flags&ColumnEncrypted != 0 {
			v.Crypto = genCrypto(t)
		}
		wire, err := v.Append(nil, f)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Token(v), oneToken(t, wire, f)); diff != "" {
			t.Fatal(diff)
		}
		var back ReturnValue
		if n, err := back.Decode(wire[1:], f); err != nil || n != len(wire)-1 {
			t.Fatal(n, err)
		}
		if diff := cmp.Diff(v, &back); diff != "" {
			t.Fatal(diff)
		}
		if _, err := back.Decode(wire[1:len(wire)-1], f); !errors.Is(err, ErrTruncated) && tv.Type.ID != TypeNull {
			t.Fatal(err)
		}
	})
}

func TestOrderRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := &Order{Columns: rapid.SliceOf(rapid.Uint16()).Draw(t, "columns")}
		wire, err := o.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Token(o), oneToken(t, wire, TokenFormat{})); diff != "" {
			t.Fatal(diff)
		}
	})
	if err := new(Order).Decode([]byte{1, 0, 2}); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
	if _, err := (&Order{Columns: make([]uint16, 32768)}).Append(nil); !errors.Is(err, ErrEncode) {
		t.Error(err)
	}
}

func TestTabNameRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := TokenFormat{Version: rapid.SampledFrom([]Version{V71, V71R, V74}).Draw(t, "version")}
		name := rapid.StringN(0, 30, 90)
		n := &TabName{}
		for range rapid.IntRange(0, 5).Draw(t, "tables") {
			parts := 1
			if f.inParts() {
				parts = rapid.IntRange(1, 4).Draw(t, "parts")
			}
			n.Tables = append(n.Tables, rapid.SliceOfN(name, parts, parts).Draw(t, "table"))
		}
		wire, err := n.Append(nil, f)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Token(n), oneToken(t, wire, f)); diff != "" {
			t.Fatal(diff)
		}
	})
	if err := new(TabName).Decode([]byte{5}, TokenFormat{}); !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
	long := &TabName{Tables: [][]string{{strings.Repeat("x", 20000)}, {strings.Repeat("x", 20000)}}}
	if wire, err := long.Append([]byte{1}, TokenFormat{}); !errors.Is(err, ErrEncode) || len(wire) != 1 {
		t.Error(err)
	}
}

func TestColInfoRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := &ColInfo{}
		for range rapid.IntRange(0, 10).Draw(t, "columns") {
			p := ColProperty{rapid.Uint8().Draw(t, "column"), rapid.Uint8().Draw(t, "table"),
				ColStatus(rapid.Uint8().Draw(t, "status")), ""}
			if p.Status&ColDifferentName != 0 {
				p.Name = rapid.StringN(0, 30, 90).Draw(t, "name")
			}
			i.Columns = append(i.Columns, p)
		}
		wire, err := i.Append(nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Token(i), oneToken(t, wire, TokenFormat{})); diff != "" {
			t.Fatal(diff)
		}
	})
	if _, err := (&ColInfo{Columns: []ColProperty{{Status: ColDifferentName, Name: strings.Repeat("x", 256)}}}).Append(nil); !errors.Is(err, ErrEncode) {
		t.Error(err)
	}
	if _, err := (&ColInfo{Columns: make([]ColProperty, 30000)}).Append(nil); !errors.Is(err, ErrEncode) {
		t.Error(err)
	}
}

// Totals of COMPUTE SUM(n) BY g, COUNT(n), put together by the rules of MS-TDS
// 2.2.7.1 and 2.2.7.2.
func TestAltMetadataAndAltRow(t *testing.T) {
	wire := "\x88\x02\x00\x07\x00\x01\x01\x00" + // two totals, id 7, by column 1
		"\x4d\x02\x00\x00\x00\x00\x00\x01\x00\x26\x04\x03s\x00u\x00m\x00" + // SUM of column 2
		"\x4b\x02\x00\x00\x00\x00\x00\x00\x00\x38\x00" + // COUNT of column 2
		"\xd3\x07\x00\x04\x2a\x00\x00\x00\x03\x00\x00\x00" +
		"\xd3\x07\x00\x00\x00\x00\x00\x00"
	want := []Token{
		&AltMetadata{ID: 7, GroupBy: []uint16{1}, Columns: []AltColumn{
			{AggregateSum, 2, Column{Name: "sum", Type: Int(4), Flags: ColumnNullable}},
			{AggregateCount, 2, Column{Type: Int(4).NotNull()}},
		}},
		&AltRow{7, [][]byte{{42, 0, 0, 0}, {3, 0, 0, 0}}},
		&AltRow{7, [][]byte{nil, {0, 0, 0, 0}}},
	}
	for _, size := range []int{1, 1000} {
		tokens, raw, err := readAll(NewTokenReader(&pieceReader{data: []byte(wire), sizes: []int{size}}, TokenReaderOptions{}))
		if err != nil || string(raw) != wire {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, tokens); diff != "" {
			t.Error(diff)
		}
	}
	if err := lastError(strings.NewReader("\xd3\x07\x00"), TokenReaderOptions{}); !errors.Is(err, ErrMalformed) {
		t.Errorf("ALTROW without ALTMETADATA: %v", err)
	}
	var m AltMetadata
	if n, err := m.Decode([]byte(wire[1:]), TokenFormat{}); err != nil || n != 36 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if diff := cmp.Diff(want[0], Token(&m)); diff != "" {
		t.Error(diff)
	}
}

// A token by the rules of MS-TDS 2.2.7.5: one label, one information type, two
// columns of which the first is classified.
func TestDataClassification(t *testing.T) {
	head := "\x01\x00\x01L\x00\x01i\x00" + "\x01\x00\x01T\x00\x01j\x00"
	plain := "\xa3" + head + "\x02\x00\x01\x00\x00\x00\xff\xff\x00\x00"
	ranked := "\xa3" + head + "\x14\x00\x00\x00\x02\x00\x01\x00\x00\x00\x00\x00\x0a\x00\x00\x00\x00\x00"
	lists := DataClassification{
		Labels:           []Classification{{"L", "i"}},
		InformationTypes: []Classification{{"T", "j"}},
	}
	for _, c := range []struct {
		wire    string
		version uint8
		rank    int32
		first   Sensitivity
	}{
		{plain, 1, RankUndefined, Sensitivity{0, NoClassification, RankUndefined}},
		{ranked, 2, 20, Sensitivity{0, 0, 10}},
	} {
		want := lists
		want.Rank = c.rank
		want.Columns = [][]Sensitivity{{c.first}, nil}
		f := TokenFormat{DataClassification: c.version}
		for _, size := range []int{1, 1000} {
			r := NewTokenReader(&pieceReader{data: []byte(c.wire), sizes: []int{size}}, TokenReaderOptions{TokenFormat: f})
			tokens, raw, err := readAll(r)
			if err != nil || string(raw) != c.wire {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]Token{&want}, tokens, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		}
		var d DataClassification
		if n, err := d.Decode([]byte(c.wire[1:]), f); err != nil || n != len(c.wire)-1 {
			t.Error(n, err)
		}
		for i := range len(c.wire) - 1 {
			if _, err := d.Decode([]byte(c.wire[1:1+i]), f); !errors.Is(err, ErrTruncated) {
				t.Errorf("cut at %d: %v", i, err)
			}
		}
	}
	bad := "\xa3" + head + "\x01\x00\x01\x00\x01\x00\xff\xff"
	if err := lastError(strings.NewReader(bad), TokenReaderOptions{}); !errors.Is(err, ErrMalformed) || errors.Is(err, ErrTruncated) {
		t.Errorf("index beyond the labels: %v", err)
	}
}

// Rows of clients that load in bulk, with the text pointer that they make up.
func TestBulkLoadText(t *testing.T) {
	f := TokenFormat{BulkLoad: true}
	wire, err := (&ColMetadata{Columns: []Column{{Name: "t", Type: Text(DefaultCollation), Table: []string{"dbo", "x"}}}}).Append(nil, f)
	if err != nil {
		t.Fatal(err)
	}
	wire = append(wire, "\xd1\x10"+strings.Repeat("\xff", 24)+"\x03\x00\x00\x00abc\xd1\x00"...)
	tokens, _, err := readAll(NewTokenReader(bytes.NewReader(wire), TokenReaderOptions{TokenFormat: f}))
	if err != nil {
		t.Fatal(err)
	}
	want := []Token{
		&ColMetadata{Columns: []Column{{Name: "t", Type: Text(DefaultCollation), Table: []string{"dbo.x"}}}},
		&Row{Values: [][]byte{[]byte("abc")}},
		&Row{Values: [][]byte{nil}},
	}
	if diff := cmp.Diff(want, tokens); diff != "" {
		t.Error(diff)
	}
}

// A client that asked for no metadata knows the columns itself.
func TestNoMetadata(t *testing.T) {
	wire := "\x81\xff\xff\xd1\x01\x00\x00\x00"
	r := NewTokenReader(strings.NewReader(wire), TokenReaderOptions{TokenFormat: TokenFormat{ColumnEncryption: true}})
	token, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := token.(*ColMetadata); !ok || !m.NoMetadata || r.Columns() != nil {
		t.Fatalf("%#v", token)
	}
	r.SetColumns(columnsOf(Int(4).NotNull()))
	if p, err := r.PeekType(); p != TokenRow || err != nil {
		t.Fatal(p, err)
	}
	if token, err = r.Next(); err != nil || token.(*Row).Values[0][0] != 1 {
		t.Fatal(token, err)
	}
	if _, err := r.PeekType(); err == nil {
		t.Error("a type after the end")
	}
}

func TestAppendRowRefuses(t *testing.T) {
	cols := columnsOf(Int(4).NotNull(), Int(4))
	for name, values := range map[string][][]byte{
		"too few":     {{1, 2, 3, 4}},
		"too many":    {{1, 2, 3, 4}, nil, nil},
		"NULL":        {nil, nil},
		"wrong width": {{1, 2, 3, 4}, {1}},
	} {
		for kind, f := range map[string]func([]byte, []Column, [][]byte) ([]byte, error){"ROW": AppendRow, "NBCROW": AppendNBCRow} {
			if b, err := f([]byte{9}, cols, values); !errors.Is(err, ErrEncode) || len(b) != 1 {
				t.Errorf("%s, %s: %x, %v", kind, name, b, err)
			}
		}
	}
}
