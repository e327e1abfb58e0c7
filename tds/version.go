package tds

// Version is a TDS version as the TDSVersion field of LOGIN7 holds it, read as a
// little-endian number (MS-TDS 2.2.6.4 and its product notes). Versions are not
// in numeric order: compare them with AtLeast.
type Version uint32

// The versions of MS-TDS. 7.2 brought MARS, (max) types, 64-bit row counts and
// ALL_HEADERS; 7.3A the date and time types and table-valued parameters; 7.3B
// NBCROW; 7.4 feature extensions and session recovery; 8.0 is 7.4 with TLS
// around everything.
const (
	V70  Version = 0x70000000
	V71  Version = 0x71000000
	V71R Version = 0x71000001 // 7.1 revision 1
	V72  Version = 0x72090002
	V73A Version = 0x730A0003
	V73B Version = 0x730B0003
	V74  Version = 0x74000004
	V80  Version = 0x08000000
)

// LOGINACK writes the two oldest versions in another form, MS-TDS product note 69.
const (
	ackV70 = 0x07000000
	ackV71 = 0x07010000
)

// order returns a number that grows with the version.
func (v Version) order() uint32 {
	if v>>24 < 0x70 { // 8.0 and its successors keep the major version in the high byte
		return uint32(v>>24) << 28
	}
	return uint32(v)
}

// AtLeast reports that v is w or newer.
func (v Version) AtLeast(w Version) bool { return v.order() >= w.order() }

// Known reports that v is a version that this package speaks: 7.1 to 7.4 and 8.0.
func (v Version) Known() bool {
	switch v {
	case V71, V71R, V72, V73A, V73B, V74, V80:
		return true
	}
	return false
}

// Strict returns the version to announce on a TDS 8.0 leg for a peer that speaks v
// on the other: 8.0 for 7.4, which has the same tokens, else v.
func (v Version) Strict() Version {
	if v == V74 {
		return V80
	}
	return v
}

// Classic returns the version to announce on a TDS 7.x leg for a peer that speaks
// v on the other: 7.4 for 8.0, else v.
func (v Version) Classic() Version {
	if v == V80 {
		return V74
	}
	return v
}

// ackValue returns the number that LOGINACK holds, big-endian, for v.
func (v Version) ackValue() uint32 {
	switch v {
	case V70:
		return ackV70
	case V71:
		return ackV71
	}
	return uint32(v)
}

// versionFromAck returns the version for the big-endian number of a LOGINACK.
func versionFromAck(n uint32) Version {
	switch n {
	case ackV70:
		return V70
	case ackV71:
		return V71
	}
	return Version(n)
}

// String returns the version's usual name, "7.4".
func (v Version) String() string {
	switch v {
	case V70:
		return "7.0"
	case V71, V71R:
		return "7.1"
	case V72:
		return "7.2"
	case V73A:
		return "7.3A"
	case V73B:
		return "7.3B"
	case V74:
		return "7.4"
	case V80:
		return "8.0"
	}
	return "0x" + hexByte(byte(v>>24)) + hexByte(byte(v>>16)) + hexByte(byte(v>>8)) + hexByte(byte(v))
}
