package proxy

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"tds-launchpad/tds"
)

// packets cuts a payload into packets of random sizes with random insignificant header fields, as
// a peer might that we know nothing of.
func packets(r *rand.Rand, typ tds.PacketType, status tds.Status, payload []byte) []byte {
	var out []byte
	for {
		n := min(len(payload), 1+r.IntN(5000))
		h := tds.Header{Type: typ, Status: status, Length: uint16(tds.HeaderSize + n), SPID: uint16(r.Uint32()),
			PacketID: byte(r.Uint32()), Window: byte(r.Uint32())}
		if n == len(payload) {
			h.Status |= tds.StatusEOM
		}
		out = append(h.Append(out), payload[:n]...)
		if payload = payload[n:]; len(payload) == 0 {
			return out
		}
	}
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// writeInPieces writes data by calls of random lengths.
func writeInPieces(r *rand.Rand, w io.Writer, data []byte) error {
	for len(data) > 0 {
		n := min(len(data), 1+r.IntN(9000))
		if _, err := w.Write(data[:n]); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// What is not ours passes unchanged, in both directions, however it is cut into packets and
// writes, and whatever its headers say.
func TestForwardingIsTransparent(t *testing.T) {
	const exchanges = 60
	r := rand.New(rand.NewPCG(1, 2))
	type exchange struct{ request, response []byte }
	plan := make([]exchange, exchanges)
	for i := range plan {
		types := []tds.PacketType{tds.PacketSQLBatch, tds.PacketRPC, tds.PacketBulkLoad, tds.PacketTransMgr}
		status := []tds.Status{0, 0, tds.StatusResetConnection, tds.StatusResetConnectionSkipTran, 0x40}
		plan[i] = exchange{
			packets(r, types[i%len(types)], status[r.IntN(len(status))], randomBytes(r, 1+r.IntN(1<<r.IntN(18)))),
			packets(r, tds.PacketReply, 0, randomBytes(r, 1+r.IntN(1<<r.IntN(18)))),
		}
	}
	engineErr := make(chan string, 1)
	e := newEngine(t, func(e *scriptedEngine) {
		e.raw = func(c *engineConn) {
			r := rand.New(rand.NewPCG(3, 4))
			for i, x := range plan {
				got := make([]byte, len(x.request))
				if _, err := io.ReadFull(c.conn, got); err != nil {
					engineErr <- err.Error()
					return
				}
				if !bytes.Equal(got, x.request) {
					engineErr <- "request differs"
					return
				}
				if err := writeInPieces(r, c.conn, plan[i].response); err != nil {
					engineErr <- err.Error()
					return
				}
			}
			engineErr <- ""
		}
	})
	c := open(t, serve(t, plain(e)))
	for i, x := range plan {
		if err := writeInPieces(r, c.conn, x.request); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(x.response))
		if _, err := io.ReadFull(c.conn, got); err != nil {
			t.Fatalf("response %d: %v", i, err)
		}
		if !bytes.Equal(got, x.response) {
			t.Fatalf("response %d differs", i)
		}
	}
	if problem := <-engineErr; problem != "" {
		t.Error("engine: ", problem)
	}
}

// A batch that is too long for memory goes over the disk, an RPC streams; both arrive unchanged.
func TestLongRequestsPassUnchanged(t *testing.T) {
	e := newEngine(t, nil)
	cfg := plain(e)
	cfg.Limits.Reassembly = 20000
	cfg.DataDir = t.TempDir()
	c := open(t, serve(t, cfg))
	r := rand.New(rand.NewPCG(5, 6))
	for _, typ := range []tds.PacketType{tds.PacketSQLBatch, tds.PacketRPC} {
		for _, size := range []int{19000, 20001, 300000} {
			sent := packets(r, typ, 0, randomBytes(r, size))
			if _, err := c.conn.Write(sent); err != nil {
				t.Fatal(err)
			}
			if a := c.response(); a.kinds != "d" {
				t.Fatalf("%v of %d bytes: answer is %+v", typ, size, a)
			}
			seen := e.seen()
			if !bytes.Equal(seen[len(seen)-1].Raw, sent) {
				t.Errorf("%v of %d bytes was changed", typ, size)
			}
		}
	}
}

// A bulk load reaches the engine while the client is still sending it.
func TestBulkLoadStreams(t *testing.T) {
	first := make(chan struct{})
	e := newEngine(t, func(e *scriptedEngine) {
		e.raw = func(c *engineConn) {
			for {
				h, _, err := c.in.Next()
				if err != nil {
					return
				}
				if h.EOM() {
					c.reply(done(0))
					continue
				}
				close(first)
			}
		}
	})
	c := open(t, serve(t, plain(e)))
	h := tds.Header{Type: tds.PacketBulkLoad, Length: 100}
	if _, err := c.conn.Write(append(h.Append(nil), make([]byte, 92)...)); err != nil {
		t.Fatal(err)
	}
	<-first // before the message's end
	h.Status = tds.StatusEOM
	if _, err := c.conn.Write(append(h.Append(nil), make([]byte, 92)...)); err != nil {
		t.Fatal(err)
	}
	if r := c.response(); r.kinds != "d" {
		t.Errorf("answer is %+v", r)
	}
}

// Attention passes in the middle of a response and when the session is idle.
func TestAttentionPasses(t *testing.T) {
	e := newEngine(t, func(e *scriptedEngine) {
		e.raw = func(c *engineConn) {
			for {
				m, err := c.in.ReadMessage(1<<20, nil)
				if err != nil {
					return
				}
				if m.Type == tds.PacketAttention {
					c.reply(done(tds.DoneAttn))
					continue
				}
				// An answer that goes on until an attention comes.
				row := tds.Header{Type: tds.PacketReply, Length: 100}
				if _, err := c.conn.Write(append(row.Append(nil), make([]byte, 92)...)); err != nil {
					return
				}
			}
		}
	})
	c := open(t, serve(t, plain(e)))
	for range 3 {
		c.batch("SELECT something long")
		if h, _, err := c.in.Next(); err != nil || h.EOM() {
			t.Fatalf("%+v, %v", h, err)
		}
		c.attention()
		if h, payload, err := c.in.Next(); err != nil || !h.EOM() || !bytes.Equal(payload, done(tds.DoneAttn)) {
			t.Fatalf("%+v, %v", h, err)
		}
		c.attention()
		if r := c.response(); r.last().Status&tds.DoneAttn == 0 {
			t.Fatalf("answer is %+v", r)
		}
	}
}

// An attention within a request that is held back makes it pass, in the same order.
func TestAttentionInsideOfAHeldRequest(t *testing.T) {
	for _, size := range []int{1000, 30000} { // held in memory, and on disk
		got := make(chan []byte, 1)
		var sent []byte
		e := newEngine(t, func(e *scriptedEngine) {
			e.raw = func(c *engineConn) {
				b := make([]byte, size+2*tds.HeaderSize+tds.HeaderSize)
				_, _ = io.ReadFull(c.conn, b)
				got <- b
				c.reply(done(tds.DoneAttn))
			}
		})
		cfg := plain(e)
		cfg.Limits.Reassembly = 15000
		c := open(t, serve(t, cfg))
		for _, part := range [][]byte{make([]byte, size/2), make([]byte, size-size/2)} {
			h := tds.Header{Type: tds.PacketSQLBatch, Length: uint16(tds.HeaderSize + len(part))}
			sent = append(h.Append(sent), part...)
		}
		h := tds.Header{Type: tds.PacketAttention, Status: tds.StatusEOM, Length: tds.HeaderSize}
		sent = h.Append(sent)
		if _, err := c.conn.Write(sent); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(<-got, sent) {
			t.Error("the engine got something else")
		}
		if r := c.response(); r.last().Status&tds.DoneAttn == 0 {
			t.Errorf("answer is %+v", r)
		}
	}
}

// MARS: after the login everything is carried opaquely, whatever it looks like.
func TestMARSIsCarriedOpaquely(t *testing.T) {
	e := newEngine(t, func(e *scriptedEngine) {
		e.mars = true
		e.raw = func(c *engineConn) { _, _ = io.Copy(c.conn, io.MultiReader(bytes.NewReader(c.in.Buffered()), c.conn)) }
	})
	c := dialProxy(t, serve(t, plain(e)))
	c.prelogin(tds.EncryptNotSup, tds.PreloginOption{Token: tds.PreloginMARS, Data: []byte{1}})
	if !c.answer.MARS() {
		t.Fatal("MARS was not granted")
	}
	c.login(plainLogin())
	if r := c.response(); r.ack == nil {
		t.Fatalf("answer is %+v", r)
	}
	r := rand.New(rand.NewPCG(7, 8))
	sent := append([]byte{tds.SMPID, byte(tds.SMPSyn)}, randomBytes(r, 100000)...)
	go func() { _ = writeInPieces(rand.New(rand.NewPCG(9, 10)), c.conn, sent) }()
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(c.conn, got); err != nil || !bytes.Equal(got, sent) {
		t.Errorf("what came back differs (%v)", err)
	}
}

func TestEngineLost(t *testing.T) {
	t.Run("while it owes an answer", func(t *testing.T) {
		e := newEngine(t, func(e *scriptedEngine) {
			e.handle = func(c *engineConn, _ tds.RawMessage) { _ = c.raw.Close() }
		})
		c := open(t, serve(t, plain(e)))
		c.batch("SELECT 1")
		if r := c.response(); r.number() != errEngineClosed || r.last().Status&tds.DoneSrvError == 0 {
			t.Errorf("answer is %+v", r)
		}
		if r := c.response(); r.err == nil {
			t.Error("the connection stays open")
		}
	})
	t.Run("in the middle of a request", func(t *testing.T) {
		e := newEngine(t, func(e *scriptedEngine) {
			e.raw = func(c *engineConn) {
				_, _, _ = c.in.Next()
				_ = c.raw.(*net.TCPConn).SetLinger(0)
				_ = c.raw.Close()
			}
		})
		proxy := serve(t, plain(e))
		for range 20 {
			c := open(t, proxy)
			h := tds.Header{Type: tds.PacketBulkLoad, Length: 4096}
			packet := append(h.Append(nil), make([]byte, 4088)...)
			for range 50 { // until the client hears of it
				if _, err := c.conn.Write(packet); err != nil {
					break
				}
			}
			if r := c.response(); r.number() != errEngineClosed {
				t.Fatalf("answer is %+v", r)
			}
		}
	})
	t.Run("in the middle of an answer", func(t *testing.T) {
		e := newEngine(t, func(e *scriptedEngine) {
			e.handle = func(c *engineConn, _ tds.RawMessage) {
				h := tds.Header{Type: tds.PacketReply, Length: 20}
				_, _ = c.conn.Write(append(h.Append(nil), make([]byte, 12)...))
				_ = c.raw.Close()
			}
		})
		c := open(t, serve(t, plain(e)))
		c.batch("SELECT 1")
		if r := c.response(); r.err == nil {
			t.Errorf("answer is %+v, want the connection's end", r)
		}
	})
	t.Run("while idle", func(t *testing.T) {
		e := newEngine(t, nil)
		c := open(t, serve(t, plain(e)))
		e.dropAll()
		if r := c.response(); r.err == nil {
			t.Errorf("answer is %+v, want the connection's end", r)
		}
	})
}

// When the client leaves, the engine's connection ends too.
func TestClientLeaves(t *testing.T) {
	gone := make(chan struct{})
	e := newEngine(t, func(e *scriptedEngine) {
		e.raw = func(c *engineConn) {
			_, _ = io.Copy(io.Discard, c.conn)
			close(gone)
		}
	})
	c := open(t, serve(t, plain(e)))
	_ = c.raw.Close()
	<-gone
}

// A client that does not read holds the engine back, not our memory.
func TestSlowClientHoldsTheEngineBack(t *testing.T) {
	const limit = 64 << 20 // more than all socket buffers on the way
	written := make(chan int, 1)
	e := newEngine(t, func(e *scriptedEngine) {
		e.raw = func(c *engineConn) {
			packet := append(tds.Header{Type: tds.PacketReply, Length: 32000}.Append(nil), make([]byte, 32000-tds.HeaderSize)...)
			total := 0
			for total < limit {
				_ = c.raw.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
				n, err := c.conn.Write(packet)
				total += n
				if err != nil {
					break
				}
			}
			written <- total
		}
	})
	_ = open(t, serve(t, plain(e)))
	if n := <-written; n >= limit {
		t.Errorf("the engine could write %d bytes that nobody read", n)
	}
}

// forwardAllocations is measured on a whole round trip: both directions, decision included.
func TestForwardingAllocatesNothing(t *testing.T) {
	e := newEngine(t, func(e *scriptedEngine) {
		e.raw = func(c *engineConn) {
			answer := append(tds.Header{Type: tds.PacketReply, Status: tds.StatusEOM, Length: 21}.Append(nil), done(0)...)
			b := make([]byte, 64<<10)
			for {
				if _, err := c.conn.Read(b); err != nil {
					return
				}
				if _, err := c.conn.Write(answer); err != nil {
					return
				}
			}
		}
	})
	c := open(t, serve(t, plain(e)))
	batch := tds.SQLBatch{Headers: tds.TransactionHeaders(0), Text: tds.AppendUTF16(nil, "SELECT name FROM sys.objects WHERE object_id = 1")}
	payload, err := batch.Append(nil, tds.RequestFormat{})
	if err != nil {
		t.Fatal(err)
	}
	nvarchar := tds.NVarChar(4000, tds.DefaultCollation)
	rpc := tds.RPCRequest{Headers: tds.TransactionHeaders(0), Calls: []tds.RPCCall{{ProcID: tds.ProcExecuteSQL, Params: []tds.RPCParam{
		{Type: nvarchar, Value: tds.AppendUTF16(nil, "SELECT @p1")}, {Type: nvarchar, Value: tds.AppendUTF16(nil, "@p1 int")},
		{Name: "@p1", Type: tds.Int(4), Value: []byte{1, 0, 0, 0}}}}}}
	rpcPayload, err := rpc.Append(nil, tds.RequestFormat{})
	if err != nil {
		t.Fatal(err)
	}
	for name, message := range map[string][]byte{
		"batch":      packets(rand.New(rand.NewPCG(1, 1)), tds.PacketSQLBatch, 0, payload),
		"RPC":        packets(rand.New(rand.NewPCG(1, 1)), tds.PacketRPC, 0, rpcPayload),
		"long batch": packets(rand.New(rand.NewPCG(1, 1)), tds.PacketSQLBatch, 0, append(bytes.Clone(payload), make([]byte, 3000)...)),
	} {
		answer := make([]byte, 21)
		roundTrip := func() {
			if _, err := c.conn.Write(message); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(c.conn, answer); err != nil {
				t.Fatal(err)
			}
		}
		for range 10 {
			roundTrip()
		}
		if n := testing.AllocsPerRun(200, roundTrip); n >= 1 {
			t.Errorf("%s: %.1f allocations per round trip", name, n)
		}
	}
}
