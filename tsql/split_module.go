package tsql

// module reads the definition of a module, and reports false in front of any other CREATE or ALTER.
func (s *splitter) module(st *Statement) bool {
	r := s.reader
	m := Module{Verb: r.word.String()}
	r.next()
	if m.Verb == "CREATE" && r.word == wordOr && r.peekWord() == wordAlter {
		m.Verb = "CREATE OR ALTER"
		r.next()
		r.next()
	}
	switch r.word {
	case wordProc, wordProcedure:
		m.Kind = "PROCEDURE"
	case wordTrigger, wordFunction, wordView:
		m.Kind = r.word.String()
	default:
		return false
	}
	r.next()
	s.reader = r
	st.Kind, st.Module = StatementModule, new(m)
	if st.Err = s.moduleHeader(st, st.Module); st.Err != nil {
		s.reader = r
		s.findBody(st.Module)
	}
	s.moduleBody(st, st.Module)
	return true
}

// moduleBody reads what stands behind the header.
func (s *splitter) moduleBody(st *Statement, m *Module) {
	m.BodyPos = s.tok.Pos
	if s.word == wordExternal {
		m.External, m.Inline = true, false
		s.skip(st, &tail{})
		return
	}
	if m.Kind == "VIEW" {
		s.view = true
		m.Body = s.single()
		s.view = false
		if s.word == wordWith {
			s.skip(st, &tail{verb: wordCreate})
		}
		return
	} else {
		function := s.function
		s.function = m.Inline
		m.Body = s.list(s.depth > 1)
		s.function = function
	}
	if n := len(m.Body); n > 0 {
		st.End, st.EndLine = m.Body[n-1].End, m.Body[n-1].EndLine
	}
}

// findBody goes to the body of a module whose header can't be read: behind AS, or in front of the BEGIN or RETURN of a function.
func (s *splitter) findBody(m *Module) {
	depth := 0
	for ; !s.eof(); s.next() {
		switch {
		case s.op('('):
			depth++
		case s.op(')'):
			depth--
		case depth > 0:
		case s.word == wordAs && s.prevWord != wordExec && s.prevWord != wordExecute && s.prevKind != TokenVariable:
			s.next()
			return
		case m.Kind == "FUNCTION" && (s.word == wordBegin || s.word == wordReturn):
			return
		}
	}
}
