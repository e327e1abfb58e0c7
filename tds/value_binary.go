package tds

// encodeBinary takes []byte. binary(n) is padded with zeros.
func (t *TypeInfo) encodeBinary(dst []byte, v any) ([]byte, error) {
	b, ok := v.([]byte)
	if !ok {
		return dst, t.cannotEncode(v)
	}
	if t.Size != SizeMax && len(b) > t.Size {
		return dst, t.outOfRange()
	}
	dst = append(dst, b...)
	if t.ID == TypeBigBinary || t.ID == TypeBinary {
		for n := len(b); n < t.Size; n++ {
			dst = append(dst, 0)
		}
	}
	return dst, nil
}
