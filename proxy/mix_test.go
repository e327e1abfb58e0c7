package proxy

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/executor"
	"tds-launchpad/tds"
)

// mixer is a client that does anything, in any order, and holds each answer against its request.
type mixer struct {
	*rawClient
	rand *rand.Rand
	id   string // of the present request; no other has the same
}

// Many sessions mix forwarded requests, script calls, cancellations, resets and departures: an answer
// is always that of the client's own last request.
func TestAnswersAreNeverMixedUp(t *testing.T) {
	e := newEngine(t, func(e *scriptedEngine) { e.handle = echoing })
	cfg := plain(e)
	cfg.Logger = zerolog.Nop()
	cfg.Scripts = fakeRunner(dawdling)
	proxy := serve(t, cfg)
	var clients sync.WaitGroup
	for n := range 16 {
		clients.Add(1)
		go func() {
			defer clients.Done()
			r := rand.New(rand.NewPCG(7, uint64(n)))
			for life := range 6 {
				m := &mixer{rawClient: open(t, proxy), rand: r}
				for request := range 25 {
					m.id = fmt.Sprintf("%d-%d-%d", n, life, request)
					if !m.step(t) {
						break
					}
				}
				_ = m.raw.Close()
			}
		}()
	}
	clients.Wait()
}

// step makes one request. False: the client has left, or something was wrong.
func (m *mixer) step(t *testing.T) bool {
	status := tds.Status(0)
	if m.rand.IntN(8) == 0 {
		status = tds.StatusResetConnection
	}
	mark := "answer to " + m.id
	switch m.rand.IntN(5) {
	case 0, 1:
		m.batchStatus("PRINT '"+mark+"'", status)
	case 2:
		m.batchStatus("EXEC sp_execute_external_script N'Python', N'"+mark+"', N'SELECT n'", status)
	case 3:
		m.batchStatus("EXEC sp_execute_external_script N'Python', N'"+mark+"'", status)
	default:
		mark = "GOTO" // a refusal
		m.batchStatus("GOTO x; EXEC sp_execute_external_script N'Python', N'"+m.id+"'; x: SELECT 1", status)
	}
	switch m.rand.IntN(12) {
	case 0:
		return false // leaves
	case 1, 2, 3:
		for range m.rand.IntN(40) {
			time.Sleep(10 * time.Microsecond) // anywhere in the course of the request
		}
		m.attention()
		return m.cancelled(t, mark)
	}
	r := m.response()
	if r.err != nil || !says(r, mark) {
		t.Errorf("%s: answer is %+v", m.id, r)
		return false
	}
	return true
}

// cancelled reads up to the acknowledgement. What comes before it belongs to the request too.
func (m *mixer) cancelled(t *testing.T, mark string) bool {
	for {
		r := m.response()
		if r.err != nil || len(r.messages) > 0 && !says(r, mark) {
			t.Errorf("%s: answer is %+v", m.id, r)
			return false
		}
		if r.last().Status&tds.DoneAttn != 0 {
			return true
		}
	}
}

func says(r *response, mark string) bool {
	return len(r.messages) == 1 && strings.Contains(r.messages[0].Text, mark)
}

// echoing is an engine that prints what a batch prints, and gives 200 numbers to an input query.
func echoing(c *engineConn, m tds.RawMessage) {
	if _, text, ok := strings.Cut(batchText(m), "PRINT "); ok {
		out := (&tds.ServerMessage{Text: strings.Trim(text, "'")}).Append(nil, tds.V74)
		c.reply(append(out, done(0)...))
		return
	}
	scripted(sysadmin, numbers(200))(c, m)
}

// dawdling is echo, slow enough to be cancelled in the middle.
func dawdling(ctx context.Context, call *executor.Call, in executor.Rows) (ScriptResult, error) {
	select {
	case <-time.After(100 * time.Microsecond):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return echo(ctx, call, in)
}
