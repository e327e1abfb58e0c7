package tds

// other reads a token that is not a row. The limit is that of its kind; the result
// counts only if r.err is nil.
func (r *TokenReader) other() Token {
	t := TokenType(r.buf[r.pos])
	if t != TokenReturnValue && t != TokenAltRow {
		r.limit = maxDescription
	}
	switch t.Prefix() {
	case PrefixUShort:
		return r.whole(t, 3)
	case PrefixULong:
		return r.whole(t, 5)
	case PrefixFixed:
		return r.whole(t, 1)
	}
	r.pos++
	switch t {
	case TokenColMetadata:
		m := &ColMetadata{}
		m.read(r, &r.opts.TokenFormat)
		if r.err == nil {
			r.alts = nil
			r.SetColumns(m.Columns)
		}
		return m
	case TokenReturnValue:
		return r.returnValue()
	case TokenAltMetadata:
		return r.altMetadata()
	case TokenAltRow:
		return r.readAltRow()
	case TokenDataClassification:
		d := &DataClassification{}
		d.read(r, &r.opts.TokenFormat)
		return d
	case TokenFeatureExtAck:
		return r.featureExtAck()
	}
	r.pos--
	r.fail("unknown token", nil)
	return nil
}

// returnValue reads a RETURNVALUE; its value is copied out of the buffer.
func (r *TokenReader) returnValue() Token {
	v := &ReturnValue{}
	if !v.readHead(r, &r.opts.TokenFormat) {
		return nil
	}
	r.scratch = r.scratch[:0]
	s := r.value(valuePlan{v.Type.layout(), v.Type.Size}, false)
	if r.err == nil && s.where != spanNull {
		v.Value = append(make([]byte, 0, s.n), r.slice(s)...)
	}
	return v
}

// altMetadata reads an ALTMETADATA and keeps the plan of its rows.
func (r *TokenReader) altMetadata() Token {
	m := &AltMetadata{}
	m.read(r, &r.opts.TokenFormat)
	if r.err != nil {
		return nil
	}
	if r.alts == nil {
		r.alts = make(map[uint16][]valuePlan)
	}
	if len(r.alts) >= maxComputes {
		r.fail("more COMPUTE clauses than a statement has", ErrLimit)
		return nil
	}
	plans := make([]valuePlan, len(m.Columns))
	for i := range m.Columns {
		t := &m.Columns[i].Type
		plans[i] = valuePlan{t.layout(), t.Size}
	}
	r.alts[m.ID] = plans
	return m
}

// readAltRow reads an ALTROW.
func (r *TokenReader) readAltRow() Token {
	if !r.need(2) {
		return nil
	}
	id := uint16(r.buf[r.pos]) | uint16(r.buf[r.pos+1])<<8
	plans, ok := r.alts[id]
	if !ok {
		r.fail("ALTROW without its ALTMETADATA", nil)
		return nil
	}
	r.pos += 2
	r.altRow.ID = id
	if cap(r.altRow.Values) < len(plans) {
		r.altRow.Values = make([][]byte, len(plans))
	}
	r.altRow.Values = r.altRow.Values[:len(plans)]
	r.slowValues(r.altRow.Values, plans, nil)
	return &r.altRow
}

// featureExtAckEnd ends the list of FEATUREEXTACK.
const featureExtAckEnd = 0xFF

// featureExtAck reads FEATUREEXTACK, which has no length: its features are walked
// to the terminator and the whole then decoded.
func (r *TokenReader) featureExtAck() Token {
	for end := false; !end; {
		ok := r.element(func(c *cursor) {
			if end = c.u8() == featureExtAckEnd; !end {
				c.lVarByte()
			}
		})
		if !ok {
			return nil
		}
	}
	return r.decode(TokenFeatureExtAck, r.buf[r.tok+1:r.pos])
}

// whole reads a token whose length stands in front of it, or is fixed: head is the
// size of its type and length field.
func (r *TokenReader) whole(t TokenType, head int) Token {
	if !r.need(head) {
		return nil
	}
	b := r.buf[r.pos:]
	var n int
	switch head {
	case 3:
		n = int(b[1]) | int(b[2])<<8
	case 5:
		n = int(uint32(b[1]) | uint32(b[2])<<8 | uint32(b[3])<<16 | uint32(b[4])<<24)
		if n < 0 || n > maxDescription {
			r.tooLong()
			return nil
		}
	default:
		n = FixedTokenSize(t, r.opts.version())
	}
	if !r.need(head + n) {
		return nil
	}
	body := r.buf[r.pos+head : r.pos+head+n]
	r.pos += head + n
	return r.decode(t, body)
}
