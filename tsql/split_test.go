package tsql

import (
	"testing"
)

// checkSplit holds the promises of Split against a text: statements in order, without overlap, within their parents, at every
// level, so that they and the gaps between them are the text.
func checkSplit(t *testing.T, text string, mode Mode) {
	t.Helper()
	lines := lineIndex(text)
	end := checkList(t, text, lines, Split(text, mode), 0, len(text), 0)
	for r := newReader(text[end:], mode); !r.eof(); r.next() {
		if !r.is(";") && !r.tok.Unterminated {
			t.Fatalf("%.200q: %q behind the last statement", text, text[end:])
		}
	}
}

// lineIndex has the line of each byte.
func lineIndex(text string) []int32 {
	lines := make([]int32, len(text)+1)
	line := int32(1)
	for i := range len(text) {
		lines[i] = line
		if text[i] == '\n' {
			line++
		}
	}
	lines[len(text)] = line
	return lines
}

func checkList(t *testing.T, text string, lines []int32, list []Statement, from, to, depth int) int {
	t.Helper()
	for i := range list {
		s := &list[i]
		if s.Pos < from || s.End <= s.Pos || s.End > to || depth > maxStatementDepth {
			t.Fatalf("%.200q: statement %d at %d:%d within %d:%d, depth %d", text, s.Kind, s.Pos, s.End, from, to, depth)
		}
		if s.Line != lines[s.Pos] || s.EndLine != lines[s.End] {
			t.Fatalf("%.200q: statement at %d:%d on lines %d to %d, want %d to %d", text, s.Pos, s.End, s.Line, s.EndLine, lines[s.Pos], lines[s.End])
		}
		if s.CondEnd < s.CondPos || s.CondEnd > s.End || s.CondEnd > 0 && s.CondPos < s.Pos {
			t.Fatalf("%.200q: condition %d:%d of statement %d:%d", text, s.CondPos, s.CondEnd, s.Pos, s.End)
		}
		checkParts(t, text, s)
		in := checkList(t, text, lines, s.Body, max(s.Pos, s.CondEnd), s.End, depth+1)
		checkList(t, text, lines, s.Else, in, s.End, depth+1)
		if s.Module != nil {
			if s.Module.BodyPos < s.Pos || s.Module.BodyPos > len(text) {
				t.Fatalf("%.200q: body at %d of %d:%d", text, s.Module.BodyPos, s.Pos, s.End)
			}
			checkList(t, text, lines, s.Module.Body, s.Module.BodyPos, s.End, depth+1)
		}
		from = s.End
	}
	return from
}

// checkParts checks what a statement says about its kind, and the ranges in it.
func checkParts(t *testing.T, text string, s *Statement) {
	t.Helper()
	if (s.Declare != nil) != (s.Kind == StatementDeclare) || (s.Execute != nil) != (s.Kind == StatementExecute) ||
		(s.Insert != nil) != (s.Kind == StatementInsertExec) || (s.Module != nil) != (s.Kind == StatementModule) {
		t.Fatalf("%.200q: %+v", text, *s)
	}
	within := func(what string, pos, end int) {
		if end != 0 && (pos < s.Pos || end < pos || end > s.End) {
			t.Fatalf("%.200q: %s at %d:%d of %d:%d", text, what, pos, end, s.Pos, s.End)
		}
	}
	args := func(list []ScriptArg) {
		for _, a := range list {
			within("argument", a.Pos, a.End)
			within("value", a.ValuePos, a.ValueEnd)
		}
	}
	exec := func(e *Execute) {
		within("EXEC", e.Pos, e.End)
		within("name", e.NamePos, e.NameEnd)
		args(e.Args)
	}
	switch s.Kind {
	case StatementDeclare:
		for _, v := range s.Declare.Vars {
			within("variable", v.Pos, v.End)
			within("type", v.TypePos, v.TypeEnd)
			within("value", v.ValuePos, v.ValueEnd)
		}
	case StatementExecute:
		exec(s.Execute)
	case StatementInsertExec:
		exec(s.Insert.Execute)
		within("target", s.Insert.TargetPos, s.Insert.TargetEnd)
		within("columns", s.Insert.ColumnsPos, s.Insert.ColumnsEnd)
	}
}
