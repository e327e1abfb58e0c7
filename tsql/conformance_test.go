package tsql

import (
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"
	"unicode/utf16"
)

// corpusVariable names a directory with T-SQL scripts (*.sql) and pages with T-SQL in them (*.md), as many as can be had, for
// TestSplitConformance. Without it the test takes what teesql comes with.
const corpusVariable = "TDS_LAUNCHPAD_TSQL_CORPUS"

// conformance counts and explains.
type conformance struct {
	files, batches, accepted, agreed int
	differences                      map[string][]string
	explained                        map[string]int // reasons of teesqlMistakes
}

// For every batch that teesql accepts, our statements must be teesql's.
func TestSplitConformance(t *testing.T) {
	dir := os.Getenv(corpusVariable)
	if dir == "" {
		files := teesqlScripts(t)
		dir = filepath.Dir(filepath.Dir(files[0]))
	}
	c := conformance{differences: map[string][]string{}, explained: map[string]int{}}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".sql", ".tsql":
			c.file(t, path, false)
		case ".md":
			c.file(t, path, true)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	explained := 0
	for reason, n := range c.explained {
		t.Logf("%d differences explained: %s", n, reason)
		explained += n
	}
	t.Logf("%d files, %d batches, %d accepted by teesql, %d agree, %d differ for known reasons, %d for others",
		c.files, c.batches, c.accepted, c.agreed, explained, c.accepted-c.agreed-explained)
	samples := 3
	if testing.Verbose() {
		samples = 1000
	}
	var kinds []string
	for k := range c.differences {
		kinds = append(kinds, k)
	}
	sort.Slice(kinds, func(i, j int) bool { return len(c.differences[kinds[i]]) > len(c.differences[kinds[j]]) })
	for _, k := range kinds {
		list := c.differences[k]
		t.Errorf("%d times: %s\n%s", len(list), k, strings.Join(list[:min(len(list), samples)], "\n"))
	}
}

// file compares all batches of a file.
func (c *conformance) file(t *testing.T, path string, page bool) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	text := hashLine.ReplaceAllString(decodeScript(b), "")
	c.files++
	scripts := []string{text}
	if page {
		scripts = pageScripts(text)
	}
	for _, script := range scripts {
		for _, batch := range splitGo(script) {
			c.batch(t, path, batch)
		}
	}
}

func (c *conformance) batch(t *testing.T, path, text string) {
	c.batches++
	checkSplit(t, text, QuotedIdentifierOn)
	want, err := teesqlNodes(text)
	if err != nil {
		if strings.HasPrefix(err.Error(), "panic") || err.Error() == "time-out" {
			t.Logf("%s: teesql: %v", path, err)
		}
		return
	}
	c.accepted++
	where, what := compareNodes(text, splitNodes(Split(text, QuotedIdentifierOn)), want)
	if what == "" {
		c.agreed++
		return
	}
	from, to := max(where-60, 0), min(where+100, len(text))
	sample := fmt.Sprintf("  %s: %q >>> %q", path, text[from:where], text[where:to])
	if reason := teesqlMistake(what, text[from:where], text[where:to]); reason != "" {
		c.explained[reason]++
		return
	}
	c.differences[what] = append(c.differences[what], sample)
}

// compareNodes says where and how our statements differ from teesql's, "" if they don't.
func compareNodes(text string, ours, theirs []node) (int, string) {
	for i := range max(len(ours), len(theirs)) {
		switch {
		case i == len(ours):
			return theirs[i].pos, "teesql has one more: " + theirs[i].kind
		case i == len(theirs):
			return ours[i].pos, "we have one more: " + ours[i].kind + " " + ours[i].note
		}
		a, b := ours[i], theirs[i]
		switch {
		case a.kind != b.kind:
			return a.pos, "we " + a.kind + " " + a.note + ", teesql " + b.kind
		case a.pos != b.pos && a.kind != "inline":
			return min(a.pos, b.pos), "beginning of " + a.kind
		case !sameEnd(text, a.end, b.end):
			if a.end < b.end {
				return a.end, "we end earlier: " + a.kind + " " + a.note
			}
			return b.end, "teesql ends earlier: " + a.kind + " " + a.note
		case a.what != b.what:
			return a.pos, fmt.Sprintf("%s: we %q, teesql %q", a.kind, a.what, b.what)
		}
		if where, what := compareNodes(text, a.body, b.body); what != "" {
			return where, what
		}
		if where, what := compareNodes(text, a.els, b.els); what != "" {
			return where, what
		}
	}
	return 0, ""
}

// sameEnd tells whether only semicolons, white space and comments lie between two ends.
func sameEnd(text string, a, b int) bool {
	r := newReader(text[min(a, b):max(a, b)], QuotedIdentifierOn)
	for r.accept(";") {
	}
	return r.eof()
}

// decodeScript reads UTF-8, Windows-1252 as if it were Latin-1, and UTF-16 with a byte order mark.
func decodeScript(b []byte) string {
	switch {
	case len(b) >= 2 && b[0] == 0xFF && b[1] == 0xFE:
		var units []uint16
		for i := 2; i+1 < len(b); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(b[i:]))
		}
		return string(utf16.Decode(units))
	case strings.HasPrefix(string(b), "\ufeff"):
		return string(b[3:])
	case strings.ToValidUTF8(string(b), "") == string(b):
		return string(b)
	}
	var out strings.Builder
	for _, c := range b {
		out.WriteRune(rune(c))
	}
	return out.String()
}

// hashLine is a comment of Babelfish's test scripts.
var hashLine = regexp.MustCompile(`(?m)^#+( .*)?$|^(prepst|insertbulk|txn|cursor|storedproc)#!#.*$`)

var fence = regexp.MustCompile("(?ims)^[ \t>]*```[ \t]*(?:t-?)?sql[^\n]*\n(.*?)^[ \t>]*```")

// pageScripts are the blocks of T-SQL in a page of Markdown.
func pageScripts(text string) (scripts []string) {
	for _, m := range fence.FindAllStringSubmatch(text, -1) {
		scripts = append(scripts, m[1])
	}
	return scripts
}

// splitGo cuts a script at its GO lines.
func splitGo(text string) (batches []string) {
	l := NewLexer(text, QuotedIdentifierOn)
	from, lineStart := 0, true
	for {
		tok := l.Next()
		switch {
		case tok.Kind == TokenEOF:
			if strings.TrimSpace(text[from:]) != "" {
				batches = append(batches, text[from:])
			}
			return batches
		case tok.Kind == TokenSpace:
			lineStart = lineStart || strings.ContainsAny(tok.Text(text), "\r\n")
			continue
		case lineStart && tok.Is(text, "GO"):
			rest := text[tok.End:]
			if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
				rest = rest[:i]
			}
			if !goLine.MatchString(rest) {
				break
			}
			if strings.TrimSpace(text[from:tok.Pos]) != "" {
				batches = append(batches, text[from:tok.Pos])
			}
			from = tok.End + len(rest)
			l = &Lexer{src: text, pos: from, line: 1}
		}
		lineStart = false
	}
}

var goLine = regexp.MustCompile(`^[ \t;]*(\d+)?[ \t;]*(--.*|/\*.*)?$`)
