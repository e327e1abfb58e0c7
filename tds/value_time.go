package tds

import (
	"encoding/binary"
	"fmt"
	"sync/atomic"
	"time"
)

// Calendar facts. Days are counted from 0001-01-01 as in date, and from 1900-01-01
// as in datetime.
const (
	daysTo1900   = 693595  // of 1900-01-01, from 0001-01-01
	daysTo1970   = 719162  // of 1970-01-01, from 0001-01-01
	lastDay      = 3652058 // 9999-12-31
	firstDateDay = -53690  // 1753-01-01, from 1900-01-01
	secondsOfDay = 86400
	nanosOfDay   = secondsOfDay * int64(time.Second)
	maxZone      = 840 // minutes
)

// Time is Decode for the date and time types without an interface value. raw must
// not be nil. datetime counts in 1/300 s; its value is given in whole
// milliseconds, .000, .003 or .007, as SQL Server and its clients show it.
func (t *TypeInfo) Time(raw []byte) (time.Time, error) {
	if len(raw) != t.Size {
		return time.Time{}, t.badLength(raw)
	}
	switch t.ID {
	case TypeDateTime, TypeDateTime4, TypeDateTimeN:
		if t.Size == 4 {
			return t.smallDateTime(raw)
		}
		return t.dateTime(raw)
	case TypeDateN:
		return t.onDay(0, raw)
	case TypeTimeN:
		nanos, err := t.nanos(raw)
		return moment(0, nanos), err
	case TypeDateTime2N:
		n := timeSize(t.Scale)
		nanos, err := t.nanos(raw[:n])
		if err != nil {
			return time.Time{}, err
		}
		return t.onDay(nanos, raw[n:])
	case TypeDateTimeOffsetN:
		n := timeSize(t.Scale)
		nanos, err := t.nanos(raw[:n])
		if err != nil {
			return time.Time{}, err
		}
		v, err := t.onDay(nanos, raw[n:n+3])
		if err != nil {
			return time.Time{}, err
		}
		zone := int(int16(binary.LittleEndian.Uint16(raw[n+3:])))
		if zone < -maxZone || zone > maxZone {
			return time.Time{}, t.malformed(fmt.Sprintf("time zone offset of %d minutes", zone))
		}
		return v.In(zoneOf(zone)), nil
	}
	return time.Time{}, t.malformed("is no date or time type")
}

// moment is the time at nanos on a day counted from 0001-01-01.
func moment(day int, nanos int64) time.Time {
	return time.Unix(int64(day-daysTo1970)*secondsOfDay, nanos).UTC()
}

// onDay reads a date and puts the time of day to it.
func (t *TypeInfo) onDay(nanos int64, raw []byte) (time.Time, error) {
	day := int(raw[0]) | int(raw[1])<<8 | int(raw[2])<<16
	if day > lastDay {
		return time.Time{}, t.malformed("date after 9999-12-31")
	}
	return moment(day, nanos), nil
}

// nanos reads a time of day of the type's scale.
func (t *TypeInfo) nanos(raw []byte) (int64, error) {
	var n int64
	for i, b := range raw {
		n |= int64(b) << (8 * i)
	}
	// Checked before multiplying, because five bytes times 100 ns overflow nothing
	// but five bytes times 1 s might.
	unit := unitOf(t.Scale)
	if n >= nanosOfDay/unit {
		return 0, t.malformed("time of day after 24:00")
	}
	return n * unit, nil
}

// unitOf is the length of 10 to the power of -scale seconds in nanoseconds.
func unitOf(scale uint8) int64 {
	unit := int64(time.Second)
	for ; scale > 0; scale-- {
		unit /= 10
	}
	return unit
}

func (t *TypeInfo) smallDateTime(raw []byte) (time.Time, error) {
	days := int(binary.LittleEndian.Uint16(raw))
	minutes := int64(binary.LittleEndian.Uint16(raw[2:]))
	if minutes >= secondsOfDay/60 {
		return time.Time{}, t.malformed("time of day after 24:00")
	}
	return moment(daysTo1900+days, minutes*int64(time.Minute)), nil
}

func (t *TypeInfo) dateTime(raw []byte) (time.Time, error) {
	days := int(int32(binary.LittleEndian.Uint32(raw)))
	ticks := int64(binary.LittleEndian.Uint32(raw[4:]))
	if ticks >= 300*secondsOfDay {
		return time.Time{}, t.malformed("time of day after 24:00")
	}
	if days < firstDateDay || days > lastDay-daysTo1900 {
		return time.Time{}, t.malformed("date outside of 1753 to 9999")
	}
	millis := (ticks*10 + 1) / 3 // ticks / 0.3, to the nearest
	return moment(daysTo1900+days, millis*int64(time.Millisecond)), nil
}

// zones keeps the fixed zones of datetimeoffset values, so that decoding a column
// of them does not allocate one for each.
var zones [2*maxZone + 1]atomic.Pointer[time.Location]

// zoneOf returns the zone that many minutes east of UTC.
func zoneOf(minutes int) *time.Location {
	p := &zones[minutes+maxZone]
	if z := p.Load(); z != nil {
		return z
	}
	z := time.FixedZone("", 60*minutes)
	p.CompareAndSwap(nil, z)
	return p.Load()
}

// encodeTime takes time.Time. Of a date only the calendar day counts that v shows
// in its own zone, of a time only the clock, and so on: the zone is dropped by all
// types but datetimeoffset.
func (t *TypeInfo) encodeTime(dst []byte, v any) ([]byte, error) {
	w, ok := v.(time.Time)
	if !ok {
		return dst, t.cannotEncode(v)
	}
	if t.ID == TypeDateTimeOffsetN {
		return t.encodeOffset(dst, w)
	}
	day, nanos := clock(w)
	switch t.ID {
	case TypeDateN:
		return t.appendDay(dst, day)
	case TypeTimeN:
		// A time that rounds up to midnight becomes midnight, having no day to carry to.
		units, _ := roundTime(nanos, unitOf(t.Scale))
		return appendTime(dst, units, t.Scale), nil
	case TypeDateTime2N:
		return t.appendDateTime2(dst, day, nanos)
	}
	return t.encodeDateTime(dst, day, nanos)
}

// clock splits a time into the day it shows, counted from 0001-01-01, and the
// nanoseconds since that day began.
func clock(w time.Time) (day int, nanos int64) {
	_, offset := w.Zone()
	s := w.Unix() + int64(offset)
	d := s / secondsOfDay
	if s %= secondsOfDay; s < 0 {
		s += secondsOfDay
		d--
	}
	return int(d) + daysTo1970, s*int64(time.Second) + int64(w.Nanosecond())
}

// roundTime turns nanoseconds of a day into units, to the nearest; carry is 1 if
// that is the next midnight.
func roundTime(nanos, unit int64) (units int64, carry int) {
	units = (nanos + unit/2) / unit
	if units >= nanosOfDay/unit {
		return 0, 1
	}
	return units, 0
}

func appendTime(dst []byte, units int64, scale uint8) []byte {
	for range timeSize(scale) {
		dst = append(dst, byte(units))
		units >>= 8
	}
	return dst
}

// appendDay appends a date, which must be in the years 1 to 9999.
func (t *TypeInfo) appendDay(dst []byte, day int) ([]byte, error) {
	if day < 0 || day > lastDay {
		return dst, t.outOfRange()
	}
	return append(dst, byte(day), byte(day>>8), byte(day>>16)), nil
}

// appendDateTime2 appends time and date.
func (t *TypeInfo) appendDateTime2(dst []byte, day int, nanos int64) ([]byte, error) {
	units, carry := roundTime(nanos, unitOf(t.Scale))
	out, err := t.appendDay(appendTime(dst, units, t.Scale), day+carry)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// encodeOffset appends the time in UTC and the zone in minutes.
func (t *TypeInfo) encodeOffset(dst []byte, w time.Time) ([]byte, error) {
	_, offset := w.Zone()
	if offset%60 != 0 || offset < -60*maxZone || offset > 60*maxZone {
		return dst, t.outOfRange()
	}
	day, nanos := clock(w.UTC())
	dst, err := t.appendDateTime2(dst, day, nanos)
	if err != nil {
		return dst, err
	}
	return appendU16(dst, uint16(int16(offset/60))), nil
}

// encodeDateTime appends datetime or smalldatetime. Both round to 1/300 s first,
// smalldatetime then to minutes, so that 29.998 s goes down and 29.999 s up.
func (t *TypeInfo) encodeDateTime(dst []byte, day int, nanos int64) ([]byte, error) {
	day -= daysTo1900
	ticks := (nanos*3 + 5e6) / 1e7 // nanoseconds / (1e9/300), to the nearest
	if t.Size == 4 {
		minutes := (ticks + 30*300) / (60 * 300)
		if minutes == secondsOfDay/60 {
			day, minutes = day+1, 0
		}
		if day < 0 || day > 0xFFFF {
			return dst, t.outOfRange()
		}
		return appendU16(appendU16(dst, uint16(day)), uint16(minutes)), nil
	}
	if ticks == 300*secondsOfDay {
		day, ticks = day+1, 0
	}
	if day < firstDateDay || day > lastDay-daysTo1900 {
		return dst, t.outOfRange()
	}
	return appendU32(appendU32(dst, uint32(int32(day))), uint32(ticks)), nil
}
