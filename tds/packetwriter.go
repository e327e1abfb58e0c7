package tds

import (
	"encoding/binary"
	"errors"
	"io"
)

// maxWriteBuffer is how much a PacketWriter collects before it writes: enough to
// make the system call cheap against its bytes.
const maxWriteBuffer = 64 << 10

// PacketWriter splits messages into numbered packets and writes many of them
// with one call. It allocates nothing once its buffer has its size. It is not safe
// for concurrent use.
type PacketWriter struct {
	w      io.Writer
	buf    []byte // whole packets, then the open one from at
	at     int
	size   int // packet size
	cur    int // packet size of the open packet
	spid   uint16
	id     byte
	typ    PacketType
	status Status // for the next packet only: the first has the reset bits
	open   bool
	err    error
}

// NewPacketWriter returns a writer of packets of packetSize bytes, headers
// included; see SetPacketSize.
func NewPacketWriter(w io.Writer, packetSize int) *PacketWriter {
	pw := &PacketWriter{w: w}
	pw.SetPacketSize(packetSize)
	return pw
}

// Reset makes the writer write to w, as after a change of the TLS layer. What was
// not flushed is dropped; packet size and SPID stay.
func (pw *PacketWriter) Reset(w io.Writer) {
	pw.w, pw.buf, pw.at, pw.open, pw.err = w, pw.buf[:0], 0, false, nil
}

// SetPacketSize sets the size of packets from the next one on. It is held between
// MinPacketSize and MaxPacketSize.
func (pw *PacketWriter) SetPacketSize(n int) {
	pw.size = min(max(n, MinPacketSize), MaxPacketSize)
}

// PacketSize returns the size of packets.
func (pw *PacketWriter) PacketSize() int { return pw.size }

// SetSPID sets the SPID of the following packets. Servers send it, clients 0.
func (pw *PacketWriter) SetSPID(spid uint16) { pw.spid = spid }

var errNoMessage = errors.New("tds: write outside of a message")
var errOpenMessage = errors.New("tds: a message was begun before the last was ended")

// Begin begins a message whose first packet has the status bits given (EOM is
// added where it belongs).
func (pw *PacketWriter) Begin(typ PacketType, status Status) error {
	if pw.err != nil {
		return pw.err
	}
	if pw.open {
		return errOpenMessage
	}
	pw.typ, pw.status, pw.id, pw.open = typ, status&^StatusEOM, 0, true
	pw.startPacket()
	return nil
}

// Write adds to the payload of the open message. Packets go out when the buffer is
// full, at Flush and at End.
func (pw *PacketWriter) Write(p []byte) (int, error) {
	if pw.err != nil {
		return 0, pw.err
	}
	if !pw.open {
		return 0, errNoMessage
	}
	written := 0
	for len(p) > 0 {
		room := pw.at + pw.cur - len(pw.buf)
		if room == 0 {
			if err := pw.nextPacket(); err != nil {
				return written, err
			}
			continue
		}
		n := min(room, len(p))
		pw.buf = append(pw.buf, p[:n]...)
		p = p[n:]
		written += n
	}
	return written, nil
}

// Flush writes all that is there, the begun packet included. Only servers may do
// this inside a message: the packets of a request must all be full but the last
// (MS-TDS 2.2.3, since TDS 7.3). Between messages it writes what End left.
func (pw *PacketWriter) Flush() error {
	if pw.err != nil {
		return pw.err
	}
	if pw.open && len(pw.buf) > pw.at+HeaderSize {
		pw.finishPacket(0)
		pw.at = len(pw.buf)
		if err := pw.send(); err != nil {
			return err
		}
		pw.startPacket()
		return nil
	}
	return pw.send()
}

// End ends the message and writes it out.
func (pw *PacketWriter) End() error {
	if err := pw.EndLater(); err != nil {
		return err
	}
	return pw.send()
}

// EndLater ends the message like End but leaves its last packets in the buffer, so
// that they go out together with what follows. Flush sends them.
func (pw *PacketWriter) EndLater() error { return pw.end(StatusEOM) }

// Cancel ends the message with StatusIgnore, so that the server drops it; only
// clients may do this.
func (pw *PacketWriter) Cancel() error {
	if err := pw.end(StatusEOM | StatusIgnore); err != nil {
		return err
	}
	return pw.send()
}

// WriteMessage writes one whole message.
func (pw *PacketWriter) WriteMessage(typ PacketType, status Status, payload []byte) error {
	if err := pw.Begin(typ, status); err != nil {
		return err
	}
	if _, err := pw.Write(payload); err != nil {
		return err
	}
	return pw.End()
}

// WriteRaw writes whole packets as they are, between messages. What waits in the
// buffer goes out first.
func (pw *PacketWriter) WriteRaw(packets []byte) error {
	if pw.err != nil {
		return pw.err
	}
	if pw.open {
		return errOpenMessage
	}
	if err := pw.send(); err != nil {
		return err
	}
	return pw.put(packets)
}

func (pw *PacketWriter) end(status Status) error {
	if pw.err != nil {
		return pw.err
	}
	if !pw.open {
		return errNoMessage
	}
	pw.finishPacket(status)
	pw.at, pw.open = len(pw.buf), false
	return nil
}

// startPacket appends the header of a packet whose length is not yet known.
func (pw *PacketWriter) startPacket() {
	pw.cur, pw.at = pw.size, len(pw.buf)
	pw.id++ // numbered from 1, as servers and drivers do
	h := Header{Type: pw.typ, Status: pw.status, SPID: pw.spid, PacketID: pw.id}
	pw.buf = h.Append(pw.buf)
	pw.status &^= StatusReset
}

// finishPacket completes the header of the open packet.
func (pw *PacketWriter) finishPacket(status Status) {
	h := pw.buf[pw.at:]
	h[1] |= byte(status)
	binary.BigEndian.PutUint16(h[2:], uint16(len(h)))
}

// nextPacket finishes a full packet and begins the next of the message, sending
// first if the buffer has no room for it.
func (pw *PacketWriter) nextPacket() error {
	pw.finishPacket(0)
	pw.at = len(pw.buf)
	if len(pw.buf)+pw.size > maxWriteBuffer {
		if err := pw.send(); err != nil {
			return err
		}
	}
	pw.startPacket()
	return nil
}

// send writes buf[:at], the finished packets, and keeps the open one if there is
// one behind them.
func (pw *PacketWriter) send() error {
	if pw.at == 0 {
		return nil
	}
	err := pw.put(pw.buf[:pw.at])
	rest := copy(pw.buf, pw.buf[pw.at:])
	pw.buf, pw.at = pw.buf[:rest], 0
	return err
}

// put writes p and remembers an error: after a part of a packet nothing that
// follows would be understood.
func (pw *PacketWriter) put(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	n, err := pw.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	pw.err = err
	return err
}
