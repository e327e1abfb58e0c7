package tds

import "encoding/binary"

// AllHeaders is the ALL_HEADERS that begins an SQL batch, RPC or transaction
// manager request since TDS 7.2, MS-TDS 2.2.5.3.
type AllHeaders struct {
	// Transaction descriptor header: 0 and 1 outside of a transaction. The
	// document requires it; HasTransaction is false for clients that leave it out.
	HasTransaction bool
	Descriptor     uint64
	Outstanding    uint32 // requests active on the connection

	// Notification is the query notifications header, nil if there is none.
	Notification *QueryNotification

	// Trace is the trace activity header.
	HasTrace bool
	Trace    TraceActivity

	// Unknown holds headers of other types as they came, without their length.
	Unknown []UnknownHeader
}

// QueryNotification asks for a notification when the result of a query changes.
type QueryNotification struct {
	NotifyID      string
	SSBDeployment string
	HasTimeout    bool
	Timeout       uint32 // milliseconds
}

// TraceActivity identifies the client's activity, for debugging.
type TraceActivity struct {
	ActivityID [16]byte // in wire order
	Sequence   uint32
}

// UnknownHeader is a header that MS-TDS does not describe.
type UnknownHeader struct {
	Type uint16
	Data []byte
}

// The header types.
const (
	headerNotification = 1
	headerTransaction  = 2
	headerTrace        = 3
)

// maxAllHeaders bounds ALL_HEADERS. The longest are query notifications, whose two
// texts have 16-bit byte lengths.
const maxAllHeaders = 256 << 10

// allHeaders reads ALL_HEADERS.
func (c *cursor) allHeaders() AllHeaders {
	var h AllHeaders
	at := c.off
	total := c.u32()
	if !c.ok() {
		return h
	}
	if total < 4 || total > maxAllHeaders {
		c.failAt(at, "TotalLength of ALL_HEADERS is out of range")
		return h
	}
	block := newCursor("ALL_HEADERS", c.bytes(int(total)-4))
	if !c.ok() {
		return h
	}
	for block.ok() && block.remaining() > 0 {
		h.header(&block)
	}
	if err := block.result(); err != nil {
		c.failWith("ALL_HEADERS", err)
	}
	return h
}

// header reads one header.
func (h *AllHeaders) header(block *cursor) {
	at := block.off
	n := block.u32()
	if block.ok() && n < 6 {
		block.failAt(at, "HeaderLength is less than the header's own 6 bytes")
	}
	if !block.ok() || uint64(n)-4 > uint64(block.remaining()) {
		block.short()
		return
	}
	c := newCursor("ALL_HEADERS", block.bytes(int(n)-4))
	twice := false
	switch t := c.u16(); t {
	case headerNotification:
		twice = h.Notification != nil
		q := &QueryNotification{
			NotifyID:      DecodeUTF16Exact(c.usVarByte()),
			SSBDeployment: DecodeUTF16Exact(c.usVarByte()),
		}
		if q.HasTimeout = c.remaining() > 0; q.HasTimeout {
			q.Timeout = c.u32()
		}
		h.Notification = q
	case headerTransaction:
		twice = h.HasTransaction
		h.HasTransaction = true
		h.Descriptor, h.Outstanding = c.u64(), c.u32()
	case headerTrace:
		twice = h.HasTrace
		h.HasTrace = true
		copy(h.Trace.ActivityID[:], c.bytes(16))
		h.Trace.Sequence = c.u32()
	default:
		h.Unknown = append(h.Unknown, UnknownHeader{Type: t, Data: c.rest()})
	}
	if err := c.finish(); err != nil {
		block.failWith("header", err)
	} else if twice {
		block.failAt(at, "header stands twice")
	}
}

// Append appends ALL_HEADERS, the headers in the order of their types, as drivers
// send them.
func (h *AllHeaders) Append(dst []byte) ([]byte, error) {
	start := len(dst)
	dst = appendU32(dst, 0)
	if q := h.Notification; q != nil {
		at := len(dst)
		dst = appendU16(appendU32(dst, 0), headerNotification)
		for _, s := range [...]string{q.NotifyID, q.SSBDeployment} {
			if err := checkUnits("ALL_HEADERS", "query notification", s, 0xFFFF/2); err != nil {
				return dst[:start], err
			}
			text := len(dst)
			dst = AppendUTF16(appendU16(dst, 0), s)
			putLenU16(dst, text)
		}
		if q.HasTimeout {
			dst = appendU32(dst, q.Timeout)
		}
		binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at))
	}
	if h.HasTransaction {
		dst = appendU16(appendU32(dst, 4+2+8+4), headerTransaction)
		dst = appendU32(appendU64(dst, h.Descriptor), h.Outstanding)
	}
	if h.HasTrace {
		dst = appendU16(appendU32(dst, 4+2+16+4), headerTrace)
		dst = appendU32(append(dst, h.Trace.ActivityID[:]...), h.Trace.Sequence)
	}
	for _, u := range h.Unknown {
		dst = appendU16(appendU32(dst, uint32(4+2+len(u.Data))), u.Type)
		dst = append(dst, u.Data...)
	}
	if len(dst)-start > maxAllHeaders {
		return dst[:start], &EncodeError{Name: "ALL_HEADERS", Problem: "headers are too long"}
	}
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst, nil
}

// TransactionHeaders returns the headers of a plain request: the transaction
// descriptor given (0 for none) and one outstanding request.
func TransactionHeaders(descriptor uint64) AllHeaders {
	return AllHeaders{HasTransaction: true, Descriptor: descriptor, Outstanding: 1}
}
