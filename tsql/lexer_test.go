package tsql

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// lexAll returns all tokens but the last, empty one.
func lexAll(text string, mode Mode) []Token {
	var out []Token
	for l := NewLexer(text, mode); ; {
		t := l.Next()
		if t.Kind == TokenEOF {
			return out
		}
		out = append(out, t)
	}
}

func TestLexerTokens(t *testing.T) {
	type tok struct {
		Kind TokenKind
		Text string
	}
	tests := []struct {
		text string
		mode Mode
		want []tok
	}{
		{text: "", want: nil},
		{text: "SELECT a_1,@x,@@rowcount,#t,##t", want: []tok{{TokenIdent, "SELECT"}, {TokenSpace, " "}, {TokenIdent, "a_1"},
			{TokenOp, ","}, {TokenVariable, "@x"}, {TokenOp, ","}, {TokenGlobal, "@@rowcount"}, {TokenOp, ","}, {TokenIdent, "#t"},
			{TokenOp, ","}, {TokenIdent, "##t"}}},
		{text: "'it''s' N'ä' n'x' Nx", want: []tok{{TokenString, "'it''s'"}, {TokenSpace, " "}, {TokenNString, "N'ä'"},
			{TokenSpace, " "}, {TokenNString, "n'x'"}, {TokenSpace, " "}, {TokenIdent, "Nx"}}},
		{text: `[a]]b]"c""d"`, want: []tok{{TokenBracketed, "[a]]b]"}, {TokenQuoted, `"c""d"`}}},
		{text: "--x\ry\u200bz", want: []tok{{TokenLineComment, "--x"}, {TokenSpace, "\r"}, {TokenIdent, "y"}, {TokenSpace, "\u200b"}, {TokenIdent, "z"}}},
		{text: `"c"N"d"`, mode: QuotedIdentifierOff, want: []tok{{TokenString, `"c"`}, {TokenNString, `N"d"`}}},
		{text: `N"d"`, want: []tok{{TokenIdent, "N"}, {TokenQuoted, `"d"`}}},
		{text: "1 1. .5 1.5 1e3 1.e-3 1e 1e+x 0xAF 0x 1abc", want: []tok{{TokenInteger, "1"}, {TokenSpace, " "},
			{TokenDecimal, "1."}, {TokenSpace, " "}, {TokenDecimal, ".5"}, {TokenSpace, " "}, {TokenDecimal, "1.5"},
			{TokenSpace, " "}, {TokenFloat, "1e3"}, {TokenSpace, " "}, {TokenFloat, "1.e-3"}, {TokenSpace, " "},
			{TokenFloat, "1e"}, {TokenSpace, " "}, {TokenFloat, "1e"}, {TokenOp, "+"}, {TokenIdent, "x"}, {TokenSpace, " "},
			{TokenBinary, "0xAF"}, {TokenSpace, " "}, {TokenBinary, "0x"}, {TokenSpace, " "}, {TokenInteger, "1"}, {TokenIdent, "abc"}}},
		{text: "$1.5 $ £3 $action", want: []tok{{TokenMoney, "$1.5"}, {TokenSpace, " "}, {TokenMoney, "$"}, {TokenSpace, " "},
			{TokenMoney, "£3"}, {TokenSpace, " "}, {TokenIdent, "$action"}}},
		{text: "--x\r\n/*a/*b*/c*/--y", want: []tok{{TokenLineComment, "--x"}, {TokenSpace, "\r\n"},
			{TokenBlockComment, "/*a/*b*/c*/"}, {TokenLineComment, "--y"}}},
		{text: "a<=b<>c!=d!<e::f-1*/**/2", want: []tok{{TokenIdent, "a"}, {TokenOp, "<="}, {TokenIdent, "b"}, {TokenOp, "<>"},
			{TokenIdent, "c"}, {TokenOp, "!="}, {TokenIdent, "d"}, {TokenOp, "!<"}, {TokenIdent, "e"}, {TokenOp, "::"},
			{TokenIdent, "f"}, {TokenOp, "-"}, {TokenInteger, "1"}, {TokenOp, "*"}, {TokenBlockComment, "/**/"}, {TokenInteger, "2"}}},
		{text: "größe\u00a0名前 \\", want: []tok{{TokenIdent, "größe"}, {TokenSpace, "\u00a0"}, {TokenIdent, "名前"},
			{TokenSpace, " "}, {TokenOther, `\`}}},
		{text: "a\xffb", want: []tok{{TokenIdent, "a"}, {TokenOther, "\xff"}, {TokenIdent, "b"}}},
		{text: "0xA\\\nB1", want: []tok{{TokenBinary, "0xA\\\nB1"}}},
		{text: "a.b..c", want: []tok{{TokenIdent, "a"}, {TokenOp, "."}, {TokenIdent, "b"}, {TokenOp, "."}, {TokenOp, "."}, {TokenIdent, "c"}}},
	}
	for _, tt := range tests {
		var got []tok
		for _, k := range lexAll(tt.text, tt.mode) {
			got = append(got, tok{k.Kind, k.Text(tt.text)})
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, d)
		}
	}
}

func TestLexerUnterminated(t *testing.T) {
	for text, kind := range map[string]TokenKind{
		"'abc": TokenString, "N'abc''": TokenNString, "[abc]]": TokenBracketed, `"abc`: TokenQuoted,
		"/* /* */ x": TokenBlockComment, "/*": TokenBlockComment, "/**": TokenBlockComment, "'": TokenString,
	} {
		toks := lexAll(text, QuotedIdentifierOn)
		if len(toks) != 1 || toks[0].Kind != kind || !toks[0].Unterminated {
			t.Errorf("%q: %+v", text, toks)
		}
	}
}

func TestLexerLines(t *testing.T) {
	const text = "a\n'b\nc'\r\nd /* \n\n */ e -- x\nf [\n] 0x1\\\n2 g"
	want := map[string]int32{"a": 1, "d": 4, "e": 6, "f": 7, "g": 9}
	for _, k := range lexAll(text, QuotedIdentifierOn) {
		if line, ok := want[k.Text(text)]; ok && k.Line != line {
			t.Errorf("%q on line %d, want %d", k.Text(text), k.Line, line)
		}
	}
}

func TestTokenValue(t *testing.T) {
	for text, want := range map[string]string{
		"'it''s'": "it's", "N''''": "'", "''": "", "[a]]b]": "a]b", `"c""d"`: `c"d`, "'a''": "a'", "N'x": "x",
		"'a\\\nb'": "ab", "'a\\\r\nb'": "ab", `'a\b'`: `a\b`, "[a''b]": "a''b",
	} {
		if got := lexAll(text, QuotedIdentifierOn)[0].Value(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A literal made by QuoteString must come back as the same text.
func TestQuoteString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[ab'\\\n\r]{0,20}`).Draw(t, "s")
		q := QuoteString(s)
		got := ""
		for _, k := range lexAll(q, QuotedIdentifierOn) {
			switch k.Kind {
			case TokenNString:
				got += k.Value(q)
			case TokenOp:
			default:
				t.Fatalf("%q holds a token of kind %d", q, k.Kind)
			}
		}
		if got != s {
			t.Fatalf("%q quoted %q reads %q", s, q, got)
		}
	})
}

// checkTokens holds the lexer's promises against a text: no gaps, progress, lines counted.
func checkTokens(t *testing.T, text string, mode Mode) {
	pos, line := 0, int32(1)
	for _, k := range lexAll(text, mode) {
		if k.Pos != pos || k.End <= k.Pos || k.End > len(text) {
			t.Fatalf("%q: token %+v behind %d", text, k, pos)
		}
		if k.Line != line {
			t.Fatalf("%q: token %+v on line %d", text, k, line)
		}
		line += int32(strings.Count(k.Text(text), "\n"))
		pos = k.End
		_ = k.Value(text)
	}
	if pos != len(text) {
		t.Fatalf("%q: ends at %d", text, pos)
	}
}

func FuzzLexer(f *testing.F) {
	for _, s := range []string{"", "SELECT 'a''b' + N\"x\" -- c\n/* /* */ */ [a]]] $1.5 £ 0x1\\\n2 1.e+3 @@x ::", "'", "/*", "\xff\xfe", "N'",
		sampleBatch(300), "0x\\\r\n", "..5e", "$€1", "a\u0301\u3000b"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, off bool) {
		mode := QuotedIdentifierOn
		if off {
			mode = QuotedIdentifierOff
		}
		checkTokens(t, text, mode)
	})
}

func BenchmarkLexer(b *testing.B) {
	text := sampleBatch(64 << 10)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		l := NewLexer(text, QuotedIdentifierOn)
		for l.Next().Kind != TokenEOF {
		}
	}
}

// A number may stand off its currency sign, with a sign of its own (tests of ScriptDom and of the ANTLR grammar).
func TestMoneySigns(t *testing.T) {
	for text, want := range map[string]string{"$-5": "-5.00", "-$-23.5": "23.50", "$   10.12": "10.12", "-$ +2": "-2.00", "$": "0.00", "-$": "0.00", "£-.5": "-0.50"} {
		r := newReader(text, QuotedIdentifierOn)
		v, typ, err := r.constant()
		if err != nil || !r.eof() {
			t.Errorf("%s: %v, %q left", text, err, r.text())
			continue
		}
		if got, err := Format(v, typ, 0); got != want || err != nil {
			t.Errorf("%s: %s, %v, want %s", text, got, err, want)
		}
	}
}
