package plans

import (
	"fmt"
	"math/rand/v2"
	"regexp"
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

// settle lets statements that ask for @@ROWCOUNT or @@ERROR follow statements of which all engines agree on what
// they do to these.
func (g *generator) settle(list []*node) []*node {
	var out []*node
	for _, n := range list {
		head := strings.TrimSpace(n.texts[0])
		if !n.settled && (strings.Contains(head, "@@ROWCOUNT") || strings.Contains(head, "@@ERROR")) {
			n.settled = true
			if last := len(out) - 1; last >= 0 && out[last].bodies == nil && g.settled(out[last].texts[0]) {
				n.texts[0] = out[last].texts[0] + "\n" + n.texts[0] // one node, so that shrinking leaves them together
				out = out[:last]
			} else {
				n.texts[0] = "SET @x = 1;\n" + n.texts[0]
			}
		}
		out = append(out, n)
	}
	return out
}

// settled tells whether a statement is one of those: engines differ about IF, SET options, BEGIN TRAN, and Babelfish
// about procedures with parameters and what fails.
func (g *generator) settled(text string) bool {
	if g.babelfish {
		return settledOnBabelfish.MatchString(text) && !strings.Contains(text, "1 / (") && !strings.Contains(text, "CONVERT(")
	}
	return settled.MatchString(text)
}

var (
	settled            = regexp.MustCompile(`^(INSERT|UPDATE|DELETE|SELECT|\{\{|SET @)`)
	settledOnBabelfish = regexp.MustCompile(`^(SELECT|\{\{(rows|query)|SET @)`)
)

// shown is a variable in a SELECT list; Babelfish forgets the length of one that is a parameter of sp_executesql.
func (g *generator) shown(v string) string {
	if g.babelfish && v == "@s" {
		return "CAST(@s AS varchar(20))"
	}
	return v
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

// call is a script call.
func (g *generator) call(sc *scope) []*node {
	code := ""
	if g.chance(15) {
		code = g.pick("@i", "@j", "@k") + " = "
	}
	output := g.pick(" OUTPUT", " OUTPUT", " OUTPUT", "")
	if code != "" {
		output = "" // into the same variable, perhaps
	}
	one := func(format string, args ...any) []*node {
		after := ""
		if format == "failcode" || g.babelfish && strings.Contains(fmt.Sprint(args...), "OUTPUT") { // which sets @@ROWCOUNT there
			after = "; SET @x = 1"
		}
		return []*node{leaf("{{"+code+format+"}}"+after+g.end(), args...)}
	}
	switch n := g.IntN(20); {
	case n < 4:
		return one("rows %s", g.pick("0", "1", "2", "3", "@i", "@k"))
	case n < 7:
		return one("double %s; %s%s", g.pick("@i", "@j", "3", "NULL"), g.pick("@i", "@j", "@k"), output)
	case n < 8:
		return one("both %s; %s%s", g.pick("@i", "@j", "3"), g.pick("@j", "@k"), output)
	case n < 10:
		return one("say %s", g.pick("@s", "@u", "N'hello'"))
	case n < 12:
		if code != "" {
			return one("failcode") // RETURN sets @@ERROR natively; the next statement does it in both
		}
		return one("fail")
	case n < 13:
		code = ""
		return one("failafter %s", g.pick("@i", "@j", "@k", "2"))
	case n < 15:
		v := variables[g.IntN(len(variables))]
		return one("copy_%s %s; %s%s", v.tag, v.name, v.name, output)
	case n < 17:
		if g.chance(30) {
			return one("query N'SELECT id, n, s FROM t1 WHERE id > @p ORDER BY id'; N'@p int', @p = %s", g.pick("@i", "1", "@k"))
		}
		return one("query N'SELECT id, s FROM %s ORDER BY id'", g.pick("t1", "t2"))
	}
	target := g.pick(sc.tables...)
	if target == "t1" {
		target = g.pick("t1 (id, s)", "t1 (n, s)", "t1 (id, s)")
	} else if target == "t2" {
		target = "t2 (n, s)"
	}
	into := g.pick("INSERT INTO ", "INSERT ") + target + " "
	if g.babelfish {
		// INSERT ... EXEC is broken there where columns are left out: the same rows come from a SELECT.
		return []*node{leaf("{{insert %s; %s}}%s", target, g.pick("0", "1", "2", "4", "@i"), g.end())}
	}
	switch n := g.IntN(10); {
	case n < 7:
		return []*node{leaf("%s{{%srows %s}}%s", into, code, g.pick("0", "1", "2", "4", "@i"), g.end())}
	case n < 8:
		return []*node{leaf("%s{{%squery N'SELECT id + 10, s FROM t1 ORDER BY id'}}%s", into, code, g.end())}
	case n < 9:
		return []*node{leaf("%s{{fail}}%s", into, g.end())}
	}
	return []*node{leaf("%s{{%srows 3}}%s", into, code, g.end())}
}

// module calls a procedure of the case.
func (g *generator) module(sc *scope) []*node {
	p := sc.callable[g.IntN(len(sc.callable))]
	code := ""
	if g.chance(40) {
		code = g.pick("@i", "@j", "@k") + " = "
	}
	arguments := g.pick("1", "@i", "@k", "@i, @j OUTPUT", "@k, @k OUTPUT, @s OUTPUT", "@s = @s OUTPUT, @i = 2", "@j = @j OUTPUT, @i = @i", "2, DEFAULT, 'arg'", "'4', @d OUTPUT")
	if code != "" && strings.Contains(arguments, strings.TrimSuffix(code, "= ")+"OUTPUT") {
		code = "" // which of the two is last in the variable is not laid down
	}
	into := ""
	if g.chance(12) && !g.babelfish && insertable(p) {
		into = "INSERT INTO " + g.pick("t1 (id, s) ", "t2 (n, s) ")
	}
	end := g.end()
	if g.babelfish && strings.Contains(arguments, "OUTPUT") {
		end = "; SET @x = 1" + end
	}
	return []*node{leaf("%s%s %s%s%s %s%s", into, g.pick("EXEC", "EXECUTE", "exec"), code, g.pick("", "dbo."), p.name, arguments, end)}
}

// insertable tells whether INSERT ... EXEC of a procedure is compared: of one that changes tables or transactions, or returns what does
// not fit, SQL Server undoes more, and notices sooner, than a plan, which inserts when the procedure has ended.
func insertable(p *procedure) bool {
	return !regexp.MustCompile(`TRAN|XACT|ROLLBACK|COMMIT|INSERT|UPDATE|DELETE|THROW|both|id, n, s|AS \w\b|ERROR_|EXEC`).MatchString(p.text())
}

// errorText is an ERROR_ function of a type that all engines agree on.
func (g *generator) errorText(f string) string {
	switch {
	case g.texts && f == "ERROR_PROCEDURE()":
		return "NULL" // engines differ about errors of dynamic SQL in procedures
	case g.babelfish && g.rethrows && f == "ERROR_PROCEDURE()":
		return "NULL" // it forgets the procedure
	case g.babelfish && f == "ERROR_LINE()":
		return "0" // it miscounts lines
	case g.babelfish:
		return "CAST(" + f + " AS nvarchar(500))"
	}
	return f
}

// dynamic is dynamic SQL with statements in it.
func (g *generator) dynamic(sc *scope) []*node {
	in := g.inner(sc)
	in.dynamic++
	in.vars, in.tables, in.loops, in.procedure = nil, []string{"t1", "t2"}, 0, false
	if g.chance(50) {
		body := g.body(in)
		return []*node{{texts: []string{g.pick("EXEC", "EXECUTE") + " (‹", "›)" + g.end()}, bodies: [][]*node{body}}}
	}
	in.vars = map[string][]string{"int": {"@i", "@j"}, "vc": {"@s"}}
	body := g.body(in)
	code := ""
	if g.chance(30) && !g.babelfish { // where it is 0 always
		code = "@k = "
	}
	return []*node{{texts: []string{"EXEC " + code + "sp_executesql ‹", "›, N'@i int, @j int OUTPUT, @s varchar(20)', " + g.pick("@i, @j OUTPUT, @s", "@s = @s, @j = @k OUTPUT, @i = 3", "1, @j, 'lit'") + g.end()}, bodies: [][]*node{body}}}
}

// change is an INSERT, UPDATE or DELETE.
func (g *generator) change(sc *scope) []*node {
	table := g.pick(sc.tables...)
	text := ""
	switch n := g.IntN(8); {
	case n < 4 && table == "t1":
		text = fmt.Sprintf("INSERT INTO t1 VALUES (%s, %s, %s)", g.pick("1", "4", "5", "6", "@i", "@j"), g.integer(sc, 1), g.pick("@s", "'new'", "NULL"))
	case n < 4:
		text = fmt.Sprintf("INSERT INTO %s (n, s) VALUES (%s, %s)", table, g.integer(sc, 1), g.pick("@s", "'new'", "NULL"))
	case n < 6:
		text = fmt.Sprintf("UPDATE %s SET n = %s WHERE n > %s", table, g.integer(sc, 1), g.integer(sc, 0))
	case n < 7:
		text = fmt.Sprintf("DELETE FROM %s WHERE n = %s", table, g.integer(sc, 0))
	default:
		text = fmt.Sprintf("INSERT INTO %s (n, s) SELECT n, s FROM t1 WHERE id < 3", g.pick("t2", "t2", table))
	}
	return []*node{leaf("%s%s", text, g.end())}
}

func (g *generator) transaction(sc *scope) []*node {
	if g.tables || g.babelfish && (sc.procedure || sc.dynamic > 0 || sc.rpc) {
		// On Babelfish error 266 dooms the transaction in a TRY, and does not come at the end of an RPC.
		return []*node{leaf("SELECT @@TRANCOUNT AS t;")}
	}
	return []*node{leaf("%s", g.pick("BEGIN TRAN;", "BEGIN TRANSACTION", "BEGIN TRAN t;", "IF @@TRANCOUNT > 0 COMMIT;", "IF @@TRANCOUNT > 0 ROLLBACK;", "COMMIT;", "ROLLBACK;",
		"IF @@TRANCOUNT > 0 SAVE TRAN sp;", "IF @@TRANCOUNT > 0 ROLLBACK TRAN sp;", "IF XACT_STATE() = -1 ROLLBACK;", "IF XACT_STATE() <> 0 ROLLBACK TRAN;"))}
}

// mistake is a statement that fails when it runs.
func (g *generator) mistake() []*node {
	return []*node{leaf("%s%s", g.pick("SET @k = 1 / (@i - @i)", "SELECT 1 / (@k - @k) AS q", "INSERT INTO t1 VALUES (1, 1, 'again')", "SELECT CONVERT(int, 'abc') AS c",
		"SET @i = CONVERT(int, @s)", "INSERT INTO t2 (n) VALUES (NULL)", "UPDATE t1 SET id = 1", "INSERT INTO t1 VALUES (9, 1, 'this is more than twenty characters')"), g.end())}
}

func (g *generator) assignment(sc *scope) string {
	switch g.IntN(10) {
	case 0:
		wide := "LEFT(@u, 5)"
		if g.babelfish { // whose varchar variables keep what no code page has, until they are sent
			wide = "LEFT(REPLACE(@u, NCHAR(1078), N'?'), 5)"
		}
		return "@s = " + g.pick("CONCAT(@s, @i)", "'it''s'", wide, "NULL", "'a' + @s")
	case 1:
		return "@u = " + g.pick("REPLICATE(CAST(N'ab' AS nvarchar(max)), 5)", "NCHAR(1078) + @u", "REPLICATE(CAST(N'long' AS nvarchar(max)), 3000)", "CONCAT(@u, @s)", "NULL")
	case 2:
		return "@d = " + g.pick("12.34", "@d * 2", "@i", "NULL")
	case 3:
		return "@b = " + g.pick("0x0102", "CAST('xyz' AS varbinary(max))", "0x")
	case 4:
		return g.pick("@x = 1", "@x = 0", "@m = '2020-02-29 12:34:56.789'", "@f = 1.5", "@f = @f * 3", "@m = NULL")
	}
	return g.numberAssignment(sc)
}

func (g *generator) numberAssignment(sc *scope) string {
	return g.pick("@i", "@j", "@k") + " = " + g.integer(sc, 1)
}

func (g *generator) literal(tag string) string {
	switch tag {
	case "int":
		return g.pick("0", "1", "2", "3", "-1")
	case "vc":
		return g.pick("'abc'", "''", "'it''s'")
	case "nvm":
		return g.pick("N'wide'", "NCHAR(1078)")
	case "dec":
		return g.pick("1.25", "-3")
	case "vbm":
		return "0xABCD"
	case "bit":
		return g.pick("0", "1")
	case "dt":
		return "'2024-05-06 07:08:09.123'"
	}
	return g.pick("0.1", "1e10")
}

func (g *generator) integer(sc *scope, depth int) string {
	if depth == 0 {
		return g.pick("0", "1", "2", "@i", "@j", "@k")
	}
	switch g.IntN(8) {
	case 0:
		return g.integer(sc, 0) + g.pick(" + ", " - ", " * ") + g.integer(sc, 0)
	case 1:
		return "(SELECT COUNT(*) FROM " + g.pick(sc.tables...) + ")"
	case 2:
		return g.pick("@@ROWCOUNT", "@@ERROR", "@@TRANCOUNT", "ISNULL(@i, 0)", "LEN(@s)", "DATALENGTH(@u)")
	}
	return g.integer(sc, 0)
}

func (g *generator) condition(sc *scope) string {
	switch g.IntN(9) {
	case 0:
		return "@@ROWCOUNT " + g.pick("=", ">", "<>") + " " + g.pick("0", "1")
	case 1:
		return "@@ERROR <> 0"
	case 2:
		return g.pick("@s IS NULL", "@u LIKE N'%a%'", "@x = 1", "@d > 2", "@b IS NOT NULL")
	case 3:
		return "EXISTS (SELECT 1 FROM " + g.pick(sc.tables...) + " WHERE n > " + g.integer(sc, 0) + ")"
	case 4:
		return g.pick("XACT_STATE() = 1", "@@TRANCOUNT > 0", "1 = 1", "1 = 0")
	}
	return g.integer(sc, 1) + g.pick(" = ", " > ", " < ", " <> ") + g.integer(sc, 0)
}
