package store

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/sqlc-dev/teesql/ast"
	"github.com/sqlc-dev/teesql/parser"

	"tds-launchpad/tsql"
)

// batch is a parsed text. It is shared by sessions and never changes.
type batch struct {
	text       string // as parsed: repairs keep lines but may add characters
	utf16      bool   // the text has characters outside ASCII, so teesql's UTF-16 offsets are no byte offsets
	statements []ast.Statement
	checked    sync.Map // what binding learned of it (compile.go)
}

// parseCache keeps parsed texts; when it is full it starts anew.
type parseCache struct {
	sync.Mutex
	byText map[parseKey]*batch
	size   int
}

type parseKey struct {
	text   string
	quoted bool
}

// maxParseCache bounds the bytes of text kept; trees are some twenty times as large.
const maxParseCache = 4 << 20

func (c *parseCache) parse(text string, quoted bool) (*batch, error) {
	k := parseKey{text, quoted}
	c.Lock()
	b := c.byText[k]
	c.Unlock()
	if b != nil {
		return b, nil
	}
	b, err := parse(text, quoted)
	if err != nil {
		return nil, err
	}
	if len(text) > maxParseCache/16 {
		return b, nil
	}
	c.Lock()
	defer c.Unlock()
	if c.byText == nil || c.size > maxParseCache {
		c.byText, c.size = map[parseKey]*batch{}, 0
	}
	c.byText[k] = b
	c.size += len(text)
	return b, nil
}

// parseTree is teesql's parser; it panics on some texts that are cut off.
func parseTree(text string) (script *ast.Script, err error) {
	defer func() {
		if r := recover(); r != nil {
			script, err = nil, fmt.Errorf("parser: %v", r)
		}
	}()
	return parser.Parse(context.Background(), strings.NewReader(text))
}

// maxRepairs bounds how often a text is tried again with a word put in brackets.
const maxRepairs = 64

// parse reads a batch. Errors are *tsql.Error: 102, 105, 113, 156.
func parse(text string, quoted bool) (*batch, error) {
	text, err := prepareText(text, quoted)
	if err != nil {
		return nil, err
	}
	for range maxRepairs {
		script, err := parseTree(text)
		if err == nil {
			return newBatch(text, script)
		}
		at, token := failingToken(text, err)
		if wrapped, ok := wrapCollate(text, at); ok {
			text = wrapped
			continue
		}
		if at.Kind != tsql.TokenIdent || tsql.IsReserved(token) {
			return nil, syntaxError(text, at, token)
		}
		// teesql reserves words that T-SQL does not
		text = text[:at.Pos] + "[" + token + "]" + text[at.End:]
	}
	return nil, tsql.NewError(102, "")
}

func newBatch(text string, script *ast.Script) (*batch, error) {
	b := &batch{text: text}
	switch len(script.Batches) {
	case 0:
	case 1:
		b.statements = script.Batches[0].Statements
	default:
		e := tsql.NewError(102, "GO")
		e.Line = int32(script.Batches[1].StartLine)
		return nil, e
	}
	for i := range len(text) {
		if text[i] >= 0x80 {
			b.utf16 = true
			break
		}
	}
	return b, b.refuseBareCalls()
}

// refuseBareCalls: EXEC may be left out only in front of a batch's first statement; teesql lets it be left out everywhere.
func (b *batch) refuseBareCalls() error {
	var err error
	for i, st := range b.statements {
		walk(st, func(n any) bool {
			e, ok := n.(*ast.ExecuteStatement)
			if !ok || err != nil {
				return err == nil
			}
			text := b.textOf(&e.Fragment)
			if len(text) >= 4 && strings.EqualFold(text[:4], "exec") || i == 0 && n == any(st) {
				return false
			}
			list := tokens(text, true)
			if len(list) > 0 {
				err = syntaxError(text, list[0], list[0].Text(text))
				if e2, ok := err.(*tsql.Error); ok {
					c := *e2
					c.Line = int32(e.StartLine)
					err = &c
				}
			}
			return false
		})
	}
	return err
}

// textOf is the text of a node.
func (b *batch) textOf(f *ast.Fragment) string {
	from, to := f.StartOffset, f.EndOffset()
	if b.utf16 {
		from, to = byteOffset(b.text, from), byteOffset(b.text, to)
	}
	if from < 0 || to > len(b.text) || from > to {
		return ""
	}
	return b.text[from:to]
}

// byteOffset turns an offset in UTF-16 units into one in bytes.
func byteOffset(s string, units int) int {
	for i, r := range s {
		if units <= 0 {
			return i
		}
		units--
		if r > 0xFFFF {
			units--
		}
	}
	return len(s)
}

func tokens(text string, quoted bool) []tsql.Token {
	mode := tsql.QuotedIdentifierOff
	if quoted {
		mode = tsql.QuotedIdentifierOn
	}
	var list []tsql.Token
	for l := tsql.NewLexer(text, mode); ; {
		t := l.Next()
		if t.Kind == tsql.TokenEOF {
			return list
		}
		if !t.IsTrivia() || t.Unterminated {
			list = append(list, t)
		}
	}
}

// prepareText refuses what teesql overlooks and repairs what it can't read. Lines stay as they are.
func prepareText(text string, quoted bool) (string, error) {
	list := tokens(text, quoted)
	var out strings.Builder
	last, blocks := 0, 0
	doubled := map[int]bool{}
	replace := func(t tsql.Token, with string) {
		out.WriteString(text[last:t.Pos])
		out.WriteString(with)
		last = t.End
	}
	for i, t := range list {
		word := t.Text(text)
		next := func(n int, kw string) bool { return i+n < len(list) && list[i+n].Is(text, kw) }
		switch {
		case t.Unterminated && t.Kind == tsql.TokenBlockComment:
			return "", tsql.NewError(113).At(t.Line)
		case t.Unterminated:
			return "", tsql.NewError(105, strings.TrimLeft(word, "N'\"[")).At(t.Line)
		case t.Is(text, "CASE"):
			blocks++
		case t.Is(text, "BEGIN"):
			if !next(1, "TRAN") && !next(1, "TRANSACTION") && !next(1, "DISTRIBUTED") && !next(1, "DIALOG") && !next(1, "CONVERSATION") {
				blocks++
			}
		case t.Is(text, "END"):
			if !next(1, "CONVERSATION") {
				blocks--
			}
		case t.Is(text, "THROW") && next(1, "END"):
			replace(t, word+";")
		case t.Kind == tsql.TokenString && word[0] == '"':
			inner := strings.ReplaceAll(word[1:len(word)-1], `""`, `"`)
			replace(t, "'"+strings.ReplaceAll(inner, "'", "''")+"'")
		case i > 0 && list[i-1].Kind == tsql.TokenOp && next(1, "(") && (t.Is(text, "ANY") || t.Is(text, "SOME") || t.Is(text, "ALL")):
			// teesql does not know quantified comparisons: = ANY (SELECT ...) becomes = quantified_any((SELECT ...))
			close := closing(text, list, i+1)
			if close < 0 || !(i+2 < len(list) && (list[i+2].Is(text, "SELECT") || list[i+2].Is(text, "("))) {
				break
			}
			if t.Is(text, "ALL") {
				word = "all"
			} else {
				word = "any"
			}
			replace(t, quantifiedPrefix+word+"(")
			doubled[close] = true
		case doubled[i]:
			replace(t, "))")
		case t.Is(text, "FROM"), t.Is(text, "WHERE"), t.Is(text, ","):
			if i+1 == len(list) || (t.Is(text, ",") && list[i+1].Is(text, ")")) {
				return "", syntaxError(text, list[min(i+1, len(list)-1)], list[min(i+1, len(list)-1)].Text(text))
			}
		}
	}
	if blocks > 0 {
		t := list[len(list)-1]
		return "", syntaxError(text, t, t.Text(text))
	}
	out.WriteString(text[last:])
	return out.String(), nil
}

// collatedName is a function that gives its argument back; see wrapCollate.
const collatedName = "collated_value"

// wrapCollate puts the name in "name COLLATE collation" into a function call: in predicates teesql reads COLLATE only behind one.
func wrapCollate(text string, at tsql.Token) (string, bool) {
	if !at.Is(text, "COLLATE") {
		return "", false
	}
	list := tokens(text, true)
	for i, t := range list {
		if t.Pos != at.Pos || i == 0 || !(list[i-1].IsName() || list[i-1].Kind == tsql.TokenVariable) {
			continue
		}
		start := i - 1
		for start >= 2 && list[start-1].Is(text, ".") {
			start -= 2
		}
		from, to := list[start].Pos, list[i-1].End
		return text[:from] + collatedName + "(" + text[from:to] + ")" + text[to:], true
	}
	return "", false
}

// quantifiedPrefix begins the names of the functions that stand for ANY and ALL.
const quantifiedPrefix = "quantified_"

// closing finds the parenthesis that closes the one at list[open]; -1 if there is none.
func closing(text string, list []tsql.Token, open int) int {
	depth := 0
	for i := open; i < len(list); i++ {
		switch {
		case list[i].Is(text, "("):
			depth++
		case list[i].Is(text, ")"):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// failingToken finds the token that teesql stumbled over; it does not say. The error for a prefix of the text equals the whole text's
// from that token on.
func failingToken(text string, whole error) (tsql.Token, string) {
	list := tokens(text, true)
	if len(list) == 0 {
		return tsql.Token{Line: 1}, ""
	}
	if said := whole.Error(); strings.HasSuffix(said, ": ") || strings.HasSuffix(said, "got ") {
		return list[len(list)-1], list[len(list)-1].Text(text) // the end of the text came too early
	}
	low, high := 0, len(list)-1
	for low < high {
		mid := (low + high) / 2
		_, err := parseTree(text[:list[mid].End])
		if err != nil && err.Error() == whole.Error() {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return list[low], list[low].Text(text)
}

func syntaxError(_ string, at tsql.Token, word string) error {
	number := int32(102)
	if at.Kind == tsql.TokenIdent && tsql.IsReserved(word) {
		number = 156
		word = strings.ToLower(word)
	}
	if at.Kind == tsql.TokenBracketed || at.Kind == tsql.TokenQuoted || at.Kind == tsql.TokenString {
		word = strings.Trim(word, `[]"'`)
	}
	return tsql.NewError(number, word).At(max(at.Line, 1))
}
