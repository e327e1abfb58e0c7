package tsql

import (
	"fmt"
	"slices"
	"strings"
)

// message is one entry of the catalogue. The format uses Go's verbs where SQL Server's has %ls, %d and the like.
type message struct {
	class  uint8
	state  uint8
	format string
}

// NewError makes an error out of the catalogue with args for its format, in the wording of SQL Server 2022. A number that
// the catalogue does not know gives class 16, state 1 and a text that says so, so that a slip is seen and nothing is lost.
func NewError(number int32, args ...any) *Error { return NewErrorIn(Wording2022, number, args...) }

// NewErrorIn is NewError in a chosen wording. The arguments are the same in both; where a wording has no place
// for the last ones (a request id), they are left out.
func NewErrorIn(w Wording, number int32, args ...any) *Error {
	m, ok := catalogue(number)
	if !ok {
		return &Error{Number: number, Class: 16, State: 1,
			Message: fmt.Sprintf("Error %d has no text in the catalogue (arguments %v).", number, args)}
	}
	if w == Wording2025 {
		if f, ok := wording2025[number]; ok {
			m.format = f
		}
	}
	return &Error{Number: number, Class: m.class, State: m.state, Message: fillMessage(m.format, args)}
}

// Known reports whether the catalogue has the number.
func Known(number int32) bool {
	_, ok := catalogue(number)
	return ok
}

// MessageFormat is a message's text with Go's verbs in place of arguments, and its class.
func MessageFormat(number int32) (format string, class uint8, ok bool) {
	m, ok := catalogue(number)
	return m.format, m.class, ok
}

// MessageNumbers lists what SQL Server's catalogue of messages and ours have in common: not the product's own.
func MessageNumbers() []int32 {
	return slices.Sorted(func(yield func(int32) bool) {
		for _, m := range []map[int32]message{externalMessages, engineMessages} {
			for n := range m {
				if !yield(n) {
					return
				}
			}
		}
	})
}

func catalogue(number int32) (message, bool) {
	if m, ok := externalMessages[number]; ok {
		return m, true
	}
	if m, ok := ownMessages[number]; ok {
		return m, true
	}
	m, ok := engineMessages[number]
	return m, ok
}

// fillMessage formats with as many of args as the format has verbs, so that wordings may differ in their tail.
func fillMessage(format string, args []any) string {
	verbs := strings.Count(strings.ReplaceAll(format, "%%", ""), "%")
	if len(args) > verbs {
		args = args[:verbs]
	}
	return fmt.Sprintf(format, args...)
}
