package tds

import "encoding/binary"

// SMPID is the first byte of every SMP packet ([MC-SMP] 2.2.1), which no TDS packet
// and no TLS record begins with.
const SMPID = 0x53

// SMPHeaderSize is the size of an SMP header.
const SMPHeaderSize = 16

// SMPFlags is the kind of an SMP packet: exactly one bit.
type SMPFlags byte

// The kinds of SMP packets.
const (
	SMPSyn  SMPFlags = 0x01 // opens a session
	SMPAck  SMPFlags = 0x02 // moves the peer's send window
	SMPFin  SMPFlags = 0x04 // closes a session
	SMPData SMPFlags = 0x08 // carries a part of the session's TDS stream
)

// SMPHeader is the header of an SMP packet, which multiplexes the sessions of a
// MARS connection.
type SMPHeader struct {
	Flags  SMPFlags
	SID    uint16 // session
	Length uint32 // of the packet with this header; only DATA has more than that
	SeqNum uint32
	Window uint32 // the highest SeqNum that the sender will accept
}

// MaxSMPSize bounds the Length of an SMP packet: it carries one TDS packet.
const MaxSMPSize = SMPHeaderSize + MaxPacketSize

// ParseSMPHeader reads a header from the first 16 bytes of b.
func ParseSMPHeader(b []byte) (SMPHeader, error) {
	c := newCursor("SMP header", b)
	if id := c.u8(); c.ok() && id != SMPID {
		c.failAt(0, "SMID is not 0x53")
	}
	h := SMPHeader{Flags: SMPFlags(c.u8()), SID: c.u16(), Length: c.u32(), SeqNum: c.u32(), Window: c.u32()}
	if !c.ok() {
		return h, c.result()
	}
	switch h.Flags {
	case SMPSyn, SMPAck, SMPFin:
		if h.Length != SMPHeaderSize {
			c.failAt(4, "LENGTH of a control packet is not 16")
		}
	case SMPData:
		if h.Length < SMPHeaderSize {
			c.failAt(4, "LENGTH is less than the header's own 16 bytes")
		} else if h.Length > MaxSMPSize {
			c.off = 4
			c.failWith("packet is longer than allowed", ErrLimit)
		}
	default:
		c.failAt(1, "FLAGS is not exactly one of SYN, ACK, FIN and DATA")
	}
	return h, c.result()
}

// Append appends the header.
func (h SMPHeader) Append(dst []byte) []byte {
	dst = append(dst, SMPID, byte(h.Flags))
	dst = binary.LittleEndian.AppendUint16(dst, h.SID)
	dst = appendU32(dst, h.Length)
	dst = appendU32(dst, h.SeqNum)
	return appendU32(dst, h.Window)
}
