package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
)

var errConnectionLost = errors.New("connection lost")

// watchingDialer tells when a connection breaks: the driver's message queue,
// which query prints from, says nothing then and would be waited for without end.
type watchingDialer struct {
	net.Dialer
	lost context.CancelCauseFunc
}

func (d *watchingDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d.Dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &watchedConn{Conn: conn, lost: d.lost}, nil
}

type watchedConn struct {
	net.Conn
	lost context.CancelCauseFunc
}

func (c *watchedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	var timeout net.Error
	switch {
	case err == nil, errors.As(err, &timeout) && timeout.Timeout():
	case errors.Is(err, io.EOF):
		c.lost(errConnectionLost)
	default:
		c.lost(fmt.Errorf("%w: %w", errConnectionLost, err))
	}
	return n, err
}
