package executor

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"tds-launchpad/tds"
)

func fillSpool(t *testing.T, s *spool, rows, width int) []byte {
	t.Helper()
	cols := []tds.Column{{Type: tds.VarBinary(tds.SizeMax)}}
	var want []byte
	for i := range rows {
		row := [][]byte{bytes.Repeat([]byte{byte(i)}, width)}
		var err error
		if want, err = tds.AppendRow(want, cols, row); err != nil {
			t.Fatal(err)
		}
		if err := s.appendRow(cols, row); err != nil {
			t.Fatal(err)
		}
	}
	return want
}

// wholeTokens looks whether each piece is whole ROW tokens.
type wholeTokens struct {
	bytes.Buffer
	broken bool
}

func (w *wholeTokens) Write(p []byte) (int, error) {
	tokens := tds.NewTokenReader(bytes.NewReader(p), tds.TokenReaderOptions{TokenFormat: tds.TokenFormat{Version: tds.V74}})
	tokens.SetColumns([]tds.Column{{Type: tds.VarBinary(tds.SizeMax)}})
	for {
		_, err := tokens.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			w.broken = true
			break
		}
	}
	return w.Buffer.Write(p)
}

func TestSpool(t *testing.T) {
	for _, c := range []struct {
		name        string
		memory      int64
		rows, width int
		file        bool
	}{
		{"empty", 1 << 20, 0, 0, false},
		{"small", 1 << 20, 10, 100, false},
		{"in memory", 4 << 20, 3000, 1000, false},
		{"in a file", 1 << 20, 3000, 1000, true},
		{"values larger than the memory", 1 << 20, 3, 3 << 20, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			s := newSpool(dir, &Limits{SpoolMemory: c.memory, SpoolTotal: 1 << 30})
			want := fillSpool(t, s, c.rows, c.width)
			if (s.file != nil) != c.file {
				t.Errorf("in a file: %v", s.file != nil)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
				t.Errorf("the data directory holds %v, %v", left, err)
			}
			var got wholeTokens
			n, err := s.WriteTo(&got)
			if err != nil || n != int64(len(want)) || !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%d bytes came back of %d, %v", n, len(want), err)
			}
			if got.broken {
				t.Error("a piece is not made of whole tokens")
			}
			if n, err := s.WriteTo(io.Discard); n != 0 || err != nil {
				t.Errorf("a second time: %d, %v", n, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestSpoolBound(t *testing.T) {
	s := newSpool(t.TempDir(), &Limits{SpoolMemory: 1 << 20, SpoolTotal: 2 << 20})
	defer s.Close()
	cols := []tds.Column{{Type: tds.VarBinary(8000)}}
	row := [][]byte{make([]byte, 8000)}
	var err error
	rows := 0
	for ; err == nil && rows < 1000; rows++ {
		err = s.appendRow(cols, row)
	}
	if !errors.Is(err, ErrSpoolFull) || rows > 300 {
		t.Errorf("after %d rows of 8 KB: %v", rows, err)
	}
}

func TestSpoolWithoutDirectory(t *testing.T) {
	s := newSpool(filepath.Join(t.TempDir(), "missing"), &Limits{SpoolMemory: 1, SpoolTotal: 1 << 30})
	defer s.Close()
	cols := []tds.Column{{Type: tds.VarBinary(tds.SizeMax)}}
	if err := s.appendRow(cols, [][]byte{make([]byte, 1<<20)}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestSpoolClientGone(t *testing.T) {
	s := newSpool(t.TempDir(), &Limits{SpoolMemory: 1 << 20, SpoolTotal: 1 << 30})
	fillSpool(t, s, 2000, 1000)
	if _, err := s.WriteTo(failingWriter{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("%v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestUnlinkedFile(t *testing.T) {
	dir := t.TempDir()
	f, err := unlinkedFile(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
	if _, err := f.Write([]byte("x")); err != nil {
		t.Error(err)
	}
	if _, err := unlinkedFile(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
}
