package tds

// Sizes of packets, MS-TDS 2.2.3.1.3.
const (
	// HeaderSize is the size of a packet header.
	HeaderSize = 8
	// DefaultPacketSize is the packet size until ENVCHANGE says otherwise.
	DefaultPacketSize = 4096
	// MinPacketSize is the smallest size that may be negotiated.
	MinPacketSize = 512
	// MaxPacketSize is the largest Length that a header may hold. Receivers accept
	// up to it whatever was negotiated, as servers do.
	MaxPacketSize = 32767
)

// Bounds that this package sets itself. Each protects memory from a peer that
// has not yet shown who it is.
const (
	// MaxPreloginSize bounds a PRELOGIN message. Its options take some 100 bytes;
	// a client may add unknown ones, in one packet of default size.
	MaxPreloginSize = DefaultPacketSize
	// MaxLogin7Size bounds a LOGIN7 message. The fixed part and all its names
	// take less than 3 KB; what can be large is a federated token or SSPI blob
	// (Kerberos with many groups: 48,000 bytes at most) and session recovery
	// data. The protocol's own limit is 128 KiB - 1 (MS-TDS 2.2.6.4, Length).
	MaxLogin7Size = 128<<10 - 1
)
