package tsql

// executeStatement reads EXEC, or a call without the word. What can't be read is opaque and keeps the error.
func (s *splitter) executeStatement(st *Statement) {
	start := s.reader
	e := new(Execute)
	err := s.execute(e)
	if err == nil && !s.canBegin() {
		err = s.syntaxError()
	}
	st.Execute = e
	if err == nil {
		st.Kind = StatementExecute
		return
	}
	s.reader = start
	s.skipExecute(st, err)
}

// skipExecute reads the EXEC in front as an opaque statement.
func (s *splitter) skipExecute(st *Statement, err error) {
	st.Kind, st.Keyword, st.Err, st.Execute = StatementOpaque, "EXECUTE", err, nil
	if s.executeHead(new(Execute)) != nil && s.tok.Pos == st.Pos {
		s.next()
	}
	s.skip(st, &tail{verb: wordExecute})
}

// insert reads INSERT. Only if its source is EXEC it is looked at more closely.
func (s *splitter) insert(st *Statement) {
	t := tail{verb: wordInsert}
	st.Keyword = "INSERT"
	s.next()
	if s.acceptWord(wordBulk) {
		st.Keyword, t.done = "INSERT BULK", true
		s.skip(st, &t)
		return
	}
	var in InsertExec
	s.insertHead(st, &in, &t)
	s.skip(st, &t)
	if !t.exec {
		return
	}
	start := s.reader
	in.Execute = new(Execute)
	err := s.execute(in.Execute)
	if err == nil && !s.canBegin() {
		err = s.syntaxError()
	}
	if err != nil {
		s.reader = start
		s.skipExecute(st, err)
		st.Keyword = "INSERT"
		return
	}
	st.Kind, st.Insert = StatementInsertExec, new(in)
	st.Keyword = ""
	s.insertNames(st.Insert)
}

// insertHead reads [TOP (n) [PERCENT]] [INTO] target [WITH (...)] [(column, ...)], remembering only where things are.
func (s *splitter) insertHead(st *Statement, in *InsertExec, t *tail) {
	if s.acceptWord(wordTop) {
		in.Top = true
		if s.op('(') {
			s.parens(st)
		} else {
			s.next()
		}
		s.accept("PERCENT")
	}
	s.acceptWord(wordInto)
	in.TargetPos = s.tok.Pos
	switch {
	case s.tok.Kind == TokenVariable:
		s.next()
	case s.startsName():
		s.skipName()
	default: // OPENQUERY and the like
		return
	}
	in.TargetEnd = s.prevEnd
	if s.word == wordWith && s.peekIs("(") {
		in.HintsPos = s.tok.Pos
		s.next()
		s.parens(st)
		in.HintsEnd = s.prevEnd
	}
	if s.op('(') {
		if w := s.peekWord(); w == wordSelect || w == wordWith || s.peekIs("(") {
			t.done = true
			return
		}
		in.ColumnsPos = s.tok.Pos
		s.parens(st)
		in.ColumnsEnd = s.prevEnd
	}
	in.Output = s.word == wordOutput
}

// skipName goes past a name of several parts.
func (s *splitter) skipName() {
	s.next()
	for s.op('.') {
		s.next()
		if s.tok.IsName() {
			s.next()
		}
	}
}

// insertNames reads the names whose places insertHead has found.
func (s *splitter) insertNames(in *InsertExec) {
	target := newReader(s.src[in.TargetPos:max(in.TargetEnd, in.TargetPos)], s.lex.mode)
	if target.tok.Kind == TokenVariable {
		in.Variable = target.text()
	} else {
		in.Target, _ = target.name()
	}
	if in.ColumnsEnd == 0 {
		return
	}
	columns := newReader(s.src[in.ColumnsPos+1:in.ColumnsEnd-1], s.lex.mode)
	for !columns.eof() {
		if n, err := columns.name(); err == nil {
			in.Columns = append(in.Columns, n.Object)
		} else {
			columns.next()
		}
		columns.accept(",")
	}
}
