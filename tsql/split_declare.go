package tsql

import (
	"errors"
	"strings"
)

// declare reads DECLARE of variables; of a cursor it is opaque.
func (s *splitter) declare(st *Statement) {
	if k := s.peek().Kind; k != TokenVariable && k != TokenGlobal {
		st.Keyword = "DECLARE CURSOR"
		s.next()
		s.skip(st, &tail{verb: wordDeclare})
		return
	}
	start := s.reader
	d := new(Declare)
	err := s.declareVars(st, d)
	if err == nil && !s.canBegin() {
		err = s.syntaxError()
	}
	if err == nil {
		st.Kind, st.Declare = StatementDeclare, d
		return
	}
	st.Keyword, st.Err = "DECLARE", err
	s.reader = start
	s.next()
	s.skip(st, &tail{verb: wordDeclare, expr: true})
}

func (s *splitter) declareVars(st *Statement, d *Declare) error {
	for {
		s.next()
		v := DeclaredVar{Line: s.tok.Line, Pos: s.tok.Pos}
		if err := s.declaredVar(st, &v); err != nil {
			return err
		}
		if s.op('=') {
			s.next()
			v.ValuePos = s.tok.Pos
			s.skip(st, &tail{verb: wordSet, expr: true, comma: true})
			if v.ValueEnd = s.prevEnd; v.ValueEnd <= v.ValuePos {
				return s.syntaxError()
			}
		}
		v.End = s.prevEnd
		d.Vars = append(d.Vars, v)
		if !s.op(',') {
			return nil
		}
	}
}

// declaredVar reads @name [AS] type [COLLATE name] [[NOT] NULL].
func (s *splitter) declaredVar(st *Statement, v *DeclaredVar) error {
	if !s.atVariable() {
		return s.syntaxError()
	}
	v.Name = s.text()
	s.next()
	s.acceptWord(wordAs)
	if err := s.declaredType(st, &v.DeclaredType); err != nil {
		return err
	}
	if s.acceptWord(wordCollate) {
		v.Type.Collation = s.text()
		s.next()
	}
	if s.word == wordNull || s.word == wordNot && s.peekWord() == wordNull {
		s.acceptWord(wordNot)
		s.next()
	}
	return nil
}

// declaredType reads a type. Only what can't be a type at all is an error.
func (s *splitter) declaredType(st *Statement, t *DeclaredType) error {
	t.TypePos = s.tok.Pos
	if s.acceptWord(wordTable) {
		t.Type = Type{Kind: KindTable}
		if s.op('(') {
			s.parens(st)
		}
		t.TypeEnd = s.prevEnd
		return nil
	}
	start := s.reader
	typ, err := s.dataType(1)
	if err == nil {
		t.Type, t.TypeEnd = typ, s.prevEnd
		return nil
	}
	s.reader = start
	if !s.startsName() {
		return err
	}
	n, nameErr := s.name()
	if nameErr != nil {
		return nameErr
	}
	if s.op('(') {
		s.parens(st)
	}
	t.TypeEnd = s.prevEnd
	var e *Error
	switch kind := systemKind(n); {
	case kind == KindXML: // xml (schema collection)
		t.Type = Type{Kind: KindXML, Length: Max}
	case kind == KindInvalid && errors.As(err, &e) && e.Number == 2715:
		t.User = n
	case kind == KindInvalid:
		return err
	default:
		t.TypeErr = err
	}
	return nil
}

// systemKind is the kind that n names, KindInvalid if n is no system type.
func systemKind(n Name) Kind {
	if n.Database == "" && (n.Schema == "" || equalFoldASCII(n.Schema, "SYS")) {
		return typeNames[strings.ToLower(n.Object)]
	}
	return KindInvalid
}
