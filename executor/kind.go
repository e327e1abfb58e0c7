package executor

// kind says what a column's values are in a frame, in both directions.
type kind byte

// The kinds. Widths are those of fixed-width values in bytes.
const (
	kindUint8   kind = 1  // tinyint, width 1
	kindInt16   kind = 2  // smallint, 2
	kindInt32   kind = 3  // int, 4
	kindInt64   kind = 4  // bigint, 8
	kindBool    kind = 5  // bit, 1
	kindFloat32 kind = 6  // real, 4; NaN is NULL
	kindFloat64 kind = 7  // float, 8; NaN is NULL
	kindTicks   kind = 8  // date and time without zone, 8: 100 ns since 1970
	kindOffset  kind = 9  // datetimeoffset, 12: ticks in UTC, int32 minutes
	kindTime    kind = 10 // time, 8: 100 ns since midnight
	kindDecimal kind = 11 // decimal and money, as text
	kindString  kind = 12 // text: UTF-8 to the satellite, UTF-16 from it
	kindBinary  kind = 13 // bytes
	// The others come from the satellite only.
	kindDate  kind = 14 // date, 4: days since 0001-01-01
	kindGUID  kind = 15 // uniqueidentifier, 16: as TDS has it
	kindNanos kind = 16 // datetime, 8: ns since 1970, the least int64 is NULL
)

// width is the width of a fixed-width kind, 0 for the others.
func (k kind) width() int {
	switch k {
	case kindUint8, kindBool:
		return 1
	case kindInt16:
		return 2
	case kindInt32, kindFloat32, kindDate:
		return 4
	case kindInt64, kindFloat64, kindTicks, kindTime, kindNanos:
		return 8
	case kindOffset:
		return 12
	case kindGUID:
		return 16
	}
	return 0
}

// Encodings of a column in a frame, see doc.go.
const (
	encodingFixed      = 0
	encodingOffsets    = 1
	encodingSeparated  = 2
	encodingDictionary = 3
)

// Message types, see doc.go.
const (
	msgCall       = 0x01
	msgSchema     = 0x02
	msgFrame      = 0x03
	msgEndOfInput = 0x04
	msgHello      = 0x81
	msgOutSchema  = 0x82
	msgOutFrame   = 0x83
	msgOutParams  = 0x84
	msgEnd        = 0x85
	msgError      = 0x86
)

const (
	protocolVersion = 2
	headerSize      = 8
	descriptorSize  = 16
	// codeNull is NULL in a dictionary-coded column.
	codeNull = 0xFFFF
)

// Times are counted in ticks of 100 ns, days from 0001-01-01.
const (
	ticksPerSecond = 10_000_000
	ticksPerDay    = 86400 * ticksPerSecond
	days1900       = 693595 // 1900-01-01, where datetime and smalldatetime begin
	days1970       = 719162 // 1970-01-01, where ticks begin
	days9999       = 3652058
)
