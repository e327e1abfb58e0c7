package executor

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
)

// columnBuffer is one column's part of a frame being built.
type columnBuffer struct {
	encoding byte
	bitmap   []byte // empty: no NULL so far
	a, b     []byte
	rows     int // of the frame at most
}

// setNull marks a row as NULL.
func (b *columnBuffer) setNull(row int) {
	if len(b.bitmap) == 0 {
		n := (b.rows + 7) / 8
		if cap(b.bitmap) < n {
			b.bitmap = make([]byte, n)
		}
		b.bitmap = b.bitmap[:n]
		for i := range b.bitmap {
			b.bitmap[i] = 0xFF
		}
	}
	b.bitmap[row>>3] &^= 1 << (row & 7)
}

// addBytes appends a value with its offset; row is the number of those before it.
func (b *columnBuffer) addBytes(row int, raw []byte) {
	b.encoding = encodingOffsets
	if row == 0 {
		b.a = append(b.a[:0], 0, 0, 0, 0)
	}
	if raw == nil {
		b.setNull(row)
	}
	b.b = append(b.b, raw...)
	b.a = binary.LittleEndian.AppendUint32(b.a, uint32(len(b.b)))
}

// frame is a frame being built, then sent, then built anew.
type frame struct {
	rows    int
	columns []columnBuffer
	head    []byte
	buffers net.Buffers
}

// errRowTooLarge: 32-bit lengths have no room for a row.
var errRowTooLarge = errors.New("a row of the input data is larger than 2 GB")

// frameBuilder collects rows into frames.
type frameBuilder struct {
	columns  []inputColumn
	maxRows  int
	maxBytes int
}

func newFrameBuilder(columns []inputColumn, l *Limits) *frameBuilder {
	width := 1
	for i := range columns {
		width += columns[i].kind.width()
	}
	// Whole bytes of bitmaps, and frames of very wide rows within the bound too.
	rows := max(min(l.FrameRows, l.FrameBytes/width)&^7, 8)
	return &frameBuilder{columns: columns, maxRows: rows, maxBytes: l.FrameBytes}
}

func (fb *frameBuilder) newFrame() *frame {
	f := &frame{columns: make([]columnBuffer, len(fb.columns))}
	for i := range f.columns {
		f.columns[i].rows = fb.maxRows
		if w := fb.columns[i].kind.width(); w > 0 {
			f.columns[i].a = make([]byte, fb.maxRows*w)
		}
	}
	return f
}

// fill pulls rows until the frame is full or in ends: io.EOF comes back as it is,
// with what was read before it in the frame. Failures of in are InputErrors.
func (fb *frameBuilder) fill(f *frame, in Rows) error {
	f.rows = 0
	for i := range f.columns {
		b, c := &f.columns[i], &fb.columns[i]
		b.bitmap = b.bitmap[:0]
		b.encoding = encodingFixed
		if w := c.kind.width(); w > 0 {
			b.a = b.a[:fb.maxRows*w]
		} else {
			b.a, b.b = b.a[:0], b.b[:0]
			if c.text != nil {
				c.text.begin(b)
			}
		}
	}
	size := 0
	for f.rows < fb.maxRows && size < fb.maxBytes {
		values, err := in.Next()
		if err == io.EOF {
			return err
		}
		if err != nil {
			return &InputError{Err: err}
		}
		if len(values) != len(fb.columns) {
			return errors.New("a row of the input data has a wrong number of values")
		}
		for i, raw := range values {
			c := &fb.columns[i]
			if err := c.add(&f.columns[i], f.rows, raw); err != nil {
				return err
			}
			if c.read >= readBinary {
				size += len(raw)
			}
		}
		f.rows++
	}
	// UTF-8 takes at most half more than UTF-16: that is below 4 GB.
	if size > 1<<31 {
		return errRowTooLarge
	}
	return nil
}

// message lays the frame out for writing, in f.buffers.
func (fb *frameBuilder) message(f *frame) {
	head := append(f.head[:0], msgFrame, 0, 0, 0, 0, 0, 0, 0)
	head = binary.LittleEndian.AppendUint32(head, uint32(f.rows))
	f.buffers = append(f.buffers[:0], nil)
	size := 0
	for i := range f.columns {
		b, c := &f.columns[i], &fb.columns[i]
		if w := c.kind.width(); w > 0 {
			b.a = b.a[:f.rows*w]
		} else if c.text != nil {
			c.text.end(f.rows)
		}
		if len(b.bitmap) > 0 {
			b.bitmap = b.bitmap[:(f.rows+7)/8]
		}
		head = append(head, b.encoding, 0, 0, 0)
		head = binary.LittleEndian.AppendUint32(head, uint32(len(b.bitmap)))
		head = binary.LittleEndian.AppendUint32(head, uint32(len(b.a)))
		head = binary.LittleEndian.AppendUint32(head, uint32(len(b.b)))
		for _, p := range [][]byte{b.bitmap, b.a, b.b} {
			if len(p) > 0 {
				f.buffers = append(f.buffers, p)
				size += len(p)
			}
		}
	}
	size += len(head) - headerSize
	binary.LittleEndian.PutUint32(head[4:], uint32(size))
	f.head, f.buffers[0] = head, head
}
