package tsql

import (
	"fmt"
	"strings"
	"time"
)

// timeStyle is what a CONVERT style prints.
type timeStyle struct {
	// date and clock are layouts of Go's package time; "_2" and "_3" stand for a day and an hour padded with a blank.
	date, clock string
	// fraction is the mark in front of the fraction of a second for the old types, 0 without a fraction. The new
	// types always use a point.
	fraction byte
	// meridiem prints AM or PM behind the clock.
	meridiem bool
	// between stands between date and clock.
	between string
}

const (
	clock24 = "15:04:05"
	clock12 = "_3:04:05"
)

// timeStyles are the styles of CAST and CONVERT for dates and times, from its documentation.
var timeStyles = map[int]timeStyle{
	1: {date: "01/02/06"}, 101: {date: "01/02/2006"},
	2: {date: "06.01.02"}, 102: {date: "2006.01.02"},
	3: {date: "02/01/06"}, 103: {date: "02/01/2006"},
	4: {date: "02.01.06"}, 104: {date: "02.01.2006"},
	5: {date: "02-01-06"}, 105: {date: "02-01-2006"},
	6: {date: "02 Jan 06"}, 106: {date: "02 Jan 2006"},
	7: {date: "Jan 02, 06"}, 107: {date: "Jan 02, 2006"},
	8: {clock: clock24}, 24: {clock: clock24}, 108: {clock: clock24},
	10: {date: "01-02-06"}, 110: {date: "01-02-2006"},
	11: {date: "06/01/02"}, 111: {date: "2006/01/02"},
	12: {date: "060102"}, 112: {date: "20060102"},
	14: {clock: clock24, fraction: ':'}, 114: {clock: clock24, fraction: ':'},
	23:  {date: "2006-01-02"},
	0:   {date: "Jan _2 2006", clock: "_3:04", meridiem: true, between: " "},
	100: {date: "Jan _2 2006", clock: "_3:04", meridiem: true, between: " "},
	9:   {date: "Jan _2 2006", clock: clock12, fraction: ':', meridiem: true, between: " "},
	109: {date: "Jan _2 2006", clock: clock12, fraction: ':', meridiem: true, between: " "},
	13:  {date: "02 Jan 2006", clock: clock24, fraction: ':', between: " "},
	113: {date: "02 Jan 2006", clock: clock24, fraction: ':', between: " "},
	20:  {date: "2006-01-02", clock: clock24, between: " "},
	120: {date: "2006-01-02", clock: clock24, between: " "},
	21:  {date: "2006-01-02", clock: clock24, fraction: '.', between: " "},
	25:  {date: "2006-01-02", clock: clock24, fraction: '.', between: " "},
	121: {date: "2006-01-02", clock: clock24, fraction: '.', between: " "},
	22:  {date: "01/02/06", clock: clock12, meridiem: true, between: " "},
	126: {date: "2006-01-02", clock: clock24, fraction: '.', between: "T"},
	127: {date: "2006-01-02", clock: clock24, fraction: '.', between: "T"},
}

// formatTime writes a date or time in a style. Style 0 is 121 for the types of SQL Server 2008.
func formatTime(x time.Time, t, to Type, style int) (string, error) {
	old := t.Kind == KindDateTime || t.Kind == KindSmallDateTime
	if style == 0 && !old {
		style = 121
	}
	f, ok := timeStyles[style]
	if !ok {
		return "", NewError(281, style, t.Name())
	}
	if t.Kind == KindDate && f.date == "" || t.Kind == KindTime && f.clock == "" {
		return "", NewError(9809, style, t.Name(), to.Name())
	}
	if style == 127 && t.Kind == KindDateTimeOffset {
		x = x.UTC()
	}
	var b strings.Builder
	if f.date != "" && t.Kind != KindTime {
		b.WriteString(x.Format(f.date))
	}
	if f.clock != "" && t.Kind != KindDate {
		if b.Len() > 0 {
			b.WriteString(f.between)
		}
		writeClock(&b, x, t, f, style)
	}
	if t.Kind == KindDateTimeOffset && f.clock != "" {
		writeOffset(&b, x, style)
	}
	return b.String(), nil
}

// writeClock writes the time of day.
func writeClock(b *strings.Builder, x time.Time, t Type, f timeStyle, style int) {
	hour, meridiem := x.Hour(), "AM"
	if hour >= 12 {
		meridiem = "PM"
	}
	if strings.HasPrefix(f.clock, "_3") {
		fmt.Fprintf(b, "%2d%s", (hour+11)%12+1, x.Format(f.clock[2:]))
	} else {
		b.WriteString(x.Format(f.clock))
	}
	if f.fraction != 0 {
		writeFraction(b, x, t, f.fraction, style)
	}
	if f.meridiem {
		if style == 22 {
			b.WriteByte(' ')
		}
		b.WriteString(meridiem)
	}
}

// writeFraction writes the fraction of a second: three digits for the old types, as many as declared for the new ones. The ISO
// styles leave a zero fraction out.
func writeFraction(b *strings.Builder, x time.Time, t Type, mark byte, style int) {
	digits, nanos := 3, x.Nanosecond()
	if t.Kind == KindDateTime || t.Kind == KindSmallDateTime {
		nanos = int(tickMillis(ticks(int64(nanos))))
	} else {
		digits, mark = int(t.Scale), '.'
	}
	if digits == 0 || nanos == 0 && (style == 126 || style == 127) {
		return
	}
	b.WriteByte(mark)
	b.WriteString(fmt.Sprintf("%09d", nanos)[:digits])
}

// writeOffset writes the distance from UTC.
func writeOffset(b *strings.Builder, x time.Time, style int) {
	switch style {
	case 127:
		b.WriteByte('Z')
	case 126:
		b.WriteString(x.Format("-07:00"))
	default:
		b.WriteString(x.Format(" -07:00"))
	}
}
