package proxy

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rs/zerolog"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

// scripted makes an engine handle that answers the helper by row, the input query by input, and
// prepares by handle 9. All else gets a DONE.
func scripted(row helperRow, input func(c *engineConn)) func(c *engineConn, m tds.RawMessage) {
	return func(c *engineConn, m tds.RawMessage) {
		proc, text := statement(m)
		switch {
		case isHelper(m):
			c.reply(row.tokens())
		case proc == tds.ProcExecuteSQL && strings.HasPrefix(text, wholeValues):
			input(c)
		case proc == tds.ProcPrepare:
			out := (&tds.ReturnStatus{}).Append(nil)
			out, _ = (&tds.ReturnValue{Status: tds.ReturnOutput, Type: tds.Int(4), Value: []byte{9, 0, 0, 0}}).Append(out, tds.TokenFormat{})
			c.reply((&tds.Done{Token: tds.TokenDoneProc}).Append(out, tds.V74))
		case m.First.Type == tds.PacketAttention:
			c.reply(done(tds.DoneAttn))
		default:
			c.reply(done(0))
		}
	}
}

var sysadmin = helperRow{permission: int64(1), sysadmin: 1}

var inputColumns = []tds.Column{{Name: "n", Type: tds.Int(4), Flags: tds.ColumnNullable}}

// numbers answers the input query by n rows.
func numbers(n int) func(c *engineConn) {
	return func(c *engineConn) {
		out := (&tds.Done{Token: tds.TokenDoneInProc, Status: tds.DoneMore}).Append(nil, tds.V74) // of SET TEXTSIZE
		var err error
		if out, err = (&tds.ColMetadata{Columns: inputColumns}).Append(out, tds.TokenFormat{}); err != nil {
			c.t.Error(err)
		}
		for i := range n {
			if out, err = tds.AppendRow(out, inputColumns, [][]byte{{byte(i), 0, 0, 0}}); err != nil {
				c.t.Error(err)
			}
		}
		out = (&tds.Done{Token: tds.TokenDoneInProc, Status: tds.DoneMore | tds.DoneCount, RowCount: uint64(n)}).Append(out, tds.V74)
		out = (&tds.ReturnStatus{}).Append(out)
		c.reply((&tds.Done{Token: tds.TokenDoneProc}).Append(out, tds.V74))
	}
}

// scriptSession opens a session whose script calls are run by runner, on an engine that answers
// row and input.
func scriptSession(t *testing.T, row helperRow, input func(c *engineConn), runner fakeRunner, change func(*Config)) (*rawClient, *scriptedEngine) {
	t.Helper()
	e := newEngine(t, func(e *scriptedEngine) { e.handle = scripted(row, input) })
	cfg := plain(e)
	cfg.Scripts = runner
	if change != nil {
		change(&cfg)
	}
	return open(t, serve(t, cfg)), e
}

const simpleCall = "EXEC sp_execute_external_script @language = N'Python', @script = N'print(1)'"
const inputCall = simpleCall + ", @input_data_1 = N'SELECT n FROM t'"

func nvarchar(s string) tds.RPCParam {
	return tds.RPCParam{Type: tds.NVarChar(4000, tds.DefaultCollation), Value: tds.AppendUTF16([]byte{}, s)}
}

func named(name string, p tds.RPCParam) tds.RPCParam {
	p.Name = name
	return p
}

func byRef(p tds.RPCParam) tds.RPCParam {
	p.Status = tds.ParamByRef
	return p
}

func integer(n byte) tds.RPCParam { return tds.RPCParam{Type: tds.Int(4), Value: []byte{n, 0, 0, 0}} }

// The order of tokens is the spec's 1.9 in each form of call, and the numbers of rows are there.
func TestAnswersOfScriptCalls(t *testing.T) {
	tests := []struct {
		name  string
		send  func(c *rawClient)
		kinds string
		rows  int
	}{
		{"batch with input", func(c *rawClient) { c.batch(inputCall) }, "crrrIisp", 3},
		{"batch without input", func(c *rawClient) { c.batch(simpleCall) }, "Isp", 0},
		{"RPC by name", func(c *rawClient) {
			c.rpc(tds.RPCCall{Name: "Master..[SP_execute_External_script]", Params: []tds.RPCParam{
				named("@language", nvarchar("Python")), named("@script", nvarchar("x")), named("@input_data_1", nvarchar("SELECT n"))}})
		}, "crrrIisp", 3},
		{"RPC by name, positional, output parameter", func(c *rawClient) {
			c.rpc(tds.RPCCall{Name: "sys.sp_execute_external_script", Params: []tds.RPCParam{nvarchar("Python"), nvarchar("x"),
				named("@params", nvarchar("@o int OUTPUT")), named("@o", byRef(integer(5)))}})
		}, "Isop", 0},
		{"sp_executesql", func(c *rawClient) {
			c.rpc(tds.RPCCall{ProcID: tds.ProcExecuteSQL, Params: []tds.RPCParam{nvarchar(inputCall)}})
		}, "crrrIisp", 3},
		{"sp_executesql by name with output parameter", func(c *rawClient) {
			c.rpc(tds.RPCCall{Name: "sys.sp_executesql", Params: []tds.RPCParam{
				nvarchar("EXEC sp_execute_external_script N'Python', @code, @params = N'@p int OUTPUT', @p = @out OUTPUT"),
				nvarchar("@code nvarchar(100), @out int OUTPUT"), named("@code", nvarchar("x")), named("@out", byRef(integer(7)))}})
		}, "Isop", 0},
		{"sp_prepexec", func(c *rawClient) {
			c.rpc(tds.RPCCall{ProcID: tds.ProcPrepExec, Params: []tds.RPCParam{byRef(tds.RPCParam{Type: tds.Int(4)}),
				nvarchar("@code nvarchar(100)"), nvarchar("EXEC sp_execute_external_script N'Python', @code"), nvarchar("x")}})
		}, "Isop", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, e := scriptSession(t, sysadmin, numbers(3), echo, nil)
			for range 2 {
				test.send(c)
				r := c.response()
				if r.err != nil || r.kinds != test.kinds || len(r.rows) != test.rows {
					t.Fatalf("tokens are %q, want %q: %+v", r.kinds, test.kinds, r)
				}
				if test.rows > 0 {
					if d := r.dones[0]; d.RowCount != uint64(test.rows) || d.Status != tds.DoneMore|tds.DoneCount {
						t.Errorf("row count is %+v", d)
					}
				}
				if last := r.last(); last.Status != 0 || r.status[0] != 0 {
					t.Errorf("end is %+v", last)
				}
			}
			for _, m := range e.seen() {
				if strings.Contains(batchText(m), "external_script") {
					t.Errorf("the engine got %q", batchText(m))
				}
			}
		})
	}
}

func TestOutputParameters(t *testing.T) {
	double := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		r := &fakeResult{params: make([][]byte, len(call.Params))}
		for i, p := range call.Params {
			if p.Output {
				r.params[i] = []byte{2 * p.Value[0], 0, 0, 0}
			}
		}
		return r, nil
	}
	c, _ := scriptSession(t, sysadmin, nil, double, nil)
	c.rpc(tds.RPCCall{ProcID: tds.ProcExecuteSQL, Params: []tds.RPCParam{
		nvarchar("EXEC sp_execute_external_script N'Python', N'x', @params = N'@p int OUTPUT, @q int OUTPUT', @p = @a OUTPUT, @q = @b"),
		nvarchar("@a bigint OUTPUT, @b int OUTPUT, @c int"), named("@A", byRef(integer(21))), named("@b", byRef(integer(4))), named("@c", integer(1))}})
	r := c.response()
	if len(r.returns) != 2 {
		t.Fatalf("answer is %+v", r)
	}
	// @a has the type of its declaration, @b was not passed OUTPUT and keeps its value.
	a, b := r.returns[0], r.returns[1]
	if a.Name != "@A" || a.Type.Size != 8 || len(a.Value) != 8 || a.Value[0] != 42 || a.Ordinal != 2 {
		t.Errorf("@a is %+v", a)
	}
	if b.Name != "@b" || b.Value[0] != 4 {
		t.Errorf("@b is %+v", b)
	}
}

// Prepared statements: the handle is the engine's, executing it runs the call, and unpreparing it
// is the engine's matter.
func TestPreparedScriptCalls(t *testing.T) {
	scripts := make(chan string, 10)
	record := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		scripts <- call.Script
		return &fakeResult{}, nil
	}
	c, e := scriptSession(t, sysadmin, nil, record, nil)
	c.rpc(tds.RPCCall{ProcID: tds.ProcPrepare, Params: []tds.RPCParam{named("@handle", byRef(tds.RPCParam{Type: tds.Int(4)})),
		nvarchar("@code nvarchar(100)"), nvarchar("EXEC sp_execute_external_script N'Python', @code"), integer(1)}})
	r := c.response()
	if r.kinds != "sop" || r.returns[0].Value[0] != 9 || r.returns[0].Name != "@handle" {
		t.Fatalf("answer is %+v", r)
	}
	if proc, text := statement(e.seen()[0]); proc != tds.ProcPrepare || text != surrogate {
		t.Errorf("the engine got %v of %q", proc, text)
	}
	for _, code := range []string{"first", "second"} {
		c.rpc(tds.RPCCall{ProcID: tds.ProcExecute, Params: []tds.RPCParam{integer(9), nvarchar(code)}})
		if r := c.response(); r.kinds != "sp" {
			t.Fatalf("answer is %+v", r)
		}
	}
	if a, b := <-scripts, <-scripts; a != "first" || b != "second" {
		t.Errorf("scripts were %q and %q", a, b)
	}
	before := len(e.seen())
	c.rpc(tds.RPCCall{ProcID: tds.ProcExecute, Params: []tds.RPCParam{integer(8), nvarchar("x")}}) // another's handle
	c.response()
	c.rpc(tds.RPCCall{ProcID: tds.ProcUnprepare, Params: []tds.RPCParam{integer(9)}})
	c.response()
	c.rpc(tds.RPCCall{ProcID: tds.ProcExecute, Params: []tds.RPCParam{integer(9), nvarchar("x")}})
	c.response()
	if n := len(e.seen()) - before; n != 3 {
		t.Errorf("%d requests reached the engine, want 3", n)
	}
	if len(scripts) != 0 {
		t.Errorf("a script was run again: %q", <-scripts)
	}
}

// A reset makes the engine forget its handles, so ours go too; it reaches the engine once, with
// the first request of the call.
func TestResetConnection(t *testing.T) {
	c, e := scriptSession(t, sysadmin, numbers(1), echo, nil)
	c.batchStatus(inputCall, tds.StatusResetConnection)
	if r := c.response(); r.kinds != "crIisp" {
		t.Fatalf("answer is %+v", r)
	}
	c.batchStatus(simpleCall+" N'one too many'", tds.StatusResetConnectionSkipTran)
	if r := c.response(); r.number() != 102 {
		t.Fatalf("answer is %+v", r)
	}
	var got []tds.Status
	for _, m := range e.seen() {
		got = append(got, m.First.Status&tds.StatusReset)
	}
	want := []tds.Status{tds.StatusResetConnection, 0, tds.StatusResetConnectionSkipTran}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("reset bits were %x, want %x", got, want)
	}
}

func TestPermission(t *testing.T) {
	withRole := func(c *Config) { c.ScriptRole = "scripters" }
	tests := []struct {
		name   string
		row    helperRow
		change func(*Config)
		want   int32
	}{
		{"granted", helperRow{permission: int64(1)}, nil, 0},
		{"denied", helperRow{permission: int64(0)}, nil, 262},
		{"unknown to the engine", helperRow{}, nil, 262},
		{"unknown, sysadmin", helperRow{sysadmin: 1}, nil, 0},
		{"Babelfish sysadmin", helperRow{permission: int64(0), sysadmin: 1, babelfish: 1}, nil, 0},
		{"Babelfish role", helperRow{permission: int64(0), role: int64(1), babelfish: 1}, withRole, 0},
		{"unknown, role", helperRow{role: int64(1)}, withRole, 0},
		{"unknown, not in the role", helperRow{role: int64(0)}, withRole, 262},
		{"denied by an engine that knows it, role", helperRow{permission: int64(0), role: int64(1)}, withRole, 262},
		{"denied to the context of a sysadmin", helperRow{permission: int64(0), sysadmin: 1}, nil, 262},
		{"nobody's context", helperRow{permission: int64(1), nobody: true}, nil, errNoScripts},
		{"switched off", sysadmin, func(c *Config) { c.ExternalScripts = ScriptsOff }, 39023},
		{"switched off by the engine", sysadmin, func(c *Config) { c.ExternalScripts = ScriptsByEngine }, 39023},
		{"no executor", sysadmin, func(c *Config) { c.Scripts = nil }, errNoScripts},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var ran atomic.Int32
			runner := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
				ran.Add(1)
				if call.Login != "caller" || call.Database != "db1" || call.User != "user1" {
					t.Errorf("call is for %q in %q as %q", call.Login, call.Database, call.User)
				}
				return echo(ctx, call, in)
			}
			c, _ := scriptSession(t, test.row, nil, runner, test.change)
			c.batch(simpleCall)
			r := c.response()
			if r.err != nil || r.number() != test.want {
				t.Fatalf("got %+v, want error %d", r, test.want)
			}
			if test.want != 0 && (r.kinds != "Ed" || r.last().Status&tds.DoneError == 0) {
				t.Errorf("tokens are %q", r.kinds)
			}
			if got := ran.Load() == 1; got != (test.want == 0) {
				t.Errorf("scripts run: %d", ran.Load())
			}
			c.batch("SELECT 1")
			if r := c.response(); r.kinds != "d" {
				t.Errorf("the session is not usable: %+v", r)
			}
		})
	}
}

// An error in the input query comes first, as the engine says it, and starts no script.
func TestInputErrors(t *testing.T) {
	compile := func(c *engineConn) { c.reply(errorTokens(208, "Invalid object name 't'.")) }
	later := func(c *engineConn) {
		out, _ := (&tds.ColMetadata{Columns: inputColumns}).Append(nil, tds.TokenFormat{})
		out, _ = tds.AppendRow(out, inputColumns, [][]byte{{1, 0, 0, 0}})
		c.reply(append(out, errorTokens(8134, "Divide by zero error encountered.")...))
	}
	for _, test := range []struct {
		name  string
		input func(c *engineConn)
		want  int32
		ran   int32
	}{{"compiling", compile, 208, 0}, {"running", later, 8134, 1}} {
		t.Run(test.name, func(t *testing.T) {
			var ran atomic.Int32
			runner := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
				ran.Add(1)
				return echo(ctx, call, in)
			}
			c, _ := scriptSession(t, sysadmin, test.input, runner, nil)
			c.batch(inputCall)
			r := c.response()
			if r.kinds != "Ed" || r.number() != test.want {
				t.Errorf("answer is %+v", r)
			}
			if ran.Load() != test.ran {
				t.Errorf("scripts run: %d", ran.Load())
			}
			c.batch("SELECT 1")
			if r := c.response(); r.kinds != "d" {
				t.Errorf("the session is not usable: %+v", r)
			}
		})
	}
}

func TestScriptFailure(t *testing.T) {
	fails := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		_, _ = in.Next() // and leaves the rest
		return nil, &executor.CallError{Messages: []tds.ServerMessage{
			{IsError: true, Number: 39004, State: 20, Class: 16, Text: "A 'Python' script error occurred", Line: call.Line},
			{IsError: true, Number: 39019, State: 2, Class: 16, Text: "An external script error occurred", Line: call.Line},
			{Number: 39005, Text: "STDOUT"}}}
	}
	c, _ := scriptSession(t, sysadmin, numbers(100), fails, nil)
	c.batch("\n\n" + inputCall)
	r := c.response()
	if r.kinds != "EEIsp" || r.last().Status&tds.DoneError == 0 || r.messages[0].Line != 3 || r.status[0] == 0 {
		t.Errorf("answer is %+v", r)
	}
	c.batch("SELECT 1")
	if r := c.response(); r.kinds != "d" {
		t.Errorf("the session is not usable: %+v", r)
	}
}

func TestNoCount(t *testing.T) {
	row := sysadmin
	row.options = optionNoCount
	c, _ := scriptSession(t, row, numbers(2), echo, nil)
	c.batch(inputCall)
	r := c.response()
	if r.kinds != "crrIisp" || r.dones[0].Status&tds.DoneCount != 0 {
		t.Errorf("answer is %+v", r)
	}
}

// What the engine says to the client by the way reaches it: environment changes, messages.
func TestSideEffectsOfInputReachTheClient(t *testing.T) {
	input := func(c *engineConn) {
		out, _ := (&tds.EnvChange{Type: tds.EnvBeginTran, NewData: tds.DescriptorBytes(5)}).Append(nil)
		out = (&tds.ServerMessage{Number: 8153, Text: "Warning: Null value is eliminated"}).Append(out, tds.V74)
		out, _ = (&tds.ColMetadata{Columns: inputColumns}).Append(out, tds.TokenFormat{})
		c.reply(append(out, (&tds.Done{Token: tds.TokenDoneProc}).Append(nil, tds.V74)...))
	}
	c, _ := scriptSession(t, sysadmin, input, echo, nil)
	c.batch(inputCall)
	r := c.response()
	if r.kinds != "vIcIisp" || r.messages[0].Number != 8153 {
		t.Errorf("answer is %+v", r)
	}
}

// An engine that could run scripts itself is worth a line in the log, once.
func TestNativeScriptsAreNoticed(t *testing.T) {
	for _, native := range []any{nil, int64(0), int64(1)} {
		row := sysadmin
		row.native = native
		var log lockedBuffer
		c, _ := scriptSession(t, row, nil, echo, func(c *Config) { c.Logger = zerolog.New(&log) })
		for range 2 {
			c.batch(simpleCall)
			if r := c.response(); r.kinds != "Isp" {
				t.Fatalf("answer is %+v", r)
			}
		}
		want := map[bool]int{true: 1}[native == int64(1)]
		if n := strings.Count(log.String(), "Machine Learning Services"); n != want {
			t.Errorf("%v: %d lines in the log", native, n)
		}
	}
}

// A session that only shows plans says so, whatever the plan looks like.
func TestShowplan(t *testing.T) {
	column := []tds.Column{{Name: "StmtText", Type: tds.NVarChar(4000, tds.DefaultCollation), Flags: tds.ColumnNullable}}
	e := newEngine(t, func(e *scriptedEngine) {
		e.handle = func(c *engineConn, m tds.RawMessage) {
			out, _ := (&tds.ColMetadata{Columns: column}).Append(nil, tds.TokenFormat{})
			out, _ = tds.AppendRow(out, column, [][]byte{tds.AppendUTF16([]byte{}, "SELECT")})
			c.reply(append(out, done(0)...))
		}
	})
	c := open(t, serve(t, plain(e)))
	c.batch(simpleCall)
	if r := c.response(); r.kinds != "Ed" || r.number() != errSessionState {
		t.Errorf("answer is %+v", r)
	}
}

// What we say ourselves bears the engine's name, since clients show it and it is the engine that they
// are connected to.
func TestMessagesBearTheEnginesName(t *testing.T) {
	runner := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		if call.Script == "fail" {
			return nil, &executor.CallError{Messages: []tds.ServerMessage{{IsError: true, Number: 39004, Class: 16, Text: "failed"}}}
		}
		return echo(ctx, call, in)
	}
	c, _ := scriptSession(t, sysadmin, nil, runner, nil)
	for text, want := range map[string]int32{
		simpleCall: 0,
		"EXEC sp_execute_external_script N'Python', N'fail'": 39004,
		"EXEC sp_execute_external_script N'Python'":          201,
		simpleCall + " N'one too many'":                      102,
	} {
		c.batch(text)
		r := c.response()
		if len(r.messages) != 1 || r.number() != want || r.messages[0].Server != "SCRIPTED" {
			t.Errorf("%s: answer is %+v", text, r)
		}
	}
}

// The client's transaction descriptor goes with all of our requests.
// A transaction that the input query begins (SET IMPLICIT_TRANSACTIONS ON) is the session's: its
// descriptor goes with what we send afterwards, and the client's answer says so.
// Under XACT_ABORT a script that fails takes the transaction with it, and the client hears of it.
