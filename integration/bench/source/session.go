package source

import (
	"bytes"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"

	"tds-launchpad/tds"
)

// maxRequest is far above the longest request of the bench, a script call.
const maxRequest = 1 << 20

// session is a connection that has logged in.
type session struct {
	server     *Server
	conn       net.Conn
	in         *tds.PacketReader
	out        *tds.PacketWriter
	version    tds.Version
	packetSize int
	request    []byte // the last request's payload
	reply      []byte // scratch
	writing    *writing

	// The last request that had a small set of rows for an answer: asked again, as
	// in a measurement of round trips, it costs a comparison.
	again       []byte
	againAnswer []byte
}

// writing is a result set on its way.
type writing struct {
	cancelled atomic.Bool
	ended     chan struct{}
	err       error // valid when ended
}

func (c *session) use(conn net.Conn) {
	c.conn = conn
	c.in = tds.NewPacketReader(conn, 0)
	c.out = tds.NewPacketWriter(conn, tds.DefaultPacketSize)
	c.out.SetSPID(spid)
}

// serve answers one request after the other. Rows are written by a goroutine of
// their own, so that an attention is heard; short answers without, so that a round
// trip costs no change of goroutines.
func (c *session) serve() error {
	for {
		m, err := c.in.ReadMessage(maxRequest, c.request[:0])
		if w := c.writing; w != nil {
			if err != nil || m.Type == tds.PacketAttention {
				w.cancelled.Store(true)
			}
			<-w.ended
			c.writing = nil
			if w.err != nil {
				return w.err
			}
		}
		if err != nil {
			return err
		}
		c.request = m.Data
		if err := c.answer(m); err != nil {
			return err
		}
	}
}

// answer begins the answer of one request.
func (c *session) answer(m tds.Message) error {
	switch m.Type {
	case tds.PacketAttention:
		return c.send(c.done(tds.Done{Token: tds.TokenDone, Status: tds.DoneAttn}))
	case tds.PacketSQLBatch:
		if len(c.again) > 0 && bytes.Equal(m.Data, c.again) {
			_, err := c.conn.Write(c.againAnswer)
			return err
		}
		batch, err := tds.ParseSQLBatch(m.Data, tds.RequestFormat{Version: c.version})
		if err != nil {
			return err
		}
		return c.run(batch.String(), false)
	case tds.PacketRPC:
		request, err := tds.ParseRPC(m.Data, tds.RequestFormat{Version: c.version})
		if err != nil {
			return err
		}
		text := ""
		if len(request.Calls) > 0 && len(request.Calls[0].Params) > 0 {
			text = tds.DecodeUTF16(request.Calls[0].Params[0].Value)
		}
		return c.run(text, true)
	}
	return c.send(c.done(tds.Done{Token: tds.TokenDone}))
}

var fromSource = regexp.MustCompile(`(?i)\bFROM\s+source\.(\w+)\((\d+)\)`)

// run answers a statement.
func (c *session) run(text string, rpc bool) error {
	if m := fromSource.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[2])
		if err != nil {
			return err
		}
		set, err := c.server.rows.get(rowKey{strings.ToLower(m[1]), n, c.packetSize, c.version, rpc})
		if err != nil {
			return err
		}
		return c.stream(set)
	}
	if strings.Contains(text, FlowQuery) {
		return c.sendFlow(rpc)
	}
	if items := constants(text); items != nil {
		return c.sendConstants(items, rpc)
	}
	return c.send(c.end(nil, rpc, tds.Done{Token: tds.TokenDone}))
}

// stream writes ready-made packets.
func (c *session) stream(set *rowSet) error {
	if set.small != nil {
		c.again, c.againAnswer = append(c.again[:0], c.request...), set.small
		_, err := c.conn.Write(set.small)
		return err
	}
	w := &writing{ended: make(chan struct{})}
	c.writing = w
	go func() {
		defer close(w.ended)
		pieces := 0
		for packets := range set.packets {
			if w.cancelled.Load() {
				// What has been written ends as a message of its own; the
				// acknowledgement follows when the attention is answered.
				w.err = c.send(c.done(tds.Done{Token: tds.TokenDone, Status: tds.DoneError}))
				return
			}
			if _, w.err = c.conn.Write(packets); w.err != nil {
				return
			}
			if pieces++; pieces == 1+flowPieces { // the first is COLMETADATA
				c.server.flowing.Store(&Flow{Since: Now(), Left: int64(set.left)})
			}
		}
	}()
	return nil
}

// end appends the tokens that end an answer.
func (c *session) end(dst []byte, rpc bool, d tds.Done) []byte {
	return appendEnd(dst, rpc, d, c.version)
}

func appendEnd(dst []byte, rpc bool, d tds.Done, v tds.Version) []byte {
	if !rpc {
		return d.Append(dst, v)
	}
	d.Token, d.Status = tds.TokenDoneInProc, d.Status|tds.DoneMore
	dst = d.Append(dst, v)
	dst = (&tds.ReturnStatus{}).Append(dst)
	return (&tds.Done{Token: tds.TokenDoneProc, CurCmd: tds.CurCmdExecute}).Append(dst, v)
}

func (c *session) done(d tds.Done) []byte {
	c.reply = d.Append(c.reply[:0], c.version)
	return c.reply
}

func (c *session) send(tokens []byte) error {
	return c.out.WriteMessage(tds.PacketReply, 0, tokens)
}
