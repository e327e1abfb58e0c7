package tsql

import "regexp"

// teesqlMistakes are the differences between our statements and teesql's that have been looked at and are not ours: what
// compareNodes says, the text before and behind the place, and the reason. Empty patterns match all.
var teesqlMistakes = []struct{ what, before, behind, reason string }{
	{"^teesql ends earlier: (select|declare|print)", "", `^\s+COLLATE\b`, "COLLATE behind a literal, an ORDER BY item or a value of DECLARE is dropped"},
	{"^teesql ends earlier: select", `(?i)\bFOR$`, `(?i)^\s+(XML|JSON)`, "FOR XML behind a SELECT without FROM is cut in the middle"},
	{"^teesql ends earlier: other SET", `(?i)CURSOR\s+FOR$`, `(?i)^\s+WITH`, "a cursor over common table expressions is cut behind FOR"},
	{"^we have one more: select", `(?is)VIEW\b`, "", "the query of a view is lost where it has certain names (type, Location) or operators"},
	{"^teesql ends earlier: function", `(?is)RETURNS\s+TABLE.*AS$`, "", "RETURN of an inline function without parentheses is lost"},
	{"^teesql ends earlier: function", `(?is)CURSOR\s+VARYING|PRIMARY KEY ?\(|UNIQUE ?\(`, "", "the body of a function is lost behind a cursor parameter or a constraint without comma"},
	{"^beginning of other", "", `(?i)^END\s+CONVERSATION`, "END CONVERSATION has no place of its own"},
	{"^execute: we .*teesql", "", `^[^\n]*"[^"\n]*""`, "a doubled quote in a quoted word is left doubled"},
	{"^execute: we .*teesql", "", `^(\[|")`, "a quoted procedure name in a call without EXEC keeps its marks"},
	{"^teesql ends earlier: execute", `(?i)EXEC(UTE)?\s+@\w+$`, `^\s+@`, "EXEC @name loses its arguments"},
	{"we other CREATE", "", `(?i)^CREATE\s+(VECTOR|JSON|YOUR_TYPE|CREATE|\))`, "an unknown CREATE is taken for a procedure"},
	{"^teesql ends earlier: other CREATE TABLE", `(?i)(\(int i1 ;|create table t1)$`, "", "text with an open parenthesis or bracket; both go on to an end of their own"},
	{"^teesql ends earlier: function", `(?is)RETURNS\s+TABLE.*USE db;$`, "", "USE in an inline function: not T-SQL that SQL Server accepts"},
	{"^we inline , teesql block", "", "", "BEGIN in a function that RETURNS TABLE: not T-SQL that SQL Server accepts"},
	{"^we return , teesql inline", "", `^RETURN`, "a function without parameter list: not T-SQL that SQL Server accepts"},
	{"^(we other|teesql ends earlier: procedure)", "", `^\s*/\*`, "comments nest in T-SQL, in teesql they don't"},
	{"^we other GO, teesql", "", `^GO;`, "GO; is not a batch separator"},
	{"Incorrect syntax near '\\+'", "", `2E\+`, "ours: 2E+ is read as 2E and +"},
	{"^we end earlier: select", "", `^ merge\.`, "MERGE is reserved and can't be a name in SQL Server"},
	{"^teesql ends earlier: (print|insert)", "", `(?i)^(tempdb'|\s*sp_)`, "broken text, a call without EXEC in the middle of a batch"},
	{"^(view|procedure): we", "", `(?i)^CREATE (VIEW @ |PROCEDURE #\.\.\.)`, "not T-SQL that SQL Server accepts"},
	{"^teesql ends earlier: select", `CROSS$`, "", "CROSS without JOIN: not T-SQL that SQL Server accepts"},
	{"^teesql ends earlier: select", "", `^\s+WITH \w+ \(`, "a common table expression without semicolon before it, which Babelfish takes"},
	{"EXECUTE Msg 102", "", `(?i)^reset `, "PostgreSQL's RESET"},
	{"^teesql ends earlier: other ALTER AVAILABILITY", `(GRANT|DENY)$`, `^\s+CREATE`, "GRANT CREATE ANY DATABASE is cut in two"},
	{"^teesql ends earlier: other ALTER TABLE", "", `^\s+FOR\s`, "ADD DEFAULT ... FOR and NOT FOR REPLICATION are cut in two"},
	{"^teesql ends earlier: other (ROLLBACK|COMMIT)", "", `(?i)^\s+Work`, "WORK is taken for the beginning of a statement"},
	{"^teesql ends earlier: other CREATE INDEX", "", `^\s+allow_dup_row`, "an unknown option without = ends the statement"},
	{"EXECUTE Msg .*teesql execute", "", `(?i)^exec\w*\s+OPENDATASOURCE`, "EXEC OPENDATASOURCE(...).x is opaque to us on purpose"},
	{"EXECUTE Msg .*teesql execute", "", `(?i)^exec\w*\s*\('select'\)\s*as login`, "AS LOGIN without a name is a test of ScriptDom; SQL Server refuses it"},
	{"^execute: we .*SELECT \\* FROM t", "", `^EXEC\("`, `EXEC("...") is read as a call of a procedure without name`},
	{"^teesql ends earlier: other CHECKPOINT|Msg 179|Incorrect syntax near 'SYNTAX'|we other DO, teesql|we other GL.RG, teesql", "", "", "not T-SQL that SQL Server accepts: a call without EXEC inside a batch, OUTPUT of a constant, words made up"},
	{"EXECUTE Msg 102.*near '\\('\\.", "", `(?i)^(EXEC[^(]*GETDATE\(\)|CALL )`, "not T-SQL that SQL Server accepts: an expression as argument"},
}

var teesqlPatterns = func() (p [][3]*regexp.Regexp) {
	for _, m := range teesqlMistakes {
		p = append(p, [3]*regexp.Regexp{regexp.MustCompile(m.what), regexp.MustCompile(m.before), regexp.MustCompile("(?i)" + m.behind)})
	}
	return p
}()

// teesqlMistake returns the reason of a known difference, or "".
func teesqlMistake(what, before, behind string) string {
	for i, p := range teesqlPatterns {
		if p[0].MatchString(what) && p[1].MatchString(before) && p[2].MatchString(behind) {
			return teesqlMistakes[i].reason
		}
	}
	return ""
}
