package proxy

import (
	"sort"
	"strconv"
	"strings"

	"tds-launchpad/tsql"
)

// changes are what is replaced in text[from:to] of f; asked is the part in which @@ROWCOUNT and @@ERROR are.
func (p *plan) changes(c *composed, f, innermost *frame, from, to int, asked span) []change {
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
			if asked.from <= t.Pos && t.Pos < asked.to {
				return p.substituted(t.Text(f.text))
			}
		case tsql.TokenBracketed, tsql.TokenQuoted, tsql.TokenString, tsql.TokenNString:
			return f.requoted(t, p.quoting())
		case tsql.TokenIdent:
			if name := f.tempName(t); name != "" {
				return 1, name
			}
			if n, text := c.identified(f, tokens); n > 0 {
				return n, text
			}
			own := f.ownCatch(t.Pos, from, to)
			raising := f
			if c.raising != nil && !own {
				raising = c.raising
			}
			n, text := errorProcedure(raising, f, tokens)
			if c.errors != nil && !own {
				return c.errors.substituted(f.text, tokens, text)
			}
			return n, text
		}
		return 0, ""
	})
	return merge(declares, tokens, f.rollbackChanges(from, to), f.textChanges(from, to))
}

// requoted writes a name or text in "double quotes" of a procedure such that it means the same in a session that reads them
// in another way than the procedure was made. Names of temporary tables change, too.
func (f *frame) requoted(t tsql.Token, session tsql.Mode) (int, string) {
	if name := f.tempName(t); name != "" {
		return 1, name
	}
	if name := f.tempObject(t); name != "" {
		return 1, name
	}
	text := t.Text(f.text)
	unicode := strings.HasPrefix(text, `N"`) || strings.HasPrefix(text, `n"`)
	switch {
	case f.module == nil || f.mode == session || !unicode && text[0] != '"' || strings.Contains(text, "\n"):
		return 0, ""
	case t.Kind == tsql.TokenQuoted:
		return 1, tsql.QuoteName(t.Value(f.text))
	case unicode:
		return 1, "N'" + strings.ReplaceAll(t.Value(f.text), "'", "''") + "'"
	}
	return 1, "'" + strings.ReplaceAll(t.Value(f.text), "'", "''") + "'"
}

// asking is the part of a statement that sees what the statement before did to @@ROWCOUNT and @@ERROR.
func asking(s *tsql.Statement, substitute bool) span {
	if !substitute {
		return span{}
	}
	switch s.Kind {
	case tsql.StatementBlock, tsql.StatementTry:
		if len(s.Body) > 0 {
			return asking(&s.Body[0], true)
		}
	case tsql.StatementIf, tsql.StatementWhile:
		return span{from: s.CondPos, to: s.CondEnd}
	default:
		return span{from: s.Pos, to: s.End}
	}
	return span{}
}

// onlyDeclares tells whether a statement executes nothing.
func onlyDeclares(s *tsql.Statement) bool {
	if s.Kind != tsql.StatementDeclare {
		return false
	}
	for i := range s.Declare.Vars {
		if d := &s.Declare.Vars[i]; d.ValueEnd > d.ValuePos {
			return false
		}
	}
	return true
}

// ownCatch tells whether a place is in a CATCH block that stands in text[from:to], so that it sees other errors
// than the text around it.
func (f *frame) ownCatch(pos, from, to int) bool {
	for _, c := range f.catches {
		if c.from > from && c.to <= to && c.from <= pos && pos < c.to {
			return true
		}
	}
	return false
}

// errorProcedure replaces ERROR_PROCEDURE() for an error in the text of the frame raising, since the engine does not
// know that this is a procedure's.
func errorProcedure(raising, f *frame, tokens []tsql.Token) (int, string) {
	if len(tokens) < 3 || !tokens[0].Is(f.text, "ERROR_PROCEDURE") || !tokens[1].Is(f.text, "(") || !tokens[2].Is(f.text, ")") {
		return 0, ""
	}
	name := raising.procedure()
	if name == "" {
		return 0, ""
	}
	return 3, "CASE WHEN ERROR_NUMBER() IS NOT NULL THEN ISNULL(ERROR_PROCEDURE(), CAST(" + oneLineLiteral(name) + " AS nvarchar(128))) END"
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
