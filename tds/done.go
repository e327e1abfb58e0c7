package tds

// DoneStatus is the Status of DONE, DONEPROC and DONEINPROC, MS-TDS 2.2.7.6.
type DoneStatus uint16

// The bits of DoneStatus. DoneFinal is the absence of DoneMore.
const (
	DoneFinal      DoneStatus = 0x000
	DoneMore       DoneStatus = 0x001
	DoneError      DoneStatus = 0x002
	DoneInXact     DoneStatus = 0x004
	DoneCount      DoneStatus = 0x010 // RowCount is valid
	DoneAttn       DoneStatus = 0x020 // acknowledges an attention
	DoneRPCInBatch DoneStatus = 0x080 // DONEPROC: one of several RPCs of a message
	DoneSrvError   DoneStatus = 0x100
)

// Done is a DONE, DONEPROC or DONEINPROC token: which one is in Token.
type Done struct {
	Token    TokenType
	Status   DoneStatus
	CurCmd   uint16 // the statement, in the numbers of CurCmd below
	RowCount uint64 // valid with DoneCount; 32 bits on the wire before TDS 7.2
}

// The values of CurCmd that drivers look at. MS-TDS leaves the numbers to "the
// application layer"; these are the ones that SQL Server sends and SqlClient names.
const (
	CurCmdSelect     uint16 = 0x00C1
	CurCmdInsert     uint16 = 0x00C3
	CurCmdDelete     uint16 = 0x00C4
	CurCmdUpdate     uint16 = 0x00C5
	CurCmdRollback   uint16 = 0x00D2
	CurCmdBeginTran  uint16 = 0x00D4
	CurCmdCommit     uint16 = 0x00D5
	CurCmdExecute    uint16 = 0x00E0 // in the DONEPROC of the dumps in MS-TDS 4.9
	CurCmdBulkInsert uint16 = 0x00F0
	CurCmdMerge      uint16 = 0x0117
)

func (*Done) token() {}

// Decode reads the body of a token of type t.
func (d *Done) Decode(t TokenType, body []byte, v Version) error {
	c := newCursor(t.String(), body)
	*d = Done{Token: t, Status: DoneStatus(c.u16()), CurCmd: c.u16()}
	if v.AtLeast(V72) {
		d.RowCount = c.u64()
	} else {
		d.RowCount = uint64(c.u32())
	}
	return c.finish()
}

// Append appends the whole token. Before TDS 7.2 a RowCount above 32 bits is sent
// as the greatest that fits.
func (d *Done) Append(dst []byte, v Version) []byte {
	dst = append(dst, byte(d.Token))
	dst = appendU16(dst, uint16(d.Status))
	dst = appendU16(dst, d.CurCmd)
	if v.AtLeast(V72) {
		return appendU64(dst, d.RowCount)
	}
	return appendU32(dst, uint32(min(d.RowCount, 0xFFFFFFFF)))
}

// More reports that the response goes on behind this token.
func (d *Done) More() bool { return d.Status&DoneMore != 0 }

// Count returns RowCount and whether it is valid.
func (d *Done) Count() (uint64, bool) { return d.RowCount, d.Status&DoneCount != 0 }
