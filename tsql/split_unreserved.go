package tsql

// beginsUnreserved tells whether the word in front, which may be a name elsewhere, begins a statement. free is set where no name
// can stand: at the beginning of a statement, and behind an operand of an expression that can't have an alias.
func (s *splitter) beginsUnreserved(free bool) bool {
	switch s.word {
	case wordThrow:
		next := s.peek()
		if next.Kind == TokenInteger || next.Kind == TokenVariable {
			return true
		}
		return free && s.behindOperand()
	case wordEnable, wordDisable:
		return s.peekWord() == wordTrigger
	case wordMove:
		return s.peekWord() == wordConversation
	case wordGet:
		return s.threeWords("CONVERSATION", "GROUP")
	case wordSend:
		return s.threeWords("ON", "CONVERSATION")
	case wordReceive, wordRename, wordCopy:
		return free && s.behindOperand()
	}
	return false
}

// threeWords tells whether the words stand behind the one in front.
func (s *splitter) threeWords(second, third string) bool {
	r := s.reader
	r.next()
	return r.is(second) && r.peekIs(third)
}
