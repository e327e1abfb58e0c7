package proxy

import (
	"strings"
	"testing"

	"tds-launchpad/tds"
)

// Sessions of a database without script modules pay nothing for plans: the engine gets the requests of the
// client, as they are, and one read of the catalog for the first session alone.
func TestNoExtraRoundTrips(t *testing.T) {
	e := newEngine(t, func(e *scriptedEngine) {
		e.handle = func(c *engineConn, m tds.RawMessage) { c.reply(done(0)) }
	})
	cfg := plain(e)
	cfg.Scripts = fakeRunner(echo)
	address := serveCatalog(t, cfg, true)
	batches := []string{"SELECT 1", "DECLARE @n int = 1; WHILE @n < 3 SET @n += 1; SELECT @n", "EXEC dbo.some_procedure 1, @x = 2",
		"INSERT INTO t EXEC some_procedure", "BEGIN TRY EXEC p END TRY BEGIN CATCH THROW END CATCH", "CREATE PROCEDURE p AS SELECT 1", "EXEC (N'SELECT 1')"}
	for session := range 3 {
		before := len(e.seen())
		c := open(t, address)
		for _, text := range batches {
			c.batch(text)
			c.response()
		}
		c.rpc(tds.RPCCall{Name: "some_procedure", Params: []tds.RPCParam{integer(1)}})
		c.response()
		c.rpc(tds.RPCCall{ProcID: tds.ProcExecuteSQL, Params: []tds.RPCParam{nvarchar("EXEC some_procedure @p1"), nvarchar("@p1 int"), integer(1)}})
		c.response()
		got := e.seen()[before:]
		if session == 0 {
			if _, text := statement(got[0]); !strings.Contains(text, "sys.sql_modules") {
				t.Errorf("the first request is %q", text)
			}
			got = got[1:]
		}
		if len(got) != len(batches)+2 {
			t.Fatalf("session %d: the engine has got %d requests for %d", session, len(got), len(batches)+2)
		}
		for i, text := range batches {
			if sent := batchText(got[i]); sent != text {
				t.Errorf("session %d: %q has become %q", session, text, sent)
			}
		}
	}
}

// A plan's requests are few: a test that says how many shows when there are more.
func TestPlanRoundTrips(t *testing.T) {
	e := newEngine(t, func(e *scriptedEngine) { e.handle = scripted(sysadmin, numbers(1)) })
	cfg := plain(e)
	cfg.Scripts = fakeRunner(echo)
	address := serve(t, cfg)
	c := open(t, address)
	for i, want := range []int{1, 1} { // the facts
		before := len(e.seen())
		c.batch(simpleCall)
		c.response()
		if got := len(e.seen()) - before; got != want {
			t.Errorf("call %d took %d requests instead of %d", i, got, want)
		}
	}
	// The facts, the look for errors of syntax (once for a text), and nothing else for two calls in a row.
	for i, want := range []int{4, 1} {
		before := len(e.seen())
		c.batch(simpleCall + "; " + simpleCall)
		c.response()
		if got := len(e.seen()) - before; got != want {
			t.Errorf("plan %d took %d requests instead of %d", i, got, want)
		}
	}
}
