package plans

import (
	"fmt"
	"regexp"
	"strings"
)

// Calls of scripts, procedures and dynamic SQL in made-up cases.

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

// insertable tells whether INSERT ... EXEC of a procedure is compared: of one that changes tables or transactions, or
// returns what does not fit, SQL Server undoes more, and notices sooner, than a plan, which inserts when the procedure
// has ended.
func insertable(p *procedure) bool {
	return !regexp.MustCompile(`TRAN|XACT|ROLLBACK|COMMIT|INSERT|UPDATE|DELETE|THROW|both|id, n, s|AS \w\b|ERROR_|EXEC`).MatchString(p.text())
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
