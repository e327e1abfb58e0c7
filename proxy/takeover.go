package proxy

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// scriptCall is one request that we answer ourselves, from the moment when it has taken the
// engine over until its answer has been sent.
type scriptCall struct {
	*session
	req    *request
	taker  *takeover
	ctx    context.Context // ends with an attention
	cancel context.CancelFunc

	begun     bool          // our answer has been begun
	latest    heldDone      // the last DONE of a stitched answer
	rollbacks int           // of transactions that the engine has told
	insist    bool          // what is sent now has to reach the engine even if the client has cancelled
	broken    error         // writing to the client failed
	status    tds.Status    // reset bits still to be forwarded
	audit     audit         // of the present script call, or the last
	result    ScriptResult  // of the present script call, until that is settled
	gone      chan struct{} // to be closed when nothing is left of the result

	mu        sync.Mutex
	cancelled bool // the client has sent an attention
	busy      bool // the engine has a request of ours
	attention bool // we have sent the engine an attention
	over      bool
}

// callSlot holds the call that runs, for the goroutine that reads the client.
type callSlot = atomic.Pointer[scriptCall]

// startCall takes the engine over and carries the request out in a goroutine of its own, while
// the client's attention is listened for.
func (r *requestRelay) startCall(q *request) error {
	r.noteReset(q.status)
	for i := range q.headers.Unknown {
		q.headers.Unknown[i].Data = bytes.Clone(q.headers.Unknown[i].Data) // outlives the packets
	}
	c := &scriptCall{session: r.session, req: q, taker: newTakeover(), status: q.status & tds.StatusReset}
	c.audit.begin(r.who.login)
	c.ctx, c.cancel = context.WithCancel(r.ctx)
	if err := r.flow.take(c.taker); err != nil {
		c.cancel()
		return err
	}
	r.running.Store(c)
	r.calls.Add(1)
	go c.run()
	return nil
}

// waitForCall returns when no call runs.
func (s *session) waitForCall() error {
	if s.running.Load() == nil {
		return nil
	}
	return s.flow.wait()
}

// cancelCall gives an attention to the call that runs. False: there is none.
func (s *session) cancelCall() bool {
	c := s.running.Load()
	return c != nil && c.attend()
}

// run carries the request out, answers it, and gives the engine back.
func (c *scriptCall) run() {
	defer c.calls.Done()
	defer c.cancel()
	err := c.carryOut()
	last := false
	if c.conclude(err) {
		c.running.Store(nil)
		last = c.flow.giveBack()
	} else {
		c.running.Store(nil)
		c.flow.giveBack()
		c.close("")
	}
	c.settle(err)
	if last {
		c.close("shutting down")
	}
}

// settle ends the record of the script call, and writes it when nothing of the satellite is
// left, for which nobody waits but the session's end. err is what the call has come to.
func (c *scriptCall) settle(err error) {
	if c.audit.over {
		return
	}
	c.audit.end(c, err)
	record, result, gone := c.audit, c.result, c.gone
	c.result = nil
	c.calls.Go(func() {
		if result != nil {
			_ = result.Close() // its errors are in the log
			close(gone)
		}
		record.write(c)
	})
}

// attend cancels the call: the script is killed, and a query of ours on the engine is cancelled
// if there is one. False: the call has been answered already.
func (c *scriptCall) attend() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return false
	}
	c.cancelled = true
	if c.busy && !c.attention {
		c.attention = true
		h := tds.Header{Type: tds.PacketAttention, Status: tds.StatusEOM, Length: tds.HeaderSize}
		_, _ = c.engine.conn.Write(h.Append(nil)) // the reading side learns if the engine is gone
	}
	c.cancel()
	return true
}

func (c *scriptCall) isCancelled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cancelled
}

// headers are ALL_HEADERS of our requests: the client's transaction and activity.
func (c *scriptCall) headers() tds.AllHeaders {
	h := c.req.headers
	h.Notification = nil // it was for the client's statement
	return h
}

// transaction follows the session's transaction, whose descriptor goes with the next request.
func (c *scriptCall) transaction(e *tds.EnvChange) {
	h := &c.req.headers
	switch e.Type {
	case tds.EnvBeginTran:
		if descriptor, ok := e.Descriptor(); ok {
			h.HasTransaction, h.Descriptor, h.Outstanding = true, descriptor, max(h.Outstanding, 1)
		}
	case tds.EnvCommitTran, tds.EnvRollbackTran, tds.EnvTranEnded:
		h.Descriptor = 0
		if e.Type == tds.EnvRollbackTran {
			c.rollbacks++
		}
	}
}

// send sends a request to the engine, unless the call has been cancelled. A reset reaches it all the
// same: the client takes it for granted, and the session may be another user's now.
func (c *scriptCall) send(typ tds.PacketType, payload []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cancelled && c.status == 0 && !c.insist {
		return errInterrupted
	}
	if err := c.engine.out.WriteMessage(typ, c.status, payload); err != nil {
		return &lostError{err}
	}
	c.busy, c.status = true, 0
	return nil
}

// sendStream sends a request that write writes bit by bit. An attention that comes meanwhile is sent
// behind it.
func (c *scriptCall) sendStream(typ tds.PacketType, write func() error) error {
	if c.isCancelled() {
		return errInterrupted
	}
	err := c.engine.out.Begin(typ, 0)
	if err == nil {
		err = write()
	}
	if err == nil {
		err = c.engine.out.End()
	}
	if err != nil {
		return &lostError{err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = true
	if c.cancelled {
		c.attention = true
		h := tds.Header{Type: tds.PacketAttention, Status: tds.StatusEOM, Length: tds.HeaderSize}
		_, _ = c.engine.conn.Write(h.Append(nil)) // the reading side learns if the engine is gone
	}
	return nil
}

// answered notes that the engine has answered, and returns whether it still has to acknowledge an
// attention.
func (c *scriptCall) answered(acknowledged bool) (more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.attention && !acknowledged {
		return true
	}
	c.busy, c.attention = false, false
	return false
}

// emit adds tokens to our answer.
func (c *scriptCall) emit(tokens []byte) { _, _ = c.Write(tokens) }

// Write adds tokens to our answer, behind a DONE that has been held back. It fails if the client is
// gone or has cancelled.
func (c *scriptCall) Write(tokens []byte) (int, error) {
	if c.latest.held {
		if _, err := c.write(c.releaseDone(nil, true)); err != nil {
			return 0, err
		}
	}
	return c.write(tokens)
}

func (c *scriptCall) write(tokens []byte) (int, error) {
	if len(tokens) == 0 {
		return 0, c.broken
	}
	if c.broken != nil {
		return 0, c.broken
	}
	if !c.begun {
		c.begun = true
		c.broken = c.client.out.Begin(tds.PacketReply, 0)
	}
	if c.broken == nil {
		_, c.broken = c.client.out.Write(tokens)
	}
	if c.broken != nil {
		return 0, c.broken
	}
	return len(tokens), nil
}

// conclude ends the answer according to what carrying out has come to. False: the session can't
// go on.
func (c *scriptCall) conclude(err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	var lost *lostError
	if c.busy && !errors.As(err, &lost) && !errors.Is(err, errSessionOver) {
		// Never give the engine back with an answer of ours unread: the client would get it.
		lost = &lostError{errUnread}
		err = lost
	}
	switch {
	case errors.Is(err, errSessionOver):
		return false
	case errors.As(err, &lost):
		c.emit(c.appendMessage(nil, message(newError(errEngineClosed, "%v.", lost), classConnection, 0)))
		c.done(tds.DoneError)
	case c.cancelled && err != nil:
		c.done(tds.DoneError)
	case err != nil:
		c.fail(err)
	}
	if c.broken == nil && c.begun {
		c.broken = c.client.out.End()
	}
	if c.cancelled && c.broken == nil && lost == nil {
		// The acknowledgement is a message of its own, as SQL Server's: tedious waits for two.
		c.begun = false
		c.done(tds.DoneAttn)
		c.broken = c.client.out.End()
	}
	if lost != nil {
		c.audit.cause = lost
		c.client.closeGently()
		return false
	}
	return c.broken == nil
}

var errUnread = errors.New("an answer of the engine was left unread")

// done adds the last token of an answer that ends before its time.
func (c *scriptCall) done(status tds.DoneStatus) {
	token := tds.TokenDone
	if c.req.rpc && status&tds.DoneAttn == 0 {
		token = tds.TokenDoneProc
	}
	c.emit((&tds.Done{Token: token, Status: status | c.inTransaction()}).Append(nil, c.format.Version))
}

// inTransaction is DONE_INXACT if the client's request runs in a transaction.
func (c *scriptCall) inTransaction() tds.DoneStatus {
	if c.req.headers.Descriptor != 0 {
		return tds.DoneInXact
	}
	return 0
}

// fail answers by an error.
func (c *scriptCall) fail(err error) {
	var refusal *engineRefusal
	var failed *executor.CallError
	switch {
	case errors.As(err, &failed):
		c.answerFailure(failed)
		return
	case errors.As(err, &refusal):
		c.emit(refusal.tokens)
	default:
		c.emit(c.appendMessage(nil, message(err, classStatement, c.line())))
	}
	c.done(tds.DoneError)
}

// appendMessage appends a message of ours as the engine would send it: with its name for itself.
func (s *session) appendMessage(dst []byte, m tds.ServerMessage) []byte {
	m.Server = s.serverName
	return m.Append(dst, s.format.Version)
}

// line is the line of the call in its text, for messages.
func (c *scriptCall) line() int32 {
	if c.req.call != nil {
		return c.req.call.Line
	}
	return 0
}

// message is the ERROR token for an error of ours.
func message(err error, class uint8, line int32) tds.ServerMessage {
	var own *productError
	if errors.As(err, &own) {
		return own.message(class, line)
	}
	var known *tsql.Error
	if errors.As(err, &known) {
		known = known.At(line)
		return tds.ServerMessage{IsError: known.Class > 10, Number: known.Number, State: known.State, Class: known.Class,
			Text: known.Message, Proc: known.Proc, Line: known.Line}
	}
	return newError(errInternal, "%v.", err).message(class, line)
}
