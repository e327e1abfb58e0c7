package tsql

import "strings"

// QueryClass is what the text of @input_data_1 is.
type QueryClass uint8

const (
	// QueryBlank: nothing but white space, comments and semicolons; there is no input data set.
	QueryBlank QueryClass = iota
	// QuerySelect: one SELECT.
	QuerySelect
	// QuerySelectInto: a SELECT that makes a table, refused with 39015.
	QuerySelectInto
	// QueryNotSelect: another statement, refused with 39001.
	QueryNotSelect
	// QuerySeveral: more than one statement.
	QuerySeveral
)

// ClassifyInputQuery tells what the text of @input_data_1 is. The error is nil for QueryBlank and QuerySelect, else the
// *Error for the caller. What it lets through may still be wrong; the engine's compiler has the last word.
func ClassifyInputQuery(text string) (QueryClass, error) {
	r := newReader(text, QuotedIdentifierOn)
	for r.accept(";") {
	}
	if r.eof() {
		return QueryBlank, nil
	}
	if r.accept("WITH") {
		r.skipTo("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE")
	}
	open := 0
	for r.accept("(") {
		open++
	}
	if !r.is("SELECT") {
		return QueryNotSelect, NewError(39001)
	}
	return r.selectStatement(open)
}

// skipTo goes to the first of words that stands outside parentheses.
func (r *reader) skipTo(words ...string) {
	for depth := 0; !r.eof(); r.next() {
		switch {
		case r.is("("):
			depth++
		case r.is(")"):
			depth--
		case depth == 0 && r.tok.Kind == TokenIdent:
			for _, w := range words {
				if r.is(w) {
					return
				}
			}
		}
	}
}

// selectStatement reads the SELECT in front, inside depth parentheses, to the end of the text.
func (r *reader) selectStatement(depth int) (QueryClass, error) {
	joined := true // SELECT may stand here: at the beginning and behind UNION, EXCEPT, INTERSECT
	into := false
	for ; !r.eof(); r.next() {
		switch {
		case r.is("("):
			depth++
		case r.is(")"):
			depth--
		case r.is(";"):
			for r.accept(";") {
			}
			if !r.eof() {
				return r.severalStatements()
			}
			return selectClass(into)
		case depth > 0 || r.tok.Kind != TokenIdent:
		case r.is("INTO"):
			into = true
		case r.is("SELECT"):
			if !joined {
				return r.severalStatements()
			}
		case statementStart[strings.ToUpper(r.text())] && !r.mergeJoin():
			return r.severalStatements()
		}
		joined = r.is("UNION") || r.is("EXCEPT") || r.is("INTERSECT") || joined && (r.is("ALL") || r.is("("))
	}
	return selectClass(into)
}

func selectClass(into bool) (QueryClass, error) {
	if into {
		return QuerySelectInto, NewError(39015)
	}
	return QuerySelect, nil
}

func (r *reader) severalStatements() (QueryClass, error) {
	return QuerySeveral, NewError(59010, r.tok.Line, r.text())
}

// mergeJoin tells whether MERGE in front is a join hint.
func (r *reader) mergeJoin() bool {
	return r.is("MERGE") && r.peekIs("JOIN")
}

// statementStart are reserved words that begin a statement and have no place in a SELECT outside parentheses. Being reserved,
// they can't be an alias either.
var statementStart = map[string]bool{
	"ALTER": true, "BACKUP": true, "BEGIN": true, "BREAK": true, "CHECKPOINT": true, "CLOSE": true, "COMMIT": true,
	"CONTINUE": true, "CREATE": true, "DBCC": true, "DEALLOCATE": true, "DECLARE": true, "DELETE": true, "DENY": true,
	"DROP": true, "EXEC": true, "EXECUTE": true, "GOTO": true, "GRANT": true, "IF": true, "INSERT": true, "KILL": true,
	"MERGE": true, "OPEN": true, "PRINT": true, "RAISERROR": true, "RECONFIGURE": true, "RESTORE": true, "RETURN": true,
	"REVERT": true, "REVOKE": true, "ROLLBACK": true, "SAVE": true, "SET": true, "SHUTDOWN": true, "TRUNCATE": true,
	"UPDATE": true, "USE": true, "WAITFOR": true, "WHILE": true,
}
