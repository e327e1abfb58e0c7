package tsql

import "strings"

// statement reads the statement in front, of which there is at least one token.
func (s *splitter) statement() Statement {
	st := Statement{Line: s.tok.Line, Pos: s.tok.Pos}
	if s.depth == maxStatementDepth {
		st.Err = NewError(191).At(st.Line)
		for !s.eof() {
			s.next()
		}
		s.finish(&st)
		return st
	}
	first := s.depth == 0 && len(s.scratch) == 0
	s.depth++
	s.dispatch(&st, first)
	s.depth--
	if st.End == 0 {
		s.finish(&st)
	}
	return st
}

// dispatch reads the statement in front into st. first is set at the beginning of the batch, where a procedure can be called
// without EXEC.
func (s *splitter) dispatch(st *Statement, first bool) {
	switch s.word {
	case wordBegin:
		s.begin(st)
	case wordIf:
		s.ifStatement(st)
	case wordWhile:
		s.whileStatement(st)
	case wordReturn:
		s.returnStatement(st)
	case wordBreak:
		st.Kind = StatementBreak
		s.next()
		s.mustEnd(st)
	case wordContinue:
		st.Kind = StatementContinue
		s.next()
		s.mustEnd(st)
	case wordGoto:
		s.gotoStatement(st)
	case wordDeclare:
		s.declare(st)
	case wordExec, wordExecute:
		if s.peekWord() == wordAs {
			s.opaque(st)
			return
		}
		s.executeStatement(st)
	case wordInsert:
		s.insert(st)
	case wordCreate, wordAlter:
		if !s.module(st) {
			s.opaque(st)
		}
	default:
		switch free := !s.word.reserved(); {
		case free && s.atLabel():
			st.Kind, st.Label = StatementLabel, s.text()
			s.next()
			s.next()
		case first && free && s.startsName() && !s.beginsUnreserved(true):
			s.executeStatement(st)
		default:
			s.opaque(st)
		}
	}
}

// startsName tells whether the token in front can begin the name of an object.
func (s *splitter) startsName() bool {
	return s.tok.IsName() && !s.tok.Unterminated && !(s.tok.Kind == TokenIdent && IsReserved(s.text()))
}

// opaque reads a statement that only the engine understands.
func (s *splitter) opaque(st *Statement) {
	t := tail{verb: s.word}
	switch {
	case s.op('('): // a query
		t.verb, st.Keyword = wordSelect, "SELECT"
		s.query = true
		s.parens(st)
		s.query = false
	case s.word == wordWith:
		t.cte = true
		s.next()
		s.skip(st, &t)
		st.Keyword = t.verb.String()
		return
	default:
		st.Keyword = s.keyword(&t)
		st.Unfinished = s.tok.Unterminated
		s.next()
	}
	s.skip(st, &t)
}

// keyword names the statement in front, and changes the verb where the second word makes it another statement.
func (s *splitter) keyword(t *tail) string {
	switch w := s.word; w {
	case wordNone:
		if s.tok.Kind == TokenIdent {
			return strings.ToUpper(s.text())
		}
		return ""
	case wordCreate, wordAlter, wordDrop:
		second := s.peek()
		t.schema = w == wordCreate && second.Is(s.src, "SCHEMA")
		t.table = w == wordAlter && second.Is(s.src, "TABLE")
		return s.twoWords(w, second)
	case wordSet:
		second := s.peek()
		t.expr = true
		if second.Kind != TokenIdent {
			return "SET"
		}
		return s.twoWords(w, second)
	case wordPrint, wordRaiserror, wordThrow, wordReceive, wordCopy, wordRename, wordWaitfor, wordUse, wordKill, wordCommit, wordSave, wordRollback:
		t.expr = true
		return w.String()
	case wordTruncate, wordClose, wordOpen, wordFetch, wordDeallocate, wordRevert:
		t.expr = true
		return w.String()
	case wordUpdate:
		if s.peekWord() == wordStatistics {
			t.verb = wordStatistics
			return "UPDATE STATISTICS"
		}
	case wordExec, wordExecute:
		return "EXECUTE AS"
	case wordEnd:
		if s.peekWord() == wordConversation {
			return "END CONVERSATION"
		}
	case wordEnable, wordDisable, wordBulk, wordMove, wordGet, wordAdd:
		return s.twoWords(w, s.peek())
	}
	return s.word.String()
}

// pairs are the words of two that are asked for most, made once.
var pairs = func() map[word][]string {
	m := map[word][]string{}
	for _, w := range []word{wordCreate, wordAlter, wordDrop, wordSet, wordEnable, wordDisable, wordBulk} {
		m[w] = make([]string, len(wordTexts))
		for i, second := range wordTexts {
			m[w][i] = w.String() + " " + second
		}
		m[w][wordProc], m[w][wordTransaction] = w.String()+" PROCEDURE", w.String()+" TRAN"
	}
	return m
}()

// twoWords joins a verb with the word behind it.
func (s *splitter) twoWords(w word, second Token) string {
	if second.Kind != TokenIdent {
		return w.String()
	}
	text := second.Text(s.src)
	if k := lookupWord(text); k != wordNone && pairs[w] != nil {
		return pairs[w][k]
	}
	return w.String() + " " + strings.ToUpper(text)
}
