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
	default:
		r.fail("unknown token", nil)
		return nil
	}
	if err != nil {
		r.err = err
		return nil
	}
	return token
}
