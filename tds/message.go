package tds

// Message is one whole message: the packets of one request or response joined.
type Message struct {
	Type   PacketType
	Status Status // of the first packet, which carries the reset bits
	SPID   uint16 // of the first packet
	Data   []byte // the payloads of all packets
	// Ignored says that the sender took the message back with its last packet
	// (StatusIgnore): the receiver must not act on it.
	Ignored bool
}

// ReadMessage reads a whole message and appends its payload to dst, which may be
// nil; Data begins where dst ended. A payload above limit bytes gives a
// MessageTooLongError. All packets must have the type of the first.
func (pr *PacketReader) ReadMessage(limit int, dst []byte) (Message, error) {
	h, payload, err := pr.Next()
	if err != nil {
		return Message{}, err
	}
	m := Message{Type: h.Type, Status: h.Status, SPID: h.SPID}
	from := len(dst)
	for {
		if len(dst)-from+len(payload) > limit {
			m.Data = dst[from:]
			return m, &MessageTooLongError{Type: m.Type, Limit: limit}
		}
		dst = append(dst, payload...)
		if h.EOM() {
			m.Ignored = h.Status&StatusIgnore != 0
			m.Data = dst[from:]
			return m, nil
		}
		if h, payload, err = pr.continueMessage(m.Type); err != nil {
			m.Data = dst[from:]
			return m, err
		}
	}
}

// continueMessage reads a packet that must not be the first of its message.
func (pr *PacketReader) continueMessage(t PacketType) (Header, []byte, error) {
	h, payload, err := pr.Next()
	if err != nil {
		return h, nil, noEOF(err)
	}
	if h.Type != t {
		return h, nil, &DecodeError{Name: "packet header",
			Problem: h.Type.String() + " packet inside a " + t.String() + " message"}
	}
	return h, payload, nil
}

// RawMessage is one message as its packets stood on the wire.
type RawMessage struct {
	First Header
	Last  Header
	Raw   []byte // all packets, headers included
}

// Ignored says that the sender took the message back with its last packet.
func (m RawMessage) Ignored() bool { return m.Last.Status&StatusIgnore != 0 }

// Payload returns the joined payloads of the packets: a part of Raw if there is
// only one packet, else appended to dst.
func (m RawMessage) Payload(dst []byte) []byte {
	if len(m.Raw) == int(m.First.Length) && len(m.Raw) >= HeaderSize {
		return m.Raw[HeaderSize:]
	}
	return AppendPayload(dst, m.Raw)
}

// AppendPayload appends the payloads of the whole packets in raw. It stops at the
// first that is not whole.
func AppendPayload(dst, raw []byte) []byte {
	for {
		h, err := ParseHeader(raw)
		if err != nil || int(h.Length) > len(raw) {
			return dst
		}
		dst = append(dst, raw[HeaderSize:h.Length]...)
		raw = raw[h.Length:]
	}
}

// ReadRawMessage reads a whole message with its packet boundaries, to be looked at
// and then passed on as it is. A message of one packet is not copied: Raw points
// into the reader's buffer. A longer one is collected in dst[:0], up to limit bytes
// with headers.
//
// If the message is longer, the error is a MessageTooLongError and Raw holds the
// packets read so far, all whole and at least one; the rest of the message can be
// read with the other methods.
func (pr *PacketReader) ReadRawMessage(limit int, dst []byte) (RawMessage, error) {
	h, raw, err := pr.NextRaw()
	if err != nil {
		return RawMessage{}, err
	}
	m := RawMessage{First: h, Last: h, Raw: raw}
	if h.EOM() && len(raw) <= limit {
		return m, nil
	}
	dst = append(dst[:0], raw...)
	for m.Raw = dst; len(dst) <= limit && !m.Last.EOM(); m.Raw = dst {
		h, raw, err := pr.NextRaw()
		if err != nil {
			return m, noEOF(err)
		}
		if h.Type != m.First.Type {
			return m, &DecodeError{Name: "packet header",
				Problem: h.Type.String() + " packet inside a " + m.First.Type.String() + " message"}
		}
		dst = append(dst, raw...)
		m.Last = h
	}
	if len(dst) > limit {
		return m, &MessageTooLongError{Type: m.First.Type, Limit: limit}
	}
	return m, nil
}
