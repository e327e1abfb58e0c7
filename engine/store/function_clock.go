package store

import (
	"strings"
	"time"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// clock is a function of the current time: the same in the whole statement.
func clock(name string, t tsql.Type, utc bool) scalarFunc {
	return scalarFunc{0, 0, func(b *binder, _ []*expr) (*expr, error) {
		return b.session(name, t, false, func(*Session) any {
			now := time.Now()
			if utc {
				now = now.UTC()
			}
			if t.Kind == tsql.KindDateTimeOffset {
				return now.Truncate(100)
			}
			wall := time.Date(now.Year(), now.Month(), now.Day(), now.Hour(), now.Minute(), now.Second(), now.Nanosecond(), time.UTC)
			v, err := tsql.Convert(wall, tsql.Type{Kind: tsql.KindDateTime2, Scale: 7}, t, 0)
			if err != nil {
				return nil
			}
			return v
		}), nil
	}}
}

var dateFunctions = map[string]scalarFunc{
	"GETDATE": clock("getdate", typeDateTime, false), "GETUTCDATE": clock("getutcdate", typeDateTime, true),
	"SYSDATETIME":       clock("sysdatetime", tsql.Type{Kind: tsql.KindDateTime2, Scale: 7}, false),
	"SYSUTCDATETIME":    clock("sysutcdatetime", tsql.Type{Kind: tsql.KindDateTime2, Scale: 7}, true),
	"SYSDATETIMEOFFSET": clock("sysdatetimeoffset", tsql.Type{Kind: tsql.KindDateTimeOffset, Scale: 7}, false),
	"YEAR":              partFunction("year"), "MONTH": partFunction("month"), "DAY": partFunction("day"),
	"EOMONTH":           {1, 2, bindEOMonth},
	"ISDATE":            {1, 1, bindIsDate},
	"DATEFROMPARTS":     {3, 3, bindDateFromParts},
	"DATETIMEFROMPARTS": {7, 7, bindDateTimeFromParts},
	"SWITCHOFFSET":      {2, 2, bindSwitchOffset},
	"TODATETIMEOFFSET":  {2, 2, bindToOffset},
}

func partFunction(part string) scalarFunc {
	return scalarFunc{1, 1, func(b *binder, a []*expr) (*expr, error) {
		x, err := b.temporal(a[0], part, 1)
		if err != nil {
			return nil, err
		}
		return b.partOf(part, x), nil
	}}
}

func bindEOMonth(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeDate, 0); err != nil {
		return nil, err
	}
	if err := b.ints(a, typeBig, 1); err != nil {
		return nil, err
	}
	return b.apply("eomonth", typeDate, a, func(v []any) (any, error) {
		t, n := v[0].(time.Time), int64(0)
		if len(v) > 1 {
			n = v[1].(int64)
		}
		r, ok := addDate("month", n, time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC))
		if !ok {
			return nil, tsql.NewError(517, "date")
		}
		return time.Date(r.Year(), r.Month()+1, 0, 0, 0, 0, 0, time.UTC), nil
	}), nil
}

func bindIsDate(b *binder, a []*expr) (*expr, error) {
	if _, _, err := b.texts(a, 0); err != nil {
		return nil, err
	}
	t := a[0].typ
	return b.applyNull("isdate", typeInt, a, func(v []any) (any, error) {
		if s, ok := v[0].(string); !ok || strings.Trim(s, " ") == "" {
			return int64(0), nil // a blank text converts, to 1900-01-01, and yet is no date
		}
		d, err := tsql.TryConvert(v[0], t, typeDateTime, 0)
		if err != nil || d == nil {
			return int64(0), nil
		}
		return int64(1), nil
	}), nil
}

func exactDate(n [7]int64) (time.Time, bool) {
	t := time.Date(int(n[0]), time.Month(n[1]), int(n[2]), int(n[3]), int(n[4]), int(n[5]), int(n[6])*1e6, time.UTC)
	ok := n[0] >= 1 && n[0] <= 9999 && int64(t.Month()) == n[1] && int64(t.Day()) == n[2] && int64(t.Hour()) == n[3] && int64(t.Minute()) == n[4] && int64(t.Second()) == n[5]
	return t, ok && n[6] >= 0 && n[6] < 1000
}

func bindDateFromParts(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeBig, 0, 1, 2); err != nil {
		return nil, err
	}
	return b.apply("datefromparts", typeDate, a, func(v []any) (any, error) {
		t, ok := exactDate([7]int64{v[0].(int64), v[1].(int64), v[2].(int64)})
		if !ok {
			return nil, newError(289, "date")
		}
		return t, nil
	}), nil
}

func bindDateTimeFromParts(b *binder, a []*expr) (*expr, error) {
	if err := b.ints(a, typeBig, 0, 1, 2, 3, 4, 5, 6); err != nil {
		return nil, err
	}
	return b.apply("datetimefromparts", typeDateTime, a, func(v []any) (any, error) {
		var n [7]int64
		for i := range n {
			n[i] = v[i].(int64)
		}
		t, ok := exactDate(n)
		if !ok || n[0] < 1753 {
			return nil, newError(289, "datetime")
		}
		return tsql.Convert(t, tsql.Type{Kind: tsql.KindDateTime2, Scale: 7}, typeDateTime, 0)
	}), nil
}

// zone reads "+05:30" or a number of minutes.
func zone(v any) (*time.Location, bool) {
	switch v := v.(type) {
	case int64:
		return time.FixedZone("", int(v)*60), v >= -840 && v <= 840
	case string:
		t, err := time.Parse("-07:00", v)
		if err != nil {
			return nil, false
		}
		_, offset := t.Zone()
		return time.FixedZone("", offset), true
	}
	return nil, false
}

func bindSwitchOffset(b *binder, a []*expr) (*expr, error) {
	return offsetFunction(b, a, "switchoffset", func(t time.Time, z *time.Location) time.Time { return t.In(z) })
}

func bindToOffset(b *binder, a []*expr) (*expr, error) {
	return offsetFunction(b, a, "todatetimeoffset", func(t time.Time, z *time.Location) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), z)
	})
}

func offsetFunction(b *binder, a []*expr, name string, fn func(time.Time, *time.Location) time.Time) (*expr, error) {
	t := tsql.Type{Kind: tsql.KindDateTimeOffset, Scale: 7}
	if a[0].typ.Kind == tsql.KindDateTimeOffset || a[0].typ.Kind == tsql.KindDateTime2 {
		t.Scale = a[0].typ.Scale
	}
	if err := b.ints(a, t, 0); err != nil {
		return nil, err
	}
	if !a[1].typ.IsString() {
		if err := b.ints(a, typeBig, 1); err != nil {
			return nil, err
		}
	}
	return b.apply(name, t, a, func(v []any) (any, error) {
		z, ok := zone(v[1])
		if !ok {
			return nil, newError(9812, name)
		}
		return fn(v[0].(time.Time), z), nil
	}), nil
}

func (b *binder) atTimeZone(e *ast.AtTimeZoneCall, sc *scope) (*expr, error) {
	return nil, unsupported("AT TIME ZONE")
}
