package store

import (
	"strings"

	"tds-launchpad/tsql"
)

// What teesql overlooks or can't read, though it is T-SQL, is dealt with in the text before it gets it.

func tokens(text string, quoted bool) []tsql.Token {
	mode := tsql.QuotedIdentifierOff
	if quoted {
		mode = tsql.QuotedIdentifierOn
	}
	var list []tsql.Token
	for l := tsql.NewLexer(text, mode); ; {
		t := l.Next()
		if t.Kind == tsql.TokenEOF {
			return list
		}
		if !t.IsTrivia() || t.Unterminated {
			list = append(list, t)
		}
	}
}

// prepareText refuses what teesql overlooks and repairs what it can't read. Lines stay as they are.
func prepareText(text string, quoted bool) (string, error) {
	text = flattenComments(text, quoted)
	list := tokens(text, quoted)
	if err := refuseDeep(text, list); err != nil {
		return "", err
	}
	var out strings.Builder
	last, blocks, sets := 0, 0, 0
	doubled := map[int]bool{}
	values := scalarParentheses(text, list)
	replace := func(t tsql.Token, with string) {
		out.WriteString(text[last:t.Pos])
		out.WriteString(with)
		last = t.End
	}
	for i, t := range list {
		if err := refuseEndless(text, list, i); err != nil {
			return "", err
		}
		word := t.Text(text)
		next := func(n int, kw string) bool { return i+n < len(list) && list[i+n].Is(text, kw) }
		switch {
		case t.Unterminated && t.Kind == tsql.TokenBlockComment:
			return "", tsql.NewError(113).At(t.Line)
		case t.Unterminated:
			return "", tsql.NewError(105, strings.TrimLeft(word, "N'\"[")).At(t.Line)
		case t.Is(text, "CASE"):
			blocks++
		case t.Is(text, "BEGIN"):
			if !next(1, "TRAN") && !next(1, "TRANSACTION") && !next(1, "DISTRIBUTED") && !next(1, "DIALOG") && !next(1, "CONVERSATION") {
				blocks++
			}
		case t.Is(text, "END"):
			if !next(1, "CONVERSATION") {
				blocks--
			}
		case word[0] == '.' && len(word) > 1:
			replace(t, "0"+word)
		case t.Is(text, "THROW") && next(1, "END"):
			replace(t, word+";")
		case t.Kind == tsql.TokenString && word[0] == '"':
			inner := strings.ReplaceAll(word[1:len(word)-1], `""`, `"`)
			replace(t, "'"+strings.ReplaceAll(inner, "'", "''")+"'")
		case i > 0 && list[i-1].Kind == tsql.TokenOp && next(1, "(") && (t.Is(text, "ANY") || t.Is(text, "SOME") || t.Is(text, "ALL")):
			// teesql does not know quantified comparisons: = ANY (SELECT ...) becomes = quantified_any((SELECT ...))
			close := closing(text, list, i+1)
			if close < 0 || !(i+2 < len(list) && (list[i+2].Is(text, "SELECT") || list[i+2].Is(text, "("))) {
				break
			}
			if t.Is(text, "ALL") {
				word = "all"
			} else {
				word = "any"
			}
			replace(t, quantifiedPrefix+word+"(")
			doubled[close] = true
		case values[i] > 0:
			replace(t, collatedName+"((")
			doubled[values[i]] = true
		case doubled[i]:
			replace(t, "))")
		case t.Is(text, "COLLATE") && i < sets:
			// teesql knows no COLLATE in RESULT SETS; the default needs none
			name := ""
			if i+1 < len(list) {
				name = list[i+1].Value(text)
			}
			if !strings.EqualFold(name, "database_default") && !strings.EqualFold(name, tsql.DefaultCollation) {
				return "", unsupported("COLLATE in WITH RESULT SETS").At(t.Line)
			}
			replace(t, "")
			replace(list[i+1], "")
		case t.Is(text, "RESULT") && next(1, "SETS") && next(2, "("):
			sets = closing(text, list, i+2)
		case t.Is(text, "FROM"), t.Is(text, "WHERE"), t.Is(text, ","):
			if i+1 == len(list) || t.Is(text, ",") && (list[i+1].Is(text, ",") || list[i+1].Is(text, ")") && !endsTable(text, list, i+1)) {
				return "", syntaxError(text, list[min(i+1, len(list)-1)], list[min(i+1, len(list)-1)].Text(text))
			}
		}
	}
	if blocks > 0 {
		t := list[len(list)-1]
		return "", syntaxError(text, t, t.Text(text))
	}
	out.WriteString(text[last:])
	return out.String(), nil
}

// endsTable tells whether a parenthesis closes a CREATE TABLE, where a comma may stand in front of it; in DECLARE @t TABLE none may.
func endsTable(text string, list []tsql.Token, close int) bool {
	i := opening(text, list, close) - 1
	for i >= 2 && list[i].IsName() && list[i-1].Is(text, ".") {
		i -= 2
		for i >= 1 && list[i].Is(text, ".") { // db..t
			i--
		}
	}
	return i >= 2 && list[i].IsName() && list[i-1].Is(text, "TABLE") && list[i-2].Is(text, "CREATE")
}

// collatedName is a function that gives its argument back; see wrapCollate.
const collatedName = "collated_value"

// wrapCollate puts the operand of "operand COLLATE collation", a name, a string or a parenthesis,
// into a function call: in predicates teesql reads COLLATE only behind one.
func wrapCollate(text string, at tsql.Token) (string, bool) {
	if !at.Is(text, "COLLATE") {
		return "", false
	}
	list := tokens(text, true)
	for i, t := range list {
		if t.Pos != at.Pos || i == 0 {
			continue
		}
		start := i - 1
		switch {
		case list[start].IsName(), list[start].Kind == tsql.TokenVariable, list[start].Kind == tsql.TokenString:
			for start >= 2 && list[start-1].Is(text, ".") {
				start -= 2
			}
		case list[start].Is(text, ")"):
			if start = opening(text, list, start); start < 0 {
				return "", false
			}
			if start > 0 && callable(text, list[start-1]) {
				start--
			}
		default:
			return "", false
		}
		from, to := list[start].Pos, list[i-1].End
		return text[:from] + collatedName + "(" + text[from:to] + ")" + text[to:], true
	}
	return "", false
}

// callable tells whether a word in front of a parenthesis names a function.
func callable(text string, t tsql.Token) bool {
	switch word := t.Text(text); strings.ToUpper(word) {
	case "CONVERT", "COALESCE", "NULLIF", "LEFT", "RIGHT", "TRY_CONVERT":
		return true
	default:
		return t.Kind == tsql.TokenIdent && !tsql.IsReserved(word)
	}
}

// flattenComments blanks out comments that have comments inside, which teesql ends too early. Lines stay as they are.
func flattenComments(text string, quoted bool) string {
	if strings.Count(text, "/*") < 2 {
		return text
	}
	mode := tsql.QuotedIdentifierOff
	if quoted {
		mode = tsql.QuotedIdentifierOn
	}
	var out strings.Builder
	last := 0
	for l := tsql.NewLexer(text, mode); ; {
		t := l.Next()
		if t.Kind == tsql.TokenEOF {
			return out.String() + text[last:]
		}
		if comment := t.Text(text); t.Kind == tsql.TokenBlockComment && !t.Unterminated && strings.Contains(comment[2:], "/*") {
			out.WriteString(text[last:t.Pos] + " " + strings.Repeat("\n", strings.Count(comment, "\n")))
			last = t.End
		}
	}
}

// quantifiedPrefix begins the names of the functions that stand for ANY and ALL.
const quantifiedPrefix = "quantified_"

// closing finds the parenthesis that closes the one at list[open]; -1 if there is none.
func closing(text string, list []tsql.Token, open int) int {
	depth := 0
	for i := open; i < len(list); i++ {
		switch {
		case list[i].Is(text, "("):
			depth++
		case list[i].Is(text, ")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// opening finds the parenthesis that list[close] closes; -1 if there is none.
func opening(text string, list []tsql.Token, close int) int {
	depth := 0
	for i := close; i >= 0; i-- {
		switch {
		case list[i].Is(text, ")"):
			depth++
		case list[i].Is(text, "("):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
