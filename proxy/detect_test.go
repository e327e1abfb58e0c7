package proxy

import (
	"bytes"
	"testing"

	"tds-launchpad/tds"
	"tds-launchpad/tsql"
)

// FuzzDetect feeds the decision what clients might send. Whatever it is, a request without our
// name anywhere, in one piece, is never taken for ours.
func FuzzDetect(f *testing.F) {
	for _, text := range []string{simpleCall, inputCall, "SELECT 1", "DECLARE @x int; " + simpleCall} {
		b := tds.SQLBatch{Headers: tds.TransactionHeaders(0), Text: tds.AppendUTF16(nil, text)}
		payload, err := b.Append(nil, tds.RequestFormat{})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(tds.PacketSQLBatch), payload)
		for _, call := range []tds.RPCCall{
			{ProcID: tds.ProcExecuteSQL, Params: []tds.RPCParam{nvarchar(text), nvarchar("@p int"), named("@p", byRef(integer(1)))}},
			{ProcID: tds.ProcPrepExec, Params: []tds.RPCParam{byRef(tds.RPCParam{Type: tds.Int(4)}), nvarchar(""), nvarchar(text)}},
			{Name: "sp_execute_external_script", Params: []tds.RPCParam{nvarchar("Python"), nvarchar(text)}},
			{ProcID: tds.ProcExecute, Params: []tds.RPCParam{integer(9)}},
		} {
			r := tds.RPCRequest{Headers: tds.TransactionHeaders(0), Calls: []tds.RPCCall{call}}
			if payload, err = r.Append(nil, tds.RequestFormat{}); err != nil {
				f.Fatal(err)
			}
			f.Add(byte(tds.PacketRPC), payload)
		}
	}
	call, err := tsql.ParseScriptCall(simpleCall)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, typ byte, payload []byte) {
		r := &requestRelay{session: &session{server: &Server{}, cfg: &Config{}}}
		r.prepared.remember(9, &preparedCall{call: call})
		var q *request
		if tds.PacketType(typ) == tds.PacketRPC {
			q = r.detectRPC(payload)
		} else {
			q = r.detectBatch(payload)
		}
		if q == nil || q.outer != nil && q.outer.proc != 0 {
			return // not ours, or by handle, or by a text that may come in chunks
		}
		letters := bytes.ToLower(bytes.ReplaceAll(payload, []byte{0}, nil))
		if !bytes.Contains(letters, []byte("external")) {
			t.Errorf("taken for ours: %x", payload)
		}
	})
}
