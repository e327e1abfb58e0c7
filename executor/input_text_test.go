package executor

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"testing"

	"pgregory.net/rapid"

	"tds-launchpad/tds"
)

// textDecoder reads the frames of a text column as the satellite does.
type textDecoder struct{ words []string }

// decode returns the values of a frame, nil for NULL.
func (d *textDecoder) decode(b *columnBuffer, rows int) []*string {
	out := make([]*string, rows)
	null := func(row int) bool { return len(b.bitmap) > 0 && b.bitmap[row/8]&(1<<(row%8)) == 0 }
	split := func(p []byte) (words []string) {
		for len(p) > 0 {
			word, rest, _ := bytes.Cut(p, []byte{0})
			words = append(words, string(word))
			p = rest
		}
		return words
	}
	set := func(row int, s string) {
		if !null(row) {
			out[row] = &s
		}
	}
	switch b.encoding {
	case encodingSeparated:
		for row, s := range split(b.a) {
			set(row, s)
		}
	case encodingOffsets:
		for row := range rows {
			set(row, string(b.b[binary.LittleEndian.Uint32(b.a[4*row:]):binary.LittleEndian.Uint32(b.a[4*row+4:])]))
		}
	case encodingDictionary:
		d.words = append(d.words, split(b.b)...)
		for row := range rows {
			if code := binary.LittleEndian.Uint16(b.a[2*row:]); code != codeNull {
				set(row, d.words[code])
			}
		}
	}
	return out
}

// generated is Rows out of a function; nil is the end.
type generated struct {
	columns []tds.Column
	next    func(i int) [][]byte
	i       int
}

func (g *generated) Columns() []tds.Column { return g.columns }
func (g *generated) Next() ([][]byte, error) {
	row := g.next(g.i)
	if row == nil {
		return nil, io.EOF
	}
	g.i++
	return row, nil
}

// checkText sends values through frames and compares. It returns the encodings seen.
func checkText(t interface{ Fatalf(string, ...any) }, l Limits, count int, value func(i int) []byte) string {
	columns := []tds.Column{{Type: tds.VarChar(tds.SizeMax, tds.DefaultCollation)}}
	cols, bad := inputColumns(columns)
	if bad != 0 {
		t.Fatalf("varchar is refused")
	}
	in := &generated{columns: columns, next: func(i int) [][]byte {
		if i == count {
			return nil
		}
		return [][]byte{value(i)}
	}}
	l = l.withDefaults()
	fb := newFrameBuilder(cols, &l)
	f := fb.newFrame()
	var d textDecoder
	at, seen := 0, ""
	for {
		err := fb.fill(f, in)
		if err != nil && err != io.EOF {
			t.Fatalf("%v", err)
		}
		fb.message(f)
		size := 0
		for _, b := range f.buffers {
			size += len(b)
		}
		if said := int(binary.LittleEndian.Uint32(f.head[4:])); said != size-headerSize {
			t.Fatalf("a frame of %d bytes says %d", size-headerSize, said)
		}
		if f.rows > 0 {
			seen += fmt.Sprint(f.columns[0].encoding)
		}
		for row, got := range d.decode(&f.columns[0], f.rows) {
			want := value(at)
			if (got == nil) != (want == nil) || got != nil && *got != string(want) {
				t.Fatalf("row %d (%d of a frame, encoding %d) is %v instead of %q", at, row, f.columns[0].encoding, got, want)
			}
			at++
		}
		if err == io.EOF {
			break
		}
	}
	if at != count {
		t.Fatalf("%d rows of %d came", at, count)
	}
	return seen
}

func TestTextFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.OneOf(
			rapid.Just([]byte(nil)), rapid.Just([]byte{}),
			rapid.SliceOfN(rapid.ByteRange('a', 'c'), 0, 2),
			rapid.SliceOfN(rapid.ByteRange(0, 3), 0, 3),
			rapid.SliceOfN(rapid.ByteRange('a', 'z'), 250, 300),
		)
		values := rapid.SliceOfN(word, 0, 60).Draw(t, "values")
		l := Limits{FrameRows: rapid.SampledFrom([]int{8, 16, 64}).Draw(t, "rows"), FrameBytes: rapid.SampledFrom([]int{100, 10000}).Draw(t, "bytes")}
		checkText(t, l, len(values), func(i int) []byte { return values[i] })
	})
}

// TestTextModes drives columns through their encodings.
func TestTextModes(t *testing.T) {
	for _, c := range []struct {
		name  string
		rows  int
		value func(i int) []byte
		want  string
	}{
		{"few values", 10000, func(i int) []byte { return []byte(fmt.Sprint("v", i%50)) }, "333"},
		{"all different", 10000, func(i int) []byte { return []byte(fmt.Sprint("v", i)) }, "222"},
		{"all different, few rows", 500, func(i int) []byte { return []byte(fmt.Sprint("v", i)) }, "3"},
		{"different after a frame", 12000, func(i int) []byte { return []byte(fmt.Sprint("v", max(i-4096, 0))) }, "322"},
		{"long value", 5000, func(i int) []byte { return bytes.Repeat([]byte("x"), i/4500*300) }, "32"},
		{"NUL late", 12000, func(i int) []byte {
			if i == 5000 {
				return []byte("a\x00b")
			}
			return []byte("v")
		}, "311"},
		{"NULL and NUL", 100, func(i int) []byte {
			switch i % 3 {
			case 0:
				return nil
			case 1:
				return []byte{0}
			}
			return []byte{}
		}, "1"},
		{"more values than codes", 200000, func(i int) []byte { return []byte(fmt.Sprint("v", i/3)) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := checkText(t, Limits{FrameRows: 4096}, c.rows, c.value)
			if c.want != "" && seen != c.want {
				t.Errorf("encodings %s, want %s", seen, c.want)
			}
			if c.want == "" && (seen[0] != '3' || seen[len(seen)-1] != '2') {
				t.Errorf("encodings %s", seen)
			}
		})
	}
}

// TestNoAllocation: a row costs no memory once a frame has its buffers.
func TestNoAllocation(t *testing.T) {
	types := []tds.TypeInfo{tds.Int(4), tds.Float(8), tds.NVarChar(20, tds.DefaultCollation), tds.DateTime2(7), tds.Decimal(18, 2), tds.UniqueIdentifier()}
	var columns []tds.Column
	row := make([][]byte, len(types))
	for i, typ := range types {
		columns = append(columns, tds.Column{Type: typ})
		row[i] = make([]byte, map[bool]int{true: 8, false: typ.Size}[typ.Size > 17])
	}
	row[4][0] = 1
	row[4] = row[4][:9]
	cols, _ := inputColumns(columns)
	l := Limits{FrameRows: 1024}.withDefaults()
	fb := newFrameBuilder(cols, &l)
	f := fb.newFrame()
	in := &generated{next: func(int) [][]byte { return row }}
	for range 3 {
		if err := fb.fill(f, in); err != nil {
			t.Fatal(err)
		}
		fb.message(f)
	}
	allocations := testing.AllocsPerRun(5, func() {
		if err := fb.fill(f, in); err != nil {
			t.Fatal(err)
		}
		fb.message(f)
	})
	if allocations > 5 {
		t.Errorf("%.0f allocations for 1024 rows", allocations)
	}
}
