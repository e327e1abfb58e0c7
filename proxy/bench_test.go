package proxy

import (
	"io"
	"math/rand/v2"
	"net"
	"testing"

	"github.com/rs/zerolog"

	"tds-launchpad/tds"
)

// benchEngine answers each request by a message of size bytes of payload in packets of
// packetSize.
func benchEngine(b *testing.B, size, packetSize int) string {
	b.Helper()
	e := &scriptedEngine{encryption: tds.EncryptNotSup}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = listener.Close() })
	var answer []byte
	for left := size; left > 0; {
		n := min(left, packetSize-tds.HeaderSize)
		left -= n
		h := tds.Header{Type: tds.PacketReply, Length: uint16(tds.HeaderSize + n)}
		if left == 0 {
			h.Status = tds.StatusEOM
		}
		answer = append(h.Append(answer), make([]byte, n)...)
	}
	e.raw = func(c *engineConn) {
		buf := make([]byte, 64<<10)
		for {
			if _, err := c.conn.Read(buf); err != nil {
				return
			}
			if _, err := c.conn.Write(answer); err != nil {
				return
			}
		}
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go e.serve(conn)
		}
	}()
	return listener.Addr().String()
}

// benchClient logs in at address.
func benchClient(b *testing.B, address string) net.Conn {
	b.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = conn.Close() })
	in := tds.NewPacketReader(conn, 0)
	for _, message := range [][]byte{preloginBytes(b), loginBytes(b)} {
		if _, err := conn.Write(message); err != nil {
			b.Fatal(err)
		}
		if _, err := in.ReadMessage(1<<20, nil); err != nil {
			b.Fatal(err)
		}
	}
	return conn
}

func benchProxy(b *testing.B, engine string) string {
	b.Helper()
	server, err := New(Config{Engine: engine, EngineEncryption: EngineEncryptOff, ClientEncryption: ClientEncryptOff, Logger: zerolog.Nop()})
	if err != nil {
		b.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = server.Serve(b.Context(), listener) }()
	return listener.Addr().String()
}

// BenchmarkForward measures round trips and throughput, directly and through the proxy: read the
// ratio.
func BenchmarkForward(b *testing.B) {
	batch := tds.SQLBatch{Headers: tds.TransactionHeaders(0), Text: tds.AppendUTF16(nil, "SELECT name FROM sys.objects WHERE object_id = 1")}
	payload, err := batch.Append(nil, tds.RequestFormat{})
	if err != nil {
		b.Fatal(err)
	}
	request := smallPackets(rand.New(rand.NewPCG(1, 1)), tds.PacketSQLBatch, payload, 4000)
	for _, shape := range []struct {
		name             string
		size, packetSize int
	}{{"roundtrip", 100, 4096}, {"1MB-4K", 1 << 20, 4096}, {"1MB-32K", 1 << 20, 32767}} {
		engine := benchEngine(b, shape.size, shape.packetSize)
		for name, address := range map[string]string{"direct": engine, "proxy": benchProxy(b, engine)} {
			b.Run(shape.name+"/"+name, func(b *testing.B) {
				conn := benchClient(b, address)
				packets := (shape.size + shape.packetSize - tds.HeaderSize - 1) / (shape.packetSize - tds.HeaderSize)
				answer := make([]byte, shape.size+packets*tds.HeaderSize)
				b.SetBytes(int64(len(answer)))
				b.ReportAllocs()
				for b.Loop() {
					if _, err := conn.Write(request); err != nil {
						b.Fatal(err)
					}
					if _, err := io.ReadFull(conn, answer); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkDecision measures "not ours" for a batch of 1 KB and for an sp_executesql.
func BenchmarkDecision(b *testing.B) {
	text := "SELECT a.name, b.value FROM sys.objects AS a JOIN dbo.some_table AS b ON a.object_id = b.id WHERE b.value > 17 AND a.name LIKE N'x%' "
	for len(text) < 500 {
		text += text
	}
	text = text[:500]
	r := &requestRelay{session: &session{}}
	batch := tds.SQLBatch{Headers: tds.TransactionHeaders(0), Text: tds.AppendUTF16(nil, text)}
	payload, err := batch.Append(nil, tds.RequestFormat{})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("batch", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r.detectBatch(payload) != nil {
				b.Fatal("ours")
			}
		}
	})
	rpc := tds.RPCRequest{Headers: tds.TransactionHeaders(0), Calls: []tds.RPCCall{{ProcID: tds.ProcExecuteSQL, Params: []tds.RPCParam{
		nvarchar(text), nvarchar("@p1 int"), named("@p1", integer(1))}}}}
	if payload, err = rpc.Append(nil, tds.RequestFormat{}); err != nil {
		b.Fatal(err)
	}
	b.Run("RPC", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r.detectRPC(payload) != nil {
				b.Fatal("ours")
			}
		}
	})
}
