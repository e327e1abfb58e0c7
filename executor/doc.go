// Package executor carries out one script call: arguments, input rows to column
// frames to the satellite, result rows, messages and output parameters back
// (design sections 9 and 11; the specification's 1.9, 1.10, 1.15 and 2).
//
// Start reading at [Executor.Run] (run.go). input*.go build frames out of raw TDS
// values, output*.go check and read the satellite's, spool.go holds a result until
// the script has ended well, messages.go and failure.go say what the client is
// told. The Python satellite is in satellite/python.
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
//	                       count uint16, per parameter: output byte, name string, value
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
// # Trust
//
// What the satellite sends is hostile. It is copied out of the socket, then lengths,
// counts, offsets and values are checked, before anything is made of it; what fails
// the checks ends the call. Memory is taken as bytes arrive, not as lengths promise.
package executor
