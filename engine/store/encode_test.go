package store

import (
	"bytes"
	"cmp"
	"database/sql/driver"
	"math/big"
	"testing"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"tds-launchpad/tsql"
)

// order compares stored values as SQLite does.
func order(t *rapid.T, a, b driver.Value) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case []byte:
		return bytes.Compare(a, b.([]byte))
	case string:
		return cmp.Compare(a[:19], b.(string)[:19])
	}
	t.Fatalf("stored as %T", a)
	return 0
}

// Stored decimals come back as they were and order as numbers, in both representations.
func TestDecimalsKeepTheirOrder(t *testing.T) {
	for _, typ := range []tsql.Type{tsql.Decimal(18, 4), tsql.Decimal(38, 10), tsql.TypeMoney} {
		rapid.Check(t, func(t *rapid.T) {
			number := func(name string) (*apd.Decimal, driver.Value) {
				n := rapid.Int64Range(-999999999999999999, 999999999999999999).Draw(t, name)
				c := big.NewInt(n)
				if typ.Precision == 38 {
					c.Mul(c, big.NewInt(rapid.Int64Range(1, 1e18).Draw(t, name+" factor")))
				}
				d := &apd.Decimal{Exponent: -scaleOf(typ), Negative: c.Sign() < 0}
				d.Coeff.SetMathBigInt(new(big.Int).Abs(c))
				stored, err := encodeValue(d, typ)
				if err != nil {
					t.Fatal(err)
				}
				back, err := decodeValue(stored, typ)
				if err != nil || back.(*apd.Decimal).Cmp(d) != 0 {
					t.Fatalf("%s came back as %v (%v)", d, back, err)
				}
				return d, stored
			}
			a, x := number("a")
			b, y := number("b")
			if order(t, x, y) != a.Cmp(b) {
				t.Fatalf("%s and %s are stored in another order", a, b)
			}
		})
	}
}

// Stored times come back as they were and order as instants.
func TestTimesKeepTheirOrder(t *testing.T) {
	for _, typ := range []tsql.Type{{Kind: tsql.KindDateTime2, Scale: 7}, {Kind: tsql.KindDateTimeOffset, Scale: 7}} {
		rapid.Check(t, func(t *rapid.T) {
			moment := func(name string) (time.Time, driver.Value) {
				v := timeOfTicks(rapid.Int64Range(ticksPerDay, 3652058*ticksPerDay).Draw(t, name))
				if typ.Kind == tsql.KindDateTimeOffset {
					v = v.In(time.FixedZone("", 60*rapid.IntRange(-840, 840).Draw(t, name+" offset")))
				}
				stored, err := encodeValue(v, typ)
				if err != nil {
					t.Fatal(err)
				}
				back, err := decodeValue(stored, typ)
				if err != nil {
					t.Fatal(err)
				}
				_, want := v.Zone()
				if _, got := back.(time.Time).Zone(); !back.(time.Time).Equal(v) || got != want {
					t.Fatalf("%v came back as %v", v, back)
				}
				return v, stored
			}
			a, x := moment("a")
			b, y := moment("b")
			if order(t, x, y) != a.Compare(b) {
				t.Fatalf("%v and %v are stored in another order", a, b)
			}
		})
	}
}

func TestGUIDsKeepTheirOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) uuid.UUID {
			return uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, name))
		}
		a, b := draw("a"), draw("b")
		if guidOfKey(guidKey(a)) != a {
			t.Fatalf("%s does not come back", a)
		}
		want := tsql.Compare(a, b, tsql.TypeGUID)
		if got := bytes.Compare(guidKey(a), guidKey(b)); got != want {
			t.Fatalf("%s and %s: stored order %d, T-SQL's %d", a, b, got, want)
		}
	})
}

func TestErrorsCrossSQLite(t *testing.T) {
	e := tsql.NewError(245, "varchar", "it's\n100%", "int")
	back := carriedError("SQL logic error: " + carryError(e).Error() + " (1)")
	if back == nil || *back != *e {
		t.Errorf("%v came back as %v", e, back)
	}
	if carriedError("no such table: t5") != nil {
		t.Error("an error of SQLite's own was taken for one of ours")
	}
}

// FuzzParse: no text makes the reader of batches panic or run away.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"SELECT 1", "IF 1 = 1 SELECT 1 ELSE", "SELECT x COLLATE y = ANY (SELECT", "BEGIN TRY THROW END TRY", "select 'a", "/* /* */", "exec p @a = 1, @b", "\"x\"",
		"SELECT language, type FROM t WHERE a > ALL (SELECT b FROM c)", "INSERT t VALUES (1,", "(((", "CASE END END", "a.b.c..d",
		"CREATE FUNCTION f(@a int) RETURNS TABLE AS RETURN (SELECT @a AS a)", "ALTER FUNCTION f() RETURNS int BEGIN RETURN 1 END", "CREATE TRIGGER t ON u FOR INSERT AS SELECT 1",
		"EXEC p WITH RESULT SETS ((a int COLLATE database_default))", "IF (1 + (2)) * 3 = 4 AND ((a = 1)) SELECT 1"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, text string, quoted bool) {
		_, err := parse(text, quoted)
		if err != nil {
			if _, ok := err.(*tsql.Error); !ok {
				t.Errorf("%q: an error of type %T: %v", text, err, err)
			}
		}
	})
}
