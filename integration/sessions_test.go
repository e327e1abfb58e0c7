package integration

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What a script call shares with its session, and sessions with each other.

// as is the server with another login.
func (s *server) as(user, password string) *server {
	other := *s
	other.user, other.password = user, password
	return &other
}

// createUser makes a login with a user of the same name in master and removes both
// at the end.
func createUser(t *testing.T, s *server, name, password string, more ...string) {
	t.Helper()
	conn := s.connect(t)
	texts := append([]string{"CREATE LOGIN " + name + " WITH PASSWORD = '" + password + "'", "CREATE USER " + name + " FOR LOGIN " + name}, more...)
	for _, text := range texts {
		query(t, conn, text).noErrors(t)
	}
	t.Cleanup(func() {
		query(t, conn, "DROP USER "+name).noErrors(t)
		// Its sessions end a moment after their clients have left.
		waitFor(t, "login "+name+" to be dropped", func() bool {
			o := query(t, conn, "DROP LOGIN "+name)
			return len(o.Errors) == 0 || o.Errors[0].Number != 15434
		})
	})
}

func TestOnlyThePermittedMayRunScripts(t *testing.T) {
	s := sharedServer(t)
	if !s.embedded {
		t.Skip("the engine under test is not ours: logins are not created on it")
	}
	createUser(t, s, "scripter", "Secret-77")
	admin, conn := s.connect(t), s.as("scripter", "Secret-77").connect(t)
	call := py("print('ran')")
	denied := func() {
		t.Helper()
		o := query(t, conn, call)
		wantErrors(t, o, 262)
		if len(o.Notices) != 0 {
			t.Errorf("the script ran: %q", o.Notices)
		}
		usable(t, conn)
	}
	denied()
	query(t, admin, "GRANT EXECUTE ANY EXTERNAL SCRIPT TO scripter").noErrors(t)
	o := query(t, conn, call)
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"ran\n")
	query(t, admin, "REVOKE EXECUTE ANY EXTERNAL SCRIPT FROM scripter").noErrors(t)
	denied()
}

func TestScriptsSwitchedOff(t *testing.T) {
	conn := ownServer(t, "--external-scripts", "off").connect(t)
	o := query(t, conn, py("print('ran')"))
	wantErrors(t, o, 39023)
	if len(o.Notices) != 0 {
		t.Errorf("the script ran: %q", o.Notices)
	}
	usable(t, conn)
}

// Two logins at once: each call has its own account and folder, sees no process
// of the other and none of its files.
func TestTwoLoginsAtOnce(t *testing.T) {
	s := sharedServer(t)
	if !s.embedded {
		t.Skip("the engine under test is not ours: logins are not created on it")
	}
	createUser(t, s, "second", "Secret-78", "GRANT EXECUTE ANY EXTERNAL SCRIPT TO second")
	script := `
import os, time
open('mine', 'w').write('x')
open('/tmp/mine', 'x').write('x')
time.sleep(1)
found = [p for p in os.listdir('/proc') if p.isdigit() and int(p) not in (1, os.getpid())]
around = os.listdir('..') + os.listdir('../..')
print(os.getcwd(), len(found), os.listdir('/tmp'), len([f for f in around if f.count('-') == 4]))`
	var wg sync.WaitGroup
	printed := make([]string, 2)
	for i, login := range []*server{s, s.as("second", "Secret-78")} {
		conn := login.connect(t)
		wg.Go(func() {
			o, err := collect(context.Background(), conn, py(script))
			if err != nil || len(o.Errors) > 0 {
				t.Errorf("%v %+v", err, o.Errors)
			}
			printed[i] = strings.TrimPrefix(strings.Join(o.Notices, ""), stdoutHeader)
		})
	}
	wg.Wait()
	folders := make([]string, 2)
	for i, text := range printed {
		var rest string
		folders[i], rest, _ = strings.Cut(text, " ")
		if rest != "0 ['mine'] 2\n" {
			t.Errorf("login %d sees %q", i, text)
		}
	}
	if filepath.Dir(folders[0]) == filepath.Dir(folders[1]) {
		t.Errorf("both logins work in launchpad %s", filepath.Dir(folders[0]))
	}
}

// The input query runs on the caller's own session.
func TestInputQuerySeesTheSession(t *testing.T) {
	conn := sharedServer(t).connect(t)
	for _, text := range []string{"CREATE TABLE #mine (n int)", "CREATE TABLE uncommitted (n int)",
		"BEGIN TRANSACTION", "INSERT #mine VALUES (1)", "INSERT uncommitted VALUES (2), (3)"} {
		query(t, conn, text).noErrors(t)
	}
	o := query(t, conn, py("OutputDataSet = InputDataSet", "@input_data_1 = N'SELECT (SELECT SUM(n) FROM uncommitted) AS u, n, @@TRANCOUNT AS t FROM #mine'",
		"WITH RESULT SETS ((u int, n int, t int))"))
	wantSet(t, o.one(t), []string{"u int", "n int", "t int"}, []any{int64(5), int64(1), int64(1)})
	wantErrors(t, query(t, conn, py("raise ValueError()")), 39004, 39019)
	wantSet(t, query(t, conn, "SELECT @@TRANCOUNT AS t").one(t), []string{"t int"}, []any{int64(1)})
	query(t, conn, "ROLLBACK").noErrors(t)
	wantSet(t, query(t, conn, "SELECT COUNT(*) AS n FROM uncommitted").one(t), []string{"n int"}, []any{int64(0)})
	query(t, conn, "DROP TABLE uncommitted").noErrors(t)
}

// When all worker accounts, or all calls of a login, are in use, the next caller
// is told so after some waiting; later calls run again.
func TestExhaustedPool(t *testing.T) {
	s := ownServer(t, "--worker-accounts", "1", "--calls-per-login", "1", "--account-wait", "2s")
	if !s.embedded {
		t.Skip("the engine under test is not ours: logins are not created on it")
	}
	createUser(t, s, "waiter", "Secret-79", "GRANT EXECUTE ANY EXTERNAL SCRIPT TO waiter")
	same, other := s.connect(t), s.as("waiter", "Secret-79").connect(t)
	client := sleepingClient(t, s)
	waitFor(t, "the satellite to start", func() bool { return len(s.satellites()) > 0 })
	var wg sync.WaitGroup
	outcomes := make([]outcome, 2)
	wg.Go(func() { outcomes[0], _ = collect(context.Background(), same, py("print(1)")) })
	wg.Go(func() { outcomes[1], _ = collect(context.Background(), other, py("print(1)")) })
	wg.Wait()
	wantErrors(t, outcomes[0], 39110)
	wantErrors(t, outcomes[1], 39108)
	if err := client.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	o := query(t, other, py("print(1)")) // waits for the end of the other call
	o.noErrors(t)
	wantNotices(t, o, stdoutHeader+"1\n")
}

// Calls that end well, fail and are cancelled leave no descriptor, process, control
// group or file.
func TestCallsLeaveNothing(t *testing.T) {
	s := ownServer(t, "--ready-satellites=0") // which come and go by themselves
	round := func() {
		db, conn := s.open(t)
		defer func() { _, _ = conn.Close(), db.Close() }()
		query(t, conn, py("OutputDataSet = InputDataSet", "@input_data_1 = N'SELECT 1 AS a'")).noErrors(t)
		wantErrors(t, query(t, conn, py("open('left', 'w').write('x')\nraise ValueError()")), 39004, 39019)
		wantErrors(t, query(t, conn, py("pass", "@input_data_1 = N'SELECT 1 / 0 AS a'")), 8134)
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			defer cancel()
			for end := time.Now().Add(20 * time.Second); len(s.satellites()) == 0 && time.Now().Before(end); {
				time.Sleep(5 * time.Millisecond)
			}
		}()
		if _, err := collect(ctx, conn, py("import time; time.sleep(100)")); err == nil {
			t.Error("the cancelled call ended well")
		}
		waitFor(t, "the satellite to end", func() bool { return len(s.satellites()) == 0 })
	}
	waitFor(t, "the zygote", func() bool { return s.named("tds-zygote") > 0 })
	round() // what is made once and kept
	before := s.settled(t)
	round()
	after := s.belongings(t)
	for end := time.Now().Add(15 * time.Second); after != before && time.Now().Before(end); after = s.belongings(t) {
		time.Sleep(50 * time.Millisecond)
	}
	if after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	s.stop()
	waitFor(t, "the control groups to be removed", func() bool { return len(s.groups(t)) == 0 })
}

// groups lists the control groups that the server has made.
func (s *server) groups(t *testing.T) []string {
	t.Helper()
	var found []string
	name := fmt.Sprintf("/tds-launchpad-%d-", s.cmd.Process.Pid)
	err := filepath.WalkDir("/sys/fs/cgroup", func(path string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.Contains(path, name) {
			found = append(found, path)
		}
		return nil // groups come and go while they are listed
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// settled is belongings when nothing of it has changed for a while: sessions end a moment after their
// clients have left.
func (s *server) settled(t *testing.T) string {
	t.Helper()
	last, since := s.belongings(t), time.Now()
	for end := time.Now().Add(15 * time.Second); time.Since(since) < time.Second && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if now := s.belongings(t); now != last {
			last, since = now, time.Now()
		}
	}
	return last
}

// belongings lists what the server's processes hold: descriptors counted by kind,
// files of the data directory, control groups and temporary files.
func (s *server) belongings(t *testing.T) string {
	t.Helper()
	var lines []string
	for _, pid := range append(childrenOf(s.cmd.Process.Pid), s.cmd.Process.Pid) {
		kinds := map[string]int{}
		links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, link := range links {
			target, err := os.Readlink(link)
			if err != nil {
				continue
			}
			kind, _, _ := strings.Cut(target, ":")
			if strings.HasPrefix(kind, "/") {
				kind = filepath.Dir(kind)
			}
			kinds[kind]++
		}
		delete(kinds, "anon_inode") // of the runtime: pidfds and timers come and go
		lines = append(lines, fmt.Sprintf("process %d holds %v", pid, kinds))
	}
	lines = append(lines, s.groups(t)...)
	err := filepath.WalkDir(s.dataDir, func(path string, _ os.DirEntry, err error) error {
		if err == nil {
			lines = append(lines, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
