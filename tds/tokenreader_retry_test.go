package tds

import (
	"errors"
	"io"
	"testing"
)

// stutterer gives one byte at a time and fails before each.
type stutterer struct {
	data  []byte
	ready bool
}

var errStutter = errors.New("not now")

func (s *stutterer) Read(p []byte) (int, error) {
	if len(s.data) == 0 {
		return 0, io.EOF
	}
	if s.ready = !s.ready; s.ready {
		return 0, errStutter
	}
	p[0] = s.data[0]
	s.data = s.data[1:]
	return 1, nil
}

func TestTokenReaderRetry(t *testing.T) {
	cols := []Column{{Name: "n", Type: Int(4)}, {Name: "s", Type: NVarChar(SizeMax, DefaultCollation)}}
	stream, err := (&ColMetadata{Columns: cols}).Append(nil, TokenFormat{})
	if err != nil {
		t.Fatal(err)
	}
	if stream, err = AppendRow(stream, cols, [][]byte{{7, 0, 0, 0}, AppendUTF16(nil, "text")}); err != nil {
		t.Fatal(err)
	}
	stream = (&Done{Token: TokenDone, Status: DoneCount, RowCount: 1}).Append(stream, V74)

	r := NewTokenReader(&stutterer{data: stream}, TokenReaderOptions{})
	var got []Token
	failures := 0
	for {
		token, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			if !errors.Is(err, errStutter) {
				t.Fatal(err)
			}
			failures++
			r.Retry()
			continue
		}
		got = append(got, token)
		if row, ok := token.(*Row); ok && (row.Values[0][0] != 7 || DecodeUTF16(row.Values[1]) != "text") {
			t.Errorf("row is %v", row.Values)
		}
	}
	if len(got) != 3 || failures != len(stream) {
		t.Errorf("%d tokens after %d failures, want 3 after %d", len(got), failures, len(stream))
	}
}
