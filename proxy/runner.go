package proxy

import (
	"context"
	"io"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

// ScriptRunner runs one script call. *executor.Executor is one by way of [RunnerOf]; tests have
// others.
//
// Run pulls rows from in if call.HasInput. Its errors are as those of executor.Executor.Run: an
// *executor.CallError with the messages for the client, an *executor.InputError if in failed, or
// ctx's error, in which case the script has been killed.
type ScriptRunner interface {
	Run(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error)
}

// ScriptResult is what a script call that ended well has to say.
type ScriptResult interface {
	// Columns describe the result set; nil: there is none.
	Columns() []tds.Column
	// RowCount is the number of its rows.
	RowCount() int64
	// WriteTo writes the rows as ROW tokens.
	io.WriterTo
	// Messages are what the script printed.
	Messages() []tds.ServerMessage
	// Params are the raw values of the output parameters, one for each of the call's parameters.
	Params() [][]byte
	// Close frees everything, and waits until nothing of the satellite is left.
	io.Closer
}

// RunnerOf makes a ScriptRunner of an executor.
func RunnerOf(e *executor.Executor) ScriptRunner { return executorRunner{e} }

type executorRunner struct{ executor *executor.Executor }

func (r executorRunner) Run(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
	result, err := r.executor.Run(ctx, call, in)
	if err != nil {
		return nil, err
	}
	return executorResult{result}, nil
}

type executorResult struct{ result *executor.Result }

func (r executorResult) Columns() []tds.Column              { return r.result.Columns }
func (r executorResult) RowCount() int64                    { return r.result.RowCount }
func (r executorResult) WriteTo(w io.Writer) (int64, error) { return r.result.WriteTo(w) }
func (r executorResult) Messages() []tds.ServerMessage      { return r.result.Messages }
func (r executorResult) Params() [][]byte                   { return r.result.Params }
func (r executorResult) Close() error                       { return r.result.Close() }
