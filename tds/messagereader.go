package tds

import "io"

// MessageReader reads the payload of one message after another as streams, for
// token streams and bulk loads that nobody wants to hold in memory whole.
type MessageReader struct {
	pr      *PacketReader
	first   Header
	last    Header
	payload []byte // unread part of the current packet's payload
	open    bool   // the message has packets left, or unread payload
	err     error
}

// NewMessageReader returns a reader of the messages that pr delivers. While a
// message is read, pr must not be used otherwise.
func NewMessageReader(pr *PacketReader) *MessageReader { return &MessageReader{pr: pr} }

// Next goes to the next message, passing over what is unread of the current one,
// and returns the header of its first packet. io.EOF means that the connection
// ended between messages.
func (m *MessageReader) Next() (Header, error) {
	if err := m.Discard(); err != nil {
		return Header{}, err
	}
	h, payload, err := m.pr.Next()
	if err != nil {
		return h, err
	}
	m.first, m.last, m.payload, m.open, m.err = h, h, payload, true, nil
	return h, nil
}

// Discard passes over what is unread of the current message.
func (m *MessageReader) Discard() error {
	for {
		switch _, err := m.Chunk(); err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}

// Read reads payload of the current message and returns io.EOF at its end.
func (m *MessageReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := m.more(); err != nil {
		return 0, err
	}
	n := copy(p, m.payload)
	m.payload = m.payload[n:]
	return n, nil
}

// Chunk returns the unread payload of the current packet, or of the next, without
// copying it; valid until the next call. At the message's end it returns io.EOF.
func (m *MessageReader) Chunk() ([]byte, error) {
	if err := m.more(); err != nil {
		return nil, err
	}
	p := m.payload
	m.payload = nil
	return p, nil
}

// more makes sure that there is unread payload.
func (m *MessageReader) more() error {
	for len(m.payload) == 0 {
		if !m.open {
			return io.EOF
		}
		if m.err != nil {
			return m.err
		}
		if m.last.EOM() {
			m.open = false
			return io.EOF
		}
		h, payload, err := m.pr.continueMessage(m.first.Type)
		if err != nil {
			if !isTimeout(err) {
				m.err = err
			}
			return err
		}
		m.last, m.payload = h, payload
	}
	return nil
}

// Header returns the header of the current message's first packet.
func (m *MessageReader) Header() Header { return m.first }

// Ended reports that the last packet of the message has been reached, and Ignored
// that its sender took the message back with it.
func (m *MessageReader) Ended() bool   { return m.last.EOM() }
func (m *MessageReader) Ignored() bool { return m.last.EOM() && m.last.Status&StatusIgnore != 0 }

// noEOF turns io.EOF, met where more had to come, into io.ErrUnexpectedEOF.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
