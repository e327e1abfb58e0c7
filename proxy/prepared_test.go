package proxy

import (
	"context"
	"strings"
	"testing"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

const preparable = "EXEC sp_execute_external_script N'Python', @code"

func prepareCall(text string) tds.RPCCall {
	return tds.RPCCall{ProcID: tds.ProcPrepare, Params: []tds.RPCParam{byRef(tds.RPCParam{Type: tds.Int(4)}),
		nvarchar("@code nvarchar(100)"), nvarchar(text), integer(1)}}
}

// A handle of ours is found in whichever call of a message it stands: the engine would answer by
// its surrogate.
func TestPreparedCallAmongOthers(t *testing.T) {
	c, e := scriptSession(t, sysadmin, nil, echo, nil)
	c.rpc(prepareCall(preparable))
	if r := c.response(); r.kinds != "sop" {
		t.Fatalf("answer is %+v", r)
	}
	ours := tds.RPCCall{ProcID: tds.ProcExecute, Params: []tds.RPCParam{integer(9), nvarchar("x")}}
	before := len(e.seen())
	for _, first := range []tds.RPCCall{
		{ProcID: tds.ProcUnprepare, Params: []tds.RPCParam{integer(3)}},
		{ProcID: tds.ProcExecute, Params: []tds.RPCParam{integer(3)}},
		{Name: "sp_who"},
	} {
		c.rpc(first, ours)
		if r := c.response(); r.number() != errComposition {
			t.Errorf("%v %q in front: answer is %+v", first.ProcID, first.Name, r)
		}
	}
	if n := len(e.seen()); n != before {
		t.Errorf("the engine got %d requests", n-before)
	}
	usable(t, c)
}

// Without a call of its own, no prepared statement is left on the engine: the client never learns
// of its handle.
func TestFailedPrepExecLeavesNoHandle(t *testing.T) {
	fails := func(context.Context, *executor.Call, executor.Rows) (ScriptResult, error) {
		return nil, &executor.CallError{Messages: []tds.ServerMessage{{IsError: true, Number: 39004, State: 20, Class: 16, Text: "failed"}}}
	}
	c, e := scriptSession(t, sysadmin, nil, fails, nil)
	c.rpc(tds.RPCCall{ProcID: tds.ProcPrepExec, Params: []tds.RPCParam{byRef(tds.RPCParam{Type: tds.Int(4)}),
		nvarchar("@code nvarchar(100)"), nvarchar(preparable), nvarchar("x")}})
	if r := c.response(); r.kinds != "Esp" {
		t.Errorf("answer is %+v", r)
	}
	for _, m := range e.seen() {
		if proc, _ := statement(m); proc == tds.ProcPrepare {
			t.Error("a statement was prepared")
		}
	}
}

// What a session makes us remember is bounded in bytes, and can be given back.
func TestPreparedCallsAreBounded(t *testing.T) {
	const limit = 20000
	c, _ := scriptSession(t, sysadmin, nil, echo, func(c *Config) { c.Limits.Reassembly, c.Limits.ScriptCall = limit, limit })
	long := prepareCall(preparable + " -- " + strings.Repeat("x", 3000))
	refused := 0
	for range 5 { // with the same handle: a statement that replaces another takes no more room
		c.rpc(long)
		if r := c.response(); r.number() != 0 {
			t.Fatalf("answer is %+v", r)
		}
	}
	var calls preparedCalls
	for handle := range int64(100) {
		call := &preparedCall{text: preparable}
		if calls.room(call, limit) != nil {
			refused++
			continue
		}
		calls.remember(handle, call)
	}
	if refused == 0 || refused == 100 {
		t.Errorf("%d of 100 were refused", refused)
	}
	for handle := range int64(100) {
		calls.drop(handle)
	}
	if calls.size != 0 || !calls.empty() {
		t.Errorf("%d bytes are left", calls.size)
	}
}
