package main

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// maxBatchRepeat bounds GO n, against a slip of the finger.
const maxBatchRepeat = 1_000_000

// batchReader splits text into batches at lines that consist of GO [count],
// as sqlcmd does: a GO inside a string, quoted name or block comment is text.
type batchReader struct {
	lines *bufio.Reader
	inside
}

// inside is what a line begins within.
type inside struct {
	quote   byte // ' or " or ] while within such a literal or name, else 0
	comment int  // depth of block comments; T-SQL nests them
}

func newBatchReader(r io.Reader) *batchReader {
	return &batchReader{lines: bufio.NewReader(r)}
}

// next returns the next batch that isn't blank and how many times to run it;
// io.EOF follows the last.
func (b *batchReader) next() (text string, times int, err error) {
	var batch strings.Builder
	b.inside = inside{}
	for {
		line, err := b.lines.ReadString('\n')
		if err != nil && err != io.EOF {
			return "", 0, err
		}
		end := err == io.EOF
		if count, ok := b.separator(line); ok {
			if strings.TrimSpace(batch.String()) != "" {
				return batch.String(), count, nil
			}
			batch.Reset()
		} else {
			batch.WriteString(line)
			b.scan(line)
		}
		if end {
			if strings.TrimSpace(batch.String()) == "" {
				return "", 0, io.EOF
			}
			return batch.String(), 1, nil
		}
	}
}

// separator reports whether line is GO [count] outside of anything.
func (b *batchReader) separator(line string) (count int, ok bool) {
	if b.quote != 0 || b.comment > 0 {
		return 0, false
	}
	fields := strings.Fields(line)
	if len(fields) == 0 || len(fields) > 2 || !strings.EqualFold(fields[0], "GO") {
		return 0, false
	}
	if len(fields) == 1 {
		return 1, true
	}
	count, err := strconv.Atoi(fields[1])
	if err != nil || count < 0 || count > maxBatchRepeat {
		return 0, false
	}
	return count, true
}

// scan moves the state over one line of text.
func (s *inside) scan(line string) {
	for i := 0; i < len(line); i++ {
		c := line[i]
		pair := ""
		if i+1 < len(line) {
			pair = line[i : i+2]
		}
		switch {
		case s.comment > 0:
			if pair == "/*" {
				s.comment++
				i++
			} else if pair == "*/" {
				s.comment--
				i++
			}
		case s.quote != 0:
			// A doubled quote closes and opens again at once: the state is the same.
			if c == s.quote {
				s.quote = 0
			}
		case pair == "--":
			return
		case pair == "/*":
			s.comment++
			i++
		case c == '\'' || c == '"':
			s.quote = c
		case c == '[':
			s.quote = ']'
		}
	}
}
