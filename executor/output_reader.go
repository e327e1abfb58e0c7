package executor

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"unicode/utf8"
)

const (
	// maxControl bounds messages other than frames: room for a long traceback and
	// for output parameters of 2,000 characters each by the hundred.
	maxControl = 4 << 20
	// readStep is how much memory a message's length alone can make us take.
	readStep = 1 << 20
)

// protocolError says what a satellite did wrong. It matches ErrProtocol.
func protocolError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProtocol, fmt.Sprintf(format, args...))
}

// messageReader reads a satellite's messages.
type messageReader struct {
	r   io.Reader
	buf []byte
	// maxValue bounds frames and output parameters, which can hold one value of
	// that size.
	maxValue int64
}

// next returns the next message; the payload is valid until the call after. io.EOF
// means that the satellite ended between two messages.
func (m *messageReader) next() (typ byte, payload []byte, err error) {
	var h [headerSize]byte
	if _, err := io.ReadFull(m.r, h[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = io.EOF
		}
		return 0, nil, err
	}
	size := int64(binary.LittleEndian.Uint32(h[4:]))
	limit := int64(maxControl)
	if h[0] == msgOutFrame || h[0] == msgOutParams {
		if limit += m.maxValue; size > limit {
			return 0, nil, fmt.Errorf("%w (%d MB of %d)", ErrValueTooLarge, size>>20, limit>>20)
		}
	}
	if size > limit {
		return 0, nil, protocolError("message %#x of %d bytes; %d are allowed", h[0], size, limit)
	}
	if m.buf, err = readGrowing(m.r, m.buf[:0], int(size)); err != nil {
		return 0, nil, err
	}
	return h[0], m.buf, nil
}

// readGrowing reads size bytes into buf, which grows as they arrive.
func readGrowing(r io.Reader, buf []byte, size int) ([]byte, error) {
	for len(buf) < size {
		if len(buf) == cap(buf) {
			grown := make([]byte, len(buf), min(size, max(2*cap(buf), readStep)))
			copy(grown, buf)
			buf = grown
		}
		n, err := r.Read(buf[len(buf):min(size, cap(buf))])
		buf = buf[:len(buf)+n]
		if err != nil && len(buf) < size {
			return buf, err
		}
	}
	return buf, nil
}

// payloadReader walks over a payload. After the first thing missing everything
// reads as zero and failed is set.
type payloadReader struct {
	data   []byte
	failed bool
}

func (p *payloadReader) take(n uint32) []byte {
	if p.failed || uint64(n) > uint64(len(p.data)) {
		p.failed = true
		return nil
	}
	b := p.data[:n]
	p.data = p.data[n:]
	return b
}

func (p *payloadReader) byte() byte {
	if b := p.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (p *payloadReader) uint16() uint16 {
	if b := p.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (p *payloadReader) uint32() uint32 {
	if b := p.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (p *payloadReader) uint64() uint64 {
	if b := p.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// bytes reads a length and as many bytes.
func (p *payloadReader) bytes() []byte { return p.take(p.uint32()) }

// text reads a string, which must be UTF-8 in the form of doc.go.
func (p *payloadReader) text() string {
	b := p.bytes()
	if !validText(b) {
		p.failed = true
		return ""
	}
	return string(b)
}

// end checks that everything was there and nothing is left.
func (p *payloadReader) end(what string) error {
	if p.failed {
		return protocolError("malformed %s", what)
	}
	if len(p.data) > 0 {
		return protocolError("%d bytes after %s", len(p.data), what)
	}
	return nil
}

// validText reports whether b is UTF-8, unpaired surrogates in three bytes allowed.
func validText(b []byte) bool {
	for !utf8.Valid(b) {
		for len(b) > 0 {
			r, n := utf8.DecodeRune(b)
			if r == utf8.RuneError && n == 1 {
				break
			}
			b = b[n:]
		}
		if len(b) < 3 || b[0] != 0xED || b[1] < 0xA0 || b[1] > 0xBF || b[2] < 0x80 || b[2] > 0xBF {
			return false
		}
		b = b[3:]
	}
	return true
}

// isEnd reports whether a read failed because the satellite ended or, after a
// deadline, was silent.
func isEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed)
}
