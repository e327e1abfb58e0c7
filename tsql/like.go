package tsql

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// likeElement is one element of a LIKE pattern.
type likeElement struct {
	kind likeKind
	char string      // likeChar: folded
	set  []likeRange // likeSet
	deny bool        // likeSet: [^...]
}

type likeKind uint8

const (
	likeChar likeKind = iota
	likeAny           // _
	likeRun           // %
	likeSet           // [...]
)

type likeRange struct{ low, high string }

// Like is s LIKE pattern ESCAPE escape (0 for none): % any run of characters, _ any one, [a-f] one of a set, [^a-f] one not of it.
// Characters are compared by the collation. Blanks at the end of s count; T-SQL ignores them if s is char or varchar, so
// a caller tries s without them too. Error 506 if escape stands before nothing.
func (c *Collation) Like(s, pattern string, escape rune) (bool, error) {
	elements, err := c.likeElements(pattern, escape)
	if err != nil {
		return false, err
	}
	return c.likeMatch(c.characters(s), elements), nil
}

// characters cuts s into what a reader calls characters: a base with its marks, folded for comparing.
func (c *Collation) characters(s string) []string {
	out := make([]string, 0, len(s))
	if !c.binary {
		s = norm.NFC.String(s)
	}
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		for !c.binary && i+n < len(s) {
			r, k := utf8.DecodeRuneInString(s[i+n:])
			if !unicode.Is(unicode.Mn, r) {
				break
			}
			n += k
		}
		out = append(out, c.foldCharacter(s[i:i+n]))
		i += n
	}
	return out
}

// foldCharacter gives equal characters the same text.
func (c *Collation) foldCharacter(s string) string {
	if c.binary {
		return s
	}
	if len(s) == 1 && (!c.turkish || s != "I") {
		if b := s[0]; !c.caseSensitive && 'A' <= b && b <= 'Z' {
			return string(b + 'a' - 'A')
		}
		return s
	}
	var b strings.Builder
	for _, r := range c.decompose(s) {
		switch {
		case ignorable(r), !c.accentSensitive && unicode.Is(unicode.Mn, r):
		case c.caseSensitive:
			b.WriteRune(r)
		default:
			b.WriteRune(c.lower(r))
		}
	}
	return b.String()
}

// likeElements reads a pattern. A [ without its ] is an element that nothing matches, as in T-SQL.
func (c *Collation) likeElements(pattern string, escape rune) ([]likeElement, error) {
	var out []likeElement
	literal := ""
	flush := func() {
		for _, ch := range c.characters(literal) {
			out = append(out, likeElement{kind: likeChar, char: ch})
		}
		literal = ""
	}
	for i := 0; i < len(pattern); {
		r, n := utf8.DecodeRuneInString(pattern[i:])
		i += n
		switch {
		case escape != 0 && r == escape:
			if i >= len(pattern) {
				return nil, NewError(506, string(escape), "LIKE")
			}
			_, n = utf8.DecodeRuneInString(pattern[i:])
			literal += pattern[i : i+n]
			i += n
		case r == '%' || r == '_':
			flush()
			kind := likeAny
			if r == '%' {
				kind = likeRun
			}
			out = append(out, likeElement{kind: kind})
		case r == '[':
			flush()
			set, rest := c.likeSet(pattern[i:], escape)
			out = append(out, set)
			i = len(pattern) - len(rest)
		default:
			literal += pattern[i-n : i]
		}
	}
	flush()
	return out, nil
}

// likeSet reads a set behind its [ and returns the rest of the pattern.
func (c *Collation) likeSet(p string, escape rune) (likeElement, string) {
	e := likeElement{kind: likeSet}
	if strings.HasPrefix(p, "^") {
		e.deny = true
		p = p[1:]
	}
	for first := true; p != ""; first = false {
		r, n := utf8.DecodeRuneInString(p)
		if r == ']' && !first {
			return e, p[n:]
		}
		if escape != 0 && r == escape && len(p) > n {
			p = p[n:]
			_, n = utf8.DecodeRuneInString(p)
		}
		low := p[:n]
		high := low
		p = p[n:]
		if len(p) > 1 && p[0] == '-' && p[1] != ']' {
			_, n = utf8.DecodeRuneInString(p[1:])
			high = p[1 : 1+n]
			p = p[1+n:]
		}
		e.set = append(e.set, likeRange{low, high})
	}
	return likeElement{kind: likeSet}, ""
}

func (e *likeElement) matches(c *Collation, ch string) bool {
	switch e.kind {
	case likeChar:
		return e.char == ch
	case likeSet:
		for _, r := range e.set {
			if c.inRange(ch, r) {
				return !e.deny
			}
		}
		return e.deny
	}
	return true
}

// inRange tells whether a character lies between two others; a blank is compared as the character it is.
func (c *Collation) inRange(ch string, r likeRange) bool {
	if r.low == r.high {
		return ch == c.foldCharacter(r.low)
	}
	return c.Compare(r.low+".", ch+".") <= 0 && c.Compare(ch+".", r.high+".") <= 0
}

// likeMatch matches with one place to fall back to, the last %.
func (c *Collation) likeMatch(s []string, p []likeElement) bool {
	i, j := 0, 0
	backS, backP := -1, -1
	for i < len(s) {
		switch {
		case j < len(p) && p[j].kind == likeRun:
			backS, backP = i, j
			j++
		case j < len(p) && p[j].matches(c, s[i]):
			i++
			j++
		case backP >= 0:
			backS++
			i, j = backS, backP+1
		default:
			return false
		}
	}
	for j < len(p) && p[j].kind == likeRun {
		j++
	}
	return j == len(p)
}
