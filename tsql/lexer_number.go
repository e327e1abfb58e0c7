package tsql

// digits skips a number without exponent: digits with at most one point. It reports whether there was a point.
func (l *Lexer) digits() (point bool) {
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		if c == '.' && !point {
			point = true
		} else if c < '0' || c > '9' {
			return point
		}
		l.pos++
	}
	return point
}

// number reads an integer, decimal, float or binary constant. As in T-SQL the constant ends where it can't go on:
// 1abc is 1 followed by abc, and 1e alone is a float.
func (l *Lexer) number() TokenKind {
	if l.src[l.pos] == '0' && (l.peek(1) == 'x' || l.peek(1) == 'X') {
		l.pos += 2
		l.hex()
		return TokenBinary
	}
	kind := TokenInteger
	if l.digits() {
		kind = TokenDecimal
	}
	if c := l.peek(0); c == 'e' || c == 'E' {
		kind = TokenFloat
		l.pos++
		if c := l.peek(0); (c == '+' || c == '-') && l.peek(1) >= '0' && l.peek(1) <= '9' {
			l.pos++
		}
		for l.peek(0) >= '0' && l.peek(0) <= '9' {
			l.pos++
		}
	}
	return kind
}

// hex skips hexadecimal digits. A backslash at a line's end continues the constant on the next line.
func (l *Lexer) hex() {
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
			l.pos++
		case c == '\\' && l.peek(1) == '\n':
			l.pos += 2
			l.line++
		case c == '\\' && l.peek(1) == '\r' && l.peek(2) == '\n':
			l.pos += 3
			l.line++
		default:
			return
		}
	}
}

// dollar reads a money constant, or a name such as $action.
func (l *Lexer) dollar() TokenKind {
	if c := l.peek(1); identByte[c] && (c < '0' || c > '9') && c != '$' {
		l.ident()
		return TokenIdent
	}
	l.pos++
	l.money()
	return TokenMoney
}

// money skips what follows a currency sign: a number, which may have blanks and a sign of its own before it.
func (l *Lexer) money() {
	n := 0
	for l.peek(n) == ' ' || l.peek(n) == '\t' {
		n++
	}
	if c := l.peek(n); c == '-' || c == '+' {
		n++
	}
	c := l.peek(n)
	if c == '.' {
		c = l.peek(n + 1)
	}
	if c >= '0' && c <= '9' {
		l.pos += n
	}
	l.digits()
}
