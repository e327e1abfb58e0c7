package tds

import "encoding/binary"

// cursor reads little-endian fields from a slice and never past its end. The
// first failure sticks: later reads return zeros, so that a decoder reads all
// its fields and asks for err once at the end. Before a loop over a count taken
// from the input, a decoder asks ok, or it would spin on zeros.
type cursor struct {
	buf  []byte
	off  int
	name string // the structure decoded, for errors
	err  *DecodeError
}

// newCursor returns a cursor over buf that names the structure it reads in errors.
func newCursor(name string, buf []byte) cursor {
	return cursor{buf: buf, name: name}
}

// ok reports that nothing has failed yet.
func (c *cursor) ok() bool { return c.err == nil }

// remaining returns the number of unread bytes.
func (c *cursor) remaining() int { return len(c.buf) - c.off }

// fail records the first problem, at the current offset.
func (c *cursor) fail(problem string) { c.failWith(problem, nil) }

// failWith records the first problem with the error that it wraps.
func (c *cursor) failWith(problem string, err error) {
	if c.err == nil {
		c.err = &DecodeError{Name: c.name, Offset: c.off, Problem: problem, Err: err}
	}
}

// failAt records the first problem, at another offset than the current one.
func (c *cursor) failAt(off int, problem string) {
	if c.err == nil {
		c.err = &DecodeError{Name: c.name, Offset: off, Problem: problem}
	}
}

// result returns the first failure as an error, which is nil if there is none.
func (c *cursor) result() error {
	if c.err == nil {
		return nil
	}
	return c.err
}

// finish is result for structures that must fill the whole slice: unread bytes
// are a failure.
func (c *cursor) finish() error {
	if c.err == nil && c.off != len(c.buf) {
		c.fail("bytes after the end")
	}
	return c.result()
}

// bytes returns the next n bytes as a part of the slice, nil on failure. The
// capacity ends with the length, so that appending to it can't overwrite what
// follows.
func (c *cursor) bytes(n int) []byte {
	if c.err != nil || n < 0 || n > len(c.buf)-c.off {
		c.short()
		return nil
	}
	b := c.buf[c.off : c.off+n : c.off+n]
	c.off += n
	return b
}

// rest returns all unread bytes.
func (c *cursor) rest() []byte { return c.bytes(len(c.buf) - c.off) }

// skip passes over n bytes.
func (c *cursor) skip(n int) { c.bytes(n) }

// short records that the slice ends too early.
func (c *cursor) short() { c.failWith("ends too early", ErrTruncated) }

// peek returns the next byte without passing over it, and whether there is one.
func (c *cursor) peek() (byte, bool) {
	if c.err != nil || c.off >= len(c.buf) {
		return 0, false
	}
	return c.buf[c.off], true
}

func (c *cursor) u8() byte {
	if c.err != nil || c.off >= len(c.buf) {
		c.short()
		return 0
	}
	b := c.buf[c.off]
	c.off++
	return b
}

func (c *cursor) u16() uint16 {
	if c.err != nil || len(c.buf)-c.off < 2 {
		c.short()
		return 0
	}
	v := binary.LittleEndian.Uint16(c.buf[c.off:])
	c.off += 2
	return v
}

func (c *cursor) u32() uint32 {
	if c.err != nil || len(c.buf)-c.off < 4 {
		c.short()
		return 0
	}
	v := binary.LittleEndian.Uint32(c.buf[c.off:])
	c.off += 4
	return v
}

func (c *cursor) u64() uint64 {
	if c.err != nil || len(c.buf)-c.off < 8 {
		c.short()
		return 0
	}
	v := binary.LittleEndian.Uint64(c.buf[c.off:])
	c.off += 8
	return v
}

func (c *cursor) i32() int32 { return int32(c.u32()) }

// u16be and u32be read the few big-endian fields of TDS.
func (c *cursor) u16be() uint16 {
	v := c.u16()
	return v<<8 | v>>8
}

func (c *cursor) u32be() uint32 {
	if b := c.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// bVarByte reads B_VARBYTE: a BYTE length and as many bytes. usVarByte reads
// US_VARBYTE, lVarByte L_VARBYTE; both as parts of the slice.
func (c *cursor) bVarByte() []byte  { return c.bytes(int(c.u8())) }
func (c *cursor) usVarByte() []byte { return c.bytes(int(c.u16())) }
func (c *cursor) lVarByte() []byte {
	n := c.u32()
	if uint64(n) > uint64(c.remaining()) {
		c.short()
		return nil
	}
	return c.bytes(int(n))
}

// bVarChar reads B_VARCHAR, a BYTE count of UTF-16 units and those, as a Go
// string; usVarChar reads US_VARCHAR.
func (c *cursor) bVarChar() string  { return DecodeUTF16(c.bytes(2 * int(c.u8()))) }
func (c *cursor) usVarChar() string { return DecodeUTF16(c.bytes(2 * int(c.u16()))) }
