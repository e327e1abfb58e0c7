package tds

import (
	"encoding/binary"
	"strconv"
)

// Short names for the append calls that every encoder uses.

func appendU16(dst []byte, v uint16) []byte { return append(dst, byte(v), byte(v>>8)) }
func appendU32(dst []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(dst, v) }
func appendU64(dst []byte, v uint64) []byte { return binary.LittleEndian.AppendUint64(dst, v) }

// appendBVarChar appends B_VARCHAR. The caller has checked the length with
// checkUnits or cut it.
func appendBVarChar(dst []byte, s string) []byte {
	at := len(dst)
	dst = AppendUTF16(append(dst, 0), s)
	dst[at] = byte((len(dst) - at - 1) / 2)
	return dst
}

// appendUSVarChar appends US_VARCHAR, under the same condition.
func appendUSVarChar(dst []byte, s string) []byte {
	at := len(dst)
	dst = AppendUTF16(append(dst, 0, 0), s)
	binary.LittleEndian.PutUint16(dst[at:], uint16((len(dst)-at-2)/2))
	return dst
}

// checkUnits returns an EncodeError if s takes more than max UTF-16 units.
func checkUnits(name, field, s string, max int) error {
	if len(s) <= max {
		return nil
	}
	if n := UTF16Len(s); n > max {
		return &EncodeError{Name: name, Problem: field + " takes " + strconv.Itoa(n) +
			" characters, more than " + strconv.Itoa(max)}
	}
	return nil
}

// checkBytes returns an EncodeError if n bytes are more than max.
func checkBytes(name, field string, n, max int) error {
	if n > max {
		return &EncodeError{Name: name, Problem: field + " takes " + strconv.Itoa(n) +
			" bytes, more than " + strconv.Itoa(max)}
	}
	return nil
}

// putLenU16 writes the number of bytes after at+2 into the USHORT at at.
func putLenU16(dst []byte, at int) {
	binary.LittleEndian.PutUint16(dst[at:], uint16(len(dst)-at-2))
}

// putLenU32 writes the number of bytes after at+4 into the ULONG at at.
func putLenU32(dst []byte, at int) {
	binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
}

// appendBVarByte appends B_VARBYTE. The caller has checked the length.
func appendBVarByte(dst, b []byte) []byte { return append(append(dst, byte(len(b))), b...) }
