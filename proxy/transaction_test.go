package proxy

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

func TestTransactionDescriptor(t *testing.T) {
	c, e := scriptSession(t, sysadmin, numbers(1), echo, nil)
	b := tds.SQLBatch{Headers: tds.TransactionHeaders(0x1122334455), Text: tds.AppendUTF16(nil, inputCall)}
	payload, err := b.Append(nil, tds.RequestFormat{})
	if err != nil {
		t.Fatal(err)
	}
	c.send(tds.PacketSQLBatch, 0, payload)
	r := c.response()
	if r.kinds != "crIisp" || r.last().Status&tds.DoneInXact == 0 {
		t.Fatalf("answer is %+v", r)
	}
	for _, m := range e.seen() {
		headers := tds.AllHeaders{}
		if m.First.Type == tds.PacketSQLBatch {
			b, _ := tds.ParseSQLBatch(m.Payload(nil), tds.RequestFormat{})
			headers = b.Headers
		} else {
			b, _ := tds.ParseRPC(m.Payload(nil), tds.RequestFormat{})
			headers = b.Headers
		}
		if headers.Descriptor != 0x1122334455 {
			t.Errorf("%v has descriptor %x", m.First.Type, headers.Descriptor)
		}
	}
}

func TestTransactionBegunByTheInput(t *testing.T) {
	input := func(c *engineConn) {
		out, _ := (&tds.EnvChange{Type: tds.EnvBeginTran, NewData: tds.DescriptorBytes(5)}).Append(nil)
		out, _ = (&tds.ColMetadata{Columns: inputColumns}).Append(out, tds.TokenFormat{})
		c.reply(append(out, (&tds.Done{Token: tds.TokenDoneProc}).Append(nil, tds.V74)...))
	}
	c, e := scriptSession(t, sysadmin, input, echo, nil)
	c.rpc(tds.RPCCall{ProcID: tds.ProcPrepExec, Params: []tds.RPCParam{byRef(tds.RPCParam{Type: tds.Int(4)}), nvarchar(""), nvarchar(inputCall)}})
	r := c.response()
	if r.kinds != "vcIisop" || r.last().Status&tds.DoneInXact == 0 {
		t.Errorf("answer is %+v", r)
	}
	prepares := 0
	for _, m := range e.seen() {
		if proc, _ := statement(m); proc != tds.ProcPrepare {
			continue
		}
		prepares++
		if r, err := tds.ParseRPC(m.Payload(nil), tds.RequestFormat{}); err != nil || r.Headers.Descriptor != 5 {
			t.Errorf("sp_prepare has descriptor %+v, %v", r.Headers, err)
		}
	}
	if prepares != 1 {
		t.Errorf("sp_prepare was sent %d times", prepares)
	}
}

func TestXactAbort(t *testing.T) {
	fails := func(context.Context, *executor.Call, executor.Rows) (ScriptResult, error) {
		return nil, &executor.CallError{Messages: []tds.ServerMessage{{IsError: true, Number: 39004, State: 20, Class: 16, Text: "failed"}}}
	}
	for _, options := range []int64{0, optionXactAbort} {
		row := sysadmin
		row.options = options
		answer := scripted(row, nil)
		var rolledBack atomic.Int32
		handle := func(c *engineConn, m tds.RawMessage) {
			if strings.Contains(batchText(m), "ROLLBACK") {
				rolledBack.Add(1)
				out, _ := (&tds.EnvChange{Type: tds.EnvRollbackTran, OldData: tds.DescriptorBytes(5)}).Append(nil)
				c.reply(append(out, done(0)...))
				return
			}
			answer(c, m)
		}
		e := newEngine(t, func(e *scriptedEngine) { e.handle = handle })
		cfg := plain(e)
		cfg.Scripts = fakeRunner(fails)
		c := open(t, serve(t, cfg))
		for _, descriptor := range []uint64{0, 5} {
			b := tds.SQLBatch{Headers: tds.TransactionHeaders(descriptor), Text: tds.AppendUTF16(nil, simpleCall)}
			payload, err := b.Append(nil, tds.RequestFormat{})
			if err != nil {
				t.Fatal(err)
			}
			c.send(tds.PacketSQLBatch, 0, payload)
			r := c.response()
			want := map[bool]string{false: "Esp", true: "vEsp"}[options != 0 && descriptor != 0]
			if r.kinds != want || r.number() != 39004 {
				t.Errorf("options %d, descriptor %d: answer is %+v", options, descriptor, r)
			}
		}
		if want := map[bool]int32{false: 0, true: 1}[options != 0]; rolledBack.Load() != want {
			t.Errorf("options %d: %d rollbacks", options, rolledBack.Load())
		}
	}
}
