package executor

import "encoding/binary"

// beginMessage appends the header of a message whose length endMessage fills in.
func beginMessage(dst []byte, typ byte) (out []byte, start int) {
	return append(dst, typ, 0, 0, 0, 0, 0, 0, 0), len(dst)
}

func endMessage(dst []byte, start int) []byte {
	binary.LittleEndian.PutUint32(dst[start+4:], uint32(len(dst)-start-headerSize))
	return dst
}

func appendString(dst []byte, s string) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(s)))
	return append(dst, s...)
}

func appendBytes(dst, b []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(b)))
	return append(dst, b...)
}
