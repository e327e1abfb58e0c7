package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"tds-launchpad/engine/store"
	"tds-launchpad/tds"
)

const (
	// loginTimeout ends connections that don't log in: a development engine needs
	// no more patience than SQL Server's drivers have by default (15 s).
	loginTimeout = 30 * time.Second
	// maxRequest bounds a batch or RPC held in memory: large enough for the
	// parameters that tests send, small against the machines this runs on.
	maxRequest = 128 << 20
)

// connection is one client from accept to close.
type connection struct {
	server  *Server
	conn    net.Conn // with TLS on top, where there is
	packets *tds.PacketReader
	out     *tds.PacketWriter
	version tds.Version
	spid    uint16

	session  *store.Session
	prepared map[int32]*statement
	handles  int32 // last handle given
	bulk     *store.Bulk
	release  context.CancelFunc // of the bulk load's context

	mu        sync.Mutex
	queued    bool               // a request was handed over that is not under way yet
	running   context.CancelFunc // of the request under way, else nil
	attention bool               // the request under way was cancelled by its client
}

func newConnection(s *Server, conn net.Conn, spid uint16) *connection {
	out := tds.NewPacketWriter(conn, tds.DefaultPacketSize)
	out.SetSPID(spid)
	return &connection{server: s, conn: conn, spid: spid, out: out,
		packets: tds.NewPacketReader(conn, 0), prepared: map[int32]*statement{}}
}

func (c *connection) serve(ctx context.Context) error {
	if err := c.conn.SetDeadline(time.Now().Add(loginTimeout)); err != nil {
		return err
	}
	if err := c.prelogin(); err != nil {
		return fmt.Errorf("prelogin: %w", err)
	}
	if err := c.login(); err != nil {
		return fmt.Errorf("login: %w", err)
	}
	defer func() {
		c.dropBulk() // which holds the session until it ends
		c.session.Close()
	}()
	if err := c.conn.SetDeadline(time.Time{}); err != nil {
		return err
	}
	return c.requests(ctx)
}

// request is one message of the client. A bulk load is read as it comes.
type request struct {
	header  tds.Header
	data    []byte
	body    *tds.MessageReader
	ignored bool // its sender took it back with its last packet
}

// requests executes one request after another, while a second goroutine reads
// ahead: an attention must be seen during a request.
func (c *connection) requests(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	incoming := make(chan request)
	consumed := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(incoming)
		cancel(c.read(ctx, incoming, consumed))
		// An answer that nobody takes would keep the request waiting for ever.
		c.conn.Close()
	}()
	defer func() {
		cancel(net.ErrClosed)
		c.conn.Close()
		for range incoming { // lets the reader see the cancelled context
		}
		<-done
	}()
	for r := range incoming {
		if err := c.execute(ctx, r); err != nil {
			return err
		}
		if r.body != nil {
			if err := r.body.Discard(); err != nil {
				return err
			}
			select {
			case consumed <- struct{}{}:
			case <-ctx.Done():
			}
		}
	}
	if err := context.Cause(ctx); !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// read hands over requests until the connection ends; the error says why.
func (c *connection) read(ctx context.Context, incoming chan<- request, consumed <-chan struct{}) error {
	messages := tds.NewMessageReader(c.packets)
	for {
		h, err := messages.Next()
		if err != nil {
			return err
		}
		r := request{header: h}
		switch h.Type {
		case tds.PacketBulkLoad:
			r.body = messages
		default:
			if r.data, err = readAll(messages); err != nil {
				return err
			}
			r.ignored = messages.Ignored()
		}
		if h.Type == tds.PacketAttention && c.interrupt() {
			continue // acknowledged at the end of the request under way
		}
		c.queue(h.Type != tds.PacketAttention)
		select {
		case incoming <- r:
		case <-ctx.Done():
			return ctx.Err()
		}
		if r.body != nil {
			select {
			case <-consumed:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
}

func readAll(m *tds.MessageReader) ([]byte, error) {
	var data []byte
	for {
		chunk, err := m.Chunk()
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		if len(data)+len(chunk) > maxRequest {
			return nil, &tds.MessageTooLongError{Type: m.Header().Type, Limit: maxRequest}
		}
		data = append(data, chunk...)
	}
}

// queue notes that a request is about to be handed over: an attention that comes
// before its execution has begun is meant for it.
func (c *connection) queue(request bool) {
	c.mu.Lock()
	c.queued = request
	c.mu.Unlock()
}

// interrupt cancels the request under way, or about to be, if there is one.
func (c *connection) interrupt() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.running != nil:
		c.running()
	case !c.queued:
		return false
	}
	c.attention = true
	return true
}

// begin marks the request that was handed over as under way.
func (c *connection) begin(ctx context.Context) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running, c.queued = cancel, false
	if c.attention {
		cancel()
	}
	return ctx
}

// end marks it as done and tells whether an attention asked for its end. From
// here on an attention gets a response of its own.
func (c *connection) end() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running()
	c.running = nil
	attention := c.attention
	c.attention = false
	return attention
}
