package integration

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Calls that are interrupted in each of their phases, by the client or by the
// engine's end.

// digits is a table of ten rows; many of them joined are a query that takes long.
const digits = "(VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))"

func longQuery(tables int) string {
	var from []string
	for i := range tables {
		from = append(from, digits+" AS t"+string(rune('a'+i))+"(v)")
	}
	return "SELECT REPLICATE('x', 500) AS x FROM " + strings.Join(from, ", ")
}

func TestCancelWhileTheInputQueryRuns(t *testing.T) {
	s := ownServer(t)
	conn := s.connect(t)
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error, 1)
	go func() {
		_, err := collect(ctx, conn, py("pass", "@input_data_1 = N'"+strings.ReplaceAll(longQuery(9), "'", "''")+"'"))
		result <- err
	}()
	waitFor(t, "the satellite to start", func() bool { return len(s.satellites()) > 0 })
	cancel()
	if err := <-result; err == nil {
		t.Error("the cancelled call ended well")
	}
	waitFor(t, "the satellite to end", func() bool { return len(s.satellites()) == 0 })
	usable(t, s.connect(t))
}

func TestCancelWhileResultRowsAreSent(t *testing.T) {
	s := sharedServer(t)
	conn := s.connect(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	rows, err := conn.QueryContext(ctx, py("OutputDataSet = pandas.DataFrame({'x': ['x' * 1000] * 100_000})"))
	if err != nil {
		t.Fatal(err)
	}
	if !rows.Next() {
		t.Fatalf("no row: %v", rows.Err())
	}
	cancel()
	n := 1
	for rows.Next() {
		n++
	}
	if rows.Err() == nil {
		t.Errorf("all %d rows came in spite of the cancel", n)
	}
	_ = rows.Close()
	usable(t, s.connect(t))
}

// An engine that goes in the middle of a call takes the session with it, at once,
// and the satellite; the proxy stays, and says what is the matter.
func TestEngineGoneInTheMiddleOfACall(t *testing.T) {
	engine := ownServer(t)
	if !engine.embedded {
		t.Skip("the engine under test is not ours to kill")
	}
	s := ownServer(t, "--engine", engine.address, "--engine-encryption", "off")
	client := sleepingClient(t, s)
	waitFor(t, "the satellite to start", func() bool { return len(s.satellites()) > 0 })
	for _, pid := range childrenOf(engine.cmd.Process.Pid) {
		kill(t, pid)
	}
	kill(t, engine.cmd.Process.Pid)
	ended := make(chan error, 1)
	go func() { ended <- client.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the client's exit status is 0")
		}
	case <-time.After(time.Minute):
		t.Fatal("the call goes on without its engine")
	}
	waitFor(t, "the satellite to end", func() bool { return len(s.satellites()) == 0 })
	_, stderr, status := run(t, []string{"SQLCMDPASSWORD=" + s.password}, "query", "-S", s.address, "-U", s.user, "-N", "disable", "-Q", "SELECT 1")
	if status == 0 || !strings.Contains(stderr, "engine") {
		t.Errorf("a login without an engine: exit status %d, %q", status, stderr)
	}
}

func kill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		t.Fatal(err)
	}
}
