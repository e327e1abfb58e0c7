package engine

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"tds-launchpad/tds"
)

// eventually polls; it fails after a time no healthy run comes near.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("waited in vain for %s", what)
}

const acknowledged = "done attention"

func TestAttentionDuringARequest(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	c.send(tds.PacketSQLBatch, 0, c.batchPayload("SELECT 1 AS a; WAITFOR DELAY '01:00:00'"))
	c.attention()
	if r := c.reply(); !strings.HasSuffix(r.tokens, "done error") {
		t.Errorf("the request's answer: %s", r.tokens)
	}
	want(t, c.reply(), acknowledged)
	want(t, c.batch("SELECT 2 AS a"), "columns, row, done count=1")
}

// An attention in the same segment as its request must not get lost between the
// goroutine that reads and the one that executes.
func TestAttentionRightBehindItsRequest(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	payload := c.batchPayload("WAITFOR DELAY '01:00:00'")
	h := tds.Header{Type: tds.PacketSQLBatch, Status: tds.StatusEOM, Length: uint16(tds.HeaderSize + len(payload))}
	segment := append(append(h.Append(nil), payload...), attention...)
	for range 100 {
		if _, err := c.conn.Write(segment); err != nil {
			t.Fatal(err)
		}
		want(t, c.reply(), "done error")
		want(t, c.reply(), acknowledged)
	}
}

func TestAttentionWithoutARequest(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	for range 3 {
		c.attention()
		want(t, c.reply(), acknowledged)
	}
	want(t, c.batch("SELECT 2 AS a"), "columns, row, done count=1")
}

// manyRows is a result too large for the buffers between engine and client.
const manyRows = "WITH d AS (SELECT v FROM (VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10)) AS t(v)) " +
	"SELECT REPLICATE('x', 1000) AS x FROM d a, d b, d c, d d, d e, d f"

func TestAttentionWhileRowsAreSent(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	c.send(tds.PacketSQLBatch, 0, c.batchPayload(manyRows))
	if _, _, err := c.in.Next(); err != nil {
		t.Fatal(err)
	}
	c.attention()
	packets := 0
	for ends := 0; ends < 2; packets++ { // the interrupted answer, then the acknowledgement
		h, _, err := c.in.Next()
		if err != nil {
			t.Fatal(err)
		}
		if h.EOM() {
			ends++
		}
	}
	if packets > 100_000 {
		t.Errorf("%d packets came: the whole result", packets)
	}
	want(t, c.batch("SELECT 2 AS a"), "columns, row, done count=1")
}

// A client that takes no rows and then leaves keeps nothing of the engine.
func TestClientThatStopsReadingAndLeaves(t *testing.T) {
	s, address := openServer(t)
	c, _ := dialIn(t, address, tds.V74)
	c.send(tds.PacketSQLBatch, 0, c.batchPayload(manyRows))
	if _, _, err := c.in.Next(); err != nil {
		t.Fatal(err)
	}
	if err := c.conn.(*net.TCPConn).CloseWrite(); err != nil { // and neither reads nor closes
		t.Fatal(err)
	}
	eventually(t, "the connection's end", func() bool { return connections(s) == 0 })
}

func connections(s *Server) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// A request that its sender takes back with its last packet is answered by a DONE
// with an error, and not carried out (MS-TDS 2.2.1.7).
func TestRequestTakenBack(t *testing.T) {
	_, address := open(t)
	c, _ := dialIn(t, address, tds.V74)
	want(t, c.batch("CREATE TABLE t (a int)"), "done")
	c.send(tds.PacketSQLBatch, tds.StatusIgnore, c.batchPayload("INSERT t VALUES (1)"))
	want(t, c.reply(), "done error")

	want(t, c.batch("INSERT BULK t (a int)"), "done")
	c.send(tds.PacketBulkLoad, tds.StatusIgnore, bulkRows(t, 3))
	want(t, c.reply(), "done error")
	want(t, c.batch("SELECT a FROM t"), "columns, done count=0")
}

// bulkRows is a bulk load of one int column.
func bulkRows(t *testing.T, rows int) []byte {
	t.Helper()
	format := tds.TokenFormat{Version: tds.V74, BulkLoad: true}
	columns := []tds.Column{{Name: "a", Type: tds.Int(4), Flags: tds.ColumnNullable}}
	out, err := (&tds.ColMetadata{Columns: columns}).Append(nil, format)
	for i := range rows {
		if err == nil {
			out, err = tds.AppendRow(out, columns, [][]byte{{byte(i), 0, 0, 0}})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	done := tds.Done{Token: tds.TokenDone}
	return done.Append(out, tds.V74)
}

// Whatever becomes of a bulk load, neither its session nor other writers wait for it.
func TestBulkLoadsThatEndOtherwise(t *testing.T) {
	_, address := open(t)
	other, _ := dialIn(t, address, tds.V74)
	want(t, other.batch("CREATE TABLE t (a int NOT NULL CHECK (a < 2))"), "done")
	for name, tt := range map[string]struct {
		next func(c *rawClient) reply
		want string
	}{
		"rows":    {func(c *rawClient) reply { c.send(tds.PacketBulkLoad, 0, bulkRows(c.t, 2)); return c.reply() }, "done count=2"},
		"refused": {func(c *rawClient) reply { c.send(tds.PacketBulkLoad, 0, bulkRows(c.t, 9)); return c.reply() }, "error 547, done error"},
		"malformed": {func(c *rawClient) reply {
			c.send(tds.PacketBulkLoad, 0, bytes.Repeat([]byte{0x81, 0xEE}, 3000))
			return c.reply()
		}, "error 4002, done error severe"},
		"a batch instead": {func(c *rawClient) reply { return c.batch("SELECT 1 AS a") }, "columns, row, done count=1"},
		"another load":    {func(c *rawClient) reply { return c.batch("INSERT BULK t (a int)") }, "done"},
		"reset":           {func(c *rawClient) reply { return c.batchStatus("SELECT 1 AS a", tds.StatusResetConnection) }, "env 18, columns, row, done count=1"},
		"attention":       {func(c *rawClient) reply { c.attention(); return c.reply() }, acknowledged},
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := dialIn(t, address, tds.V74)
			want(t, c.batch("INSERT BULK t (a int)"), "done")
			want(t, tt.next(c), tt.want)
			_ = c.conn.Close()
			other.t = t
			want(t, other.batch("INSERT t VALUES (-1); DELETE t WHERE a = -1"), "done more count=1, done count=1")
			_ = other.batch("DELETE t")
		})
	}
	c, _ := dialIn(t, address, tds.V74)
	c.send(tds.PacketBulkLoad, 0, bulkRows(t, 1))
	want(t, c.reply(), "error 4002, done error")
	want(t, c.batch("SELECT a FROM t"), "columns, done count=0")
}

// Bytes that are not what should come end their connection, and no other's.
func TestBadInput(t *testing.T) {
	s, address := openServer(t)
	bystander, _ := dialIn(t, address, tds.V74)
	packet := func(typ tds.PacketType, payload ...byte) []byte {
		h := tds.Header{Type: typ, Status: tds.StatusEOM, Length: uint16(tds.HeaderSize + len(payload))}
		return append(h.Append(nil), payload...)
	}
	for name, first := range map[string][]byte{
		"nothing":              {},
		"HTTP":                 []byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
		"TLS without a server": {0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0},
		"zeros":                make([]byte, 4096),
		"length below header":  {0x12, 1, 0, 7, 0, 0, 1, 0},
		"empty PRELOGIN":       packet(tds.PacketPrelogin),
		"lying option":         packet(tds.PacketPrelogin, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF),
		"no terminator":        packet(tds.PacketPrelogin, 0, 0, 5, 0, 6),
		"batch first":          packet(tds.PacketSQLBatch, 1, 2, 3),
		"login first":          packet(tds.PacketLogin7, make([]byte, 94)...),
		"endless PRELOGIN": bytes.Repeat(append(tds.Header{Type: tds.PacketPrelogin, Length: 1024}.Append(nil),
			make([]byte, 1024-tds.HeaderSize)...), 100),
	} {
		t.Run("first/"+strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			c := dial(t, address)
			_, _ = c.conn.Write(first)
			_ = c.conn.(*net.TCPConn).CloseWrite()
			c.closed()
		})
	}
	lying := make([]byte, 94)
	for i := range lying {
		lying[i] = 0xFF
	}
	for name, message := range map[string][]byte{
		"lying offsets": packet(tds.PacketLogin7, lying...),
		"too short":     packet(tds.PacketLogin7, 1, 2, 3),
		"not a login":   packet(tds.PacketSQLBatch, 1, 2, 3),
		"endless": bytes.Repeat(append(tds.Header{Type: tds.PacketLogin7, Length: 4096}.Append(nil),
			make([]byte, 4096-tds.HeaderSize)...), 50),
	} {
		t.Run("login/"+strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			c := dial(t, address)
			c.prelogin()
			_, _ = c.conn.Write(message)
			c.closed()
		})
	}
	for name, tt := range map[string]struct {
		typ     tds.PacketType
		payload []byte
		tokens  string // "" if nothing is answered
	}{
		"batch without headers": {tds.PacketSQLBatch, []byte{0xFF, 0xFF, 0xFF, 0xFF, 1}, "error 4002, done error severe"},
		"empty batch":           {tds.PacketSQLBatch, nil, "error 4002, done error severe"},
		"lying RPC":             {tds.PacketRPC, append(headers(t), 0xFF, 0xFF, 10, 0, 0, 0, 0, 0, 0xE7, 0xFF), "error 4002, done error severe"},
		"lying transaction":     {tds.PacketTransMgr, append(headers(t), 5, 0, 0, 200), "error 4002, done error severe"},
		"distributed":           {tds.PacketTransMgr, append(headers(t), 0, 0, 0, 0), "error 3991, done error"},
		"login again":           {tds.PacketLogin7, make([]byte, 94), "error 59041, done error severe"},
	} {
		t.Run("request/"+strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			c, _ := dialIn(t, address, tds.V74)
			c.send(tt.typ, 0, tt.payload)
			want(t, c.reply(), tt.tokens)
			if strings.Contains(tt.tokens, "severe") {
				c.closed()
			}
		})
	}
	want(t, bystander.batch("SELECT 1 AS a"), "columns, row, done count=1")
	_ = bystander.conn.Close()
	eventually(t, "all connections to end", func() bool { return connections(s) <= 1 }) // that of the distributed one, perhaps
}

func headers(t *testing.T) []byte {
	t.Helper()
	h := tds.TransactionHeaders(0)
	b := tds.SQLBatch{Headers: h}
	out, err := b.Append(nil, tds.RequestFormat{Version: tds.V74})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// FuzzRequest sends one request of any type and bytes: the engine answers with a
// whole message or ends the connection, and lives on.
func FuzzRequest(f *testing.F) {
	f.Add(byte(tds.PacketSQLBatch), []byte("S\x00E\x00L\x00E\x00C\x00T\x00 \x001\x00"))
	f.Add(byte(tds.PacketRPC), []byte{0xFF, 0xFF, 10, 0, 0, 0, 0, 0, 0x26, 4, 4, 1, 0, 0, 0})
	f.Add(byte(tds.PacketRPC), []byte{0xFF, 0xFF, 12, 0, 0, 0})
	f.Add(byte(tds.PacketTransMgr), []byte{5, 0, 0, 0})
	f.Add(byte(tds.PacketBulkLoad), []byte{0x81, 1, 0})
	_, address := open(f)
	f.Fuzz(func(t *testing.T, typ byte, data []byte) {
		if len(data) > 30_000 || bytes.Contains(bytes.ToUpper(data), []byte("W\x00A\x00I\x00T")) {
			t.Skip("longer than a packet, or a WAITFOR")
		}
		c, _ := dialIn(t, address, tds.V74)
		switch tds.PacketType(typ) {
		case tds.PacketSQLBatch, tds.PacketRPC, tds.PacketTransMgr:
			data = append(headers(t), data...)
		case tds.PacketBulkLoad:
			want(t, c.batch("CREATE TABLE #t (a int)"), "done")
			want(t, c.batch("INSERT BULK #t (a int)"), "done")
		case tds.PacketReply, tds.PacketAttention:
			return
		}
		c.send(tds.PacketType(typ), 0, data)
		_ = c.conn.(*net.TCPConn).CloseWrite()
		if _, err := io.Copy(io.Discard, c.conn); err != nil {
			if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
				t.Error("neither an answer nor an end")
			}
		}
	})
}
