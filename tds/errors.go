package tds

import (
	"errors"
	"fmt"
)

// The kinds of failure that callers tell apart with errors.Is.
var (
	// ErrMalformed: the bytes are not what MS-TDS describes. Every DecodeError is
	// one.
	ErrMalformed = errors.New("malformed TDS data")
	// ErrTruncated: the structure ends before all of its fields were there. Such
	// errors are ErrMalformed too.
	ErrTruncated = errors.New("truncated TDS data")
	// ErrLimit: well-formed perhaps, but larger than this package or its caller
	// allows. Such errors are ErrMalformed too if they come from a decoder.
	ErrLimit = errors.New("TDS data exceeds a limit")
	// ErrMessageTooLong: a message exceeded the limit given to ReadMessage.
	ErrMessageTooLong = errors.New("TDS message too long")
	// ErrEncode: a value can't be written in the form asked for. Every
	// EncodeError is one.
	ErrEncode = errors.New("value can't be encoded as TDS")
)

// DecodeError reports bytes that can't be decoded: in which structure (named as
// in MS-TDS: "LOGIN7", "ENVCHANGE"), at which offset from that structure's
// start, and what is wrong. It never contains the bytes themselves, which may be
// a password.
type DecodeError struct {
	Name    string
	Offset  int
	Problem string
	Err     error // ErrTruncated, ErrLimit, an inner error, or nil
}

func (e *DecodeError) Error() string {
	s := fmt.Sprintf("tds: %s: offset %d: %s", e.Name, e.Offset, e.Problem)
	var inner *DecodeError
	if errors.As(e.Err, &inner) {
		s += ": " + inner.Error()
	}
	return s
}

// Is reports that every DecodeError is ErrMalformed.
func (e *DecodeError) Is(target error) bool { return target == ErrMalformed }

func (e *DecodeError) Unwrap() error { return e.Err }

// EncodeError reports a value that has no place in the structure named: too long
// for its length field, out of range, or not known in the TDS version spoken.
type EncodeError struct {
	Name    string
	Problem string
}

func (e *EncodeError) Error() string { return "tds: " + e.Name + ": " + e.Problem }

// Is reports that every EncodeError is ErrEncode.
func (e *EncodeError) Is(target error) bool { return target == ErrEncode }

// MessageTooLongError reports a message whose payload is longer than the limit
// given to ReadMessage. Packets read so far are lost to the caller unless it took
// them from Message.Data; the rest of the message is still unread.
type MessageTooLongError struct {
	Type  PacketType
	Limit int
}

func (e *MessageTooLongError) Error() string {
	return fmt.Sprintf("tds: %s message is longer than %d bytes", e.Type, e.Limit)
}

// Is reports that every MessageTooLongError is ErrMessageTooLong and ErrLimit.
func (e *MessageTooLongError) Is(target error) bool {
	return target == ErrMessageTooLong || target == ErrLimit
}

var errBadRead = errors.New("tds: a Read returned an impossible count")

// isTimeout reports that err is a passed deadline, after which reading may go on.
func isTimeout(err error) bool {
	t, ok := err.(interface{ Timeout() bool }) // every net.Error; errors.As would allocate
	return ok && t.Timeout()
}
