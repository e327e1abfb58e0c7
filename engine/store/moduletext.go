package store

import (
	"strings"

	"github.com/sqlc-dev/teesql/ast"

	"tds-launchpad/tsql"
)

// moduleOptions are what stands behind WITH in a module's header.
type moduleOptions struct {
	Encrypted   bool   `json:",omitempty"`
	SchemaBound bool   `json:",omitempty"`
	Recompile   bool   `json:",omitempty"`
	Self        string `json:",omitempty"` // the user whom SELF means
	ExecuteAs   string `json:",omitempty"` // OWNER, SELF or a user's name in quotes; "" is the caller
}

func optionsOf(st ast.Statement) (o moduleOptions) {
	if f, ok := st.(*functionStatement); ok {
		return moduleOptions{Encrypted: f.options.encryption, SchemaBound: f.options.schemaBinding}
	}
	word := func(kind string) {
		switch strings.ToUpper(kind) {
		case "ENCRYPTION":
			o.Encrypted = true
		case "SCHEMABINDING":
			o.SchemaBound = true
		case "RECOMPILE":
			o.Recompile = true
		}
	}
	walk(st, func(n any) bool {
		switch n := n.(type) {
		case *ast.ProcedureOption:
			word(n.OptionKind)
		case *ast.ViewStatementOption:
			word(n.OptionKind)
		case *ast.ExecuteAsProcedureOption:
			if n.ExecuteAs == nil {
				break
			}
			switch kind := strings.ToUpper(n.ExecuteAs.ExecuteAsOption); {
			case kind == "OWNER" || kind == "SELF":
				o.ExecuteAs = kind
			case n.ExecuteAs.Literal != nil:
				o.ExecuteAs = "'" + n.ExecuteAs.Literal.Value + "'"
			}
		case *ast.StatementList:
			return false
		}
		return true
	})
	return o
}

// storedText is a module's text as the catalog shows it: ALTER has become CREATE, OR ALTER is gone. Lines stay.
func storedText(text string, quoted bool) string {
	list := tokens(text, quoted)
	switch {
	case len(list) > 0 && list[0].Is(text, "ALTER"):
		return text[:list[0].Pos] + "CREATE" + text[list[0].End:]
	case len(list) > 2 && list[0].Is(text, "CREATE") && list[1].Is(text, "OR") && list[2].Is(text, "ALTER"):
		return text[:list[1].Pos] + text[list[1].End:list[2].Pos] + text[list[2].End:]
	}
	return text
}

// shownText is a module's text for the session: nil if it is encrypted or the session may not see definitions.
func (s *Session) shownText(d *database, m *module) any {
	if m.Options.Encrypted || !s.seesDefinition(d, m.ID) {
		return nil
	}
	return m.Text
}

func (s *Session) seesDefinition(d *database, id int) bool {
	return s.allowed(d, "VIEW DEFINITION", id) || s.allowed(d, "ALTER", id)
}

// seesModule tells whether a module is in the session's catalog views: with any permission on it.
func (s *Session) seesModule(d *database, m *module) bool {
	for _, p := range []string{"EXECUTE", "SELECT", "REFERENCES", "INSERT", "UPDATE", "DELETE"} {
		if s.allowed(d, p, m.ID) {
			return true
		}
	}
	return s.seesDefinition(d, m.ID)
}

func moduleRows(s *Session, d *database) (rows [][]any) {
	for _, o := range d.objects {
		m, ok := o.(*module)
		if !ok || !s.seesModule(d, m) {
			continue
		}
		var as any
		switch {
		case m.Options.ExecuteAs == "OWNER":
			as = -2
		case m.Options.ExecuteAs == "SELF":
			as = 1
		case m.Options.ExecuteAs != "":
			if p := d.principals[fold(strings.Trim(m.Options.ExecuteAs, "'"))]; p != nil {
				as = p.ID
			}
		}
		rows = append(rows, []any{m.ID, s.shownText(d, m), true, m.QuotedIdentifier, m.Options.SchemaBound, false, m.Options.Recompile, false, as, false})
	}
	return rows
}

// helpText is sp_helptext: a module's text in lines of up to 255 characters. Errors 15009, 15197.
func (s *Session) helpText(args []*Arg) (int32, error) {
	name, ok := pick(args, "@objname", 0).text()
	if !ok {
		return 1, tsql.NewError(201, "sp_helptext", "@objname")
	}
	n, err := tsql.ParseName(name)
	if err != nil {
		return 1, newError(15009, name, s.db)
	}
	o, db, err := s.lookup(n)
	if err != nil {
		return 1, newError(15009, name, s.db)
	}
	m, ok := o.(*module)
	if !ok {
		return 1, newError(15197, name)
	}
	if m.Options.Encrypted {
		return 0, s.out.message(newError(15471, name))
	}
	text, ok := s.shownText(s.catalog().database(db), m).(string)
	if !ok {
		return 1, newError(15197, name)
	}
	if err := s.out.sink.Columns([]Column{{Name: "Text", Type: tsql.NVarChar(255), Nullable: true}}); err != nil {
		return 1, err
	}
	lines := helpLines(text)
	for _, l := range lines {
		if err := s.out.sink.Row([]any{l}); err != nil {
			return 1, err
		}
	}
	return 0, s.finishStatement(CommandSelect, int64(len(lines)))
}

func helpLines(text string) (out []string) {
	for _, line := range strings.SplitAfter(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n"), "\n") {
		for utf16Len(line) > 255 {
			cut, units := 0, 0
			for i, r := range line {
				if units += utf16Len(string(r)); units > 255 {
					break
				}
				cut = i + len(string(r))
			}
			out, line = append(out, line[:cut]), line[cut:]
		}
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}
