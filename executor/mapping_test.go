package executor

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"tds-launchpad/tds"
)

// TestInputMapping looks at the DataFrame that a script gets.
func TestInputMapping(t *testing.T) {
	c := tds.DefaultCollation
	day := mustTime(t, "2024-02-29T13:14:15.1234567Z")
	types := []tds.TypeInfo{
		tds.Int(1), tds.Int(2), tds.Int(4), tds.Int(8), tds.Bit(), tds.Float(4), tds.Float(8), tds.Decimal(9, 2), tds.Money(8),
		tds.Char(3, c), tds.VarChar(10, c), tds.NVarChar(10, c), tds.VarBinary(5), tds.Date(), tds.DateTime(8), tds.DateTime(4),
		tds.DateTime2(7), tds.Time(7), tds.DateTimeOffset(7), tds.UniqueIdentifier(),
	}
	raw := [][]byte{
		{255}, {0xFF, 0xFF}, {1, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 0x80}, {1}, encode(t, tds.Float(4), float32(0.5)), encode(t, tds.Float(8), 0.1),
		{1, 0xE7, 3, 0, 0}, {0, 0, 0, 0, 0x10, 0x27, 0, 0}, []byte("a  "), []byte("\x80"), tds.AppendUTF16(nil, "ü😀"), {0, 1},
		encode(t, tds.Date(), day), encode(t, tds.DateTime(8), day), encode(t, tds.DateTime(4), day), encode(t, tds.DateTime2(7), day),
		encode(t, tds.Time(7), mustTime(t, "0001-01-01T13:14:15.1234567Z")), encode(t, tds.DateTimeOffset(7), day.In(mustTime(t, "2024-01-01T00:00:00+02:00").Location())),
		{0xFF, 0x19, 0x96, 0x6F, 0x86, 0x8B, 0x11, 0xD0, 0xB4, 0x2D, 0, 0xC0, 0x4F, 0xC9, 0x64, 0xFF},
	}
	const script = `
for name in InputDataSet.columns:
    s = InputDataSet[name]
    v = s.iloc[0]
    print(s.dtype, type(v).__name__, repr(v), repr(s.iloc[1]) if len(s) > 1 else '')
`
	in := newTable(t, types)
	in.rows = [][][]byte{raw}
	got := strings.Split(stdout(mustRun(t, &Call{Script: script}, in).Messages), "\n")
	want := []string{
		"uint8 uint8 255 ", "int16 int16 -1 ", "int32 int32 1 ", "int64 int64 -9223372036854775808 ", "bool bool_ True ",
		"float32 float32 0.5 ", "float64 float64 0.1 ", "object Decimal Decimal('9.99') ", "object Decimal Decimal('1.0000') ",
		"object str 'a  ' ", "object str '€' ", "object str 'ü😀' ", "object bytes b'\\x00\\x01' ",
		"datetime64[ns] Timestamp Timestamp('2024-02-29 00:00:00') ", "datetime64[ns] Timestamp Timestamp('2024-02-29 13:14:15.123000') ",
		"datetime64[ns] Timestamp Timestamp('2024-02-29 13:14:00') ", "datetime64[ns] Timestamp Timestamp('2024-02-29 13:14:15.123456700') ",
		"object Time Time(13, 14, 15, 123456) ",
		"datetime64[ns, UTC+02:00] Timestamp Timestamp('2024-02-29 15:14:15.123456700+0200', tz='UTC+02:00') ",
		"object str '6F9619FF-8B86-D011-B42D-00C04FC964FF' ",
	}
	compareLines(t, "without NULL", got, want)

	in = newTable(t, types)
	in.rows = [][][]byte{raw, make([][]byte, len(types))}
	got = strings.Split(stdout(mustRun(t, &Call{Script: script}, in).Messages), "\n")
	copy(want, []string{
		"UInt8 int 255 <NA>", "Int16 int -1 <NA>", "Int32 int 1 <NA>", "Int64 int -9223372036854775808 <NA>", "boolean bool_ True <NA>",
		"float32 float32 0.5 nan", "float64 float64 0.1 nan",
	})
	for i := 7; i < len(want); i++ {
		if strings.HasPrefix(want[i], "datetime64") {
			want[i] += "NaT"
		} else {
			want[i] += "None"
		}
	}
	// numpy's scalars or Python's, as the version of pandas has it.
	for i := range 4 {
		got[i] = strings.Replace(got[i], strings.Fields(got[i])[1], "int", 1)
	}
	compareLines(t, "with NULL", got, want)
}

func compareLines(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) != len(want)+1 {
		t.Fatalf("%s: %d lines:\n%s", what, len(got), strings.Join(got, "\n"))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s: column %d is %q, want %q", what, i, got[i], want[i])
		}
	}
}

// TestInputOutOfRange: dates that datetime64[ns] has no room for become objects, and
// keep their seventh digit.
func TestInputOutOfRange(t *testing.T) {
	typ := tds.DateTime2(7)
	in := newTable(t, []tds.TypeInfo{typ}, []any{mustTime(t, "9999-12-31T23:59:59.9999999Z")}, []any{mustTime(t, "0001-01-01T00:00:00Z")}, []any{nil})
	out := mustRun(t, &Call{Script: `
import datetime as dt, pickle
a, b, c = InputDataSet['c0']
print(repr(a), a.nanosecond, type(b) is dt.datetime, c, a == dt.datetime.max, type(pickle.loads(pickle.dumps(a))) is dt.datetime)
OutputDataSet = InputDataSet`}, in)
	if got, want := stdout(out.Messages), "DateTime(9999, 12, 31, 23, 59, 59, 999999) 900 True None True True\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
	if got := fmt.Sprint(out.rows); got != "[[9999-12-31 23:59:59.9999999 +0000 UTC] [0001-01-01 00:00:00 +0000 UTC] [<nil>]]" {
		t.Error(got)
	}
}

// TestColumnNames: names come as they are, twice and empty ones too.
func TestColumnNames(t *testing.T) {
	in := newTable(t, []tds.TypeInfo{tds.Int(4), tds.Int(4), tds.Int(4), tds.Int(4)}, []any{int64(1), int64(2), int64(3), int64(4)})
	for i, name := range []string{"a", "a", "", "Größe.€"} {
		in.columns[i].Name = name
	}
	out := mustRun(t, &Call{
		Script:    "print(list(data.columns), data.iloc[0].tolist())\ndata['new'] = 'x'",
		InputName: "data", OutputName: "data",
	}, in)
	if got := stdout(out.Messages); got != "['a', 'a', '', 'Größe.€'] [1, 2, 3, 4]\n" {
		t.Errorf("%q", got)
	}
	if got := fmt.Sprint(out.rows); got != "[[1 2 3 4 x]]" {
		t.Error(got)
	}
	for _, c := range out.Columns {
		if c.Name != "" || c.Flags != tds.ColumnNullable {
			t.Errorf("column %+v", c)
		}
	}
}

// TestOutputMapping: what DataFrame columns become.
func TestOutputMapping(t *testing.T) {
	cases := []struct{ expr, want string }{
		{"[True, False, None]", "bit: true false <nil>"},
		{"pd.array([True, None], 'boolean')", "bit: true <nil>"},
		{"np.array([1, 2], 'i1')", "smallint: 1 2"},
		{"np.array([255], 'u1')", "tinyint: 255"},
		{"np.array([-5], 'i2')", "smallint: -5"},
		{"np.array([65535], 'u2')", "int: 65535"},
		{"np.array([-5], 'i4')", "int: -5"},
		{"np.array([4294967295], 'u4')", "bigint: 4294967295"},
		{"np.array([5], 'u8')", "bigint: 5"},
		{"np.array([2**64 - 1, 1], 'u8')", "decimal(38,0): 18446744073709551615 1"},
		{"np.array([5], '>i4')", "int: 5"},
		{"[1, 2]", "bigint: 1 2"},
		{"[1, None]", "float: 1 <nil>"},
		{"pd.array([1, None], 'Int64')", "bigint: 1 <nil>"},
		{"pd.array([1, None], 'UInt8')", "tinyint: 1 <nil>"},
		{"pd.array([1, None], 'Int8')", "smallint: 1 <nil>"},
		{"pd.array([1.5, None], 'Float64')", "float: 1.5 <nil>"},
		{"pd.Series([1, None], dtype=object)", "bigint: 1 <nil>"},
		{"pd.Series([2**63], dtype=object)", "decimal(38,0): 9223372036854775808"},
		{"pd.Series([1, 2.5, None], dtype=object)", "float: 1 2.5 <nil>"},
		{"pd.Series([True, 2], dtype=object)", "bigint: 1 2"},
		{"[0.5, float('nan'), float('inf'), -float('inf')]", "float: 0.5 <nil> <nil> <nil>"},
		{"np.array([0.5, np.nan], 'f4')", "real: 0.5 <nil>"},
		{"np.array([0.5], 'f2')", "real: 0.5"},
		{"['a', None, 'bcd', float('nan'), pd.NA]", "nvarchar(3): a <nil> bcd <nil> <nil>"},
		{"['ü€😀', '']", "nvarchar(4): ü€😀 "},
		{"['a\\0b', '\\0']", "nvarchar(3): a\x00b \x00"},
		{"['x' * 4000]", "nvarchar(4000): " + strings.Repeat("x", 4000)},
		{"['x' * 4001]", "nvarchar(max): " + strings.Repeat("x", 4001)},
		{"pd.array(['a', None], 'string')", "nvarchar(1): a <nil>"},
		{"[None, None]", "nvarchar(1): <nil> <nil>"},
		{"[b'ab', None, b'']", "varbinary(2): [97 98] <nil> []"},
		{"[bytearray(b'a'), memoryview(b'b')]", "varbinary(1): [97] [98]"},
		{"[b'x' * 8001]", "varbinary(max): " + fmt.Sprint([]byte(strings.Repeat("x", 8001)))},
		{"[Decimal('1.20'), None, Decimal('-3')]", "decimal(38,2): 1.20 <nil> -3.00"},
		{"[Decimal('1E+3'), Decimal('NaN')]", "decimal(38,0): 1000 <nil>"},
		{"[Decimal('1.5'), 2]", "decimal(38,1): 1.5 2.0"},
		{"[Decimal(10) ** 37, Decimal('0.25')]", "decimal(38,0): 10000000000000000000000000000000000000 0"},
		{"pd.to_datetime(['2024-01-02 03:04:05.123456789', None])", "datetime2(7): 2024-01-02 03:04:05.1234568 +0000 UTC <nil>"},
		{"pd.to_datetime(['1677-09-21 00:12:43.145224193'])", "datetime2(7): 1677-09-21 00:12:43.1452242 +0000 UTC"},
		{"pd.to_datetime(['2024-07-02 03:04:05', None]).tz_localize('Europe/Berlin')", "datetimeoffset(7): 2024-07-02 03:04:05 +0200 +0200 <nil>"},
		{"[dt.datetime(1, 1, 1, 0, 0, 0, 5), None]", "datetime2(7): 0001-01-01 00:00:00.000005 +0000 UTC <nil>"},
		{"[dt.datetime(9999, 12, 31), dt.date(1, 1, 2)]", "datetime2(7): 9999-12-31 00:00:00 +0000 UTC 0001-01-02 00:00:00 +0000 UTC"},
		{"pd.Series([dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc), dt.datetime(2024, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=-5)))], dtype=object)",
			"datetimeoffset(7): 2024-01-01 00:00:00 +0000 +0000 2024-01-01 00:00:00 -0500 -0500"},
		{"[dt.date(2024, 2, 29), None]", "date: 2024-02-29 00:00:00 +0000 UTC <nil>"},
		{"[dt.time(1, 2, 3, 4)]", "time(7): 0001-01-01 01:02:03.000004 +0000 UTC"},
		{"[uuid.UUID('6f9619ff-8b86-d011-b42d-00c04fc964ff'), None]", "uniqueidentifier: 6f9619ff-8b86-d011-b42d-00c04fc964ff <nil>"},
		{"pd.Categorical(['b', None, 'a', 'b'])", "nvarchar(1): b <nil> a b"},
		{"pd.Categorical([3, None, 5])", "bigint: 3 <nil> 5"},
		{"pd.Categorical([None])", "nvarchar(1): <nil>"},
		{"pd.arrays.SparseArray([0, 0, 7])", "bigint: 0 0 7"},
	}
	// All in one DataFrame: the values of each case are repeated up to one length.
	script := "import pandas as pd, numpy as np, datetime as dt, uuid\nfrom decimal import Decimal\ncolumns = {}\n" +
		"def case(v):\n    s = pd.Series(v)\n    print(len(s))\n    columns[len(columns)] = s.take(np.resize(np.arange(len(s)), 6)).reset_index(drop=True)\n"
	for _, c := range cases {
		script += "case(" + c.expr + ")\n"
	}
	out := mustRun(t, &Call{Script: script + "OutputDataSet = pd.DataFrame(columns, index=None)"}, nil)
	lengths := strings.Fields(stdout(out.Messages))
	for i, c := range cases {
		got := out.Columns[i].Type.String() + ":"
		length, err := strconv.Atoi(lengths[i])
		if err != nil {
			t.Fatal(err)
		}
		for row := range out.rows {
			if row < length {
				got += " " + fmt.Sprint(out.rows[row][i])
			} else if !bytes.Equal(out.raws[row][i], out.raws[row-length][i]) {
				t.Errorf("%s: row %d differs from %d", c.expr, row, row-length)
			}
		}
		if got != c.want {
			t.Errorf("%s is %.200s, want %.200s", c.expr, got, c.want)
		}
	}
}

// TestOutputRefused: what can't become a result set, and what the caller reads.
func TestOutputRefused(t *testing.T) {
	for _, c := range []struct{ script, want string }{
		{"OutputDataSet = [1]", "OutputDataSet is a list; it must be a pandas DataFrame. Make it one, for example with OutputDataSet = pandas.DataFrame(OutputDataSet)."},
		{"OutputDataSet = pandas.Series([1])", "is a Series; it must be a pandas DataFrame. Make it one, for example with OutputDataSet = OutputDataSet.to_frame()."},
		{"OutputDataSet = 5", "OutputDataSet is a int"},
		{"OutputDataSet = pandas.DataFrame({'a': [1, 'x']})", "Column 1 ('a') of OutputDataSet holds values of different types (int, str)"},
		{"OutputDataSet = pandas.DataFrame({'a': [1], 'b': [[1]]})", "Column 2 ('b') of OutputDataSet holds values of type list"},
		{"OutputDataSet = pandas.DataFrame({'a': pandas.to_timedelta([1])})", "timedelta64[ns], which has no SQL type"},
		{"OutputDataSet = pandas.DataFrame({'a': [1j]})", "complex128, which has no SQL type"},
		{"OutputDataSet = pandas.DataFrame({'a': pandas.period_range('2024', periods=1)})", "which has no SQL type"},
		{"from decimal import Decimal\nOutputDataSet = pandas.DataFrame({'a': [Decimal(10) ** 40]})", "a number with 41 digits"},
		{"import datetime as dt\nOutputDataSet = pandas.DataFrame({'a': pandas.Series([dt.datetime(2024,1,1), dt.datetime(2024,1,1,tzinfo=dt.timezone.utc)], dtype=object)})", "datetimes with and without a time zone"},
		{"OutputDataSet = pandas.DataFrame([[1] * 4097])", "has 4097 columns; a result set can have 4096"},
	} {
		failed := mustFail(t, &Call{Script: c.script}, nil)
		if last, _ := failed.Last(); last.Number != 39019 || !strings.Contains(last.Text, c.want) {
			t.Errorf("%s:\n%s", c.script, last.Text)
		}
	}
}

// TestNoResultSet: what is no result set and no error either.
func TestNoResultSet(t *testing.T) {
	for _, script := range []string{"pass", "OutputDataSet = None", "import pandas\nOutputDataSet = pandas.DataFrame()", "import pandas\nOutputDataSet = pandas.DataFrame(index=range(5))"} {
		if out := mustRun(t, &Call{Script: script}, nil); out.Columns != nil {
			t.Errorf("%q: columns %v", script, out.Columns)
		}
	}
}
