package proxy

import (
	"sort"
	"strconv"
	"strings"

	"tds-launchpad/tsql"
)

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
