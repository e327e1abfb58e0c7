package tds

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
)

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
