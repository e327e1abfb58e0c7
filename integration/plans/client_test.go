package plans

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"tds-launchpad/tds"
)

// client speaks TDS, so that every token of an answer can be compared.
type client struct {
	conn net.Conn
	in   *tds.PacketReader
	out  *tds.PacketWriter
	tran uint64
}

// patience is how long an answer may take. Nothing is measured against it.
const patience = 60 * time.Second

func dial(address, user, password, database string) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	c := &client{conn: conn, in: tds.NewPacketReader(conn, 0), out: tds.NewPacketWriter(conn, tds.DefaultPacketSize)}
	if err := c.login(user, password, database); err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

func (c *client) login(user, password, database string) error {
	var p tds.Prelogin
	p.SetVersion(tds.ProductVersion{Major: 11})
	p.SetEncryption(tds.EncryptNotSup)
	payload, err := p.Append(nil)
	if err != nil {
		return err
	}
	if _, err := c.ask(tds.PacketPrelogin, payload); err != nil {
		return err
	}
	l := tds.Login7{TDSVersion: tds.V74, PacketSize: 4096, HostName: "plans", UserName: user, Password: password, Database: database, OptionFlags2: tds.FlagODBC}
	if payload, err = l.Append(nil); err != nil {
		return err
	}
	data, err := c.ask(tds.PacketLogin7, payload)
	if err != nil {
		return err
	}
	if events := c.events(data); !strings.Contains(strings.Join(events, "\n"), "login accepted") {
		return fmt.Errorf("login was not accepted: %q", events)
	}
	return nil
}

func (c *client) ask(typ tds.PacketType, payload []byte) ([]byte, error) {
	if err := c.conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	if err := c.out.WriteMessage(typ, 0, payload); err != nil {
		return nil, err
	}
	m, err := c.in.ReadMessage(64<<20, nil)
	if err != nil {
		return nil, err
	}
	return m.Data, nil
}

// batch sends an SQL batch and returns what the answer says.
func (c *client) batch(text string) ([]string, error) {
	b := tds.SQLBatch{Headers: tds.TransactionHeaders(c.tran), Text: tds.AppendUTF16(nil, text)}
	payload, err := b.Append(nil, tds.RequestFormat{Version: tds.V74})
	if err != nil {
		return nil, err
	}
	data, err := c.ask(tds.PacketSQLBatch, payload)
	return c.events(data), err
}

// rpc does so by sp_executesql.
func (c *client) rpc(text string) ([]string, error) {
	call := tds.RPCCall{ProcID: tds.ProcExecuteSQL, Params: []tds.RPCParam{
		{Type: tds.NVarChar(tds.SizeMax, tds.DefaultCollation), Value: tds.AppendUTF16([]byte{}, text)}}}
	r := tds.RPCRequest{Headers: tds.TransactionHeaders(c.tran), Calls: []tds.RPCCall{call}}
	payload, err := r.Append(nil, tds.RequestFormat{Version: tds.V74})
	if err != nil {
		return nil, err
	}
	data, err := c.ask(tds.PacketRPC, payload)
	return c.events(data), err
}

// events are what an answer says, one line each. A DONE that counts nothing says nothing: it is not
// laid down which statements of a procedure have one.
func (c *client) events(data []byte) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	tokens := tds.NewTokenReader(bytes.NewReader(data), tds.TokenReaderOptions{TokenFormat: tds.TokenFormat{Version: tds.V74}})
	var last *tds.Done
	for {
		token, err := tokens.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			say("BROKEN ANSWER: %v", err)
			return out
		}
		if last != nil && !last.More() {
			say("BROKEN ANSWER: %T behind the last DONE", token)
		}
		last = nil
		switch t := token.(type) {
		case *tds.LoginAck:
			say("login accepted")
		case *tds.ColMetadata:
			list := make([]string, len(t.Columns))
			for i := range t.Columns {
				ty := t.Columns[i].Type.AsNullable()
				list[i] = fmt.Sprintf("%s %s", t.Columns[i].Name, ty)
			}
			say("columns %s", strings.Join(list, ", "))
		case *tds.Row:
			say("row %s", values(tokens.Columns(), t.Values))
		case *tds.ServerMessage:
			kind := "message"
			if t.IsError {
				kind = "error"
			}
			say("%s %d, class %d, state %d, procedure %q, line %d: %s", kind, t.Number, t.Class, t.State, t.Proc, t.Line, t.Text)
		case *tds.EnvChange:
			switch t.Type {
			case tds.EnvBeginTran:
				c.tran, _ = t.Descriptor()
				say("transaction begins")
			case tds.EnvCommitTran, tds.EnvRollbackTran:
				c.tran = 0
				say("transaction ends (%d)", t.Type)
			case tds.EnvDatabase:
				say("database")
			}
		case *tds.ReturnStatus:
			say("return status %d", t.Value)
		case *tds.ReturnValue:
			ty := t.Type.AsNullable()
			say("output %s %s = %s", t.Name, ty, value(t.Type, t.Value))
		case *tds.Done:
			done := *t
			last = &done
			name := map[tds.TokenType]string{tds.TokenDone: "done", tds.TokenDoneProc: "procedure done", tds.TokenDoneInProc: "done in procedure"}[t.Token]
			switch n, counted := t.Count(); {
			case counted && n == 0 && t.CurCmd == tds.CurCmdSelect:
				// Babelfish has one for each assignment.
			case counted:
				say("%s, %d rows", name, n)
			}
		}
	}
	if last == nil || last.More() {
		say("BROKEN ANSWER: it does not end with a last DONE")
	}
	return out
}

func values(columns []tds.Column, raw [][]byte) string {
	list := make([]string, len(raw))
	for i, v := range raw {
		list[i] = value(columns[i].Type, v)
	}
	return strings.Join(list, " | ")
}

func value(t tds.TypeInfo, raw []byte) string {
	if raw == nil {
		return "NULL"
	}
	v, err := t.Decode(raw)
	if err != nil {
		return fmt.Sprintf("%x (%v)", raw, err)
	}
	if s, ok := v.(string); ok && len(s) > 100 {
		return fmt.Sprintf("%s...%d", s[:40], len(s))
	}
	return fmt.Sprintf("%v", v)
}
