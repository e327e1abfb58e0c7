package tds

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

// Encryption of everything: handshake in PRELOGIN packets, then bare records.
func TestHandshakeFullEncryption(t *testing.T) {
	forEachTLS(t, func(t *testing.T, socket bool, version uint16) {
		clientEnd, serverEnd := pair(t, socket)
		serverConf, clientConf := tlsConfigs(t, version, 400)
		askForTickets(clientConf, socket)
		request := packet(PacketLogin7, StatusEOM, bytes.Repeat([]byte("login"), 700))
		reply := packet(PacketReply, StatusEOM, bytes.Repeat([]byte("reply"), 700))
		const rounds = 5
		talk := func(conn net.Conn, send, receive []byte, first bool) error {
			for range rounds {
				if first {
					if _, err := conn.Write(send); err != nil {
						return err
					}
				}
				got := make([]byte, len(receive))
				if _, err := io.ReadFull(conn, got); err != nil {
					return err
				}
				if !bytes.Equal(got, receive) {
					return errors.New("received something else than was sent")
				}
				if !first {
					if _, err := conn.Write(send); err != nil {
						return err
					}
				}
			}
			return nil
		}
		var clientHandshake, serverHandshake int
		both(t, func() error {
			h := NewHandshakeConn(clientEnd)
			c := tls.Client(h, clientConf)
			if err := c.Handshake(); err != nil {
				return err
			}
			clientHandshake = len(clientEnd.bytes())
			h.FinishHandshake()
			h.Stream()
			return talk(c, request, reply, true)
		}, func() error {
			h := NewHandshakeConn(serverEnd)
			s := tls.Server(h, serverConf)
			if err := s.Handshake(); err != nil {
				return err
			}
			serverHandshake = len(serverEnd.bytes())
			h.FinishHandshake()
			h.Stream()
			return talk(s, reply, request, false)
		})
		if socket {
			if _, ok := clientConf.ClientSessionCache.Get("engine"); !ok {
				t.Error("no session ticket was taken in, the test wants one")
			}
		}
		for _, end := range []struct {
			name      string
			written   []byte
			handshake int
		}{{"client", clientEnd.bytes(), clientHandshake}, {"server", serverEnd.bytes(), serverHandshake}} {
			headers, records := packets(t, end.written[:end.handshake])
			for i, h := range headers {
				if h.Type != PacketPrelogin || h.Length > DefaultPacketSize {
					t.Errorf("%s: handshake packet %d: %+v", end.name, i, h)
				}
				if !h.EOM() && h.Length != DefaultPacketSize {
					t.Errorf("%s: handshake packet %d is neither full nor the last: %+v", end.name, i, h)
				}
			}
			if !headers[len(headers)-1].EOM() {
				t.Errorf("%s: handshake ends inside a message", end.name)
			}
			checkRecords(t, end.name+" handshake", records)
			checkRecords(t, end.name, end.written[end.handshake:])
		}
		if headers, _ := packets(t, serverEnd.bytes()[:serverHandshake]); len(headers) < 3 {
			t.Errorf("the server's flight took %d packets, the test wants more", len(headers))
		}
	})
}

// checkRecords fails unless b is a sequence of whole TLS records.
func checkRecords(t *testing.T, name string, b []byte) {
	t.Helper()
	for len(b) > 0 {
		if len(b) < 5 || b[0] < tlsRecordFirst || b[0] > tlsRecordLast || len(b) < 5+int(b[3])<<8+int(b[4]) {
			t.Errorf("%s: not whole TLS records", name)
			return
		}
		b = b[5+int(b[3])<<8+int(b[4]):]
	}
}

// scripted is the reading half of a connection that delivers all it has at once.
type scripted struct {
	net.Conn
	*bytes.Reader
}

func (s scripted) Read(p []byte) (int, error) { return s.Reader.Read(p) }

// Records and packets may come mixed and cut in any way; nothing beyond the current
// unit is taken.
func TestUnitReader(t *testing.T) {
	record := func(n int) []byte {
		return append([]byte{0x17, 3, 3, byte(n >> 8), byte(n)}, bytes.Repeat([]byte{'r'}, n)...)
	}
	wrapped := record(10)
	tests := []struct {
		name   string
		stream []byte
		want   []byte
	}{
		{"record", record(3), record(3)},
		{"empty record", join(record(0), record(1)), join(record(0), record(1))},
		{"packet", packet(PacketPrelogin, 1, wrapped), wrapped},
		{"record over two packets", join(packet(PacketPrelogin, 0, wrapped[:4]), packet(PacketPrelogin, 1, wrapped[4:])), wrapped},
		{"empty packet", join(packet(PacketPrelogin, 0, nil), packet(PacketPrelogin, 1, wrapped)), wrapped},
		{"in replies", packet(PacketReply, 1, wrapped), wrapped},
		{"mixed", join(packet(PacketPrelogin, 1, wrapped), record(2), packet(PacketPrelogin, 1, wrapped)), join(wrapped, record(2), wrapped)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := scripted{Reader: bytes.NewReader(test.stream)}
			got, err := io.ReadAll(NewHandshakeConn(in))
			if err != nil || !bytes.Equal(got, test.want) {
				t.Errorf("%q, %v, want %q", got, err, test.want)
			}
		})
	}
	t.Run("nothing beyond", func(t *testing.T) {
		in := scripted{Reader: bytes.NewReader(join(record(3), []byte("plain")))}
		h := NewHandshakeConn(in)
		got := make([]byte, 0, 100)
		for len(got) < 8 {
			n, err := h.Read(got[len(got):cap(got)])
			if err != nil {
				t.Fatal(err)
			}
			got = got[:len(got)+n]
		}
		if rest, _ := io.ReadAll(h.NetConn()); !bytes.Equal(got, record(3)) || string(rest) != "plain" {
			t.Errorf("%q, rest %q", got, rest)
		}
	})
}

func TestUnitReaderErrors(t *testing.T) {
	for _, test := range []struct {
		name   string
		stream []byte
		want   error
	}{
		{"end", nil, io.EOF},
		{"other packet", packet(PacketSQLBatch, 1, []byte("select")), ErrMalformed},
		{"garbage", []byte("GET / HTTP/1.1\r\n\r\n"), ErrMalformed},
		{"record too long", []byte{0x17, 3, 3, 0xFF, 0xFF}, ErrLimit},
		{"record header cut", []byte{0x17, 3, 3}, io.ErrUnexpectedEOF},
		{"record cut", []byte{0x17, 3, 3, 0, 5, 'x'}, io.ErrUnexpectedEOF},
		{"packet header cut", []byte{0x12, 1, 0}, io.ErrUnexpectedEOF},
		{"packet cut", packet(PacketPrelogin, 1, []byte("abc"))[:10], io.ErrUnexpectedEOF},
		{"packet Length 7", []byte{0x12, 1, 0, 7, 0, 0, 0, 0}, ErrMalformed},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := io.Copy(io.Discard, readerOnly{NewHandshakeConn(scripted{Reader: bytes.NewReader(test.stream)})})
			if test.want == io.EOF && err == nil {
				return // io.Copy's way of saying so
			}
			if !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

type readerOnly struct{ io.Reader }

// A deadline that passes in the middle of a header loses nothing.
func TestUnitReaderGoesOnAfterTimeout(t *testing.T) {
	client, server := pair(t, false)
	h := NewHandshakeConn(server)
	record := []byte{0x17, 3, 3, 0, 2, 'o', 'k'}
	sent := make(chan struct{})
	go func() {
		client.Write(record[:2])
		close(sent)
	}()
	go func() {
		<-sent
		server.SetReadDeadline(time.Unix(1, 0))
	}()
	if _, err := h.Read(make([]byte, 10)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("error %v", err)
	}
	server.SetReadDeadline(time.Now().Add(30 * time.Second))
	go client.Write(record[2:])
	got := make([]byte, len(record))
	if _, err := io.ReadFull(h, got); err != nil || !bytes.Equal(got, record) {
		t.Errorf("%q, %v", got, err)
	}
}
