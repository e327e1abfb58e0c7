package tsql

// moduleParams reads the parameters of a procedure or function.
func (s *splitter) moduleParams(st *Statement, m *Module) error {
	if !s.atVariable() {
		return nil
	}
	for {
		p := ModuleParam{DeclaredVar: DeclaredVar{Line: s.tok.Line, Pos: s.tok.Pos}}
		if err := s.moduleParam(st, &p); err != nil {
			return err
		}
		p.End = s.prevEnd
		m.Params = append(m.Params, p)
		if !s.accept(",") {
			return nil
		}
	}
}

// moduleParam reads @name [AS] type [VARYING] [[NOT] NULL] [= default] [OUT | OUTPUT] [READONLY].
func (s *splitter) moduleParam(st *Statement, p *ModuleParam) error {
	if !s.atVariable() {
		return s.syntaxError()
	}
	p.Name = s.text()
	s.next()
	s.acceptWord(wordAs)
	if err := s.declaredType(st, &p.DeclaredType); err != nil {
		return err
	}
	for {
		switch {
		case s.accept("VARYING"):
			p.Varying = true
		case s.word == wordNot && s.peekWord() == wordNull:
			s.next()
			s.next()
			p.Null = NotNull
		case s.acceptWord(wordNull):
			p.Null = Null
		case s.accept("OUTPUT"), s.accept("OUT"):
			p.Output = true
		case s.acceptWord(wordReadonly):
			p.ReadOnly = true
		case s.op('=') && !p.HasDefault:
			s.next()
			p.HasDefault, p.ValuePos = true, s.tok.Pos
			p.Default = ScriptArg{Line: s.tok.Line, Pos: s.tok.Pos, ValuePos: s.tok.Pos}
			if err := s.argValue(&p.Default); err != nil {
				return err
			}
			p.ValueEnd = s.prevEnd
			p.Default.End, p.Default.ValueEnd = p.ValueEnd, p.ValueEnd
		default:
			return nil
		}
	}
}
