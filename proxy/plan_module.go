package proxy

import (
	"strings"

	"tds-launchpad/tsql"
)

// scriptModule is a stored procedure with script calls in it, as the engine has it now.
type scriptModule struct {
	database, schema, name string
	text                   string
	mode                   tsql.Mode // its stored QUOTED_IDENTIFIER
	header                 *tsql.Module
	ansiNulls              *bool // as stored, nil if that is not known
}

// qualified is the module's name in texts; as the Procedure of a message the engine gives it without schema.
func (m *scriptModule) qualified() string { return m.schema + "." + m.name }

// execute carries an EXECUTE statement out that concerns us.
func (p *plan) executeStatement(f *frame, s *tsql.Statement) (course, error) {
	e := s.Execute
	name := e.Name
	switch {
	case len(e.Text) > 0:
		return p.dynamicText(f, s)
	case e.Number > 1: // the catalog view has the text of the first of a group
		return p.asItIs(f, s)
	case e.NameVariable != "":
		v := f.lookup(e.NameVariable)
		if v == nil {
			return p.asItIs(f, s)
		}
		called, err := v.value()
		if err != nil {
			return courseEnd, err
		}
		text, _ := called.v.(string)
		if name, err = tsql.ParseName(text); err != nil || !p.server.modules.nameConcerns(name) {
			return p.asItIs(f, s)
		}
	}
	switch {
	case tsql.IsScriptProcedure(name.String()):
		return p.scriptStatement(f, e)
	case tsql.IsSystemProcedure(name.String(), "sp_executesql"):
		return p.executeSQL(f, s)
	}
	module, err := p.findModule(name)
	if err != nil {
		return p.fail(f, s.Line, err)
	}
	if module == nil {
		return p.asItIs(f, s)
	}
	return p.callModule(f, e, module)
}

// findModule asks the engine for a script module. nil: the name means none for this session, so that the
// engine shall have the call. It is asked on the session, which sees its own uncommitted changes and
// locks itself out of nothing.
func (p *plan) findModule(n tsql.Name) (*scriptModule, error) {
	id := "OBJECT_ID(" + tsql.QuoteString(n.String()) + ")"
	db := "DB_NAME()"
	if n.Database != "" {
		db = tsql.QuoteString(n.Database)
	}
	text := "OBJECT_DEFINITION(" + id + ")"
	switch {
	case n.Database != "":
		text = "(SELECT definition FROM " + tsql.QuoteName(n.Database) + ".sys.sql_modules WHERE object_id = " + id + ")"
	case p.facts.babelfish: // whose function gives up at texts of more than 4,000 characters
		text = "(SELECT definition FROM sys.sql_modules WHERE object_id = " + id + ")"
	}
	query := "SELECT " + db + ", OBJECT_SCHEMA_NAME(" + id + ", DB_ID(" + db + ")), OBJECT_NAME(" + id + ", DB_ID(" + db + ")), " +
		"OBJECTPROPERTY(" + id + ", N'ExecIsQuotedIdentOn'), HAS_PERMS_BY_NAME(" + tsql.QuoteString(n.String()) + ", N'OBJECT', N'EXECUTE'), " +
		text + ", DB_NAME(), SCHEMA_NAME(), @@OPTIONS, OBJECTPROPERTY(" + id + ", N'ExecIsAnsiNullsOn')"
	if !p.facts.babelfish { // which doesn't cut
		query = "EXEC sp_executesql " + tsql.QuoteString(wholeValues+query)
	}
	row, err := p.selectRow(query)
	if err != nil {
		return nil, err
	}
	m := &scriptModule{}
	m.database, _ = row[0].v.(string)
	m.schema, _ = row[1].v.(string)
	m.name, _ = row[2].v.(string)
	m.text, _ = row[5].v.(string)
	if catalog := p.server.catalog; m.text == "" && m.name != "" && catalog != nil {
		var quoted, nulls bool
		m.text, quoted, nulls = catalog.definition(p.ctx, m.database, m.schema, m.name)
		row[3].v, row[9].v = nil, int64(0)
		if !quoted {
			m.mode = tsql.QuotedIdentifierOff
		}
		if nulls {
			row[9].v = int64(1)
		}
	}
	if m.text == "" || !p.server.modules.concerns(m.text) {
		return nil, nil
	}
	if on, ok := row[9].v.(int64); ok && !p.facts.babelfish { // which says so of all
		nulls := on == 1
		m.ansiNulls = &nulls
	}
	if row[3].v == int64(0) {
		m.mode = tsql.QuotedIdentifierOff
	}
	if row[4].v != int64(1) {
		return nil, tsql.NewError(229, "EXECUTE", m.name, m.database, m.schema)
	}
	body := tsql.Split(m.text, m.mode)
	if len(body) == 0 || body[len(body)-1].Kind != tsql.StatementModule || body[len(body)-1].Module.Kind != "PROCEDURE" {
		return nil, nil
	}
	m.header = body[len(body)-1].Module
	if !p.server.modules.bodyConcerns(m.text[m.header.BodyPos:], m.mode) {
		return nil, nil // it only bears the name of a script module
	}
	if err := m.carryable(); err != nil {
		return nil, err
	}
	if options, ok := row[8].v.(int64); ok {
		p.facts.options = options // statements before the call may have changed them
	}
	current, _ := row[6].v.(string)
	schema, _ := row[7].v.(string)
	return m, p.sameNames(m, current, schema)
}

// carryable refuses modules whose text can't be carried out by the caller's session.
func (m *scriptModule) carryable() error {
	switch h := m.header; {
	case h.Native:
		return newError(errNotSupported, "procedure %s is natively compiled, so that its script calls can't be carried out.", m.qualified())
	case h.ExecuteAs != "" && !strings.EqualFold(h.ExecuteAs, "CALLER"):
		return newError(errNotSupported, "procedure %s runs WITH EXECUTE AS %s. Its script calls would run as another user than the caller, "+
			"which is not supported yet. Use EXECUTE AS CALLER.", m.qualified(), h.ExecuteAs)
	}
	return nil
}

// callModule carries EXEC of a script module out: its text becomes a frame of its own.
func (p *plan) callModule(f *frame, e *tsql.Execute, m *scriptModule) (course, error) {
	arguments, err := scriptCallOf(e).Resolve(p.resolver(f))
	if err != nil {
		return p.fail(f, e.Line, err)
	}
	inner, places, err := p.moduleFrame(m, arguments)
	if err != nil {
		return p.fail(f, e.Line, err)
	}
	if p.nesting >= maxNesting {
		return p.fail(f, e.Line, tsql.NewError(217, maxNesting))
	}
	if err := p.renameTemps(inner, f); err != nil {
		return p.fail(f, e.Line, err)
	}
	before := p.tranCount
	p.depth++
	c, err := p.called(f, inner)
	p.depth--
	if err != nil || c != courseNext {
		return c, err
	}
	p.facts.options = inner.options
	if err := p.copyBack(f, e, inner, places); err != nil {
		return p.fail(f, e.Line, err)
	}
	p.assignCode(f, e, int64(inner.result))
	if c, err := p.leaveBalanced(f, e.Line, m.name, before); err != nil || c != courseNext {
		return c, err
	}
	p.procedureEnds(inner.result, 0)
	p.stepped = true
	return courseNext, nil
}

// resolver is lookup as ScriptCall.Resolve wants it.
func (p *plan) resolver(f *frame) func(ref string) (tsql.Type, any, bool) {
	lookup := p.lookup(f)
	return func(ref string) (tsql.Type, any, bool) {
		v, ok, err := lookup(ref)
		return v.t, v.v, ok && err == nil
	}
}
