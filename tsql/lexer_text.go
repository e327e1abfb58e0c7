package tsql

import "strings"

// undouble replaces every pair of mark by one.
func undouble(s string, mark byte) string {
	i := strings.IndexByte(s, mark)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		b.WriteString(s[:i+1])
		s = s[i+1:]
		if s != "" && s[0] == mark {
			s = s[1:]
		}
		if i = strings.IndexByte(s, mark); i < 0 {
			b.WriteString(s)
			return b.String()
		}
	}
}

// joinLines removes T-SQL's line continuations out of a literal: a backslash directly before the end of a line, together
// with that end.
func joinLines(s string) string {
	if !strings.Contains(s, "\\\n") && !strings.Contains(s, "\\\r\n") {
		return s
	}
	return strings.NewReplacer("\\\r\n", "", "\\\n", "").Replace(s)
}

// QuoteName puts a name in brackets, doubling closing ones.
func QuoteName(s string) string { return "[" + strings.ReplaceAll(s, "]", "]]") + "]" }

// QuoteString makes the literal N'...' of s. A backslash before a line's end is kept by splitting the literal there, since
// T-SQL would otherwise join the lines; the result is then an expression with +, not a single literal.
func QuoteString(s string) string {
	q := strings.ReplaceAll(s, "'", "''")
	if strings.Contains(q, "\\\n") || strings.Contains(q, "\\\r\n") {
		q = strings.NewReplacer("\\\r\n", "\\'+N'\r\n", "\\\n", "\\'+N'\n").Replace(q)
	}
	return "N'" + q + "'"
}
