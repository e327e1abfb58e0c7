package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/sqlc-dev/teesql/ast"
	"github.com/sqlc-dev/teesql/parser"

	"tds-launchpad/tsql"
)

// batch is a parsed text. It is shared by sessions and never changes.
type batch struct {
	text       string // as parsed: repairs keep lines but may add characters
	source     string // as sent
	utf16      bool   // the text has characters outside ASCII, so teesql's UTF-16 offsets are no byte offsets
	statements []ast.Statement
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

// parseTree is teesql's parser; it panics on some texts that are cut off, and comes to no end on others (errEndless).
func parseTree(text string) (*ast.Script, error) {
	return within(parseTime(text), func() (script *ast.Script, err error) {
		defer func() {
			if r := recover(); r != nil {
				script, err = nil, fmt.Errorf("parser: %v", r)
			}
		}()
		return parser.Parse(context.Background(), strings.NewReader(text))
	})
}

// maxRepairs bounds how often a text is tried again with a word put in brackets.
const maxRepairs = 64

// parse reads a batch. Errors are *tsql.Error: 102, 105, 113, 156.
func parse(source string, quoted bool) (*batch, error) {
	text, err := prepareText(source, quoted)
	if err != nil {
		return nil, err
	}
	var b *batch
	if h, found, err := findFunction(text, quoted); err != nil {
		return nil, err
	} else if found {
		b, err = h.parse(text)
		if err != nil {
			return nil, err
		}
	} else if b, err = parseTrigger(text, quoted); err != nil {
		return nil, err
	} else if b == nil {
		if b, err = parsePrepared(text); err != nil {
			return nil, err
		}
	}
	b.source = source
	return b, nil
}

// parsePrepared reads what prepareText gave.
func parsePrepared(text string) (*batch, error) {
	until := time.Now().Add(parseTime(text))
	for range maxRepairs {
		if time.Now().After(until) {
			break
		}
		script, err := parseTree(text)
		if err == nil {
			return newBatch(text, script)
		}
		if errors.Is(err, errEndless) {
			return nil, unsupported("a statement of this form")
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
	return nil, unsupported("a statement with so many words that teesql reserves")
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
