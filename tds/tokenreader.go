package tds

import (
	"io"
)

// Bounds of a TokenReader, which its options may change.
const (
	// DefaultMaxValue bounds one value that is put together in memory. Larger ones
	// exist (2 GB), but whoever needs the whole value needs several times its size.
	DefaultMaxValue = 64 << 20
	// DefaultBufferSize holds two packets of the greatest size, so that rows are
	// decoded while they are in the processor's second-level cache.
	DefaultBufferSize = 64 << 10
	// maxDescription bounds each token that is not a row or a return value. The
	// largest real one is a COLMETADATA of 4,096 columns with CLR types or encryption keys,
	// some 2 KB each.
	maxDescription = 16 << 20
	// maxSmallValues is the room that the ordinary columns of a row may need
	// besides its large values: 1,024 columns of 8,000 bytes, as wide as a table gets.
	maxSmallValues = 8 << 20
)

// TokenReaderOptions are the settings of a TokenReader.
type TokenReaderOptions struct {
	TokenFormat
	// MaxValue is the greatest length of one value in bytes; 0 means
	// DefaultMaxValue. A longer one is an error that is ErrLimit.
	MaxValue int
	// MaxToken is the greatest length of one ROW, NBCROW, ALTROW or RETURNVALUE on
	// the wire; 0 means two values of MaxValue and 8 MiB more.
	MaxToken int
	// BufferSize is the size of the buffer at first; 0 means DefaultBufferSize.
	BufferSize int
}

// TokenReader reads the token stream of a response, or of a bulk load, token by
// token. Rows cost no allocation: their values are parts of the reader's buffer.
//
// Memory is bounded whatever the bytes say: by twice MaxToken, since a PLP value of
// several chunks is held as it came and joined, plus what the columns take.
type TokenReader struct {
	tokenBuffer
	opts    TokenReaderOptions
	columns []Column
	plans   []valuePlan
	row     Row
	altRow  AltRow
	alts    map[uint16][]valuePlan
	spans   []valueSpan
	scratch []byte // joined PLP values of the current token
}

// NewTokenReader returns a reader of the tokens in src, which is usually a
// MessageReader and ends with io.EOF after the last token.
func NewTokenReader(src io.Reader, opts TokenReaderOptions) *TokenReader {
	if opts.MaxValue <= 0 {
		opts.MaxValue = DefaultMaxValue
	}
	if opts.MaxToken <= 0 {
		opts.MaxToken = 2*opts.MaxValue + maxSmallValues
	}
	if opts.BufferSize <= 0 {
		opts.BufferSize = DefaultBufferSize
	}
	opts.BufferSize = max(opts.BufferSize, minBufferSize)
	r := &TokenReader{opts: opts}
	r.buf = make([]byte, opts.BufferSize)
	r.src = src
	return r
}

// Reset makes the reader read another stream with the same options. It keeps the
// buffer unless a large value has made it grow.
func (r *TokenReader) Reset(src io.Reader) {
	if len(r.buf) > 4*r.opts.BufferSize {
		r.buf = make([]byte, r.opts.BufferSize)
	}
	if cap(r.scratch) > 4*r.opts.BufferSize {
		r.scratch = nil
	}
	r.tokenBuffer = tokenBuffer{src: src, buf: r.buf}
	r.columns, r.plans, r.alts = nil, r.plans[:0], nil
}

// Columns are the columns of the rows that follow, nil before the first
// COLMETADATA.
func (r *TokenReader) Columns() []Column { return r.columns }

// SetColumns tells the reader the columns of the rows that follow a COLMETADATA
// without metadata.
func (r *TokenReader) SetColumns(cols []Column) {
	r.columns = cols
	r.plans = planValues(r.plans[:0], cols)
	if cap(r.row.Values) < len(cols) {
		r.row.Values = make([][]byte, len(cols))
	}
	r.row.Values = r.row.Values[:len(cols)]
}

// Raw returns the bytes of the token that Next returned last, from its type byte
// to its end, as they came. They are valid until the next call of Next or CopyRows.
func (r *TokenReader) Raw() []byte { return r.buf[r.tok:r.pos:r.pos] }

// Next returns the next token: *Row, *AltRow, *ColMetadata, *Done, *ServerMessage
// and so on, a pointer always. Rows are valid until the next call, other tokens
// for as long as the caller likes. At the end of the stream Next returns io.EOF; an
// error of the source comes back as it is, and bytes that are no token stream as a
// DecodeError. Any error stays.
func (r *TokenReader) Next() (Token, error) {
	if !r.begin() {
		return nil, r.err
	}
	r.limit = r.opts.MaxToken
	switch TokenType(r.buf[r.pos]) {
	case TokenRow:
		if r.fastRow() || r.slowRow() {
			return &r.row, nil
		}
		return nil, r.err
	case TokenNBCRow:
		if r.fastNBCRow() || r.slowNBCRow() {
			return &r.row, nil
		}
		return nil, r.err
	}
	t := r.other()
	if r.err != nil {
		return nil, r.err
	}
	return t, nil
}

// PeekType returns the type of the next token without reading it, io.EOF at the
// end. As Next does, it ends the life of a row and of Raw.
func (r *TokenReader) PeekType() (TokenType, error) {
	if !r.begin() {
		return 0, r.err
	}
	return TokenType(r.buf[r.pos]), nil
}
