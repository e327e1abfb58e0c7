package tds

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
)

// packet returns one packet.
func packet(typ PacketType, status Status, payload []byte) []byte {
	h := Header{Type: typ, Status: status, Length: uint16(HeaderSize + len(payload)), SPID: 51}
	return append(h.Append(nil), payload...)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestPacketReaderNext(t *testing.T) {
	stream := join(packet(PacketSQLBatch, 0, []byte("ab")), packet(PacketSQLBatch, StatusEOM, nil),
		packet(PacketAttention, StatusEOM, nil))
	for name, r := range map[string]io.Reader{
		"at once":     bytes.NewReader(stream),
		"bytewise":    iotest.OneByteReader(bytes.NewReader(stream)),
		"with EOF":    iotest.DataErrReader(bytes.NewReader(stream)),
		"half a read": iotest.HalfReader(bytes.NewReader(stream)),
	} {
		t.Run(name, func(t *testing.T) {
			pr := NewPacketReader(r, 0)
			h, p, err := pr.Next()
			if err != nil || h.Type != PacketSQLBatch || h.EOM() || h.SPID != 51 || string(p) != "ab" {
				t.Fatalf("%+v %q %v", h, p, err)
			}
			h, p, err = pr.Next()
			if err != nil || !h.EOM() || len(p) != 0 {
				t.Fatalf("%+v %q %v", h, p, err)
			}
			h, raw, err := pr.NextRaw()
			if err != nil || h.Type != PacketAttention || len(raw) != HeaderSize {
				t.Fatalf("%+v %q %v", h, raw, err)
			}
			for range 2 {
				if _, _, err = pr.Next(); err != io.EOF {
					t.Fatalf("at the end: %v", err)
				}
			}
		})
	}
}

func TestPacketReaderErrors(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name string
		in   io.Reader
		max  int
		want error
	}{
		{"nothing", bytes.NewReader(nil), 0, io.EOF},
		{"half a header", bytes.NewReader([]byte{1, 1, 0}), 0, io.ErrUnexpectedEOF},
		{"half a payload", bytes.NewReader(packet(1, 1, []byte("abc"))[:10]), 0, io.ErrUnexpectedEOF},
		{"Length 7", bytes.NewReader([]byte{1, 1, 0, 7, 0, 0, 0, 0}), 0, ErrMalformed},
		{"Length 0", bytes.NewReader(make([]byte, 8)), 0, ErrMalformed},
		{"above the maximum", bytes.NewReader([]byte{1, 1, 0x10, 1, 0, 0, 0, 0}), 4096, ErrLimit},
		{"above 32767", bytes.NewReader([]byte{1, 1, 0x80, 0, 0, 0, 0, 0}), 0, ErrLimit},
		{"broken", io.MultiReader(bytes.NewReader([]byte{1}), iotest.ErrReader(broken)), 0, broken},
		{"no progress", stuckReader{}, 0, io.ErrNoProgress},
		{"impossible count", lyingReader{}, 0, errBadRead},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pr := NewPacketReader(test.in, test.max)
			if _, _, err := pr.Next(); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

type stuckReader struct{}

func (stuckReader) Read([]byte) (int, error) { return 0, nil }

type lyingReader struct{}

func (lyingReader) Read(p []byte) (int, error) { return len(p) + 1, nil }

func TestPacketReaderGoesOnAfterTimeout(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	defer server.Close()
	whole := packet(PacketRPC, StatusEOM, []byte("payload"))
	pr := NewPacketReader(server, 0)
	sent := make(chan struct{})
	go func() {
		client.Write(whole[:5])
		close(sent)
	}()
	// The deadline passes only after the first bytes have been read.
	go func() {
		<-sent
		server.SetReadDeadline(time.Unix(1, 0))
	}()
	if _, _, err := pr.Next(); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("error %v", err)
	}
	server.SetReadDeadline(time.Time{})
	go client.Write(whole[5:])
	if _, p, err := pr.Next(); err != nil || string(p) != "payload" {
		t.Fatalf("%q, %v", p, err)
	}
}

func TestNextRun(t *testing.T) {
	big := make([]byte, 4088)
	message := join(packet(PacketReply, 0, big), packet(PacketReply, 0, big), packet(PacketReply, StatusEOM, []byte("x")))
	next := packet(PacketReply, StatusEOM, []byte("next"))
	pr := NewPacketReader(bytes.NewReader(join(message, next)), 0)
	// Warm up: the buffer holds one packet at first.
	var got []byte
	packets := 0
	for {
		run, err := pr.NextRun()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, run.Raw...)
		packets += run.Packets
		if run.Last.EOM() {
			break
		}
	}
	if !bytes.Equal(got, message) || packets != 3 {
		t.Fatalf("%d bytes in %d packets, want %d in 3", len(got), packets, len(message))
	}
	run, err := pr.NextRun()
	if err != nil || !bytes.Equal(run.Raw, next) || run.Packets != 1 {
		t.Fatalf("next message: %+v, %v", run, err)
	}
	if _, err := pr.NextRun(); err != io.EOF {
		t.Fatalf("at the end: %v", err)
	}
}

// A broken packet behind whole ones does not spoil those, and is then reported.
func TestNextRunStopsBeforeBrokenPacket(t *testing.T) {
	good := join(packet(PacketReply, 0, []byte("a")), packet(PacketReply, 0, []byte("b")))
	pr := NewPacketReader(bytes.NewReader(join(good, []byte{4, 1, 0, 2, 0, 0, 0, 0})), 0)
	run, err := pr.NextRun()
	if err != nil || !bytes.Equal(run.Raw, good) {
		t.Fatalf("%q, %v", run.Raw, err)
	}
	if _, err := pr.NextRun(); !errors.Is(err, ErrMalformed) {
		t.Fatalf("error %v", err)
	}
}

// Runs, whatever the reader's chunks, are the stream in whole packets.
func TestNextRunProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var stream []byte
		n := rapid.IntRange(1, 40).Draw(t, "packets")
		for i := range n {
			size := rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(0, 32759)).Draw(t, "size")
			status := Status(rapid.IntRange(0, 1).Draw(t, "eom"))
			if i == n-1 {
				status = StatusEOM
			}
			stream = append(stream, packet(PacketReply, status, make([]byte, size))...)
		}
		pr := NewPacketReader(&chunkReader{data: stream, next: func(max int) int {
			return rapid.IntRange(1, max).Draw(t, "read")
		}}, 0)
		var got []byte
		for {
			run, err := pr.NextRun()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			eoms := 0
			for raw := run.Raw; len(raw) > 0; {
				h, err := ParseHeader(raw)
				if err != nil || int(h.Length) > len(raw) {
					t.Fatalf("run is not whole packets: %v", err)
				}
				if raw = raw[h.Length:]; h.EOM() {
					eoms++
				}
			}
			if eoms > 1 || (eoms == 1) != run.Last.EOM() {
				t.Fatalf("%d ends of messages in a run, last header %+v", eoms, run.Last)
			}
			got = append(got, run.Raw...)
		}
		if !bytes.Equal(got, stream) {
			t.Fatalf("stream was changed")
		}
	})
}

// chunkReader gives data in pieces as long as next says.
type chunkReader struct {
	data []byte
	next func(max int) int
}

func (r *chunkReader) Read(p []byte) (int, error) {
	if len(r.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.data[:r.next(min(len(p), len(r.data)))])
	r.data = r.data[n:]
	return n, nil
}

func TestReadMessage(t *testing.T) {
	stream := join(packet(PacketRPC, StatusResetConnection, []byte("ab")), packet(PacketRPC, StatusEOM, []byte("c")),
		packet(PacketSQLBatch, 0, []byte("de")), packet(PacketSQLBatch, StatusEOM|StatusIgnore, nil))
	pr := NewPacketReader(bytes.NewReader(stream), 0)
	m, err := pr.ReadMessage(3, []byte("keep"))
	if err != nil || m.Type != PacketRPC || m.Status != StatusResetConnection || m.SPID != 51 || string(m.Data) != "abc" || m.Ignored {
		t.Fatalf("%+v, %v", m, err)
	}
	m, err = pr.ReadMessage(2, nil)
	if err != nil || string(m.Data) != "de" || !m.Ignored {
		t.Fatalf("%+v, %v", m, err)
	}
	if _, err := pr.ReadMessage(2, nil); err != io.EOF {
		t.Fatalf("at the end: %v", err)
	}
}

func TestReadMessageErrors(t *testing.T) {
	first := packet(PacketRPC, 0, []byte("ab"))
	tests := []struct {
		name   string
		stream []byte
		want   error
	}{
		{"too long", join(first, packet(PacketRPC, StatusEOM, []byte("cd"))), ErrMessageTooLong},
		{"too long is a limit", join(first, packet(PacketRPC, StatusEOM, []byte("cd"))), ErrLimit},
		{"cut", first, io.ErrUnexpectedEOF},
		{"another type inside", join(first, packet(PacketSQLBatch, StatusEOM, nil)), ErrMalformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := NewPacketReader(bytes.NewReader(test.stream), 0).ReadMessage(3, nil); !errors.Is(err, test.want) {
				t.Errorf("ReadMessage: %v, want %v", err, test.want)
			}
			if _, err := NewPacketReader(bytes.NewReader(test.stream), 0).ReadRawMessage(15, nil); !errors.Is(err, test.want) {
				t.Errorf("ReadRawMessage: %v, want %v", err, test.want)
			}
		})
	}
}

func TestReadRawMessage(t *testing.T) {
	one := packet(PacketSQLBatch, StatusEOM, []byte("one"))
	two := join(packet(PacketRPC, StatusResetConnection, []byte("ab")), packet(PacketRPC, StatusEOM, []byte("c")))
	pr := NewPacketReader(bytes.NewReader(join(one, two)), 0)
	m, err := pr.ReadRawMessage(100, nil)
	if err != nil || !bytes.Equal(m.Raw, one) || string(m.Payload(nil)) != "one" {
		t.Fatalf("%+v, %v", m, err)
	}
	dst := make([]byte, 0, 64)
	m, err = pr.ReadRawMessage(100, dst)
	if err != nil || !bytes.Equal(m.Raw, two) || string(m.Payload(nil)) != "abc" || m.First.Status != StatusResetConnection {
		t.Fatalf("%+v, %v", m, err)
	}
}

// A message above the limit is handed over in whole packets, and the rest of it can
// be forwarded.
func TestReadRawMessageTooLongGoesOn(t *testing.T) {
	var stream []byte
	for range 5 {
		stream = append(stream, packet(PacketSQLBatch, 0, []byte("0123456789"))...)
	}
	stream = append(stream, packet(PacketSQLBatch, StatusEOM, []byte("end"))...)
	pr := NewPacketReader(bytes.NewReader(stream), 0)
	m, err := pr.ReadRawMessage(40, nil)
	var tooLong *MessageTooLongError
	if !errors.As(err, &tooLong) || tooLong.Limit != 40 || tooLong.Type != PacketSQLBatch {
		t.Fatalf("error %v", err)
	}
	got := append([]byte(nil), m.Raw...)
	for {
		run, err := pr.NextRun()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, run.Raw...)
		if run.Last.EOM() {
			break
		}
	}
	if !bytes.Equal(got, stream) {
		t.Errorf("got %q, want %q", got, stream)
	}
}

func TestMessageReader(t *testing.T) {
	stream := join(packet(PacketReply, 0, []byte("ab")), packet(PacketReply, 0, nil), packet(PacketReply, StatusEOM, []byte("cd")),
		packet(PacketReply, 0, []byte("skipped")), packet(PacketReply, StatusEOM, []byte("too")),
		packet(PacketBulkLoad, StatusEOM|StatusIgnore, nil))
	mr := NewMessageReader(NewPacketReader(bytes.NewReader(stream), 0))
	if h, err := mr.Next(); err != nil || h.Type != PacketReply {
		t.Fatalf("%+v, %v", h, err)
	}
	if mr.Ended() {
		t.Error("ended at the first of three packets")
	}
	if err := iotest.TestReader(mr, []byte("abcd")); err != nil {
		t.Fatal(err)
	}
	if _, err := mr.Next(); err != nil {
		t.Fatal(err)
	}
	if chunk, err := mr.Chunk(); err != nil || string(chunk) != "skipped" {
		t.Fatalf("%q, %v", chunk, err)
	}
	if h, err := mr.Next(); err != nil || h.Type != PacketBulkLoad || !mr.Ignored() || mr.Header() != h {
		t.Fatalf("%+v, %v", h, err)
	}
	if _, err := mr.Next(); err != io.EOF {
		t.Fatalf("at the end: %v", err)
	}
}

func TestMessageReaderErrors(t *testing.T) {
	for name, stream := range map[string][]byte{
		"cut":          packet(PacketReply, 0, []byte("ab")),
		"another type": join(packet(PacketReply, 0, []byte("ab")), packet(PacketRPC, StatusEOM, nil)),
	} {
		mr := NewMessageReader(NewPacketReader(bytes.NewReader(stream), 0))
		if _, err := mr.Next(); err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(mr)
		if string(b) != "ab" || err == nil {
			t.Errorf("%s: %q, %v", name, b, err)
		}
		if _, again := mr.Next(); again != err {
			t.Errorf("%s: Next after an error gives %v, want %v", name, again, err)
		}
	}
}

// Reading allocates nothing once the buffer has its size.
func TestPacketReaderAllocs(t *testing.T) {
	stream := bytes.Repeat(packet(PacketReply, StatusEOM, make([]byte, 1000)), 300)
	r := bytes.NewReader(stream)
	pr := NewPacketReader(r, 0)
	drain := func() {
		r.Reset(stream)
		pr.Reset(r)
		for {
			if _, err := pr.NextRun(); err != nil {
				break
			}
		}
	}
	drain()
	if n := testing.AllocsPerRun(20, drain); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if n := testing.AllocsPerRun(20, func() {
		if _, err := ParseHeader(stream[:3]); err == nil {
			t.Fatal("no error")
		}
	}); n != 0 {
		t.Errorf("ParseHeader: %v allocations", n)
	}
}

func BenchmarkNextRun(b *testing.B) {
	stream := bytes.Repeat(packet(PacketReply, 0, make([]byte, 4088)), 1000)
	copy(stream[len(stream)-4096:], packet(PacketReply, StatusEOM, make([]byte, 4088)))
	r := bytes.NewReader(stream)
	pr := NewPacketReader(r, 0)
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	for b.Loop() {
		r.Reset(stream)
		pr.Reset(r)
		for {
			run, err := pr.NextRun()
			if err != nil {
				break
			}
			_ = run
		}
	}
}
