package proxy

import (
	"encoding/binary"
	"errors"
	"io"

	"tds-launchpad/tds"
)

// Sizes of the buffer for the engine's answers: an idle session keeps the small one, one that
// receives fast moves much with one call.
const (
	minResponseBuffer = 4 << 10
	maxResponseBuffer = 64 << 10
)

// responseRelay passes the engine's answers on: what one read has brought goes out with one write,
// whole packets or not. Nothing is looked at but packet headers.
type responseRelay struct {
	*session
	buf    []byte
	ahead  []byte // read, but meant for the packet reader of a script call
	packet packetTracker
}

func (r *responseRelay) run() (err error) {
	defer r.survive(&err)
	r.buf = make([]byte, minResponseBuffer)
	// What came together with the login's answer comes first.
	r.ahead = append(r.ahead, r.engine.in.Buffered()...)
	r.engine.in.Reset(r)
	for {
		var err error
		if r.flow.taken() != nil || len(r.ahead) > 0 || len(r.engine.in.Buffered()) > 0 {
			err = r.packets()
		} else {
			err = r.bytes()
		}
		if err != nil {
			return err
		}
	}
}

// Read is what the packet reader reads.
func (r *responseRelay) Read(p []byte) (int, error) {
	if len(r.ahead) > 0 {
		n := copy(p, r.ahead)
		r.ahead = r.ahead[n:]
		return n, nil
	}
	return r.engine.conn.Read(p)
}

// bytes forwards what the next read brings, unless a script call has taken the engine over in the
// meantime: then it is the call's.
func (r *responseRelay) bytes() error {
	n, err := r.engine.conn.Read(r.buf)
	if n > 0 {
		if r.flow.taken() != nil {
			r.ahead = append(r.ahead[:0], r.buf[:n]...)
		} else if err := r.forward(r.buf[:n]); err != nil {
			return err
		}
		if n == len(r.buf) && n < maxResponseBuffer {
			r.buf = make([]byte, 2*n)
		}
	}
	if err != nil {
		return r.engineLost(err)
	}
	return nil
}

// packets gives the next packets to the script call that has the engine, or forwards them if it
// has ended.
func (r *responseRelay) packets() error {
	run, err := r.engine.in.NextRun()
	if err != nil {
		return r.engineLost(err)
	}
	if t := r.flow.taken(); t != nil && t.give(run, r.ctx.Done()) {
		return nil
	}
	return r.forward(run.Raw)
}

// forward writes a piece of an answer to the client.
func (r *responseRelay) forward(p []byte) error {
	last, err := r.flow.answered(&r.packet, p)
	if err != nil {
		return err
	}
	if _, err := r.client.conn.Write(p); err != nil {
		return &clientError{"writing", err}
	}
	if last {
		return errDrained
	}
	return nil
}

var errDrained = errors.New("shutting down")

// engineLost tells the client that the engine is gone, if it is waiting for an answer that has
// not begun: then an error is an answer. In all other cases the end of its own connection is.
func (s *session) engineLost(err error) error {
	if errors.Is(err, io.EOF) {
		err = errors.New("the engine closed the connection")
	}
	if s.isClosed() {
		return err
	}
	if t := s.flow.taken(); t != nil {
		t.fail(err, s.ctx.Done())
		return err
	}
	if s.flow.owing() {
		s.answerError(newError(errEngineClosed, "the connection to the engine is lost: %v.", err))
	}
	return err
}

// packetTracker follows packet headers through a stream that comes in pieces of any size.
type packetTracker struct {
	head [tds.HeaderSize]byte
	got  int  // bytes of head that are there
	left int  // bytes of the packet's payload still to come
	eom  bool // the packet is the last of its message
}

// errEngineHeader ends a session whose engine does not send TDS packets.
var errEngineHeader = errors.New("engine: packet header with a length below 8")

// next takes the next piece of p that belongs to one packet's header or payload, and returns the
// payload in it, the rest of p, and whether a message ends behind it.
func (t *packetTracker) next(p []byte) (payload, rest []byte, end bool, err error) {
	if t.got < tds.HeaderSize {
		n := copy(t.head[t.got:], p)
		t.got += n
		if p = p[n:]; t.got < tds.HeaderSize {
			return nil, p, false, nil
		}
		length := int(binary.BigEndian.Uint16(t.head[2:]))
		if length < tds.HeaderSize {
			return nil, nil, false, errEngineHeader
		}
		t.left, t.eom = length-tds.HeaderSize, tds.Status(t.head[1])&tds.StatusEOM != 0
	}
	n := min(t.left, len(p))
	t.left -= n
	if t.left == 0 {
		t.got, end = 0, t.eom
	}
	return p[:n], p[n:], end, nil
}
