package plans

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator makes cases up.
type generator struct {
	*rand.Rand
	babelfish bool
	c         *testCase
	number    int // of the case, for names of procedures: the proxy remembers which have script calls
	names     int
	texts     bool // procedures have dynamic SQL in them
	rethrows  bool // CATCH blocks pass errors on
	tables    bool // there are table variables, and no transactions: those of a plan follow a ROLLBACK
}

// scope is where statements are made for.
type scope struct {
	vars      map[string][]string // by the tags of types
	budget    *int                // statements still to come
	depth     int                 // of statements in statements
	loops     int
	catches   int
	dynamic   int
	procedure bool
	rpc       bool
	callable  []*procedure
	tables    []string // that statements may use: id-less (n, s) at least
}

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func generate(r *rand.Rand, number int, babelfish bool) *testCase {
	g := &generator{Rand: r, babelfish: babelfish, number: number, c: &testCase{}}
	g.tables, g.texts, g.rethrows = g.chance(30), g.chance(30), g.chance(40)
	for range g.IntN(3) {
		g.procedure()
	}
	for range 1 + g.IntN(2) {
		budget := 4 + g.IntN(16)
		sc := &scope{budget: &budget, callable: g.c.procedures, tables: []string{"t1", "t2"}}
		sc.rpc = g.chance(15)
		g.c.batches = append(g.c.batches, &batch{body: g.body(sc), rpc: sc.rpc})
	}
	return g.c
}

// variables are those that every batch and procedure has.
var variables = []struct{ name, tag, kind string }{
	{"@i", "int", "int"}, {"@j", "int", "int"}, {"@k", "int", "int"}, {"@s", "vc", "varchar(20)"}, {"@u", "nvm", "nvarchar(max)"},
	{"@d", "dec", "decimal(9,2)"}, {"@b", "vbm", "varbinary(max)"}, {"@x", "bit", "bit"}, {"@m", "dt", "datetime2(3)"}, {"@f", "fl", "float"},
}

// body is a whole batch, or that of a procedure: declarations, then statements.
func (g *generator) body(sc *scope) []*node {
	var list []*node
	if sc.vars == nil {
		sc.vars = map[string][]string{}
	}
	declare := func(item string) {
		list = append(list, &node{texts: []string{"DECLARE " + item + g.end()}, keep: true})
	}
	var items []string
	for _, v := range variables {
		known := false
		for _, name := range sc.vars[v.tag] {
			known = known || name == v.name
		}
		if known {
			continue
		}
		item := v.name + " " + v.kind
		if g.chance(60) {
			item += " = " + g.literal(v.tag)
		}
		items = append(items, item)
		sc.vars[v.tag] = append(sc.vars[v.tag], v.name)
		if g.chance(50) {
			declare(strings.Join(items, ", "))
			items = nil
		}
	}
	if len(items) > 0 {
		declare(strings.Join(items, ", "))
	}
	if g.tables && g.chance(70) {
		declare("@tv TABLE (n int, s varchar(20))")
		sc.tables = append(append([]string{}, sc.tables...), "@tv")
	}
	return append(list, g.list(sc)...)
}

func (g *generator) procedure() {
	g.names++
	budget := 3 + g.IntN(9)
	sc := &scope{budget: &budget, procedure: true, callable: g.c.procedures, tables: []string{"t1", "t2"},
		vars: map[string][]string{"int": {"@i", "@j"}, "vc": {"@s"}}}
	p := &procedure{name: fmt.Sprintf("p%d_%d", g.number, g.names), header: "@i int, @j int = 7 OUTPUT, @s varchar(20) = 'def' OUTPUT"}
	p.body = g.body(sc)
	if g.chance(60) {
		p.body = append(p.body, leaf("RETURN %s%s", g.integer(sc, 1), g.end()))
	}
	g.c.procedures = append(append([]*procedure{}, g.c.procedures...), p)
}

// list is one to four statements.
func (g *generator) list(sc *scope) []*node {
	var list []*node
	for n := 1 + g.IntN(4) + max(0, 4-3*sc.depth); n > 0 && *sc.budget > 0; n-- {
		*sc.budget--
		list = append(list, g.statement(sc)...)
	}
	return g.settle(list)
}

func (g *generator) inner(sc *scope) *scope {
	in := *sc
	in.depth++
	return &in
}

func (g *generator) end() string { return g.pick(";", "") }

func (g *generator) statement(sc *scope) []*node {
	one := func(format string, args ...any) []*node { return []*node{leaf(format, args...)} }
	switch n := g.IntN(100); {
	case n < 22:
		return g.call(sc)
	case n < 27:
		return one("SET %s%s", g.assignment(sc), g.end())
	case n < 30:
		return one("SELECT %s, @d = @d + 1%s", g.numberAssignment(sc), g.end())
	case n < 33:
		return one("SELECT @k = n, @s = s FROM t1 WHERE id = %s%s", g.integer(sc, 1), g.end())
	case n < 38:
		return one("SELECT %s AS i, %s AS v%s", g.integer(sc, 1), g.shown(g.pick("@s", "@u", "@d", "@b", "@x", "@m", "@f", "@j")), g.end())
	case n < 41:
		return one("SELECT n, s FROM %s ORDER BY n, s%s", g.pick(sc.tables...), g.end())
	case n < 50:
		return g.change(sc)
	case n < 53:
		return one("PRINT %s%s", g.pick("'text'", "@s", "CONCAT('i=', @i)", "N'wide'"), g.end())
	case n < 56:
		return one("RAISERROR('raised %%d', %s, 1, %s)%s", g.pick("0", "10", "16"), g.pick("@i", "7"), g.end())
	case n < 58 && !(g.babelfish && sc.catches > 0): // where it raises the caught error again
		number, state := 50000+g.IntN(3), 1+g.IntN(3)
		if g.babelfish { // where it becomes that of what a CATCH block raises
			state = 1
		}
		return one("; THROW %d, 'thrown', %d;", number, state)
	case n < 63:
		return one(g.pick("SELECT @@ROWCOUNT AS r, @@ERROR AS e%s", "SELECT @@ERROR AS e, @@ROWCOUNT AS r%s", "SELECT @j = @@ROWCOUNT%s", "SET @k = @@ERROR%s", "SELECT @@TRANCOUNT AS t, XACT_STATE() AS x%s"), g.end())
	case n < 70:
		return g.transaction(sc)
	case n < 74:
		return g.mistake()
	case n < 76 && !(g.babelfish && sc.rpc): // where they outlive an RPC
		return one(g.pick("SET NOCOUNT ON%s", "SET NOCOUNT OFF%s", "SET XACT_ABORT ON%s", "SET XACT_ABORT OFF%s"), g.end())
	case n < 77 && sc.depth > 0:
		if sc.procedure && g.chance(50) {
			return one("RETURN %s%s", g.pick("1", "@i", "5"), g.end())
		}
		return one("RETURN;")
	}
	if sc.depth > 3 {
		return g.call(sc)
	}
	return g.compound(sc)
}

func (g *generator) compound(sc *scope) []*node {
	in := g.inner(sc)
	switch n := g.IntN(20); {
	case n < 6 && !(g.babelfish && in.catches > 0): // where an error in a CATCH block in a CATCH block ends the batch
		body := g.list(in)
		in.catches++
		handler := g.list(in)
		if g.chance(60) {
			handler = append([]*node{leaf("SELECT ERROR_NUMBER() AS n, ERROR_SEVERITY() AS s, ERROR_STATE() AS st, %s AS l, %s AS p, %s AS m%s", g.errorText("ERROR_LINE()"), g.errorText("ERROR_PROCEDURE()"), g.errorText("ERROR_MESSAGE()"), g.end())}, handler...)
		}
		if g.rethrows && g.chance(40) {
			handler = append(handler, leaf("; THROW;"))
		}
		return []*node{{texts: []string{"BEGIN TRY", "END TRY\nBEGIN CATCH", "END CATCH" + g.pick("", ";")}, bodies: [][]*node{body, handler}}}
	case n < 11:
		if g.chance(40) {
			return []*node{{texts: []string{"IF " + g.condition(sc) + "\nBEGIN", "END" + g.pick("", ";")}, bodies: [][]*node{g.list(in)}}}
		}
		body := g.list(in)
		return []*node{{texts: []string{"IF " + g.condition(sc) + "\nBEGIN", "END\nELSE\nBEGIN", "END"}, bodies: [][]*node{body, g.list(in)}}}
	case n < 14:
		if in.dynamic > 0 {
			return g.call(sc)
		}
		g.names++
		l := fmt.Sprintf("@l%d", g.names)
		in.loops++
		body := g.list(in)
		if g.chance(30) {
			body = g.settle(append(body, leaf("IF %s %s%s", g.condition(sc), g.pick("BREAK", "CONTINUE"), g.end())))
		}
		body = append(body, g.list(in)...)
		step := &node{texts: []string{"SET " + l + " = " + l + " + 1;"}, keep: true}
		return []*node{{texts: []string{"DECLARE " + l + " int = 0;"}, keep: true},
			{texts: []string{fmt.Sprintf("WHILE %s < %d\nBEGIN", l, 1+g.IntN(3)), "END"}, bodies: [][]*node{append([]*node{step}, body...)}}}
	case n < 15:
		return []*node{{texts: []string{"BEGIN", "END"}, bodies: [][]*node{g.list(in)}}}
	case n < 17 && in.dynamic < 2 && (g.texts || !sc.procedure):
		return g.dynamic(sc)
	}
	if len(sc.callable) > 0 {
		return g.module(sc)
	}
	return g.call(sc)
}
