package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

// looped is a script call as a test's script sees it.
type looped struct {
	t       *testing.T
	call    *executor.Call
	address string
}

// looping runs functions in place of scripts, with a listener each. What a script returns is printed.
func looping(t *testing.T, script func(l *looped) string) fakeRunner {
	return func(ctx context.Context, call *executor.Call, _ executor.Rows) (ScriptResult, error) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Error(err)
			return nil, err
		}
		inside, end := context.WithCancel(ctx)
		var serving sync.WaitGroup
		serving.Go(func() { call.Loopback.Serve(inside, "TEST01", []net.Listener{listener}) })
		text := script(&looped{t, call, listener.Addr().String()})
		end()
		serving.Wait()
		return &fakeResult{messages: []tds.ServerMessage{{Number: 39005, State: 1, Text: text}}}, nil
	}
}

// pair is the launchpad's certificate as a script finds it in its folder.
func (l *looped) pair() tls.Certificate {
	pair, err := tls.X509KeyPair(l.call.Loopback.Certificate, l.call.Loopback.Key)
	if err != nil {
		l.t.Error(err)
	}
	return pair
}

// loopLogin is a LOGIN7 as a script's driver sends it.
func loopLogin(user, password string) *tds.Login7 {
	login := plainLogin()
	login.UserName, login.Password, login.Database = user, password, ""
	return login
}

// enter logs in and returns the connection with the engine's acceptance, or the number of the error.
// Nothing in it ends the test: it runs in the goroutine of a script.
func (l *looped) enter(encryption tds.Encryption, login *tds.Login7, certificates ...tls.Certificate) (*rawClient, int32, error) {
	conn, err := net.Dial("tcp", l.address)
	if err != nil {
		return nil, 0, err
	}
	c := &rawClient{t: l.t, raw: conn, certificates: certificates}
	c.use(conn)
	if err := c.tryPrelogin(encryption); err != nil {
		_ = conn.Close()
		return nil, 0, err
	}
	payload, err := login.Append(nil)
	if err == nil {
		err = c.out.WriteMessage(tds.PacketLogin7, 0, payload)
	}
	if err != nil {
		_ = conn.Close()
		return nil, 0, err
	}
	r := c.response()
	if r.ack == nil {
		_ = conn.Close()
		return nil, r.number(), r.err
	}
	c.accepted = r
	return c, 0, nil
}

// tryPrelogin is prelogin without encryption if the answer allows it, and with the error as a result.
func (c *rawClient) tryPrelogin(encryption tds.Encryption) error {
	var p tds.Prelogin
	p.SetVersion(tds.ProductVersion{Major: 9})
	p.SetEncryption(encryption)
	payload, err := p.Append(nil)
	if err == nil {
		err = c.out.WriteMessage(tds.PacketPrelogin, 0, payload)
	}
	if err != nil {
		return err
	}
	m, err := c.in.ReadMessage(tds.MaxPreloginSize, nil)
	if err != nil {
		return err
	}
	if c.answer, err = tds.ParsePrelogin(m.Data); err != nil {
		return err
	}
	agreed, _ := c.answer.Encryption()
	if agreed.Setting() == tds.EncryptNotSup {
		return nil
	}
	framed := tds.NewHandshakeConn(c.raw)
	secure := tls.Client(framed, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, Certificates: c.certificates})
	if err := secure.Handshake(); err != nil {
		return err
	}
	if agreed.Setting() == tds.EncryptOff {
		c.use(tds.LoginOnlyClient(framed, secure))
		return nil
	}
	framed.FinishHandshake()
	c.use(secure)
	return nil
}

// cameTo is what enter has come to, in a word.
func cameTo(c *rawClient, number int32, err error) string {
	switch {
	case c != nil:
		_ = c.raw.Close()
		return "in"
	case number != 0:
		return fmt.Sprint(number)
	case errors.Is(err, io.EOF):
		return "closed"
	}
	return fmt.Sprint("error: ", err)
}

// identity answers the question of who a connection has become.
func identityRow(login, user, database string) []byte {
	name := tds.NVarChar(128, tds.DefaultCollation)
	cols := make([]tds.Column, 4)
	values := make([][]byte, 4)
	for i, s := range []string{"", login, user, database} {
		cols[i] = tds.Column{Type: name, Flags: tds.ColumnNullable}
		values[i] = tds.AppendUTF16([]byte{}, s)
	}
	out, _ := (&tds.ColMetadata{Columns: cols}).Append(nil, tds.TokenFormat{})
	out, _ = tds.AppendRow(out, cols, values)
	return append(out, (&tds.Done{Token: tds.TokenDone, Status: tds.DoneCount, RowCount: 1}).Append(nil, tds.V74)...)
}

// numberRow is a row with one number.
func numberRow(n byte) []byte {
	cols := []tds.Column{{Type: tds.Int(4), Flags: tds.ColumnNullable}}
	out, _ := (&tds.ColMetadata{Columns: cols}).Append(nil, tds.TokenFormat{})
	out, _ = tds.AppendRow(out, cols, [][]byte{{n, 0, 0, 0}})
	return append(out, (&tds.Done{Token: tds.TokenDone, Status: tds.DoneCount, RowCount: 1}).Append(nil, tds.V74)...)
}

// loopEngine is an engine on which loopback connections come out as login, user1, db1.
type loopEngine struct {
	*scriptedEngine
	log    *lockedBuffer
	server *Server
	proxy  string
}

type loopOptions struct {
	row      helperRow
	identity func(text string) []byte // the answer to who the connection is
	scope    byte                     // HAS_PERMS_BY_NAME(NULL, NULL, N'CONNECT SQL')
	config   func(*Config)
}

func newLoopEngine(t *testing.T, o loopOptions, script func(l *looped) string) *loopEngine {
	t.Helper()
	cert, _ := selfSigned(t)
	e := newEngine(t, func(e *scriptedEngine) {
		e.handle = func(c *engineConn, m tds.RawMessage) {
			switch text := batchText(m); {
			case strings.Contains(text, "ORIGINAL_LOGIN()"):
				c.reply(o.row.tokens())
			case strings.Contains(text, "SUSER_SNAME(), USER_NAME(), DB_NAME()"):
				if o.identity != nil {
					c.reply(o.identity(text))
					return
				}
				c.reply(identityRow("caller", "user1", "db1"))
			case strings.Contains(text, "CONNECT SQL"):
				c.reply(numberRow(o.scope))
			default:
				c.reply(done(0))
			}
		}
	})
	l := &loopEngine{scriptedEngine: e, log: &lockedBuffer{}}
	cfg := plain(e)
	cfg.Certificate, cfg.ClientEncryption = cert, ClientEncryptOptional
	cfg.Scripts, cfg.Logger = looping(t, script), zerolog.New(l.log)
	if o.config != nil {
		o.config(&cfg)
	}
	l.server, l.proxy = serveServer(t, cfg, false)
	return l
}

// run opens a session and calls the script; it returns what that has printed.
func (l *loopEngine) run(t *testing.T) string {
	t.Helper()
	c := open(t, l.proxy)
	c.batch(simpleCall)
	r := c.response()
	if r.number() != 0 || len(r.messages) == 0 {
		t.Fatalf("answer is %+v", r)
	}
	return r.messages[0].Text
}

// logged fails unless the log gets all of want: a session's last line may come late.
func (l *loopEngine) logged(t *testing.T, want ...string) {
	t.Helper()
	for _, w := range want {
		for end := time.Now().Add(patience); !strings.Contains(l.log.String(), w) && time.Now().Before(end); {
			time.Sleep(5 * time.Millisecond)
		}
		if text := l.log.String(); !strings.Contains(text, w) {
			t.Errorf("the log lacks %q:\n%s", w, text)
		}
	}
}
