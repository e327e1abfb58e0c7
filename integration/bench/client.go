package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"tds-launchpad/tds"
)

// client is the load: it sends packets made beforehand and reads packets, nothing
// more, so that it is not what is measured.
type client struct {
	conn net.Conn
	in   *tds.PacketReader
	out  *tds.PacketWriter
}

// loginTimeout is far above a healthy login's time.
const loginTimeout = 20 * time.Second

var plainFormat = tds.TokenFormat{Version: tds.V74}

// dial connects and logs in. secure is TLS from the first byte on (TDS 8.0), which
// is the form that a TCP proxy can terminate.
func dial(ctx context.Context, address string, secure bool, packetSize int) (*client, error) {
	return dialAs(ctx, address, "bench", "bench", secure, packetSize)
}

// dialAs is dial with a login that an engine knows.
func dialAs(ctx context.Context, address, user, password string, secure bool, packetSize int) (*client, error) {
	conn, err := (&net.Dialer{Timeout: loginTimeout}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if secure {
		// Who answers is not in question on this machine's loopback.
		conn = tls.Client(conn, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"tds/8.0"}})
	}
	c := &client{conn: conn, in: tds.NewPacketReader(conn, 0), out: tds.NewPacketWriter(conn, tds.DefaultPacketSize)}
	_ = conn.SetDeadline(time.Now().Add(loginTimeout))
	if err := c.login(user, password, secure, packetSize); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("logging in at %s: %w", address, err)
	}
	_ = conn.SetDeadline(time.Time{})
	return c, nil
}

func (c *client) login(user, password string, secure bool, packetSize int) error {
	var p tds.Prelogin
	p.SetVersion(tds.ProductVersion{Major: 16})
	p.SetEncryption(tds.EncryptNotSup)
	p.Set(tds.PreloginMARS, []byte{0})
	payload, err := p.Append(nil)
	if err != nil {
		return err
	}
	if err := c.out.WriteMessage(tds.PacketPrelogin, 0, payload); err != nil {
		return err
	}
	if _, err := c.in.ReadMessage(tds.MaxPreloginSize, nil); err != nil {
		return err
	}
	l := tds.Login7{TDSVersion: tds.V74, PacketSize: uint32(packetSize), HostName: "bench", UserName: user,
		Password: password, AppName: "bench", ServerName: "source", CltIntName: "bench"}
	if secure {
		l.TDSVersion = tds.V80
	}
	if payload, err = l.Append(nil); err != nil {
		return err
	}
	if err := c.out.WriteMessage(tds.PacketLogin7, 0, payload); err != nil {
		return err
	}
	answer, err := c.read()
	if err == nil && !answer.loggedIn {
		err = errors.New("the answer has no LOGINACK")
	}
	c.out.SetPacketSize(packetSize)
	return err
}

// request makes the packets of a batch.
func request(text string, packetSize int) ([]byte, error) {
	batch := tds.SQLBatch{Headers: tds.TransactionHeaders(0), Text: tds.AppendUTF16(nil, text)}
	payload, err := batch.Append(nil, tds.RequestFormat{Version: tds.V74})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = tds.NewPacketWriter(&out, packetSize).WriteMessage(tds.PacketSQLBatch, 0, payload)
	return out.Bytes(), err
}

// roundTrip sends a request and passes over its answer, of which it returns the
// length in bytes.
func (c *client) roundTrip(request []byte) (int64, error) {
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	for n := int64(0); ; {
		run, err := c.in.NextRun()
		if err != nil {
			return n, err
		}
		n += int64(len(run.Raw))
		if run.Last.EOM() {
			return n, nil
		}
	}
}

// answer is what matters of an answer's tokens.
type answer struct {
	rows      int64
	first     []any    // the values of the first row
	messages  []string // INFO
	loggedIn  bool
	cancelled bool // the DONE that acknowledges an attention
}

// query sends a batch and reads its answer's tokens. An ERROR is an error.
func (c *client) query(text string) (answer, error) {
	if err := c.send(text); err != nil {
		return answer{}, err
	}
	return c.read()
}

func (c *client) send(text string) error {
	packets, err := request(text, c.out.PacketSize())
	if err != nil {
		return err
	}
	return c.out.WriteRaw(packets)
}

// attention asks for the running request to end.
func (c *client) attention() error { return c.out.WriteMessage(tds.PacketAttention, 0, nil) }

// readAcknowledgement reads up to the acknowledgement of an attention: in the
// cancelled request's answer or in one of its own behind it (MS-TDS 2.2.1.7).
func (c *client) readAcknowledgement() error {
	for {
		if a, err := c.read(); err != nil || a.cancelled {
			return err
		}
	}
}

// read reads one answer.
func (c *client) read() (answer, error) {
	var a answer
	var failed []error
	m := tds.NewMessageReader(c.in)
	if _, err := m.Next(); err != nil {
		return a, err
	}
	tokens := tds.NewTokenReader(m, tds.TokenReaderOptions{TokenFormat: plainFormat})
	for {
		token, err := tokens.Next()
		if err == io.EOF {
			return a, errors.Join(failed...)
		}
		if err != nil {
			return a, err
		}
		switch t := token.(type) {
		case *tds.Row:
			if a.first == nil {
				if a.first, err = values(tokens.Columns(), t); err != nil {
					return a, err
				}
			}
			n, err := tokens.CopyRows(io.Discard)
			if err != nil {
				return a, err
			}
			a.rows += n + 1
		case *tds.LoginAck:
			a.loggedIn = true
		case *tds.Done:
			a.cancelled = a.cancelled || t.Status&tds.DoneAttn != 0
		case *tds.ServerMessage:
			if t.IsError {
				failed = append(failed, fmt.Errorf("error %d: %s", t.Number, t.Text))
			} else {
				a.messages = append(a.messages, t.Text)
			}
		}
	}
}

func values(columns []tds.Column, row *tds.Row) ([]any, error) {
	out := make([]any, len(columns))
	for i := range columns {
		if row.Values[i] == nil {
			continue
		}
		var err error
		if out[i], err = columns[i].Type.Decode(row.Values[i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *client) close() { _ = c.conn.Close() }
