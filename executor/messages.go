package executor

import (
	"strings"
	"unicode/utf8"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// Our own messages about script calls (design section 11).
const (
	// numberUnavailable says why no satellite can be had at all.
	numberUnavailable = 59020
	// numberSatellite says what became of a satellite.
	numberSatellite = 59021
	// numberResult refuses a result: its size or form.
	numberResult = 59022
)

// maxText bounds the text of one message in UTF-16 units. An INFO or ERROR token is
// at most 65,535 bytes long (MS-TDS 2.2.7.13), names and numbers included.
const maxText = 30000

// teller makes the messages of one call.
type teller struct {
	wording  tsql.Wording
	line     int32
	proc     string
	language string // as configured
	id       string // request id
}

func newTeller(c *Call, language, id string) *teller {
	return &teller{wording: c.Wording, line: c.Line, proc: c.Proc, language: language, id: id}
}

// message makes a message out of the catalogue.
func (t *teller) message(number int32, args ...any) tds.ServerMessage {
	return t.from(tsql.NewErrorIn(t.wording, number, args...))
}

// own makes one of our own messages, an error.
func (t *teller) own(number int32, text string) tds.ServerMessage {
	return t.from(&tsql.Error{Number: number, State: 1, Class: 16, Message: "tds-launchpad: " + text})
}

// from makes a message of an error, placed at the call's line unless it has a
// place of its own.
func (t *teller) from(e *tsql.Error) tds.ServerMessage {
	m := tds.ServerMessage{
		IsError: e.Class > 10,
		Number:  e.Number,
		State:   e.State,
		Class:   e.Class,
		Text:    CutText(e.Message, maxText),
		Proc:    e.Proc,
		Line:    e.Line,
	}
	if !m.IsError {
		m.Class = 0 // what servers send for severity 10
	}
	if m.Line == 0 {
		m.Line = t.line
	}
	if m.Proc == "" {
		m.Proc = t.proc
	}
	return m
}

// printed adds what the script printed: message number with a header of its own
// for each piece of text that fits, cut at the ends of lines.
func (t *teller) printed(msgs []tds.ServerMessage, number int32, text string) []tds.ServerMessage {
	// The catalogue's text around the piece, with room to spare.
	const room = maxText - 200
	for text != "" {
		piece := text
		if tds.UTF16Len(text) > room {
			piece = text[:prefixUnits(text, room)]
			if i := strings.LastIndexByte(piece, '\n'); i > 0 {
				piece = piece[:i+1]
			}
		}
		text = text[len(piece):]
		msgs = append(msgs, t.message(number, "\n", piece))
	}
	return msgs
}

// CutText returns s if it takes at most max UTF-16 units, else its beginning and end
// with a mark between: in a traceback both ends matter. A proxy that raises a
// message on an engine cuts it to the 2,047 that RAISERROR keeps.
func CutText(s string, max int) string {
	const mark = "\n[...]\n"
	if len(s) <= max || tds.UTF16Len(s) <= max {
		return s
	}
	room := max - len(mark)
	if room < 0 {
		return s[:prefixUnits(s, max)]
	}
	head := s[:prefixUnits(s, room/3)]
	tail := s[len(s)-suffixUnits(s, room-room/3):]
	return head + mark + tail
}

// prefixUnits is the length in bytes of the longest prefix of at most max units.
func prefixUnits(s string, max int) int {
	units := 0
	for i, r := range s {
		if units++; r >= 0x10000 {
			units++
		}
		if units > max {
			return i
		}
	}
	return len(s)
}

// suffixUnits is prefixUnits from the end.
func suffixUnits(s string, max int) int {
	units, n := 0, 0
	for n < len(s) {
		r, size := utf8.DecodeLastRuneInString(s[:len(s)-n])
		if units++; r >= 0x10000 {
			units++
		}
		if units > max {
			break
		}
		n += size
	}
	return n
}
