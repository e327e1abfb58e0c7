package tds

import (
	"encoding/binary"
	"fmt"
)

// valuePlan is what the row loop has to know about a column.
type valuePlan struct {
	layout layout
	size   int // of layoutFixed, and of layoutByte when not NULL
}

// planValues appends the plans of cols.
func planValues(plans []valuePlan, cols []Column) []valuePlan {
	for i := range cols {
		t := &cols[i].Type
		plans = append(plans, valuePlan{t.layout(), t.Size})
	}
	return plans
}

// fastRow reads a ROW whose bytes are all in the buffer. Otherwise, or when
// anything is unusual about it, it returns false and slowRow starts from the
// beginning.
func (r *TokenReader) fastRow() bool {
	pos := r.fastValues(r.pos+1, nil)
	if pos < 0 || pos-r.pos > r.limit {
		return false
	}
	r.pos = pos
	r.row.NullBitmap = false
	return true
}

// fastNBCRow is fastRow for NBCROW.
func (r *TokenReader) fastNBCRow() bool {
	pos := r.pos + 1
	bitmap := (len(r.plans) + 7) / 8
	if r.end-pos < bitmap || bitmap == 0 {
		return false
	}
	if pos = r.fastValues(pos+bitmap, r.buf[pos:pos+bitmap]); pos < 0 || pos-r.pos > r.limit {
		return false
	}
	r.pos = pos
	r.row.NullBitmap = true
	return true
}

// fastValues reads the values of a row at pos and returns where they end, -1 when
// it can't. nulls is the NULL bitmap of NBCROW.
func (r *TokenReader) fastValues(pos int, nulls []byte) int {
	buf := r.buf[:r.end]
	plans := r.plans
	values := r.row.Values
	if len(plans) == 0 || len(values) != len(plans) {
		return -1
	}
	for i := range plans {
		if nulls != nil && nulls[i>>3]>>(i&7)&1 != 0 {
			values[i] = nil
			continue
		}
		p := &plans[i]
		n := p.size
		switch p.layout {
		case layoutFixed:
		case layoutByte:
			if pos >= len(buf) {
				return -1
			}
			if buf[pos] == 0 {
				values[i] = nil
				pos++
				continue
			}
			if int(buf[pos]) != n {
				return -1
			}
			pos++
		case layoutUshort:
			if len(buf)-pos < 2 {
				return -1
			}
			n = int(binary.LittleEndian.Uint16(buf[pos:]))
			pos += 2
			if n == ushortMax {
				values[i] = nil
				continue
			}
		case layoutDecimal:
			if pos >= len(buf) {
				return -1
			}
			n = int(buf[pos])
			pos++
			if n == 0 {
				values[i] = nil
				continue
			}
			if n > 17 || n&3 != 1 || n == 1 {
				return -1
			}
		case layoutPLP:
			// NULL, empty, or one chunk; the rest is slowRow's.
			if len(buf)-pos < 12 {
				if len(buf)-pos < 8 || binary.LittleEndian.Uint64(buf[pos:]) != plpNull {
					return -1
				}
			}
			total := binary.LittleEndian.Uint64(buf[pos:])
			if total == plpNull {
				values[i] = nil
				pos += 8
				continue
			}
			chunk := binary.LittleEndian.Uint32(buf[pos+8:])
			pos += 12
			if n = int(chunk); n == 0 {
				if total != 0 && total != plpUnknown {
					return -1
				}
				values[i] = buf[pos:pos:pos]
				continue
			}
			if total != uint64(chunk) && total != plpUnknown ||
				uint64(chunk)+4 > uint64(len(buf)-pos) || n > r.opts.MaxValue ||
				binary.LittleEndian.Uint32(buf[pos+n:]) != 0 {
				return -1
			}
			values[i] = buf[pos : pos+n : pos+n]
			pos += n + 4
			continue
		default:
			return -1
		}
		if n > len(buf)-pos {
			return -1
		}
		values[i] = buf[pos : pos+n : pos+n]
		pos += n
	}
	return pos
}

// slowRow reads a ROW of any kind, waiting for its bytes.
func (r *TokenReader) slowRow() bool {
	if !r.haveColumns() {
		return false
	}
	r.row.NullBitmap = false
	r.pos++
	return r.slowValues(r.row.Values, r.plans, nil)
}

// slowNBCRow reads an NBCROW of any kind, waiting for its bytes.
func (r *TokenReader) slowNBCRow() bool {
	if !r.haveColumns() {
		return false
	}
	r.row.NullBitmap = true
	n := (len(r.plans) + 7) / 8
	r.pos++
	if !r.need(n) {
		return false
	}
	var nulls [maxColumns / 8]byte // a copy, because the buffer may move
	copy(nulls[:], r.buf[r.pos:r.pos+n])
	r.pos += n
	return r.slowValues(r.row.Values, r.plans, nulls[:n])
}

// haveColumns fails unless the columns of the row are known.
func (r *TokenReader) haveColumns() bool {
	if len(r.plans) == 0 {
		r.fail("row without columns", nil)
		return false
	}
	return true
}

// valueSpan is a value's place before its row is complete: the buffer may move and
// grow until then.
type valueSpan struct {
	start, n int // from the token's start, or in scratch
	where    spanPlace
}

type spanPlace uint8

const (
	spanNull spanPlace = iota
	spanBuffer
	spanScratch
)

// slowValues reads the values of a row into values.
func (r *TokenReader) slowValues(values [][]byte, plans []valuePlan, nulls []byte) bool {
	r.scratch = r.scratch[:0]
	if cap(r.spans) < len(plans) {
		r.spans = make([]valueSpan, len(plans))
	}
	spans := r.spans[:len(plans)]
	for i := range plans {
		if nulls != nil && nulls[i>>3]>>(i&7)&1 != 0 {
			spans[i] = valueSpan{}
			continue
		}
		spans[i] = r.value(plans[i], true)
		if r.err != nil {
			return false
		}
	}
	for i, s := range spans {
		values[i] = r.slice(s)
	}
	return true
}

// slice returns the bytes of s.
func (r *TokenReader) slice(s valueSpan) []byte {
	switch s.where {
	case spanBuffer:
		b := r.buf[r.tok+s.start:]
		return b[:s.n:s.n]
	case spanScratch:
		return r.scratch[s.start : s.start+s.n : s.start+s.n]
	}
	return nil
}

// value reads one value, waiting for its bytes. inRow tells the form that text has
// in rows.
func (r *TokenReader) value(p valuePlan, inRow bool) valueSpan {
	n := p.size
	switch p.layout {
	case layoutNone:
		return valueSpan{}
	case layoutFixed:
	case layoutByte, layoutDecimal, layoutLegacy:
		if !r.need(1) {
			return valueSpan{}
		}
		n = int(r.buf[r.pos])
		if n != 0 && (p.layout == layoutByte && n != p.size ||
			p.layout == layoutDecimal && (n > 17 || n&3 != 1 || n == 1)) {
			r.fail(fmt.Sprintf("value of %d bytes where %d are allowed", n, p.size), nil)
			return valueSpan{}
		}
		r.pos++
		if n == 0 {
			return valueSpan{}
		}
	case layoutUshort:
		if !r.need(2) {
			return valueSpan{}
		}
		n = int(binary.LittleEndian.Uint16(r.buf[r.pos:]))
		r.pos += 2
		if n == ushortMax {
			return valueSpan{}
		}
	case layoutText:
		if inRow && !r.textPointer() {
			return valueSpan{}
		}
		var null bool
		if n, null = r.longLength(true); null {
			return valueSpan{}
		}
	case layoutLong:
		if n, _ = r.longLength(false); n == 0 { // its NULL
			return valueSpan{}
		}
	case layoutPLP:
		return r.plpValue()
	default:
		r.fail("value of unknown type", nil)
		return valueSpan{}
	}
	return r.take(n)
}

// take passes over n bytes of a value and returns where they are.
func (r *TokenReader) take(n int) valueSpan {
	if r.sink != nil {
		r.pass(n)
		return valueSpan{0, n, spanNull}
	}
	if !r.need(n) {
		return valueSpan{}
	}
	s := valueSpan{r.pos - r.tok, n, spanBuffer}
	r.pos += n
	return s
}

// textPointer passes over a text pointer and timestamp; false means NULL, or a
// failure.
func (r *TokenReader) textPointer() bool {
	if !r.need(1) {
		return false
	}
	n := int(r.buf[r.pos])
	if n == 0 {
		r.pos++
		return false
	}
	if !r.need(1 + n + timestampSize) {
		return false
	}
	r.pos += 1 + n + timestampSize
	return true
}

// longLength reads a 32-bit length and checks it; null is set after a failure, and for
// -1 where that is the type's NULL.
func (r *TokenReader) longLength(minusNull bool) (n int, null bool) {
	if !r.need(4) {
		return 0, true
	}
	l := binary.LittleEndian.Uint32(r.buf[r.pos:])
	switch {
	case l == 0xFFFFFFFF && minusNull:
		r.pos += 4
		return 0, true
	case l > maxLongLen:
		r.fail("length of value is negative", nil)
		return 0, true
	case !r.allow(uint64(l)):
		return 0, true
	}
	r.pos += 4
	return int(l), false
}

// allow fails if a value is longer than MaxValue. Values that CopyRows passes on
// have no bound.
func (r *TokenReader) allow(n uint64) bool {
	if n > uint64(r.opts.MaxValue) && r.sink == nil {
		r.fail(fmt.Sprintf("value is longer than %d bytes", r.opts.MaxValue), ErrLimit)
		return false
	}
	return true
}

// plpValue reads a PLP_BODY. One chunk stays where it is, several are joined.
func (r *TokenReader) plpValue() valueSpan {
	if !r.need(8) {
		return valueSpan{}
	}
	total := binary.LittleEndian.Uint64(r.buf[r.pos:])
	if total == plpNull {
		r.pos += 8
		return valueSpan{}
	}
	if total != plpUnknown && !r.allow(total) {
		return valueSpan{}
	}
	r.pos += 8
	s := valueSpan{r.pos - r.tok, 0, spanBuffer}
	for chunks := 0; ; chunks++ {
		size, ok := r.chunkSize()
		if !ok || !r.allow(uint64(s.n)+uint64(size)) {
			return valueSpan{}
		}
		if size == 0 {
			break
		}
		chunk := r.take(size)
		if r.err != nil {
			return valueSpan{}
		}
		if chunks == 0 {
			s = chunk
		} else {
			r.join(&s, chunk)
		}
	}
	if total != plpUnknown && uint64(s.n) != total {
		r.fail("PLP chunks don't add up to the length announced", nil)
		return valueSpan{}
	}
	return s
}

// join appends a chunk to a value, which it moves to scratch if it isn't there.
func (r *TokenReader) join(s *valueSpan, chunk valueSpan) {
	if s.where == spanBuffer {
		start := len(r.scratch)
		r.scratch = append(r.scratch, r.slice(*s)...)
		*s = valueSpan{start, s.n, spanScratch}
	}
	r.scratch = append(r.scratch, r.slice(chunk)...)
	s.n += chunk.n
}

// chunkSize reads the length of a PLP chunk, 0 at the terminator.
func (r *TokenReader) chunkSize() (int, bool) {
	if !r.need(4) {
		return 0, false
	}
	n := int(binary.LittleEndian.Uint32(r.buf[r.pos:]))
	r.pos += 4
	return n, true
}
