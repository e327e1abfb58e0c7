package tds

import "encoding/binary"

// PacketType is the first byte of a packet header, MS-TDS 2.2.3.1.1.
type PacketType byte

// The packet types. PacketOldLogin is the login of TDS before 7.0, named only to
// be refused by name.
const (
	PacketSQLBatch     PacketType = 1
	PacketOldLogin     PacketType = 2
	PacketRPC          PacketType = 3
	PacketReply        PacketType = 4
	PacketAttention    PacketType = 6
	PacketBulkLoad     PacketType = 7
	PacketFedAuthToken PacketType = 8
	PacketTransMgr     PacketType = 14
	PacketLogin7       PacketType = 16
	PacketSSPI         PacketType = 17
	PacketPrelogin     PacketType = 18
)

// String returns the type's name, for errors and traces.
func (t PacketType) String() string {
	switch t {
	case PacketSQLBatch:
		return "SQLBatch"
	case PacketOldLogin:
		return "pre-TDS7 login"
	case PacketRPC:
		return "RPC"
	case PacketReply:
		return "tabular result"
	case PacketAttention:
		return "attention"
	case PacketBulkLoad:
		return "bulk load"
	case PacketFedAuthToken:
		return "federated authentication token"
	case PacketTransMgr:
		return "transaction manager request"
	case PacketLogin7:
		return "LOGIN7"
	case PacketSSPI:
		return "SSPI"
	case PacketPrelogin:
		return "PRELOGIN"
	}
	return "packet type 0x" + hexByte(byte(t))
}

// Known reports that t is one of the types above.
func (t PacketType) Known() bool {
	switch t {
	case PacketSQLBatch, PacketOldLogin, PacketRPC, PacketReply, PacketAttention,
		PacketBulkLoad, PacketFedAuthToken, PacketTransMgr, PacketLogin7, PacketSSPI,
		PacketPrelogin:
		return true
	}
	return false
}

// Status is the second byte of a packet header, MS-TDS 2.2.3.1.2.
type Status byte

// The status bits. StatusIgnore ends a message that the receiver must drop (with
// StatusEOM). The two reset bits count only in the first packet of a message.
const (
	StatusEOM                     Status = 0x01
	StatusIgnore                  Status = 0x02
	StatusResetConnection         Status = 0x08
	StatusResetConnectionSkipTran Status = 0x10

	// StatusReset is both reset bits, to test for either.
	StatusReset = StatusResetConnection | StatusResetConnectionSkipTran
)

// Header is a packet header, MS-TDS 2.2.3.1. Length counts the header's own 8
// bytes. Length and SPID are big-endian on the wire, unlike all else in TDS.
type Header struct {
	Type     PacketType
	Status   Status
	Length   uint16
	SPID     uint16
	PacketID byte
	Window   byte
}

// EOM reports that this is the last packet of its message.
func (h Header) EOM() bool { return h.Status&StatusEOM != 0 }

// ParseHeader reads a header from the first 8 bytes of b. It fails if there are
// fewer or if Length is below 8; the type is not checked, see PacketType.Known.
func ParseHeader(b []byte) (Header, error) {
	if len(b) < HeaderSize {
		return Header{}, errHeaderShort
	}
	h := Header{
		Type:     PacketType(b[0]),
		Status:   Status(b[1]),
		Length:   binary.BigEndian.Uint16(b[2:]),
		SPID:     binary.BigEndian.Uint16(b[4:]),
		PacketID: b[6],
		Window:   b[7],
	}
	if h.Length < HeaderSize {
		return h, errHeaderLength
	}
	return h, nil
}

// The errors of ParseHeader, made once so that parsing allocates nothing.
var (
	errHeaderShort error = &DecodeError{Name: "packet header", Problem: "ends too early",
		Err: ErrTruncated}
	errHeaderLength error = &DecodeError{Name: "packet header", Offset: 2,
		Problem: "Length is less than the header's own 8 bytes"}
)

// Append appends the header's 8 bytes.
func (h Header) Append(dst []byte) []byte {
	return append(dst, byte(h.Type), byte(h.Status), byte(h.Length>>8), byte(h.Length),
		byte(h.SPID>>8), byte(h.SPID), h.PacketID, h.Window)
}
