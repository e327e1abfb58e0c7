package tds

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// lockedPuppet is a server of one connection that encrypts as it is told and keeps the
// login it got.
type lockedPuppet struct {
	setting Encryption // EncryptOff, EncryptOn, EncryptNotSup
	strict  bool       // TDS 8.0: TLS before everything
	conf    *tls.Config
	login   *Login7
	agreed  Encryption
	raw     *recorder // what the server wrote
	client  *recorder
	done    chan error
}

func (s *lockedPuppet) HostName() string { return "engine" }

// DialContext makes puppet the driver's way to the server.
func (s *lockedPuppet) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return nil, err
	}
	server, err := l.Accept()
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(30 * time.Second)
	server.SetDeadline(deadline)
	s.raw, s.client = &recorder{Conn: server}, &recorder{Conn: client}
	go func() {
		s.done <- s.serve()
		server.Close()
	}()
	return s.client, nil
}

func (s *lockedPuppet) serve() error {
	var conn net.Conn = s.raw
	if s.strict {
		secure := tls.Server(s.raw, s.conf)
		if err := secure.Handshake(); err != nil {
			return err
		}
		if p := secure.ConnectionState().NegotiatedProtocol; p != "tds/8.0" {
			return fmt.Errorf("ALPN %q", p)
		}
		conn = secure
	}
	pr := NewPacketReader(conn, DefaultPacketSize)
	pw := NewPacketWriter(conn, DefaultPacketSize)
	m, err := pr.ReadMessage(MaxPreloginSize, nil)
	if err != nil {
		return err
	}
	p, err := ParsePrelogin(m.Data)
	if err != nil {
		return err
	}
	asked, _ := p.Encryption()
	ok := true
	if !s.strict {
		if s.agreed, ok = s.setting.Answer(asked); !ok {
			return fmt.Errorf("client asks for %v", asked)
		}
		p.SetEncryption(s.agreed)
	}
	p.Set(PreloginThreadID, nil)
	reply, err := p.Append(nil)
	if err != nil {
		return err
	}
	if err := pw.WriteMessage(PacketReply, 0, reply); err != nil {
		return err
	}
	if len(pr.Buffered()) > 0 {
		return errors.New("bytes before the handshake")
	}
	if !s.strict && s.agreed != EncryptNotSup {
		h := NewHandshakeConn(s.raw)
		secure := tls.Server(h, s.conf)
		if err := secure.Handshake(); err != nil {
			return err
		}
		if s.agreed == EncryptOff {
			conn = LoginOnlyServer(h, secure)
		} else {
			h.FinishHandshake()
			h.Stream()
			conn = secure
		}
		pr.Reset(conn)
		pw.Reset(conn)
	}
	if m, err = pr.ReadMessage(MaxLogin7Size, nil); err != nil {
		return err
	}
	if m.Type != PacketLogin7 {
		return fmt.Errorf("%v message in place of LOGIN7", m.Type)
	}
	if s.login, err = ParseLogin7(m.Data); err != nil {
		return err
	}
	ack := LoginAck{Interface: InterfaceTSQL, TDSVersion: s.login.TDSVersion, ProgName: "puppet"}
	env := EnvChange{Type: EnvPacketSize, New: "8192", Old: "4096"}
	reply, err = env.Append(nil)
	if err != nil {
		return err
	}
	reply = (&Done{Token: TokenDone}).Append(ack.Append(reply), V74)
	if err := pw.WriteMessage(PacketReply, 0, reply); err != nil {
		return err
	}
	pw.SetPacketSize(8192)
	pr = NewPacketReader(conn, 8192)
	for {
		if m, err = pr.ReadMessage(1<<20, nil); err != nil {
			return nil // the client has gone
		}
		if m.Type == PacketAttention { // the driver may close a result before its end
			reply := (&Done{Token: TokenDone, Status: DoneAttn}).Append(nil, V74)
			if err := pw.WriteMessage(PacketReply, 0, reply); err != nil {
				return err
			}
			continue
		}
		cols := []Column{{Name: "text", Type: NVarChar(SizeMax, DefaultCollation)}}
		reply, err := (&ColMetadata{Columns: cols}).Append(nil, TokenFormat{Version: V74})
		if err != nil {
			return err
		}
		b, err := ParseSQLBatch(m.Data, RequestFormat{Version: V74})
		if err != nil {
			return err
		}
		if reply, err = AppendRow(reply, cols, [][]byte{b.Text}); err != nil {
			return err
		}
		if err := pw.WriteMessage(PacketReply, 0, append(reply, done(1)...)); err != nil {
			return err
		}
	}
}

// A driver logs in with every kind of encryption, with logins of one packet and of
// several, and gets back large batches.
func TestDriverLogin(t *testing.T) {
	serverConf, clientConf := tlsConfigs(t, tls.VersionTLS12, 100)
	strictServer, strictClient := tlsConfigs(t, tls.VersionTLS13, 100)
	strictServer.NextProtos = []string{"tds/8.0"}
	for _, test := range []struct {
		encrypt msdsn.Encryption
		setting Encryption
		agreed  Encryption
		strict  bool
	}{
		{msdsn.EncryptionDisabled, EncryptOff, EncryptNotSup, false},
		{msdsn.EncryptionOff, EncryptNotSup, EncryptNotSup, false},
		{msdsn.EncryptionOff, EncryptOff, EncryptOff, false},
		{msdsn.EncryptionOff, EncryptOn, EncryptReq, false},
		{msdsn.EncryptionRequired, EncryptOff, EncryptOn, false},
		{msdsn.EncryptionStrict, EncryptOff, EncryptOff, true},
	} {
		for _, database := range []string{"db", strings.Repeat("long name ", 500)} {
			t.Run(fmt.Sprintf("%d/%v/%d", test.encrypt, test.setting, len(database)), func(t *testing.T) {
				s := &lockedPuppet{setting: test.setting, strict: test.strict, conf: serverConf, done: make(chan error, 1)}
				trust := clientConf
				if test.strict {
					s.conf, trust = strictServer, strictClient
				}
				driverLogin(t, s, test.encrypt, database, trust)
				if s.agreed != test.agreed {
					t.Errorf("agreed on %v, want %v", s.agreed, test.agreed)
				}
				version := V74
				if test.strict {
					version = V80
				}
				if l := s.login; l.UserName != "sa" || l.Password != "pass\u00e4" || l.Database != database || l.TDSVersion != version {
					t.Errorf("TDS %v, user %q, password %q, database of %d", l.TDSVersion, l.UserName, l.Password, len(l.Database))
				}
				// What was encrypted and what not.
				login := AppendUTF16(nil, "go-mssqldb-test")
				batch := AppendUTF16(nil, "select '")
				wire := s.client.bytes()
				if clear := strings.Contains(string(wire), string(login)); clear != (test.agreed == EncryptNotSup) {
					t.Errorf("login in the clear: %v", clear)
				}
				plain := !test.strict && (test.agreed == EncryptNotSup || test.agreed == EncryptOff)
				if clear := strings.Contains(string(wire), string(batch)); clear != plain {
					t.Errorf("batch in the clear: %v", clear)
				}
			})
		}
	}
}

func driverLogin(t *testing.T, s *lockedPuppet, encrypt msdsn.Encryption, database string, conf *tls.Config) {
	t.Helper()
	c := mssql.NewConnectorConfig(msdsn.Config{
		Host: "engine", Port: 1433, User: "sa", Password: "pass\u00e4", Database: database,
		AppName: "go-mssqldb-test", Encryption: encrypt, TLSConfig: conf.Clone(), Protocols: []string{"tcp"},
	})
	c.Dialer = s
	db := sql.OpenDB(c)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	text := "select '" + strings.Repeat("x\U0001F600", 20000) + "'"
	var got string
	if err := db.QueryRowContext(ctx, text).Scan(&got); err != nil {
		t.Errorf("query: %v", err)
	} else if got != text {
		t.Errorf("%d bytes came back of %d", len(got), len(text))
	}
	db.Close()
	if err := <-s.done; err != nil {
		t.Errorf("server: %v", err)
	}
	if t.Failed() {
		t.FailNow()
	}
}
