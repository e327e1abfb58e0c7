package proxy

import (
	"strings"

	"tds-launchpad/tsql"
)

// plainOnly refuses statements whose effect would end with sp_executesql: a request goes by it if a
// variable that stands in it holds too much for a literal.
func (p *plan) plainOnly(s *step) error {
	var refused error
	tsql.WalkStatements(s.stmts, func(st *tsql.Statement) bool {
		if refused == nil && st.Kind == tsql.StatementOpaque && endsWithScope(st) {
			refused = newError(errNotSupported, "%s in line %d can't be carried out in one go with statements that use a variable of more than "+
				"%d bytes. Put it before the script call that fills the variable, or in a batch of its own.", st.Keyword, st.Line, longValue)
		}
		return refused == nil
	})
	return refused
}

// endsWithScope tells whether what a statement does ends with the dynamic SQL that it stands in.
func endsWithScope(s *tsql.Statement) bool {
	switch s.Keyword {
	case "SET", "SET CONTEXT_INFO", "SET IDENTITY_INSERT":
		return false
	case "USE", "EXECUTE AS", "REVERT", "CREATE TABLE", "CREATE INDEX":
		return true
	}
	return s.Into || strings.HasPrefix(s.Keyword, "SET ")
}
