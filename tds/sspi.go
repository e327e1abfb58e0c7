package tds

// SSPI is a token of the authentication exchange, in both directions: the server's
// SSPI token (MS-TDS 2.2.7.22), and the client's SSPI message (2.2.6.8), whose
// payload is the data alone, without a length.
type SSPI struct {
	Data []byte
}

func (*SSPI) token() {}

// Decode reads the token's body.
func (s *SSPI) Decode(body []byte) error {
	s.Data = clone(body)
	return nil
}

// Append appends the whole token. It fails if the data exceed 65,535 bytes.
func (s *SSPI) Append(dst []byte) ([]byte, error) {
	if err := checkBytes("SSPI", "SSPIBuffer", len(s.Data), 0xFFFF); err != nil {
		return dst, err
	}
	dst = appendU16(append(dst, byte(TokenSSPI)), uint16(len(s.Data)))
	return append(dst, s.Data...), nil
}

// ParseSSPIMessage reads the payload of a client's SSPI message: all of it is data.
func ParseSSPIMessage(src []byte) (SSPI, error) {
	if len(src) > MaxLogin7Size {
		return SSPI{}, &DecodeError{Name: "SSPI message", Problem: "message is too long", Err: ErrLimit}
	}
	return SSPI{Data: src}, nil
}

// AppendMessage appends the payload of a client's SSPI message.
func (s *SSPI) AppendMessage(dst []byte) []byte { return append(dst, s.Data...) }
