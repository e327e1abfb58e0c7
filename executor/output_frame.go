package executor

import "encoding/binary"

// maxFrameRows bounds the rows of an output frame; satellites send half as many.
const maxFrameRows = 65536

// parseOutFrame checks a frame and points columns at its parts. After it every
// value can be taken without further checks of bounds.
func parseOutFrame(payload []byte, columns []outputColumn) (rows int, err error) {
	p := payloadReader{data: payload}
	n := p.uint32()
	heads := p.take(uint32(len(columns)) * descriptorSize)
	if p.failed {
		return 0, protocolError("frame shorter than its head")
	}
	if n == 0 || n > maxFrameRows {
		return 0, protocolError("frame of %d rows", n)
	}
	rows = int(n)
	for i := range columns {
		c := &columns[i]
		h := heads[i*descriptorSize:]
		c.gap = int(binary.LittleEndian.Uint16(h[2:]))
		c.bitmap = p.take(binary.LittleEndian.Uint32(h[4:]))
		c.a = p.take(binary.LittleEndian.Uint32(h[8:]))
		c.b = p.take(binary.LittleEndian.Uint32(h[12:]))
		if p.failed {
			return 0, protocolError("frame shorter than its columns")
		}
		if err := c.check(h[0], rows); err != nil {
			return 0, protocolError("column %d of a frame: %v", i+1, err)
		}
	}
	return rows, p.end("a frame")
}

// check checks a column's part of a frame.
func (c *outputColumn) check(encoding byte, rows int) error {
	if len(c.bitmap) != 0 && len(c.bitmap) != (rows+7)/8 {
		return protocolError("bitmap of %d bytes for %d rows", len(c.bitmap), rows)
	}
	if w := c.kind.width(); w > 0 {
		if encoding != encodingFixed || c.gap != 0 || len(c.b) != 0 || len(c.a) != rows*w {
			return protocolError("encoding %d with %d and %d bytes for %d values of %d", encoding, len(c.a), len(c.b), rows, w)
		}
		return nil
	}
	if encoding != encodingOffsets || len(c.a) != 4*(rows+1) {
		return protocolError("encoding %d with %d bytes of offsets for %d rows", encoding, len(c.a), rows)
	}
	unit, longest := 1, c.size
	if c.kind == kindString {
		unit, longest = 2, 2*c.size
	}
	if c.gap != 0 && c.gap != unit {
		return protocolError("gap of %d", c.gap)
	}
	last := uint64(binary.LittleEndian.Uint32(c.a))
	for row := 1; row <= rows; row++ {
		end := uint64(binary.LittleEndian.Uint32(c.a[4*row:]))
		length := end - last - uint64(c.gap)
		if end < last+uint64(c.gap) || end > uint64(len(c.b)) {
			return protocolError("offset %d is %d after %d", row, end, last)
		}
		if length > uint64(longest) || length%uint64(unit) != 0 {
			return protocolError("value of %d bytes in a column of %d", length, longest)
		}
		last = end
	}
	return nil
}

// null reports whether the bitmap says that row is NULL.
func (c *outputColumn) null(row int) bool {
	return len(c.bitmap) > 0 && c.bitmap[row>>3]&(1<<(row&7)) == 0
}

// bytes is the value of row of a column with offsets.
func (c *outputColumn) bytes(row int) []byte {
	start := binary.LittleEndian.Uint32(c.a[4*row:])
	end := binary.LittleEndian.Uint32(c.a[4*row+4:]) - uint32(c.gap)
	return c.b[start:end:end]
}
