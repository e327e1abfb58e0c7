package proxy

import (
	"encoding/binary"
	"sync"
	"time"

	"tds-launchpad/tds"
)

// flow knows, from packet headers alone, whether the engine owes the client an answer, and where
// the engine's packets go: to the client, or to a script call that has taken the engine over.
type flow struct {
	mu          sync.Mutex
	changed     sync.Cond
	outstanding int       // requests forwarded and not yet answered
	attention   bool      // an attention has been forwarded and not yet acknowledged
	inMessage   bool      // the engine's current answer has been forwarded in part
	draining    bool      // no more requests
	ended       bool      // the session is over
	taker       *takeover // not nil: the engine's packets are this call's
	tail        [doneSize]byte
	version     tds.Version
	patience    time.Duration // takePatience
}

// doneSize is the length of a DONE token since TDS 7.2; before, it is doneSize71.
const (
	doneSize   = 13
	doneSize71 = 9
)

func (f *flow) init() { f.changed.L, f.patience = &f.mu, takePatience }

// request notes that a request is about to be forwarded.
func (f *flow) request() {
	f.mu.Lock()
	f.outstanding++
	f.mu.Unlock()
}

// attentionSent notes that an attention is about to be forwarded.
func (f *flow) attentionSent() {
	f.mu.Lock()
	f.attention, f.tail = true, [doneSize]byte{}
	f.mu.Unlock()
}

// answered notes that a piece of an answer is about to be forwarded, and returns whether the
// session is to end after it, because it is idle then and being drained.
func (f *flow) answered(t *packetTracker, p []byte) (last bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ended := false
	for len(p) > 0 {
		payload, rest, end, err := t.next(p)
		if err != nil {
			return false, err
		}
		p = rest
		if f.attention {
			// The DONE token at the end may be its acknowledgement.
			f.tail = keepTail(f.tail, payload)
		}
		f.inMessage = !end
		if !end {
			continue
		}
		ended = true
		switch {
		case f.attention && f.acknowledged():
			f.attention, f.outstanding = false, 0
		case f.outstanding > 0:
			f.outstanding--
		}
	}
	if !ended {
		return false, nil
	}
	f.changed.Broadcast()
	return f.draining && f.idle(), nil
}

// keepTail adds payload to the last bytes of an answer.
func keepTail(tail [doneSize]byte, payload []byte) [doneSize]byte {
	if len(payload) >= doneSize {
		return [doneSize]byte(payload[len(payload)-doneSize:])
	}
	copy(tail[:], tail[len(payload):])
	copy(tail[doneSize-len(payload):], payload)
	return tail
}

// acknowledged tells whether the answer that has just ended acknowledges an attention.
func (f *flow) acknowledged() bool {
	done := f.tail[:]
	if !f.version.AtLeast(tds.V72) {
		done = done[doneSize-doneSize71:]
	}
	return done[0] == byte(tds.TokenDone) && binary.LittleEndian.Uint16(done[1:])&uint16(tds.DoneAttn) != 0
}

func (f *flow) idle() bool {
	return f.outstanding == 0 && !f.attention && !f.inMessage && f.taker == nil
}

// owing tells whether the engine owes an answer of which nothing has been forwarded yet.
func (f *flow) owing() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.outstanding > 0 && !f.inMessage && f.taker == nil
}

// drain forbids further requests and returns whether the session is idle now.
func (f *flow) drain() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.draining = true
	return f.idle()
}

// end wakes everybody who waits for something that will not come any more.
func (f *flow) end() {
	f.mu.Lock()
	f.ended = true
	f.changed.Broadcast()
	f.mu.Unlock()
}

// takePatience is how long may pass before that is finished which a client that keeps to the
// protocol has already seen finished. Only a client that does not can make us wait so long; as long
// as we do, we notice neither its attention nor its leaving.
const takePatience = 30 * time.Second

// until waits for ready, with f.mu held, and at most as long as f's patience. It returns ready's
// last word.
func (f *flow) until(ready func() bool) bool {
	late := false
	if !ready() {
		timer := time.AfterFunc(f.patience, func() {
			f.mu.Lock()
			late = true
			f.changed.Broadcast()
			f.mu.Unlock()
		})
		defer timer.Stop()
	}
	for !ready() && !f.ended && !late {
		f.changed.Wait()
	}
	return ready()
}

// take gives the engine's packets to t, after the engine has answered everything.
func (f *flow) take(t *takeover) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	idle := f.until(f.idle)
	switch {
	case f.ended:
		return errSessionOver
	case !idle:
		return &clientError{"sent a script call while another request was being answered", nil}
	}
	f.taker = t
	return nil
}

// giveBack ends a takeover and returns whether the session is to end.
func (f *flow) giveBack() (last bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.taker != nil {
		close(f.taker.over)
		f.taker = nil
	}
	f.changed.Broadcast()
	return f.draining && f.idle()
}

// wait returns when no call has the engine.
func (f *flow) wait() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	free := f.until(func() bool { return f.taker == nil })
	switch {
	case f.ended:
		return errSessionOver
	case !free:
		return &clientError{"sent a request while a script call was being answered", nil}
	}
	return nil
}

// taken returns the call that has the engine, or nil.
func (f *flow) taken() *takeover {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.taker
}

// takeover is how the goroutine that reads the engine hands packets to a script call: one run at
// a time, which stays valid until the call asks for the next.
type takeover struct {
	runs chan tds.Run  // to the call
	next chan struct{} // from the call: the run has been used
	lost chan struct{} // closed: the engine is gone
	over chan struct{} // closed: the call has ended
	why  error         // set before lost is closed
}

func newTakeover() *takeover {
	return &takeover{runs: make(chan tds.Run), next: make(chan struct{}), lost: make(chan struct{}), over: make(chan struct{})}
}

// give hands a run over and waits until it has been used. False: the call has ended, and the run
// is not its.
func (t *takeover) give(run tds.Run, end <-chan struct{}) bool {
	select {
	case t.runs <- run:
	case <-t.over:
		return false
	case <-end:
		return true
	}
	select {
	case <-t.next:
	case <-t.over:
	case <-end:
	}
	return true
}

// fail says that the engine is gone, and waits for the call's end.
func (t *takeover) fail(why error, end <-chan struct{}) {
	t.why = why
	close(t.lost)
	select {
	case <-t.over:
	case <-end:
	}
}
