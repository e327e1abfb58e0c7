package proxy

import (
	"context"
	"io"
	"sync/atomic"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

// fakeRunner stands in for the executor.
type fakeRunner func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error)

func (f fakeRunner) Run(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
	return f(ctx, call, in)
}

// fakeResult is a finished result.
type fakeResult struct {
	columns  []tds.Column
	rows     []byte
	count    int64
	messages []tds.ServerMessage
	params   [][]byte
	closed   *atomic.Int32
}

func (r *fakeResult) Columns() []tds.Column { return r.columns }
func (r *fakeResult) RowCount() int64       { return r.count }
func (r *fakeResult) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(r.rows)
	return int64(n), err
}
func (r *fakeResult) Messages() []tds.ServerMessage { return r.messages }
func (r *fakeResult) Params() [][]byte              { return r.params }
func (r *fakeResult) Close() error {
	if r.closed != nil {
		r.closed.Add(1)
	}
	return nil
}

// echo returns the input rows as the result, and the parameters as they came in. The script is
// what it prints.
func echo(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
	result := &fakeResult{messages: []tds.ServerMessage{{Number: 39005, State: 1, Line: call.Line,
		Text: "STDOUT message(s) from external script: \n" + call.Script}}}
	for _, p := range call.Params {
		if p.Output {
			result.params = append(result.params, p.Value)
		} else {
			result.params = append(result.params, nil)
		}
	}
	if !call.HasInput {
		return result, nil
	}
	result.columns = in.Columns()
	for {
		row, err := in.Next()
		switch {
		case err == io.EOF:
			return result, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			return nil, &executor.InputError{Err: err}
		}
		if result.rows, err = tds.AppendRow(result.rows, result.columns, row); err != nil {
			return nil, err
		}
		result.count++
	}
}
