package executor

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/tsql"
)

// Run carries out a script call. With call.HasInput it pulls its rows from in.
//
// Errors are a *CallError with the messages for the client if the call failed for
// whatever reason of its own, an *InputError if in failed, and ctx's error if ctx
// ended, in which case the satellite was killed at once; a Next that blocks is for
// the caller to end. After an error nothing of the satellite is left. A Result must
// be closed.
func (e *Executor) Run(ctx context.Context, call *Call, in Rows) (*Result, error) {
	began := time.Now()
	id := call.RequestID
	if id == uuid.Nil {
		id = uuid.New()
	}
	r := &run{executor: e, call: call, id: id, mark: began}
	res, err := r.start(ctx, in)
	e.log(r, time.Since(began), err)
	if err != nil {
		r.told()
		return nil, err
	}
	return res, nil
}

// run is one call being carried out.
type run struct {
	executor *Executor
	call     *Call
	id       uuid.UUID
	tell     *teller

	sat            Satellite
	stdout, stderr *capture
	hello          bool // the satellite has said it
	rowsIn         int64
	spool          *spool
	mark           time.Time
	usage          Usage
}

// start checks the call, and with a satellite carries it out.
func (r *run) start(ctx context.Context, in Rows) (*Result, error) {
	lang, known := language(r.call.Language)
	if !known {
		lang.Name = r.call.Language
	}
	r.tell = newTeller(r.call, lang.Name, strings.ToUpper(r.id.String()))
	if !known {
		return nil, r.tell.failed(tsql.NewErrorIn(r.call.Wording, 39007, r.call.Language), printed{})
	}
	message, err := r.tell.appendCall(nil, r.call)
	if err != nil {
		return nil, r.tell.failed(err, printed{})
	}
	var columns []inputColumn
	if r.call.HasInput {
		described := in.Columns()
		var bad int
		if columns, bad = inputColumns(described); bad > 0 {
			return nil, r.tell.failed(r.tell.unsupportedColumn(bad, &described[bad-1]), printed{})
		}
	}
	if r.executor.starter == nil {
		return nil, r.tell.notStarted(r.executor.cfg.Unavailable)
	}
	r.sat, err = r.acquire(ctx, lang.Name)
	r.lap(&r.usage.Start)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, r.tell.notStarted(err)
	}
	limits := &r.executor.cfg.Limits
	r.stdout = startCapture(r.sat.Stdout(), limits.Text)
	r.stderr = startCapture(r.sat.Stderr(), limits.Text)
	r.spool = newSpool(r.executor.cfg.DataDir, limits)
	message = endCall(message, r.call, r.sat.Listeners())
	if r.call.HasInput {
		message = appendSchema(message, columns)
	}

	endLoopback := r.serveLoopback(ctx)
	conn := r.sat.Conn()
	stop := context.AfterFunc(ctx, func() {
		r.sat.Kill()
		_ = conn.SetDeadline(time.Unix(1, 0)) // ends reads and writes that are waiting
	})
	res, err := r.exchange(ctx, message, columns, in)
	stop()
	endLoopback()
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = r.spool.Close()
		r.end()
		_ = r.release()
		return nil, err
	}
	res.close = r.releaseInBackground()
	return res, nil
}

// release proves the satellite's end and gives its account back.
func (r *run) release() error {
	err := r.sat.Release()
	if err != nil {
		r.executor.cfg.Logger.Error().Err(err).Str("request", r.tell.id).Msg("releasing a satellite")
	}
	return err
}

// releaseInBackground begins to release the satellite and returns what waits for it: the result has
// all that is wanted of it, and a client that reads slowly must not hold up the account.
func (r *run) releaseInBackground() (wait func() error) {
	released := make(chan error, 1)
	go func() {
		err := r.release()
		r.told()
		released <- err
	}()
	return func() error { return <-released }
}

// log writes what a call came to. It is for those who look into the executor: callers have a line of
// their own that says on whose behalf.
func (e *Executor) log(r *run, took time.Duration, err error) {
	ev := e.cfg.Logger.Debug()
	var failed *CallError
	switch {
	case errors.As(err, &failed):
		last, _ := failed.Last()
		ev = ev.Int32("error", last.Number)
		if failed.Err != nil {
			ev = ev.AnErr("cause", failed.Err)
		}
	case err != nil:
		ev = ev.AnErr("ended", err)
	}
	if r.sat != nil {
		ev = ev.Str("account", r.sat.Account())
	}
	ev.Str("request", r.tell.id).
		Str("language", r.call.Language).
		Str("database", r.call.Database).
		Str("user", r.call.User).
		Int64("rows_in", r.rowsIn).
		Dur("took", took).
		Msg("script run")
}
