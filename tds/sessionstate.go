package tds

// SessionState is the SESSIONSTATE token, MS-TDS 2.2.7.21.
type SessionState struct {
	SeqNo       uint32
	Recoverable bool
	States      []StateValue
	reserved    byte // the other bits of Status
}

// StateValue is one SessionStateData: a piece of session state, opaque to all but
// the server.
type StateValue struct {
	ID    byte
	Value []byte
}

func (*SessionState) token() {}

// Decode reads the token's body. The values are copied.
func (s *SessionState) Decode(body []byte) error {
	c := newCursor("SESSIONSTATE", clone(body))
	*s = SessionState{SeqNo: c.u32()}
	status := c.u8()
	s.Recoverable, s.reserved = status&1 != 0, status&^1
	s.States = c.stateValues()
	return c.finish()
}

// Append appends the whole token.
func (s *SessionState) Append(dst []byte) []byte {
	dst = append(dst, byte(TokenSessionState))
	at := len(dst)
	dst = appendU32(appendU32(dst, 0), s.SeqNo)
	status := s.reserved
	if s.Recoverable {
		status |= 1
	}
	dst = appendStateValues(append(dst, status), s.States)
	putLenU32(dst, at)
	return dst
}

// longState in place of a BYTE length says that a DWORD length follows.
const longState = 0xFF

// stateValues reads SessionStateDataSet up to the end of the cursor.
func (c *cursor) stateValues() []StateValue {
	var states []StateValue
	for c.ok() && c.remaining() > 0 {
		v := StateValue{ID: c.u8()}
		if n, _ := c.peek(); n == longState {
			c.skip(1)
			v.Value = c.lVarByte()
		} else {
			v.Value = c.bVarByte()
		}
		states = append(states, v)
	}
	return states
}

// appendStateValues appends SessionStateDataSet.
func appendStateValues(dst []byte, states []StateValue) []byte {
	for _, v := range states {
		dst = append(dst, v.ID)
		if len(v.Value) < longState {
			dst = append(dst, byte(len(v.Value)))
		} else {
			dst = appendU32(append(dst, longState), uint32(len(v.Value)))
		}
		dst = append(dst, v.Value...)
	}
	return dst
}
