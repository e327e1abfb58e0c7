package tds

import (
	"math"
	"strings"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// Generators of types and of values that those types hold exactly.

// textCollations are collations of each kind of code page, with characters that it
// has besides ASCII.
var textCollations = []struct {
	c     Collation
	runes string
}{
	{DefaultCollation, "äöüßÿ€œž…"},
	{mustCollation("Greek_CI_AS"), "αβγΩώ€"},
	{mustCollation("Cyrillic_General_CI_AS"), "жЖщЯ№"},
	{mustCollation("SQL_Latin1_General_CP437_CI_AI"), "é▒│Ω√■"},
	{mustCollation("SQL_Latin1_General_CP850_CI_AS"), "éÁ│þ¾■"},
	{mustCollation("Thai_CI_AS"), "กขฃ฿๛"},
	{mustCollation("Japanese_CI_AS"), "漢字かなｶﾅ"},
	{mustCollation("Chinese_PRC_CI_AS"), "汉字。龙"},
	{mustCollation("Korean_Wansung_CI_AS"), "한글가나"},
	{mustCollation("Chinese_Taiwan_Stroke_CI_AS"), "漢字龍"},
	{mustCollation("Latin1_General_100_CI_AS_SC_UTF8"), "ä漢😀\u0301\U0010FFFF"},
}

func mustCollation(name string) Collation {
	c, ok := CollationByName(name)
	if !ok {
		panic("no collation " + name)
	}
	return c
}

// typeValue is a type and a Go value that Decode gives back as it is.
type typeValue struct {
	Type  TypeInfo
	Value any
}

// genTypeValue draws a type, in a nullable or other form, and a value for it.
func genTypeValue() *rapid.Generator[typeValue] {
	return rapid.Custom(func(t *rapid.T) typeValue {
		families := []func(*rapid.T) typeValue{
			genIntegers, genFloats, genDecimals, genMoney, genDates, genDateTimes, genOffsets,
			genUnicode, genChars, genBinaries, genVariants, genOthers, genLegacy,
		}
		tv := families[rapid.IntRange(0, len(families)-1).Draw(t, "family")](t)
		if rapid.Bool().Draw(t, "not null") {
			tv.Type = tv.Type.NotNull()
		}
		return tv
	})
}

func genIntegers(t *rapid.T) typeValue {
	switch size := rapid.SampledFrom([]int{0, 1, 2, 4, 8}).Draw(t, "size"); size {
	case 0:
		return typeValue{Bit(), rapid.Bool().Draw(t, "bit")}
	case 1:
		return typeValue{Int(1), rapid.Int64Range(0, 255).Draw(t, "tinyint")}
	default:
		top := int64(1)<<(8*size-1) - 1
		return typeValue{Int(size), rapid.Int64Range(-top-1, top).Draw(t, "integer")}
	}
}

func genFloats(t *rapid.T) typeValue {
	if rapid.Bool().Draw(t, "real") {
		return typeValue{Float(4), rapid.Float32Range(-math.MaxFloat32, math.MaxFloat32).Draw(t, "value")}
	}
	return typeValue{Float(8), rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "value")}
}

func genDecimals(t *rapid.T) typeValue {
	p := rapid.IntRange(1, 38).Draw(t, "precision")
	s := rapid.IntRange(0, p).Draw(t, "scale")
	digits := rapid.StringMatching(`[0-9]{1,38}`).Draw(t, "digits")
	if len(digits) > p {
		digits = digits[:p]
	}
	d := &apd.Decimal{Exponent: -int32(s)}
	d.Coeff.SetString(digits, 10)
	d.Negative = d.Coeff.Sign() != 0 && rapid.Bool().Draw(t, "negative")
	if rapid.Bool().Draw(t, "numeric") {
		return typeValue{Numeric(uint8(p), uint8(s)), d}
	}
	return typeValue{Decimal(uint8(p), uint8(s)), d}
}

func genMoney(t *rapid.T) typeValue {
	if rapid.Bool().Draw(t, "small") {
		return typeValue{Money(4), apd.New(int64(rapid.Int32().Draw(t, "units")), -4)}
	}
	return typeValue{Money(8), apd.New(rapid.Int64().Draw(t, "units"), -4)}
}

func genDates(t *rapid.T) typeValue {
	day := rapid.IntRange(0, lastDay).Draw(t, "day")
	scale := uint8(rapid.IntRange(0, 7).Draw(t, "scale"))
	unit := unitOf(scale)
	nanos := unit * rapid.Int64Range(0, nanosOfDay/unit-1).Draw(t, "time")
	switch rapid.IntRange(0, 2).Draw(t, "kind") {
	case 0:
		return typeValue{Date(), moment(day, 0)}
	case 1:
		return typeValue{Time(scale), moment(0, nanos)}
	}
	return typeValue{DateTime2(scale), moment(day, nanos)}
}

func genDateTimes(t *rapid.T) typeValue {
	if rapid.Bool().Draw(t, "small") {
		return typeValue{DateTime(4), moment(daysTo1900+rapid.IntRange(0, 65535).Draw(t, "day"),
			int64(time.Minute)*rapid.Int64Range(0, 1439).Draw(t, "minute"))}
	}
	seconds := rapid.Int64Range(0, secondsOfDay-1).Draw(t, "second")
	third := rapid.Int64Range(0, 299).Draw(t, "tick")
	millis := third / 3 * 10
	millis += []int64{0, 3, 7}[third%3]
	return typeValue{DateTime(8), moment(daysTo1900+rapid.IntRange(firstDateDay, lastDay-daysTo1900).Draw(t, "day"),
		seconds*int64(time.Second)+millis*int64(time.Millisecond))}
}

func genOffsets(t *rapid.T) typeValue {
	scale := uint8(rapid.IntRange(0, 7).Draw(t, "scale"))
	unit := unitOf(scale)
	v := moment(rapid.IntRange(0, lastDay).Draw(t, "day"), unit*rapid.Int64Range(0, nanosOfDay/unit-1).Draw(t, "time"))
	zone := rapid.IntRange(-maxZone, maxZone).Draw(t, "zone")
	return typeValue{DateTimeOffset(scale), v.In(time.FixedZone("", 60*zone))}
}

// cutText cuts s to what fits t and pads it as t pads.
func cutText(t TypeInfo, s string) string {
	size := func(s string) int {
		if t.IsUnicode() {
			return 2 * UTF16Len(s)
		}
		return len(t.Collation.AppendString(nil, s))
	}
	for t.Size != SizeMax && size(s) > t.Size {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	switch t.ID {
	case TypeNChar:
		s += strings.Repeat(" ", (t.Size-size(s))/2)
	case TypeBigChar, TypeChar:
		s += strings.Repeat(" ", t.Size-size(s))
	}
	return s
}

func genUnicode(t *rapid.T) typeValue {
	n := rapid.IntRange(1, 40).Draw(t, "length")
	types := []TypeInfo{NVarChar(n, DefaultCollation), NVarChar(SizeMax, DefaultCollation),
		NChar(n, DefaultCollation), NText(DefaultCollation)}
	tt := rapid.SampledFrom(types).Draw(t, "type")
	s := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("aé漢😀\U0010FFFF\x00")))).Draw(t, "text")
	return typeValue{tt, cutText(tt, s)}
}

func genChars(t *rapid.T) typeValue {
	n := rapid.IntRange(1, 40).Draw(t, "length")
	tc := rapid.SampledFrom(textCollations).Draw(t, "collation")
	types := []TypeInfo{VarChar(n, tc.c), VarChar(SizeMax, tc.c), Char(n, tc.c), Text(tc.c)}
	tt := rapid.SampledFrom(types).Draw(t, "type")
	s := rapid.StringOf(rapid.SampledFrom([]rune("ab ~0'"+tc.runes))).Draw(t, "text")
	return typeValue{tt, cutText(tt, s)}
}

func genBinaries(t *rapid.T) typeValue {
	n := rapid.IntRange(1, 40).Draw(t, "length")
	b := rapid.SliceOfN(rapid.Byte(), 0, n).Draw(t, "bytes")
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		return typeValue{VarBinary(n), b}
	case 1:
		return typeValue{VarBinary(SizeMax), b}
	case 2:
		return typeValue{Image(), b}
	case 3:
		return typeValue{TypeInfo{ID: TypeUDT, Size: 892, UDT: &UDTInfo{Schema: "sys", Name: "hierarchyid"}}, b}
	}
	return typeValue{Binary(n), append(b, make([]byte, n-len(b))...)}
}

func genVariants(t *rapid.T) typeValue {
	families := []func(*rapid.T) typeValue{genIntegers, genFloats, genDecimals, genMoney, genDates,
		genDateTimes, genOffsets, genUnicode, genChars, genBinaries, genGUID}
	for {
		tv := families[rapid.IntRange(0, len(families)-1).Draw(t, "base")](t)
		switch tv.Type.layout() {
		case layoutPLP, layoutText:
			continue
		}
		return typeValue{SQLVariant(), Variant{tv.Type.NotNull(), tv.Value}}
	}
}

func genGUID(t *rapid.T) typeValue {
	return typeValue{UniqueIdentifier(), uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "guid"))}
}

func genOthers(t *rapid.T) typeValue {
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		return genGUID(t)
	case 1:
		x := XML()
		if rapid.Bool().Draw(t, "schema") {
			x.XML = &XMLInfo{Database: "db", Schema: "dbo", Collection: "c"}
		}
		return typeValue{x, "<a>" + rapid.String().Draw(t, "xml") + "</a>"}
	case 2:
		return typeValue{JSON(), rapid.String().Draw(t, "json")}
	}
	v := rapid.SliceOfN(rapid.Float32(), 0, 10).Draw(t, "vector")
	return typeValue{Vector(len(v)), v}
}

// genLegacy draws the types with 8-bit lengths that old clients send. They have no
// empty values.
func genLegacy(t *rapid.T) typeValue {
	n := rapid.IntRange(1, 255).Draw(t, "length")
	s := rapid.StringMatching(`[a-z]{1,20}`).Draw(t, "text")
	b := rapid.SliceOfN(rapid.Byte(), 1, n).Draw(t, "bytes")
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		tt := TypeInfo{ID: TypeVarChar, Size: n}
		return typeValue{tt, cutText(tt, s)}
	case 1:
		tt := TypeInfo{ID: TypeChar, Size: n}
		return typeValue{tt, cutText(tt, s)}
	case 2:
		return typeValue{TypeInfo{ID: TypeVarBinary, Size: n}, b}
	case 3:
		return typeValue{TypeInfo{ID: TypeBinary, Size: n}, append(b, make([]byte, n-len(b))...)}
	case 4:
		tt := Decimal(9, 2)
		tt.ID = TypeDecimal
		return typeValue{tt, apd.New(rapid.Int64Range(-999999999, 999999999).Draw(t, "units"), -2)}
	}
	tt := Numeric(18, 0)
	tt.ID = TypeNumeric
	return typeValue{tt, apd.New(rapid.Int64Range(-1e17, 1e17).Draw(t, "units"), 0)}
}

// genRow draws columns and raw values for them, some of them NULL.
func genRow(t *rapid.T, columns int) ([]Column, [][]byte) {
	cols := make([]Column, columns)
	values := make([][]byte, columns)
	for i := range cols {
		tv := genTypeValue().Draw(t, "value")
		cols[i] = Column{
			Name:     rapid.StringN(0, 20, 60).Draw(t, "name"),
			Type:     tv.Type,
			UserType: uint32(rapid.Uint16().Draw(t, "user type")),
			Flags:    ColumnFlags(rapid.Uint16().Draw(t, "flags")) &^ ColumnEncrypted,
		}
		if tv.Type.layout() == layoutText {
			cols[i].Table = []string{"dbo", "t"}
		}
		values[i] = genRaw(t, tv)
	}
	return cols, values
}

// genRaw draws NULL or the raw form of the value.
func genRaw(t *rapid.T, tv typeValue) []byte {
	if tv.Type.Nullable() && rapid.IntRange(0, 4).Draw(t, "null") == 0 {
		return nil
	}
	raw, err := tv.Type.Encode([]byte{}, tv.Value)
	if err != nil {
		t.Fatalf("%s: %v", tv.Type, err)
	}
	return raw
}
