package tds

import (
	"fmt"
	"io"
)

// minBufferSize holds the longest piece that is needed at once when rows are
// passed on without being assembled: a text pointer with its length.
const minBufferSize = 512

// maxEmptyReads is how often a source may return neither bytes nor an error, as in
// bufio.
const maxEmptyReads = 100

// tokenBuffer is the window of a TokenReader into its source.
//
//	buf[tok:pos]  the current token as far as it has been read
//	buf[pos:end]  bytes that follow it
type tokenBuffer struct {
	src           io.Reader
	buf           []byte
	tok, pos, end int
	limit         int // of the current token's length
	srcErr        error
	err           error     // what Next returns from now on
	sink          io.Writer // in CopyRows: takes bytes that have been read
}

// begin starts the next token and makes sure that there is a byte of it. Without
// one b.err is the source's error, which is io.EOF at the end.
func (b *tokenBuffer) begin() bool {
	b.tok = b.pos
	if b.pos < b.end && b.err == nil {
		return true
	}
	b.limit = len(b.buf)
	if b.err == nil && !b.fill() && b.err == nil {
		b.err = b.srcErr
	}
	return b.err == nil
}

// more reads further bytes of the current token.
func (b *tokenBuffer) more() bool {
	if b.err != nil {
		return false
	}
	if b.fill() {
		return true
	}
	switch {
	case b.err != nil:
	case b.srcErr == io.EOF:
		b.fail("ends too early", ErrTruncated)
	default:
		b.err = b.srcErr
	}
	return false
}

// need makes sure that n bytes follow pos.
func (b *tokenBuffer) need(n int) bool {
	if b.pos-b.tok+n > b.limit && b.sink == nil {
		b.tooLong()
		return false
	}
	for b.end-b.pos < n {
		if !b.more() {
			return false
		}
	}
	return true
}

// fill reads at least one byte behind end. It moves the current token to the
// front of the buffer or makes the buffer larger, so that no slice of it may be
// held across. It returns false with b.err or b.srcErr set.
func (b *tokenBuffer) fill() bool {
	if b.srcErr != nil {
		return false
	}
	if b.sink != nil && !b.drain() {
		return false
	}
	if b.tok > 0 && len(b.buf)-b.end < len(b.buf)/2 {
		n := copy(b.buf, b.buf[b.tok:b.end])
		b.pos -= b.tok
		b.tok, b.end = 0, n
	}
	if b.end == len(b.buf) && !b.grow() {
		return false
	}
	for range maxEmptyReads {
		n, err := b.src.Read(b.buf[b.end:])
		if n < 0 || n > len(b.buf)-b.end {
			b.srcErr = fmt.Errorf("tds: reader returned an impossible count")
			return false
		}
		b.end += n
		b.srcErr = err
		if n > 0 {
			return true
		}
		if err != nil {
			return false
		}
	}
	b.srcErr = io.ErrNoProgress
	return false
}

// grow doubles the buffer, which is full of the current token, within the limit.
func (b *tokenBuffer) grow() bool {
	if len(b.buf)-b.tok >= b.limit {
		b.tooLong()
		return false
	}
	size := min(2*len(b.buf), max(b.limit, len(b.buf)+1))
	buf := make([]byte, size)
	b.end = copy(buf, b.buf[b.tok:b.end])
	b.pos -= b.tok
	b.tok = 0
	b.buf = buf
	return true
}

// pass passes over n bytes without keeping them.
func (b *tokenBuffer) pass(n int) {
	for b.end-b.pos < n {
		n -= b.end - b.pos
		b.pos = b.end
		if !b.more() {
			return
		}
	}
	b.pos += n
}

// drain gives the bytes read so far to the sink.
func (b *tokenBuffer) drain() bool {
	if b.pos > b.tok {
		if _, err := b.sink.Write(b.buf[b.tok:b.pos]); err != nil {
			b.err = err
			return false
		}
		b.tok = b.pos
	}
	return true
}

// name is the current token's name for errors.
func (b *tokenBuffer) name() string {
	if b.sink != nil || b.tok >= b.end {
		return "token stream"
	}
	return TokenType(b.buf[b.tok]).String()
}

// fail records what is wrong at pos.
func (b *tokenBuffer) fail(problem string, err error) {
	if b.err == nil {
		b.err = &DecodeError{Name: b.name(), Offset: b.pos - b.tok, Problem: problem, Err: err}
	}
}

func (b *tokenBuffer) tooLong() {
	b.fail(fmt.Sprintf("token is longer than %d bytes", b.limit), ErrLimit)
}

// element reads one element of a token without a length (see elements).
func (b *tokenBuffer) element(fn func(c *cursor)) bool {
	for b.err == nil {
		c := newCursor(b.name(), b.buf[b.tok:b.end])
		c.off = b.pos - b.tok
		fn(&c)
		if c.err == nil {
			b.pos = b.tok + c.off
			return true
		}
		if c.err.Err != ErrTruncated {
			b.err = c.err
			return false
		}
		b.more()
	}
	return false
}
