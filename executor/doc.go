// Package executor carries out one script call: arguments, input rows to column
// frames to the satellite, result rows, messages and output parameters back
// (design sections 9 and 11; the specification's 1.9, 1.10, 1.15 and 2).
//
// Start reading at [Executor.Run] (run.go) and exchange.go. input*.go build frames
// out of raw TDS values, output*.go check and read the satellite's, spool.go holds a
// result until the script has ended well, messages.go and failure.go say what the
// client is told. The Python satellite is in satellite/python. loopback.go is about the
// way back from a script to the engine, whose helper modules for scripts are in
// satellite/python/tds_satellite/helpers.
//
// # Protocol
//
// Proxy and satellite talk over a stream socket, the satellite's file descriptor
// 3. All numbers are little-endian. A message is a header of 8 bytes and a payload:
//
//	type byte, 3 zero bytes, payload length uint32
//
// A string is its length in bytes as uint32 and UTF-8, in which an unpaired
// surrogate of nvarchar stands as the three bytes that UTF-8 would give it, so that
// nothing is lost. One call is the sequence
//
//	satellite  HELLO       protocol version uint16, runtime version string
//	proxy      CALL        has-input byte, script, input name, output name: strings,
//	                       count uint16, per parameter: output byte, name string, value;
//	                       loopback address (host:port, "" for none), token, database: strings
//	proxy      SCHEMA      if there is input. count uint16, per column: kind byte, name string
//	proxy      FRAME       any number
//	proxy      END_OF_INPUT
//	satellite  OUT_SCHEMA  if there is a result set. count uint16, per column: kind byte,
//	                       scale byte, size uint32
//	satellite  OUT_FRAME   any number
//	satellite  OUT_PARAMS  count uint16 (of output parameters), values
//	satellite  END
//
// and instead of anything after HELLO the satellite may say ERROR: 1 (the script
// failed) or 2 (its results have no SQL form) as byte, and the text as string. The
// satellite reads all of its input before it writes anything but HELLO and ERROR.
// A single value is a tag byte and content; see value.go.
//
// # Frames
//
// The payload of a FRAME is a number of rows as uint32, a descriptor of 16 bytes per
// column, and the columns' buffers in order:
//
//	encoding byte, zero byte, gap uint16, lengths of the buffers bitmap, A and B: uint32
//
// The layout is that of Arrow's arrays. The bitmap, least significant bit first, has
// a one for each row that is not NULL; it is absent where none is NULL, and where
// values have a NULL of their own (NaN, NaT, dictionary codes). A and B hold:
//
//	fixed       A the values, of a width that follows from the column's kind
//	offsets     A rows+1 offsets into B: value i is B[A[i] : A[i+1]-gap]
//	separated   A the values, each followed by a NUL byte
//	dictionary  A uint16 codes into the dictionary, 0xFFFF for NULL;
//	            B entries added to the dictionary by this frame, separated
//
// Input text is separated, or a dictionary while that pays, or has offsets where a
// value contains U+0000. Output is fixed or has offsets. The kinds are in kind.go.
// Buffers have no padding: the satellite reads each straight to where it belongs.
//
// # Python's types
//
// What an input column or parameter is in the script; for a column also with NULL:
//
//	bit                         bool; boolean              param: bool
//	tinyint ... bigint          uint8, int16, int32, int64; UInt8, Int16, Int32, Int64   int
//	real, float                 float32, float64; NaN      float
//	decimal, numeric, money     decimal.Decimal; None
//	character types, json       str; None
//	binary types, rowversion    bytes; None
//	uniqueidentifier            str in upper case; None
//	date, datetime(2), smalldatetime  datetime64[ns], NaT; datetime.datetime, None in a column
//	                            with a value outside of 1677 to 2262. param: datetime, for date a date
//	time                        datetime.time; None
//	datetimeoffset              datetime64[ns, zone] if all offsets are equal; else aware datetimes
//	xml, sql_variant, UDT       refused with 39017 or 39018
//
// datetime objects keep the seventh digit in an attribute nanosecond (exact.py).
//
// What a column of the output data set is in SQL, all nullable; WITH RESULT SETS
// converts from there by T-SQL's rules:
//
//	bool, boolean               bit
//	uint8                       tinyint
//	int8, int16                 smallint
//	uint16, int32               int
//	uint32, int64, uint64       bigint; decimal(38,0) if a value of uint64 needs it
//	float16, float32            real; NaN and infinities NULL
//	float64, longdouble         float; NaN and infinities NULL
//	datetime64                  datetime2(7), rounded to 100 ns
//	datetime64 with zone        datetimeoffset(7)
//	category, sparse            as their values
//	object, string              by the values: str nvarchar(longest or max), bytes varbinary(longest
//	                            or max), bool bit, int bigint or decimal(38,0), float float, Decimal
//	                            decimal(38,s) with the scale that loses nothing where it can,
//	                            datetime datetime2(7) or datetimeoffset(7), date date, time time(7),
//	                            UUID uniqueidentifier; int with float, bool with int, int with
//	                            Decimal, date with datetime as the wider; nothing but NULL nvarchar(1)
//	None, NaN, NA, NaT          NULL
//	others                      refused: timedelta, period, interval, complex, lists, mixtures
//
// Output parameters likewise, converted to the declared type; a variable that is
// gone is NULL, and a number for a binary type is read as a hexadecimal constant.
// Neither the index nor the names of the DataFrame's columns are sent.
//
// # Trust
//
// What the satellite sends is hostile. It is copied out of the socket, then lengths,
// counts, offsets and values are checked, before anything is made of it; what fails
// the checks ends the call. Memory is taken as bytes arrive, not as lengths promise.
package executor
