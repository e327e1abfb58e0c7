package proxy

import (
	"errors"
	"maps"
	"strconv"
	"strings"

	"tds-launchpad/tsql"
)

// nameTables gives each table variable that several requests use the name of a temporary table.
func (f *frame) nameTables(p *plan) error {
	for _, v := range f.order {
		switch {
		case !v.shared:
		case v.cursor:
			return cannotCarry("the cursor variable "+v.name, v.line)
		case v.columns != "":
			v.table = p.tableName(v.name[1:])
		}
	}
	return nil
}

// makeTable makes the temporary table of a table variable that is used for the first time, or that a ROLLBACK
// has removed.
func (p *plan) makeTable(v *variable) error {
	if v.made && (!v.inTransaction || v.rollbacks == p.rollbacks) {
		return nil
	}
	v.inTransaction = v.inTransaction || p.tranCount > 0
	v.made, v.rollbacks, p.stepped = true, p.rollbacks, true
	if _, err := p.selectRow(v.makeTable() + "; SELECT 1"); err != nil && !errors.Is(err, errNoRow) {
		return err
	}
	return nil
}

// makeTable makes the table of the variable unless it is there.
func (v *variable) makeTable() string {
	return "IF OBJECT_ID(" + tsql.QuoteString("tempdb.."+tsql.QuoteName(v.table)) + ") IS NULL CREATE TABLE " + tsql.QuoteName(v.table) + " " +
		collated(v.columns[len("TABLE"):])
}

// rollbackChanges make the tables of table variables again behind a ROLLBACK that removes them.
func (f *frame) rollbackChanges(from, to int) []change {
	again := ""
	for _, v := range f.order {
		if v.inTransaction {
			again += "; " + v.makeTable()
		}
	}
	if again == "" || strings.Contains(again, "\n") {
		return nil
	}
	var out []change
	for _, s := range f.rollbacks {
		if from <= s.Pos && s.End <= to {
			out = append(out, change{s.Pos, s.Pos, "BEGIN "}, change{s.End, s.End, again + " END"})
		}
	}
	return out
}

// collated is the definition of a table variable, without white space and comments, with the collation that
// its character columns have: the database's, not tempdb's.
func collated(columns string) string {
	var out strings.Builder
	lex := tsql.NewLexer(columns, tsql.QuotedIdentifierOn)
	var tokens []tsql.Token
	for t := lex.Next(); t.Kind != tsql.TokenEOF; t = lex.Next() {
		if !t.IsTrivia() {
			tokens = append(tokens, t)
		}
	}
	depth, ends := 0, -1 // the place of the last token of a type
	for i, t := range tokens {
		switch {
		case t.Is(columns, "("):
			depth++
		case t.Is(columns, ")"):
			depth--
		}
		if i > 0 && t.Pos > tokens[i-1].End {
			out.WriteByte(' ')
		}
		out.WriteString(t.Text(columns))
		// Only the type of a column: there are others in computed columns and CHECKs.
		if depth == 1 && ends < i && i > 0 && tokens[i-1].IsName() && charType[strings.ToLower(t.Text(columns))] {
			ends = i
			if i+1 < len(tokens) && tokens[i+1].Is(columns, "(") {
				for ends = i + 1; ends+1 < len(tokens) && !tokens[ends].Is(columns, ")"); ends++ {
				}
			}
		}
		if ends == i && !(i+1 < len(tokens) && tokens[i+1].Is(columns, "COLLATE")) {
			out.WriteString(" COLLATE DATABASE_DEFAULT")
		}
	}
	return out.String()
}

var charType = map[string]bool{"char": true, "varchar": true, "nchar": true, "nvarchar": true, "text": true, "ntext": true, "sysname": true}

// tempsMade are the temporary tables that a frame's statements make, as they are written.
func (f *frame) tempsMade() []string {
	var names []string
	seen := map[string]bool{}
	tsql.WalkStatements(f.body, func(s *tsql.Statement) bool {
		if s.Kind != tsql.StatementOpaque || s.Keyword != "CREATE TABLE" && !s.Into {
			return s.Kind != tsql.StatementModule
		}
		for _, t := range f.tokensIn(s.Pos, s.End) {
			name := t.Value(f.text)
			if !t.IsName() || !strings.HasPrefix(name, "#") || strings.HasPrefix(name, "##") {
				continue
			}
			if !seen[strings.ToLower(name)] {
				seen[strings.ToLower(name)] = true
				names = append(names, name)
			}
			break // the first is the one that is made
		}
		return true
	})
	return names
}

// tableName is a new name for a temporary table. One that was dropped in a transaction comes back if that
// is rolled back later, so that a session uses no name twice. Nobody else calls a table so.
func (p *plan) tableName(name string) string {
	p.session.tables++
	return ownTable + strconv.Itoa(p.session.tables) + ":" + strings.ToValidUTF8(name[:min(len(name), maxTableName)], "")
}

// ownTable begins the names of our temporary tables.
const ownTable = "#tds-launchpad:"

// maxTableName bounds what such a name takes over: a temporary table's may have 116 characters.
const maxTableName = 80

// maxDropped bounds what a session remembers of one transaction.
const maxDropped = 1000

// noteDropped notes that a table of ours has been dropped.
func (p *plan) noteDropped(name string) {
	if p.tranCount > 0 && len(p.dropped) < maxDropped {
		p.dropped = append(p.dropped, name)
	}
}

// dropAgain drops what a ROLLBACK has brought back.
func (p *plan) dropAgain() error {
	if p.tranCount > 0 || len(p.dropped) == 0 {
		return nil
	}
	text := ""
	for _, name := range p.dropped {
		text += dropTable(name)
	}
	p.dropped = nil
	if _, err := p.selectRow(text + "SELECT 1"); err != nil && !errors.Is(err, errNoRow) {
		return err
	}
	return nil
}

// dropTable drops a temporary table unless a ROLLBACK has.
func dropTable(name string) string {
	return "IF OBJECT_ID(" + tsql.QuoteString("tempdb.."+tsql.QuoteName(name)) + ") IS NOT NULL DROP TABLE " + tsql.QuoteName(name) + "; "
}

// renameTemps gives temporary tables of a procedure another name if a caller has one of that name:
// on the session of the client they would be the same. Those of callers it knows by the names that they have there.
func (p *plan) renameTemps(f, caller *frame) error {
	if caller != nil {
		f.tempNames = maps.Clone(caller.tempNames)
	}
	names := f.tempsMade()
	if len(names) == 0 {
		return nil
	}
	f.temps = make([]string, len(names))
	columns := make([]string, len(names))
	for i, n := range names {
		if f.temps[i] = n; f.tempNames[strings.ToLower(n)] != "" {
			f.temps[i] = f.tempNames[strings.ToLower(n)]
		}
		columns[i] = "OBJECT_ID(" + tsql.QuoteString("tempdb.."+tsql.QuoteName(f.temps[i])) + ")"
	}
	row, err := p.selectRow("SELECT " + strings.Join(columns, ", "))
	if err != nil {
		return err
	}
	for i, n := range names {
		if row[i].v == nil {
			continue
		}
		if id, ok := row[i].v.(int64); ok && f.looksFor(n) {
			if f.tempIDs == nil {
				f.tempIDs = map[string]int64{}
			}
			f.tempIDs[f.temps[i]] = id
			continue
		}
		if f.tempNames == nil {
			f.tempNames = map[string]string{}
		}
		f.temps[i] = p.tableName(n[1:])
		f.tempNames[strings.ToLower(n)] = f.temps[i]
	}
	return nil
}

// tempName is what the engine calls the temporary table that a token names, quoted, "" if it is none or bears its own name.
func (f *frame) tempName(t tsql.Token) string {
	if len(f.tempNames) == 0 || !t.IsName() {
		return ""
	}
	if name := f.tempNames[strings.ToLower(t.Value(f.text))]; name != "" {
		return tsql.QuoteName(name)
	}
	return ""
}

// looksFor tells whether the frame looks for a temporary table before it makes one, as OBJECT_ID('tempdb..#t') and
// DROP TABLE IF EXISTS do: then it is to find its caller's.
func (f *frame) looksFor(name string) bool {
	for _, t := range f.tokensIn(0, len(f.text)) {
		switch {
		case t.IsName() && strings.EqualFold(t.Value(f.text), name):
			return !f.makesAt(t.Pos)
		case t.Kind == tsql.TokenString || t.Kind == tsql.TokenNString:
			if n, err := tsql.ParseName(t.Value(f.text)); err == nil && strings.EqualFold(n.Object, name) {
				return true
			}
		}
	}
	return false
}

// makesAt tells whether a CREATE TABLE or SELECT INTO stands around a place.
func (f *frame) makesAt(pos int) bool {
	makes := false
	tsql.WalkStatements(f.body, func(s *tsql.Statement) bool {
		makes = makes || s.Pos <= pos && pos < s.End && s.Kind == tsql.StatementOpaque && (s.Keyword == "CREATE TABLE" || s.Into)
		return true
	})
	return makes
}

func (f *frame) dropTemps() string {
	text := ""
	for _, n := range f.temps {
		if id, ok := f.tempIDs[n]; ok { // the caller's unless it is another one now
			text += "IF OBJECT_ID(" + tsql.QuoteString("tempdb.."+tsql.QuoteName(n)) + ") <> " + strconv.FormatInt(id, 10) + " "
		}
		text += dropTable(n)
	}
	return text
}
