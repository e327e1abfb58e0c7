package proxy

import (
	"context"
	"sync/atomic"
	"testing"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

// usable makes sure that a session goes on.
func usable(t *testing.T, c *rawClient) {
	t.Helper()
	c.batch("SELECT 1")
	if r := c.response(); r.kinds != "d" {
		t.Fatalf("the session is not usable: %+v", r)
	}
	c.batch(simpleCall)
	if r := c.response(); r.err != nil {
		t.Fatalf("the session is not usable for script calls: %+v", r)
	}
}

// cancelled makes sure that a call has been cancelled: its answer ends without a result, and a
// second message acknowledges the attention. It returns the first.
func cancelled(t *testing.T, c *rawClient) *response {
	t.Helper()
	r := c.response()
	if r.err != nil || r.number() != 0 || len(r.rows) != 0 || r.last().Status&(tds.DoneAttn|tds.DoneError) != tds.DoneError {
		t.Fatalf("answer is %+v (%v), want the end of a cancelled request", r, r.err)
	}
	if ack := c.response(); ack.kinds != "d" || ack.last().Status&tds.DoneAttn == 0 {
		t.Fatalf("answer is %+v (%v), want an acknowledgement", ack, ack.err)
	}
	return r
}

func TestAttentionWhileTheScriptRuns(t *testing.T) {
	started := make(chan struct{}, 1)
	waits := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		if !call.HasInput {
			return echo(ctx, call, in)
		}
		started <- struct{}{}
		<-ctx.Done() // the script is killed now
		return nil, ctx.Err()
	}
	for name, n := range map[string]int{"input small": 1, "input unread": 100000} {
		t.Run(name, func(t *testing.T) {
			c, _ := scriptSession(t, sysadmin, numbers(n), waits, nil)
			c.batch(inputCall)
			<-started
			c.attention()
			cancelled(t, c)
			usable(t, c)
		})
	}
}

// The engine is still busy with the input query: it gets an attention of its own, and what it
// says about the transaction reaches the client.
func TestAttentionDuringInput(t *testing.T) {
	started := make(chan struct{}, 1)
	pulls := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		if !call.HasInput {
			return echo(ctx, call, in)
		}
		if _, err := in.Next(); err != nil {
			t.Errorf("first row: %v", err)
		}
		started <- struct{}{}
		for { // blocks until cancelled; what the engine sends then may still be a row
			if _, err := in.Next(); err != nil {
				return nil, context.Canceled
			}
		}
	}
	stuck := func(c *engineConn) {
		out, _ := (&tds.ColMetadata{Columns: inputColumns}).Append(nil, tds.TokenFormat{})
		out, _ = tds.AppendRow(out, inputColumns, [][]byte{{1, 0, 0, 0}})
		out = append(out, byte(tds.TokenRow), 4, 1) // half a row
		if err := c.out.Begin(tds.PacketReply, 0); err != nil {
			t.Error(err)
		}
		_, _ = c.out.Write(out)
		_ = c.out.Flush()
		m, err := c.in.ReadMessage(100, nil)
		if err != nil || m.Type != tds.PacketAttention {
			t.Errorf("the engine got a %v, %v", m.Type, err)
			return
		}
		out, _ = (&tds.EnvChange{Type: tds.EnvRollbackTran, OldData: tds.DescriptorBytes(5)}).Append([]byte{0, 0, 0})
		_, _ = c.out.Write(append(out, done(tds.DoneAttn)...))
		_ = c.out.End()
	}
	e := newEngine(t, func(e *scriptedEngine) { e.handle = scripted(sysadmin, stuck) })
	cfg := plain(e)
	cfg.Scripts = fakeRunner(pulls)
	c := open(t, serve(t, cfg))
	for range 2 {
		c.batch(inputCall)
		<-started
		c.attention()
		r := cancelled(t, c)
		if len(r.envs) != 1 || r.envs[0].Type != tds.EnvRollbackTran {
			t.Errorf("environment changes are %+v", r.envs)
		}
		usable(t, c)
	}
}

// The attention crosses the end of the engine's answer, which then acknowledges it by a message of
// its own.
func TestAttentionCrossesTheEndOfInput(t *testing.T) {
	started := make(chan struct{}, 1)
	waits := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		if !call.HasInput {
			return echo(ctx, call, in)
		}
		started <- struct{}{} // input has been compiled, its answer is complete but unread
		<-ctx.Done()
		return nil, ctx.Err()
	}
	c, e := scriptSession(t, sysadmin, numbers(3), waits, nil)
	c.batch(inputCall)
	<-started
	c.attention()
	cancelled(t, c)
	usable(t, c)
	attentions := 0
	for _, m := range e.seen() {
		if m.First.Type == tds.PacketAttention {
			attentions++
		}
	}
	if attentions != 1 {
		t.Errorf("the engine got %d attentions", attentions)
	}
}

// Without a query of ours on the engine, it is left alone.
func TestAttentionWithoutInput(t *testing.T) {
	started := make(chan struct{}, 1)
	var calls atomic.Int32
	waits := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		if calls.Add(1) > 1 {
			return echo(ctx, call, in)
		}
		started <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	c, e := scriptSession(t, sysadmin, nil, waits, nil)
	c.batch(simpleCall)
	<-started
	c.attention()
	cancelled(t, c)
	usable(t, c)
	for _, m := range e.seen() {
		if m.First.Type == tds.PacketAttention {
			t.Error("the engine got an attention")
		}
	}
}

// An attention is always answered, also one that comes when the call is just over.
func TestAttentionRacesTheEnd(t *testing.T) {
	c, _ := scriptSession(t, sysadmin, numbers(1), echo, nil)
	for range 50 {
		c.batch(inputCall)
		c.attention()
		for {
			r := c.response()
			if r.err != nil {
				t.Fatal(r.err)
			}
			if r.last().Status&tds.DoneAttn != 0 {
				break
			}
		}
	}
	usable(t, c)
}

// A reset that came with a call reaches the engine even if the call is cancelled before anything
// else of it does.
func TestResetOfACancelledCallIsNotLost(t *testing.T) {
	c, e := scriptSession(t, sysadmin, numbers(1), echo, nil)
	b := tds.SQLBatch{Headers: tds.TransactionHeaders(0), Text: tds.AppendUTF16(nil, inputCall)}
	payload, err := b.Append(nil, tds.RequestFormat{})
	if err != nil {
		t.Fatal(err)
	}
	h := tds.Header{Type: tds.PacketSQLBatch, Status: tds.StatusEOM | tds.StatusResetConnection, Length: uint16(tds.HeaderSize + len(payload))}
	both := append(h.Append(nil), payload...)
	h = tds.Header{Type: tds.PacketAttention, Status: tds.StatusEOM, Length: tds.HeaderSize}
	both = h.Append(both)
	const rounds = 100
	for range rounds {
		if _, err := c.conn.Write(both); err != nil {
			t.Fatal(err)
		}
		for {
			r := c.response()
			if r.err != nil {
				t.Fatal(r.err)
			}
			if r.last().Status&tds.DoneAttn != 0 {
				break
			}
		}
	}
	resets := 0
	for _, m := range e.seen() {
		if m.First.Status&tds.StatusResetConnection != 0 {
			resets++
		}
	}
	if resets != rounds {
		t.Errorf("%d of %d resets reached the engine", resets, rounds)
	}
	usable(t, c)
}

// A client that goes away takes its script with it.
func TestClientLeavesDuringACall(t *testing.T) {
	started, killed := make(chan struct{}), make(chan struct{})
	waits := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		close(started)
		<-ctx.Done()
		close(killed)
		return nil, ctx.Err()
	}
	c, _ := scriptSession(t, sysadmin, nil, waits, nil)
	c.batch(simpleCall)
	<-started
	_ = c.raw.Close()
	<-killed
}

// An engine that is lost while the input comes is an error of the call, and ends the session.
func TestEngineLostDuringACall(t *testing.T) {
	input := func(c *engineConn) {
		out, _ := (&tds.ColMetadata{Columns: inputColumns}).Append(nil, tds.TokenFormat{})
		_ = c.out.Begin(tds.PacketReply, 0)
		_, _ = c.out.Write(out)
		_ = c.out.Flush()
		_ = c.raw.Close()
	}
	c, _ := scriptSession(t, sysadmin, input, echo, nil)
	c.batch(inputCall)
	if r := c.response(); r.number() != errEngineClosed {
		t.Errorf("answer is %+v", r)
	}
	if r := c.response(); r.err == nil {
		t.Error("the connection stays open")
	}
}

// A request that is sent behind a call is carried out behind it.
func TestRequestBehindARunningCallWaits(t *testing.T) {
	release := make(chan struct{})
	waits := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		<-release
		return echo(ctx, call, in)
	}
	c, _ := scriptSession(t, sysadmin, nil, waits, nil)
	c.batch(simpleCall)
	c.batch("SELECT 1") // against the protocol, but not a reason to mix answers up
	close(release)
	if r := c.response(); r.kinds != "Isp" {
		t.Errorf("first answer is %+v", r)
	}
	if r := c.response(); r.kinds != "d" {
		t.Errorf("second answer is %+v", r)
	}
}

// An engine that goes while a script runs, when nobody reads from it, ends the call and the session.
func TestEngineLostWhileTheScriptRuns(t *testing.T) {
	started := make(chan struct{}, 1)
	waits := func(ctx context.Context, _ *executor.Call, _ executor.Rows) (ScriptResult, error) {
		started <- struct{}{}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	for name, text := range map[string]string{"without input": simpleCall, "with input": inputCall} {
		t.Run(name, func(t *testing.T) {
			c, e := scriptSession(t, sysadmin, numbers(1), waits, nil)
			c.batch(text)
			<-started
			e.dropAll()
			if r := c.response(); r.number() != errEngineClosed {
				t.Errorf("answer is %+v", r)
			}
			if r := c.response(); r.err == nil {
				t.Error("the connection stays open")
			}
		})
	}
}

// The session's PARSEONLY ends although the client cancels while it is switched on.
func TestAttentionDuringTheCheckOfSyntax(t *testing.T) {
	asked := make(chan struct{})
	e := newEngine(t, func(e *scriptedEngine) {
		answer := scripted(sysadmin, nil)
		e.handle = func(c *engineConn, m tds.RawMessage) {
			if batchText(m) != "SET PARSEONLY ON" {
				answer(c, m)
				return
			}
			asked <- struct{}{}
			if m, err := c.in.ReadMessage(100, nil); err != nil || m.Type != tds.PacketAttention {
				t.Errorf("the engine got a %v, %v", m.Type, err)
			}
			c.reply(append(done(tds.DoneMore), done(tds.DoneAttn)...))
		}
	})
	cfg := plain(e)
	cfg.Scripts = fakeRunner(echo)
	c := open(t, serve(t, cfg))
	c.batch("PRINT 1 " + simpleCall)
	<-asked
	c.attention()
	cancelled(t, c)
	if m := e.seen(); batchText(m[len(m)-1]) != "SET PARSEONLY OFF" {
		t.Errorf("PARSEONLY stays on: the last request was %q", batchText(m[len(m)-1]))
	}
	usable(t, c)
}
