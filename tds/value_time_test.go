package tds

import (
	"testing"
	"time"
)

// Rounding as the documentation of datetime, smalldatetime, time and datetime2
// shows it.
func TestTimeRounding(t *testing.T) {
	const form = "2006-01-02T15:04:05.999999999"
	for _, c := range []struct {
		t        TypeInfo
		in, want string
	}{
		// datetime (Transact-SQL), "Rounding of datetime fractional second precision".
		{DateTime(8), "1998-01-01T23:59:59.999", "1998-01-02T00:00:00"},
		{DateTime(8), "1998-01-01T23:59:59.995", "1998-01-01T23:59:59.997"},
		{DateTime(8), "1998-01-01T23:59:59.996", "1998-01-01T23:59:59.997"},
		{DateTime(8), "1998-01-01T23:59:59.997", "1998-01-01T23:59:59.997"},
		{DateTime(8), "1998-01-01T23:59:59.998", "1998-01-01T23:59:59.997"},
		{DateTime(8), "1998-01-01T23:59:59.992", "1998-01-01T23:59:59.993"},
		{DateTime(8), "1998-01-01T23:59:59.994", "1998-01-01T23:59:59.993"},
		{DateTime(8), "1998-01-01T23:59:59.990", "1998-01-01T23:59:59.99"},
		{DateTime(8), "1998-01-01T23:59:59.991", "1998-01-01T23:59:59.99"},
		{DateTime(8), "1753-01-01T00:00:00.001", "1753-01-01T00:00:00"},
		{DateTime(8), "9999-12-31T23:59:59.998", "9999-12-31T23:59:59.997"},
		// smalldatetime (Transact-SQL).
		{DateTime(4), "2000-05-08T12:35:29.998", "2000-05-08T12:35:00"},
		{DateTime(4), "2000-05-08T12:35:29.999", "2000-05-08T12:36:00"},
		{DateTime(4), "2000-05-08T23:59:30", "2000-05-09T00:00:00"},
		{DateTime(4), "2079-06-06T23:59:29.998", "2079-06-06T23:59:00"},
		// Scales round to the nearest, halves up.
		{DateTime2(7), "2020-02-29T12:00:00.12345675", "2020-02-29T12:00:00.1234568"},
		{DateTime2(3), "2020-02-29T12:00:00.0005", "2020-02-29T12:00:00.001"},
		{DateTime2(3), "2020-02-29T12:00:00.0004999", "2020-02-29T12:00:00"},
		{DateTime2(0), "2020-02-28T23:59:59.5", "2020-02-29T00:00:00"},
		{DateTime2(0), "0001-01-01T00:00:00", "0001-01-01T00:00:00"},
		{DateTimeOffset(0), "2020-12-31T23:59:59.5", "2021-01-01T00:00:00"},
		{Time(0), "0001-01-01T23:59:59.499999999", "0001-01-01T23:59:59"},
		{Time(0), "0001-01-01T23:59:59.5", "0001-01-01T00:00:00"},
		{Time(7), "2020-02-29T12:34:56.7891234", "0001-01-01T12:34:56.7891234"},
		{Date(), "2020-02-29T23:59:59.999999999", "2020-02-29T00:00:00"},
	} {
		in, err := time.Parse(form, c.in)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := c.t.Encode(nil, in)
		if err != nil {
			t.Errorf("%s: %s: %v", c.t, c.in, err)
			continue
		}
		v, err := c.t.Decode(raw)
		if err != nil {
			t.Errorf("%s: %s: %v", c.t, c.in, err)
			continue
		}
		if got := v.(time.Time).Format(form); got != c.want {
			t.Errorf("%s: %s became %s, want %s", c.t, c.in, got, c.want)
		}
	}
}

// All types but datetimeoffset hold what the clock shows, whatever the zone.
func TestTimeZoneIsDropped(t *testing.T) {
	in := time.Date(2020, 1, 1, 0, 30, 0, 0, time.FixedZone("", 3600)) // still 2019 in UTC
	for _, tt := range []TypeInfo{Date(), DateTime2(7), DateTime(8), DateTime(4)} {
		raw, err := tt.Encode(nil, in)
		if err != nil {
			t.Fatal(err)
		}
		v, err := tt.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.(time.Time); got.Year() != 2020 || got.Location() != time.UTC {
			t.Errorf("%s: %v", tt, got)
		}
	}
}

// Every tick of a second decodes to the milliseconds that SQL Server shows and
// encodes to the same tick.
func TestDateTimeTicks(t *testing.T) {
	dt := DateTime(8)
	for tick := range uint32(300) {
		raw := appendU32(make([]byte, 4), tick)
		v, err := dt.Time(raw)
		if err != nil {
			t.Fatal(err)
		}
		millis := v.Nanosecond() / 1e6
		if want := int(tick/3*10) + []int{0, 3, 7}[tick%3]; millis != want {
			t.Errorf("tick %d is %d ms, want %d", tick, millis, want)
		}
		if back, err := dt.Encode(nil, v); err != nil || string(back) != string(raw) {
			t.Errorf("tick %d became %x, %v", tick, back, err)
		}
	}
}
