package tds

import (
	"encoding/binary"
)

// Collation is the COLLATION rule (MS-TDS 2.2.5.1.2): how character data is
// compared and, what matters here, in which code page it is encoded. It is
// comparable; the zero value is the raw collation.
type Collation struct {
	// Info holds LCID (20 bits), ColFlags (8 bits) and Version (4 bits).
	Info uint32
	// SortID is nonzero for SQL collations and then names the sort order.
	SortID uint8
}

// CollationSize is the length of a COLLATION on the wire in bytes.
const CollationSize = 5

// DefaultCollation is SQL_Latin1_General_CP1_CI_AS, what a server installed
// with US English settings has.
var DefaultCollation = Collation{Info: 0x00D00409, SortID: 52}

// CollationFlags are the ColFlags of a collation.
type CollationFlags uint8

// The ColFlags bits, in the document's order.
const (
	CollationIgnoreCase CollationFlags = 1 << iota
	CollationIgnoreAccent
	CollationIgnoreKana
	CollationIgnoreWidth
	CollationBinary
	CollationBinary2
	CollationUTF8
)

// LCID is the locale, as in MS-LCID.
func (c Collation) LCID() uint32 { return c.Info & 0xFFFFF }

// Flags are the comparison flags.
func (c Collation) Flags() CollationFlags { return CollationFlags(c.Info >> 20) }

// Version is the collation's version: 0 for the first, 1 for _90_, 2 for
// _100_, 3 for _140_.
func (c Collation) Version() uint8 { return uint8(c.Info >> 28) }

// UTF8 reports whether char and varchar data is UTF-8.
func (c Collation) UTF8() bool { return c.Flags()&CollationUTF8 != 0 }

// Append appends the five bytes of the collation.
func (c Collation) Append(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, c.Info)
	return append(dst, c.SortID)
}

// collationFrom reads the five bytes at b.
func collationFrom(b []byte) Collation {
	_ = b[4]
	return Collation{Info: binary.LittleEndian.Uint32(b), SortID: b[4]}
}
