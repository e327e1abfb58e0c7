package tsql

import (
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
	"pgregory.net/rapid"
)

func TestLiteral(t *testing.T) {
	at := time.Date(2024, 2, 29, 23, 59, 58, 123456700, time.FixedZone("", -5*3600-1800))
	for _, c := range []struct {
		v    any
		t    Type
		want string
	}{
		{nil, TypeInt, "NULL"},
		{true, TypeBit, "1"},
		{int64(-9223372036854775808), TypeBigInt, "-9223372036854775808"},
		{float64(0.1), TypeFloat, "1.0000000000000001e-001"},
		{float32(0.1), TypeReal, "1.00000001e-001"},
		{apd.New(5, 0), Decimal(38, 0), "5."},
		{apd.New(-1234567, -4), TypeMoney, "-123.4567"},
		{"it's", TypeSysname, "N'it''s'"},
		{"", TypeSysname, "N''"},
		{"a\\\nb", TypeSysname, "N'a\\'+NCHAR(10)+N'b'"},
		{"\U0001F600\t", TypeSysname, "N'\U0001F600'+NCHAR(9)"},
		{"\r\n", TypeSysname, "NCHAR(13)+NCHAR(10)"},
		{strings.Repeat("a", 4001) + "\n", VarChar(8000), "CAST(N'' AS nvarchar(max))+N'" + strings.Repeat("a", 4001) + "'+NCHAR(10)"},
		{[]byte{}, TypeVarBinaryMax, "0x"},
		{[]byte{0, 0xAB}, VarBinary(4), "0x00AB"},
		{at, TypeDate, "'2024-02-29'"},
		{at, TypeDateTime, "'20240229 23:59:58.123'"},
		{at, TypeSmallDateTime, "'20240229 23:59:58'"},
		{at, Type{Kind: KindTime, Scale: 7}, "'23:59:58.1234567'"},
		{at, Type{Kind: KindDateTime2, Scale: 0}, "'2024-02-29T23:59:58'"},
		{at, Type{Kind: KindDateTimeOffset, Scale: 3}, "'2024-02-29T23:59:58.123-05:30'"},
		{Variant{TypeInt, int64(7)}, TypeVariant, "CAST(7 AS int)"},
	} {
		if got, ok := Literal(c.v, c.t); !ok || got != c.want {
			t.Errorf("Literal(%v, %v) = %s, %v; want %s", c.v, c.t, got, ok, c.want)
		}
	}
}

// What T-SQL reads in a literal is what it was made of.
func TestLiteralReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom([]Type{TypeInt, TypeBigInt, TypeFloat, TypeReal, Decimal(38, 10), TypeMoney}).Draw(t, "type")
		text := rapid.StringMatching(`-?[1-9][0-9]{0,8}\.[0-9]{1,4}`).Draw(t, "number")
		v, err := Convert(text, VarChar(40), TypeFloat, 0)
		if err == nil {
			v, err = Convert(v, TypeFloat, typ, 0)
		}
		if err != nil {
			t.Skip()
		}
		s, ok := Literal(v, typ)
		if !ok {
			t.Fatalf("no literal for %v", v)
		}
		c, ct, err := newReader(s, QuotedIdentifierOn).constant()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Implicit(c, ct, typ)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := Literal(back, typ); again != s {
			t.Fatalf("%s became %s", s, again)
		}
	})
}
