package executor

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"tds-launchpad/tds"
)

// table is Rows in memory.
type table struct {
	columns []tds.Column
	rows    [][][]byte
	at      int
}

func (t *table) Columns() []tds.Column { return t.columns }

func (t *table) Next() ([][]byte, error) {
	if t.at == len(t.rows) {
		return nil, io.EOF
	}
	t.at++
	return t.rows[t.at-1], nil
}

// newTable makes a table out of neutral values, row by row.
func newTable(t testing.TB, types []tds.TypeInfo, rows ...[]any) *table {
	t.Helper()
	out := &table{}
	for i, typ := range types {
		out.columns = append(out.columns, tds.Column{Name: "c" + string(rune('0'+i%10)) + strings.Repeat("x", i/10), Type: typ, Flags: tds.ColumnNullable})
	}
	for _, row := range rows {
		raws := make([][]byte, len(types))
		for i, v := range row {
			raws[i] = encode(t, types[i], v)
		}
		out.rows = append(out.rows, raws)
	}
	return out
}

func encode(t testing.TB, typ tds.TypeInfo, v any) []byte {
	t.Helper()
	if v == nil {
		return nil
	}
	raw, err := typ.Encode([]byte{}, v)
	if err != nil {
		t.Fatalf("encoding %v as %s: %v", v, typ, err)
	}
	return raw
}

// outcome is a finished call.
type outcome struct {
	*Result
	rows [][]any    // neutral values
	raws [][][]byte // the same as they came
}

// runCall runs a call unconfined and reads its result.
func runCall(t testing.TB, call *Call, in Rows) (*outcome, error) {
	t.Helper()
	return runWith(t, New(Config{Starter: newUnconfined(t), DataDir: t.TempDir()}), call, in)
}

func runWith(t testing.TB, e *Executor, call *Call, in Rows) (*outcome, error) {
	t.Helper()
	if call.Language == "" {
		call.Language = "Python"
	}
	call.HasInput = in != nil
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	res, err := e.Run(ctx, call, in)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err := res.Close(); err != nil {
			t.Errorf("closing the result: %v", err)
		}
	}()
	out := &outcome{Result: res}
	var tokens bytes.Buffer
	if _, err := res.WriteTo(&tokens); err != nil {
		t.Fatal(err)
	}
	out.rows, out.raws = decodeRows(t, res.Columns, tokens.Bytes())
	if int64(len(out.rows)) != res.RowCount {
		t.Errorf("RowCount is %d for %d rows", res.RowCount, len(out.rows))
	}
	return out, nil
}

// mustRun is runCall for calls that must succeed.
func mustRun(t testing.TB, call *Call, in Rows) *outcome {
	t.Helper()
	out, err := runCall(t, call, in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return out
}

// mustFail is runCall for calls that must fail with messages.
func mustFail(t testing.TB, call *Call, in Rows) *CallError {
	t.Helper()
	_, err := runCall(t, call, in)
	var failed *CallError
	if !errors.As(err, &failed) {
		t.Fatalf("the call ended with %v instead of a CallError", err)
	}
	return failed
}

func decodeRows(t testing.TB, columns []tds.Column, tokens []byte) (rows [][]any, raws [][][]byte) {
	t.Helper()
	r := tds.NewTokenReader(bytes.NewReader(tokens), tds.TokenReaderOptions{TokenFormat: tds.TokenFormat{Version: tds.V74}})
	r.SetColumns(columns)
	for {
		tok, err := r.Next()
		if err == io.EOF {
			return rows, raws
		}
		if err != nil {
			t.Fatalf("reading the ROW tokens: %v", err)
		}
		row, ok := tok.(*tds.Row)
		if !ok {
			t.Fatalf("%T among the rows", tok)
		}
		values := make([]any, len(columns))
		copied := make([][]byte, len(columns))
		for i, raw := range row.Values {
			if values[i], err = columns[i].Type.Decode(raw); err != nil {
				t.Fatalf("column %d: %v", i+1, err)
			}
			copied[i] = bytes.Clone(raw)
		}
		rows, raws = append(rows, values), append(raws, copied)
	}
}

func typeNames(columns []tds.Column) string {
	names := make([]string, len(columns))
	for i := range columns {
		names[i] = columns[i].Type.String()
	}
	return strings.Join(names, " ")
}

func mustTime(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
