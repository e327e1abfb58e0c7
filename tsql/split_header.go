package tsql

import (
	"strconv"
	"strings"
)

// moduleHeader reads what stands between the kind of module and its body.
func (s *splitter) moduleHeader(st *Statement, m *Module) error {
	switch m.Kind {
	case "PROCEDURE":
		return s.procedureHeader(st, m)
	case "TRIGGER":
		return s.triggerHeader(m)
	case "FUNCTION":
		return s.functionHeader(st, m)
	}
	return s.viewHeader(st, m)
}

// procedureHeader reads name[;n] [(] parameters [)] [WITH ...] [FOR REPLICATION] AS.
func (s *splitter) procedureHeader(st *Statement, m *Module) (err error) {
	if m.Name, err = s.name(); err != nil {
		return err
	}
	if s.accept(";") {
		m.Number, err = strconv.Atoi(s.text())
		if err != nil || s.tok.Kind != TokenInteger {
			return s.syntaxError()
		}
		s.next()
	}
	open := s.accept("(")
	if err := s.moduleParams(st, m); err != nil {
		return err
	}
	if open {
		if err := s.expect(")"); err != nil {
			return err
		}
	}
	if err := s.moduleOptions(m); err != nil {
		return err
	}
	if s.acceptWord(wordFor) {
		m.ForReplication = true
		s.next()
	}
	return s.expect("AS")
}

// functionHeader reads name (parameters) RETURNS type [WITH ...] [ORDER (...)] [AS].
func (s *splitter) functionHeader(st *Statement, m *Module) (err error) {
	if m.Name, err = s.name(); err != nil {
		return err
	}
	if err := s.expect("("); err != nil {
		return err
	}
	if err := s.moduleParams(st, m); err != nil {
		return err
	}
	if err := s.expect(")"); err != nil {
		return err
	}
	if err := s.expect("RETURNS"); err != nil {
		return err
	}
	m.Inline = s.word == wordTable && !s.peekIs("(")
	if s.tok.Kind == TokenVariable {
		s.next()
	}
	var t DeclaredType
	if err := s.declaredType(st, &t); err != nil {
		return err
	}
	if err := s.moduleOptions(m); err != nil {
		return err
	}
	if s.accept("ORDER") && s.op('(') {
		s.parens(st)
	}
	if !s.acceptWord(wordAs) && s.word != wordBegin && s.word != wordReturn {
		return s.syntaxError()
	}
	return nil
}

// triggerHeader reads name ON target [WITH ...] {FOR | AFTER | INSTEAD OF} events [WITH APPEND] [NOT FOR REPLICATION] AS.
func (s *splitter) triggerHeader(m *Module) (err error) {
	if m.Name, err = s.name(); err != nil {
		return err
	}
	if err := s.expect("ON"); err != nil {
		return err
	}
	switch {
	case s.acceptWord(wordDatabase):
	case s.acceptWord(wordAll):
		s.next()
	default:
		if m.Target, err = s.name(); err != nil {
			return err
		}
	}
	if err := s.moduleOptions(m); err != nil {
		return err
	}
	for !s.eof() {
		switch {
		case s.acceptWord(wordAs):
			return nil
		case s.word == wordNot && s.peekWord() == wordFor:
			m.ForReplication = true
		case s.tok.Kind != TokenIdent && !s.op(','):
			return s.syntaxError()
		}
		s.next()
	}
	return s.syntaxError()
}

// viewHeader reads name [(columns)] [WITH ...] AS.
func (s *splitter) viewHeader(st *Statement, m *Module) (err error) {
	if m.Name, err = s.name(); err != nil {
		return err
	}
	if s.op('(') {
		s.parens(st)
	}
	if err := s.moduleOptions(m); err != nil {
		return err
	}
	return s.expect("AS")
}

// moduleOptions reads WITH option, ...
func (s *splitter) moduleOptions(m *Module) error {
	if !s.acceptWord(wordWith) {
		return nil
	}
	for {
		switch {
		case s.is("RECOMPILE"):
			m.Recompile = true
		case s.is("ENCRYPTION"):
			m.Encryption = true
		case s.is("SCHEMABINDING"):
			m.SchemaBinding = true
		case s.is("NATIVE_COMPILATION"):
			m.Native = true
		case s.word == wordExec || s.word == wordExecute:
			if err := s.moduleExecuteAs(m); err != nil {
				return err
			}
		}
		if !s.optionEnd() {
			return nil
		}
	}
}

// moduleExecuteAs reads EXECUTE AS up to the last word, which stays in front.
func (s *splitter) moduleExecuteAs(m *Module) error {
	s.next()
	if err := s.expect("AS"); err != nil {
		return err
	}
	switch {
	case s.is("CALLER"), s.is("SELF"), s.is("OWNER"):
		m.ExecuteAs = strings.ToUpper(s.text())
	case s.tok.Kind == TokenString, s.tok.Kind == TokenNString:
		m.ExecuteAs, m.ExecuteAsUser = s.tok.Value(s.src), true
	default:
		return s.syntaxError()
	}
	return nil
}

// optionEnd goes to the next option and reports whether there is one. What an unknown option consists of is skipped.
func (s *splitter) optionEnd() bool {
	for !s.eof() && !s.op(';') {
		switch s.word {
		case wordAs, wordFor, wordAfter, wordBegin, wordReturn, wordExternal:
			return false
		}
		if s.is("INSTEAD") || s.is("ORDER") {
			return false
		}
		if s.accept(",") {
			return true
		}
		s.next()
	}
	return false
}
