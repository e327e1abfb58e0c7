package engine

import (
	"context"
	"errors"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// response writes what the store produces as one response message. It is the
// store's Sink. A DONE is held back until it is known whether more follows.
type response struct {
	c       *connection
	ctx     context.Context // of the request
	out     *tds.PacketWriter
	buf     []byte // tokens not yet given to out
	held    *tds.Done
	columns []tds.Column
	texts   []*tsql.Type // of the columns that go as text, as the client is too old for their type
	raws    [][]byte
	scratch []byte // the content of one row's values
	failed  bool   // an error was sent since the last DONE
}

// flushTokens is when tokens are handed on to the packet writer: it copies, so
// this only bounds our own buffer.
const flushTokens = 8 << 10

func newResponse(ctx context.Context, c *connection) (*response, error) {
	// An empty value is a slice of scratch, and must not look like NULL's nil.
	return &response{c: c, ctx: ctx, out: c.out, scratch: make([]byte, 0, 256)}, c.out.Begin(tds.PacketReply, 0)
}

// Columns begins a result set.
func (r *response) Columns(columns []store.Column) error {
	if err := r.release(true); err != nil {
		return err
	}
	wire, err := wireColumns(columns)
	if err != nil {
		return err
	}
	r.texts = olderColumns(wire, columns, r.c.version)
	r.columns, r.raws = wire, make([][]byte, len(wire))
	m := tds.ColMetadata{Columns: wire}
	if r.buf, err = m.Append(r.buf, tds.TokenFormat{Version: r.c.version}); err != nil {
		return err
	}
	return r.flow()
}

// Row sends one row of the result set, unless the client has cancelled the request.
func (r *response) Row(values []any) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	r.scratch = r.scratch[:0]
	for i, v := range values {
		if v == nil {
			r.raws[i] = nil
			continue
		}
		var err error
		if r.texts != nil && r.texts[i] != nil {
			v, err = tsql.Convert(v, *r.texts[i], olderText, dateTimeStyle)
		} else {
			v, err = toWire(v)
		}
		if err != nil {
			return err
		}
		from := len(r.scratch)
		if r.scratch, err = r.columns[i].Type.Encode(r.scratch, v); err != nil {
			return err
		}
		r.raws[i] = r.scratch[from:len(r.scratch):len(r.scratch)]
	}
	var err error
	if r.buf, err = tds.AppendRow(r.buf, r.columns, r.raws); err != nil {
		return err
	}
	return r.flow()
}

// Done ends a statement or procedure.
func (r *response) Done(d store.Done) error {
	token := tds.TokenDone
	switch {
	case d.Proc:
		token = tds.TokenDoneProc
	case d.InProc:
		token = tds.TokenDoneInProc
	}
	done := tds.Done{Token: token, CurCmd: d.Command}
	if d.HasCount {
		done.Status |= tds.DoneCount
		done.RowCount = uint64(d.Count)
	}
	if d.Error {
		done.Status |= tds.DoneError
	}
	return r.done(done)
}

func (r *response) done(d tds.Done) error {
	if err := r.release(true); err != nil {
		return err
	}
	r.held, r.failed = &d, false
	return nil
}

// Message sends an error or information.
func (r *response) Message(e *tsql.Error) error {
	if err := r.release(true); err != nil {
		return err
	}
	m := tds.ServerMessage{IsError: e.Class > 10, Number: e.Number, State: e.State, Class: e.Class,
		Text: e.Message, Server: r.c.server.name, Proc: e.Proc, Line: e.Line}
	r.failed = r.failed || m.IsError
	r.buf = m.Append(r.buf, r.c.version)
	return r.flow()
}

// ReturnStatus sends what a procedure returned.
func (r *response) ReturnStatus(status int32) error {
	if err := r.release(true); err != nil {
		return err
	}
	r.buf = (&tds.ReturnStatus{Value: status}).Append(r.buf)
	return r.flow()
}

// returnValue sends an OUTPUT parameter.
func (r *response) returnValue(v *tds.ReturnValue) (err error) {
	if r.buf, err = v.Append(r.buf, tds.TokenFormat{Version: r.c.version}); err != nil {
		return err
	}
	return r.flow()
}

// fail ends a statement that did not begin: its error and a DONE that says so.
func (r *response) fail(e *tsql.Error) error {
	if err := r.Message(e); err != nil {
		return err
	}
	return r.done(tds.Done{Token: tds.TokenDone, Status: tds.DoneError, CurCmd: store.CommandNone})
}

// failCall is the same for the call of a procedure.
func (r *response) failCall(e *tsql.Error) error {
	if err := r.Message(e); err != nil {
		return err
	}
	return r.done(tds.Done{Token: tds.TokenDoneProc, Status: tds.DoneError, CurCmd: store.CommandExecute})
}

// ignored answers a request that its sender took back, MS-TDS 2.2.1.7.
func (r *response) ignored() error {
	return r.done(tds.Done{Token: tds.TokenDone, Status: tds.DoneError, CurCmd: store.CommandNone})
}

// sever ends the response when the connection is to end: after an error of the
// store that has been sent already (class 20 and above), or any other, which is
// sent here if the client can still be written to. It returns why.
func (r *response) sever(why error) error {
	if !errors.Is(why, store.ErrFatal) {
		m := protocolError(20)
		if !errors.Is(why, tds.ErrMalformed) {
			m = &tsql.Error{Number: 59041, State: 1, Class: 20, Message: "tds-launchpad: the embedded engine failed: " + why.Error()}
		}
		if err := r.Message(m); err != nil {
			return errors.Join(why, err)
		}
	}
	if err := r.done(tds.Done{Token: tds.TokenDone, Status: tds.DoneError | tds.DoneSrvError, CurCmd: store.CommandNone}); err != nil {
		return errors.Join(why, err)
	}
	return errors.Join(why, r.finish())
}

// protocolError is what a request that can't be read, or does not fit in, gets.
func protocolError(class uint8) *tsql.Error {
	return &tsql.Error{Number: 4002, State: 1, Class: class,
		Message: "The incoming tabular data stream (TDS) protocol stream is incorrect. The stream ended unexpectedly."}
}

// release writes the DONE held back.
func (r *response) release(more bool) error {
	if r.held == nil {
		return nil
	}
	if more {
		r.held.Status |= tds.DoneMore
	}
	r.buf = r.held.Append(r.buf, r.c.version)
	r.held = nil
	return r.flow()
}

// finish ends the response. Every response ends with a DONE.
func (r *response) finish() error {
	if r.held == nil {
		status := tds.DoneFinal
		if r.failed {
			status |= tds.DoneError
		}
		r.held = &tds.Done{Token: tds.TokenDone, Status: status, CurCmd: store.CommandNone}
	}
	if err := r.release(false); err != nil {
		return err
	}
	return r.end()
}

// acknowledgeAttention ends the response to a cancelled request with an error
// and sends the acknowledgement, a DONE_ATTN, as a message of its own: SQL Server
// does so, and there are drivers that wait for both.
func (r *response) acknowledgeAttention() error {
	// What ended before the attention was seen has its own DONE.
	if err := r.release(true); err != nil {
		return err
	}
	r.failed = true
	if err := r.finish(); err != nil {
		return err
	}
	return r.acknowledge()
}

// acknowledge answers an attention that found nothing to cancel.
func (r *response) acknowledge() error {
	if err := r.out.Begin(tds.PacketReply, 0); err != nil {
		return err
	}
	d := tds.Done{Token: tds.TokenDone, Status: tds.DoneAttn}
	r.buf = d.Append(r.buf, r.c.version)
	return r.end()
}

func (r *response) end() error {
	if _, err := r.out.Write(r.buf); err != nil {
		return err
	}
	r.buf = r.buf[:0]
	return r.out.End()
}

func (r *response) flow() error {
	if len(r.buf) < flushTokens {
		return nil
	}
	_, err := r.out.Write(r.buf)
	r.buf = r.buf[:0]
	return err
}
