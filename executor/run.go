package executor

import "context"

// Run carries out a script call. With call.HasInput it pulls its rows from in.
//
// Errors are a *CallError with the messages for the client if the call failed for
// whatever reason of its own, a *InputError if in failed, and ctx's error (not
// wrapped in either) if ctx ended, in which case the satellite was killed at once.
// A Result must be closed.
func (e *Executor) Run(ctx context.Context, call *Call, in Rows) (*Result, error) {
	return nil, ctx.Err()
}
