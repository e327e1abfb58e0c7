package proxy

import (
	"sort"
	"strings"

	"tds-launchpad/tsql"
)

// lineText puts the text of one request together out of ranges of the client's text and of our own
// additions. A range stands at its own line if that is still possible, so that ERROR_LINE() is
// right; what can't is found again through lines.
type lineText struct {
	text  strings.Builder
	line  int32
	lines []sourceLine // of each line, in order
}

// sourceLine says where the text of a line comes from.
type sourceLine struct {
	frame *frame
	line  int32
}

func newLineText() *lineText { return &lineText{line: 1, lines: make([]sourceLine, 1, 16)} }

// own adds text of ours, which has no line breaks.
func (l *lineText) own(s string) { l.text.WriteString(s) }

// to goes to a line of f's text: down to it if it is still to come, else to the next.
func (l *lineText) to(f *frame, line int32) {
	if l.line == line && (l.lines[l.line-1].frame == nil || l.lines[l.line-1] == (sourceLine{f, line})) {
		l.lines[l.line-1] = sourceLine{f, line}
		l.text.WriteByte(' ')
		return
	}
	for l.line < line-1 {
		l.newLine(sourceLine{}) // dynamic SQL counts lines of its own: these are none of the frame's
	}
	l.newLine(sourceLine{f, line})
}

func (l *lineText) newLine(from sourceLine) {
	l.text.WriteByte('\n')
	l.line++
	l.lines = append(l.lines, from)
}

// source adds f.text[from:to], which begins on line, with the changes given.
func (l *lineText) source(f *frame, from, to int, line int32, changes []change) {
	l.to(f, line)
	l.copyChanged(f, from, to, changes)
}

func (l *lineText) copyChanged(f *frame, from, to int, changes []change) {
	for _, c := range changes {
		if c.pos < from || c.end > to {
			continue
		}
		l.copy(f, f.text[from:c.pos])
		l.text.WriteString(c.text)
		l.copyBreaks(f, f.text[c.pos:c.end])
		from = c.end
	}
	l.copy(f, f.text[from:to])
}

// copy adds source text and follows its lines, which end at LF, as the lexer has it.
func (l *lineText) copy(f *frame, s string) {
	for {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			l.text.WriteString(s)
			return
		}
		l.text.WriteString(s[:i])
		l.newLine(sourceLine{f, l.lines[l.line-1].line + 1})
		s = s[i+1:]
	}
}

// copyBreaks keeps the lines of text that has been replaced.
func (l *lineText) copyBreaks(f *frame, s string) {
	l.copy(f, strings.Repeat("\n", strings.Count(s, "\n")))
}

// where finds the place of a line of the request.
func (l *lineText) where(line int32) sourceLine {
	if line < 1 || int(line) > len(l.lines) || l.lines[line-1].frame == nil {
		return sourceLine{}
	}
	return l.lines[line-1]
}

// change replaces text[pos:end] of a frame by text without line breaks.
type change struct {
	pos, end int
	text     string
}

// tokenChanges looks at the tokens of f.text[from:to] and collects what replace makes of them; it
// gets a token and those behind it, and answers how many of them it replaces (0: none).
func tokenChanges(f *frame, from, to int, replace func(tokens []tsql.Token) (int, string)) []change {
	var changes []change
	tokens := f.tokensIn(from, to)
	for i := 0; i < len(tokens); {
		n, text := replace(tokens[i:])
		if n == 0 {
			i++
			continue
		}
		changes = append(changes, change{tokens[i].Pos, tokens[i+n-1].End, text})
		i += n
	}
	return changes
}

// tokensIn are the tokens of f.text[from:to] that mean something.
func (f *frame) tokensIn(from, to int) []tsql.Token {
	if f.tokens == nil {
		for l := tsql.NewLexer(f.text, f.mode); ; {
			t := l.Next()
			if t.Kind == tsql.TokenEOF {
				break
			}
			if !t.IsTrivia() {
				f.tokens = append(f.tokens, t)
			}
		}
	}
	first := sort.Search(len(f.tokens), func(i int) bool { return f.tokens[i].Pos >= from })
	last := sort.Search(len(f.tokens), func(i int) bool { return f.tokens[i].Pos >= to })
	return f.tokens[first:max(first, last)]
}

// merge sorts changes by their place; of two that overlap the longer one counts.
func merge(changes ...[]change) []change {
	var all []change
	for _, c := range changes {
		all = append(all, c...)
	}
	sort.SliceStable(all, func(i, j int) bool {
		if all[i].pos != all[j].pos {
			return all[i].pos < all[j].pos
		}
		return all[i].end > all[j].end
	})
	out := all[:0]
	for _, c := range all {
		if len(out) == 0 || c.pos >= out[len(out)-1].end {
			out = append(out, c)
		}
	}
	return out
}
