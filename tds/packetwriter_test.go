package tds

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"pgregory.net/rapid"
)

// packets splits a stream of whole packets.
func packets(t rapid.TB, stream []byte) (headers []Header, payload []byte) {
	for len(stream) > 0 {
		h, err := ParseHeader(stream)
		if err != nil || int(h.Length) > len(stream) {
			t.Fatalf("stream is not whole packets: %v", err)
		}
		headers = append(headers, h)
		payload = append(payload, stream[HeaderSize:h.Length]...)
		stream = stream[h.Length:]
	}
	return headers, payload
}

func TestPacketWriterSplits(t *testing.T) {
	const room = MinPacketSize - HeaderSize
	for _, test := range []struct{ size, want int }{
		{0, 1}, {1, 1}, {room - 1, 1}, {room, 1}, {room + 1, 2}, {2 * room, 2}, {300 * room, 300},
	} {
		var out bytes.Buffer
		pw := NewPacketWriter(&out, MinPacketSize)
		pw.SetSPID(77)
		payload := bytes.Repeat([]byte{0xAB}, test.size)
		if err := pw.WriteMessage(PacketLogin7, StatusResetConnection, payload); err != nil {
			t.Fatal(err)
		}
		headers, got := packets(t, out.Bytes())
		if !bytes.Equal(got, payload) || len(headers) != test.want {
			t.Fatalf("%d bytes: %d packets, want %d; payload equal: %v", test.size, len(headers), test.want, bytes.Equal(got, payload))
		}
		for i, h := range headers {
			last := i == len(headers)-1
			want := Header{Type: PacketLogin7, Length: MinPacketSize, SPID: 77, PacketID: byte(i + 1)}
			if last {
				want.Status |= StatusEOM
				want.Length = uint16(HeaderSize + test.size - i*room)
			}
			if i == 0 {
				want.Status |= StatusResetConnection
			}
			if h != want {
				t.Errorf("%d bytes, packet %d: %+v, want %+v", test.size, i, h, want)
			}
		}
	}
}

func TestPacketWriterFlush(t *testing.T) {
	var out bytes.Buffer
	pw := NewPacketWriter(&out, 0)
	if pw.PacketSize() != MinPacketSize {
		t.Errorf("packet size %d", pw.PacketSize())
	}
	steps := []struct {
		do   func() error
		want int // bytes written so far
	}{
		{func() error { return pw.Begin(PacketReply, 0) }, 0},
		{pw.Flush, 0}, // nothing to send yet
		{func() error { _, err := pw.Write([]byte("abc")); return err }, 0},
		{pw.Flush, 11},
		{pw.Flush, 11},
		{func() error { _, err := pw.Write([]byte("d")); return err }, 11},
		{pw.EndLater, 11},
		{func() error { return pw.Begin(PacketReply, 0) }, 11},
		{pw.Flush, 20}, // what EndLater left, not the empty packet
		{pw.End, 28},
	}
	for i, step := range steps {
		if err := step.do(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		if out.Len() != step.want {
			t.Fatalf("after step %d: %d bytes written, want %d", i, out.Len(), step.want)
		}
	}
	headers, payload := packets(t, out.Bytes())
	if len(headers) != 3 || string(payload) != "abcd" || headers[0].EOM() || !headers[1].EOM() || !headers[2].EOM() {
		t.Errorf("%+v %q", headers, payload)
	}
	if headers[1].PacketID != 2 || headers[2].PacketID != 1 {
		t.Errorf("packet ids %+v", headers)
	}
}

func TestPacketWriterCancel(t *testing.T) {
	var out bytes.Buffer
	pw := NewPacketWriter(&out, 4096)
	pw.Begin(PacketBulkLoad, 0)
	pw.Write([]byte("half"))
	if err := pw.Cancel(); err != nil {
		t.Fatal(err)
	}
	m, err := NewPacketReader(&out, 0).ReadMessage(100, nil)
	if err != nil || !m.Ignored {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestPacketWriterMisuse(t *testing.T) {
	pw := NewPacketWriter(io.Discard, 4096)
	if _, err := pw.Write([]byte("x")); err != errNoMessage {
		t.Errorf("Write: %v", err)
	}
	if err := pw.End(); err != errNoMessage {
		t.Errorf("End: %v", err)
	}
	pw.Begin(PacketReply, 0)
	if err := pw.Begin(PacketReply, 0); err != errOpenMessage {
		t.Errorf("Begin: %v", err)
	}
	if err := pw.WriteRaw(packet(PacketReply, 1, nil)); err != errOpenMessage {
		t.Errorf("WriteRaw: %v", err)
	}
}

func TestPacketWriterRemembersErrors(t *testing.T) {
	broken := errors.New("broken")
	pw := NewPacketWriter(writerFunc(func([]byte) (int, error) { return 0, broken }), 4096)
	if err := pw.WriteMessage(PacketReply, 0, []byte("x")); err != broken {
		t.Errorf("first error %v", err)
	}
	if err := pw.Begin(PacketReply, 0); err != broken {
		t.Errorf("later error %v", err)
	}
	pw.Reset(io.Discard)
	if err := pw.WriteMessage(PacketReply, 0, []byte("x")); err != nil {
		t.Errorf("after Reset: %v", err)
	}
	pw.Reset(writerFunc(func(p []byte) (int, error) { return len(p) - 1, nil }))
	if err := pw.WriteMessage(PacketReply, 0, []byte("x")); err != io.ErrShortWrite {
		t.Errorf("short write: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// Whatever is written in whatever pieces, the packets join to it, all but the last
// are full unless flushed, and sizes change at packet borders.
func TestPacketWriterProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var out bytes.Buffer
		size := rapid.IntRange(MinPacketSize, MaxPacketSize).Draw(t, "size")
		pw := NewPacketWriter(&out, size)
		var want []byte
		pw.Begin(PacketReply, 0)
		flushed := false
		for range rapid.IntRange(0, 20).Draw(t, "writes") {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				flushed = true
				if err := pw.Flush(); err != nil {
					t.Fatal(err)
				}
			default:
				p := make([]byte, rapid.IntRange(0, 70000).Draw(t, "n"))
				for i := range p {
					p[i] = byte(len(want) + i)
				}
				if n, err := pw.Write(p); err != nil || n != len(p) {
					t.Fatal(n, err)
				}
				want = append(want, p...)
			}
		}
		if err := pw.End(); err != nil {
			t.Fatal(err)
		}
		headers, got := packets(t, out.Bytes())
		if !bytes.Equal(got, want) {
			t.Fatal("payload was changed")
		}
		for i, h := range headers {
			if h.EOM() != (i == len(headers)-1) {
				t.Fatalf("packet %d of %d: EOM %v", i, len(headers), h.EOM())
			}
			if int(h.Length) > size || !flushed && !h.EOM() && int(h.Length) != size {
				t.Fatalf("packet %d of %d has %d bytes, size is %d", i, len(headers), h.Length, size)
			}
			if h.PacketID != byte(i+1) {
				t.Fatalf("packet %d has id %d", i, h.PacketID)
			}
		}
	})
}

func TestSetPacketSizeFromNextPacket(t *testing.T) {
	var out bytes.Buffer
	pw := NewPacketWriter(&out, 4096)
	pw.Begin(PacketReply, 0)
	pw.SetPacketSize(512) // the open packet keeps its size
	pw.Write(make([]byte, 4088+504))
	pw.End()
	headers, _ := packets(t, out.Bytes())
	if len(headers) != 2 || headers[0].Length != 4096 || headers[1].Length != 512 {
		t.Errorf("%+v", headers)
	}
}

func TestWriteRaw(t *testing.T) {
	var out bytes.Buffer
	pw := NewPacketWriter(&out, 4096)
	pw.Begin(PacketReply, 0)
	pw.EndLater()
	raw := packet(PacketReply, StatusEOM, []byte("raw"))
	if err := pw.WriteRaw(raw); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasSuffix(out.Bytes(), raw) || out.Len() != HeaderSize+len(raw) {
		t.Errorf("%q", out.Bytes())
	}
}

func TestPacketWriterAllocs(t *testing.T) {
	pw := NewPacketWriter(io.Discard, 4096)
	payload := make([]byte, 300<<10)
	write := func() {
		if err := pw.WriteMessage(PacketReply, 0, payload); err != nil {
			t.Fatal(err)
		}
	}
	write()
	if n := testing.AllocsPerRun(20, write); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkPacketWriter(b *testing.B) {
	pw := NewPacketWriter(io.Discard, 4096)
	payload := make([]byte, 1<<20)
	b.SetBytes(int64(len(payload)))
	b.ReportAllocs()
	for b.Loop() {
		pw.WriteMessage(PacketReply, 0, payload)
	}
}
