package tds

import "fmt"

// ParseValue reads one TYPE_VARBYTE at the start of src, as it stands in RPC
// parameters, RETURNVALUE and TVP rows, and returns its raw form and how many bytes
// it took. raw is a part of src unless it is a PLP value of several chunks.
func (t *TypeInfo) ParseValue(src []byte) (raw []byte, n int, err error) {
	c := newCursor(t.ID.String(), src)
	raw = c.value(t)
	return raw, c.off, c.result()
}

// value reads a TYPE_VARBYTE of type t.
func (c *cursor) value(t *TypeInfo) []byte {
	at := c.off
	switch t.layout() {
	case layoutNone:
		return nil
	case layoutFixed:
		return c.bytes(t.Size)
	case layoutByte, layoutDecimal, layoutLegacy:
		n := int(c.u8())
		if n == 0 {
			return nil
		}
		if !t.validLength(n) {
			c.failAt(at, fmt.Sprintf("value of %d bytes for %s of length %d", n, t.ID, t.Size))
		}
		return c.bytes(n)
	case layoutUshort:
		n := c.u16()
		if n == ushortMax {
			return nil
		}
		return c.bytes(int(n))
	case layoutLong:
		n := c.u32()
		if n == 0 || n > maxLongLen && !c.tooLong(at) {
			return nil
		}
		return c.bytes(int(n))
	case layoutText:
		n := c.u32()
		if n == 0xFFFFFFFF || n > maxLongLen && !c.tooLong(at) {
			return nil
		}
		return c.bytes(int(n))
	case layoutPLP:
		return c.plp()
	}
	c.failAt(at, "value of unknown data type "+t.ID.String())
	return nil
}

// tooLong records a negative length and returns false.
func (c *cursor) tooLong(at int) bool {
	c.failAt(at, "length of value is negative")
	return false
}

// validLength reports whether a value with an 8-bit length may take n bytes. It
// is checked when reading, so that a consumer of rows can rely on it.
func (t *TypeInfo) validLength(n int) bool {
	switch t.layout() {
	case layoutByte:
		return n == t.Size
	case layoutDecimal:
		return n == 5 || n == 9 || n == 13 || n == 17
	}
	return true
}

// AppendValue appends a raw value as TYPE_VARBYTE: with its length in front, or as
// the type's form of NULL if raw is nil. It fails with an EncodeError if the type
// has no form for it: NULL in a fixed-length type, a wrong length, more than Size
// bytes.
func (t *TypeInfo) AppendValue(dst, raw []byte) ([]byte, error) {
	if raw == nil {
		return t.appendNull(dst)
	}
	n := len(raw)
	l := t.layout()
	switch l {
	case layoutFixed:
		if n == t.Size {
			return append(dst, raw...), nil
		}
	case layoutByte, layoutDecimal:
		if t.validLength(n) {
			return append(append(dst, byte(n)), raw...), nil
		}
	case layoutLegacy:
		if n > 0 && n <= t.Size && n <= 255 { // length 0 is NULL
			return append(append(dst, byte(n)), raw...), nil
		}
	case layoutUshort:
		if n <= t.Size && n < ushortMax {
			return append(appendU16(dst, uint16(n)), raw...), nil
		}
	case layoutLong:
		if n > 0 && n <= t.Size {
			return append(appendU32(dst, uint32(n)), raw...), nil
		}
	case layoutText:
		if n <= maxLongLen {
			return append(appendU32(dst, uint32(n)), raw...), nil
		}
	case layoutPLP:
		return appendPLP(dst, raw)
	}
	return dst, &EncodeError{Name: "TYPE_VARBYTE",
		Problem: fmt.Sprintf("value of %d bytes for %s of length %d", n, t.ID, t.Size)}
}

// appendNull appends the type's form of NULL.
func (t *TypeInfo) appendNull(dst []byte) ([]byte, error) {
	switch t.layout() {
	case layoutNone:
		return dst, nil
	case layoutByte, layoutDecimal, layoutLegacy:
		return append(dst, 0), nil
	case layoutUshort:
		return append(dst, 0xFF, 0xFF), nil
	case layoutLong:
		return appendU32(dst, 0), nil
	case layoutText:
		return appendU32(dst, 0xFFFFFFFF), nil
	case layoutPLP:
		return appendPLP(dst, nil)
	}
	return dst, &EncodeError{Name: "TYPE_VARBYTE", Problem: t.ID.String() + " has no NULL"}
}
