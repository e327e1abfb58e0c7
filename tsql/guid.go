package tsql

import (
	"strings"

	"github.com/google/uuid"
)

// guidBytes is the stored form of a uniqueidentifier: its first three groups are little-endian.
func guidBytes(u uuid.UUID) []byte {
	return []byte{u[3], u[2], u[1], u[0], u[5], u[4], u[7], u[6], u[8], u[9], u[10], u[11], u[12], u[13], u[14], u[15]}
}

// guidFromBytes is the inverse of guidBytes; missing bytes are zero.
func guidFromBytes(b []byte) uuid.UUID {
	var s [16]byte
	copy(s[:], b)
	var u uuid.UUID
	copy(u[:], guidBytes(s))
	return u
}

// toGUID converts to uniqueidentifier. Text is 36 characters, in braces or not; what follows is ignored.
func toGUID(v any, from Type) (any, error) {
	switch x := v.(type) {
	case uuid.UUID:
		return v, nil
	case []byte:
		return guidFromBytes(x), nil
	case string:
		s := strings.TrimPrefix(x, "{")
		if len(s) < 36 || len(s) != len(x) && (len(s) < 37 || s[36] != '}') {
			return nil, NewError(8169)
		}
		u, err := uuid.Parse(s[:36])
		if err != nil {
			return nil, NewError(8169)
		}
		return u, nil
	}
	return nil, badValue(v, TypeGUID)
}

// guidOrder lists the bytes of a UUID in the order in which SQL Server compares them.
var guidOrder = [16]int{10, 11, 12, 13, 14, 15, 8, 9, 7, 6, 5, 4, 3, 2, 1, 0}

// compareGUID orders uniqueidentifiers as ORDER BY does.
func compareGUID(a, b uuid.UUID) int {
	for _, i := range guidOrder {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}
