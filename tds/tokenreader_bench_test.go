package tds

import (
	"bytes"
	"io"
	"testing"
)

// benchRows measures a TokenReader over a response of many equal rows, through the
// buffer alone and through packets.
func benchRows(b *testing.B, cols []Column, values [][]byte, appendRow func([]byte, []Column, [][]byte) ([]byte, error)) {
	const rows = 20000
	meta := &ColMetadata{Columns: cols}
	stream, err := meta.Append(nil, TokenFormat{})
	if err != nil {
		b.Fatal(err)
	}
	for range rows {
		if stream, err = appendRow(stream, cols, values); err != nil {
			b.Fatal(err)
		}
	}
	var packets bytes.Buffer
	w := NewPacketWriter(&packets, 8000)
	w.Begin(PacketReply, 0)
	if _, err := w.Write(stream); err != nil {
		b.Fatal(err)
	}
	if err := w.End(); err != nil {
		b.Fatal(err)
	}
	consume := func(b *testing.B, tr *TokenReader) {
		n := 0
		for {
			token, err := tr.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if _, ok := token.(*Row); ok {
				n++
			}
		}
		if n != rows {
			b.Fatalf("%d rows", n)
		}
	}
	perSecond := func(b *testing.B) {
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("buffer", func(b *testing.B) {
		src := bytes.NewReader(stream)
		tr := NewTokenReader(src, TokenReaderOptions{})
		b.SetBytes(int64(len(stream)))
		b.ReportAllocs()
		b.ResetTimer()
		for b.Loop() {
			src.Reset(stream)
			tr.Reset(src)
			consume(b, tr)
		}
		perSecond(b)
	})
	b.Run("packets", func(b *testing.B) {
		tr := NewTokenReader(nil, TokenReaderOptions{})
		b.SetBytes(int64(len(stream)))
		b.ReportAllocs()
		b.ResetTimer()
		for b.Loop() {
			mr := NewMessageReader(NewPacketReader(bytes.NewReader(packets.Bytes()), MaxPacketSize))
			if _, err := mr.Next(); err != nil {
				b.Fatal(err)
			}
			tr.Reset(mr)
			consume(b, tr)
		}
		perSecond(b)
	})
	b.Run("copy", func(b *testing.B) {
		src := bytes.NewReader(stream)
		tr := NewTokenReader(src, TokenReaderOptions{})
		b.SetBytes(int64(len(stream)))
		for b.Loop() {
			src.Reset(stream)
			tr.Reset(src)
			if _, err := tr.Next(); err != nil {
				b.Fatal(err)
			}
			if n, err := tr.CopyRows(io.Discard); err != nil || n != rows {
				b.Fatal(n, err)
			}
		}
		perSecond(b)
	})
	b.Run("append", func(b *testing.B) {
		dst := make([]byte, 0, 4096)
		b.ReportAllocs()
		for b.Loop() {
			dst = dst[:0]
			for range rows {
				var err error
				if dst, err = appendRow(dst[:0], cols, values); err != nil {
					b.Fatal(err)
				}
			}
		}
		perSecond(b)
	})
}

func columnsOf(types ...TypeInfo) []Column {
	cols := make([]Column, len(types))
	for i, t := range types {
		cols[i] = Column{Name: string(rune('a' + i%26)), Type: t, Flags: ColumnNullable | ColumnUpdatable}
	}
	return cols
}

func BenchmarkRowsNumeric(b *testing.B) {
	cols := columnsOf(Int(4), Int(8), Float(8), Int(4))
	benchRows(b, cols, [][]byte{make([]byte, 4), make([]byte, 8), make([]byte, 8), make([]byte, 4)}, AppendRow)
}

func BenchmarkRowsNumericNotNull(b *testing.B) {
	cols := columnsOf(Int(4).NotNull(), Int(8).NotNull(), Float(8).NotNull(), Int(4).NotNull())
	benchRows(b, cols, [][]byte{make([]byte, 4), make([]byte, 8), make([]byte, 8), make([]byte, 4)}, AppendRow)
}

func BenchmarkRowsNullBitmap(b *testing.B) {
	cols := columnsOf(Int(4), Int(8), Float(8), Int(4))
	benchRows(b, cols, [][]byte{make([]byte, 4), nil, make([]byte, 8), nil}, AppendNBCRow)
}

func BenchmarkRowsMixed(b *testing.B) {
	cols := columnsOf(Int(4), Int(8), Float(8), NVarChar(20, DefaultCollation), DateTime(8))
	name := AppendUTF16(nil, "Robert'); DROP")
	benchRows(b, cols, [][]byte{make([]byte, 4), make([]byte, 8), make([]byte, 8), name, make([]byte, 8)}, AppendRow)
}

func BenchmarkRowsMax(b *testing.B) {
	cols := columnsOf(Int(4), NVarChar(SizeMax, DefaultCollation))
	benchRows(b, cols, [][]byte{make([]byte, 4), AppendUTF16(nil, "a short value of a (max) column")}, AppendRow)
}
