package proxy

import (
	"bytes"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"tds-launchpad/certs"
	"tds-launchpad/tds"
)

func selfSigned(t *testing.T) (*certs.Server, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := certs.SelfSigned(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, filepath.Join(dir, certs.CertificateFile)
}

// Every way of encrypting the client leg goes with every way of encrypting the engine leg.
func TestEncryptionOfBothLegs(t *testing.T) {
	cert, ca := selfSigned(t)
	clients := map[string]func(c *rawClient){
		"none":   func(c *rawClient) { c.prelogin(tds.EncryptNotSup) },
		"login":  func(c *rawClient) { c.prelogin(tds.EncryptOff) },
		"all":    func(c *rawClient) { c.prelogin(tds.EncryptOn) },
		"strict": func(c *rawClient) { c.strict(); c.prelogin(tds.EncryptNotSup) },
	}
	engines := []struct {
		name   string
		mode   EngineEncryption
		server tds.Encryption
		strict bool
	}{
		{"none", EngineEncryptOff, tds.EncryptNotSup, false},
		{"login", EngineEncryptLogin, tds.EncryptOff, false},
		{"login, engine insists", EngineEncryptLogin, tds.EncryptReq, false},
		{"all", EngineEncryptOn, tds.EncryptOff, false},
		{"strict", EngineEncryptStrict, tds.EncryptNotSup, true},
	}
	for _, engine := range engines {
		for name, client := range clients {
			t.Run(name+" to "+engine.name, func(t *testing.T) {
				e := newEngine(t, func(e *scriptedEngine) {
					e.encryption, e.strict, e.cert = engine.server, engine.strict, cert
				})
				cfg := Config{Engine: e.address(), EngineEncryption: engine.mode, Certificate: cert,
					EngineVerification: certs.Verification{CAFile: ca}}
				c := dialProxy(t, serve(t, cfg))
				client(c)
				login := plainLogin()
				if name == "strict" {
					login.TDSVersion = tds.V80
				}
				// Longer than a packet, so that login-only encryption ends within it.
				login.AppName = strings.Repeat("a", 128)
				login.SetFeature(tds.FeatureUserAgent, bytes.Repeat([]byte{1}, 9000))
				c.login(login)
				r := c.response()
				if r.ack == nil {
					t.Fatalf("login was not accepted: %+v", r)
				}
				if r.ack.TDSVersion != login.TDSVersion {
					t.Errorf("LOGINACK says %v to a client of %v", r.ack.TDSVersion, login.TDSVersion)
				}
				if got, want := e.login(0).TDSVersion == tds.V80, engine.strict; got != want {
					t.Errorf("the engine got TDS %v", e.login(0).TDSVersion)
				}
				for range 3 {
					c.batch("SELECT 1")
					if r := c.response(); r.kinds != "d" {
						t.Fatalf("answer is %+v", r)
					}
				}
			})
		}
	}
}

func TestEncryptionPolicies(t *testing.T) {
	cert, ca := selfSigned(t)
	other, _ := selfSigned(t)
	tests := []struct {
		name       string
		mode       EngineEncryption
		engineDoes tds.Encryption
		engineCert *certs.Server
		want       int32
	}{
		{"engine can't encrypt", EngineEncryptOn, tds.EncryptNotSup, cert, errEngineTLS},
		{"engine can't encrypt logins", EngineEncryptLogin, tds.EncryptNotSup, cert, errEngineTLS},
		{"engine insists", EngineEncryptOff, tds.EncryptReq, cert, errEngineTLS},
		{"wrong certificate", EngineEncryptOn, tds.EncryptOn, other, errEngineTLS},
		{"strict, but the engine is not", EngineEncryptStrict, tds.EncryptOn, cert, errEngineTLS},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newEngine(t, func(e *scriptedEngine) { e.encryption, e.cert = test.engineDoes, test.engineCert })
			c := dialProxy(t, serve(t, Config{Engine: e.address(), EngineEncryption: test.mode, Certificate: cert,
				EngineVerification: certs.Verification{CAFile: ca}}))
			c.prelogin(tds.EncryptOn)
			c.login(plainLogin())
			r := c.response()
			if r.number() != test.want || r.last().Status&tds.DoneError == 0 {
				t.Errorf("got %+v, want error %d", r, test.want)
			}
			if e.loginCount() != 0 {
				t.Error("the engine got a login")
			}
		})
	}
	t.Run("client must encrypt", func(t *testing.T) {
		e := newEngine(t, nil)
		address := serve(t, Config{Engine: e.address(), EngineEncryption: EngineEncryptOff, ClientEncryption: ClientEncryptRequired, Certificate: cert})
		c := dialProxy(t, address)
		c.prelogin(tds.EncryptNotSup)
		if agreed, _ := c.answer.Encryption(); agreed != tds.EncryptReq {
			t.Errorf("answer is %v", agreed)
		}
		if r := c.response(); r.err == nil {
			t.Error("the connection stays open")
		}
	})
}

func TestLoginIsRelayed(t *testing.T) {
	e := newEngine(t, nil)
	c := dialProxy(t, serve(t, plain(e)))
	c.prelogin(tds.EncryptNotSup, tds.PreloginOption{Token: tds.PreloginMARS, Data: []byte{0}},
		tds.PreloginOption{Token: 0x66, Data: []byte("unknown")})
	sent := plainLogin()
	sent.Language, sent.ClientLCID, sent.ClientTimeZone, sent.ClientPID = "Deutsch", 1031, -60, 4711
	sent.Features = []tds.Feature{{ID: 0x7E, Data: []byte("unknown feature")}}
	c.login(sent)
	if r := c.response(); r.ack == nil || r.kinds != "vIavd" {
		t.Fatalf("answer is %+v", r)
	}
	got := e.login(0)
	if got.Password != "p4ss" || got.Language != "Deutsch" || got.ClientPID != 4711 || got.Database != "db1" {
		t.Errorf("the engine got %v", got)
	}
	if data, _ := got.Feature(0x7E); string(data) != "unknown feature" {
		t.Errorf("feature is %q", data)
	}
	if got.ServerName != "127.0.0.1" {
		t.Errorf("ServerName is %q, want the engine's", got.ServerName)
	}
	p := e.firstPrelogin()
	if data, _ := p.Get(0x66); string(data) != "unknown" {
		t.Errorf("unknown PRELOGIN option is %q", data)
	}
	if v := c.answer.Version(); v.Build != 4175 {
		t.Errorf("version shown to the client is %v", v)
	}
}

// The engine's refusal reaches the client byte for byte.
func TestLoginRefusedByTheEngine(t *testing.T) {
	refusal := errorTokens(18456, "Login failed for user 'caller'.")
	e := newEngine(t, func(e *scriptedEngine) {
		e.converse = func(c *engineConn, _ *tds.Login7) bool { c.reply(refusal); return false }
	})
	c := dialProxy(t, serve(t, plain(e)))
	c.prelogin(tds.EncryptNotSup)
	c.login(plainLogin())
	m, err := c.in.ReadMessage(1<<20, nil)
	if err != nil || !bytes.Equal(m.Data, refusal) || m.SPID != 77 {
		t.Errorf("got %d bytes, SPID %d, %v", len(m.Data), m.SPID, err)
	}
	if r := c.response(); r.err == nil {
		t.Error("the connection stays open")
	}
}

func TestEngineFailuresDuringLogin(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	tests := []struct {
		name   string
		engine func(t *testing.T) string
		want   int32
	}{
		{"nobody listens", func(*testing.T) string { return closed.Addr().String() }, errEngineUnreachable},
		{"closes after LOGIN7", func(t *testing.T) string {
			return newEngine(t, func(e *scriptedEngine) {
				e.converse = func(*engineConn, *tds.Login7) bool { return false }
			}).address()
		}, errEngineClosed},
		{"answers with another message", func(t *testing.T) string {
			return newEngine(t, func(e *scriptedEngine) {
				e.converse = func(c *engineConn, _ *tds.Login7) bool {
					_ = c.out.WriteMessage(tds.PacketSQLBatch, 0, []byte("x"))
					return false
				}
			}).address()
		}, errEngineProtocol},
		{"is no TDS server", func(t *testing.T) string {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() })
			done := make(chan struct{})
			go func() {
				defer close(done)
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					_, _ = conn.Write([]byte("SSH-2.0-OpenSSH_9.2p1 Debian\r\n"))
					_ = conn.Close()
				}
			}()
			t.Cleanup(func() { _ = l.Close(); <-done })
			return l.Addr().String()
		}, errEngineProtocol},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := dialProxy(t, serve(t, Config{Engine: test.engine(t), EngineEncryption: EngineEncryptOff, ClientEncryption: ClientEncryptOff}))
			c.prelogin(tds.EncryptNotSup)
			c.login(plainLogin())
			r := c.response()
			if r.number() != test.want {
				t.Fatalf("got %+v, want error %d", r, test.want)
			}
			if m := r.messages[0]; !strings.HasPrefix(m.Text, product) || m.Class != classConnection {
				t.Errorf("message is %+v", m)
			}
		})
	}
}

// Logins of several messages, MS-TDS 3.2.5.2.
func TestCredentialsAreRelayed(t *testing.T) {
	challenge, _ := (&tds.SSPI{Data: []byte("NTLMSSP\x00challenge")}).Append(nil)
	info := (&tds.FedAuthInfo{STSURL: "https://login.example.org/", SPN: "https://database.example.org/"}).Append(nil)
	tests := []struct {
		name   string
		asks   []byte
		answer tds.PacketType
		size   int
	}{
		{"SSPI", challenge, tds.PacketSSPI, 300},
		{"FEDAUTH", info, tds.PacketFedAuthToken, 20000},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := make(chan []byte, 1)
			e := newEngine(t, func(e *scriptedEngine) {
				e.converse = func(c *engineConn, l *tds.Login7) bool {
					c.reply(test.asks)
					m, err := c.in.ReadMessage(1<<20, nil)
					if err != nil || m.Type != test.answer {
						return false
					}
					got <- m.Data
					c.accept(l, nil)
					return true
				}
			})
			c := dialProxy(t, serve(t, plain(e)))
			c.prelogin(tds.EncryptNotSup)
			c.login(plainLogin())
			m, err := c.in.ReadMessage(1<<20, nil)
			if err != nil || !bytes.Equal(m.Data, test.asks) {
				t.Fatalf("question is %x, %v", m.Data, err)
			}
			credentials := bytes.Repeat([]byte{0xA5}, test.size)
			c.send(test.answer, 0, credentials)
			if r := c.response(); r.ack == nil {
				t.Fatalf("answer is %+v", r)
			}
			if got := <-got; !bytes.Equal(got, credentials) {
				t.Errorf("the engine got %d bytes", len(got))
			}
			c.batch("SELECT 1")
			if r := c.response(); r.kinds != "d" {
				t.Errorf("answer is %+v", r)
			}
		})
	}
}

func TestRoutingIsFollowed(t *testing.T) {
	for _, enhanced := range []bool{false, true} {
		second := newEngine(t, nil)
		host, port := second.hostPort(t)
		env := tds.EnvChange{Type: tds.EnvRouting, Routing: &tds.Routing{Port: port, Server: host}}
		if enhanced {
			env.Type, env.Routing.Database = tds.EnvEnhancedRouting, "replica"
		}
		first := newEngine(t, func(e *scriptedEngine) {
			e.converse = func(c *engineConn, l *tds.Login7) bool {
				tokens, err := env.Append(nil)
				if err != nil {
					t.Error(err)
				}
				c.accept(l, tokens)
				return false
			}
		})
		c := dialProxy(t, serve(t, plain(first)))
		c.prelogin(tds.EncryptNotSup)
		c.login(plainLogin())
		r := c.response()
		if r.ack == nil {
			t.Fatalf("answer is %+v", r)
		}
		for _, v := range r.envs {
			if v.Routing != nil {
				t.Error("the client was shown the routing")
			}
		}
		c.batch("SELECT 1")
		if r := c.response(); r.kinds != "d" {
			t.Fatalf("answer is %+v", r)
		}
		if len(second.seen()) != 1 || len(first.seen()) != 0 {
			t.Error("the request did not reach the second engine")
		}
		got := second.login(0)
		if got.ServerName != host || got.Password != "p4ss" {
			t.Errorf("the second engine got %v", got)
		}
		if want := map[bool]string{false: "db1", true: "replica"}[enhanced]; got.Database != want {
			t.Errorf("database is %q, want %q", got.Database, want)
		}
	}
}

// A federated token that the client has sent once serves for the second engine too.
func TestRoutingWithFederatedToken(t *testing.T) {
	info := (&tds.FedAuthInfo{STSURL: "https://login.example.org/", SPN: "https://database.example.org/"}).Append(nil)
	tokens := [2]chan []byte{make(chan []byte, 1), make(chan []byte, 1)}
	converse := func(i int, after func(c *engineConn, l *tds.Login7) bool) func(c *engineConn, l *tds.Login7) bool {
		return func(c *engineConn, l *tds.Login7) bool {
			c.reply(info)
			m, err := c.in.ReadMessage(1<<20, nil)
			if err != nil {
				return false
			}
			tokens[i] <- m.Data
			return after(c, l)
		}
	}
	second := newEngine(t, func(e *scriptedEngine) {
		e.converse = converse(1, func(c *engineConn, l *tds.Login7) bool { c.accept(l, nil); return true })
	})
	host, port := second.hostPort(t)
	first := newEngine(t, func(e *scriptedEngine) {
		e.converse = converse(0, func(c *engineConn, l *tds.Login7) bool {
			env, _ := (&tds.EnvChange{Type: tds.EnvRouting, Routing: &tds.Routing{Port: port, Server: host}}).Append(nil)
			c.accept(l, env)
			return false
		})
	})
	c := dialProxy(t, serve(t, plain(first)))
	c.prelogin(tds.EncryptNotSup)
	c.login(plainLogin())
	if _, err := c.in.ReadMessage(1<<20, nil); err != nil {
		t.Fatal(err)
	}
	c.send(tds.PacketFedAuthToken, 0, []byte("token"))
	if r := c.response(); r.ack == nil {
		t.Fatalf("answer is %+v", r)
	}
	if a, b := string(<-tokens[0]), string(<-tokens[1]); a != "token" || b != "token" {
		t.Errorf("tokens are %q and %q", a, b)
	}
}

func TestRoutingThatCantBeFollowed(t *testing.T) {
	tests := []struct {
		name   string
		login  func(l *tds.Login7)
		target tds.Routing
		want   int32
	}{
		{"integrated security", func(l *tds.Login7) { l.OptionFlags2 |= tds.FlagIntSecurity; l.SSPI = []byte("x") },
			tds.Routing{Server: "127.0.0.1", Port: 1}, errRouting},
		{"unreachable", func(*tds.Login7) {}, tds.Routing{Server: "127.0.0.1", Port: 1}, errEngineUnreachable},
		{"not TCP", func(*tds.Login7) {}, tds.Routing{Server: "127.0.0.1", Port: 1, Protocol: 1}, errRouting},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newEngine(t, func(e *scriptedEngine) {
				e.converse = func(c *engineConn, l *tds.Login7) bool {
					env, _ := (&tds.EnvChange{Type: tds.EnvRouting, Routing: &test.target}).Append(nil)
					c.accept(l, env)
					return false
				}
			})
			c := dialProxy(t, serve(t, plain(e)))
			c.prelogin(tds.EncryptNotSup)
			l := plainLogin()
			test.login(l)
			c.login(l)
			if r := c.response(); r.number() != test.want {
				t.Errorf("got %+v, want error %d", r, test.want)
			}
		})
	}
	t.Run("in a circle", func(t *testing.T) {
		var host string
		var port uint16
		ready := make(chan struct{})
		converse := func(c *engineConn, l *tds.Login7) bool {
			<-ready
			env, _ := (&tds.EnvChange{Type: tds.EnvRouting, Routing: &tds.Routing{Server: host, Port: port}}).Append(nil)
			c.accept(l, env)
			return false
		}
		e := newEngine(t, func(e *scriptedEngine) { e.converse = converse })
		host, port = e.hostPort(t)
		close(ready)
		c := dialProxy(t, serve(t, plain(e)))
		c.prelogin(tds.EncryptNotSup)
		c.login(plainLogin())
		if r := c.response(); r.number() != errRouting {
			t.Errorf("got %+v", r)
		}
		if n := e.loginCount(); n != maxHops+1 {
			t.Errorf("%d logins", n)
		}
	})
}

func (e *scriptedEngine) hostPort(t *testing.T) (string, uint16) {
	t.Helper()
	a := e.listener.Addr().(*net.TCPAddr)
	return a.IP.String(), uint16(a.Port)
}
