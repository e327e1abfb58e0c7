package store

import (
	"strings"
	"time"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// datePart reads the first argument of DATEADD and its kin, which is a bare word.
func datePart(e ast.ScalarExpression, fn string) (string, error) {
	c, ok := e.(*ast.ColumnReferenceExpression)
	if !ok || c.MultiPartIdentifier == nil || len(c.MultiPartIdentifier.Identifiers) != 1 {
		return "", newError(1023, 1, fn)
	}
	word := strings.ToLower(c.MultiPartIdentifier.Identifiers[0].Value)
	if p := dateParts[word]; p != "" {
		return p, nil
	}
	return "", tsql.NewError(155, word, fn)
}

var dateParts = map[string]string{
	"year": "year", "yy": "year", "yyyy": "year", "quarter": "quarter", "qq": "quarter", "q": "quarter", "month": "month", "mm": "month", "m": "month",
	"dayofyear": "dayofyear", "dy": "dayofyear", "y": "dayofyear", "day": "day", "dd": "day", "d": "day", "week": "week", "wk": "week", "ww": "week",
	"weekday": "weekday", "dw": "weekday", "w": "weekday", "hour": "hour", "hh": "hour", "minute": "minute", "mi": "minute", "n": "minute",
	"second": "second", "ss": "second", "s": "second", "millisecond": "millisecond", "ms": "millisecond", "microsecond": "microsecond", "mcs": "microsecond",
	"nanosecond": "nanosecond", "ns": "nanosecond", "tzoffset": "tzoffset", "tz": "tzoffset", "iso_week": "iso_week", "isowk": "iso_week", "isoww": "iso_week",
}

// dateNames are the functions whose first argument is a date part.
var dateNames map[string]func(*binder, []ast.ScalarExpression, *scope) (*expr, error)

func init() {
	dateNames = map[string]func(*binder, []ast.ScalarExpression, *scope) (*expr, error){
		"DATEADD": bindDateAdd, "DATEDIFF": bindDateDiff, "DATEDIFF_BIG": bindDateDiffBig, "DATEPART": bindDatePart, "DATENAME": bindDateName,
		"DATETRUNC": bindDateTrunc,
	}
}

func (b *binder) dateArgs(fn string, n int, params []ast.ScalarExpression, sc *scope) (string, []*expr, error) {
	if len(params) != n {
		return "", nil, tsql.NewError(174, fn, n)
	}
	part, err := datePart(params[0], fn)
	if err != nil {
		return "", nil, err
	}
	a, err := b.scalars(params[1:], sc)
	return part, a, err
}

// temporal makes an argument a date and time: strings become datetime2(7), numbers datetime.
func (b *binder) temporal(x *expr, fn string, at int) (*expr, error) {
	switch {
	case x.typ.IsTemporal() && !x.bare:
		return x, nil
	case x.bare:
		return retype(x, typeDateTime), nil
	case x.typ.IsString():
		return b.convert(x, tsql.Type{Kind: tsql.KindDateTime2, Scale: 7})
	case x.typ.IsNumeric():
		return b.convert(x, typeDateTime)
	}
	return nil, tsql.NewError(8116, x.typ.Name(), at, fn)
}

func bindDateAdd(b *binder, params []ast.ScalarExpression, sc *scope) (*expr, error) {
	part, a, err := b.dateArgs("dateadd", 3, params, sc)
	if err != nil {
		return nil, err
	}
	if err := b.ints(a, typeBig, 0); err != nil {
		return nil, err
	}
	asText := a[1].typ.IsString()
	if a[1], err = b.temporal(a[1], "dateadd", 3); err != nil {
		return nil, err
	}
	t := a[1].typ
	if asText {
		if a[1], err = b.convert(a[1], typeDateTime); err != nil {
			return nil, err
		}
		t = typeDateTime
	}
	if part == "tzoffset" || part == "iso_week" {
		return nil, tsql.NewError(9810, part, "dateadd", t.Name())
	}
	if err := partFits(part, t, "dateadd"); err != nil {
		return nil, err
	}
	return b.apply("dateadd/"+part, t, a, func(v []any) (any, error) {
		r, ok := addDate(part, v[0].(int64), v[1].(time.Time))
		if !ok {
			return nil, tsql.NewError(517, t.Name())
		}
		if t.Kind == tsql.KindTime {
			r = time.Date(1, 1, 1, r.Hour(), r.Minute(), r.Second(), r.Nanosecond(), time.UTC)
		}
		c, err := tsql.Convert(r, wide(t), t, 0)
		if err != nil {
			return nil, tsql.NewError(517, t.Name())
		}
		return c, nil
	}), nil
}

// wide is the type with the same kind of value as t and the best resolution.
func wide(t tsql.Type) tsql.Type {
	switch t.Kind {
	case tsql.KindDateTimeOffset, tsql.KindTime:
		t.Scale = 7
		return t
	}
	return tsql.Type{Kind: tsql.KindDateTime2, Scale: 7}
}

func partFits(part string, t tsql.Type, fn string) error {
	clock := map[string]bool{"hour": true, "minute": true, "second": true, "millisecond": true, "microsecond": true, "nanosecond": true}
	if t.Kind == tsql.KindDate && (clock[part] || part == "tzoffset") || t.Kind == tsql.KindTime && !clock[part] {
		return tsql.NewError(9810, part, fn, t.Name())
	}
	return nil
}

var partTicks = map[string]int64{"week": 7 * ticksPerDay, "day": ticksPerDay, "dayofyear": ticksPerDay, "weekday": ticksPerDay, "hour": 3600 * ticksPerSecond,
	"minute": 60 * ticksPerSecond, "second": ticksPerSecond, "millisecond": 10000, "microsecond": 10}

func addDate(part string, n int64, t time.Time) (time.Time, bool) {
	months := int64(0)
	switch part {
	case "year":
		months = 12
	case "quarter":
		months = 3
	case "month":
		months = 1
	}
	if months > 0 {
		if n > 200000 || n < -200000 {
			return t, false
		}
		m := int64(t.Year())*12 + int64(t.Month()) - 1 + n*months
		year, month := int(m/12), int(m%12)+1
		if year < 1 || year > 9999 {
			return t, false
		}
		last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		return time.Date(year, time.Month(month), min(t.Day(), last), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location()), true
	}
	ticks := partTicks[part]
	var delta int64
	if part == "nanosecond" {
		delta = n / 100
		switch rest := n % 100; { // half a tick of 100 ns is a whole one
		case rest >= 50:
			delta++
		case rest <= -50:
			delta--
		}
	} else {
		const limit = 4_000_000 * ticksPerDay
		if n > limit/ticks || n < -limit/ticks {
			return t, false
		}
		delta = n * ticks
	}
	now := ticksOf(t) + delta
	if now < 0 || now >= 3652059*ticksPerDay {
		return t, false
	}
	return timeOfTicks(now).In(t.Location()), true
}

func bindDateDiff(b *binder, params []ast.ScalarExpression, sc *scope) (*expr, error) {
	return dateDiff(b, params, sc, "datediff", typeInt)
}

func bindDateDiffBig(b *binder, params []ast.ScalarExpression, sc *scope) (*expr, error) {
	return dateDiff(b, params, sc, "datediff_big", typeBig)
}

func dateDiff(b *binder, params []ast.ScalarExpression, sc *scope, fn string, res tsql.Type) (*expr, error) {
	part, a, err := b.dateArgs(fn, 3, params, sc)
	if err != nil {
		return nil, err
	}
	for i := range a {
		if a[i], err = b.temporal(a[i], fn, i+2); err != nil {
			return nil, err
		}
		if a[i].typ.Kind == tsql.KindTime { // a time alone is of 1900-01-01
			if a[i], err = b.convert(a[i], tsql.Type{Kind: tsql.KindDateTime2, Scale: 7}); err != nil {
				return nil, err
			}
		}
	}
	return b.apply(fn+"/"+part, res, a, func(v []any) (any, error) {
		n := countDates(part, v[0].(time.Time), v[1].(time.Time))
		if res.Kind == tsql.KindInt && (n > 1<<31-1 || n < -1<<31) {
			return nil, tsql.NewError(535, "datediff")
		}
		return n, nil
	}), nil
}

// countDates counts the boundaries of part between two instants.
func countDates(part string, from, to time.Time) int64 {
	from, to = from.UTC(), to.UTC()
	switch part {
	case "year":
		return int64(to.Year() - from.Year())
	case "quarter":
		return int64(to.Year()-from.Year())*4 + int64((to.Month()-1)/3) - int64((from.Month()-1)/3)
	case "month":
		return int64(to.Year()-from.Year())*12 + int64(to.Month()) - int64(from.Month())
	case "week", "iso_week":
		// weeks begin on Sunday, whatever DATEFIRST says
		week := func(t time.Time) int64 { return (ticksOf(t)/ticksPerDay + 1) / 7 }
		return week(to) - week(from)
	case "nanosecond":
		return (ticksOf(to) - ticksOf(from)) * 100
	}
	ticks := partTicks[part]
	if ticks == 0 {
		ticks = ticksPerDay
	}
	return ticksOf(to)/ticks - ticksOf(from)/ticks
}

func bindDatePart(b *binder, params []ast.ScalarExpression, sc *scope) (*expr, error) {
	part, a, err := b.dateArgs("datepart", 2, params, sc)
	if err != nil {
		return nil, err
	}
	if a[0], err = b.temporal(a[0], "datepart", 2); err != nil {
		return nil, err
	}
	if err := partFits(part, a[0].typ, "datepart"); err != nil && part != "tzoffset" {
		return nil, err
	}
	return b.partOf(part, a[0]), nil
}

func (b *binder) partOf(part string, x *expr) *expr {
	first := b.session("datefirst", typeInt, false, func(s *Session) any { return s.set.dateFirst })
	return b.apply("datepart/"+part, typeInt, []*expr{x, first}, func(v []any) (any, error) {
		return partValue(part, v[0].(time.Time), v[1].(int64)), nil
	})
}

func partValue(part string, t time.Time, first int64) int64 {
	switch part {
	case "year":
		return int64(t.Year())
	case "quarter":
		return int64(t.Month()-1)/3 + 1
	case "month":
		return int64(t.Month())
	case "dayofyear":
		return int64(t.YearDay())
	case "day":
		return int64(t.Day())
	case "week":
		// week 1 holds January 1; weeks begin on DATEFIRST
		jan := time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
		return (int64(t.YearDay())-1+weekday(jan, first)-1)/7 + 1
	case "iso_week":
		_, w := t.ISOWeek()
		return int64(w)
	case "weekday":
		return weekday(t, first)
	case "hour":
		return int64(t.Hour())
	case "minute":
		return int64(t.Minute())
	case "second":
		return int64(t.Second())
	case "millisecond":
		return int64(t.Nanosecond() / 1e6)
	case "microsecond":
		return int64(t.Nanosecond() / 1e3)
	case "nanosecond":
		return int64(t.Nanosecond())
	}
	_, offset := t.Zone()
	return int64(offset / 60)
}

// weekday counts from 1 on the day that DATEFIRST names (1 is Monday, 7 Sunday).
func weekday(t time.Time, first int64) int64 {
	day := (int64(t.Weekday())+6)%7 + 1
	return (day-first+7)%7 + 1
}

func bindDateName(b *binder, params []ast.ScalarExpression, sc *scope) (*expr, error) {
	part, a, err := b.dateArgs("datename", 2, params, sc)
	if err != nil {
		return nil, err
	}
	if a[0], err = b.temporal(a[0], "datename", 2); err != nil {
		return nil, err
	}
	switch part {
	case "month", "weekday":
		return b.apply("datename/"+part, nvarchar(30), a, func(v []any) (any, error) {
			if t := v[0].(time.Time); part == "month" {
				return t.Month().String(), nil
			}
			return v[0].(time.Time).Weekday().String(), nil
		}), nil
	}
	return b.convertAs(b.partOf(part, a[0]), nvarchar(30), "convert", 0)
}

func bindDateTrunc(b *binder, params []ast.ScalarExpression, sc *scope) (*expr, error) {
	part, a, err := b.dateArgs("datetrunc", 2, params, sc)
	if err != nil {
		return nil, err
	}
	if a[0], err = b.temporal(a[0], "datetrunc", 2); err != nil {
		return nil, err
	}
	first := b.session("datefirst", typeInt, false, func(s *Session) any { return s.set.dateFirst })
	return b.apply("datetrunc/"+part, a[0].typ, []*expr{a[0], first}, func(v []any) (any, error) {
		t := v[0].(time.Time)
		day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
		switch part {
		case "year":
			return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, t.Location()), nil
		case "quarter":
			return time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, t.Location()), nil
		case "month":
			return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location()), nil
		case "week":
			return day.AddDate(0, 0, int(1-weekday(t, v[1].(int64)))), nil
		case "iso_week":
			return day.AddDate(0, 0, int(1-weekday(t, 1))), nil
		case "hour", "minute", "second", "millisecond", "microsecond":
			n := ticksOf(t)
			return timeOfTicks(n - n%partTicks[part]).In(t.Location()), nil
		}
		return day, nil
	}), nil
}
