package tsql

// TokenKind is what a token is.
type TokenKind uint8

// The kinds of token.
const (
	// TokenEOF stands behind the last token; it is empty.
	TokenEOF TokenKind = iota
	// TokenSpace is a run of white space; control characters count.
	TokenSpace
	// TokenLineComment is -- up to the end of the line (CR or LF), which does not belong to it.
	TokenLineComment
	// TokenBlockComment is /* ... */, nested.
	TokenBlockComment
	// TokenIdent is a regular identifier or a keyword, #temp, $action and the like included.
	TokenIdent
	// TokenBracketed is an identifier in [brackets].
	TokenBracketed
	// TokenQuoted is an identifier in "quotes" (QUOTED_IDENTIFIER ON).
	TokenQuoted
	// TokenString is 'text', or "text" with QUOTED_IDENTIFIER OFF.
	TokenString
	// TokenNString is N'text', or N"text" with QUOTED_IDENTIFIER OFF.
	TokenNString
	// TokenVariable is @name.
	TokenVariable
	// TokenGlobal is @@name.
	TokenGlobal
	// TokenInteger is a run of digits.
	TokenInteger
	// TokenDecimal is a number with a decimal point.
	TokenDecimal
	// TokenFloat is a number with an exponent.
	TokenFloat
	// TokenMoney is a currency sign with an optional number.
	TokenMoney
	// TokenBinary is 0x with hexadecimal digits.
	TokenBinary
	// TokenOp is an operator or a punctuation mark: one character, or <= >= <> != !< !> += -= *= /= %= &= |= ^= ::
	TokenOp
	// TokenOther is a character that T-SQL has no use for, or a byte that is not UTF-8.
	TokenOther
)

// Token is a piece of T-SQL text: text[Pos:End]. Line counts from 1 and is the line that the token begins on. The
// tokens of a text follow each other without a gap, white space and comments included.
type Token struct {
	Kind TokenKind
	// Unterminated is set for a comment, string or identifier whose end mark is missing.
	Unterminated bool
	Pos, End     int
	Line         int32
}

// Text is the token as it stands in src.
func (t Token) Text(src string) string { return src[t.Pos:t.End] }

// IsTrivia is true for white space and comments.
func (t Token) IsTrivia() bool {
	return t.Kind == TokenSpace || t.Kind == TokenLineComment || t.Kind == TokenBlockComment
}

// IsName is true for the tokens that can be a part of an object name.
func (t Token) IsName() bool {
	return t.Kind == TokenIdent || t.Kind == TokenBracketed || t.Kind == TokenQuoted
}

// Is reports whether the token is the operator or the keyword word (upper case), not in quotes.
func (t Token) Is(src, word string) bool {
	return (t.Kind == TokenIdent || t.Kind == TokenOp) && equalFoldASCII(src[t.Pos:t.End], word)
}

// equalFoldASCII compares with upper, which has no lower-case letters, ignoring the case of s's ASCII letters.
func equalFoldASCII(s, upper string) bool {
	if len(s) != len(upper) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != upper[i] {
			return false
		}
	}
	return true
}

// Value is what the token means: an identifier without its brackets, the content of a string with doubled quotes
// undone and continued lines joined (a backslash at a line's end); the text itself for all other kinds.
func (t Token) Value(src string) string {
	s := src[t.Pos:t.End]
	switch t.Kind {
	case TokenBracketed:
		return undouble(t.inner(s, 1), ']')
	case TokenQuoted:
		return undouble(t.inner(s, 1), '"')
	case TokenString:
		return joinLines(undouble(t.inner(s, 1), s[0]))
	case TokenNString:
		return joinLines(undouble(t.inner(s, 2), s[1]))
	}
	return s
}

// inner cuts the marks off: head bytes before and, if the token is complete, one behind.
func (t Token) inner(s string, head int) string {
	if t.Unterminated {
		return s[head:]
	}
	return s[head : len(s)-1]
}
