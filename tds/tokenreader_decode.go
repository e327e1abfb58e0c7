package tds

// decode decodes a token whose body is complete.
func (r *TokenReader) decode(t TokenType, body []byte) Token {
	f := r.opts.TokenFormat
	var token Token
	var err error
	switch t {
	case TokenOrder:
		o := &Order{}
		token, err = o, o.Decode(body)
	case TokenTabName:
		n := &TabName{}
		token, err = n, n.Decode(body, f)
	case TokenColInfo:
		i := &ColInfo{}
		token, err = i, i.Decode(body)
	case TokenDone, TokenDoneProc, TokenDoneInProc:
		d := &Done{}
		token, err = d, d.Decode(t, body, f.version())
	case TokenError, TokenInfo:
		m := &ServerMessage{}
		token, err = m, m.Decode(t, body, f.version())
	case TokenEnvChange:
		e := &EnvChange{}
		token, err = e, e.Decode(r.envChangeBody(body))
	case TokenReturnStatus:
		s := &ReturnStatus{}
		token, err = s, s.Decode(body)
	case TokenOffset:
		o := &Offset{}
		token, err = o, o.Decode(body)
	case TokenLoginAck:
		l := &LoginAck{}
		token, err = l, l.Decode(body)
	case TokenFeatureExtAck:
		a := &FeatureExtAck{}
		token, err = a, a.Decode(body)
	case TokenFedAuthInfo:
		i := &FedAuthInfo{}
		token, err = i, i.Decode(body)
	case TokenSessionState:
		s := &SessionState{}
		token, err = s, s.Decode(body)
	case TokenSSPI:
		s := &SSPI{}
		token, err = s, s.Decode(body)
	default:
		r.fail("unknown token", nil)
		return nil
	}
	if r.err == nil {
		r.err = err
	}
	if r.err != nil {
		return nil
	}
	return token
}

// envChangeBody returns the body of an ENVCHANGE. That of type 15 goes on behind its
// Length, which is 1 (MS-TDS 2.2.7.9, notes).
func (r *TokenReader) envChangeBody(body []byte) []byte {
	if len(body) != 1 || EnvType(body[0]) != EnvPromoteTran {
		return body
	}
	from := r.pos - 1 - r.tok
	r.element(func(c *cursor) {
		c.lVarByte()
		c.bVarByte()
	})
	return r.buf[r.tok+from : r.pos]
}
