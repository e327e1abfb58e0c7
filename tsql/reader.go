package tsql

// reader walks over the tokens that mean something, one ahead.
type reader struct {
	src string
	lex Lexer
	// tok is the token in front, never white space or a comment, unless one without an end.
	tok Token
	// word is the keyword in front, prevWord and prevKind belong to the token before it.
	word, prevWord word
	prevKind       TokenKind
	// prevEnd is where the token before it ended, prevLine the line of that place.
	prevEnd  int
	prevLine int32
}

func newReader(src string, mode Mode) *reader {
	r := &reader{src: src, lex: Lexer{src: src, line: 1, mode: mode}}
	r.next()
	r.prevLine = 1
	return r
}

// next goes on to the following token.
func (r *reader) next() {
	r.prevEnd, r.prevLine, r.prevWord, r.prevKind = r.tok.End, r.lex.line, r.word, r.tok.Kind
	for {
		if l := &r.lex; l.pos < len(l.src) && firstByte[l.src[l.pos]] == classSpace {
			l.space()
		}
		r.tok = r.lex.Next()
		if !r.tok.IsTrivia() || r.tok.Unterminated {
			break
		}
	}
	r.word = wordNone
	if r.tok.Kind == TokenIdent {
		r.word = lookupWord(r.src[r.tok.Pos:r.tok.End])
	}
}

// peek is the token behind the one in front.
func (r *reader) peek() Token {
	lex := r.lex
	for {
		t := lex.Next()
		if !t.IsTrivia() || t.Unterminated {
			return t
		}
	}
}

// peekWord is the keyword behind the token in front.
func (r *reader) peekWord() word {
	if t := r.peek(); t.Kind == TokenIdent {
		return lookupWord(t.Text(r.src))
	}
	return wordNone
}

// peekIs reports whether the token behind the one in front is the keyword or operator word.
func (r *reader) peekIs(word string) bool { return r.peek().Is(r.src, word) }

// atLabel reports whether the token in front is a label: an identifier with a colon behind it on the same line.
func (r *reader) atLabel() bool {
	if r.tok.Kind != TokenIdent {
		return false
	}
	i := r.tok.End
	for i < len(r.src) && (r.src[i] == ' ' || r.src[i] == '\t') {
		i++
	}
	return i < len(r.src) && r.src[i] == ':' && (i+1 == len(r.src) || r.src[i+1] != ':')
}

// atVariable reports whether the token in front can be a declared variable: T-SQL lets names begin with @@.
func (r *reader) atVariable() bool {
	return r.tok.Kind == TokenVariable || r.tok.Kind == TokenGlobal
}

func (r *reader) eof() bool { return r.tok.Kind == TokenEOF }

// is reports whether the token in front is the keyword or operator word (upper case).
func (r *reader) is(word string) bool { return r.tok.Is(r.src, word) }

// op reports whether the token in front is the operator c.
func (r *reader) op(c byte) bool {
	return r.tok.Kind == TokenOp && r.tok.End == r.tok.Pos+1 && r.src[r.tok.Pos] == c
}

// accept goes past word if it is in front.
func (r *reader) accept(word string) bool {
	if !r.is(word) {
		return false
	}
	r.next()
	return true
}

// expect goes past word or returns the syntax error at the token in front.
func (r *reader) expect(word string) error {
	if r.accept(word) {
		return nil
	}
	return r.syntaxError()
}

// text is the token in front as written.
func (r *reader) text() string { return r.tok.Text(r.src) }

// syntaxError is the error SQL Server reports for a token that can't stand where it does: 105 and 113 for one without an
// end, 156 for a keyword, else 102. At the end of the text the last word is named.
func (r *reader) syntaxError() error {
	t := r.tok
	switch {
	case t.Unterminated && t.Kind == TokenBlockComment:
		return NewError(113).At(t.Line)
	case t.Unterminated:
		return NewError(105, t.Value(r.src)).At(t.Line)
	case t.Kind == TokenEOF:
		return NewError(102, r.lastWord()).At(max(t.Line, 1))
	case t.Kind == TokenIdent && IsReserved(r.text()):
		return NewError(156, r.text()).At(t.Line)
	}
	return NewError(102, t.Value(r.src)).At(t.Line)
}

// lastWord is the last token of the text that means something.
func (r *reader) lastWord() string {
	var last Token
	for l := NewLexer(r.src, r.lex.mode); ; {
		t := l.Next()
		if t.Kind == TokenEOF {
			return last.Value(r.src)
		}
		if !t.IsTrivia() {
			last = t
		}
	}
}
