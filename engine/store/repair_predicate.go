package store

import "tds-launchpad/tsql"

// teesql takes a parenthesis where a condition may begin for one around a condition, so it can't read (a + b) * 2 = c there.

// predicateWords are those behind which a condition begins.
var predicateWords = []string{"WHERE", "AND", "OR", "NOT", "ON", "IF", "WHILE", "WHEN", "HAVING"}

// conditionWords are those that only a condition or a table has.
var conditionWords = []string{"=", "<", ">", "!=", "<>", "<=", ">=", "!<", "!>", "AND", "OR", "NOT", "IN", "LIKE", "IS", "BETWEEN", "EXISTS", "CONTAINS",
	"FREETEXT", "UPDATE", "JOIN", "APPLY"}

var arithmeticWords = []string{"+", "-", "*", "/", "%", "&", "|", "^"}

// scalarParentheses finds the parentheses around values where conditions begin and that go on as values: where they open, and where they close.
func scalarParentheses(text string, list []tsql.Token) map[int]int {
	found := map[int]int{}
	begins := map[int]bool{} // parentheses at the beginning of a condition
	for i, t := range list {
		if i == 0 || !t.Is(text, "(") {
			continue
		}
		nested := begins[i-1]
		if !nested && !isAny(text, list[i-1], predicateWords) {
			continue
		}
		close := closing(text, list, i)
		if close < 0 {
			return found
		}
		begins[i] = true
		if close+1 == len(list) || hasCondition(text, list[i+1:close]) {
			continue
		}
		if after := list[close+1]; isAny(text, after, arithmeticWords) || nested && after.Is(text, ")") {
			found[i] = close
		}
	}
	return found
}

// hasCondition tells whether the tokens inside a parenthesis are a condition: whether what only those have stands in no parenthesis or CASE of its own.
func hasCondition(text string, list []tsql.Token) bool {
	first := 0
	for first < len(list) && list[first].Is(text, "(") {
		first++
	}
	if first < len(list) && isAny(text, list[first], []string{"SELECT", "WITH", "VALUES"}) {
		return first > 0
	}
	depth, cases := 0, 0
	for _, t := range list {
		switch {
		case t.Is(text, "("):
			depth++
		case t.Is(text, ")"):
			depth--
		case t.Is(text, "CASE"):
			cases++
		case t.Is(text, "END"):
			cases--
		case depth == 0 && cases == 0 && isAny(text, t, conditionWords):
			return true
		}
	}
	// ((a = 1)) has its condition further in
	if len(list) > 1 && list[0].Is(text, "(") && closing(text, list, 0) == len(list)-1 {
		return hasCondition(text, list[1:len(list)-1])
	}
	return false
}

func isAny(text string, t tsql.Token, words []string) bool {
	for _, w := range words {
		if t.Is(text, w) {
			return true
		}
	}
	return false
}
