package tsql

// begin reads what BEGIN begins.
func (s *splitter) begin(st *Statement) {
	second := s.peek()
	if second.Kind == TokenIdent {
		switch lookupWord(second.Text(s.src)) {
		case wordTran, wordTransaction:
			st.Keyword = "BEGIN TRAN"
		case wordDistributed:
			st.Keyword = "BEGIN DISTRIBUTED TRAN"
		case wordDialog:
			st.Keyword = "BEGIN DIALOG"
		case wordConversation:
			st.Keyword = "BEGIN CONVERSATION TIMER"
		case wordTry:
			s.next()
			s.next()
			s.try(st)
			return
		case wordAtomic:
			s.next()
			st.Keyword = "BEGIN ATOMIC"
			s.next()
			if s.word == wordWith && s.peekIs("(") {
				s.next()
				s.parens(st)
			}
			s.block(st)
			return
		}
		if st.Keyword != "" {
			s.next()
			s.next()
			s.skip(st, &tail{verb: wordBegin, expr: true})
			return
		}
	}
	s.next()
	s.block(st)
}

// block reads the statements behind BEGIN, and END.
func (s *splitter) block(st *Statement) {
	st.Kind = StatementBlock
	st.Body = s.list(true)
	s.end(st)
}

// end reads END, which is missing only at the end of the text.
func (s *splitter) end(st *Statement) {
	if s.word == wordEnd {
		s.next()
		return
	}
	st.Unfinished = true
}

// try reads what stands behind BEGIN TRY.
func (s *splitter) try(st *Statement) {
	st.Kind = StatementTry
	st.Body = s.list(true)
	s.end(st)
	s.acceptWord(wordTry)
	r := s.reader
	r.semicolons()
	if r.word != wordBegin || r.peekWord() != wordCatch {
		return
	}
	s.reader = r
	s.next()
	s.next()
	st.Else = s.list(true)
	s.end(st)
	s.acceptWord(wordCatch)
}

func (r *reader) acceptWord(w word) bool {
	if r.word != w {
		return false
	}
	r.next()
	return true
}

// ifStatement reads IF condition statement [ELSE statement].
func (s *splitter) ifStatement(st *Statement) {
	st.Kind = StatementIf
	s.next()
	s.condition(st)
	st.Body = s.single()
	r := s.reader
	r.semicolons()
	if r.word != wordElse {
		return
	}
	s.reader = r
	s.next()
	st.Else = s.single()
}

// whileStatement reads WHILE condition statement.
func (s *splitter) whileStatement(st *Statement) {
	st.Kind = StatementWhile
	s.next()
	s.condition(st)
	st.Body = s.single()
}

// condition reads up to the statement that it guards.
func (s *splitter) condition(st *Statement) {
	from := s.tok.Pos
	s.skip(st, &tail{verb: wordIf, expr: true, condition: true})
	if s.prevEnd > from {
		st.CondPos, st.CondEnd = from, s.prevEnd
	}
}

// returnStatement reads RETURN [value].
func (s *splitter) returnStatement(st *Statement) {
	st.Kind = StatementReturn
	s.next()
	from := s.tok.Pos
	t := tail{verb: wordReturn, expr: true}
	if s.function && (s.word == wordSelect || s.word == wordWith) {
		t = tail{verb: s.word, cte: s.word == wordWith}
		s.next()
	}
	s.skip(st, &t)
	if s.prevEnd > from {
		st.CondPos, st.CondEnd = from, s.prevEnd
	}
}

// gotoStatement reads GOTO label.
func (s *splitter) gotoStatement(st *Statement) {
	st.Kind = StatementGoto
	s.next()
	if s.tok.IsName() && !s.tok.Unterminated {
		st.Label = s.tok.Value(s.src)
		s.next()
	}
	s.mustEnd(st)
}

// mustEnd makes a statement opaque that goes on where it should have ended.
func (s *splitter) mustEnd(st *Statement) {
	if s.canBegin() {
		return
	}
	st.Err = s.syntaxError()
	st.Kind = StatementOpaque
	s.skip(st, &tail{expr: true})
}

// canBegin tells whether the statement before the token in front can have ended there.
func (s *splitter) canBegin() bool {
	switch {
	case s.eof() || s.op(';'):
		return true
	case s.op('('):
		return s.opensQuery()
	case s.tok.Kind != TokenIdent:
		return false
	case s.word == wordEnd || s.word == wordElse || s.word == wordWith:
		return true
	case s.atLabel():
		return true
	}
	return s.begins(&tail{expr: true})
}
