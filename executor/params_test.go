package executor

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/uuid"

	"tds-launchpad/tds"
)

// TestParamsRoundTrip hands values of all types in and takes them out again.
func TestParamsRoundTrip(t *testing.T) {
	e := New(Config{Starter: newUnconfined(t)})
	r := rand.New(rand.NewPCG(7, 7))
	for _, wide := range []bool{false, true} {
		call := &Call{Script: "pass"}
		for i, s := range sources(t, wide) {
			for j := range 4 {
				p := Param{Name: fmt.Sprintf("@p%d_%d", i, j), Type: s.typ, Output: true}
				if j > 0 {
					p.Value = s.make(r)
				}
				call.Params = append(call.Params, p)
			}
		}
		out, err := runWith(t, e, call, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range call.Params {
			got := out.Params[i]
			if !bytes.Equal(p.Value, got) || (p.Value == nil) != (got == nil) {
				t.Errorf("%s %s: %x became %x", p.Name, p.Type, p.Value, got)
			}
		}
	}
}

// TestParamTypes looks at the Python types of parameters.
func TestParamTypes(t *testing.T) {
	c := tds.DefaultCollation
	id := uuid.MustParse("6f9619ff-8b86-d011-b42d-00c04fc964ff")
	datetime := encode(t, tds.DateTime(8), mustTime(t, "2024-02-29T13:14:15.123Z"))
	call := &Call{
		Script: `
import datetime as dt
from decimal import Decimal
assert (i, type(i)) == (5, int)
assert big == -2**63
assert b is True
assert (f, type(f)) == (0.5, float) and r == 0.25
assert (d, type(d)) == (Decimal('12.340'), Decimal) and str(d) == '12.340'
assert m == Decimal('-1.5000')
assert s == "M'e'xico ü€😀" and fixedlen == 'ab    '
assert bin == b'\x00\xff'
assert when == dt.datetime(2024, 2, 29, 13, 14, 15, 123000) and type(when) is dt.datetime
assert day == dt.date(2024, 2, 29) and type(day) is dt.date
assert at == dt.time(13, 14, 15)
assert off == dt.datetime(2024, 2, 29, 13, 14, 15, tzinfo=dt.timezone(dt.timedelta(hours=1)))
assert guid == '6F9619FF-8B86-D011-B42D-00C04FC964FF'
assert nothing is None
ParamInt = ParamInt + 1
`,
		Params: []Param{
			{Name: "@i", Type: tds.Int(4), Value: encode(t, tds.Int(4), int64(5))},
			{Name: "big", Type: tds.Int(8), Value: []byte{0, 0, 0, 0, 0, 0, 0, 0x80}},
			{Name: "@b", Type: tds.Bit(), Value: []byte{1}},
			{Name: "@f", Type: tds.Float(8), Value: encode(t, tds.Float(8), 0.5)},
			{Name: "@r", Type: tds.Float(4), Value: encode(t, tds.Float(4), float32(0.25))},
			{Name: "@d", Type: tds.Decimal(9, 3), Value: []byte{1, 0x34, 0x30, 0, 0}},
			{Name: "@m", Type: tds.Money(4), Value: []byte{0x68, 0xC5, 0xFF, 0xFF}},
			{Name: "@s", Type: tds.NVarChar(50, c), Value: tds.AppendUTF16(nil, "M'e'xico ü€😀")},
			{Name: "@fixedlen", Type: tds.Char(6, c), Value: []byte("ab    ")},
			{Name: "@bin", Type: tds.VarBinary(5), Value: []byte{0, 0xFF}},
			{Name: "@when", Type: tds.DateTime(8), Value: datetime},
			{Name: "@day", Type: tds.Date(), Value: encode(t, tds.Date(), mustTime(t, "2024-02-29T00:00:00Z"))},
			{Name: "@at", Type: tds.Time(0), Value: encode(t, tds.Time(0), mustTime(t, "0001-01-01T13:14:15Z"))},
			{Name: "@off", Type: tds.DateTimeOffset(0), Value: encode(t, tds.DateTimeOffset(0), mustTime(t, "2024-02-29T13:14:15+01:00"))},
			{Name: "@guid", Type: tds.UniqueIdentifier(), Value: encode(t, tds.UniqueIdentifier(), id)},
			{Name: "@nothing", Type: tds.NVarChar(5, c)},
			{Name: "@ParamInt", Type: tds.Int(4), Value: encode(t, tds.Int(4), int64(1234567)), Output: true},
		},
	}
	out := mustRun(t, call, nil)
	if got := out.Params[len(out.Params)-1]; !bytes.Equal(got, encode(t, tds.Int(4), int64(1234568))) {
		t.Errorf("ParamInt is %x", got)
	}
	for i := range len(call.Params) - 1 {
		if out.Params[i] != nil {
			t.Errorf("%s is no output parameter and has %x", call.Params[i].Name, out.Params[i])
		}
	}
}

// TestOutputParams converts what scripts assign to the declared types.
func TestOutputParams(t *testing.T) {
	c := tds.DefaultCollation
	cases := []struct {
		expr string
		typ  tds.TypeInfo
		want any // neutral; nil is NULL
	}{
		{"12", tds.Int(4), int64(12)},
		{"12.9", tds.Int(4), int64(12)},
		{"True", tds.Int(1), int64(1)},
		{"3", tds.Bit(), true},
		{"'17'", tds.Int(2), int64(17)},
		{"float('nan')", tds.Float(8), nil},
		{"float('inf')", tds.Int(4), nil},
		{"None", tds.Int(4), nil},
		{"pandas.NA", tds.Int(4), nil},
		{"pandas.NaT", tds.Date(), nil},
		{"numpy.int64(7)", tds.Int(8), int64(7)},
		{"numpy.float32(0.5)", tds.Float(8), 0.5},
		{"numpy.bool_(True)", tds.Bit(), true},
		{"numpy.str_('x')", tds.NVarChar(5, c), "x"},
		{"numpy.array(5)", tds.Int(4), int64(5)},
		{"'abcdef'", tds.VarChar(3, c), "abc"},
		{"'ab'", tds.Char(6, c), "ab    "},
		{"'ü€'", tds.NVarChar(10, c), "ü€"},
		{"42", tds.NVarChar(10, c), "42"},
		{"b'\\x01\\x02'", tds.VarBinary(tds.SizeMax), []byte{1, 2}},
		{"b''", tds.VarBinary(tds.SizeMax), []byte{}},
		{"bytearray(b'\\x07')", tds.Binary(3), []byte{7, 0, 0}},
		{"0x0", tds.VarBinary(tds.SizeMax), []byte{0}},
		{"0xABCD", tds.VarBinary(10), []byte{0xAB, 0xCD}},
		{"pandas.Timestamp('2024-01-02 03:04:05.0000006')", tds.DateTime2(7), mustTime(t, "2024-01-02T03:04:05.0000006Z")},
		{"numpy.datetime64('2024-01-02')", tds.Date(), mustTime(t, "2024-01-02T00:00:00Z")},
		{"pandas.Timestamp('2024-01-02 03:04', tz='Asia/Tokyo')", tds.DateTimeOffset(0), mustTime(t, "2024-01-02T03:04:00+09:00")},
		{"__import__('datetime').time(1, 2, 3)", tds.Time(0), mustTime(t, "0001-01-01T01:02:03Z")},
		{"__import__('uuid').UUID('6f9619ff-8b86-d011-b42d-00c04fc964ff')", tds.UniqueIdentifier(), uuid.MustParse("6f9619ff-8b86-d011-b42d-00c04fc964ff")},
		{"'6f9619ff-8b86-d011-b42d-00c04fc964ff'", tds.UniqueIdentifier(), uuid.MustParse("6f9619ff-8b86-d011-b42d-00c04fc964ff")},
	}
	var script strings.Builder
	script.WriteString("import pandas, numpy\n")
	call := &Call{}
	for i, c := range cases {
		fmt.Fprintf(&script, "p%d = %s\n", i, c.expr)
		call.Params = append(call.Params, Param{Name: fmt.Sprintf("@p%d", i), Type: c.typ, Output: true})
	}
	script.WriteString("del gone\n")
	call.Params = append(call.Params, Param{Name: "@gone", Type: tds.Int(4), Value: []byte{1, 0, 0, 0}, Output: true})
	call.Script = script.String()
	out := mustRun(t, call, nil)
	for i, c := range cases {
		want := encode(t, c.typ, c.want)
		if !bytes.Equal(out.Params[i], want) || (want == nil) != (out.Params[i] == nil) {
			t.Errorf("%s as %s is %x, want %x", c.expr, c.typ, out.Params[i], want)
		}
	}
	if got := out.Params[len(cases)]; got != nil {
		t.Errorf("a deleted variable gave %x", got)
	}
}

// TestDecimalOutputParam: decimals of any size and scale.
func TestDecimalOutputParam(t *testing.T) {
	typ := tds.Decimal(38, 2)
	for expr, want := range map[string]string{
		"Decimal('1.005')": "1.01", "Decimal('-1E+5')": "-100000.00", "10**35": "1" + strings.Repeat("0", 35) + ".00",
		"Decimal('NaN')": "NULL", "0.125": "0.13", "Decimal('0E-50')": "0.00",
	} {
		out := mustRun(t, &Call{
			Script: "from decimal import Decimal\nx = " + expr,
			Params: []Param{{Name: "@x", Type: typ, Output: true}},
		}, nil)
		got := "NULL"
		if raw := out.Params[0]; raw != nil {
			text, err := appendDecimal(nil, raw, 2)
			if err != nil {
				t.Fatal(err)
			}
			got = string(text)
		}
		if got != want {
			t.Errorf("%s is %s, want %s", expr, got, want)
		}
	}
}

func TestOutputParamErrors(t *testing.T) {
	for _, c := range []struct {
		expr   string
		typ    tds.TypeInfo
		number int32
		text   string
	}{
		{"300", tds.Int(1), 220, ""},
		{"'x'", tds.Int(4), 245, ""},
		{"[1]", tds.Int(4), 39019, "output parameter @x holds a value of type list"},
		{"10**40", tds.Decimal(38, 0), 39019, "which has no SQL type"},
		{"'not a guid'", tds.UniqueIdentifier(), 8169, ""},
	} {
		failed := mustFail(t, &Call{Script: "print('before')\nx = " + c.expr, Params: []Param{{Name: "@x", Type: c.typ, Output: true}}}, nil)
		last, _ := failed.Last()
		if last.Number != c.number && !(c.number == 220 && last.Number == 8115) && !(c.number == 245 && last.Number == 8114) || !strings.Contains(last.Text, c.text) {
			t.Errorf("%s as %s: %v", c.expr, c.typ, failed)
		}
		if m := failed.Messages[len(failed.Messages)-1]; m.Number != 39005 || !strings.HasSuffix(m.Text, "\nbefore\n") {
			t.Errorf("%s: what was printed is lost: %+v", c.expr, m)
		}
	}
}

func TestUnsupportedParams(t *testing.T) {
	for _, typ := range []tds.TypeInfo{tds.XML(), tds.SQLVariant(), tds.Vector(3), {ID: tds.TypeUDT, Size: 100, UDT: &tds.UDTInfo{Name: "point"}}} {
		failed := mustFail(t, &Call{Script: "pass", Params: []Param{{Name: "@x", Type: typ}}}, nil)
		if last, _ := failed.Last(); last.Number != 39018 || !strings.Contains(last.Text, "'@x'") {
			t.Errorf("%s: %v", typ, failed)
		}
		in := newTable(t, []tds.TypeInfo{tds.Int(4), typ})
		failed = mustFail(t, &Call{Script: "pass"}, in)
		if last, _ := failed.Last(); last.Number != 39017 || !strings.Contains(last.Text, "column #2") {
			t.Errorf("%s: %v", typ, failed)
		}
	}
}
