package tds

import "encoding/binary"

// ServerMessage is an ERROR or INFO token, MS-TDS 2.2.7.10 and 2.2.7.13.
type ServerMessage struct {
	IsError bool
	Number  int32
	State   uint8
	Class   uint8 // severity; up to 10 for information
	Text    string
	Server  string
	Proc    string
	Line    int32 // from 1; 0 if it does not apply. 16 bits before TDS 7.2
}

func (*ServerMessage) token() {}

// tokenType returns the token's type.
func (m *ServerMessage) tokenType() TokenType {
	if m.IsError {
		return TokenError
	}
	return TokenInfo
}

// Decode reads the body of a token of type t, TokenError or TokenInfo.
func (m *ServerMessage) Decode(t TokenType, body []byte, v Version) error {
	c := newCursor(t.String(), body)
	*m = ServerMessage{
		IsError: t == TokenError,
		Number:  c.i32(),
		State:   c.u8(),
		Class:   c.u8(),
		Text:    c.usVarChar(),
		Server:  c.bVarChar(),
		Proc:    c.bVarChar(),
	}
	if v.AtLeast(V72) {
		m.Line = c.i32()
	} else {
		m.Line = int32(c.u16())
	}
	return c.finish()
}

// maxMessageUnits is the most UTF-16 units that the three texts of a token may
// take together, so that its 16-bit length holds them with all other fields.
const maxMessageUnits = (0xFFFF - 4 - 1 - 1 - 2 - 1 - 1 - 4) / 2

// Append appends the whole token. Texts that don't fit are cut: Server and Proc
// to 255 characters, Text to what the token's length leaves (more than 30,000; SQL
// Server itself cuts at 2,047).
func (m *ServerMessage) Append(dst []byte, v Version) []byte {
	server, proc := cutUTF16(m.Server, 255), cutUTF16(m.Proc, 255)
	text := cutUTF16(m.Text, maxMessageUnits-UTF16Len(server)-UTF16Len(proc))
	dst = append(dst, byte(m.tokenType()))
	at := len(dst)
	dst = appendU16(dst, 0)
	dst = appendU32(dst, uint32(m.Number))
	dst = append(dst, m.State, m.Class)
	dst = appendUSVarChar(dst, text)
	dst = appendBVarChar(dst, server)
	dst = appendBVarChar(dst, proc)
	if v.AtLeast(V72) {
		dst = appendU32(dst, uint32(m.Line))
	} else {
		dst = appendU16(dst, uint16(min(max(m.Line, 0), 0xFFFF)))
	}
	binary.LittleEndian.PutUint16(dst[at:], uint16(len(dst)-at-2))
	return dst
}
