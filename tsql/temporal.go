package tsql

import (
	"encoding/binary"
	"math"
	"time"
)

// Days and parts of a day.
const (
	dayNanos    = int64(24 * time.Hour)
	ticksPerDay = 300 * 86400 // datetime counts in 1/300 s
)

var (
	// epoch is day 0 of datetime, and the date of a time of day without one.
	epoch = time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	// timeDay is the date on which neutral values of type time lie.
	timeDay = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)

	minDateTime      = time.Date(1753, 1, 1, 0, 0, 0, 0, time.UTC)
	endDateTime      = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	minSmallDateTime = epoch
	endSmallDateTime = time.Date(2079, 6, 7, 0, 0, 0, 0, time.UTC)
)

// dayNumber is the number of days from 1900-01-01 to t's date, on t's own clock.
func dayNumber(t time.Time) int64 {
	y, m, d := t.Date()
	return (time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() - epoch.Unix()) / 86400
}

// sinceMidnight is t's time of day on its own clock.
func sinceMidnight(t time.Time) int64 {
	h, m, s := t.Clock()
	return int64(h)*int64(time.Hour) + int64(m)*int64(time.Minute) + int64(s)*int64(time.Second) + int64(t.Nanosecond())
}

// onDay is the time with the given day number and nanoseconds since midnight, which may be a whole day.
func onDay(day, nanos int64) time.Time {
	return time.Unix(epoch.Unix()+day*86400+nanos/int64(time.Second), nanos%int64(time.Second)).UTC()
}

// ticks is a time of day in 1/300 s, rounded; up to ticksPerDay.
func ticks(nanos int64) int64 { return (nanos*3 + 5_000_000) / 10_000_000 }

// tickMillis is the value shown for ticks of a datetime: whole milliseconds ending in 0, 3 or 7.
func tickMillis(n int64) int64 { return (n*10 + 1) / 3 * int64(time.Millisecond) }

// roundDateTime rounds to datetime's 1/300 s.
func roundDateTime(t time.Time) time.Time {
	day, n := dayNumber(t), ticks(sinceMidnight(t))
	if n == ticksPerDay {
		day, n = day+1, 0
	}
	return onDay(day, tickMillis(n))
}

// roundSmallDateTime rounds to the minute, by way of datetime: 29.998 s go down, 29.999 s up.
func roundSmallDateTime(t time.Time) time.Time {
	minutes := (ticks(sinceMidnight(t)) + 30*300) / (60 * 300)
	return onDay(dayNumber(t), minutes*int64(time.Minute))
}

// exactNanos is the time of day of a value of type t in full: a datetime's thirds of hundredths are spelt out to 100 ns, as
// SQL Server has done since 2016.
func exactNanos(x time.Time, t Type) int64 {
	n := sinceMidnight(x)
	if t.Kind == KindDateTime {
		return (ticks(n)*100_000 + 1) / 3 * 100
	}
	return n
}

// scaleUnit is one unit of the last digit of a time with scale digits, in nanoseconds.
func scaleUnit(scale uint8) int64 {
	unit := int64(time.Second)
	for range min(scale, MaxTimeScale) {
		unit /= 10
	}
	return unit
}

// roundNanos rounds a time of day to scale digits; the result may be a whole day.
func roundNanos(n int64, scale uint8) int64 {
	unit := scaleUnit(scale)
	return (n + unit/2) / unit * unit
}

// days is a datetime as a number: days since 1900-01-01.
func days(t time.Time) float64 {
	return float64(dayNumber(t)) + float64(ticks(sinceMidnight(t)))/ticksPerDay
}

// fromDays is the inverse of days, ok if the result is in datetime's range.
func fromDays(f float64) (t time.Time, ok bool) {
	if !(math.Abs(f) < 4e6) {
		return t, false
	}
	day := math.Floor(f)
	n := int64(math.Floor((f-day)*ticksPerDay + 0.5))
	if n == ticksPerDay {
		day, n = day+1, 0
	}
	t = onDay(int64(day), tickMillis(n))
	return t, inRange(t, KindDateTime)
}

// inRange tells whether t lies in the range of the kind.
func inRange(t time.Time, k Kind) bool {
	switch k {
	case KindDateTime:
		return !t.Before(minDateTime) && t.Before(endDateTime)
	case KindSmallDateTime:
		return !t.Before(minSmallDateTime) && t.Before(endSmallDateTime)
	}
	y := t.Year()
	return y >= 1 && y <= 9999
}

// temporalBytes is a date or time as CAST to varbinary gives it.
func temporalBytes(x time.Time, t Type) []byte {
	switch t.Kind {
	case KindDateTime:
		b := binary.BigEndian.AppendUint32(nil, uint32(dayNumber(x)))
		return binary.BigEndian.AppendUint32(b, uint32(ticks(sinceMidnight(x))))
	case KindSmallDateTime:
		b := binary.BigEndian.AppendUint16(nil, uint16(dayNumber(x)))
		return binary.BigEndian.AppendUint16(b, uint16(sinceMidnight(x)/int64(time.Minute)))
	}
	var b []byte
	if t.Kind != KindDate {
		b = append(b, t.Scale)
		utc := x.UTC()
		n := uint64(sinceMidnight(utc) / scaleUnit(t.Scale))
		for range timeSize(t.Scale) {
			b = append(b, byte(n))
			n >>= 8
		}
	}
	if t.Kind != KindTime {
		n := uint32(dayNumber(x.UTC()) - dayNumber(timeDay))
		b = append(b, byte(n), byte(n>>8), byte(n>>16))
	}
	if t.Kind == KindDateTimeOffset {
		_, offset := x.Zone()
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(offset/60)))
	}
	return b
}

// timeSize is the number of bytes of a time of day with scale digits.
func timeSize(scale uint8) int {
	switch {
	case scale <= 2:
		return 3
	case scale <= 4:
		return 4
	}
	return 5
}

// bytesTemporal undoes temporalBytes.
func bytesTemporal(b []byte, t Type) (time.Time, bool) {
	switch t.Kind {
	case KindDateTime:
		var buf [8]byte
		copy(buf[max(0, 8-len(b)):], b[max(0, len(b)-8):])
		day, n := int64(int32(binary.BigEndian.Uint32(buf[:]))), int64(binary.BigEndian.Uint32(buf[4:]))
		if n >= ticksPerDay {
			return time.Time{}, false
		}
		x := onDay(day, tickMillis(n))
		return x, inRange(x, t.Kind)
	case KindSmallDateTime:
		var buf [4]byte
		copy(buf[max(0, 4-len(b)):], b[max(0, len(b)-4):])
		x := onDay(int64(binary.BigEndian.Uint16(buf[:])), int64(binary.BigEndian.Uint16(buf[2:]))*int64(time.Minute))
		return x, inRange(x, t.Kind)
	}
	return bytesNewTemporal(b, t)
}

// bytesNewTemporal reads the stored form of date, time, datetime2 and datetimeoffset.
func bytesNewTemporal(b []byte, t Type) (time.Time, bool) {
	x := timeDay
	var nanos int64
	if t.Kind != KindDate {
		if len(b) < 1 || b[0] > MaxTimeScale || len(b) < 1+timeSize(b[0]) {
			return x, false
		}
		var n int64
		for i := timeSize(b[0]); i > 0; i-- {
			n = n<<8 | int64(b[i])
		}
		nanos = n * scaleUnit(b[0])
		b = b[1+timeSize(b[0]):]
		if nanos >= dayNanos || nanos < 0 {
			return x, false
		}
	}
	if t.Kind != KindTime {
		if len(b) < 3 {
			return x, false
		}
		x = onDay(dayNumber(timeDay)+(int64(b[0])|int64(b[1])<<8|int64(b[2])<<16), 0)
		b = b[3:]
	}
	x = onDay(dayNumber(x), roundNanos(nanos, t.Scale))
	if t.Kind == KindDateTimeOffset {
		if len(b) < 2 {
			return x, false
		}
		offset := int(int16(binary.LittleEndian.Uint16(b)))
		if offset < -840 || offset > 840 {
			return x, false
		}
		x = x.In(time.FixedZone("", offset*60))
	}
	return x, inRange(x, t.Kind)
}
