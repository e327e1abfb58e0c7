package engine_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// seedVariable repeats the statements of an earlier run, which printed its seed.
const seedVariable = "TDS_LAUNCHPAD_TEST_SEED"

// randomStatements is how many statements TestDifferentialRandom makes.
const randomStatements = 600

// TestDifferentialRandom runs made-up queries over small tables full of NULLs and equal values on both engines. They keep to what
// Babelfish does as SQL Server does: the catalogue has the rest.
func TestDifferentialRandom(t *testing.T) {
	ours, theirs := bothSides(t, fmt.Sprintf("differential_random_%d", os.Getpid()))
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s=%d", seedVariable, seed)
	g := &generator{rand.New(rand.NewPCG(seed, 0))}
	for _, text := range g.tables() {
		if got, want := ours.run(t, text), theirs.run(t, text); got.String() != want.String() {
			t.Fatalf("%s\ntheirs: %s\nours:   %s", text, want, got)
		}
	}
	failed, both, refused := 0, 0, 0
	for range randomStatements {
		text := g.statement()
		got, want := ours.run(t, text), theirs.run(t, text)
		agree(&want, &got)
		if strings.HasSuffix(want.String(), unmapped) {
			refused++ // every statement made here is right, so the other engine has met a limit of its own, perhaps behind some rows
			continue
		}
		if strings.Contains(got.String(), errorLine) {
			both++
		}
		if want.String() != got.String() {
			t.Errorf("%s\ntheirs: %s\nours:   %s", text, want, got)
			if failed++; failed == 10 {
				t.Fatal("ten differences are enough")
			}
		}
	}
	t.Logf("%d statements compared, %d of them errors on both sides, %d more failed on the other alone", randomStatements-refused, both, refused)
	if refused > randomStatements/20 {
		t.Error("too many statements that the other engine refuses")
	}
}

// generator makes statements over tables r and q (id int, a, b int NULL, s, u varchar NULL).
type generator struct{ *rand.Rand }

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) tables() []string {
	var out []string
	for _, name := range []string{"r", "q"} {
		out = append(out, "CREATE TABLE "+name+" (id int NOT NULL PRIMARY KEY, a int NULL, b int NULL, s varchar(12) NULL, u varchar(12) NULL)")
		var rows []string
		for id := range 12 {
			number := func() string { return g.pick("NULL", "0", "1", "2", "3", "-1", "7", "10") }
			text := func() string { return g.pick("NULL", "''", "'a'", "'A'", "'b'", "'ab'", "'abc'", "'b c'", "'Bc '") }
			rows = append(rows, fmt.Sprintf("(%d, %s, %s, %s, %s)", id, number(), number(), text(), text()))
		}
		out = append(out, "INSERT INTO "+name+" VALUES "+strings.Join(rows, ", "))
	}
	return out
}

func (g *generator) column(alias, names string) string {
	return alias + "." + string(names[g.IntN(len(names))])
}

// number is an int expression over the tables named by alias.
func (g *generator) number(alias string, depth int) string {
	if depth == 0 {
		return g.pick(g.column(alias, "ab"), g.column(alias, "ab"), alias+".id", strconv.Itoa(g.IntN(5)))
	}
	x, y := g.number(alias, depth-1), g.number(alias, depth-1)
	switch g.IntN(11) {
	case 0:
		return "(" + x + g.pick(" + ", " - ", " * ") + y + ")"
	case 1:
		return "(" + x + g.pick(" / ", " % ") + "NULLIF(" + y + ", 0))"
	case 2:
		return "COALESCE(" + x + ", " + y + ")"
	case 3:
		return "ISNULL(" + x + ", " + y + ")"
	case 4:
		return "NULLIF(" + x + ", " + y + ")"
	case 5:
		return "CASE WHEN " + g.condition(alias, depth-1) + " THEN " + x + " ELSE " + y + " END"
	case 6:
		return "LEN(" + g.text(alias, depth-1) + ")"
	case 7:
		return "CHARINDEX(" + g.pick("'a'", "'B'", "'c'") + ", " + g.text(alias, depth-1) + ")"
	case 8:
		return "-" + g.column(alias, "ab")
	case 9:
		return "CASE " + x + " WHEN " + y + " THEN 1 WHEN 2 THEN 3 END"
	}
	return x
}

// text is a varchar expression.
func (g *generator) text(alias string, depth int) string {
	if depth == 0 {
		return g.pick(g.column(alias, "su"), g.column(alias, "su"), "'x'", "'aB'")
	}
	x, y := g.text(alias, depth-1), g.text(alias, depth-1)
	switch g.IntN(7) {
	case 0:
		return "(" + x + " + " + y + ")"
	case 1:
		return g.pick("UPPER", "LOWER", "REVERSE") + "(" + x + ")"
	case 2:
		return g.pick("LEFT", "RIGHT") + "(" + x + ", " + strconv.Itoa(g.IntN(4)) + ")"
	case 3:
		return "SUBSTRING(" + x + ", " + strconv.Itoa(g.IntN(4)) + ", " + strconv.Itoa(g.IntN(4)) + ")"
	case 4:
		return "COALESCE(" + x + ", " + y + ")"
	case 5:
		return "REPLACE(" + x + ", 'b', 'zz')"
	}
	return x
}

// condition is a predicate, true, false or unknown.
func (g *generator) condition(alias string, depth int) string {
	if depth > 0 {
		x, y := g.condition(alias, depth-1), g.condition(alias, depth-1)
		switch g.IntN(4) {
		case 0:
			return "(" + x + " AND " + y + ")"
		case 1:
			return "(" + x + " OR " + y + ")"
		case 2:
			return "NOT (" + x + ")"
		}
	}
	n := max(depth, 0)
	not := g.pick("", "NOT ")
	switch g.IntN(8) {
	case 0:
		return g.number(alias, n) + g.pick(" = ", " <> ", " < ", " <= ", " > ", " >= ") + g.number(alias, n)
	case 1:
		return g.text(alias, 0) + g.pick(" = ", " <> ", " < ", " >= ") + g.text(alias, 0)
	case 2:
		return g.number(alias, 0) + " " + not + "BETWEEN " + g.number(alias, 0) + " AND " + g.number(alias, 0)
	case 3:
		return g.column(alias, "ab") + " " + not + "IN (" + g.pick("1, 2", "0, NULL", "7, 10, -1", "NULL") + ")"
	case 4:
		return g.column(alias, "su") + " " + not + "LIKE " + g.pick("'a%'", "'%b%'", "'_'", "'[a-b]%'", "'%c'", "''")
	case 5:
		return g.column(alias, "abs") + " IS " + not + "NULL"
	case 6:
		return not + "EXISTS (SELECT 1 FROM q z WHERE z.a = " + g.number(alias, 0) + ")"
	}
	return g.column(alias, "ab") + " " + not + "IN (SELECT z.b FROM q z WHERE z.id > " + g.number(alias, 0) + ")"
}

func (g *generator) statement() string {
	switch g.IntN(7) {
	case 0:
		key := g.pick("x.a", "x.b", "x.s", "x.a + x.b", "x.s, x.a")
		return "SELECT COUNT(*) AS k, COUNT(x.a) AS c, SUM(" + g.number("x", 1) + ") AS t, MIN(x.b) AS lo, MAX(x.id) AS hi, AVG(x.a) AS m, COUNT(DISTINCT x.s) AS d FROM r x WHERE " +
			g.condition("x", 1) + " GROUP BY " + key + " HAVING COUNT(*) >= " + g.pick("1", "2") + " ORDER BY 1, 2, 3, 4, 5, 6, 7"
	case 1:
		return "SELECT x.id AS i, y.id AS j, " + g.number("x", 1) + " AS n, " + g.text("y", 1) + " AS w FROM r x " + g.pick("INNER", "LEFT", "RIGHT", "FULL") +
			" JOIN q y ON x." + g.pick("a = y.a", "b = y.a", "s = y.s", "id = y.id") + " WHERE " + g.condition(g.pick("x", "y"), 1) + " ORDER BY x.id, y.id"
	case 2:
		op := g.pick("UNION", "UNION ALL", "EXCEPT", "INTERSECT")
		return "SELECT " + g.number("x", 1) + " AS n FROM r x WHERE " + g.condition("x", 1) + " " + op + " SELECT " + g.number("y", 1) + " FROM q y " + " ORDER BY n"
	case 3:
		return "SELECT x.id, " + g.pick("SUM", "COUNT", "MIN", "MAX") + "(x.a) OVER (PARTITION BY " + g.pick("x.b", "x.s", "x.a") + " ORDER BY x.id" +
			g.pick("", " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING", " ROWS UNBOUNDED PRECEDING") + ") AS v, ROW_NUMBER() OVER (ORDER BY x.id DESC) AS n, RANK() OVER (ORDER BY x.a) AS k, LAG(x.s) OVER (ORDER BY x.id) AS l FROM r x ORDER BY x.id"
	case 4:
		return "WITH w (i, v) AS (SELECT x.id, " + g.number("x", 2) + " FROM r x WHERE " + g.condition("x", 0) + ") SELECT TOP 5 i, v, (SELECT COUNT(*) FROM q z WHERE z.a < w.v) AS k FROM w ORDER BY v, i"
	case 5:
		return "SELECT DISTINCT " + g.number("x", 1) + " AS n, " + g.number("x", 0) + " AS m FROM r x WHERE " + g.condition("x", 2) + " ORDER BY n, m"
	}
	return "SELECT x.id, " + g.number("x", 2) + " AS n, " + g.text("x", 2) + " AS w FROM r x WHERE " + g.condition("x", 2) + " ORDER BY x.id"
}
