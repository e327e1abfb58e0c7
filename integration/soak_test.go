package integration

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

// soakVariable is how many calls TestSoak makes; make test takes a sample only.
const (
	soakVariable = "TDS_LAUNCHPAD_TEST_SOAK"
	soakSample   = 40
	soakClients  = 4
)

// TestSoak makes script calls from several clients at once that succeed, fail, are
// cancelled, lose their satellite or their client. Every call must end with
// a result or an error, and afterwards nothing may be left.
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
	usable(t, s.connect(t))
	s.warm(t)
	descriptors, groups := s.descriptors(), s.cgroups()

	stopKilling := killSatellites(s, rand.New(rand.NewPCG(seed, 0)))
	var left atomic.Int64
	left.Store(int64(calls))
	var tally soakTally
	var clients sync.WaitGroup
	for i := range soakClients {
		clients.Go(func() {
			c := soakClient{t: t, server: s, random: rand.New(rand.NewPCG(seed, uint64(i+1))), tally: &tally}
			for left.Add(-1) >= 0 {
				c.call()
			}
			c.close()
		})
	}
	clients.Wait()
	stopKilling()
	t.Logf("%v", &tally)
	if tally.ok.Load() == 0 || tally.failed.Load() == 0 || tally.cancelled.Load() == 0 {
		t.Errorf("the run did not meet all that it should: %v", &tally)
	}
	waitFor(t, "all satellites to end", func() bool { return len(s.satellites()) == 0 })
	waitFor(t, "the cgroups to go", func() bool { return s.cgroups() <= groups })
	waitFor(t, "the descriptors to be closed", func() bool { return s.named("tds-ready") == 1 && grown(descriptors, s.descriptors()) == "" })
	usable(t, s.connect(t))
}

type soakTally struct{ ok, failed, cancelled, lost atomic.Int64 }

func (c *soakTally) String() string {
	return fmt.Sprintf("%d succeeded, %d failed, %d cancelled, %d lost their connection",
		c.ok.Load(), c.failed.Load(), c.cancelled.Load(), c.lost.Load())
}

type soakClient struct {
	t      *testing.T
	server *server
	random *rand.Rand
	tally  *soakTally
	db     *sql.DB
}

// call makes one call of a random kind.
func (c *soakClient) call() {
	if c.db == nil {
		connector, err := mssql.NewConnector(c.server.dsn(nil))
		if err != nil {
			c.t.Error(err)
			return
		}
		c.db = sql.OpenDB(connector)
		c.db.SetMaxOpenConns(1)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	script, want := "print('x' * 1000)", ""
	switch kind := c.random.IntN(6); kind {
	case 0:
		script, want = "raise ValueError('meant')", "meant"
	case 1:
		script = "import time; time.sleep(60)"
		time.AfterFunc(time.Duration(c.random.IntN(200))*time.Millisecond, cancel)
	case 2:
		c.close() // the next call brings a session of its own
		return
	}
	_, err := c.db.ExecContext(ctx, py(script))
	switch {
	case err == nil && want == "":
		c.tally.ok.Add(1)
	case ctx.Err() == context.Canceled:
		c.tally.cancelled.Add(1)
	case ctx.Err() != nil:
		c.t.Errorf("a call did not end: %v", err)
	case err == nil:
		c.t.Errorf("a script that fails gave no error")
	default:
		c.tally.failed.Add(1)
		if _, ok := err.(mssql.Error); !ok {
			c.tally.lost.Add(1)
			c.t.Errorf("not an error of the server: %v", err)
		}
	}
}

func (c *soakClient) close() {
	if c.db != nil {
		c.db.Close()
		c.db = nil
	}
}

// killSatellites kills a random satellite now and then until stopped.
func killSatellites(s *server, random *rand.Rand) (stop func()) {
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Duration(random.IntN(300)) * time.Millisecond):
			}
			if pids := s.satellites(); len(pids) > 0 {
				syscall.Kill(pids[random.IntN(len(pids))], syscall.SIGKILL)
			}
		}
	}()
	return func() {
		close(done)
		<-stopped
	}
}

var boxNumber = regexp.MustCompile(`box-[0-9]+`)

// descriptors counts the open files of the server's processes by what they are.
func (s *server) descriptors() map[string]int {
	kinds := map[string]int{}
	for _, pid := range append(childrenOf(s.cmd.Process.Pid), s.cmd.Process.Pid) {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
		links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, link := range links {
			target, _ := os.Readlink(link)
			kind, _, _ := strings.Cut(target, ":")
			kind = boxNumber.ReplaceAllString(kind, "box")
			kinds[strings.TrimSpace(string(name))+" "+kind]++
		}
	}
	return kinds
}

// grown lists what there is more of than before. The embedded engine keeps the
// connections to its file that its busiest moment needed.
func grown(before, after map[string]int) string {
	var more []string
	for kind, n := range after {
		if n > before[kind] && !strings.HasSuffix(kind, ".db") {
			more = append(more, fmt.Sprintf("%s: %d, were %d", kind, n, before[kind]))
		}
	}
	return strings.Join(more, "; ")
}

// cgroups counts the control groups of satellites on this machine.
func (s *server) cgroups() int {
	n := 0
	for _, pattern := range []string{"/sys/fs/cgroup/pids/tds-launchpad-%d-*/box-*", "/sys/fs/cgroup/pids/*/tds-launchpad-%d-*/box-*"} {
		found, _ := filepath.Glob(fmt.Sprintf(pattern, s.cmd.Process.Pid))
		for _, path := range found {
			if info, err := os.Stat(path); err == nil && info.IsDir() {
				n++
			}
		}
	}
	return n
}
