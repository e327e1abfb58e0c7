package proxy

import "tds-launchpad/tsql"

// course is how the plan goes on behind a statement.
type course uint8

const (
	courseNext     course = iota
	courseBreak           // out of the innermost WHILE
	courseContinue        // to the condition of the innermost WHILE
	courseReturn          // out of the frame
	courseCaught          // to the end of the TRY whose CATCH block has run: plan.caught
	courseEnd             // out of the plan: the batch has been given up
)

// list carries a list of statements out.
func (p *plan) list(f *frame, stmts []tsql.Statement) (course, error) {
	for i := 0; i < len(stmts); {
		n := p.run(f, stmts[i:])
		if n > 0 && !(i+n < len(stmts) && asksCondition(&stmts[i+n])) {
			c, err := p.segment(f, stmts[i:i+n], i+n == len(stmts) && p.endsHere(f, stmts))
			if c != courseNext || err != nil {
				return c, err
			}
			i += n
			continue
		}
		before := stmts[i : i+n]
		i += n
		s := &stmts[i]
		i++
		skip, c, err := p.statement(f, s, before, stmts[i:])
		if c != courseNext || err != nil {
			return c, err
		}
		i += skip
	}
	return courseNext, nil
}

// asksCondition tells whether the statement begins with something that the engine decides, so that
// one request serves for it and for the statements before.
func asksCondition(s *tsql.Statement) bool {
	return s.Kind == tsql.StatementIf || s.Kind == tsql.StatementWhile || s.Kind == tsql.StatementReturn && s.CondEnd > s.CondPos
}

// run is how many statements the engine can execute in one go.
func (p *plan) run(f *frame, stmts []tsql.Statement) int {
	n := 0
	for n < len(stmts) && !f.walked[&stmts[n]] {
		n++
	}
	return n
}

// statement carries a statement out that has something of ours in it. before are the statements in
// front that a condition takes with it, rest those behind; of them skip have been executed.
func (p *plan) statement(f *frame, s *tsql.Statement, before, rest []tsql.Statement) (skip int, c course, err error) {
	switch s.Kind {
	case tsql.StatementBlock:
		c, err = p.list(f, s.Body)
	case tsql.StatementIf:
		c, err = p.ifStatement(f, s, before)
	case tsql.StatementWhile:
		c, err = p.while(f, s, before)
	case tsql.StatementTry:
		return p.try(f, s, rest)
	case tsql.StatementBreak:
		c = courseBreak
	case tsql.StatementContinue:
		c = courseContinue
	case tsql.StatementReturn:
		c, err = p.returnStatement(f, s, before)
	case tsql.StatementExecute:
		c, err = p.executeStatement(f, s)
	case tsql.StatementInsertExec:
		c, err = p.insertExec(f, s)
	case tsql.StatementOpaque:
		switch s.Keyword {
		case "ROLLBACK", "COMMIT":
			c, err = p.endTransaction(f, s)
			return 0, c, err
		}
		// What raises the error of a CATCH block again, after that block has left the engine.
		c, err = p.rethrow(f, s)
	}
	return 0, c, err
}

// segment sends statements to the engine.
func (p *plan) segment(f *frame, stmts []tsql.Statement, quiet bool) (course, error) {
	out, err := p.request(step{frame: f, stmts: stmts, quiet: quiet, substitute: p.stepped})
	if err != nil {
		return courseEnd, err
	}
	return p.after(f, out, quiet)
}

// asItIs sends a statement to the engine that has turned out to be none of ours.
func (p *plan) asItIs(f *frame, s *tsql.Statement) (course, error) {
	return p.segment(f, []tsql.Statement{*s}, false)
}

// after is how the plan goes on behind a request.
func (p *plan) after(f *frame, out *outcome, quiet bool) (course, error) {
	p.stepped = true
	switch {
	case out.caught != nil && out.row != nil && out.row.caught == nil:
		p.caught = out.caught
		p.caught.doomed = out.row.xactState < 0
		return courseCaught, nil
	case out.row == nil && quiet && !out.failed:
		return courseNext, nil
	case out.row == nil && len(out.hidden) > 0:
		return p.raise(f, out.hidden[0].Line, out.hidden)
	case out.row == nil && out.failed && (p.nesting > 1 || p.req.rpc) && tsql.AbortsScope(out.number):
		p.last = lastStatement{number: int64(out.number)}
		return courseReturn, nil // the frame has ended, its caller goes on
	case out.row == nil || out.row.caught != nil:
		return courseEnd, nil
	}
	return courseNext, nil
}

// condition asks the engine for the condition of an IF or WHILE.
func (p *plan) condition(f *frame, s *tsql.Statement, before []tsql.Statement) (*outcome, course, error) {
	out, err := p.request(step{frame: f, stmts: before, cond: s, substitute: p.stepped})
	if err != nil {
		return nil, courseEnd, err
	}
	c, err := p.after(f, out, false)
	return out, c, err
}

func (p *plan) ifStatement(f *frame, s *tsql.Statement, before []tsql.Statement) (course, error) {
	out, c, err := p.condition(f, s, before)
	if c != courseNext || err != nil {
		return c, err
	}
	p.last = lastStatement{}
	switch out.row.mark {
	case markTrue:
		return p.list(f, s.Body)
	case markFalse:
		return p.list(f, s.Else)
	}
	return courseNext, nil
}

func (p *plan) while(f *frame, s *tsql.Statement, before []tsql.Statement) (course, error) {
	for {
		out, c, err := p.condition(f, s, before)
		if c != courseNext || err != nil {
			return c, err
		}
		before = nil
		if out.row.mark != markTrue {
			return courseNext, nil
		}
		p.last = lastStatement{}
		switch c, err = p.list(f, s.Body); {
		case err != nil:
			return c, err
		case c == courseBreak:
			return courseNext, nil
		case c != courseNext && c != courseContinue:
			return c, nil
		}
	}
}

// returnStatement leaves the frame with a value.
func (p *plan) returnStatement(f *frame, s *tsql.Statement, before []tsql.Statement) (course, error) {
	f.result = 0
	if s.CondEnd == s.CondPos {
		return courseReturn, nil
	}
	out, err := p.request(step{frame: f, stmts: before, value: s, substitute: p.stepped})
	if err != nil {
		return courseEnd, err
	}
	if c, err := p.after(f, out, false); c != courseNext || err != nil {
		return c, err
	}
	if n, ok := out.row.value.v.(int64); ok {
		f.result = int32(n)
	}
	p.last.number = 0
	return courseReturn, nil
}

// try carries a TRY with script calls in it out.
func (p *plan) try(f *frame, s *tsql.Statement, rest []tsql.Statement) (skip int, c course, err error) {
	t := &openTry{frame: f, stmt: s, outer: p.catching, depth: p.depth, sink: p.sink}
	t.rest = rest[:p.run(f, rest)]
	lead := p.run(f, s.Else)
	if t.walked = lead < len(s.Else); t.walked {
		t.rest, t.lead = nil, s.Else[:lead]
	}
	level := len(p.tries)
	p.tries = append(p.tries, t)
	c, err = p.list(f, s.Body)
	p.tries = p.tries[:level]
	if err != nil || c != courseCaught || p.caught.level != level {
		return 0, c, err
	}
	if !t.walked {
		return len(t.rest), courseNext, nil
	}
	if p.caught.doomed {
		return 0, courseEnd, p.doomed(f, s.Else[lead].Line)
	}
	outer := p.catching
	p.catching = p.caught
	c, err = p.list(f, s.Else[lead:])
	p.catching = outer
	return 0, c, err
}

// endsHere tells whether nothing of the plan follows the list.
func (p *plan) endsHere(f *frame, stmts []tsql.Statement) bool {
	return p.nesting == 1 && f.module == nil && !p.req.rpc && len(stmts) > 0 && len(f.body) > 0 && &stmts[0] == &f.body[0]
}
