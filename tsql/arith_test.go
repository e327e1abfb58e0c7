package tsql

import (
	"errors"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"pgregory.net/rapid"
)

func TestArith(t *testing.T) {
	for _, tt := range []struct{ ta, a, op, tb, b, wantType, want string }{
		{"int", "7", "+", "int", "5", "int", "12"}, {"int", "7", "/", "int", "2", "int", "3"}, {"int", "-7", "/", "int", "2", "int", "-3"},
		{"int", "-7", "%", "int", "3", "int", "-1"}, {"int", "7", "%", "int", "-3", "int", "1"},
		{"int", "2147483647", "+", "int", "1", "int", "#8115 Arithmetic overflow error converting expression to data type int."},
		{"int", "-2147483648", "/", "int", "-1", "int", "#8115"}, {"int", "65536", "*", "int", "65536", "int", "#8115"},
		{"tinyint", "200", "+", "tinyint", "100", "tinyint", "#8115 Arithmetic overflow error converting expression to data type tinyint."},
		{"tinyint", "1", "-", "tinyint", "2", "tinyint", "#8115"}, {"smallint", "30000", "+", "smallint", "30000", "smallint", "#8115"},
		{"bigint", "9223372036854775807", "+", "int", "1", "bigint", "#8115"}, {"bigint", "-9223372036854775808", "-", "bigint", "1", "bigint", "#8115"},
		{"bigint", "-9223372036854775808", "*", "bigint", "1", "bigint", "-9223372036854775808"},
		{"bigint", "-9223372036854775808", "*", "bigint", "-1", "bigint", "#8115"}, {"bigint", "-9223372036854775808", "%", "bigint", "-1", "bigint", "0"},
		{"int", "1", "/", "int", "0", "int", "#8134 Divide by zero error encountered."}, {"int", "1", "%", "int", "0", "int", "#8134"},
		{"int", "NULL", "/", "int", "0", "int", "NULL"}, {"int", "1", "+", "varchar(5)", "2", "int", "3"},
		{"int", "1", "+", "varchar(5)", "x", "int", "#245"}, {"int", "1", "+", "bit", "1", "int", "2"},
		{"bit", "1", "+", "bit", "1", "", "#402 The data types bit and bit are incompatible in the add operator."},
		{"int", "6", "&", "int", "3", "int", "2"}, {"int", "6", "|", "tinyint", "3", "int", "7"}, {"int", "6", "^", "int", "3", "int", "5"},
		{"bit", "1", "&", "bit", "0", "bit", "0"}, {"int", "255", "&", "varbinary(4)", "0x0F", "int", "15"}, {"float", "1", "&", "int", "1", "", "#402"},
		// decimals: types by the documentation's table
		{"decimal(5,2)", "1.5", "+", "decimal(8,4)", "2.25", "decimal(9,4)", "3.7500"},
		{"decimal(5,2)", "1.5", "*", "decimal(8,4)", "2.25", "decimal(14,6)", "3.375000"},
		{"numeric(2,1)", "2", "/", "numeric(1,0)", "3", "numeric(7,6)", "0.666666"},
		{"decimal(5,2)", "1", "/", "decimal(5,2)", "3", "decimal(13,8)", "0.33333333"},
		{"decimal(5,2)", "7.5", "%", "decimal(5,2)", "2", "decimal(5,2)", "1.50"},
		{"decimal(38,10)", "1", "*", "decimal(38,10)", "2", "decimal(38,6)", "2.000000"},
		{"decimal(38,10)", "1", "/", "decimal(38,10)", "3", "decimal(38,6)", "0.333333"},
		{"decimal(38,0)", "99999999999999999999999999999999999999", "+", "int", "1", "decimal(38,0)", "#8115 Arithmetic overflow error converting expression to data type numeric."},
		{"decimal(38,20)", "1", "+", "decimal(38,10)", "1", "decimal(38,10)", "2.0000000000"},
		{"int", "10", "/", "decimal(5,2)", "4", "decimal(18,6)", "2.500000"},
		{"decimal(5,2)", "1", "/", "int", "0", "decimal(16,13)", "#8134"},
		{"decimal(5,2)", "1", "+", "varchar(5)", "2.5", "decimal(6,2)", "3.50"},
		{"decimal(5,2)", "1", "+", "float", "0.25", "float", "1.25"},
		// money
		{"money", "2", "/", "int", "3", "money", "0.6666"}, {"money", "1.0001", "*", "money", "1.0001", "money", "1.0002"},
		{"money", "922337203685477.5807", "+", "money", "0.0001", "money", "#8115 Arithmetic overflow error converting expression to data type money."},
		{"money", "1.5", "*", "int", "2", "money", "3.0000"}, {"smallmoney", "1", "+", "money", "1", "money", "2.0000"},
		{"smallmoney", "214748", "+", "smallmoney", "1", "smallmoney", "#8115"}, {"money", "1", "/", "money", "0", "money", "#8134"},
		{"money", "1", "*", "decimal(5,2)", "1.5", "decimal(25,6)", "1.500000"},
		// floats
		{"float", "1", "/", "int", "4", "float", "0.25"}, {"real", "1.5", "+", "int", "1", "real", "2.5"}, {"float", "1", "/", "float", "0", "float", "#8134"},
		{"float", "1e308", "*", "float", "10", "float", "#8115"}, {"real", "3e38", "*", "real", "10", "real", "#8115"},
		{"float", "1", "%", "int", "2", "", "#402 The data types float and int are incompatible in the modulo operator."},
		// strings and binaries
		{"varchar(3)", "abc", "+", "varchar(2)", "de", "varchar(5)", "abcde"}, {"char(3)", "abc", "+", "nvarchar(2)", "de", "nvarchar(5)", "abcde"},
		{"varchar(8000)", "a", "+", "varchar(8000)", "b", "varchar(8000)", "ab"}, {"varchar(max)", "a", "+", "char(1)", "b", "varchar(max)", "ab"},
		{"char(2)", "a ", "+", "char(2)", "b ", "char(4)", "a b "}, {"varbinary(2)", "0x01", "+", "varbinary(2)", "0x02", "varbinary(4)", "0x0102"},
		{"varchar(3)", "abc", "-", "varchar(3)", "x", "", "#8117 Operand data type varchar is invalid for subtract operator."},
		{"varchar(3)", "NULL", "+", "varchar(2)", "de", "varchar(5)", "NULL"}, {"text", "a", "+", "varchar(2)", "b", "", "#402"},
		{"xml", "<a/>", "+", "int", "1", "", "#402"}, {"uniqueidentifier", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "+", "int", "1", "", "#206"},
		// dates
		{"datetime", "2020-02-28", "+", "int", "2", "datetime", "2020-03-01 00:00:00.000"}, {"int", "1", "+", "datetime", "2020-02-28", "datetime", "2020-02-29 00:00:00.000"},
		{"datetime", "2020-01-01", "-", "float", "0.5", "datetime", "2019-12-31 12:00:00.000"},
		{"datetime", "2020-01-02", "-", "datetime", "2020-01-01", "datetime", "1900-01-02 00:00:00.000"},
		{"datetime", "2020-01-02", "*", "int", "2", "", "#402"}, {"datetime", "9999-12-31", "+", "int", "1", "datetime", "#8115"},
		{"date", "2020-01-01", "+", "int", "1", "", "#402"}, {"datetime2(7)", "2020-01-01", "-", "datetime2(7)", "2020-01-01", "", "#8117"},
		{"smalldatetime", "2020-01-01", "+", "int", "1", "smalldatetime", "2020-01-02 00:00:00.000"},
		{"datetime", "2020-01-01", "+", "varchar(9)", "1", "datetime", "#241"},
	} {
		a, ta := value(t, tt.a, tt.ta)
		b, tb := value(t, tt.b, tt.tb)
		got, typ, err := Arith(Op(tt.op[0]), a, b, ta, tb)
		name := tt.ta + " " + tt.a + " " + tt.op + " " + tt.tb + " " + tt.b
		if want, isError := strings.CutPrefix(tt.want, "#"); isError {
			var e *Error
			number, text, hasText := strings.Cut(want, " ")
			if !errors.As(err, &e) {
				t.Errorf("%s = %v %v, want error %s", name, got, typ, want)
			} else if n, _ := Format(int64(e.Number), TypeInt, 0); n != number || hasText && e.Message != text {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
			continue
		}
		if err != nil || typ.String() != tt.wantType || shown(t, got, typ) != tt.want {
			t.Errorf("%s = %v %v, %v, want %s %s", name, got, typ, err, tt.wantType, tt.want)
		}
	}
}

func TestUnary(t *testing.T) {
	for _, tt := range []struct {
		typ, v, neg, not string
	}{
		{"int", "5", "-5 int", "-6 int"}, {"tinyint", "5", "-5 smallint", "250 tinyint"}, {"bit", "1", "#8117", "0 bit"},
		{"int", "-2147483648", "#8115", "2147483647 int"}, {"bigint", "-9223372036854775808", "#8115", "9223372036854775807 bigint"},
		{"float", "1.5", "-1.5 float", "#8117"}, {"decimal(5,2)", "1.5", "-1.50 decimal(5,2)", "#8117"}, {"decimal(5,2)", "0", "0.00 decimal(5,2)", "#8117"},
		{"money", "1.5", "-1.5000 money", "#8117"}, {"money", "-922337203685477.5808", "#8115", "#8117"}, {"varchar(5)", "1", "#8117", "#8117"},
		{"int", "NULL", "NULL int", "NULL int"}, {"real", "2", "-2 real", "#8117"},
	} {
		v, typ := value(t, tt.v, tt.typ)
		for _, op := range []struct {
			f    func(any, Type) (any, Type, error)
			want string
		}{{Negate, tt.neg}, {BitNot, tt.not}} {
			got, gt, err := op.f(v, typ)
			text := ""
			if err != nil {
				var e *Error
				errors.As(err, &e)
				n, _ := Format(int64(e.Number), TypeInt, 0)
				text = "#" + n
			} else {
				text = shown(t, got, gt) + " " + gt.String()
			}
			if text != op.want {
				t.Errorf("%s %s: %s, want %s", tt.typ, tt.v, text, op.want)
			}
		}
	}
}

// Integer arithmetic agrees with arithmetic that cannot overflow.
func TestIntegerArithAgainstBig(t *testing.T) {
	edge := rapid.SampledFrom([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, math.MaxInt32, math.MinInt32, 3037000500, -3037000500})
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.OneOf(rapid.Int64(), edge).Draw(t, "x")
		y := rapid.OneOf(rapid.Int64(), edge).Draw(t, "y")
		for _, op := range []Op{OpAdd, OpSub, OpMul, OpDiv, OpMod} {
			got, _, err := Arith(op, x, y, TypeBigInt, TypeBigInt)
			bx, by, want := big.NewInt(x), big.NewInt(y), new(big.Int)
			switch op {
			case OpAdd:
				want.Add(bx, by)
			case OpSub:
				want.Sub(bx, by)
			case OpMul:
				want.Mul(bx, by)
			case OpDiv, OpMod:
				if y == 0 {
					if !errors.Is(err, &Error{Number: 8134}) {
						t.Fatalf("%d %c 0: %v, %v", x, op, got, err)
					}
					continue
				}
				if op == OpDiv {
					want.Quo(bx, by)
				} else {
					want.Rem(bx, by)
				}
			}
			if !want.IsInt64() {
				if !errors.Is(err, &Error{Number: 8115}) {
					t.Fatalf("%d %c %d: %v, %v", x, op, y, got, err)
				}
				continue
			}
			if err != nil || got != want.Int64() {
				t.Fatalf("%d %c %d = %v, %v, want %v", x, op, y, got, err, want)
			}
		}
	})
}

// A decimal result always has the precision and scale of its type, and is exact where the type has room.
func TestDecimalArithFits(t *testing.T) {
	draw := func(t *rapid.T, name string) (*apd.Decimal, Type) {
		p := rapid.IntRange(1, 38).Draw(t, name+" precision")
		s := rapid.IntRange(0, p).Draw(t, name+" scale")
		digits := rapid.StringMatching(`-?[0-9]{1,38}`).Draw(t, name)
		d, _, err := apd.NewFromString(digits)
		if err != nil {
			t.Fatal(err)
		}
		for d.NumDigits() > int64(p) {
			_, _ = roundCut.Quo(d, d, apd.New(10, 0))
			_, _ = roundCut.Quantize(d, d, 0)
		}
		d.Exponent = int32(-s)
		return unsignZero(d), Decimal(p, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, ta := draw(t, "a")
		b, tb := draw(t, "b")
		for _, op := range []Op{OpAdd, OpSub, OpMul, OpDiv, OpMod} {
			v, typ, err := Arith(op, a, b, ta, tb)
			if err != nil {
				var e *Error
				if !errors.As(err, &e) || e.Number != 8115 && e.Number != 8134 {
					t.Fatalf("%v %c %v: %v", a, op, b, err)
				}
				continue
			}
			d := v.(*apd.Decimal)
			if int(d.Exponent) != -int(typ.Scale) || d.NumDigits() > int64(typ.Precision) && !d.IsZero() {
				t.Fatalf("%v %c %v = %v, not a %v", a, op, b, d, typ)
			}
			if op == OpAdd && int(typ.Scale) >= max(int(ta.Scale), int(tb.Scale)) {
				back, _, err := Arith(OpSub, d, b, typ, tb)
				if err == nil && back.(*apd.Decimal).Cmp(a) != 0 {
					t.Fatalf("%v + %v - %v = %v", a, b, b, back)
				}
			}
		}
	})
}

func TestCommonType(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"int", "bigint", "bigint"}, {"int", "varchar(5)", "int"}, {"varchar(5)", "varchar(9)", "varchar(9)"}, {"char(5)", "char(9)", "char(9)"},
		{"char(5)", "varchar(3)", "varchar(5)"}, {"varchar(5)", "nchar(9)", "nvarchar(9)"}, {"varchar(max)", "nvarchar(5)", "nvarchar(max)"},
		{"varchar(8000)", "nvarchar(5)", "nvarchar(4000)"}, {"decimal(5,2)", "decimal(9,1)", "decimal(10,2)"}, {"decimal(5,2)", "int", "decimal(12,2)"},
		{"decimal(38,0)", "decimal(38,38)", "decimal(38,0)"}, {"decimal(5,2)", "money", "decimal(19,4)"}, {"int", "float", "float"},
		{"date", "datetime", "datetime"}, {"datetime2(3)", "datetime2(7)", "datetime2(7)"}, {"time(1)", "varchar(9)", "time(1)"},
		{"int", "sql_variant", "sql_variant"}, {"int", "date", "#206"}, {"uniqueidentifier", "varchar(40)", "uniqueidentifier"},
		{"binary(4)", "varbinary(2)", "varbinary(4)"}, {"int", "varbinary(4)", "int"}, {"bit", "int", "int"}, {"xml", "int", "#206"},
		{"decimal(5,2)", "varchar(9)", "decimal(5,2)"},
	} {
		for _, pair := range [][2]string{{tt.a, tt.b}, {tt.b, tt.a}} {
			got, err := CommonType(mustType(t, pair[0]), mustType(t, pair[1]))
			text := got.String()
			if err != nil {
				var e *Error
				errors.As(err, &e)
				n, _ := Format(int64(e.Number), TypeInt, 0)
				text = "#" + n
			}
			if text != tt.want {
				t.Errorf("%s and %s: %s, want %s", pair[0], pair[1], text, tt.want)
			}
		}
	}
}

func BenchmarkAddInt(b *testing.B) {
	b.ReportAllocs()
	var x, y any = int64(1000), int64(2000)
	for b.Loop() {
		if _, _, err := Add(x, y, TypeInt, TypeInt); err != nil {
			b.Fatal(err)
		}
	}
}
