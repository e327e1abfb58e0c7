package tsql

import (
	"strings"
	"time"
)

// parsedTime is what a string says: a local date, a time of day, an offset from UTC in minutes.
type parsedTime struct {
	day     int64 // days since 1900-01-01
	nanos   int64
	zone    int
	hasZone bool
}

// dateError says what is wrong with a string.
type dateError uint8

const (
	dateOK dateError = iota
	dateSyntax
	dateOutOfRange
)

// dateOrder is the order of day, month and year in a date of three numbers.
type dateOrder uint8

const (
	orderMDY dateOrder = iota
	orderDMY
	orderYMD
)

// styleOrder is the order that a CONVERT style asks for. us_english reads month, day, year.
func styleOrder(style int) dateOrder {
	switch style {
	case 3, 103, 4, 104, 5, 105, 6, 106, 13, 113:
		return orderDMY
	case 2, 102, 11, 111, 12, 112, 20, 120, 21, 121, 23, 25, 126, 127:
		return orderYMD
	}
	return orderMDY
}

// datePart is a word of the string: a number (with its digits counted) or a month's name.
type datePart struct {
	n, digits int
	month     bool
}

// timeParser reads one string.
type timeParser struct {
	s     string
	to    Type
	parts []datePart
	// sep is the last separator between two numbers of the date, 0 for blanks.
	sep     byte
	hasTime bool
	// inDate is set if the last word belonged to the date, so that a minus is a separator and no offset's sign.
	inDate bool
	out    parsedTime
}

// parseTime reads a date, a time or both, in all the forms that SQL Server takes under us_english: ISO 8601, numbers separated by
// / - . in the style's order, unseparated digits, names of months, times with AM and PM. Empty text is 1900-01-01.
func parseTime(s string, style int, to Type) (parsedTime, dateError) {
	p := timeParser{s: strings.TrimSpace(s), to: to}
	for p.s != "" {
		if !p.word() {
			return p.out, dateSyntax
		}
	}
	if p.out.hasZone && !p.hasTime {
		return p.out, dateSyntax
	}
	old := to.Kind == KindDateTime || to.Kind == KindSmallDateTime
	if old && p.out.zone != 0 {
		return p.out, dateSyntax
	}
	if len(p.parts) == 0 {
		return p.out, dateOK
	}
	y, m, d, ok := p.date(styleOrder(style))
	if !ok {
		return p.out, dateSyntax
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || t.Day() != d {
		return p.out, dateOutOfRange
	}
	p.out.day = dayNumber(t)
	return p.out, dateOK
}

// word takes one word off the string.
func (p *timeParser) word() bool {
	c := p.s[0]
	switch {
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		p.s = p.s[1:]
		return true
	case '0' <= c && c <= '9':
		return p.number()
	case c == ',':
		p.s = p.s[1:]
		return len(p.parts) > 0
	case c == '/' || c == '-' || c == '.':
		if c == '-' && p.hasTime && !p.inDate {
			return p.offset()
		}
		p.s = p.s[1:]
		p.sep = c
		return len(p.parts) > 0 && len(p.parts) < 3 && p.s != ""
	case c == '+':
		return p.hasTime && p.offset()
	case c == 'Z' || c == 'z':
		p.s = p.s[1:]
		zoned := p.hasTime && !p.out.hasZone
		p.out.hasZone = true
		return zoned
	case (c == 'T' || c == 't') && len(p.s) > 1 && p.s[1] >= '0' && p.s[1] <= '9':
		p.s = p.s[1:]
		return len(p.parts) == 3 && p.sep == '-' && p.clock() || len(p.parts) == 1 && p.parts[0].digits == 8 && p.clock()
	}
	return p.month()
}

// digits takes digits off the string, at most 9.
func (p *timeParser) digits() (n, count int) {
	for p.s != "" && '0' <= p.s[0] && p.s[0] <= '9' && count < 9 {
		n = n*10 + int(p.s[0]-'0')
		p.s = p.s[1:]
		count++
	}
	return n, count
}

// number takes a number off: a part of the date, or a time if a colon or AM or PM follows.
func (p *timeParser) number() bool {
	before := p.s
	n, count := p.digits()
	if p.s != "" && p.s[0] == ':' || p.meridiem() != "" && count <= 2 {
		p.s = before
		return p.clock()
	}
	if len(p.parts) == 3 {
		return false
	}
	p.inDate = true
	p.parts = append(p.parts, datePart{n: n, digits: count})
	return true
}

// meridiem looks for AM or PM in front, blanks before it allowed, and returns the text up to its end.
func (p *timeParser) meridiem() string {
	t := strings.TrimLeft(p.s, " ")
	if len(t) < 2 || t[1]|0x20 != 'm' || t[0]|0x20 != 'a' && t[0]|0x20 != 'p' {
		return ""
	}
	if len(t) > 2 && (t[2]|0x20 >= 'a' && t[2]|0x20 <= 'z') {
		return ""
	}
	return p.s[:len(p.s)-len(t)+2]
}

// clock takes a time of day off: hh[:mm[:ss[.fff|:mmm]]] [AM|PM].
func (p *timeParser) clock() bool {
	if p.hasTime {
		return false
	}
	p.hasTime, p.inDate = true, false
	hour, n := p.digits()
	if n == 0 || n > 2 {
		return false
	}
	var minute, second int
	var nanos int64
	colons := 0
	for _, part := range []*int{&minute, &second} {
		if p.s == "" || p.s[0] != ':' {
			break
		}
		p.s = p.s[1:]
		colons++
		if *part, n = p.digits(); n == 0 || n > 2 {
			return false
		}
	}
	if colons == 2 && p.s != "" && (p.s[0] == '.' || p.s[0] == ':') {
		var ok bool
		if nanos, ok = p.fraction(); !ok {
			return false
		}
	}
	mark := p.meridiem()
	switch {
	case mark == "" && colons == 0:
		return false
	case mark != "":
		p.s = p.s[len(mark):]
		pm := mark[len(mark)-2]|0x20 == 'p'
		switch {
		case hour > 12 && !pm, hour == 0 && pm:
			return false
		case hour < 12 && pm:
			hour += 12
		case hour == 12 && !pm:
			hour = 0
		}
	}
	if hour > 23 || minute > 59 || second > 59 {
		return false
	}
	p.out.nanos = int64(hour)*int64(time.Hour) + int64(minute)*int64(time.Minute) + int64(second)*int64(time.Second) + nanos
	return true
}

// fraction takes the fraction of a second off: decimals behind a point, thousandths behind a colon. The old types take three
// digits, the others seven.
func (p *timeParser) fraction() (nanos int64, ok bool) {
	colon := p.s[0] == ':'
	p.s = p.s[1:]
	n, count := p.digits()
	most := 3
	if !colon && p.to.Kind != KindDateTime && p.to.Kind != KindSmallDateTime {
		most = MaxTimeScale
	}
	if count == 0 || count > most {
		return 0, false
	}
	if colon {
		return int64(n) * int64(time.Millisecond), true
	}
	nanos = int64(n)
	for range 9 - count {
		nanos *= 10
	}
	return nanos, true
}

// offset takes a distance from UTC off: +hh:mm or -hh:mm, at most 14 hours.
func (p *timeParser) offset() bool {
	if p.out.hasZone {
		return false
	}
	sign := 1
	if p.s[0] == '-' {
		sign = -1
	}
	p.s = p.s[1:]
	h, n := p.digits()
	if n == 0 || n > 2 || p.s == "" || p.s[0] != ':' {
		return false
	}
	p.s = p.s[1:]
	m, n := p.digits()
	p.out.zone = sign * (h*60 + m)
	p.out.hasZone = true
	return n == 2 && m < 60 && h*60+m <= 14*60
}
