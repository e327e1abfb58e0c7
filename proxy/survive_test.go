package proxy

import (
	"context"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"tds-launchpad/executor"
)

// A mistake of ours in one session's request is that session's error, and nobody else's.
func TestPanicIsContained(t *testing.T) {
	panics := func(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
		if call.HasInput {
			if _, err := in.Next(); err != nil {
				t.Error(err)
			}
		}
		panic("a mistake")
	}
	for _, text := range []string{simpleCall, inputCall} {
		var log lockedBuffer
		e := newEngine(t, func(e *scriptedEngine) { e.handle = scripted(sysadmin, numbers(5)) })
		cfg := plain(e)
		cfg.Scripts, cfg.Logger = fakeRunner(panics), zerolog.New(&log)
		proxy := serve(t, cfg)
		c, other := open(t, proxy), open(t, proxy)
		c.batch(text)
		if r := c.response(); r.err != nil || r.number() == 0 || strings.Contains(r.messages[0].Text, "mistake") {
			t.Errorf("answer is %+v", r)
		}
		if !strings.Contains(log.String(), "a mistake") {
			t.Error("the log does not tell of it")
		}
		other.batch("SELECT 1")
		if r := other.response(); r.kinds != "d" {
			t.Errorf("another session: %+v", r)
		}
	}
}
