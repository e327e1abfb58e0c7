package proxy

import (
	"context"
	"encoding/binary"
	"errors"
	"io"

	"tds-launchpad/tds"
)

// payloadReader reads the payload of one answer of the engine out of the packets that the
// session's reading goroutine hands over.
type payloadReader struct {
	taker   *takeover
	ctx     context.Context // interrupts waiting; nil: nothing does but the session's end
	end     <-chan struct{} // the session's end
	packets []byte          // of the current run, not yet read
	payload []byte          // of the current packet, not yet read
	last    bool            // the current run ends the message
	running bool            // a run is in use
}

var (
	errInterrupted = errors.New("cancelled")
	errSessionOver = errors.New("session over")
)

func (p *payloadReader) Read(b []byte) (int, error) {
	for len(p.payload) == 0 {
		if len(p.packets) > 0 {
			n := int(binary.BigEndian.Uint16(p.packets[2:])) // whole packets: checked by PacketReader
			p.payload, p.packets = p.packets[tds.HeaderSize:n], p.packets[n:]
			continue
		}
		if p.running {
			p.running = false
			select {
			case p.taker.next <- struct{}{}:
			case <-p.end:
				return 0, errSessionOver
			}
		}
		if p.last {
			return 0, io.EOF
		}
		if err := p.wait(); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.payload)
	p.payload = p.payload[n:]
	return n, nil
}

// wait gets the next run.
func (p *payloadReader) wait() error {
	var interrupted <-chan struct{}
	if p.ctx != nil {
		interrupted = p.ctx.Done()
	}
	select {
	case run := <-p.taker.runs:
		p.packets, p.last, p.running = run.Raw, run.Last.EOM(), true
		return nil
	case <-interrupted:
		return errInterrupted
	case <-p.taker.lost:
		return &lostError{p.taker.why}
	case <-p.end:
		return errSessionOver
	}
}

// lostError means that the engine is gone.
type lostError struct{ err error }

func (e *lostError) Error() string { return "the connection to the engine is lost: " + e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// engineReply reads an answer of the engine token by token. Tokens that the client has to know of
// go into our own answer, errors are collected.
type engineReply struct {
	call         *scriptCall
	source       payloadReader
	tokens       *tds.TokenReader
	errors       []byte // ERROR tokens, as they came
	number       int32  // of the first error, for the log
	acknowledged bool   // a DONE acknowledges our attention
	ended        bool
	plan         *answerReader // takes the messages, if it is the answer to a part of a plan
	raw          bool          // errors go into our own answer, too
}

// ask sends a request and returns the reader of its answer.
func (c *scriptCall) ask(typ tds.PacketType, payload []byte, buffer int) (*engineReply, error) {
	if err := c.send(typ, payload); err != nil {
		return nil, err
	}
	return c.newReply(buffer), nil
}

// askStream is ask for a request that write writes bit by bit.
func (c *scriptCall) askStream(typ tds.PacketType, write func() error) (*engineReply, error) {
	if err := c.sendStream(typ, write); err != nil {
		return nil, err
	}
	return c.newReply(helperBuffer), nil
}

func (c *scriptCall) newReply(buffer int) *engineReply {
	r := &engineReply{call: c, source: payloadReader{taker: c.taker, ctx: c.ctx, end: c.session.ctx.Done()}}
	r.tokens = tds.NewTokenReader(&r.source, tds.TokenReaderOptions{TokenFormat: c.format, BufferSize: buffer})
	return r
}

// next returns the next token that is of interest: COLMETADATA, ROW, DONE and the like. Errors:
// io.EOF, errInterrupted wrapped in nothing, or what ends the session.
func (r *engineReply) next() (tds.Token, error) {
	for {
		token, err := r.tokens.Next()
		if err != nil {
			return nil, r.failed(err)
		}
		switch t := token.(type) {
		case *tds.Row:
			return t, nil
		case *tds.EnvChange:
			r.call.transaction(t)
			if r.plan != nil {
				r.plan.atEnd(r.tokens.Raw())
				continue
			}
			r.call.emit(r.tokens.Raw())
		case *tds.SessionState:
			r.call.emit(r.tokens.Raw())
		case *tds.ServerMessage:
			if r.plan != nil {
				r.plan.message(t)
				continue
			}
			if !t.IsError || r.raw {
				r.call.emit(r.tokens.Raw())
				continue
			}
			if r.number == 0 {
				r.number = t.Number
			}
			r.errors = append(r.errors, r.tokens.Raw()...)
		case *tds.Done:
			r.acknowledged = r.acknowledged || t.Status&tds.DoneAttn != 0
			return t, nil
		default:
			return t, nil
		}
	}
}

func (r *engineReply) failed(err error) error {
	if err == io.EOF {
		r.ended = true
		return err
	}
	r.tokens.Retry() // an interruption passes
	var lost *lostError
	if errors.Is(err, errInterrupted) || errors.Is(err, errSessionOver) || errors.As(err, &lost) {
		return err
	}
	return &lostError{err} // bytes that can't be read: the rest can't be either
}

// finish reads what is left of the answer, after an attention up to its acknowledgement, so that
// the engine is ready for the next request. It returns the engine's errors as *engineRefusal.
func (r *engineReply) finish() error {
	interrupted := false
	for !r.ended {
		_, err := r.next()
		switch {
		case err == nil || err == io.EOF:
		case errors.Is(err, errInterrupted):
			interrupted = true
			r.source.ctx = nil // an attention has been sent, or the request was the shortest: the end is near
		default:
			return err
		}
	}
	for r.call.answered(r.acknowledged) {
		// The answer was complete before the attention came: its acknowledgement is another.
		r.source = payloadReader{taker: r.call.taker, end: r.source.end}
		r.tokens.Reset(&r.source)
		r.ended = false
		for !r.ended {
			if _, err := r.next(); err != nil && err != io.EOF {
				return err
			}
		}
	}
	switch {
	case interrupted || r.call.isCancelled():
		return errInterrupted
	case len(r.errors) > 0:
		return &engineRefusal{r.errors, r.number}
	}
	return nil
}

// abandon reads an answer to its end that is not wanted any more because of err, and returns what
// is worse: err or how the answer ended. An answer that is left unread would be taken for that to
// the client's next request.
func (r *engineReply) abandon(err error) error {
	if end := r.finish(); end != nil {
		return end
	}
	return err
}

// engineRefusal is an error of the engine's, in its own words.
type engineRefusal struct {
	tokens []byte
	number int32
}

func (e *engineRefusal) Error() string { return "refused by the engine" }
