package proxy

import (
	"errors"
	"io"

	"tds-launchpad/tds"
)

// requestRelay passes a client's requests on. Batches and RPCs are held back until it is decided
// whose they are; all others stream packet by packet.
type requestRelay struct {
	*session
	streaming tds.PacketType // of the request that is being passed on, 0 if there is none
	held      []byte         // packets of the request that is not decided yet
	first     tds.Header     // of the held request
	likely    bool           // the held request has our name in its beginning
	payload   []byte         // scratch
}

// heldKept is how much memory a session keeps for the next request that comes in several packets.
const heldKept = 64 << 10

func (r *requestRelay) run() (err error) {
	defer r.survive(&err)
	for {
		run, err := r.client.in.NextRun()
		if err != nil {
			return r.clientLost(err)
		}
		if err := r.packets(run); err != nil {
			return err
		}
		if r.streaming == 0 && len(r.held) == 0 && len(r.client.in.Buffered()) == 0 {
			r.meter.atBoundary()
		}
	}
}

// clientLost cancels a script call whose caller is gone.
func (r *requestRelay) clientLost(err error) error {
	if t := r.flow.taken(); t != nil {
		r.close("client left")
	}
	if errors.Is(err, io.EOF) {
		return errClientLeft
	}
	return &clientError{"reading", err}
}

// packets handles some packets of one request.
func (r *requestRelay) packets(run tds.Run) error {
	t := run.First.Type
	if t == tds.PacketAttention {
		return r.attention(run)
	}
	if err := r.waitForCall(); err != nil {
		return err
	}
	switch {
	case r.streaming != 0 && t != r.streaming:
		return outOfOrder(t, r.streaming)
	case r.streaming != 0:
		return r.stream(run)
	case len(r.held) > 0 && t != r.first.Type:
		return outOfOrder(t, r.first.Type)
	case len(r.held) > 0:
		return r.hold(run)
	}
	switch t {
	case tds.PacketSQLBatch, tds.PacketRPC:
		if err := r.mayReset(run.First.Status); err != nil {
			return err
		}
		r.first, r.likely = run.First, false
		if run.Last.EOM() {
			return r.decide(run.Raw, run.Last)
		}
		return r.hold(run)
	case tds.PacketBulkLoad, tds.PacketTransMgr:
		if err := r.mayReset(run.First.Status); err != nil {
			return err
		}
		r.streaming = t
		r.noteReset(run.First.Status)
		r.flow.request()
		return r.stream(run)
	}
	return &clientError{t.String() + " after login", nil}
}

func outOfOrder(t, inside tds.PacketType) error {
	return &clientError{t.String() + " packet inside a " + inside.String() + " message", nil}
}

// stream passes packets of a decided request on.
func (r *requestRelay) stream(run tds.Run) error {
	if run.Last.EOM() {
		r.streaming = 0
	}
	return r.toEngine(run.Raw)
}

func (r *requestRelay) toEngine(packets []byte) error {
	if _, err := r.engine.conn.Write(packets); err != nil {
		return &engineError{err}
	}
	return nil
}

// engineError is a failed write to the engine; the reading side knows more.
type engineError struct{ err error }

func (e *engineError) Error() string { return "engine: writing: " + e.err.Error() }
func (e *engineError) Unwrap() error { return e.err }

// hold collects packets of a request until it is complete, or too long to be held.
func (r *requestRelay) hold(run tds.Run) error {
	r.held = append(r.held, run.Raw...)
	switch {
	case run.Last.EOM():
		held := r.held
		r.held = r.held[:0]
		if cap(r.held) > heldKept {
			r.held = nil
		}
		return r.decide(held, run.Last)
	case len(r.held) <= r.cfg.Limits.Reassembly:
		return nil
	case r.first.Type == tds.PacketSQLBatch:
		return r.spoolBatch()
	default:
		return r.longRPC()
	}
}

// decide passes a complete request on, or carries it out if it is ours.
func (r *requestRelay) decide(packets []byte, last tds.Header) error {
	if last.Status&tds.StatusIgnore == 0 { // else the client has taken it back
		if call := r.detect(packets); call != nil {
			if limit := r.cfg.Limits.ScriptCall; len(packets) > limit {
				call.refusal = tooLong(limit)
			}
			return r.startCall(call)
		}
	}
	return r.forwardRequest(packets)
}

// forwardRequest passes a complete request on.
func (r *requestRelay) forwardRequest(packets []byte) error {
	r.noteReset(r.first.Status)
	r.flow.request()
	return r.toEngine(packets)
}

// forwardHeld passes on what is held of a request, and lets the rest of it stream.
func (r *requestRelay) forwardHeld() error {
	r.noteReset(r.first.Status)
	r.flow.request()
	err := r.toEngine(r.held)
	r.held, r.streaming = nil, r.first.Type
	return err
}

// noteReset forgets what a RESETCONNECTION makes the engine forget.
func (r *requestRelay) noteReset(status tds.Status) {
	if status&tds.StatusReset != 0 {
		r.prepared.clear()
	}
}

// mayReset refuses, as SQL Server does, to reset a session that has become somebody else by EXECUTE AS:
// on no engine may a script find itself as the service login.
func (r *requestRelay) mayReset(status tds.Status) error {
	if status&tds.StatusReset == 0 || r.credentials.as == "" {
		return nil
	}
	r.answerError(newError(errLoopback, "a loopback connection whose login has become another one by EXECUTE AS can't be reset. Open another."))
	return &clientError{"reset a loopback connection under EXECUTE AS", nil}
}

// attention passes an attention on at once, or cancels the script call that runs.
func (r *requestRelay) attention(run tds.Run) error {
	if r.cancelCall() {
		return nil
	}
	if len(r.held) > 0 {
		// Within a request that is not decided: the engine shall see the same order.
		if err := r.forwardHeld(); err != nil {
			return err
		}
	}
	r.flow.attentionSent()
	return r.toEngine(run.Raw)
}
