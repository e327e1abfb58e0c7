package proxy

import (
	"sort"
	"strconv"
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
}

// compose writes the request of a step inside of the TRY blocks that are open.
func (p *plan) compose(s step) (*composed, error) {
	c := &composed{text: newLineText(), markers: markers{name: p.markerName}}
	ranges := p.ranges(s)
	if err := p.travellers(c, s, ranges); err != nil {
		return nil, err
	}
	declarations, err := p.declarations(c)
	if err != nil {
		return nil, err
	}
	if line := s.firstLine(); line > 1 && len(p.tries) == 0 {
		c.text.to(s.frame, line)
	}
	c.text.own(declarations)
	if c.prelude = declarations != ""; c.prelude {
		c.text.own(c.markers.begin())
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
	for i := len(p.tries) - 1; i >= 0; i-- {
		c.text.own("; RETURN END TRY ")
		p.catch(c, s.frame, i)
		if !p.tries[i].rethrows() {
			c.errors = nil // what the next CATCH block sees is another error
		}
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
		changes := p.changes(c, s.frame, s.frame, s.cond.CondPos, s.cond.CondEnd, s.substitute && len(s.stmts) == 0)
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
			p.changes(c, s.frame, s.frame, s.value.CondPos, s.value.CondEnd, s.substitute && len(s.stmts) == 0))
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
	if t.walked {
		p.statements(c, t.frame, innermost, t.lead, false)
		c.text.own("; " + c.markers.marker(markResumed+mark(i)) + "RETURN END CATCH ")
	} else {
		p.statements(c, t.frame, innermost, t.stmt.Else, false)
		c.text.own(" END CATCH; ")
		p.statements(c, t.frame, innermost, t.rest, false)
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
		c.text.source(f, s.Pos, s.End, s.Line, p.changes(c, f, innermost, s.Pos, s.End, substitute && i == 0))
	}
}

// span is a range of a frame's text.
type span struct {
	frame    *frame
	from, to int
}

func spanOf(f *frame, stmts []tsql.Statement) span {
	if len(stmts) == 0 {
		return span{f, 0, 0}
	}
	return span{f, stmts[0].Pos, stmts[len(stmts)-1].End}
}

// ranges are all ranges of text that stand in a step's request.
func (p *plan) ranges(s step) []span {
	out := []span{spanOf(s.frame, s.stmts)}
	if s.cond != nil {
		out = append(out, span{s.frame, s.cond.CondPos, s.cond.CondEnd})
	}
	if s.value != nil {
		out = append(out, span{s.frame, s.value.CondPos, s.value.CondEnd})
	}
	for _, t := range p.tries {
		if t.walked {
			out = append(out, spanOf(t.frame, t.lead))
		} else {
			out = append(out, spanOf(t.frame, t.stmt.Else), spanOf(t.frame, t.rest))
		}
	}
	return out
}

// travellers finds the variables that the request needs.
func (p *plan) travellers(c *composed, s step, ranges []span) error {
	perFrame := map[*frame]map[*variable]bool{}
	var frames []*frame
	for _, r := range ranges {
		if perFrame[r.frame] == nil {
			perFrame[r.frame] = map[*variable]bool{}
			frames = append(frames, r.frame)
		}
		r.frame.mentioned(r.from, r.to, perFrame[r.frame])
	}
	for _, f := range frames {
		for _, v := range f.order {
			if !perFrame[f][v] || !v.shared {
				continue
			}
			if v.columns != "" {
				if err := p.makeTable(f, v); err != nil {
					return err
				}
				continue
			}
			c.markers.vars = append(c.markers.vars, traveller{v, f.alias(v.name, s.frame)})
			c.rpc = c.rpc || v.long()
			c.markers.whole = c.markers.whole || v.info.Size < 0 && !p.facts.babelfish
		}
	}
	return nil
}

// declarations are the DECLAREs of the variables with their values; none if they are parameters.
func (p *plan) declarations(c *composed) (string, error) {
	var list []string
	if c.markers.whole {
		list = append(list, "@tlr int", "@tle int")
	}
	for _, t := range c.markers.vars {
		if c.rpc {
			break
		}
		item := t.alias + " " + t.v.declared
		if t.v.raw != nil {
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

// changes are what is replaced in text[from:to] of f.
func (p *plan) changes(c *composed, f, innermost *frame, from, to int, substitute bool) []change {
	declares := f.declareChanges(from, to, innermost)
	tokens := tokenChanges(f, from, to, func(tokens []tsql.Token) (int, string) {
		t := tokens[0]
		switch t.Kind {
		case tsql.TokenVariable:
			v := f.lookup(t.Text(f.text))
			switch {
			case v == nil || f.argNames[t.Pos]:
			case v.table != "":
				return 1, tsql.QuoteName(v.table)
			case f != innermost:
				return 1, f.alias(t.Text(f.text), innermost)
			}
		case tsql.TokenGlobal:
			if substitute {
				return p.substituted(t.Text(f.text))
			}
		case tsql.TokenIdent:
			if name := f.tempNames[strings.ToLower(t.Text(f.text))]; name != "" {
				return 1, tsql.QuoteName(name)
			}
			if c.errors != nil {
				return c.errors.substituted(f.text, tokens)
			}
		}
		return 0, ""
	})
	return merge(declares, tokens)
}

// substituted is the value of @@ROWCOUNT or @@ERROR as the client would have it.
func (p *plan) substituted(name string) (int, string) {
	switch {
	case strings.EqualFold(name, "@@ROWCOUNT"):
		return 1, strconv.FormatInt(p.last.rowCount, 10)
	case strings.EqualFold(name, "@@ERROR"):
		return 1, strconv.FormatInt(p.last.number, 10)
	}
	return 0, ""
}

// declareChanges turn DECLAREs of shared variables into assignments: the variables themselves are
// declared in front of each request.
func (f *frame) declareChanges(from, to int, innermost *frame) []change {
	first := sort.Search(len(f.declares), func(i int) bool { return f.declares[i].Pos >= from })
	var out []change
	for _, s := range f.declares[first:] {
		if s.Pos >= to {
			break
		}
		out = append(out, f.declareChange(s, innermost)...)
	}
	return out
}
