package proxy

import (
	"strings"

	"tds-launchpad/tsql"
)

// executes tells whether an EXECUTE is, or may turn out to be, something of ours.
func (m *moduleNames) executes(e *tsql.Execute) bool {
	switch {
	case e == nil || e.At != "":
		return false
	case len(e.Text) > 0:
		return m.textConcerns(e.Text)
	case e.NameVariable != "":
		return true
	}
	return m.nameConcerns(e.Name) || tsql.IsSystemProcedure(e.Name.String(), "sp_executesql") && m.statementConcerns(e)
}

// nameConcerns tells whether a procedure is the script procedure or may be a script module.
func (m *moduleNames) nameConcerns(n tsql.Name) bool {
	return tsql.IsScriptProcedure(n.String()) || n.Server == "" && m.has(n.Object)
}

// textConcerns tells whether the text that EXEC (...) runs is, or may turn out to be, of interest.
func (m *moduleNames) textConcerns(parts []tsql.ExecText) bool {
	text := ""
	for _, part := range parts {
		if part.Variable != "" {
			return true
		}
		text += part.Literal
	}
	return m.concerns(text)
}

// statementConcerns tells the same of sp_executesql.
func (m *moduleNames) statementConcerns(e *tsql.Execute) bool {
	if len(e.Args) == 0 {
		return false
	}
	if e.Args[0].Kind == tsql.ArgVariable {
		return true
	}
	text, _ := e.Args[0].Value.(string)
	return m.concerns(text)
}

// found is what a text in which one of our names stands turns out to be.
type found uint8

const (
	foundNothing found = iota
	foundPlan          // it executes something of ours
	foundTrigger       // it makes a trigger that would
)

// look reads a text in which one of our names stands. The modules that it makes become known: it is
// the engine's to make them, but they may be called in the next request.
func (m *moduleNames) look(text string, mode tsql.Mode) found {
	out := foundNothing
	tsql.WalkStatements(tsql.Split(text, mode), func(s *tsql.Statement) bool {
		switch s.Kind {
		case tsql.StatementModule:
			switch {
			case !m.bodyConcerns(text[s.Module.BodyPos:s.End], mode):
			case s.Module.Kind == "TRIGGER":
				out = foundTrigger
			case s.Module.Kind == "PROCEDURE":
				m.created(s.Module.Name.Object)
			}
			return false
		case tsql.StatementExecute:
			if m.executes(s.Execute) {
				out = foundPlan
			}
		case tsql.StatementInsertExec:
			if m.executes(s.Insert.Execute) {
				out = foundPlan
			}
		case tsql.StatementOpaque:
			if s.Err != nil && mentionsCall(text[s.Pos:s.End]) {
				out = foundPlan // it will be refused with what is wrong
			}
		}
		return true
	})
	return out
}

// bodyConcerns tells whether one of our names stands in a module's text outside of comments: in a
// call, or in a literal that may become one.
func (m *moduleNames) bodyConcerns(text string, mode tsql.Mode) bool {
	var code strings.Builder
	for l := tsql.NewLexer(text, mode); ; {
		t := l.Next()
		if t.Kind == tsql.TokenEOF {
			return m.concerns(code.String())
		}
		if !t.IsTrivia() {
			code.WriteString(t.Text(text))
			code.WriteByte(' ')
		}
	}
}
