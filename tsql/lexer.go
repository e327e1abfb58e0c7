package tsql

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mode says how the lexer reads "double quotes": the session's SET QUOTED_IDENTIFIER.
type Mode uint8

const (
	// QuotedIdentifierOn reads "x" as an identifier. It is what every driver sets.
	QuotedIdentifierOn Mode = iota
	// QuotedIdentifierOff reads "x" as a varchar literal.
	QuotedIdentifierOff
)

// Lexer cuts T-SQL into tokens. It never fails: what it does not know becomes a TokenOther, what has no end goes to the
// end of the text and is marked. It allocates nothing.
type Lexer struct {
	src  string
	pos  int
	line int32
	mode Mode
}

// NewLexer starts a lexer at the beginning of text, line 1.
func NewLexer(text string, mode Mode) *Lexer { return &Lexer{src: text, line: 1, mode: mode} }

// classes of a token's first byte
const (
	classOther byte = iota
	classSpace
	classIdent
	classDigit
	classOp
	classQuote
	classBracket
	classAt
	classDollar
	classDot
	classUnicode
)

var firstByte = func() (t [256]byte) {
	for c := range t {
		switch {
		case c <= ' ' || c == 0x7F:
			t[c] = classSpace
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == '#':
			t[c] = classIdent
		case '0' <= c && c <= '9':
			t[c] = classDigit
		case c >= utf8.RuneSelf:
			t[c] = classUnicode
		}
	}
	for _, c := range "!%&()*+,-/:;<=>^{|}~?" {
		t[c] = classOp
	}
	t['\''], t['"'], t['['], t['@'], t['$'], t['.'] = classQuote, classQuote, classBracket, classAt, classDollar, classDot
	return t
}()

// identByte tells which ASCII bytes continue an identifier.
var identByte = func() (t [256]bool) {
	for c := range 128 {
		t[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c == '#' || c == '@' || c == '$'
	}
	return t
}()

// Next returns the next token, at the end of the text a TokenEOF for ever.
func (l *Lexer) Next() Token {
	t := Token{Pos: l.pos, Line: l.line}
	if l.pos >= len(l.src) {
		t.End = l.pos
		return t
	}
	c := l.src[l.pos]
	switch firstByte[c] {
	case classSpace:
		t.Kind = TokenSpace
		l.space()
	case classIdent:
		if (c == 'N' || c == 'n') && l.opensNString() {
			l.pos++
			t.Kind = TokenNString
			t.Unterminated = l.quoted(l.src[l.pos])
			break
		}
		t.Kind = TokenIdent
		l.ident()
	case classDigit:
		t.Kind = l.number()
	case classQuote:
		t.Kind = TokenString
		if c == '"' && l.mode == QuotedIdentifierOn {
			t.Kind = TokenQuoted
		}
		t.Unterminated = l.quoted(c)
	case classBracket:
		t.Kind = TokenBracketed
		t.Unterminated = l.quoted(']')
	case classAt:
		t.Kind = TokenVariable
		if strings.HasPrefix(l.src[l.pos:], "@@") {
			t.Kind = TokenGlobal
		}
		l.ident()
	case classDollar:
		t.Kind = l.dollar()
	case classDot:
		if l.peek(1) >= '0' && l.peek(1) <= '9' {
			t.Kind = l.number()
			break
		}
		t.Kind = TokenOp
		l.pos++
	case classOp:
		t.Kind, t.Unterminated = l.op(c)
	case classUnicode:
		t.Kind = l.unicode()
	default:
		t.Kind = TokenOther
		l.pos++
	}
	t.End = l.pos
	return t
}

// peek is the byte n places ahead, 0 behind the end.
func (l *Lexer) peek(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

// space skips white space, counting lines. A line ends with LF, alone or behind CR.
func (l *Lexer) space() {
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == '\n':
			l.line++
			l.pos++
		case firstByte[c] == classSpace:
			l.pos++
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(l.src[l.pos:])
			if !spaceRune(r) {
				return
			}
			l.pos += n
		default:
			return
		}
	}
}

// spaceRune tells which characters beyond ASCII are white space; the zero width space and the byte order mark count.
func spaceRune(r rune) bool { return unicode.IsSpace(r) || r == '\u200B' || r == '\uFEFF' }

// ident skips an identifier's characters, the first unseen.
func (l *Lexer) ident() {
	l.pos++
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if identByte[c] {
			l.pos++
			continue
		}
		if c < utf8.RuneSelf {
			return
		}
		r, n := utf8.DecodeRuneInString(l.src[l.pos:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return
		}
		l.pos += n
	}
}

func (l *Lexer) opensNString() bool {
	c := l.peek(1)
	return c == '\'' || c == '"' && l.mode == QuotedIdentifierOff
}

// quoted skips the opening mark and everything up to a single mark, a pair of which stands for one. It reports whether the
// end is missing.
func (l *Lexer) quoted(mark byte) bool {
	from := l.pos
	l.pos++
	for {
		i := strings.IndexByte(l.src[l.pos:], mark)
		if i < 0 {
			l.pos = len(l.src)
			l.countLines(from)
			return true
		}
		l.pos += i + 1
		if l.pos >= len(l.src) || l.src[l.pos] != mark {
			l.countLines(from)
			return false
		}
		l.pos++
	}
}

func (l *Lexer) countLines(from int) {
	l.line += int32(strings.Count(l.src[from:l.pos], "\n"))
}

// unicode reads a token that begins outside ASCII.
func (l *Lexer) unicode() TokenKind {
	r, n := utf8.DecodeRuneInString(l.src[l.pos:])
	switch {
	case r == utf8.RuneError && n == 1:
		l.pos++
		return TokenOther
	case unicode.IsLetter(r):
		l.pos += n - 1
		l.ident()
		return TokenIdent
	case spaceRune(r):
		l.pos += n
		l.space()
		return TokenSpace
	case unicode.Is(unicode.Sc, r):
		l.pos += n
		l.money()
		return TokenMoney
	}
	l.pos += n
	return TokenOther
}

// op reads an operator, a punctuation mark or a comment.
func (l *Lexer) op(c byte) (TokenKind, bool) {
	n := l.peek(1)
	switch {
	case c == '-' && n == '-':
		l.lineComment()
		return TokenLineComment, false
	case c == '/' && n == '*':
		return TokenBlockComment, l.blockComment()
	case n == '=' && strings.IndexByte("<>!+-*/%&|^", c) >= 0,
		c == '<' && n == '>', c == '!' && (n == '<' || n == '>'), c == ':' && n == ':':
		l.pos++
	}
	l.pos++
	return TokenOp, false
}

// lineComment skips to the end of the line. A comment ends at CR as well as at LF (observed on SQL Server).
func (l *Lexer) lineComment() {
	rest := l.src[l.pos:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.IndexByte(rest, '\r'); i >= 0 {
		rest = rest[:i]
	}
	l.pos += len(rest)
}

// blockComment skips a comment with the comments inside it and reports whether its end is missing.
func (l *Lexer) blockComment() bool {
	from := l.pos
	l.pos += 2
	for depth := 1; ; {
		i := strings.IndexAny(l.src[l.pos:], "*/")
		if i < 0 || l.pos+i+1 >= len(l.src) {
			l.pos = len(l.src)
			l.countLines(from)
			return true
		}
		l.pos += i
		switch l.src[l.pos : l.pos+2] {
		case "/*":
			depth++
			l.pos += 2
		case "*/":
			depth--
			l.pos += 2
			if depth == 0 {
				l.countLines(from)
				return false
			}
		default:
			l.pos++
		}
	}
}
