package tds

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// failAfter takes n bytes and then fails.
type failAfter struct{ n int }

var errSink = errors.New("sink is full")

func (f *failAfter) Write(p []byte) (int, error) {
	if len(p) > f.n {
		return f.n, errSink
	}
	f.n -= len(p)
	return len(p), nil
}

// largeRow returns a result of one row with a value of n bytes in chunks of 8,000.
func largeRow(t *testing.T, n int) (meta, row []byte) {
	t.Helper()
	meta = metadata(t, Int(4), VarBinary(SizeMax))
	row = append(row, "\xd1\x04\x01\x00\x00\x00"...)
	row = appendU64(row, plpUnknown)
	for ; n > 0; n -= 8000 {
		k := min(n, 8000)
		row = append(appendU32(row, uint32(k)), make([]byte, k)...)
	}
	return meta, appendU32(row, 0)
}

// A value of any length passes through a small buffer.
func TestCopyRowsLargeValue(t *testing.T) {
	meta, row := largeRow(t, 5<<20)
	var out bytes.Buffer
	r := NewTokenReader(bytes.NewReader(append(meta, row...)), TokenReaderOptions{BufferSize: 1, MaxValue: 10, MaxToken: 1000})
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if n, err := r.CopyRows(&out); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if !bytes.Equal(out.Bytes(), row) {
		t.Error("row differs")
	}
	if len(r.buf) != minBufferSize {
		t.Errorf("buffer grew to %d bytes", len(r.buf))
	}
}

// An error of the writer ends the copy and the reader, wherever it comes.
func TestCopyRowsSinkFails(t *testing.T) {
	meta, row := largeRow(t, 10000)
	stream := append(append(meta, row...), row...)
	for n := 0; n < 2*len(row); n += 501 {
		r := NewTokenReader(bytes.NewReader(stream), TokenReaderOptions{BufferSize: 1})
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.CopyRows(&failAfter{n}); err != errSink {
			t.Fatalf("after %d bytes: %v", n, err)
		}
		if _, err := r.Next(); err != errSink {
			t.Fatalf("after %d bytes: Next: %v", n, err)
		}
		if _, err := r.CopyRows(io.Discard); err != errSink {
			t.Fatalf("after %d bytes: CopyRows: %v", n, err)
		}
	}
}

// A stream that breaks off inside a row, or whose rows are no rows, is an error.
func TestCopyRowsMalformed(t *testing.T) {
	meta, row := largeRow(t, 1000)
	for cut := 1; cut < len(row); cut++ {
		r := NewTokenReader(bytes.NewReader(append(meta[:len(meta):len(meta)], row[:cut]...)), TokenReaderOptions{BufferSize: 1})
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if n, err := r.CopyRows(io.Discard); n != 0 || !errors.Is(err, ErrTruncated) {
			t.Fatalf("cut at %d: %d rows, %v", cut, n, err)
		}
	}
	r := NewTokenReader(bytes.NewReader(append(meta, "\xd1\x03123"...)), TokenReaderOptions{})
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.CopyRows(io.Discard); !errors.Is(err, ErrMalformed) {
		t.Errorf("int of three bytes: %v", err)
	}
	r = NewTokenReader(bytes.NewReader(row), TokenReaderOptions{})
	if _, err := r.CopyRows(io.Discard); !errors.Is(err, ErrMalformed) {
		t.Errorf("row without columns: %v", err)
	}
}
