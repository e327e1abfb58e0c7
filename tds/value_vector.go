package tds

import (
	"encoding/binary"
	"math"
)

// The header of a vector (MS-TDS 2.2.5.5.7): format, version, number of
// dimensions, dimension type, reserved.
const (
	vectorHeaderSize = 8
	vectorFormat     = 0xA9
	vectorVersion    = 0x01
	vectorFloat32    = 0x00
	maxVectorSize    = 1998 // dimensions: 8,000 bytes with the header
)

func (t *TypeInfo) decodeVector(raw []byte) (any, error) {
	if len(raw) < vectorHeaderSize {
		return nil, t.badLength(raw)
	}
	if raw[0] != vectorFormat || raw[1] != vectorVersion || raw[4] != vectorFloat32 {
		return nil, t.malformed("vector of unknown layout")
	}
	n := int(binary.LittleEndian.Uint16(raw[2:]))
	if len(raw) != vectorHeaderSize+4*n {
		return nil, t.badLength(raw)
	}
	v := make([]float32, n)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[vectorHeaderSize+4*i:]))
	}
	return v, nil
}

// encodeVector takes []float32 of as many dimensions as the type has.
func (t *TypeInfo) encodeVector(dst []byte, v any) ([]byte, error) {
	f, ok := v.([]float32)
	if !ok || t.Scale != vectorFloat32 {
		return dst, t.cannotEncode(v)
	}
	if len(f) > maxVectorSize || vectorHeaderSize+4*len(f) != t.Size {
		return dst, t.outOfRange()
	}
	dst = append(dst, vectorFormat, vectorVersion)
	dst = append(appendU16(dst, uint16(len(f))), vectorFloat32, 0, 0, 0)
	for _, x := range f {
		dst = appendU32(dst, math.Float32bits(x))
	}
	return dst, nil
}
