package executor

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"

	"tds-launchpad/tds"
)

var utf8Collation, _ = tds.CollationByName("Latin1_General_100_CI_AS_SC_UTF8")

// source is a type with a way to make raw values of it.
type source struct {
	typ tds.TypeInfo
	// back is the type that the values come back as.
	back string
	make func(r *rand.Rand) []byte
}

// sources are all types that can be sent. wide adds dates that pandas' own type has
// no room for.
func sources(t *testing.T, wide bool) []source {
	c := tds.DefaultCollation
	days := func(r *rand.Rand) int64 { // 1700 to 2200 in days from 0001-01-01
		return 620000 + r.Int64N(180000)
	}
	if wide {
		days = func(r *rand.Rand) int64 { return r.Int64N(days9999 + 1) }
	}
	day := func(r *rand.Rand) []byte { b := make([]byte, 3); putUint24(b, days(r)); return b }
	clock := func(r *rand.Rand, scale uint8) []byte {
		n := ticksPerDay / pow10[7-scale]
		v := r.Int64N(n)
		switch r.IntN(8) {
		case 0:
			v = 0
		case 1:
			v = n - 1
		}
		size := 5
		if scale <= 2 {
			size = 3
		} else if scale <= 4 {
			size = 4
		}
		return binary.LittleEndian.AppendUint64(nil, uint64(v))[:size]
	}
	fixed := func(n int) func(*rand.Rand) []byte {
		return func(r *rand.Rand) []byte {
			b := make([]byte, n)
			switch r.IntN(6) {
			case 0:
			case 1:
				for i := range b {
					b[i] = 0xFF
				}
			case 2:
				b[n-1] = 0x80
			default:
				for i := range b {
					b[i] = byte(r.Uint32())
				}
			}
			return b
		}
	}
	text := func(least, most int, alphabet string) func(*rand.Rand) string {
		letters := []rune(alphabet)
		return func(r *rand.Rand) string {
			var s strings.Builder
			for range least + r.IntN(most-least+1) {
				s.WriteRune(letters[r.IntN(len(letters))])
			}
			return s.String()
		}
	}
	encoded := func(typ tds.TypeInfo, f func(*rand.Rand) string) source {
		return source{typ, "nvarchar", func(r *rand.Rand) []byte { return encode(t, typ, f(r)) }}
	}
	decimal := func(p, s uint8) source {
		typ := tds.Decimal(p, s)
		return source{typ, fmt.Sprintf("decimal(38,%d)", s), func(r *rand.Rand) []byte {
			n := 1 + r.IntN(int(p))
			digits := text(n, n, "0123456789")(r)
			d, _, err := apd.NewFromString(digits)
			if err != nil {
				t.Fatal(err)
			}
			d.Exponent = -int32(s)
			d.Negative = r.IntN(2) == 0 && d.Coeff.Sign() != 0
			return encode(t, typ, d)
		}}
	}
	out := []source{
		{tds.Int(1), "tinyint", fixed(1)}, {tds.Int(2), "smallint", fixed(2)}, {tds.Int(4), "int", fixed(4)}, {tds.Int(8), "bigint", fixed(8)},
		{tds.Bit(), "bit", func(r *rand.Rand) []byte { return []byte{byte(r.IntN(2))} }},
		{tds.Float(4), "real", func(r *rand.Rand) []byte {
			return binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(r.NormFloat64()*math.Pow(10, float64(r.IntN(60)-30)))))
		}},
		{tds.Float(8), "float", func(r *rand.Rand) []byte {
			return binary.LittleEndian.AppendUint64(nil, math.Float64bits(r.NormFloat64()*math.Pow(10, float64(r.IntN(600)-300))))
		}},
		{tds.Money(8), "decimal(38,4)", fixed(8)}, {tds.Money(4), "decimal(38,4)", fixed(4)},
		decimal(5, 2), decimal(18, 0), decimal(19, 19), decimal(28, 10), decimal(38, 0), decimal(38, 38), decimal(38, 7),
		encoded(tds.VarChar(40, c), text(0, 40, "abc äöü€ß")), encoded(tds.Char(6, c), text(6, 6, "xyz\x00é")),
		encoded(tds.VarChar(tds.SizeMax, utf8Collation), text(0, 300, "aé€😀")),
		encoded(tds.VarChar(3, c), text(0, 1, "abc")), // a dictionary
		encoded(tds.NChar(5, c), text(5, 5, "abc€")), encoded(tds.Text(c), text(0, 50, "text ü")), encoded(tds.NText(c), text(0, 50, "ntext €")),
		{tds.NVarChar(30, c), "nvarchar", func(r *rand.Rand) []byte {
			b := make([]byte, 2*r.IntN(31)) // any UTF-16, unpaired surrogates and NULs too
			for i := range b {
				b[i] = byte(r.Uint32())
				if i%2 == 1 && r.IntN(2) == 0 {
					b[i] = 0xD8 | b[i]&7
				}
			}
			return b
		}},
		encoded(tds.NVarChar(tds.SizeMax, c), text(0, 5000, "long")),
		{tds.Binary(5), "varbinary", fixed(5)}, {tds.VarBinary(tds.SizeMax), "varbinary", func(r *rand.Rand) []byte { return make([]byte, r.IntN(9000)) }},
		{tds.VarBinary(20), "varbinary", func(r *rand.Rand) []byte { return fixed(20)(r)[:r.IntN(21)] }}, {tds.Image(), "varbinary", fixed(30)},
		{tds.UniqueIdentifier(), "nvarchar", fixed(16)},
		{tds.Date(), "datetime2(7)", day},
		{tds.DateTime(4), "datetime2(7)", func(r *rand.Rand) []byte {
			return binary.LittleEndian.AppendUint16(fixed(2)(r), uint16(r.IntN(1440)))
		}},
		{tds.DateTime(8), "datetime2(7)", func(r *rand.Rand) []byte {
			d := max(days(r), days1900-53690) - days1900
			return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(int32(d))), r.Uint32N(300*86400))
		}},
	}
	for scale := range uint8(8) {
		out = append(out,
			source{tds.Time(scale), "time(7)", func(r *rand.Rand) []byte { return clock(r, scale) }},
			source{tds.DateTime2(scale), "datetime2(7)", func(r *rand.Rand) []byte { return append(clock(r, scale), day(r)...) }},
			source{tds.DateTimeOffset(scale), "datetimeoffset(7)", func(r *rand.Rand) []byte {
				d := make([]byte, 3) // a day from each end is left out, so that the local time exists too
				putUint24(d, min(max(days(r), 1), days9999-1))
				zone := 60
				if wide || r.IntN(3) == 0 && scale > 3 {
					zone = r.IntN(1681) - 840
				}
				return binary.LittleEndian.AppendUint16(append(clock(r, scale), d...), uint16(int16(zone)))
			}})
	}
	return out
}

// same compares a value that went in with what came back.
func same(typ *tds.TypeInfo, in, out []byte, back *tds.TypeInfo) (bool, string) {
	if in == nil || out == nil {
		return in == nil && out == nil, fmt.Sprintf("%x became %x", in, out)
	}
	if typ.ID == tds.TypeNVarChar || typ.ID == tds.TypeBigVarBinary {
		return bytes.Equal(in, out), fmt.Sprintf("%x became %x", in, out)
	}
	a, err := typ.Decode(in)
	if err != nil {
		return false, err.Error()
	}
	b, err := back.Decode(out)
	if err != nil {
		return false, err.Error()
	}
	equal := false
	switch x := a.(type) {
	case *apd.Decimal:
		equal = x.Cmp(b.(*apd.Decimal)) == 0
	case []byte:
		equal = bytes.Equal(x, b.([]byte))
	case uuid.UUID:
		equal = strings.ToUpper(x.String()) == b
	case time.Time:
		y := b.(time.Time)
		_, zx := x.Zone()
		_, zy := y.Zone()
		equal = x.Equal(y) && zx == zy
	default:
		equal = a == b
	}
	return equal, fmt.Sprintf("%v became %v", a, b)
}

// TestRoundTrip sends all types through a DataFrame and back, and nothing may be lost.
func TestRoundTrip(t *testing.T) {
	e := New(Config{Starter: newUnconfined(t), DataDir: t.TempDir(), Limits: Limits{FrameRows: 64}})
	for _, c := range []struct {
		name  string
		rows  int
		nulls int // one in so many; 0: none
		wide  bool
	}{
		{"no rows", 0, 0, false}, {"one row", 1, 0, false}, {"one row of NULL", 1, 1, false},
		{"no NULL", 300, 0, false}, {"some NULL", 300, 4, false}, {"only NULL", 70, 1, false},
		{"wide dates", 300, 0, true}, {"wide dates with NULL", 300, 3, true},
		{"NULL late", 130, 120, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			seed := uint64(time.Now().UnixNano())
			r := rand.New(rand.NewPCG(seed, 1))
			src := sources(t, c.wide)
			in := &table{}
			for i, s := range src {
				in.columns = append(in.columns, tds.Column{Name: fmt.Sprint("c", i), Type: s.typ})
			}
			for range c.rows {
				row := make([][]byte, len(src))
				for i, s := range src {
					if c.nulls == 0 || r.IntN(c.nulls) != 0 {
						row[i] = s.make(r)
					}
				}
				in.rows = append(in.rows, row)
			}
			out, err := runWith(t, e, &Call{Script: "OutputDataSet = InputDataSet"}, in)
			if err != nil {
				t.Fatal(err)
			}
			if len(out.Columns) != len(src) || len(out.raws) != c.rows {
				t.Fatalf("%d columns and %d rows", len(out.Columns), len(out.raws))
			}
			for i, s := range src {
				back := out.Columns[i].Type
				if got := back.String(); c.rows > 1 && c.nulls != 1 && !strings.HasPrefix(got, s.back) {
					t.Errorf("%s came back as %s", s.typ, got)
				}
				for row := range in.rows {
					if ok, how := same(&s.typ, in.rows[row][i], out.raws[row][i], &back); !ok {
						t.Errorf("%s, row %d: %s (seed %d)", s.typ, row, how, seed)
						break
					}
				}
			}
		})
	}
}

// TestRoundTripText drives text columns through all encodings: dictionaries that
// grow, that stop paying, and NULs.
func TestRoundTripText(t *testing.T) {
	typ := tds.VarChar(30, tds.DefaultCollation)
	in := &table{}
	makers := []func(i int) []byte{
		func(i int) []byte { return fmt.Append(nil, i%100) },
		func(i int) []byte { return fmt.Append(nil, i) },
		func(i int) []byte { return fmt.Append(nil, max(i-3000, 0)) },
		func(i int) []byte {
			if i%7 == 0 {
				return nil
			}
			if i == 5000 {
				return []byte("a\x00b")
			}
			return fmt.Append(nil, i/100)
		},
		func(i int) []byte { return bytes.Repeat([]byte("x"), i/4000) },
	}
	for i := range makers {
		in.columns = append(in.columns, tds.Column{Name: fmt.Sprint("c", i), Type: typ})
	}
	for i := range 9000 {
		var row [][]byte
		for _, m := range makers {
			row = append(row, m(i))
		}
		in.rows = append(in.rows, row)
	}
	e := New(Config{Starter: newUnconfined(t), DataDir: t.TempDir(), Limits: Limits{FrameRows: 2048}})
	out, err := runWith(t, e, &Call{Script: "OutputDataSet = InputDataSet"}, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.raws) != len(in.rows) {
		t.Fatalf("%d rows", len(out.raws))
	}
	for row := range in.rows {
		for i := range makers {
			if ok, how := same(&typ, in.rows[row][i], out.raws[row][i], &out.Columns[i].Type); !ok {
				t.Fatalf("row %d, column %d: %s", row, i, how)
			}
		}
	}
}
