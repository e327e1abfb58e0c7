package tds

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"sync"
	"testing"
	"time"
)

// tlsConfigs returns configurations of both ends for one TLS version.
// padding makes the server's certificate so large that its flight needs several
// packets.
func tlsConfigs(t testing.TB, version uint16, padding int) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "engine"},
		DNSNames: []string{"engine"}, NotBefore: time.Unix(0, 0), NotAfter: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	for i := range padding {
		template.DNSNames = append(template.DNSNames, fmt.Sprintf("name-%d.example", i))
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	server = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
		MinVersion: version, MaxVersion: version}
	client = &tls.Config{RootCAs: pool, ServerName: "engine", MinVersion: version, MaxVersion: version}
	return server, client
}

// recorder is a connection that keeps what is written through it.
type recorder struct {
	net.Conn
	mu      sync.Mutex
	written []byte
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	r.written = append(r.written, p...)
	r.mu.Unlock()
	return r.Conn.Write(p)
}

func (r *recorder) bytes() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.written)
}

// pair returns two connected ends, over a pipe (no buffer at all) or a socket (what
// was written together is read together).
func pair(t testing.TB, socket bool) (client, server *recorder) {
	t.Helper()
	var c, s net.Conn
	if !socket {
		c, s = net.Pipe()
	} else {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		accepted := make(chan net.Conn, 1)
		go func() {
			conn, err := l.Accept()
			if err != nil {
				t.Error(err)
			}
			accepted <- conn
		}()
		if c, err = net.Dial("tcp", l.Addr().String()); err != nil {
			t.Fatal(err)
		}
		if s = <-accepted; s == nil {
			t.FailNow()
		}
	}
	t.Cleanup(func() { c.Close(); s.Close() })
	// A hanging test fails instead of blocking the run.
	deadline := time.Now().Add(30 * time.Second)
	c.SetDeadline(deadline)
	s.SetDeadline(deadline)
	return &recorder{Conn: c}, &recorder{Conn: s}
}

// both runs the two ends and reports their errors.
func both(t *testing.T, client, server func() error) {
	t.Helper()
	result := make(chan error, 1)
	go func() { result <- server() }()
	if err := client(); err != nil {
		t.Errorf("client: %v", err)
	}
	if err := <-result; err != nil {
		t.Errorf("server: %v", err)
	}
}

var tlsVersions = []uint16{tls.VersionTLS12, tls.VersionTLS13}

// askForTickets makes a TLS 1.3 server send session tickets at the end of its
// handshake, which the client meets when it reads the first reply. Over a pipe, which
// holds nothing, the server would wait for that read for ever.
func askForTickets(conf *tls.Config, socket bool) {
	if socket {
		conf.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	}
}

// forEachTLS runs a test for both transports and TLS versions.
func forEachTLS(t *testing.T, test func(t *testing.T, socket bool, version uint16)) {
	for _, socket := range []bool{false, true} {
		for _, version := range tlsVersions {
			name := "pipe/"
			if socket {
				name = "socket/"
			}
			t.Run(name+tls.VersionName(version), func(t *testing.T) { test(t, socket, version) })
		}
	}
}

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

// Login-only encryption: the first packet is encrypted, what follows directly, in the
// same segment, is plain, in both directions.
func TestHandshakeLoginOnly(t *testing.T) {
	forEachTLS(t, func(t *testing.T, socket bool, version uint16) {
		clientEnd, serverEnd := pair(t, socket)
		serverConf, clientConf := tlsConfigs(t, version, 0)
		askForTickets(clientConf, socket)
		first := packet(PacketLogin7, 0, bytes.Repeat([]byte("secret"), 682)[:4088])
		second := packet(PacketLogin7, StatusEOM, []byte("the rest of a long login"))
		batch := packet(PacketSQLBatch, StatusEOM, []byte("select"))
		reply := packet(PacketReply, StatusEOM, []byte("loginack"))
		sent := join(first, second, batch)
		var handshake int
		both(t, func() error {
			h := NewHandshakeConn(clientEnd)
			c := tls.Client(h, clientConf)
			if err := c.Handshake(); err != nil {
				return err
			}
			handshake = len(clientEnd.bytes())
			conn := LoginOnlyClient(h, c)
			if n, err := conn.Write(sent); err != nil || n != len(sent) {
				return fmt.Errorf("write %d: %w", n, err)
			}
			got := make([]byte, len(reply))
			if _, err := io.ReadFull(conn, got); err != nil {
				return err
			}
			if !bytes.Equal(got, reply) {
				return fmt.Errorf("reply %q", got)
			}
			return nil
		}, func() error {
			h := NewHandshakeConn(serverEnd)
			s := tls.Server(h, serverConf)
			if err := s.Handshake(); err != nil {
				return err
			}
			conn := LoginOnlyServer(h, s)
			pr := NewPacketReader(conn, 0)
			m, err := pr.ReadMessage(1<<20, nil)
			if err != nil {
				return err
			}
			if want := join(first[HeaderSize:], second[HeaderSize:]); !bytes.Equal(m.Data, want) {
				return fmt.Errorf("login has %d bytes, want %d", len(m.Data), len(want))
			}
			if _, raw, err := pr.NextRaw(); err != nil || !bytes.Equal(raw, batch) {
				return fmt.Errorf("batch %q: %w", raw, err)
			}
			_, err = conn.Write(reply)
			return err
		})
		if bytes.Contains(clientEnd.bytes(), []byte("secret")) {
			t.Error("the first packet went out in the clear")
		}
		if !bytes.HasSuffix(clientEnd.bytes(), join(second, batch)) {
			t.Error("the packets behind the first did not go out plain")
		}
		checkRecords(t, "login", clientEnd.bytes()[handshake:len(clientEnd.bytes())-len(second)-len(batch)])
		if !bytes.HasSuffix(serverEnd.bytes(), reply) {
			t.Error("the reply did not go out plain")
		}
	})
}

// A driver that encrypts all packets of a long login is understood too.
func TestLoginOnlyServerTakesLongerEncryption(t *testing.T) {
	clientEnd, serverEnd := pair(t, true)
	serverConf, clientConf := tlsConfigs(t, tls.VersionTLS12, 0)
	login := join(packet(PacketLogin7, 0, make([]byte, 4088)), packet(PacketLogin7, StatusEOM, []byte("end")))
	batch := packet(PacketSQLBatch, StatusEOM, []byte("plain"))
	both(t, func() error {
		h := NewHandshakeConn(clientEnd)
		c := tls.Client(h, clientConf)
		if err := c.Handshake(); err != nil {
			return err
		}
		h.FinishHandshake()
		for _, part := range [][]byte{login[:100], login[100:4100], login[4100:]} {
			if _, err := c.Write(part); err != nil {
				return err
			}
		}
		_, err := clientEnd.Write(batch)
		return err
	}, func() error {
		h := NewHandshakeConn(serverEnd)
		s := tls.Server(h, serverConf)
		if err := s.Handshake(); err != nil {
			return err
		}
		got := make([]byte, len(login)+len(batch))
		if _, err := io.ReadFull(LoginOnlyServer(h, s), got); err != nil {
			return err
		}
		if !bytes.Equal(got, join(login, batch)) {
			return errors.New("received something else than was sent")
		}
		return nil
	})
}

func TestLoginOnlyServerRefusesPlainLogin(t *testing.T) {
	clientEnd, serverEnd := pair(t, true)
	serverConf, clientConf := tlsConfigs(t, tls.VersionTLS12, 0)
	both(t, func() error {
		c := tls.Client(NewHandshakeConn(clientEnd), clientConf)
		if err := c.Handshake(); err != nil {
			return err
		}
		_, err := clientEnd.Write(packet(PacketLogin7, StatusEOM, []byte("in the clear")))
		return err
	}, func() error {
		h := NewHandshakeConn(serverEnd)
		s := tls.Server(h, serverConf)
		if err := s.Handshake(); err != nil {
			return err
		}
		if n, err := LoginOnlyServer(h, s).Read(make([]byte, 100)); n != 0 || !errors.Is(err, ErrLoginNotEncrypted) {
			return fmt.Errorf("read %d bytes, %v", n, err)
		}
		return nil
	})
}

// The first packet reaches the TLS layer whole however it is written.
func TestLoginOnlyClientCollectsFirstPacket(t *testing.T) {
	first := packet(PacketLogin7, StatusEOM, []byte("login"))
	empty := packet(PacketLogin7, StatusEOM, nil)
	for _, test := range []struct {
		name   string
		pieces [][]byte
		secure []byte
		plain  []byte
	}{
		{"at once", [][]byte{first}, first, nil},
		{"bytewise", bytes.SplitAfter(first, nil), first, nil},
		{"header and payload", [][]byte{first[:8], first[8:]}, first, nil},
		{"more behind", [][]byte{first[:3], join(first[3:], []byte("plain"))}, first, []byte("plain")},
		{"a header alone", [][]byte{empty, []byte("plain")}, empty, []byte("plain")},
	} {
		t.Run(test.name, func(t *testing.T) {
			var plain, secure collector
			conn := LoginOnlyClient(NewHandshakeConn(&plain), &secure)
			for _, p := range test.pieces {
				if n, err := conn.Write(p); err != nil || n != len(p) {
					t.Fatalf("wrote %d of %d: %v", n, len(p), err)
				}
			}
			if !bytes.Equal(secure.written, test.secure) || secure.writes != 1 {
				t.Errorf("through TLS %q in %d writes", secure.written, secure.writes)
			}
			if !bytes.Equal(plain.written, test.plain) {
				t.Errorf("plain %q", plain.written)
			}
		})
	}
}

// collector is the writing half of a connection.
type collector struct {
	net.Conn
	written []byte
	writes  int
}

func (c *collector) Write(p []byte) (int, error) {
	c.written = append(c.written, p...)
	c.writes++
	return len(p), nil
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
