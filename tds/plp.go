package tds

import "encoding/binary"

// The lengths that begin a PLP_BODY (MS-TDS 2.2.5.2.3).
const (
	plpNull    uint64 = 0xFFFFFFFFFFFFFFFF
	plpUnknown uint64 = 0xFFFFFFFFFFFFFFFE
)

// appendPLP appends raw as a PLP_BODY of one chunk, nil as PLP_NULL.
func appendPLP(dst, raw []byte) ([]byte, error) {
	if raw == nil {
		return appendU64(dst, plpNull), nil
	}
	if uint64(len(raw)) > 0xFFFFFFFF {
		return dst, &EncodeError{Name: "PLP_BODY", Problem: "value is longer than a chunk can be"}
	}
	dst = appendU64(dst, uint64(len(raw)))
	if len(raw) > 0 {
		dst = append(appendU32(dst, uint32(len(raw))), raw...)
	}
	return appendU32(dst, 0), nil
}

// plp reads a PLP_BODY. A value that came in one chunk is a part of the slice;
// one of several chunks is joined in memory of its own.
func (c *cursor) plp() []byte {
	total := c.u64()
	if !c.ok() || total == plpNull {
		return nil
	}
	if total != plpUnknown && total > uint64(c.remaining()) {
		c.short()
		return nil
	}
	start := c.off
	n, chunks := 0, 0
	var first []byte
	for {
		chunk := c.lVarByte()
		if !c.ok() {
			return nil
		}
		if len(chunk) == 0 {
			break
		}
		if chunks++; chunks == 1 {
			first = chunk
		}
		n += len(chunk)
	}
	if total != plpUnknown && uint64(n) != total {
		c.fail("PLP chunks don't add up to the length announced")
		return nil
	}
	switch chunks {
	case 0:
		return []byte{}
	case 1:
		return first
	}
	joined := make([]byte, 0, n)
	for b := c.buf[start:]; ; {
		size := binary.LittleEndian.Uint32(b)
		if size == 0 {
			return joined
		}
		joined = append(joined, b[4:4+size]...)
		b = b[4+size:]
	}
}
