package proxy

import (
	"strings"

	"tds-launchpad/tsql"
)

// step is what one request of a plan does: statements of one list that the engine executes, and
// what the marker behind them asks for.
type step struct {
	frame *frame
	stmts []tsql.Statement
	// cond is the IF or WHILE whose condition is asked, value the RETURN whose value is.
	cond, value *tsql.Statement
	// own is text of ours in place of statements, on a line of the frame's text. raises: it does no
	// more than raise an error.
	own    string
	raises bool
	line   int32
	// inserts: it is the INSERT of an INSERT ... EXEC; uses is what it is made of.
	inserts bool
	uses    span
	// quiet: nothing of the plan needs to know how it ended.
	quiet bool
	// substitute: what the first statement asks of the statement before it is known to us only.
	substitute bool
}

// composed is a request's text with what is needed to read its answer.
type composed struct {
	text    *lineText
	markers markers
	prelude bool // what comes before the first marker is of our own making
	// errors are put in place of the ERROR_ functions while text is added.
	errors *caughtError
	rpc    bool // it is sent by sp_executesql
	// raising is the frame whose error a CATCH block sees while its text is added, procedures what
	// ERROR_PROCEDURE() is for each open TRY if the engine knows of no procedure.
	raising    *frame
	procedures []string
	calls      bool   // an EXECUTE stands among the step's statements
	inserts    []span // what changes SCOPE_IDENTITY()
}

// compose writes the request of a step inside of the TRY blocks that are open.
func (p *plan) compose(s step) (*composed, error) {
	c := &composed{text: newLineText(), markers: markers{name: p.markerName}}
	tsql.WalkStatements(s.stmts, func(st *tsql.Statement) bool {
		c.calls = c.calls || executeOf(st) != nil
		return true
	})
	ranges := p.ranges(s)
	if err := p.travellers(c, s, ranges); err != nil {
		return nil, err
	}
	c.inserts = insertsIn(ranges)
	if c.rpc {
		for _, r := range ranges {
			if err := p.holdIdentity(r.frame); err != nil {
				return nil, err
			}
			c.markers.identity = c.markers.identity || r.frame.identity != ""
		}
	}
	declarations, err := p.declarations(c)
	if err != nil {
		return nil, err
	}
	if line := s.firstLine(); line > 1 && len(p.tries) == 0 {
		c.text.to(s.frame, line)
	}
	c.text.own(declarations)
	if c.prelude = declarations != "" || s.substitute && p.last.rowCount == 0; c.prelude {
		c.text.own(c.markers.begin(p.last))
	}
	for range p.tries {
		c.text.own("BEGIN TRY ")
	}
	c.errors = p.catching
	p.body(c, s)
	c.errors = nil
	if s.raises {
		c.prelude, c.errors = true, p.raised.asCaught()
	}
	c.procedures = make([]string, len(p.tries))
	c.raising = s.frame
	for i := len(p.tries) - 1; i >= 0; i-- {
		c.text.own("; RETURN END TRY ")
		c.procedures[i] = c.raising.procedure()
		p.catch(c, s.frame, i)
		c.raising = p.tries[i].frame
	}
	return c, nil
}

// firstLine is the line that the step begins on, 0 if it is nowhere.
func (s *step) firstLine() int32 {
	switch {
	case len(s.stmts) > 0:
		return s.stmts[0].Line
	case s.cond != nil:
		return s.cond.Line
	case s.value != nil:
		return s.value.Line
	}
	return s.line
}

// body adds the statements and the marker behind them.
func (p *plan) body(c *composed, s step) {
	p.statements(c, s.frame, s.frame, s.stmts, s.substitute)
	separate := ""
	if len(s.stmts) > 0 {
		separate = "; "
	}
	switch {
	case s.own != "":
		c.text.to(s.frame, s.line)
		c.text.own(s.own)
		if !s.raises {
			c.text.own("; " + c.markers.marker(markEnd))
		}
	case s.cond != nil:
		c.text.own(separate)
		changes := p.changes(c, s.frame, s.frame, s.cond.CondPos, s.cond.CondEnd, asking(s.cond, s.substitute && len(s.stmts) == 0))
		c.text.source(s.frame, s.cond.Pos, s.cond.Pos, s.cond.Line, nil)
		c.text.own("IF ")
		c.text.copyChanged(s.frame, s.cond.CondPos, s.cond.CondEnd, changes)
		// A marker may be more than one statement.
		c.text.own(" BEGIN " + c.markers.marker(markTrue) + "END ELSE BEGIN " + c.markers.marker(markFalse) + "END ")
	case s.value != nil:
		c.text.own(separate)
		before, after := c.markers.valueMarker()
		c.text.to(s.frame, s.value.Line)
		c.text.own(before)
		c.text.copyChanged(s.frame, s.value.CondPos, s.value.CondEnd,
			p.changes(c, s.frame, s.frame, s.value.CondPos, s.value.CondEnd, asking(s.value, s.substitute && len(s.stmts) == 0)))
		c.text.own(after)
	case !s.quiet || len(p.tries) > 0:
		c.text.own(separate + c.markers.marker(markEnd))
	}
}

// catch adds the CATCH block of the i-th open TRY, and what the engine executes behind it.
func (p *plan) catch(c *composed, innermost *frame, i int) {
	t := p.tries[i]
	c.text.to(t.frame, t.catchLine())
	c.text.own("BEGIN CATCH " + c.markers.marker(markCaught+mark(i)))
	if c.raising != t.frame && (c.raising.module != nil || c.raising.dynamic) {
		c.text.own(p.restoreOptions(c.raising)) // which end with the procedure that the error has come out of
	}
	if t.walked {
		p.statements(c, t.frame, innermost, t.lead, false)
		c.text.own("; " + c.markers.marker(markResumed+mark(i)) + "RETURN END CATCH ")
	} else {
		p.statements(c, t.frame, innermost, t.stmt.Else, false)
		c.text.own(" END CATCH; ")
		within := c.errors
		c.errors = t.outer // behind the block there is no error of its own any more
		p.statements(c, t.frame, innermost, t.rest, false)
		c.errors = within
		c.text.own("; " + c.markers.marker(markResumed+mark(i)))
	}
}

// statements adds statements of a list, each at its line.
func (p *plan) statements(c *composed, f, innermost *frame, stmts []tsql.Statement, substitute bool) {
	for i := range stmts {
		s := &stmts[i]
		if i > 0 {
			c.text.own(";")
		}
		c.text.source(f, s.Pos, s.End, s.Line, p.changes(c, f, innermost, s.Pos, s.End, asking(s, substitute)))
		substitute = substitute && onlyDeclares(s)
	}
}

// declarations are the DECLAREs of the variables with their values; none if they are parameters, but on Babelfish, where
// a parameter is no nvarchar any more when it is selected: there they take the parameters' values.
func (p *plan) declarations(c *composed) (string, error) {
	var list []string
	if c.markers.whole {
		list = append(list, "@tl$r int", "@tl$e int", "@tl$v int", "@tl$i varchar(40)")
	}
	for i, t := range c.markers.vars {
		if c.rpc && !p.facts.babelfish {
			break
		}
		item := t.alias + " " + t.v.declared
		if c.rpc {
			item += " = " + p.parameterName(i, t)
		} else if t.v.raw != nil {
			text, ok := t.v.literal()
			if !ok {
				return "", newError(errNotSupported, "the value of %s can't be carried over a script call.", t.v.name)
			}
			item += " = " + text
		}
		list = append(list, item)
	}
	if len(list) == 0 {
		return "", nil
	}
	return "DECLARE " + strings.Join(list, ", ") + "; ", nil
}
