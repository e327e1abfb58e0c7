package tds

// ReturnStatus is the RETURNSTATUS token, MS-TDS 2.2.7.18: the return code of a
// procedure.
type ReturnStatus struct {
	Value int32
}

func (*ReturnStatus) token() {}

// Decode reads the token's body.
func (r *ReturnStatus) Decode(body []byte) error {
	c := newCursor("RETURNSTATUS", body)
	r.Value = c.i32()
	return c.finish()
}

// Append appends the whole token.
func (r *ReturnStatus) Append(dst []byte) []byte {
	return appendU32(append(dst, byte(TokenReturnStatus)), uint32(r.Value))
}

// Offset is the OFFSET token, MS-TDS 2.2.7.16: where in the client's text a
// keyword stands. It was removed in TDS 7.2.
type Offset struct {
	Identifier uint16
	OffsetLen  uint16
}

func (*Offset) token() {}

// Decode reads the token's body.
func (o *Offset) Decode(body []byte) error {
	c := newCursor("OFFSET", body)
	o.Identifier, o.OffsetLen = c.u16(), c.u16()
	return c.finish()
}

// Append appends the whole token.
func (o *Offset) Append(dst []byte) []byte {
	return appendU16(appendU16(append(dst, byte(TokenOffset)), o.Identifier), o.OffsetLen)
}
