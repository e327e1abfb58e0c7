package tds

import "encoding/binary"

// EnvType names what an ENVCHANGE changes, MS-TDS 2.2.7.9.
type EnvType byte

// The types of ENVCHANGE.
const (
	EnvDatabase           EnvType = 1
	EnvLanguage           EnvType = 2
	EnvCharset            EnvType = 3
	EnvPacketSize         EnvType = 4
	EnvUnicodeLocale      EnvType = 5
	EnvUnicodeFlags       EnvType = 6
	EnvCollation          EnvType = 7
	EnvBeginTran          EnvType = 8
	EnvCommitTran         EnvType = 9
	EnvRollbackTran       EnvType = 10
	EnvEnlistDTC          EnvType = 11
	EnvDefectTran         EnvType = 12
	EnvMirrorPartner      EnvType = 13
	EnvPromoteTran        EnvType = 15
	EnvTranManagerAddress EnvType = 16
	EnvTranEnded          EnvType = 17
	EnvResetAck           EnvType = 18
	EnvUserInstance       EnvType = 19
	EnvRouting            EnvType = 20
	EnvEnhancedRouting    EnvType = 21
)

// EnvChange is an ENVCHANGE token. Which fields hold the values depends on Type.
type EnvChange struct {
	Type EnvType

	// New and Old are the values of the types whose values are text: 1 to 6, 13
	// and 19.
	New, Old string

	// NewData and OldData are the values of the types whose values are bytes:
	// a collation for type 7, a transaction descriptor for 8 to 12 and 17, a DTC
	// token or address for 15 and 16. For unknown types NewData is all there is.
	NewData, OldData []byte

	// Routing is there for types 20 and 21.
	Routing *Routing

	// noOld says that the sender left the old value out, as it may. Not for type 15,
	// which is written with one always.
	noOld bool
}

// Routing says where to connect instead, in ENVCHANGE types 20 and 21.
type Routing struct {
	Protocol byte // 0 for TCP
	Port     uint16
	Server   string
	Database string // type 21 only
}

// MaxEnvPromoteSize bounds the DTC token of ENVCHANGE type 15, whose length has 32
// bits. Propagation tokens of a DTC have some hundred bytes.
const MaxEnvPromoteSize = 64 << 10

func (*EnvChange) token() {}

// envText reports that values of type t are B_VARCHAR.
func (t EnvType) text() bool {
	return t >= EnvDatabase && t <= EnvUnicodeFlags || t == EnvMirrorPartner || t == EnvUserInstance
}

// bytes reports that values of type t are B_VARBYTE.
func (t EnvType) bytes() bool {
	return t >= EnvCollation && t <= EnvDefectTran || t == EnvTranManagerAddress ||
		t == EnvTranEnded || t == EnvResetAck
}

// Decode reads the token's body. For type 15 the token's Length is 1, and the body
// to give is the type byte with all that follows it: an L_VARBYTE and a zero.
func (e *EnvChange) Decode(body []byte) error {
	c := newCursor("ENVCHANGE", body)
	*e = EnvChange{Type: EnvType(c.u8())}
	switch {
	case !c.ok():
	case e.Type.text():
		e.New = c.bVarChar()
		if e.hasOld(&c) {
			e.Old = c.bVarChar()
		}
	case e.Type.bytes():
		e.NewData = clone(c.bVarByte())
		if e.hasOld(&c) {
			e.OldData = clone(c.bVarByte())
		}
	case e.Type == EnvPromoteTran:
		if e.NewData = clone(c.lVarByte()); len(e.NewData) > MaxEnvPromoteSize {
			c.failWith("DTC_TOKEN is too long", ErrLimit)
		}
		if c.remaining() > 0 {
			e.OldData = clone(c.bVarByte())
		}
	case e.Type == EnvRouting || e.Type == EnvEnhancedRouting:
		e.routing(&c)
	default:
		e.NewData = clone(c.rest())
	}
	return c.finish()
}

func (e *EnvChange) hasOld(c *cursor) bool {
	e.noOld = c.remaining() == 0
	return !e.noOld
}

func (e *EnvChange) routing(c *cursor) {
	if n := int(c.u16()); n > 0 || !c.ok() {
		r := newCursor("ENVCHANGE routing", c.bytes(n))
		e.Routing = &Routing{Protocol: r.u8(), Port: r.u16(), Server: r.usVarChar()}
		if e.Type == EnvEnhancedRouting {
			e.Routing.Database = r.usVarChar()
		}
		if err := r.finish(); err != nil && c.ok() {
			c.failWith("RoutingData", err)
		}
	}
	if e.hasOld(c) {
		if old := c.u16(); old != 0 {
			c.fail("routing has an old value")
		}
	}
}

// Append appends the whole token. It fails with an EncodeError if a value is too
// long for its length field.
func (e *EnvChange) Append(dst []byte) ([]byte, error) {
	if err := e.check(); err != nil {
		return dst, err
	}
	dst = append(dst, byte(TokenEnvChange))
	at := len(dst)
	dst = append(appendU16(dst, 0), byte(e.Type))
	switch {
	case e.Type.text():
		dst = appendBVarChar(dst, e.New)
		if !e.noOld {
			dst = appendBVarChar(dst, e.Old)
		}
	case e.Type.bytes():
		dst = appendBVarByte(dst, e.NewData)
		if !e.noOld {
			dst = appendBVarByte(dst, e.OldData)
		}
	case e.Type == EnvPromoteTran:
		dst = append(appendU32(dst, uint32(len(e.NewData))), e.NewData...)
		// As MS-TDS wants it, Length is 1; then only the old value shows where the token ends.
		dst = appendBVarByte(dst, e.OldData)
		binary.LittleEndian.PutUint16(dst[at:], 1)
		return dst, nil
	case e.Type == EnvRouting || e.Type == EnvEnhancedRouting:
		dst = e.Routing.append(dst, e.Type)
		if !e.noOld {
			dst = appendU16(dst, 0)
		}
	default:
		dst = append(dst, e.NewData...)
	}
	putLenU16(dst, at)
	return dst, nil
}

func (r *Routing) append(dst []byte, t EnvType) []byte {
	at := len(dst)
	dst = appendU16(dst, 0)
	if r == nil {
		return dst
	}
	dst = appendU16(append(dst, r.Protocol), r.Port)
	dst = appendUSVarChar(dst, r.Server)
	if t == EnvEnhancedRouting {
		dst = appendUSVarChar(dst, r.Database)
	}
	putLenU16(dst, at)
	return dst
}

// check returns an error if a value does not fit its length field.
func (e *EnvChange) check() error {
	const name = "ENVCHANGE"
	switch {
	case e.Type.text():
		return firstError(checkUnits(name, "new value", e.New, 255),
			checkUnits(name, "old value", e.Old, 255))
	case e.Type.bytes():
		return firstError(checkBytes(name, "new value", len(e.NewData), 255),
			checkBytes(name, "old value", len(e.OldData), 255))
	case e.Type == EnvPromoteTran:
		return firstError(checkBytes(name, "DTC_TOKEN", len(e.NewData), MaxEnvPromoteSize),
			checkBytes(name, "old value", len(e.OldData), 255))
	case e.Type == EnvRouting || e.Type == EnvEnhancedRouting:
		if e.Routing == nil {
			return nil
		}
		// A server name has at most 1,024 characters in practice; the bound keeps
		// the token's own length within 16 bits.
		return firstError(checkUnits(name, "AlternateServer", e.Routing.Server, 16000),
			checkUnits(name, "AlternateDatabase", e.Routing.Database, 16000))
	}
	return checkBytes(name, "value", len(e.NewData), 0xFFFF-1)
}

// Descriptor returns the transaction descriptor that begins (types 8 and 11) or
// ends (9, 10, 12, 17), and whether there is one.
func (e *EnvChange) Descriptor() (uint64, bool) {
	switch e.Type {
	case EnvBeginTran, EnvCommitTran, EnvRollbackTran, EnvEnlistDTC, EnvDefectTran, EnvTranEnded:
		// The table and the notes of 2.2.7.9 differ on where it stands.
		for _, d := range [...][]byte{e.NewData, e.OldData} {
			if len(d) == 8 {
				return binary.LittleEndian.Uint64(d), true
			}
		}
	}
	return 0, false
}

// DescriptorBytes returns a transaction descriptor as NewData or OldData hold it.
func DescriptorBytes(descriptor uint64) []byte { return appendU64(nil, descriptor) }

// clone returns a copy of b, nil for an empty one.
func clone(b []byte) []byte { return append([]byte(nil), b...) }
