package proxy

import (
	"errors"
	"io"
	"strings"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// sameNames makes sure that the names in a module's text mean the same in the session, which
// executes it, as in the module: the engine would look them up in the module's database, and in its
// schema first. current and schema are the session's.
func (p *plan) sameNames(m *scriptModule, current, schema string) error {
	if !strings.EqualFold(m.database, current) {
		return newError(errNotSupported, "procedure %s is in database %s, and the session in %s: a procedure with script calls can only be called "+
			"in its own database yet. Say USE %s first.", m.qualified(), m.database, current, m.database)
	}
	if strings.EqualFold(m.schema, schema) || strings.EqualFold(m.schema, "dbo") && schema == "" {
		return nil
	}
	names, err := p.selectColumn("SELECT o.name FROM sys.objects AS o WHERE o.schema_id = SCHEMA_ID(" + tsql.QuoteString(m.schema) + ")")
	if err != nil {
		return err
	}
	if name := m.namesAlone(names); name != "" {
		return newError(errNotSupported, "procedure %s names %s without a schema, which means %s.%s there, but %s.%s in a session whose default schema "+
			"is %s. Write %s.%s in the procedure.", m.qualified(), name, m.schema, name, schema, name, schema, m.schema, name)
	}
	return nil
}

// namesAlone finds the first of names that stands in the module's text without a schema in front.
func (m *scriptModule) namesAlone(names []string) string {
	known := map[string]bool{}
	for _, n := range names {
		if !strings.EqualFold(n, m.name) {
			known[strings.ToLower(n)] = true
		}
	}
	dot := false
	for l := tsql.NewLexer(m.text[m.header.BodyPos:], m.mode); ; {
		t := l.Next()
		switch {
		case t.Kind == tsql.TokenEOF:
			return ""
		case t.IsTrivia():
			continue
		case t.IsName() && !dot && known[strings.ToLower(t.Value(m.text[m.header.BodyPos:]))]:
			return t.Value(m.text[m.header.BodyPos:])
		}
		dot = t.Is(m.text[m.header.BodyPos:], ".")
	}
}

// selectColumn runs a SELECT of one column of text that reads the catalog. It opens no transaction.
func (p *plan) selectColumn(text string) ([]string, error) {
	batch := tds.SQLBatch{Headers: p.headers(), Text: tds.AppendUTF16(nil,
		"EXEC sp_executesql N'SET IMPLICIT_TRANSACTIONS OFF; SET ROWCOUNT 0; "+strings.ReplaceAll(text, "'", "''")+"'")}
	payload, err := batch.Append(nil, p.requests)
	if err != nil {
		return nil, newError(errInternal, "the helper statement can't be written: %v.", err)
	}
	reply, err := p.ask(tds.PacketSQLBatch, payload, helperBuffer)
	if err != nil {
		return nil, err
	}
	var out []string
	for {
		token, err := reply.next()
		if errors.Is(err, io.EOF) {
			return out, reply.finish()
		}
		if err != nil {
			return nil, reply.abandon(err)
		}
		row, ok := token.(*tds.Row)
		if !ok || len(row.Values) != 1 {
			continue
		}
		values, err := fields(reply.tokens.Columns(), row.Values)
		if err != nil {
			return nil, reply.abandon(err)
		}
		if name, ok := values[0].v.(string); ok {
			out = append(out, name)
		}
	}
}
