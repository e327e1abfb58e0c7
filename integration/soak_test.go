package integration

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// soakVariable is how many calls TestSoak makes; make test takes a sample only.
const (
	soakVariable = "TDS_LAUNCHPAD_TEST_SOAK"
	soakSample   = 120
	soakUsers    = 8
	// soakKill: a process is killed for so many calls; in a long run for soakLongKill,
	// since most of its time would go into starting launchers.
	soakKill     = 6
	soakLongKill = 20
)

// TestSoak makes script calls of eight users at once that succeed, fail, are cancelled or
// lose their client, while processes of every kind are killed. Every call must end with a
// result or an error that says why, and afterwards nothing may be left.
func TestSoak(t *testing.T) {
	calls := soakSample
	if text := os.Getenv(soakVariable); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("%s: %v", soakVariable, err)
		}
		calls = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("%d calls, seed %d", calls, seed)
	s := ownServer(t, "--ready-satellites=1") // always the same number
	if !s.embedded {
		t.Skip("the engine under test is not ours: logins are not created on it")
	}
	for i := range soakUsers {
		createUser(t, s, soakUser(i), soakPassword, "GRANT EXECUTE ANY EXTERNAL SCRIPT TO "+soakUser(i))
	}
	usable(t, s.connect(t))
	s.warm(t)
	before := s.possessions(t)

	var left atomic.Int64
	left.Store(int64(calls))
	tally := &soakTally{texts: map[string]int{}}
	killer := &killer{server: s, every: soakKill}
	if calls > 10*soakSample {
		killer.every = soakLongKill
	}
	began := time.Now()
	var clients sync.WaitGroup
	for i := range soakUsers {
		clients.Go(func() {
			c := soakClient{t: t, server: s.as(soakUser(i), soakPassword), tally: tally,
				random: rand.New(rand.NewPCG(seed, uint64(i+1)))}
			for left.Add(-1) >= 0 && !t.Failed() {
				c.call()
				killer.ended(c.random)
			}
			c.close()
		})
	}
	clients.Wait()
	t.Logf("%v in %v; killed: %v", tally, time.Since(began).Round(time.Millisecond), killer)
	if tally.ok.Load() == 0 || tally.failed.Load() == 0 || tally.cancelled.Load() == 0 || tally.left.Load() == 0 {
		t.Errorf("the run did not meet all that it should: %v", tally)
	}
	for victim, n := range killer.killed() {
		if n == 0 {
			t.Errorf("no %s has been killed", victim)
		}
	}
	nothingLeft(t, s, before)
	usable(t, s.connect(t))
}

const soakPassword = "Secret-80"

func soakUser(i int) string { return fmt.Sprintf("soaker%d", i+1) }

// nothingLeft waits until the server has no more than before.
func nothingLeft(t *testing.T, s *server, before possessions) {
	t.Helper()
	var more string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if more = before.grown(s.possessions(t)); more == "" {
			return
		}
	}
	t.Errorf("left behind: %s\n%.4000s", more, tail(s.log.String(), 4000))
}

func tail(text string, n int) string { return text[max(0, len(text)-n):] }

// soakContext bounds a call: it ends long before, whatever is killed.
func soakContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 2*time.Minute)
}
