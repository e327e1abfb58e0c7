package tsql

// tail is the state of a statement of which the beginning has been read, or of a condition or value.
type tail struct {
	// verb decides what may stand in the statement.
	verb word
	// cte is set while a WITH waits for the verb behind its common table expressions.
	cte bool
	// done is set once the keyword has come that the verb may have once: SET of UPDATE, the source of INSERT, the
	// action of ALTER, TO or FROM of GRANT.
	done bool
	// expr is set where no alias can stand: an unreserved word behind an operand begins a statement.
	expr bool
	// comma ends a value of DECLARE.
	comma bool
	// condition is set for the condition of IF or WHILE, which a WITH ends.
	condition bool
	// schema and table are set for CREATE SCHEMA and ALTER TABLE, generated behind GENERATED in it.
	schema, table, generated bool
	// cases counts the CASE expressions that are open.
	cases int
	// exec is set by the EXEC of INSERT ... EXEC, which then stands in front.
	exec bool
}

// skip goes to the end of the statement, condition or value: to a semicolon, the beginning of another statement, ELSE, END or
// the end of the text.
func (s *splitter) skip(st *Statement, t *tail) {
	for !s.eof() {
		switch s.tok.Kind {
		case TokenOp:
			switch s.src[s.tok.Pos] {
			case '(':
				if s.paren(st, t) {
					return
				}
				continue
			case ';':
				return
			case ',':
				if t.comma && t.cases == 0 {
					return
				}
			case '=':
				t.action()
			}
		case TokenIdent:
			if s.ends(st, t) {
				return
			}
		default:
			st.Unfinished = st.Unfinished || s.tok.Unterminated
			if s.tok.Kind == TokenString || s.tok.Kind == TokenNString {
				t.action()
			}
		}
		s.next()
	}
	st.Unfinished = st.Unfinished || t.cases > 0
}

// paren goes past the parenthesis in front, unless it begins a statement.
func (s *splitter) paren(st *Statement, t *tail) bool {
	switch {
	case t.verb == wordInsert && !t.done:
		t.done = s.opensQuery()
	case s.prevKind == TokenIdent || s.prevKind == TokenOp && s.src[s.prevEnd-1] != ')':
		// The parenthesis of a function, or of an operand.
	case t.cte:
		if s.opensQuery() {
			t.main(wordSelect) // WITH a AS (...) (SELECT ...)
		}
	case t.expr || t.verb == wordSelect && s.prevKind == TokenOp:
		if t.cases == 0 && s.opensQuery() {
			return true
		}
	}
	s.parens(st)
	return false
}

// opensQuery tells whether a query stands in the parenthesis in front.
func (s *splitter) opensQuery() bool {
	w := s.peekWord()
	return w == wordSelect || w == wordWith || w == wordNone && s.peekIs("(")
}

// parens goes past a parenthesis and all that is in it. It asks the lexer itself, since keywords mean nothing there.
func (s *splitter) parens(st *Statement) {
	s.prevEnd, s.prevLine = s.tok.End, s.lex.line
	for depth := 1; ; {
		t := s.lex.Next()
		switch t.Kind {
		case TokenEOF:
			s.tok, s.word, s.prevWord, s.prevKind = t, wordNone, wordNone, TokenOther
			st.Unfinished = true
			return
		case TokenOp:
			switch s.src[t.Pos] {
			case '(':
				depth++
			case ')':
				if depth--; depth == 0 {
					s.tok, s.word = t, wordNone
					s.next()
					return
				}
			}
		case TokenIdent:
			st.Into = st.Into || s.query && t.Is(s.src, "INTO")
		}
		if !t.IsTrivia() || t.Unterminated {
			s.prevEnd, s.prevLine = t.End, s.lex.line
		}
	}
}

// ends tells whether the identifier or keyword in front ends the statement, and notes what it means for the statement if not.
func (s *splitter) ends(st *Statement, t *tail) bool {
	w := s.word
	if t.cases > 0 {
		switch w {
		case wordCase:
			t.cases++
		case wordEnd:
			t.cases--
		}
		return false
	}
	switch w {
	case wordNone:
		return (s.prevKind != TokenOp || s.operatorEnds()) && s.atLabel()
	case wordCase:
		t.cases++
	case wordEnd, wordElse:
		generated := t.generated
		t.generated = false
		return !generated // GENERATED ALWAYS AS ROW END
	case wordGenerated:
		t.generated = t.table
	case wordInto:
		st.Into = st.Into || t.verb == wordSelect
	case wordWith:
		if s.prevWord == wordFor || s.prevWord == wordAs {
			t.cte = true
			return false
		}
		if t.condition || s.view && s.peekWord() == wordCheck || s.beginsCTE(t) {
			return true
		}
		t.action()
	case wordValues:
		t.done = t.done || t.verb == wordInsert
	case wordTo, wordFrom:
		t.done = t.done || t.verb == wordGrant || t.verb == wordDeny || t.verb == wordRevoke || t.verb == wordAlter
	default:
		return s.begins(t)
	}
	return false
}

// beginsCTE tells whether WITH in front begins common table expressions. SQL Server wants a semicolon before them, other
// engines don't.
func (s *splitter) beginsCTE(t *tail) bool {
	r := s.reader
	r.next()
	if !r.tok.IsName() {
		return false
	}
	switch t.verb {
	case wordSelect, wordInsert, wordUpdate, wordDelete:
		return r.peekIs("AS") || r.peekIs("(")
	}
	return r.peekIs("AS")
}

// operatorEnds tells whether the operator before the token in front can end a statement.
func (s *splitter) operatorEnds() bool {
	c := s.src[s.prevEnd-1]
	return c == ')' || c == '*' || c == '}'
}

// behindOperand tells whether the token before the one in front ends an operand of an expression.
func (s *splitter) behindOperand() bool {
	switch s.prevKind {
	case TokenOp:
		return s.operatorEnds()
	case TokenIdent:
		switch s.prevWord {
		case wordAnd, wordOr, wordNot, wordIn, wordLike, wordBetween, wordIs, wordEscape, wordCollate, wordAll, wordAny, wordSome,
			wordExists, wordFrom, wordAs, wordIf, wordWhile, wordPrint, wordTran, wordTransaction, wordSet, wordUse, wordClose,
			wordOpen, wordDeallocate, wordInto, wordTable, wordSave, wordKill, wordFetch, wordNext, wordWith, wordAt:
			return false
		}
	}
	return true
}
