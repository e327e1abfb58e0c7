package tds

// Retry makes the reader go on after an error of its source that has passed: the next call of
// Next reads the token that was interrupted from its beginning. It must follow the call that failed
// at once. Errors in the bytes themselves
// stay, and so does any error inside CopyRows, which has given bytes away.
func (r *TokenReader) Retry() {
	if r.srcErr != nil && r.err == r.srcErr && r.sink == nil {
		r.err, r.srcErr, r.pos = nil, nil, r.tok
	}
}
