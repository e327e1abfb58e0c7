package tds

// TransMgrType is the kind of a transaction manager request, MS-TDS 2.2.6.9.
type TransMgrType uint16

// The request types.
const (
	TMGetDTCAddress TransMgrType = 0
	TMPropagateXact TransMgrType = 1
	TMBeginXact     TransMgrType = 5
	TMPromoteXact   TransMgrType = 6
	TMCommitXact    TransMgrType = 7
	TMRollbackXact  TransMgrType = 8
	TMSaveXact      TransMgrType = 9
)

// IsolationLevel is ISOLATION_LEVEL of a transaction manager request.
type IsolationLevel byte

// The isolation levels; IsolationCurrent asks for no change.
const (
	IsolationCurrent         IsolationLevel = 0
	IsolationReadUncommitted IsolationLevel = 1
	IsolationReadCommitted   IsolationLevel = 2
	IsolationRepeatableRead  IsolationLevel = 3
	IsolationSerializable    IsolationLevel = 4
	IsolationSnapshot        IsolationLevel = 5
)

// TransMgr is a transaction manager request. Which fields count depends on Type.
type TransMgr struct {
	Headers AllHeaders // since TDS 7.2
	Type    TransMgrType

	// Payload is the opaque buffer of TMGetDTCAddress and TMPropagateXact.
	Payload []byte
	// Name names the transaction or savepoint that TMCommitXact and TMRollbackXact
	// end or TMSaveXact sets.
	Name string
	// Begin says that TMCommitXact and TMRollbackXact start a new transaction.
	Begin bool
	// Isolation and BeginName are those of the transaction that TMBeginXact, or
	// another with Begin, starts.
	Isolation IsolationLevel
	BeginName string

	flags byte // the reserved bits of XACT_FLAGS
}

// ParseTransMgr reads the payload of the message. Payload points into src.
func ParseTransMgr(src []byte, f RequestFormat) (TransMgr, error) {
	c := newCursor("TransMgrReq", src)
	var t TransMgr
	if f.streamHeaders() {
		t.Headers = c.allHeaders()
	}
	t.Type = TransMgrType(c.u16())
	switch t.Type {
	case TMGetDTCAddress, TMPropagateXact:
		t.Payload = c.usVarByte()
	case TMBeginXact:
		t.Isolation = IsolationLevel(c.u8())
		t.BeginName = c.byteName()
	case TMPromoteXact:
	case TMCommitXact, TMRollbackXact:
		t.Name = c.byteName()
		flags := c.u8()
		t.Begin, t.flags = flags&1 != 0, flags&^1
		if t.Begin {
			t.Isolation = IsolationLevel(c.u8())
			t.BeginName = c.byteName()
		}
	case TMSaveXact:
		t.Name = c.byteName()
	default:
		c.fail("unknown RequestType")
	}
	return t, c.finish()
}

// byteName reads a name that is a B_VARBYTE of UTF-16.
func (c *cursor) byteName() string {
	b := c.bVarByte()
	if len(b)%2 != 0 {
		c.fail("name has an odd number of bytes")
	}
	return DecodeUTF16Exact(b)
}

// Append appends the payload of the message.
func (t *TransMgr) Append(dst []byte, f RequestFormat) ([]byte, error) {
	const name = "TransMgrReq"
	err := firstError(
		checkUnits(name, "name", t.Name, 127),
		checkUnits(name, "BEGIN_XACT_NAME", t.BeginName, 127),
		checkBytes(name, "payload", len(t.Payload), 0xFFFF))
	if err != nil {
		return dst, err
	}
	start := len(dst)
	if f.streamHeaders() {
		if dst, err = t.Headers.Append(dst); err != nil {
			return dst, err
		}
	}
	dst = appendU16(dst, uint16(t.Type))
	switch t.Type {
	case TMGetDTCAddress, TMPropagateXact:
		dst = append(appendU16(dst, uint16(len(t.Payload))), t.Payload...)
	case TMBeginXact:
		dst = appendByteName(append(dst, byte(t.Isolation)), t.BeginName)
	case TMPromoteXact:
	case TMCommitXact, TMRollbackXact:
		dst = appendByteName(dst, t.Name)
		if t.Begin {
			dst = append(dst, t.flags|1, byte(t.Isolation))
			dst = appendByteName(dst, t.BeginName)
		} else {
			dst = append(dst, t.flags)
		}
	case TMSaveXact:
		dst = appendByteName(dst, t.Name)
	default:
		return dst[:start], &EncodeError{Name: name, Problem: "unknown RequestType"}
	}
	return dst, nil
}

// appendByteName appends a name as a B_VARBYTE of UTF-16.
func appendByteName(dst []byte, s string) []byte {
	at := len(dst)
	dst = AppendUTF16(append(dst, 0), s)
	dst[at] = byte(len(dst) - at - 1)
	return dst
}
