package proxy

import (
	"regexp"

	"tds-launchpad/tsql"
)

// SCOPE_IDENTITY() is of a scope, and the engine's scopes are not the plan's: it executes a procedure's statements, and
// those of dynamic SQL, in that of the batch, and those with a long value in one of their own. So the plan holds what the
// function is from where a frame begins, or another comes between, up to the frame's next INSERT.

// noIdentity is what it is in a frame that has inserted nothing.
const noIdentity = "NULL"

// scopeIdentity is the function as text, whatever its digits.
const scopeIdentity = "CAST(SCOPE_IDENTITY() AS varchar(40))"

var wholeNumber = regexp.MustCompile(`^-?\d+$`)

// called carries out a frame that f calls.
func (p *plan) called(f, inner *frame) (course, error) {
	if err := p.holdIdentity(f); err != nil {
		return courseEnd, err
	}
	inner.identity = noIdentity
	return p.frame(inner)
}

// holdIdentity notes what the function is in a frame, if it asks for that, before the engine does not know it any more.
func (p *plan) holdIdentity(f *frame) error {
	if f.identity != "" || !f.names("SCOPE_IDENTITY") {
		return nil
	}
	row, err := p.selectRow("SELECT " + scopeIdentity)
	if err != nil {
		return err
	}
	f.identity = noIdentity
	if text, _ := row[0].v.(string); wholeNumber.MatchString(text) {
		f.identity = text
	}
	return nil
}

// identified replaces SCOPE_IDENTITY() by what the plan holds of it. tokens begin at a name.
func (c *composed) identified(f *frame, tokens []tsql.Token) (int, string) {
	if f.identity == "" || len(tokens) < 3 || !tokens[0].Is(f.text, "SCOPE_IDENTITY") || !tokens[1].Is(f.text, "(") || !tokens[2].Is(f.text, ")") {
		return 0, ""
	}
	held := "CAST(" + f.identity + " AS numeric(38, 0))"
	for _, insert := range c.inserts {
		if insert.frame != f || insert.to > tokens[0].Pos {
			continue
		}
		if c.rpc { // where the scope is new, so that the engine says whether the INSERT was executed
			return 3, "COALESCE(SCOPE_IDENTITY(), " + held + ")"
		}
		return 0, ""
	}
	return 3, held
}

// insertsIn are the statements in ranges of text behind which the engine knows the function. Of a loop that it executes,
// that is all of it.
func insertsIn(ranges []span) []span {
	var out []span
	for _, r := range ranges {
		if !r.frame.names("SCOPE_IDENTITY") {
			continue
		}
		tsql.WalkStatements(r.frame.body, func(s *tsql.Statement) bool {
			within := r.from <= s.Pos && s.End <= r.to
			switch s.Kind {
			case tsql.StatementOpaque, tsql.StatementInsertExec:
				if within && r.frame.inserts(s.Pos, s.End) {
					out = append(out, span{r.frame, s.Pos, s.End})
				}
			case tsql.StatementWhile:
				if within && r.frame.inserts(s.Pos, s.End) {
					out = append(out, span{r.frame, s.Pos, s.Pos})
				}
			}
			return s.Kind != tsql.StatementModule
		})
	}
	return out
}

// inserts tells whether a range of text has an INSERT in it.
func (f *frame) inserts(from, to int) bool {
	for _, t := range f.tokensIn(from, to) {
		if t.Is(f.text, "INSERT") || t.Is(f.text, "MERGE") {
			return true
		}
	}
	return false
}

// noteIdentity notes what a request has done to the function.
func (p *plan) noteIdentity(s *step, c *composed, out *outcome) {
	note := func(f *frame) {
		switch {
		case !c.rpc:
			f.identity = ""
		case out.row != nil && wholeNumber.MatchString(out.row.identity):
			f.identity = out.row.identity
		}
	}
	if s.inserts {
		note(s.frame)
	}
	executed := spanOf(s.frame, s.stmts)
	for _, insert := range c.inserts {
		if out.caught != nil || insert.frame == s.frame && executed.from <= insert.from && insert.to <= executed.to {
			note(insert.frame)
		}
	}
}

// names tells whether a name stands in the frame's text.
func (f *frame) names(name string) bool {
	for _, t := range f.tokensIn(0, len(f.text)) {
		if t.Is(f.text, name) {
			return true
		}
	}
	return false
}
