package proxy

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"tds-launchpad/certs"
	"tds-launchpad/tds"
)

// By token and by certificate, however it is encrypted, the caller logs in: with the credentials of
// his session, in the database of the call.
func TestLoopbackAsTheCaller(t *testing.T) {
	tests := []struct {
		name       string
		encryption tds.Encryption
		agreed     tds.Encryption
		token      bool
	}{
		{"token", tds.EncryptNotSup, tds.EncryptNotSup, true},
		{"token, login encrypted", tds.EncryptOff, tds.EncryptOff, true},
		{"token, all encrypted", tds.EncryptOn, tds.EncryptOn, true},
		{"certificate, login encrypted", tds.EncryptClientCert | tds.EncryptOff, tds.EncryptOff, false},
		{"certificate, all encrypted", tds.EncryptClientCert | tds.EncryptOn, tds.EncryptOn, false},
		{"certificate, required", tds.EncryptClientCert | tds.EncryptReq, tds.EncryptOn, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tokens := make(chan string, 1)
			e := newLoopEngine(t, loopOptions{row: sysadmin}, func(l *looped) string {
				tokens <- l.call.Loopback.Token
				login := loopLogin("", "")
				if test.token {
					login = loopLogin("anybody", l.call.Loopback.Token)
				}
				c, number, err := l.enter(test.encryption, login, l.pair())
				if c == nil {
					return cameTo(c, number, err)
				}
				agreed, _ := c.answer.Encryption()
				c.batch("SELECT 'from the script'")
				r := c.response()
				return fmt.Sprint(agreed == test.agreed, " ", r.kinds)
			})
			if got := e.run(t); got != "true d" {
				t.Errorf("the script says %s", got)
			}
			login := e.login(1)
			if login.UserName != "caller" || login.Password != "p4ss" || login.Database != "db1" {
				t.Errorf("the engine got %v", login)
			}
			e.logged(t, `"message":"script started"`, `"account":"TEST01"`, `"connections":1`, `"depth":1`)
			for _, secret := range []string{<-tokens, "p4ss"} {
				if strings.Contains(e.log.String(), secret) {
					t.Errorf("the log has the secret %q in it", secret)
				}
			}
		})
	}
}

// What is refused is refused by us: the engine never hears of it, the client reads 18456, the log why.
func TestLoopbackRefusals(t *testing.T) {
	foreign, err := certs.NewSatellite(uuid.New(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(foreign.Certificate, foreign.Key)
	if err != nil {
		t.Fatal(err)
	}
	byCert := tds.EncryptClientCert | tds.EncryptOn
	tests := []struct {
		name  string
		enter func(l *looped) (*rawClient, int32, error)
		want  string
		log   string
	}{
		{"foreign certificate", func(l *looped) (*rawClient, int32, error) { return l.enter(byCert, loopLogin("", ""), pair) },
			"18456", "not the one of the call's launchpad"},
		{"no certificate", func(l *looped) (*rawClient, int32, error) { return l.enter(byCert, loopLogin("", "")) },
			"18456", "showed none"},
		{"certificate without the bit", func(l *looped) (*rawClient, int32, error) {
			return l.enter(tds.EncryptOn, loopLogin("", ""), l.pair())
		}, "18456", "neither certificate nor token nor login"},
		{"certificate and user", func(l *looped) (*rawClient, int32, error) {
			return l.enter(byCert, loopLogin("sa", "x"), l.pair())
		}, "18456", "together with other credentials"},
		{"certificate and change of password", func(l *looped) (*rawClient, int32, error) {
			login := loopLogin("", "")
			login.OptionFlags3, login.ChangePassword = tds.FlagChangePassword, "new"
			return l.enter(byCert, login, l.pair())
		}, "18456", "together with other credentials"},
		{"certificate without encryption", func(l *looped) (*rawClient, int32, error) {
			return l.enter(tds.EncryptClientCert|tds.EncryptNotSup, loopLogin("", ""), l.pair())
		}, "closed", "ENCRYPT_NOT_SUP|ENCRYPT_CLIENT_CERT"},
		{"wrong token", func(l *looped) (*rawClient, int32, error) { return l.enter(tds.EncryptOff, loopLogin("x", newToken())) },
			"18456", "token of another call"},
		{"token cut off", func(l *looped) (*rawClient, int32, error) {
			token := l.call.Loopback.Token
			return l.enter(tds.EncryptOff, loopLogin("x", token[:len(token)-1]))
		}, "18456", "token of another call"},
		{"token and change of password", func(l *looped) (*rawClient, int32, error) {
			login := loopLogin("x", l.call.Loopback.Token)
			login.OptionFlags3, login.ChangePassword = tds.FlagChangePassword, "new"
			return l.enter(tds.EncryptOff, login)
		}, "18456", "change of password"},
		{"integrated security", func(l *looped) (*rawClient, int32, error) {
			login := loopLogin("", "")
			login.OptionFlags2, login.SSPI = login.OptionFlags2|tds.FlagIntSecurity, []byte("NTLMSSP")
			return l.enter(tds.EncryptOff, login)
		}, "18456", "integrated or federated"},
		{"federated security with a token", func(l *looped) (*rawClient, int32, error) {
			login := loopLogin("x", l.call.Loopback.Token)
			login.SetFeature(tds.FeatureFedAuth, []byte{2, 0, 0, 0, 0})
			return l.enter(tds.EncryptOff, login)
		}, "18456", "integrated or federated"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newLoopEngine(t, loopOptions{row: sysadmin}, func(l *looped) string { return cameTo(test.enter(l)) })
			if got := e.run(t); got != test.want {
				t.Errorf("the script says %s, want %s", got, test.want)
			}
			if n := e.loginCount(); n != 1 {
				t.Errorf("the engine got %d logins", n)
			}
			e.logged(t, test.log)
		})
	}
}

// Secrets of a call are nothing after it, even for the next call of the same login.
func TestLoopbackSecretsDieWithTheCall(t *testing.T) {
	type kept struct {
		*looped
		pair tls.Certificate
	}
	calls := make(chan kept, 1)
	e := newLoopEngine(t, loopOptions{row: sysadmin}, func(l *looped) string {
		select {
		case earlier := <-calls:
			return cameTo(l.enter(tds.EncryptClientCert|tds.EncryptOn, loopLogin("", ""), earlier.pair)) + " " +
				cameTo(l.enter(tds.EncryptOff, loopLogin("x", earlier.call.Loopback.Token)))
		default:
			calls <- kept{l, l.pair()}
			return "first"
		}
	})
	if got := e.run(t); got != "first" {
		t.Fatalf("the script says %s", got)
	}
	e.logged(t, `"message":"script call"`) // now the launchpad is no more
	earlier := <-calls
	if conn, err := net.Dial("tcp", earlier.address); err == nil {
		_ = conn.Close()
		t.Error("the ended call's listener is still there")
	}
	if strings.Contains(string(earlier.call.Loopback.Key), "PRIVATE") {
		t.Error("the ended launchpad's key is still there")
	}
	calls <- earlier
	if got := e.run(t); got != "18456 18456" {
		t.Errorf("with the secrets of the call before: %s", got)
	}
}

func TestPublicPortRefusesWhatIsForScripts(t *testing.T) {
	e := newLoopEngine(t, loopOptions{row: sysadmin}, nil)
	for encryption, want := range map[tds.Encryption]tds.Encryption{
		tds.EncryptClientCert | tds.EncryptOff:    tds.EncryptNotSup,
		tds.EncryptClientCert | tds.EncryptOn:     tds.EncryptNotSup,
		tds.EncryptClientCert | tds.EncryptReq:    tds.EncryptNotSup,
		tds.EncryptClientCert | tds.EncryptNotSup: tds.EncryptReq,
	} {
		c := dialProxy(t, e.proxy)
		var p tds.Prelogin
		p.SetVersion(tds.ProductVersion{Major: 9})
		p.SetEncryption(encryption)
		payload, _ := p.Append(nil)
		c.send(tds.PacketPrelogin, 0, payload)
		m, err := c.in.ReadMessage(tds.MaxPreloginSize, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := tds.ParsePrelogin(m.Data)
		if got, _ := answer.Encryption(); err != nil || got != want {
			t.Errorf("%v was answered by %v, %v", encryption, got, err)
		}
		if _, err := c.in.ReadMessage(tds.MaxPreloginSize, nil); err == nil {
			t.Errorf("%v: the connection goes on", encryption)
		}
	}
	e.logged(t, "on a script's loopback connection only")

	c := dialProxy(t, e.proxy)
	c.prelogin(tds.EncryptOff)
	c.login(loopLogin("caller", newToken()))
	if r := c.response(); r.number() != 18456 || r.messages[0].Text != "Login failed for user 'caller'." || r.messages[0].Class != 14 {
		t.Errorf("a token was answered by %+v", r)
	}
	e.logged(t, "one-call token on the public port")
	if n := e.loginCount(); n != 0 {
		t.Errorf("the engine got %d logins", n)
	}
}

// An explicit login is relayed as on the public port.
func TestLoopbackWithALoginOfItsOwn(t *testing.T) {
	e := newLoopEngine(t, loopOptions{row: sysadmin}, func(l *looped) string {
		login := loopLogin("other", "secret")
		login.Database = "db2"
		return cameTo(l.enter(tds.EncryptOff, login))
	})
	if got := e.run(t); got != "in" {
		t.Errorf("the script says %s", got)
	}
	if l := e.login(1); l.UserName != "other" || l.Password != "secret" || l.Database != "db2" {
		t.Errorf("the engine got %v", l)
	}
	for _, m := range e.seen() {
		if strings.Contains(batchText(m), "USER_NAME(), DB_NAME()") && !isHelper(m) {
			t.Errorf("the engine was asked %q", batchText(m))
		}
	}
}

func TestLoopbackIsCappedAndCut(t *testing.T) {
	open := make(chan *rawClient, maxLoopbackConnections)
	e := newLoopEngine(t, loopOptions{row: sysadmin}, func(l *looped) string {
		for range maxLoopbackConnections {
			c, number, err := l.enter(tds.EncryptNotSup, loopLogin("x", l.call.Loopback.Token))
			if c == nil {
				return cameTo(c, number, err)
			}
			open <- c
		}
		conn, err := net.Dial("tcp", l.address)
		if err != nil {
			return err.Error()
		}
		defer conn.Close()
		if n, err := conn.Read(make([]byte, 1)); err == nil {
			return fmt.Sprint("one too many reads ", n)
		}
		return "full"
	})
	if got := e.run(t); got != "full" {
		t.Errorf("the script says %s", got)
	}
	for range len(open) {
		c := <-open
		_ = c.raw.SetDeadline(time.Now().Add(patience))
		if _, err := c.in.ReadMessage(1<<20, nil); err == nil {
			t.Error("a connection is open after the call")
		}
	}
	e.logged(t, "too many connections", "the script call has ended", fmt.Sprintf(`"connections":%d`, maxLoopbackConnections))
}

func TestLoopbackEndsAfterFailures(t *testing.T) {
	e := newLoopEngine(t, loopOptions{row: sysadmin}, func(l *looped) string {
		var all []string
		for range maxLoopbackFailures + 1 {
			all = append(all, cameTo(l.enter(tds.EncryptNotSup, loopLogin("x", newToken()))))
		}
		conn, err := net.Dial("tcp", l.address)
		if err != nil {
			return err.Error()
		}
		defer conn.Close()
		_, err = conn.Read(make([]byte, 1))
		return fmt.Sprint(strings.Count(strings.Join(all, " "), "18456"), " ", err == io.EOF)
	})
	if got := e.run(t); got != fmt.Sprint(maxLoopbackFailures, " true") {
		t.Errorf("the script says %s", got)
	}
	e.logged(t, "too many refused logins")
}

// The parallel calls of a login share a launchpad; no two logins do, and none lives on.
func TestLaunchpads(t *testing.T) {
	var pads launchpads
	a, b, c := &loopback{}, &loopback{}, &loopback{}
	first, err := pads.enter("alice", a)
	if err != nil {
		t.Fatal(err)
	}
	second, _ := pads.enter("alice", b)
	other, _ := pads.enter("bob", c)
	if first != second || first == other || first.id == other.id || first.certificate.Fingerprint.Equal(other.certificate.Fingerprint) {
		t.Error("launchpads are not one per login")
	}
	pads.leave(first, a)
	if third, _ := pads.enter("alice", a); third != first {
		t.Error("a launchpad died before its last call")
	}
	pads.leave(first, a)
	pads.leave(first, b)
	pads.leave(other, c)
	if len(pads.byLogin) != 0 {
		t.Errorf("%d launchpads are left", len(pads.byLogin))
	}
	if again, _ := pads.enter("alice", a); again.id == first.id {
		t.Error("a dead launchpad came back")
	}
}

// While calls run, the server tells whose they are.
func TestRunningScripts(t *testing.T) {
	var both sync.WaitGroup
	both.Add(2)
	looked := make(chan struct{})
	e := newLoopEngine(t, loopOptions{row: sysadmin}, func(l *looped) string {
		c, number, err := l.enter(tds.EncryptNotSup, loopLogin("x", l.call.Loopback.Token))
		both.Done()
		<-looked
		return cameTo(c, number, err)
	})
	var done sync.WaitGroup
	clients := []*rawClient{open(t, e.proxy), open(t, e.proxy)}
	for _, c := range clients {
		c.batch(simpleCall)
		done.Go(func() { c.response() })
	}
	both.Wait()
	running := e.server.Running()
	e.server.LogRunning()
	close(looked)
	done.Wait()
	if len(running) != 2 {
		t.Fatalf("%d scripts run", len(running))
	}
	for _, r := range running {
		if r.Account != "TEST01" || r.Login != "caller" || r.Database != "db1" || r.User != "user1" || r.Connections != 1 ||
			r.Launchpad != running[0].Launchpad || r.Depth != 0 {
			t.Errorf("%+v", r)
		}
	}
	if running[0].Call == running[1].Call || running[0].Session == running[1].Session {
		t.Error("two calls are told as one")
	}
	e.logged(t, `"message":"running script"`, running[1].Call.String())
	if left := e.server.Running(); len(left) != 0 {
		t.Errorf("left are %+v", left)
	}
}

// Scripts that call each other end at a depth, and none of them queues.
func TestLoopbackDepth(t *testing.T) {
	var mu sync.Mutex
	nested := map[bool]int{}
	e := newLoopEngine(t, loopOptions{row: sysadmin}, func(l *looped) string {
		mu.Lock()
		nested[l.call.Nested]++
		mu.Unlock()
		c, number, err := l.enter(tds.EncryptNotSup, loopLogin("x", l.call.Loopback.Token))
		if c == nil {
			return cameTo(c, number, err)
		}
		c.batch(simpleCall)
		r := c.response()
		if len(r.messages) == 0 {
			return fmt.Sprint("?", r.err)
		}
		return "." + r.messages[0].Text
	})
	got := e.run(t)
	if want := strings.Repeat(".", maxLoopbackDepth) + product + "scripts have called each other"; !strings.HasPrefix(got, want) {
		t.Errorf("the scripts say %s", got)
	}
	if nested[false] != 1 || nested[true] != maxLoopbackDepth-1 {
		t.Errorf("nested are %v", nested)
	}
}

func TestCredentialsAreForgotten(t *testing.T) {
	login := plainLogin()
	c := credentialsOf(login)
	own := c.clone()
	kept := c.password
	c.forget()
	if c.held || strings.Trim(string(kept), "\x00") != "" {
		t.Errorf("%q is left", kept)
	}
	if string(own.password) != "p4ss" {
		t.Error("a clone was forgotten too")
	}
	login.OptionFlags3, login.ChangePassword = tds.FlagChangePassword, "new"
	if c := credentialsOf(login); string(c.password) != "new" {
		t.Error("a changed password is not the one kept")
	}
	login.SetFeature(tds.FeatureFedAuth, nil)
	if credentialsOf(login).held {
		t.Error("federated credentials are kept")
	}
}
