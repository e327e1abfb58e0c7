package proxy

import (
	"errors"
	"io"
	"time"

	"tds-launchpad/tds"
)

// errClientLeft is the ordinary end of a session.
var errClientLeft = errors.New("client left")

// forward runs both directions until one of them ends, then ends the other.
func (s *session) forward() error {
	s.flow.version = s.format.Version
	defer s.calls.Wait()
	responses := make(chan error, 1)
	go func() {
		err := (&responseRelay{session: s}).run()
		responses <- err
		s.close("") // wakes relayRequests
	}()
	requests := (&requestRelay{session: s}).run()
	var broken *engineError
	if errors.As(requests, &broken) {
		// The reading side finds out too, and tells the client.
		select {
		case err := <-responses:
			s.close("")
			return err
		case <-time.After(lingerTime):
		}
	}
	if errors.Is(requests, errClientLeft) || !s.isClosed() {
		// The client has ended it. What the engine still has to say has no reader.
		s.close("")
		<-responses
		return requests
	}
	s.close("")
	return <-responses
}

func (s *session) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// answerError answers a request by an error that ends the session.
func (s *session) answerError(e *productError) {
	out := s.appendMessage(nil, e.message(classConnection, 0))
	done := tds.Done{Token: tds.TokenDone, Status: tds.DoneError | tds.DoneSrvError}
	if s.client.out.WriteMessage(tds.PacketReply, 0, done.Append(out, s.format.Version)) == nil {
		s.client.closeGently()
	}
}

// carryOpaquely passes everything on without a look: the multiplexed sessions of MARS (MC-SMP).
func (s *session) carryOpaquely() error {
	back := make(chan error, 1)
	go func() {
		err := carry(s.client, s.engine)
		back <- err
		s.close("")
	}()
	err := carry(s.engine, s.client)
	s.close("")
	if other := <-back; err == nil {
		err = other
	}
	return err
}

// carry copies what was read already, and then all that comes.
func carry(to, from *leg) error {
	conn := to.conn
	if packets, ok := conn.(recordPerPacket); ok {
		conn = packets.Conn // what goes here has other borders
	}
	if ahead := from.in.Buffered(); len(ahead) > 0 {
		if _, err := conn.Write(ahead); err != nil {
			return err
		}
	}
	_, err := io.Copy(conn, from.conn)
	return err
}
