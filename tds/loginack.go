package tds

import "encoding/binary"

// LoginAck is the LOGINACK token, MS-TDS 2.2.7.14.
type LoginAck struct {
	Interface  byte // InterfaceTSQL
	TDSVersion Version
	ProgName   string // up to 255 characters
	Version    ProductVersion
}

// The values of LoginAck.Interface.
const (
	InterfaceDefault byte = 0
	InterfaceTSQL    byte = 1
)

func (*LoginAck) token() {}

// Decode reads the token's body.
func (l *LoginAck) Decode(body []byte) error {
	c := newCursor("LOGINACK", body)
	*l = LoginAck{
		Interface:  c.u8(),
		TDSVersion: versionFromAck(c.u32be()),
		ProgName:   c.bVarChar(),
	}
	if b := c.bytes(4); b != nil {
		l.Version = productVersion(b)
	}
	return c.finish()
}

// Append appends the whole token; ProgName is cut if it is too long.
func (l *LoginAck) Append(dst []byte) []byte {
	dst = append(dst, byte(TokenLoginAck))
	at := len(dst)
	dst = append(appendU16(dst, 0), l.Interface)
	dst = binary.BigEndian.AppendUint32(dst, l.TDSVersion.ackValue())
	dst = appendBVarChar(dst, cutUTF16(l.ProgName, 255))
	dst = l.Version.append4(dst)
	putLenU16(dst, at)
	return dst
}
