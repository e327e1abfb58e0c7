package integration

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// samplesVariable names a folder with copies of the repositories that docs/samples.md lists, as they come. Nothing of their
// text is kept here: pages are found by the ends of their paths.
const samplesVariable = "TDS_LAUNCHPAD_SAMPLES"

// samplePages finds files by the ends of their paths.
type samplePages struct {
	dir   string
	paths []string
}

// samples skips the test if there are none.
func samples(t *testing.T) samplePages {
	t.Helper()
	dir := os.Getenv(samplesVariable)
	if dir == "" {
		t.Skip(samplesVariable + " names no folder with the repositories of docs/samples.md; their text is not ours to keep")
	}
	p := samplePages{dir: dir}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			p.paths = append(p.paths, filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// scripts are a page's blocks of T-SQL, or the whole of a .sql file; nil if there is no such page.
func (p samplePages) scripts(t *testing.T, end string) []string {
	t.Helper()
	for _, path := range p.paths {
		if !strings.HasSuffix(path, "/"+end) {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(strings.TrimPrefix(string(b), "\ufeff"), "\r\n", "\n")
		if strings.HasSuffix(path, ".md") {
			return pageBlocks(text)
		}
		return []string{text}
	}
	return nil
}

var (
	fenceStart = regexp.MustCompile("(?i)^([ \t>]*)```[ \t]*(sql)?[ \t]*$")
	fenceEnd   = regexp.MustCompile("^[ \t>]*```")
)

// pageBlocks are the blocks of T-SQL in a page of Markdown as a browser shows them: without the indent of the list or the
// marks of the quotation that they stand in. Python depends on it.
func pageBlocks(text string) (blocks []string) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if !fenceEnd.MatchString(lines[i]) {
			continue
		}
		start := fenceStart.FindStringSubmatch(lines[i])
		var block strings.Builder
		for i++; i < len(lines) && !fenceEnd.MatchString(lines[i]); i++ {
			line := lines[i]
			if start != nil {
				line = unindent(line, start[1])
			}
			block.WriteString(line + "\n")
		}
		if start != nil && start[2] != "" {
			blocks = append(blocks, block.String())
		}
	}
	return blocks
}

// unindent takes the mark of a fence away, or as much of it as there is.
func unindent(line, mark string) string {
	n := 0
	for n < len(mark) && n < len(line) && line[n] == mark[n] {
		n++
	}
	return line[n:]
}

var goLine = regexp.MustCompile(`(?im)^[ \t]*GO[ \t]*;?[ \t]*$`)

// batches cuts a script at its GO lines. None of the samples has one in a string.
func batches(script string) (batches []string) {
	for _, b := range goLine.Split(script, -1) {
		if strings.TrimSpace(b) != "" {
			batches = append(batches, b)
		}
	}
	return batches
}

func TestPageBlocks(t *testing.T) {
	page := "text\n```sql\nSELECT 1\nGO\nSELECT 2\n```\n1. item\n\n   ```SQL\n   EXEC p N'\n   if x:\n     y\n   '\n   ```\n```python\nprint(1)\n```\n" +
		"> ```sql\n> SELECT 3\n>\n> ```\n```\nnot\n```\n"
	want := []string{"SELECT 1\nGO\nSELECT 2\n", "EXEC p N'\nif x:\n  y\n'\n", "SELECT 3\n\n"}
	got := pageBlocks(page)
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %q, want %q", got, want)
	}
	if b := batches(got[0]); len(b) != 2 || strings.TrimSpace(b[1]) != "SELECT 2" {
		t.Errorf("batches %q", b)
	}
}
