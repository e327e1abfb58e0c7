package proxy

import (
	"bytes"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tds-launchpad/tds"
)

// recorded reads a wire dump, whose origin is in its name.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "tds", "testdata", "dumps", name+".hex"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return data
}

// The sessions of MS-TDS section 4, message by message: logins say the same on both sides, and
// everything else is the same.
func TestRecordedSessions(t *testing.T) {
	type exchange struct{ request, response string }
	sessions := []struct {
		name  string
		login exchange
		after []exchange
	}{
		{"SQL login", exchange{"ms-tds-4.2-login-request", "ms-tds-4.4-login-response"}, []exchange{
			{"ms-tds-4.6-sql-batch-client-request", "ms-tds-4.7-sql-batch-server-response"},
			{"ms-tds-4.8-rpc-client-request", "ms-tds-4.9-rpc-server-response"},
			{"ms-tds-4.12-bulk-load", "ms-tds-4.7-sql-batch-server-response"},
			{"ms-tds-4.13-transaction-manager-request", "ms-tds-4.9-rpc-server-response"},
			{"ms-tds-4.14-tvp-insert-statement", "babelfish-4.3.0-select-lobs"},
			{"ms-tds-4.6-sql-batch-client-request", "babelfish-4.3.0-error-response"},
		}},
		{"federated login", exchange{"ms-tds-4.3-login-request-federated-auth", "ms-tds-4.5-login-response-federated-auth"}, []exchange{
			{"ms-tds-4.6-sql-batch-client-request", "ms-tds-4.18-table-response-sessionstate"},
		}},
	}
	for _, session := range sessions {
		t.Run(session.name, func(t *testing.T) {
			problems := make(chan string, 1)
			e := newEngine(t, func(e *scriptedEngine) {
				e.converse = func(c *engineConn, _ *tds.Login7) bool {
					_, err := c.conn.Write(recorded(t, session.login.response))
					return err == nil
				}
				e.raw = func(c *engineConn) {
					for _, x := range session.after {
						want := recorded(t, x.request)
						got := make([]byte, len(want))
						if _, err := io.ReadFull(c.conn, got); err != nil || !bytes.Equal(got, want) {
							problems <- x.request + " differs"
							return
						}
						_, _ = c.conn.Write(recorded(t, x.response))
					}
					problems <- ""
				}
			})
			c := dialProxy(t, serve(t, plain(e)))
			prelogin := recorded(t, "ms-tds-4.1-pre-login-request")
			client, err := tds.ParsePrelogin(prelogin[tds.HeaderSize:])
			if err != nil {
				t.Fatal(err)
			}
			client.SetEncryption(tds.EncryptNotSup) // the dumps that follow are plain
			payload, err := client.Append(nil)
			if err != nil {
				t.Fatal(err)
			}
			c.send(tds.PacketPrelogin, 0, payload)
			if _, err := c.in.ReadMessage(tds.MaxPreloginSize, nil); err != nil {
				t.Fatal(err)
			}
			login := recorded(t, session.login.request)
			if _, err := c.conn.Write(login); err != nil {
				t.Fatal(err)
			}
			receive(t, c, session.login.response)
			sent, err := tds.ParseLogin7(login[tds.HeaderSize:])
			if err != nil {
				t.Fatal(err)
			}
			sent.ServerName = "127.0.0.1"
			want, err := sent.Append(nil)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := e.login(0).Append(nil); err != nil || !bytes.Equal(got, want) {
				t.Errorf("LOGIN7 differs in more than the server's name (%v)", err)
			}
			seen := e.firstPrelogin()
			for _, o := range client.Options {
				got, ok := seen.Get(o.Token)
				if own := o.Token == tds.PreloginEncryption || o.Token == tds.PreloginInstOpt; !ok || !own && !bytes.Equal(got, o.Data) {
					t.Errorf("PRELOGIN option %x is %x, was %x", o.Token, got, o.Data)
				}
			}
			for _, x := range session.after {
				if _, err := c.conn.Write(recorded(t, x.request)); err != nil {
					t.Fatal(err)
				}
				receive(t, c, x.response)
			}
			if problem := <-problems; problem != "" {
				t.Error(problem)
			}
		})
	}
}

// receive makes sure that a recorded answer arrives byte for byte.
func receive(t *testing.T, c *rawClient, name string) {
	t.Helper()
	want := recorded(t, name)
	m, err := c.in.ReadRawMessage(1<<20, nil)
	if err != nil || !bytes.Equal(m.Raw, want) {
		t.Fatalf("%s differs (%v)", name, err)
	}
}
