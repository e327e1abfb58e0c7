package engine

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tds-launchpad/tds"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must come. Nothing is measured against it.
const patience = 20 * time.Second

// rawClient is a client that says exactly what a test wants.
type rawClient struct {
	t       *testing.T
	conn    net.Conn
	in      *tds.PacketReader
	out     *tds.PacketWriter
	version tds.Version
	tran    uint64 // descriptor in the headers of requests
}

func dial(t *testing.T, address string) *rawClient {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return &rawClient{t: t, conn: conn, version: tds.V74,
		in: tds.NewPacketReader(conn, 0), out: tds.NewPacketWriter(conn, tds.DefaultPacketSize)}
}

// dialIn dials, says PRELOGIN and logs in as sa.
func dialIn(t *testing.T, address string, v tds.Version) (*rawClient, reply) {
	t.Helper()
	c := dial(t, address)
	c.version = v
	c.prelogin()
	c.login(tds.Login7{UserName: "sa", Password: testPassword})
	r := c.reply()
	if !strings.Contains(r.tokens, "loginack") {
		t.Fatalf("login was not accepted: %s", r.tokens)
	}
	return c, r
}

func (c *rawClient) prelogin() {
	c.t.Helper()
	var p tds.Prelogin
	p.SetVersion(tds.ProductVersion{Major: 11})
	p.SetEncryption(tds.EncryptNotSup)
	payload, err := p.Append(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(tds.PacketPrelogin, 0, payload)
	if _, err := c.in.ReadMessage(tds.MaxPreloginSize, nil); err != nil {
		c.t.Fatalf("answer to PRELOGIN: %v", err)
	}
}

func (c *rawClient) login(l tds.Login7) {
	c.t.Helper()
	l.TDSVersion, l.HostName = c.version, "raw"
	payload, err := l.Append(nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(tds.PacketLogin7, 0, payload)
}

func (c *rawClient) send(typ tds.PacketType, status tds.Status, payload []byte) {
	c.t.Helper()
	if err := c.out.WriteMessage(typ, status, payload); err != nil {
		c.t.Fatal(err)
	}
}

func (c *rawClient) batchPayload(text string) []byte {
	c.t.Helper()
	b := tds.SQLBatch{Headers: tds.TransactionHeaders(c.tran), Text: tds.AppendUTF16(nil, text)}
	payload, err := b.Append(nil, tds.RequestFormat{Version: c.version})
	if err != nil {
		c.t.Fatal(err)
	}
	return payload
}

// batch sends an SQL batch and returns its answer.
func (c *rawClient) batch(text string) reply {
	c.t.Helper()
	return c.batchStatus(text, 0)
}

func (c *rawClient) batchStatus(text string, status tds.Status) reply {
	c.t.Helper()
	c.send(tds.PacketSQLBatch, status, c.batchPayload(text))
	return c.reply()
}

func (c *rawClient) rpc(calls ...tds.RPCCall) reply {
	c.t.Helper()
	r := tds.RPCRequest{Headers: tds.TransactionHeaders(c.tran), Calls: calls}
	payload, err := r.Append(nil, tds.RequestFormat{Version: c.version})
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(tds.PacketRPC, 0, payload)
	return c.reply()
}

func (c *rawClient) manage(r tds.TransMgr) reply {
	c.t.Helper()
	r.Headers = tds.TransactionHeaders(c.tran)
	payload, err := r.Append(nil, tds.RequestFormat{Version: c.version})
	if err != nil {
		c.t.Fatal(err)
	}
	c.send(tds.PacketTransMgr, 0, payload)
	return c.reply()
}

var attention = (tds.Header{Type: tds.PacketAttention, Status: tds.StatusEOM, Length: tds.HeaderSize}).Append(nil)

func (c *rawClient) attention() {
	c.t.Helper()
	if _, err := c.conn.Write(attention); err != nil {
		c.t.Fatal(err)
	}
}

// closed waits for the engine to end the connection.
func (c *rawClient) closed() {
	c.t.Helper()
	if _, err := io.Copy(io.Discard, c.conn); err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			c.t.Error("the connection stays open")
		}
	}
}

// reply is one response message: its tokens in a readable form, and what tests
// look at more closely.
type reply struct {
	tokens  string
	columns []tds.Column
	rows    [][][]byte
	envs    []tds.EnvChange
	errors  []int32
	returns []tds.ReturnValue
}

func (c *rawClient) reply() reply {
	c.t.Helper()
	m, err := c.in.ReadMessage(64<<20, nil)
	if err != nil {
		c.t.Fatalf("response: %v", err)
	}
	var r reply
	var tokens []string
	reader := tds.NewTokenReader(bytes.NewReader(m.Data), tds.TokenReaderOptions{TokenFormat: tds.TokenFormat{Version: c.version}})
	for {
		token, err := reader.Next()
		if errors.Is(err, io.EOF) {
			r.tokens = strings.Join(tokens, ", ")
			return r
		}
		if err != nil {
			c.t.Fatalf("response after %v: %v", tokens, err)
		}
		tokens = append(tokens, r.note(token))
	}
}

// note keeps what a token brought and says what it is.
func (r *reply) note(token tds.Token) string {
	switch token := token.(type) {
	case *tds.LoginAck:
		return fmt.Sprintf("loginack %v", token.TDSVersion)
	case *tds.ColMetadata:
		r.columns = token.Columns
		return "columns"
	case *tds.Row:
		row := make([][]byte, len(token.Values))
		for i, v := range token.Values {
			row[i] = bytes.Clone(v)
		}
		r.rows = append(r.rows, row)
		return "row"
	case *tds.ServerMessage:
		if !token.IsError {
			return fmt.Sprintf("info %d", token.Number)
		}
		r.errors = append(r.errors, token.Number)
		return fmt.Sprintf("error %d", token.Number)
	case *tds.EnvChange:
		r.envs = append(r.envs, *token)
		return fmt.Sprintf("env %d", token.Type)
	case *tds.ReturnStatus:
		return fmt.Sprintf("status %d", token.Value)
	case *tds.ReturnValue:
		r.returns = append(r.returns, *token)
		return "value " + token.Name
	case *tds.Done:
		return doneText(token)
	default:
		return fmt.Sprintf("%T", token)
	}
}

func doneText(d *tds.Done) string {
	text := map[tds.TokenType]string{tds.TokenDone: "done", tds.TokenDoneProc: "doneproc", tds.TokenDoneInProc: "doneinproc"}[d.Token]
	for _, flag := range []struct {
		bit  tds.DoneStatus
		name string
	}{{tds.DoneMore, " more"}, {tds.DoneError, " error"}, {tds.DoneAttn, " attention"}, {tds.DoneRPCInBatch, " in-batch"}, {tds.DoneSrvError, " severe"}} {
		if d.Status&flag.bit != 0 {
			text += flag.name
		}
	}
	if d.Status&tds.DoneCount != 0 {
		text += fmt.Sprintf(" count=%d", d.RowCount)
	}
	return text
}
