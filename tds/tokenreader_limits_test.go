package tds

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
)

// metadata returns a COLMETADATA for columns of the types.
func metadata(t testing.TB, types ...TypeInfo) []byte {
	t.Helper()
	b, err := (&ColMetadata{Columns: columnsOf(types...)}).Append(nil, TokenFormat{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// lastError reads to the first error.
func lastError(src io.Reader, o TokenReaderOptions) error {
	r := NewTokenReader(src, o)
	for {
		if _, err := r.Next(); err != nil {
			return err
		}
	}
}

// endless gives zero bytes for ever.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What announces more than the limits is refused when it is announced, or at the
// latest when the limit's worth of bytes has come, not when memory is gone.
func TestTokenReaderLimits(t *testing.T) {
	plp := metadata(t, VarBinary(SizeMax))
	many := metadata(t, VarBinary(SizeMax), VarBinary(SizeMax), VarBinary(SizeMax))
	value := func(n int) string {
		b, err := appendPLP(nil, make([]byte, n))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	small := TokenReaderOptions{MaxValue: 1000, MaxToken: 2500}
	for name, c := range map[string]struct {
		stream string
		opts   TokenReaderOptions
	}{
		"columns":               {"\x81\x01\x10", TokenReaderOptions{}},
		"encryption keys":       {"\x81\x01\x00\x01\x10", TokenReaderOptions{TokenFormat: TokenFormat{ColumnEncryption: true}}},
		"PLP announced":         {string(plp) + "\xd1\x00\x00\x00\x00\x00\x01\x00\x00", TokenReaderOptions{}},
		"PLP chunk":             {string(plp) + "\xd1\xfe\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", TokenReaderOptions{}},
		"PLP chunks":            {string(plp) + "\xd1\xfe\xff\xff\xff\xff\xff\xff\xff" + strings.Repeat("\x01\x00\x00\x00a", 1001), small},
		"PLP in one chunk":      {string(plp) + "\xd1" + value(1001), small},
		"token":                 {string(many) + "\xd1" + strings.Repeat(value(999), 3), small},
		"text":                  {string(metadata(t, Text(DefaultCollation))) + "\xd1\x01a12345678\xe9\x03\x00\x00", small},
		"variant":               {string(metadata(t, SQLVariant())) + "\xd1\xe9\x03\x00\x00", small},
		"return value":          {"\xac\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x23\xff\xff\xff\x7f\x00\x00\x00\x00\x00\xff\xff\xff\x7f", TokenReaderOptions{}},
		"session state":         {"\xe4\xff\xff\xff\x7f", TokenReaderOptions{}},
		"session state, signed": {"\xe4\xff\xff\xff\xff", TokenReaderOptions{}},
		"feature":               {"\xae\x01\xff\xff\xff\x7f", TokenReaderOptions{}},
		"labels":                {"\xa3\x01\x10", TokenReaderOptions{}},
		"table name":            {"\x81\x01\x00\x00\x00\x00\x00\x00\x00\x22\x00\x00\x00\x00\x05", TokenReaderOptions{}},
		"computes":              {computes(), TokenReaderOptions{}},
	} {
		err := lastError(io.MultiReader(strings.NewReader(c.stream), endless{}), c.opts)
		if !errors.Is(err, ErrLimit) || !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// computes returns more ALTMETADATA tokens than a statement can have.
func computes() string {
	var b strings.Builder
	for i := range maxComputes + 1 {
		b.WriteString("\x88\x00\x00" + string([]byte{byte(i), byte(i >> 8)}) + "\x00")
	}
	return b.String()
}

// Values just within the limits are read.
func TestTokenReaderWithinLimits(t *testing.T) {
	stream := metadata(t, VarBinary(SizeMax), VarBinary(SizeMax))
	row, err := AppendRow(nil, columnsOf(VarBinary(SizeMax), VarBinary(SizeMax)), [][]byte{make([]byte, 1000), make([]byte, 1000)})
	if err != nil {
		t.Fatal(err)
	}
	err = lastError(bytes.NewReader(append(stream, row...)), TokenReaderOptions{MaxValue: 1000, MaxToken: len(row), BufferSize: 1})
	if err != io.EOF {
		t.Error(err)
	}
	err = lastError(bytes.NewReader(append(stream, row...)), TokenReaderOptions{MaxValue: 1000, MaxToken: len(row) - 1, BufferSize: 1})
	if !errors.Is(err, ErrLimit) {
		t.Error(err)
	}
}

// A value that is announced but doesn't come takes no memory in advance.
func TestTokenReaderAllocatesAsBytesCome(t *testing.T) {
	stream := string(metadata(t, VarBinary(SizeMax))) + "\xd1\xfe\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x03a" // 48 MiB
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := lastError(strings.NewReader(stream), TokenReaderOptions{})
	runtime.ReadMemStats(&after)
	if !errors.Is(err, ErrTruncated) {
		t.Error(err)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes allocated", n)
	}
}

// Reset forgets the columns and a buffer that a large value has made grow.
func TestTokenReaderReset(t *testing.T) {
	stream := metadata(t, VarBinary(SizeMax))
	row, err := AppendRow(nil, columnsOf(VarBinary(SizeMax)), [][]byte{make([]byte, 1<<20)})
	if err != nil {
		t.Fatal(err)
	}
	r := NewTokenReader(bytes.NewReader(append(stream, row...)), TokenReaderOptions{})
	if tokens, _, err := readAll(r); len(tokens) != 2 || err != nil {
		t.Fatal(len(tokens), err)
	}
	if len(r.buf) < 1<<20 || len(r.Columns()) != 1 {
		t.Fatal("the value was not read into the buffer")
	}
	r.Reset(bytes.NewReader(row))
	if len(r.buf) != DefaultBufferSize || r.Columns() != nil {
		t.Errorf("buffer of %d bytes, columns %v", len(r.buf), r.Columns())
	}
	if _, err := r.Next(); !errors.Is(err, ErrMalformed) {
		t.Errorf("row without columns: %v", err)
	}
}
