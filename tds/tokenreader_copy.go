package tds

import "io"

// CopyRows writes the ROW and NBCROW tokens that come next to w, byte for byte, up
// to the first token of another type or the end of the stream, and returns how
// many there were. Values are not put together, so they may be of any length. After
// an error w may have got part of a row; the error stays.
func (r *TokenReader) CopyRows(w io.Writer) (rows int64, err error) {
	for r.begin() {
		t := TokenType(r.buf[r.pos])
		if t != TokenRow && t != TokenNBCRow {
			break
		}
		n, err := r.copyRun(w)
		rows += n
		if err != nil {
			return rows, err
		}
	}
	if r.err == io.EOF {
		return rows, nil // Next says so
	}
	return rows, r.err
}

// copyRun copies rows as long as the buffer holds the type of the next token.
func (r *TokenReader) copyRun(w io.Writer) (rows int64, err error) {
	if !r.haveColumns() {
		return 0, r.err
	}
	r.sink, r.limit = w, r.opts.MaxToken
	for r.pos < r.end {
		switch TokenType(r.buf[r.pos]) {
		case TokenRow:
			if r.fastRow() || r.passRow(false) {
				rows++
				continue
			}
		case TokenNBCRow:
			if r.fastNBCRow() || r.passRow(true) {
				rows++
				continue
			}
		}
		break
	}
	if r.err == nil {
		r.drain()
	}
	r.sink = nil
	return rows, r.err
}

// passRow passes over a row.
func (r *TokenReader) passRow(bitmap bool) bool {
	var nulls [maxColumns / 8]byte
	r.pos++
	if bitmap {
		n := (len(r.plans) + 7) / 8
		if !r.need(n) {
			return false
		}
		r.pos += copy(nulls[:n], r.buf[r.pos:])
	}
	for i := range r.plans {
		if nulls[i>>3]>>(i&7)&1 != 0 {
			continue
		}
		if r.value(r.plans[i], true); r.err != nil {
			return false
		}
	}
	return true
}
