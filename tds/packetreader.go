package tds

import (
	"io"
)

// Sizes of the buffer of a PacketReader: an idle session keeps the small one, a
// busy one reads many packets with one call.
const (
	minReadBuffer = DefaultPacketSize
	maxReadBuffer = 64 << 10 // two packets of MaxPacketSize
)

// PacketReader reads packets through a buffer of its own, which grows while the
// peer sends fast. All its slices point into that buffer and are valid until the
// next call. It is not safe for concurrent use.
type PacketReader struct {
	r          io.Reader
	buf        []byte
	start, end int // the unread bytes are buf[start:end]
	max        int
	err        error // sticky error of r
}

// NewPacketReader returns a reader of the packets in r. Packets longer than
// maxPacket bytes, header included, are an error; maxPacket <= 0 means
// MaxPacketSize, which is what servers accept whatever was negotiated.
func NewPacketReader(r io.Reader, maxPacket int) *PacketReader {
	if maxPacket <= 0 || maxPacket > MaxPacketSize {
		maxPacket = MaxPacketSize
	}
	return &PacketReader{r: r, max: maxPacket}
}

// Reset makes the reader read from r, as after a change of the TLS layer. Bytes
// that were buffered from the old reader are dropped: see Buffered first.
func (pr *PacketReader) Reset(r io.Reader) {
	pr.r, pr.start, pr.end, pr.err = r, 0, 0, nil
}

// Buffered returns the bytes that were read from the connection and not yet
// returned. Before a TLS handshake begins there must be none, or a peer could slip
// plaintext into what is then taken for protected.
func (pr *PacketReader) Buffered() []byte { return pr.buf[pr.start:pr.end] }

// Next reads the next packet and returns its header and payload. At the end of
// the connection between packets the error is io.EOF, inside one
// io.ErrUnexpectedEOF.
func (pr *PacketReader) Next() (Header, []byte, error) {
	h, raw, err := pr.NextRaw()
	if err != nil {
		return h, nil, err
	}
	return h, raw[HeaderSize:], nil
}

// NextRaw is Next, with the packet's bytes including the header.
func (pr *PacketReader) NextRaw() (Header, []byte, error) {
	if err := pr.fill(HeaderSize); err != nil {
		return Header{}, nil, err
	}
	h, err := pr.header(pr.start)
	if err != nil {
		return h, nil, err
	}
	n := int(h.Length)
	if err := pr.fill(n); err != nil {
		return h, nil, err
	}
	raw := pr.buf[pr.start : pr.start+n : pr.start+n]
	pr.start += n
	return h, raw, nil
}

// Run is a sequence of whole packets of one message.
type Run struct {
	Raw     []byte // the packets, headers included
	Packets int
	First   Header
	Last    Header // Last.EOM() tells whether the message ends here
}

// NextRun reads the next packet and returns it with all that follow it completely
// in the buffer already, up to the one that ends the message: what a forwarder can
// pass on with one write. It waits for the first packet only.
func (pr *PacketReader) NextRun() (Run, error) {
	h, raw, err := pr.NextRaw()
	if err != nil {
		return Run{First: h, Last: h}, err
	}
	run := Run{Packets: 1, First: h, Last: h}
	from := pr.start - len(raw)
	for !run.Last.EOM() && pr.end-pr.start >= HeaderSize {
		h, err := pr.header(pr.start)
		if err != nil || h.Type != run.First.Type || pr.end-pr.start < int(h.Length) {
			break // the next call waits for it, or reports the error
		}
		pr.start += int(h.Length)
		run.Last = h
		run.Packets++
	}
	run.Raw = pr.buf[from:pr.start:pr.start]
	return run, nil
}

// header parses the header at buf[at:] and checks its length against the maximum.
func (pr *PacketReader) header(at int) (Header, error) {
	h, err := ParseHeader(pr.buf[at:pr.end])
	if err == nil && int(h.Length) > pr.max {
		err = &DecodeError{Name: "packet header", Offset: 2, Problem: "packet is longer than allowed",
			Err: ErrLimit}
	}
	return h, err
}

// fill makes sure that n unread bytes are buffered. n is at most MaxPacketSize.
func (pr *PacketReader) fill(n int) error {
	if pr.end-pr.start >= n {
		return nil
	}
	if pr.start == pr.end {
		pr.start, pr.end = 0, 0
	}
	if pr.start+n > len(pr.buf) {
		pr.room(n)
	}
	for pr.end-pr.start < n {
		if pr.err != nil {
			if pr.err == io.EOF && pr.end > pr.start {
				return io.ErrUnexpectedEOF
			}
			return pr.err
		}
		space := pr.buf[pr.end:]
		got, err := pr.r.Read(space)
		if got < 0 || got > len(space) {
			got, err = 0, errBadRead
		}
		pr.end += got
		if got == 0 && err == nil {
			err = io.ErrNoProgress
		}
		if err != nil && !isTimeout(err) {
			pr.err = err
		}
		if pr.end-pr.start < n && err != nil {
			if err == io.EOF {
				continue // reported above
			}
			return err
		}
		if got == len(space) {
			pr.grow() // the peer sends faster than we read
		}
	}
	return nil
}

// room makes space for n bytes behind start: by moving the unread bytes to the
// front, into a larger buffer if need be.
func (pr *PacketReader) room(n int) {
	buf := pr.buf
	if n > len(buf) {
		size := max(len(buf), minReadBuffer)
		for size < n {
			size *= 2
		}
		buf = make([]byte, size)
	}
	pr.end = copy(buf, pr.buf[pr.start:pr.end])
	pr.start, pr.buf = 0, buf
}

// grow doubles the buffer up to its maximum.
func (pr *PacketReader) grow() {
	if len(pr.buf) >= maxReadBuffer {
		return
	}
	buf := make([]byte, 2*len(pr.buf))
	pr.end = copy(buf, pr.buf[pr.start:pr.end])
	pr.start, pr.buf = 0, buf
}
