package tds

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sameToken compares tokens with all their fields; empty is not NULL.
var sameToken = cmp.Exporter(func(reflect.Type) bool { return true })

// stream is a token stream with the tokens it holds and where each begins.
type stream struct {
	format TokenFormat
	bytes  []byte
	tokens []Token
	starts []int
}

func (s *stream) add(token Token, bytes []byte, err error) error {
	if err != nil {
		return err
	}
	s.starts = append(s.starts, len(s.bytes))
	s.bytes = bytes
	s.tokens = append(s.tokens, token)
	return nil
}

// genStream draws a response with result sets and what stands around them.
func genStream(t *rapid.T) *stream {
	s := &stream{format: TokenFormat{Version: V74}}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "result sets") {
		cols, _ := genRow(t, rapid.IntRange(1, 10).Draw(t, "columns"))
		m := &ColMetadata{Columns: cols}
		b, err := m.Append(s.bytes, s.format)
		must(s.add(m, b, err))
		if rapid.Bool().Draw(t, "order") {
			o := &Order{Columns: rapid.SliceOfN(rapid.Uint16(), 0, 5).Draw(t, "order columns")}
			b, err := o.Append(s.bytes)
			must(s.add(o, b, err))
		}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			row := &Row{NullBitmap: rapid.Bool().Draw(t, "bitmap"), Values: genValues(t, cols)}
			b, err := appendChunked(t, s.bytes, cols, row)
			must(s.add(row, b, err))
		}
		d := &Done{Token: TokenDoneInProc, Status: DoneMore | DoneCount, RowCount: rapid.Uint64().Draw(t, "count")}
		must(s.add(d, d.Append(s.bytes, s.format.Version), nil))
	}
	if rapid.Bool().Draw(t, "return value") {
		tv := genTypeValue().Draw(t, "return value")
		v := &ReturnValue{Ordinal: 3, Name: "@p", Status: ReturnOutput, Type: tv.Type, Value: genRaw(t, tv)}
		b, err := v.Append(s.bytes, s.format)
		must(s.add(v, b, err))
	}
	d := &Done{Token: TokenDone, Status: DoneFinal}
	must(s.add(d, d.Append(s.bytes, s.format.Version), nil))
	return s
}

// genValues draws raw values for columns, short and long.
func genValues(t *rapid.T, cols []Column) [][]byte {
	values := make([][]byte, len(cols))
	for i := range cols {
		tt := &cols[i].Type
		n := tt.Size
		switch tt.layout() {
		case layoutDecimal:
			n = rapid.SampledFrom([]int{5, 9, 13, 17}).Draw(t, "decimal size")
		case layoutUshort, layoutPLP, layoutText, layoutLong, layoutLegacy:
			least, most := 0, tt.Size
			if most < 0 || most > 3000 {
				most = 3000
			}
			if tt.layout() == layoutLegacy || tt.layout() == layoutLong {
				least = 1 // no empty values
			}
			n = rapid.IntRange(least, most).Draw(t, "length")
		}
		if tt.Nullable() && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
			continue
		}
		values[i] = bytes.Repeat([]byte{byte(rapid.Byte().Draw(t, "fill"))}, n)
	}
	return values
}

// appendChunked appends a row as servers may: with PLP values in any chunks.
func appendChunked(t *rapid.T, dst []byte, cols []Column, row *Row) ([]byte, error) {
	if !row.NullBitmap {
		dst = append(dst, byte(TokenRow))
	} else {
		dst = append(dst, byte(TokenNBCRow))
		at := len(dst)
		dst = append(dst, make([]byte, (len(cols)+7)/8)...)
		for i, v := range row.Values {
			if v == nil {
				dst[at+i/8] |= 1 << (i % 8)
			}
		}
	}
	var err error
	for i, v := range row.Values {
		switch {
		case v == nil && row.NullBitmap:
		case v != nil && cols[i].Type.IsPLP():
			if rapid.Bool().Draw(t, "known length") {
				dst = appendU64(dst, uint64(len(v)))
			} else {
				dst = appendU64(dst, plpUnknown)
			}
			for len(v) > 0 {
				n := rapid.IntRange(1, len(v)).Draw(t, "chunk")
				dst = append(appendU32(dst, uint32(n)), v[:n]...)
				v = v[n:]
			}
			dst = appendU32(dst, 0)
		default:
			if dst, err = appendRowValue(dst, &cols[i].Type, v); err != nil {
				return dst, err
			}
		}
	}
	return dst, nil
}

// pieceReader gives its bytes in pieces of the sizes listed, over and over.
type pieceReader struct {
	data  []byte
	sizes []int
	next  int
}

func (c *pieceReader) Read(p []byte) (int, error) {
	if len(c.data) == 0 {
		return 0, io.EOF
	}
	n := min(c.sizes[c.next%len(c.sizes)], len(p), len(c.data))
	c.next++
	copy(p, c.data[:n])
	c.data = c.data[n:]
	return n, nil
}

// keep copies what a reader will reuse.
func keep(token Token) Token {
	clones := func(values [][]byte) [][]byte {
		out := make([][]byte, len(values))
		for i, v := range values {
			if v != nil {
				out[i] = append([]byte{}, v...)
			}
		}
		return out
	}
	switch x := token.(type) {
	case *Row:
		return &Row{NullBitmap: x.NullBitmap, Values: clones(x.Values)}
	case *AltRow:
		return &AltRow{ID: x.ID, Values: clones(x.Values)}
	}
	return token
}

// readAll reads all tokens and their bytes.
func readAll(r *TokenReader) (tokens []Token, raw []byte, err error) {
	for {
		token, err := r.Next()
		if err == io.EOF {
			return tokens, raw, nil
		}
		if err != nil {
			return tokens, raw, err
		}
		tokens = append(tokens, keep(token))
		raw = append(raw, r.Raw()...)
	}
}

// The same tokens come whatever the pieces in which the source gives its bytes.
func TestTokenReaderChunks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genStream(t)
		for name, src := range map[string]io.Reader{
			"at once":  bytes.NewReader(s.bytes),
			"one byte": iotest.OneByteReader(bytes.NewReader(s.bytes)),
			"half":     iotest.HalfReader(bytes.NewReader(s.bytes)),
			"data+EOF": iotest.DataErrReader(bytes.NewReader(s.bytes)),
			"pieces":   &pieceReader{data: s.bytes, sizes: rapid.SliceOfN(rapid.IntRange(1, 2000), 1, 10).Draw(t, "sizes")},
		} {
			size := rapid.SampledFrom([]int{0, 512, 1000}).Draw(t, "buffer")
			tokens, raw, err := readAll(NewTokenReader(src, TokenReaderOptions{TokenFormat: s.format, BufferSize: size}))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !reflect.DeepEqual(s.tokens, tokens) { // cmp takes its time
				t.Fatalf("%s: %s", name, cmp.Diff(s.tokens, tokens, sameToken))
			}
			if !bytes.Equal(raw, s.bytes) {
				t.Fatalf("%s: Raw doesn't give the bytes back", name)
			}
		}
	})
}

// CopyRows passes rows on byte for byte and leaves the other tokens to Next.
func TestCopyRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genStream(t)
		src := &pieceReader{data: s.bytes, sizes: rapid.SliceOfN(rapid.IntRange(1, 2000), 1, 10).Draw(t, "sizes")}
		// MaxValue 1: CopyRows has no need to hold values.
		r := NewTokenReader(src, TokenReaderOptions{TokenFormat: s.format, BufferSize: 512, MaxValue: 1, MaxToken: 64 << 10})
		var out bytes.Buffer
		rows, wantRows := int64(0), int64(0)
		for _, want := range s.tokens {
			if _, ok := want.(*Row); ok {
				wantRows++
				continue
			}
			if v, ok := want.(*ReturnValue); ok && len(v.Value) > 1 {
				return // larger than MaxValue
			}
			n, err := r.CopyRows(&out)
			if err != nil {
				t.Fatal(err)
			}
			rows += n
			token, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, token, sameToken); diff != "" {
				t.Fatal(diff)
			}
			out.Write(r.Raw())
		}
		if rows != wantRows || !bytes.Equal(out.Bytes(), s.bytes) {
			t.Fatalf("%d rows of %d, %d bytes of %d", rows, wantRows, out.Len(), len(s.bytes))
		}
		if n, err := r.CopyRows(&out); n != 0 || err != nil {
			t.Fatalf("at the end: %d rows, %v", n, err)
		}
		if _, err := r.Next(); err != io.EOF {
			t.Fatalf("at the end: %v", err)
		}
	})
}

// A stream that ends inside a token is told from one that ends between two.
func TestTokenReaderTruncated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genStream(t)
		at := rapid.IntRange(0, len(s.bytes)-1).Draw(t, "end")
		tokens, _, err := readAll(NewTokenReader(bytes.NewReader(s.bytes[:at]), TokenReaderOptions{TokenFormat: s.format}))
		whole := 0
		boundary := at == 0
		for i, start := range s.starts {
			if start <= at && i > 0 {
				whole = i
			}
			boundary = boundary || start == at
		}
		if boundary != (err == nil) || err != nil && !errors.Is(err, ErrTruncated) {
			t.Fatalf("cut at %d: %v", at, err)
		}
		if len(tokens) != whole {
			t.Fatalf("cut at %d: %d tokens, want %d", at, len(tokens), whole)
		}
	})
}

// The source's own error comes back as it is, and stays.
func TestTokenReaderSourceError(t *testing.T) {
	broken := errors.New("broken")
	s := (&Done{Token: TokenDone}).Append(nil, V74)
	for cut := range len(s) + 1 {
		r := NewTokenReader(io.MultiReader(bytes.NewReader(s[:cut]), iotest.ErrReader(broken)), TokenReaderOptions{})
		for range 3 {
			if _, err := r.Next(); err != nil {
				if err != broken {
					t.Fatalf("cut at %d: %v", cut, err)
				}
			} else if cut < len(s) {
				t.Fatalf("cut at %d: a token", cut)
			}
		}
	}
	if err := lastError(emptyReader{}, TokenReaderOptions{}); err != io.ErrNoProgress {
		t.Errorf("source without progress: %v", err)
	}
}

// emptyReader gives neither bytes nor an error.
type emptyReader struct{}

func (emptyReader) Read([]byte) (int, error) { return 0, nil }

// Rows cost no allocation once the reader is warm.
func TestTokenReaderDoesNotAllocate(t *testing.T) {
	cols := columnsOf(Int(4), Int(8).NotNull(), Float(8), Decimal(18, 4), NVarChar(20, DefaultCollation),
		DateTime2(7), NVarChar(SizeMax, DefaultCollation), Text(DefaultCollation), SQLVariant(), VarBinary(SizeMax))
	values := [][]byte{{1, 2, 3, 4}, make([]byte, 8), nil, make([]byte, 9), []byte("a\x00b\x00"),
		make([]byte, 8), []byte("x\x00"), []byte("text"), []byte("\x30\x00\x01"), make([]byte, 70000)}
	meta, err := (&ColMetadata{Columns: cols}).Append(nil, TokenFormat{})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := AppendRow(nil, cols, values)
	if err != nil {
		t.Fatal(err)
	}
	if rows, err = AppendNBCRow(rows, cols, values); err != nil {
		t.Fatal(err)
	}
	src := &repeater{first: meta, again: rows}
	r := NewTokenReader(src, TokenReaderOptions{})
	next := func() {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		next()
	}
	if n := testing.AllocsPerRun(100, next); n != 0 {
		t.Errorf("%v allocations a row", n)
	}
	dst := make([]byte, 0, 2*len(rows))
	if n := testing.AllocsPerRun(100, func() {
		dst, _ = AppendRow(dst[:0], cols, values)
		dst, _ = AppendNBCRow(dst, cols, values)
	}); n != 0 {
		t.Errorf("%v allocations to append two rows", n)
	}
	if !bytes.Equal(dst, rows) {
		t.Error("rows differ")
	}
}

// repeater gives first once and then again for ever, in pieces of 1,000 bytes.
type repeater struct {
	first, again, rest []byte
}

func (r *repeater) Read(p []byte) (int, error) {
	if r.first != nil {
		r.rest, r.first = r.first, nil
	}
	if len(r.rest) == 0 {
		r.rest = r.again
	}
	n := copy(p[:min(len(p), 1000)], r.rest)
	r.rest = r.rest[n:]
	return n, nil
}
