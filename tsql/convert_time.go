package tsql

import (
	"time"

	"github.com/cockroachdb/apd/v3"
)

// toTemporal converts to a date or time type. The style tells how to read a string.
func toTemporal(v any, from, to Type, style int) (any, error) {
	switch x := v.(type) {
	case time.Time:
		return timeToTime(x, from, to)
	case string:
		return textToTime(x, from, to, style)
	case []byte:
		if t, ok := bytesTemporal(x, to); ok {
			return t, nil
		}
		return nil, NewError(210)
	case int64:
		return daysToTime(float64(x), to)
	case bool:
		return daysToTime(float64(boolInt(x)), to)
	case float64, float32:
		return daysToTime(floatOf(x), to)
	case *apd.Decimal:
		f, err := x.Float64()
		if err != nil {
			return nil, overflow(to)
		}
		return daysToTime(f, to)
	}
	return nil, badValue(v, to)
}

// daysToTime makes a datetime or smalldatetime out of a number of days.
func daysToTime(f float64, to Type) (any, error) {
	t, ok := fromDays(f)
	if ok && to.Kind == KindSmallDateTime {
		t = roundSmallDateTime(t)
		ok = inRange(t, to.Kind)
	}
	if !ok {
		return nil, overflow(to)
	}
	return t, nil
}

// timeToTime converts between date and time types.
func timeToTime(x time.Time, from, to Type) (any, error) {
	nanos := exactNanos(x, from)
	day := dayNumber(x)
	if from.Kind == KindTime {
		day = 0
	}
	if from.Kind == KindDate {
		nanos = 0
	}
	loc := time.UTC
	if from.Kind == KindDateTimeOffset {
		loc = x.Location()
	}
	t, ok := placeTime(day, nanos, loc, to)
	if !ok {
		return nil, NewError(242, from.Name(), to.Name())
	}
	return t, nil
}

// placeTime rounds a local day and time of day to type to. loc matters for datetimeoffset only.
func placeTime(day, nanos int64, loc *time.Location, to Type) (time.Time, bool) {
	var t time.Time
	switch to.Kind {
	case KindDate:
		t = onDay(day, 0)
	case KindTime:
		// Rounding up past the last moment begins the day anew.
		return timeDay.Add(time.Duration(roundNanos(nanos, to.Scale) % dayNanos)), true
	case KindSmallDateTime:
		t = roundSmallDateTime(onDay(day, nanos))
	case KindDateTime:
		t = onDay(day, nanos)
		if !inRange(t, to.Kind) {
			return t, false
		}
		t = roundDateTime(t)
	case KindDateTime2, KindDateTimeOffset:
		n := roundNanos(nanos, to.Scale)
		if n == dayNanos && day == dayNumber(endDateTime)-1 {
			n = dayNanos - scaleUnit(to.Scale) // the last day has no next
		}
		t = onDay(day, n)
		if to.Kind == KindDateTimeOffset {
			if !inRange(t, to.Kind) {
				return t, false
			}
			_, offset := t.In(loc).Zone()
			t = t.Add(-time.Duration(offset) * time.Second).In(loc)
			return t, inRange(t.UTC(), to.Kind)
		}
	}
	return t, inRange(t, to.Kind)
}

// textToTime reads a string.
func textToTime(s string, from, to Type, style int) (any, error) {
	if _, ok := timeStyles[style]; !ok {
		return nil, NewError(9809, style, from.Name(), to.Name())
	}
	p, err := parseTime(s, style, to)
	switch err {
	case dateOutOfRange:
		if to.Kind == KindDateTime || to.Kind == KindSmallDateTime {
			return nil, NewError(242, from.Name(), to.Name())
		}
		return nil, NewError(241)
	case dateSyntax:
		if to.Kind == KindSmallDateTime {
			return nil, NewError(295)
		}
		return nil, NewError(241)
	}
	loc := time.UTC
	if p.hasZone && p.zone != 0 {
		loc = time.FixedZone("", p.zone*60)
	}
	t, ok := placeTime(p.day, p.nanos, loc, to)
	if !ok {
		if to.Kind == KindDateTime || to.Kind == KindSmallDateTime {
			return nil, NewError(242, from.Name(), to.Name())
		}
		return nil, NewError(241)
	}
	return t, nil
}
