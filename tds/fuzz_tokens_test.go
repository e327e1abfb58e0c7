package tds

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// fuzzFormat makes a TokenFormat of a fuzzer's bits.
func fuzzFormat(bits uint8) TokenFormat {
	return TokenFormat{
		Version:            []Version{V74, V71, V72, V73B}[bits&3],
		ColumnEncryption:   bits&4 != 0,
		BulkLoad:           bits&8 != 0,
		DataClassification: bits >> 4 & 3,
	}
}

// A COLMETADATA that is read is written so that it means the same.
func FuzzColMetadata(f *testing.F) {
	for i := range fuzzTypes {
		m := &ColMetadata{Columns: []Column{{Name: "a", Type: fuzzTypes[i], Flags: ColumnNullable}}}
		if b, err := m.Append(nil, TokenFormat{}); err == nil {
			f.Add(b[1:], uint8(0))
		}
	}
	crypto := &ColMetadata{
		CekTable: []EncryptionKey{{DatabaseID: 1, Values: []EncryptionKeyValue{{[]byte("key"), "s", "p", "a"}}}},
		Columns: []Column{{Name: "a", Type: VarBinary(65), Flags: ColumnEncrypted,
			Crypto: &CryptoMetadata{BaseType: Int(4), AlgorithmName: "x"}}},
	}
	b, err := crypto.Append(nil, fuzzFormat(4))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[1:], uint8(4))
	f.Add([]byte{0xFF, 0xFF}, uint8(4))
	f.Fuzz(func(t *testing.T, body []byte, bits uint8) {
		format := fuzzFormat(bits)
		var m, back ColMetadata
		n, err := m.Decode(body, format)
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		wire, err := m.Append(nil, format)
		if err != nil {
			if errors.Is(err, ErrEncode) && format.Version != V74 {
				return // a type that the version doesn't have
			}
			t.Fatal(err)
		}
		if k, err := back.Decode(wire[1:], format); err != nil || k != len(wire)-1 {
			t.Fatalf("%x became %x, %v", body[:n], wire, err)
		}
		if diff := cmp.Diff(&m, &back, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func FuzzReturnValue(f *testing.F) {
	for i := range fuzzTypes {
		v := &ReturnValue{Ordinal: 1, Name: "@p", Status: ReturnOutput, Type: fuzzTypes[i]}
		if b, err := v.Append(nil, TokenFormat{}); err == nil {
			f.Add(b[1:], uint8(0))
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, bits uint8) {
		format := fuzzFormat(bits)
		var v, back ReturnValue
		n, err := v.Decode(body, format)
		r := NewTokenReader(bytes.NewReader(append([]byte{byte(TokenReturnValue)}, body...)), TokenReaderOptions{TokenFormat: format})
		token, err2 := r.Next()
		if (err == nil) != (err2 == nil) {
			t.Fatalf("Decode: %v, Next: %v", err, err2)
		}
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if diff := cmp.Diff(Token(&v), token); diff != "" || len(r.Raw()) != n+1 {
			t.Fatal(diff)
		}
		wire, err := v.Append(nil, format)
		if err != nil {
			if !errors.Is(err, ErrEncode) {
				t.Fatal(err)
			}
			return // a value longer than declared, a type that the version doesn't have
		}
		if _, err := back.Decode(wire[1:], format); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v, back); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzRow reads a row of the types that picks names, at once, byte by byte and with
// CopyRows, and appends it again.
func FuzzRow(f *testing.F) {
	for i := range fuzzTypes {
		if b, err := appendRowValue([]byte{byte(TokenRow)}, &fuzzTypes[i], nil); err == nil {
			f.Add([]byte{byte(i)}, b)
		}
	}
	f.Add([]byte{3, 25, 29}, []byte("\xd1\x04\x01\x00\x00\x00\x02\x00a\x00\xfe\xff\xff\xff\xff\xff\xff\xff\x01\x00\x00\x00a\x02\x00\x00\x00bc\x00\x00\x00\x00"))
	f.Add([]byte{3, 25, 29}, []byte("\xd2\x06\x04\x01\x00\x00\x00"))
	f.Add([]byte{30}, []byte("\xd1\x01a12345678\x03\x00\x00\x00abc"))
	f.Fuzz(func(t *testing.T, picks, src []byte) {
		if len(picks) > 20 {
			return
		}
		cols := make([]Column, len(picks))
		for i, p := range picks {
			cols[i].Type = fuzzTypes[int(p)%len(fuzzTypes)]
		}
		read := func(size int) (tokens []Token, raw []byte, err error) {
			r := NewTokenReader(&pieceReader{data: src, sizes: []int{size}}, TokenReaderOptions{BufferSize: 1, MaxValue: 1 << 20})
			r.SetColumns(cols)
			return readAll(r)
		}
		whole, raw, err := read(len(src) + 1)
		pieces, raw2, err2 := read(1)
		if (err == nil) != (err2 == nil) || !bytes.Equal(raw, raw2) {
			t.Fatalf("at once: %d bytes, %v; byte by byte: %d bytes, %v", len(raw), err, len(raw2), err2)
		}
		if diff := cmp.Diff(whole, pieces, sameToken); diff != "" {
			t.Fatal(diff)
		}
		rows := 0
		for _, token := range whole {
			row, ok := token.(*Row)
			if !ok {
				break
			}
			rows++
			again, err := AppendRow(nil, cols, row.Values)
			if row.NullBitmap {
				again, err = AppendNBCRow(nil, cols, row.Values)
			}
			if err != nil {
				continue // NULL in a fixed-length type by the bitmap, a value longer than declared
			}
			r := NewTokenReader(bytes.NewReader(again), TokenReaderOptions{})
			r.SetColumns(cols)
			if back, err := r.Next(); err != nil || cmp.Diff(token, back) != "" {
				t.Fatalf("%x: %v", again, err)
			}
		}
		if err == nil && rows == len(whole) && len(cols) > 0 {
			var out bytes.Buffer
			r := NewTokenReader(&pieceReader{data: src, sizes: []int{3}}, TokenReaderOptions{BufferSize: 1})
			r.SetColumns(cols)
			if n, err := r.CopyRows(&out); err != nil || n != int64(rows) || !bytes.Equal(out.Bytes(), src) {
				t.Fatalf("CopyRows: %d rows of %d, %v", n, rows, err)
			}
		}
	})
}

// Any bytes give tokens or an error, the same in whatever pieces they come.
func FuzzTokenReader(f *testing.F) {
	for _, name := range []string{"ms-tds-4.7-sql-batch-server-response", "ms-tds-4.9-rpc-server-response",
		"ms-tds-4.12-bulk-load", "ms-tds-4.15-sparse-column-select", "ms-tds-4.4-login-response",
		"ms-tds-4.18-table-response-sessionstate", "ms-tds-4.21-featureextack-azuresqlsupport"} {
		f.Add(dump(f, name)[HeaderSize:], uint8(0))
	}
	f.Add([]byte("\x88\x01\x00\x07\x00\x01\x01\x00\x4d\x02\x00\x00\x00\x00\x00\x01\x00\x26\x04\x01s\x00\xd3\x07\x00\x04\x2a\x00\x00\x00"), uint8(0))
	f.Add([]byte("\xa3\x01\x00\x01L\x00\x01i\x00\x01\x00\x01T\x00\x01j\x00\x14\x00\x00\x00\x01\x00\x01\x00\x00\x00\x00\x00\x0a\x00\x00\x00"), uint8(0x20))
	f.Add([]byte("\xa4\x06\x00\x01\x01\x00t\x00\xa5\x06\x00\x01\x01\x20\x01c\x00"), uint8(0))
	f.Fuzz(func(t *testing.T, src []byte, bits uint8) {
		if len(src) > 64<<10 {
			return
		}
		read := func(size int) ([]Token, []byte, error) {
			return readAll(NewTokenReader(&pieceReader{data: src, sizes: []int{size}},
				TokenReaderOptions{TokenFormat: fuzzFormat(bits), BufferSize: 1, MaxValue: 1 << 20}))
		}
		whole, raw, err := read(len(src) + 1)
		pieces, raw2, err2 := read(1)
		if err != nil && !errors.Is(err, ErrMalformed) {
			t.Fatal(err)
		}
		if (err == nil) != (err2 == nil) || !bytes.Equal(raw, raw2) || !bytes.HasPrefix(src, raw) {
			t.Fatalf("at once: %d bytes, %v; byte by byte: %d bytes, %v", len(raw), err, len(raw2), err2)
		}
		if err == nil && len(raw) != len(src) {
			t.Fatalf("%d of %d bytes are in tokens", len(raw), len(src))
		}
		if diff := cmp.Diff(whole, pieces, sameToken); diff != "" {
			t.Fatal(diff)
		}
	})
}
