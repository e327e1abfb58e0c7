package executor

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"testing"
	"time"

	"tds-launchpad/tds"
)

// stream is Rows out of a token stream, as the proxy has them.
type stream struct {
	columns []tds.Column
	reader  *tds.TokenReader
	first   time.Time
}

func (s *stream) Columns() []tds.Column { return s.columns }

func (s *stream) Next() ([][]byte, error) {
	if s.first.IsZero() {
		s.first = time.Now()
	}
	tok, err := s.reader.Next()
	if err != nil {
		return nil, err
	}
	row, ok := tok.(*tds.Row)
	if !ok {
		return nil, fmt.Errorf("%T among the rows", tok)
	}
	return row.Values, nil
}

// tokens makes the ROW tokens of n rows out of a pattern of rows.
func tokens(b *testing.B, in *table, n int) []byte {
	b.Helper()
	var one []byte
	for _, row := range in.rows {
		var err error
		if one, err = tds.AppendRow(one, in.columns, row); err != nil {
			b.Fatal(err)
		}
	}
	return bytes.Repeat(one, n/len(in.rows))
}

func benchmarkCall(b *testing.B, script string, in *table, rows int) {
	data := tokens(b, in, rows)
	// As if forked from a zygote: the packages are there when the call comes.
	u := newUnconfined(b)
	u.command = []string{PythonPath, "-I", "-B", "-c", "import sys, numpy, pandas; sys.path.insert(0, '" + filepath.Dir(u.main) + "')\n" +
		"from tds_satellite import session, inputs, outputs; del sys.path[0]; session.main(3)"}
	e := New(Config{Starter: u, DataDir: b.TempDir()})
	var spent time.Duration
	for b.Loop() {
		reader := tds.NewTokenReader(bytes.NewReader(data), tds.TokenReaderOptions{TokenFormat: tds.TokenFormat{Version: tds.V74}})
		reader.SetColumns(in.columns)
		s := &stream{columns: in.columns, reader: reader}
		res, err := e.Run(context.Background(), &Call{Language: "Python", Script: script, HasInput: true}, s)
		if err != nil {
			b.Fatal(err)
		}
		spent += time.Since(s.first)
		if _, err := res.WriteTo(io.Discard); err != nil {
			b.Fatal(err)
		}
		if err := res.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/spent.Seconds()/1e6, "Mrows/s")
	b.ReportMetric(0, "ns/op")
}

// numericRows are 1,000 rows of int, bigint, float, float.
func numericRows(b *testing.B) *table {
	types := []tds.TypeInfo{tds.Int(4), tds.Int(8), tds.Float(8), tds.Float(8)}
	rows := make([][]any, 1000)
	for i := range rows {
		rows[i] = []any{int64(i), int64(i) << 33, float64(i) / 3, -float64(i)}
	}
	return newTable(b, types, rows...)
}

// stringRows are 1,000 rows of int and three short strings with few, some and only
// different values. The last are different in each repetition of the pattern only.
func stringRows(b *testing.B, distinct int) *table {
	types := []tds.TypeInfo{tds.Int(4), tds.NVarChar(20, tds.DefaultCollation)}
	rows := make([][]any, max(distinct, 1000))
	for i := range rows {
		rows[i] = []any{int64(i), fmt.Sprintf("name %07d", i%distinct)}
	}
	return newTable(b, types, rows...)
}

const benchRows = 1_000_000

func BenchmarkInputNumeric(b *testing.B) { benchmarkCall(b, "pass", numericRows(b), benchRows) }
func BenchmarkInputStringsFew(b *testing.B) {
	benchmarkCall(b, "pass", stringRows(b, 100), benchRows)
}
func BenchmarkInputStringsDistinct(b *testing.B) {
	benchmarkCall(b, "pass", stringRows(b, benchRows), benchRows)
}
func BenchmarkInputOutputNumeric(b *testing.B) {
	benchmarkCall(b, "OutputDataSet = InputDataSet", numericRows(b), benchRows)
}
func BenchmarkInputOutputStrings(b *testing.B) {
	benchmarkCall(b, "OutputDataSet = InputDataSet", stringRows(b, benchRows), benchRows)
}
