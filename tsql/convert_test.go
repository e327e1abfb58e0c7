package tsql

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
)

// mustType reads a type.
func mustType(t *testing.T, s string) Type {
	t.Helper()
	p, err := ParseType(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// value reads "literal" as a value of type typ: NULL or text that is converted to it.
func value(t *testing.T, literal, typ string) (any, Type) {
	t.Helper()
	p := mustType(t, typ)
	if literal == "NULL" {
		return nil, p
	}
	if p.IsString() {
		return literal, p
	}
	style := 0
	if p.IsBinary() {
		style = 1
	}
	v, err := Convert(literal, VarChar(Max), p, style)
	if err != nil {
		t.Fatalf("%s as %s: %v", literal, typ, err)
	}
	return v, p
}

// shown is a value's text with all its digits.
func shown(t *testing.T, v any, p Type) string {
	t.Helper()
	if v == nil {
		return "NULL"
	}
	style := 0
	if p.IsMoney() {
		style = 2
	}
	if p.Kind == KindDateTime || p.Kind == KindSmallDateTime {
		style = 121
	}
	s, err := Format(v, p, style)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Results as SQL Server gives them: from its documentation, from what is commonly known, or from its rules. A number behind # is
// an error.
var conversionTests = []struct {
	from, literal, to string
	style             int
	want              string
}{
	// integers
	{"int", "255", "tinyint", 0, "255"},
	{"int", "256", "tinyint", 0, "#220 Arithmetic overflow error for data type tinyint, value = 256."},
	{"int", "-1", "tinyint", 0, "#220 Arithmetic overflow error for data type tinyint, value = -1."},
	{"int", "40000", "smallint", 0, "#220 Arithmetic overflow error for data type smallint, value = 40000."},
	{"bigint", "3000000000", "int", 0, "#8115 Arithmetic overflow error converting expression to data type int."},
	{"varchar(20)", " 12 ", "int", 0, "12"},
	{"varchar(20)", "", "int", 0, "0"},
	{"varchar(20)", "+5", "smallint", 0, "5"},
	{"varchar(20)", "abc", "int", 0, "#245 Conversion failed when converting the varchar value 'abc' to data type int."},
	{"nvarchar(20)", "1.5", "int", 0, "#245 Conversion failed when converting the nvarchar value '1.5' to data type int."},
	{"varchar(20)", "abc", "bigint", 0, "#8114 Error converting data type varchar to bigint."},
	{"varchar(20)", "300", "tinyint", 0, "#244 The conversion of the varchar value '300' overflowed an INT1 column. Use a larger integer column."},
	{"varchar(20)", "99999", "smallint", 0, "#244 The conversion of the varchar value '99999' overflowed an INT2 column. Use a larger integer column."},
	{"varchar(20)", "3000000000", "int", 0, "#248 The conversion of the varchar value '3000000000' overflowed an int column."},
	{"varchar(20)", "99999999999999999999", "bigint", 0, "#8115 Arithmetic overflow error converting expression to data type bigint."},
	{"float", "2.9", "int", 0, "2"}, {"float", "-2.9", "int", 0, "-2"},
	{"float", "1e20", "int", 0, "#232 Arithmetic overflow error for type int, value = 100000000000000000000.000000."},
	{"float", "1e20", "bigint", 0, "#8115 Arithmetic overflow error converting expression to data type bigint."},
	{"float", "9223372036854775808", "bigint", 0, "#8115"},
	{"decimal(5,2)", "2.99", "int", 0, "2"}, {"decimal(5,2)", "-2.99", "int", 0, "-2"},
	{"decimal(12,0)", "3000000000", "int", 0, "#8115 Arithmetic overflow error converting numeric to data type int."},
	{"money", "1.5", "int", 0, "2"}, {"money", "-1.5", "int", 0, "-2"}, {"money", "1.49", "int", 0, "1"},
	{"varbinary(8)", "0x0102", "int", 0, "258"}, {"varbinary(8)", "0xFFFFFFFF", "int", 0, "-1"},
	{"varbinary(8)", "0xFF", "tinyint", 0, "255"}, {"varbinary(8)", "0xFFFFFFFFFFFFFFFE", "bigint", 0, "-2"},
	{"datetime", "1900-01-03 12:00", "int", 0, "3"}, {"datetime", "1900-01-03 11:59", "int", 0, "2"},
	{"bit", "1", "int", 0, "1"},
	// bit
	{"int", "-5", "bit", 0, "1"}, {"varchar(9)", "true", "bit", 0, "1"}, {"varchar(9)", "FALSE", "bit", 0, "0"},
	{"varchar(9)", "2", "bit", 0, "1"}, {"varchar(9)", "00", "bit", 0, "0"}, {"decimal(5,2)", "0.01", "bit", 0, "1"},
	{"varchar(9)", "yes", "bit", 0, "#245 Conversion failed when converting the varchar value 'yes' to data type bit."},
	{"float", "0", "bit", 0, "0"},
	// decimal
	{"varchar(20)", "1.235", "decimal(5,2)", 0, "1.24"}, {"varchar(20)", "-1.235", "decimal(5,2)", 0, "-1.24"},
	{"varchar(20)", " .5 ", "decimal(5,2)", 0, "0.50"}, {"varchar(20)", "5.", "decimal(5,2)", 0, "5.00"},
	{"varchar(20)", "1e3", "decimal(9,2)", 0, "#8114 Error converting data type varchar to numeric."},
	{"varchar(20)", "", "decimal(9,2)", 0, "#8114"}, {"varchar(20)", ".", "decimal(9,2)", 0, "#8114"},
	{"varchar(20)", "--1", "decimal(9,2)", 0, "#8114"}, {"varchar(20)", "1-", "decimal(9,2)", 0, "#8114"},
	{"varchar(20)", "1000", "decimal(5,2)", 0, "#8115 Arithmetic overflow error converting varchar to data type numeric."},
	{"decimal(9,4)", "999.995", "decimal(5,2)", 0, "#8115 Arithmetic overflow error converting numeric to data type numeric."},
	{"decimal(9,4)", "999.9949", "decimal(5,2)", 0, "999.99"},
	{"int", "1000", "decimal(5,2)", 0, "#8115 Arithmetic overflow error converting int to data type numeric."},
	{"int", "999", "decimal(5,2)", 0, "999.00"},
	{"float", "0.1", "decimal(20,15)", 0, "0.100000000000000"}, {"float", "1e300", "decimal(38,0)", 0, "#8115"},
	{"varchar(50)", "99999999999999999999999999999999999999", "decimal(38,0)", 0, "99999999999999999999999999999999999999"},
	{"varchar(50)", "100000000000000000000000000000000000000", "decimal(38,0)", 0, "#8115"},
	{"money", "1.2345", "decimal(9,2)", 0, "1.23"}, {"bit", "1", "decimal(3,1)", 0, "1.0"},
	{"varchar(9)", "-0.001", "decimal(5,2)", 0, "0.00"},
	// money
	{"varchar(20)", "$1,234.56789", "money", 0, "1234.5679"}, {"varchar(20)", "-$5", "money", 0, "-5.0000"},
	{"varchar(20)", "$-5", "money", 0, "-5.0000"}, {"varchar(20)", "", "money", 0, "0.0000"}, {"varchar(20)", "€3", "smallmoney", 0, "3.0000"},
	{"varchar(20)", "abc", "money", 0, "#235 Cannot convert a char value to money. The char value has incorrect syntax."},
	{"varchar(20)", "1e3", "money", 0, "#235"}, {"varchar(20)", "abc", "smallmoney", 0, "#293"},
	{"varchar(30)", "922337203685477.5807", "money", 0, "922337203685477.5807"},
	{"varchar(30)", "922337203685477.5808", "money", 0, "#236"}, {"varchar(30)", "-922337203685477.5808", "money", 0, "-922337203685477.5808"},
	{"varchar(30)", "214748.3648", "smallmoney", 0, "#294"}, {"float", "1e30", "money", 0, "#232"},
	{"bigint", "922337203685478", "money", 0, "#8115"}, {"decimal(9,5)", "1.00005", "money", 0, "1.0001"},
	{"varbinary(8)", "0x0000000000002710", "money", 0, "1.0000"},
	// float
	{"varchar(20)", "1e3", "float", 0, "1000"}, {"varchar(20)", "", "float", 0, "0"}, {"varchar(20)", " -.5 ", "float", 0, "-0.5"},
	{"varchar(20)", "x", "float", 0, "#8114 Error converting data type varchar to float."},
	{"varchar(20)", "0x10", "float", 0, "#8114"}, {"varchar(20)", "inf", "float", 0, "#8114"}, {"varchar(20)", "NaN", "real", 0, "#8114"},
	{"varchar(20)", "1e999", "float", 0, "#8115"}, {"float", "1e300", "real", 0, "#232"},
	{"decimal(20,10)", "1.5", "float", 0, "1.5"}, {"money", "2.25", "real", 0, "2.25"},
	{"datetime", "1900-01-02 06:00", "float", 0, "1.25"},
	// numbers to text
	{"float", "123456", "varchar(30)", 0, "123456"}, {"float", "1234567", "varchar(30)", 0, "1.23457e+006"},
	{"float", "0.0001", "varchar(30)", 0, "0.0001"}, {"float", "0.00001", "varchar(30)", 0, "1e-005"},
	{"float", "1e300", "varchar(30)", 0, "1e+300"}, {"float", "3.14159265358979", "varchar(30)", 0, "3.14159"},
	{"float", "-0.5", "nvarchar(30)", 0, "-0.5"}, {"float", "100", "varchar(30)", 0, "100"},
	{"float", "1234.5", "varchar(30)", 1, "1.2345000e+003"}, {"float", "1234.5", "varchar(30)", 2, "1.234500000000000e+003"},
	{"float", "0.1", "varchar(40)", 3, "1.0000000000000001e-001"}, {"float", "1", "varchar(30)", 77, "#281"},
	{"real", "0.1", "varchar(30)", 0, "0.1"}, {"float", "12345.6789", "varchar(3)", 0, "#232"},
	{"money", "1234567.891", "varchar(30)", 0, "1234567.89"}, {"money", "1234567.891", "varchar(30)", 1, "1,234,567.89"},
	{"money", "-123.5", "varchar(30)", 1, "-123.50"}, {"money", "-1234.5", "varchar(30)", 1, "-1,234.50"},
	{"money", "1234567.891", "varchar(30)", 2, "1234567.8910"}, {"money", "100", "varchar(3)", 0, "#234"},
	{"smallmoney", "100", "varchar(3)", 0, "#292"},
	{"decimal(9,2)", "12.5", "varchar(30)", 0, "12.50"}, {"decimal(9,2)", "12.5", "varchar(3)", 0, "#8115 Arithmetic overflow error converting numeric to data type varchar."},
	{"int", "1234", "varchar(3)", 0, "*"}, {"int", "1234", "char(3)", 0, "*  "}, {"int", "1234", "nvarchar(3)", 0, "#8115"},
	{"bigint", "1234", "varchar(3)", 0, "#8115"}, {"int", "-5", "char(4)", 0, "-5  "}, {"bit", "1", "varchar(5)", 0, "1"},
	// strings
	{"varchar(20)", "hello", "varchar(3)", 0, "hel"}, {"varchar(20)", "hi", "char(4)", 0, "hi  "}, {"varchar(20)", "hi", "nchar(3)", 0, "hi "},
	{"nvarchar(20)", "añb", "varchar(20)", 0, "añb"}, {"nvarchar(20)", "a名Āb", "varchar(20)", 0, "a?Ab"},
	{"nvarchar(20)", "😀😀", "nvarchar(3)", 0, "😀"}, {"nvarchar(20)", "€uro", "varchar(2)", 0, "€u"},
	{"varchar(max)", "abc", "text", 0, "abc"}, {"text", "abc", "varchar(2)", 0, "ab"}, {"xml", "<a/>", "varchar(9)", 0, "<a/>"},
	// binary
	{"int", "258", "varbinary(4)", 0, "0x00000102"}, {"int", "258", "binary(2)", 0, "0x0102"}, {"int", "1", "binary(6)", 0, "0x000000000001"},
	{"smallint", "-1", "varbinary(8)", 0, "0xFFFF"}, {"bigint", "1", "varbinary(8)", 0, "0x0000000000000001"}, {"tinyint", "7", "varbinary(4)", 0, "0x07"},
	{"varchar(5)", "ab", "varbinary(5)", 0, "0x6162"}, {"nvarchar(5)", "ab", "varbinary(5)", 0, "0x61006200"}, {"varchar(5)", "ab", "binary(3)", 0, "0x616200"},
	{"varchar(9)", "0x01FF", "varbinary(5)", 1, "0x01FF"}, {"varchar(9)", "01ff", "varbinary(5)", 2, "0x01FF"},
	{"varchar(9)", "01FF", "varbinary(5)", 1, "#8114 Error converting data type varchar to varbinary."}, {"varchar(9)", "0x0", "varbinary(5)", 1, "#8114"},
	{"varbinary(9)", "0x616263", "varchar(9)", 0, "abc"}, {"varbinary(9)", "0x616263", "varchar(9)", 1, "0x616263"},
	{"varbinary(9)", "0x616263", "varchar(9)", 2, "616263"}, {"varbinary(9)", "0x61006200", "nvarchar(9)", 0, "ab"},
	{"varbinary(9)", "0x80", "varchar(9)", 0, "€"}, {"varbinary(9)", "0x01", "varchar(9)", 5, "#281"},
	{"varbinary(9)", "0x0102030405", "binary(2)", 0, "0x0102"}, {"float", "1", "varbinary(8)", 0, "0x3FF0000000000000"},
	{"decimal(5,2)", "1.5", "varbinary(20)", 0, "0x0502000196000000"}, {"money", "1", "varbinary(8)", 0, "0x0000000000002710"},
	{"datetime", "1900-01-02", "binary(8)", 0, "0x0000000100000000"},
	{"datetime2(7)", "2020-01-02 03:04:05.1234567", "varbinary(9)", 0, "0x07071768B71991400B"},
	// uniqueidentifier
	{"varchar(40)", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "uniqueidentifier", 0, "6F9619FF-8B86-D011-B42D-00C04FC964FF"},
	{"varchar(40)", "{6f9619ff-8b86-d011-b42d-00c04fc964ff}", "uniqueidentifier", 0, "6F9619FF-8B86-D011-B42D-00C04FC964FF"},
	{"varchar(60)", "6F9619FF-8B86-D011-B42D-00C04FC964FFxyz", "uniqueidentifier", 0, "6F9619FF-8B86-D011-B42D-00C04FC964FF"},
	{"varchar(40)", "6F9619FF8B86D011B42D00C04FC964FF", "uniqueidentifier", 0, "#8169"}, {"varchar(40)", "", "uniqueidentifier", 0, "#8169"},
	{"uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "varbinary(16)", 0, "0xFF19966F868B11D0B42D00C04FC964FF"},
	{"varbinary(16)", "0xFF19966F868B11D0B42D00C04FC964FF", "uniqueidentifier", 0, "6F9619FF-8B86-D011-B42D-00C04FC964FF"},
	{"uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "varchar(20)", 0, "#8170"},
	// not at all
	{"int", "1", "date", 0, "#529 Explicit conversion from data type int to date is not allowed."},
	{"date", "2020-01-01", "int", 0, "#529"}, {"int", "1", "uniqueidentifier", 0, "#529"}, {"date", "2020-01-01", "time", 0, "#529"},
	{"uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "int", 0, "#529"}, {"text", "1", "int", 0, "#529"},
	{"int", "1", "xml", 0, "#529"}, {"varbinary(4)", "0x01", "float", 0, "#529"},
}

func TestConvert(t *testing.T) {
	for _, tt := range conversionTests {
		v, from := value(t, tt.literal, tt.from)
		to := mustType(t, tt.to)
		got, err := Convert(v, from, to, tt.style)
		if want, isError := strings.CutPrefix(tt.want, "#"); isError {
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("%s %s to %s: %v, %v, want error %s", tt.from, tt.literal, tt.to, got, err, want)
				continue
			}
			number, text, hasText := strings.Cut(want, " ")
			if shown, _ := Format(int64(e.Number), TypeInt, 0); shown != number || hasText && e.Message != text {
				t.Errorf("%s %s to %s: %v, want %s", tt.from, tt.literal, tt.to, err, want)
			}
			if try, err := TryConvert(v, from, to, tt.style); try != nil || (err != nil) != (e.Number == 529) {
				t.Errorf("TRY %s %s to %s: %v, %v", tt.from, tt.literal, tt.to, try, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s %s to %s: %v", tt.from, tt.literal, tt.to, err)
			continue
		}
		if s := shown(t, got, to); s != tt.want {
			t.Errorf("%s %q to %s style %d: %q, want %q", tt.from, tt.literal, tt.to, tt.style, s, tt.want)
		}
	}
}

func TestConvertNull(t *testing.T) {
	for _, pair := range [][2]string{{"int", "varchar(5)"}, {"varchar(5)", "int"}, {"xml", "xml"}} {
		if v, err := Convert(nil, mustType(t, pair[0]), mustType(t, pair[1]), 0); v != nil || err != nil {
			t.Errorf("%v: %v, %v", pair, v, err)
		}
	}
}

func TestImplicit(t *testing.T) {
	for _, tt := range []struct {
		from, literal, to string
		number            int32
	}{
		{"varchar(9)", "12", "int", 0}, {"int", "12", "varchar(9)", 0}, {"int", "5", "datetime", 0},
		{"varchar(9)", "x", "varbinary(9)", 257}, {"datetime", "2020-01-01", "int", 257}, {"int", "1", "date", 206},
		{"date", "2020-01-01", "int", 206}, {"xml", "<a/>", "varchar(9)", 257}, {"float", "1", "decimal(5,2)", 0},
	} {
		v, from := value(t, tt.literal, tt.from)
		_, err := Implicit(v, from, mustType(t, tt.to))
		if tt.number == 0 && err != nil || tt.number != 0 && !errors.Is(err, &Error{Number: tt.number}) {
			t.Errorf("%s to %s: %v, want %d", tt.from, tt.to, err, tt.number)
		}
	}
}

func TestAssign(t *testing.T) {
	col := Target{"tempdb.dbo.t", "c"}
	for _, tt := range []struct {
		from, literal, to string
		target            Target
		want              string
		number            int32
		message           string
	}{
		{"varchar(9)", "abc", "varchar(3)", col, "abc", 0, ""},
		{"varchar(9)", "abc   ", "varchar(3)", col, "abc", 0, ""},
		{"varchar(9)", "abcd", "varchar(3)", col, "", 2628, "String or binary data would be truncated in table 'tempdb.dbo.t', column 'c'. Truncated value: 'abc'."},
		{"varchar(9)", "abcd", "varchar(3)", Target{}, "", 8152, "String or binary data would be truncated."},
		{"nvarchar(9)", "名前x", "nvarchar(2)", col, "", 2628, ""},
		{"nvarchar(9)", "€€", "varchar(2)", col, "€€", 0, ""},
		{"varbinary(9)", "0x010200", "varbinary(2)", col, "0x0102", 0, ""},
		{"varbinary(9)", "0x010203", "varbinary(2)", col, "", 2628, "String or binary data would be truncated in table 'tempdb.dbo.t', column 'c'. Truncated value: '0x0102'."},
		{"varchar(9)", "ab", "char(3)", col, "ab ", 0, ""},
		{"int", "123", "varchar(2)", col, "*", 0, ""},
		{"int", "70000", "smallint", col, "", 220, ""},
		{"varchar(9)", "abc", "varchar(max)", col, "abc", 0, ""},
	} {
		v, from := value(t, tt.literal, tt.from)
		to := mustType(t, tt.to)
		got, err := Assign(v, from, to, tt.target)
		if tt.number != 0 {
			var e *Error
			if !errors.As(err, &e) || e.Number != tt.number || tt.message != "" && e.Message != tt.message {
				t.Errorf("%s %q to %s: %v, %v", tt.from, tt.literal, tt.to, got, err)
			}
			continue
		}
		if err != nil || shown(t, got, to) != tt.want {
			t.Errorf("%s %q to %s: %v, %v", tt.from, tt.literal, tt.to, got, err)
		}
	}
}

func TestConvertVariant(t *testing.T) {
	v, err := Convert(int64(5), TypeInt, TypeVariant, 0)
	if err != nil || v != (Variant{TypeInt, int64(5)}) {
		t.Fatalf("%v, %v", v, err)
	}
	if s, err := Convert(v, TypeVariant, VarChar(5), 0); err != nil || s != "5" {
		t.Errorf("%v, %v", s, err)
	}
	if _, err := Implicit(v, TypeVariant, VarChar(5)); !errors.Is(err, &Error{Number: 257}) {
		t.Error(err)
	}
	if _, err := Convert(Variant{TypeInt, int64(5)}, TypeVariant, TypeDate, 0); !errors.Is(err, &Error{Number: 529}) {
		t.Error(err)
	}
}

// No pair of types and no Go value may panic, whatever it says its type is.
func TestConvertNeverPanics(t *testing.T) {
	values := []any{nil, true, int64(-1), float32(1), 1.5, apd.New(15, -1), "x", []byte{1}, uuid.UUID{}, time.Now(), Variant{}, struct{}{}}
	var types []Type
	for k := range kindTable {
		if kindTable[k].name != "" {
			types = append(types, mustType(t, kindTable[k].name))
		}
	}
	types = append(types, Type{})
	for _, v := range values {
		for _, from := range types {
			for _, to := range types {
				for _, style := range []int{0, 1, 121} {
					_, err := Convert(v, from, to, style)
					var e *Error
					if err != nil && !errors.As(err, &e) {
						t.Fatalf("%T %v to %v: %v", v, from, to, err)
					}
				}
				for _, op := range []Op{OpAdd, OpSub, OpMul, OpDiv, OpMod, OpBitAnd, OpBitOr, OpBitXor} {
					_, _, _ = Arith(op, v, v, from, to)
				}
				_, _ = CompareMixed(v, v, from, to)
				_, _ = Assign(v, from, to, Target{})
			}
			Compare(v, values[len(values)-2], from)
			_, _, _ = Negate(v, from)
			_, _, _ = BitNot(v, from)
		}
	}
}
