package integration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// run executes the program and returns its output and exit status.
func run(t *testing.T, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	binary, err := program()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestVersion(t *testing.T) {
	out, _, status := run(t, nil, "version")
	if status != 0 || !strings.HasPrefix(out, "tds-launchpad ") {
		t.Errorf("%d %q", status, out)
	}
}

func TestConfigurationFile(t *testing.T) {
	for text, want := range map[string]string{
		"engine = 'embedded'\nlisten = '127.0.0.1:0'\nworker_acounts = 3": `unknown key "worker-acounts"`,
		"engine = [": "config.toml:",
		"engine = 'embedded'\nlog-format = 'xml'":                         "log-format",
		"engine = 'embedded'\nworker_accounts = -1\nlisten='127.0.0.1:0'": "positive",
		"": "--engine",
	} {
		path := filepath.Join(t.TempDir(), "config.toml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, stderr, status := run(t, nil, "serve", "--data-dir", t.TempDir(), "--config", path)
		if status == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%q: exit status %d, %q lacks %q", text, status, stderr, want)
		}
	}
	path := filepath.Join(t.TempDir(), "config.toml")
	text := "# every flag is a key\nscript_memory = 512\nworker-accounts = 3\nlog_level = 'debug'\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := ownServer(t, "--config", path)
	usable(t, s.connect(t))
}

func TestQueryPrintsAsSqlcmdDoes(t *testing.T) {
	s := sharedServer(t)
	env := []string{"SQLCMDPASSWORD=" + s.password}
	out, stderr, status := run(t, env, "query", "-S", s.address, "-U", s.user, "-N", "disable", "-Q",
		"SELECT 1 AS n, N'x' AS s\nGO\nPRINT 'hello'\nGO")
	want := "n           s\n----------- -\n          1 x\n\n(1 row affected)\nhello\n"
	if out != want || status != 0 {
		t.Errorf("exit status %d, output:\n%q\nwant:\n%q\n%s", status, out, want, stderr)
	}
	out, stderr, status = run(t, env, "query", "-S", s.address, "-U", s.user, "-N", "disable", "-b", "-Q", "SELECT 1/0 AS x\nGO\nPRINT 'not reached'")
	if status != 1 || !strings.HasPrefix(stderr, "Msg 8134, Level 16, State ") || strings.Contains(out, "not reached") {
		t.Errorf("exit status %d, %q, %q", status, out, stderr)
	}
	_, stderr, status = run(t, []string{"SQLCMDPASSWORD=wrong"}, "query", "-S", s.address, "-U", s.user, "-N", "disable", "-Q", "SELECT 1")
	if status != 1 || !strings.Contains(stderr, "Msg 18456, Level 14") && s.embedded {
		t.Errorf("wrong password: exit status %d, %q", status, stderr)
	}
}

func TestQueryNoticesThatTheServerIsGone(t *testing.T) {
	s := ownServer(t)
	client := sleepingClient(t, s)
	waitFor(t, "the satellite to start", func() bool { return len(s.satellites()) > 0 })
	for _, pid := range append(childrenOf(s.cmd.Process.Pid), s.cmd.Process.Pid) {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	ended := make(chan error, 1)
	go func() { ended <- client.Wait() }()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("exit status 0")
		}
	case <-time.After(time.Minute):
		t.Error("query waits for a dead server")
	}
}

func TestDoctorAsJSON(t *testing.T) {
	out, stderr, status := run(t, nil, "doctor", "--json")
	var found struct {
		Confinement []struct{ Name, State string }
		Scripts     string
		Languages   []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil || status != 0 {
		t.Fatalf("exit status %d, %v\n%s\n%s", status, err, out, stderr)
	}
	if len(found.Confinement) < 8 || len(found.Languages) == 0 {
		t.Errorf("findings: %+v", found)
	}
	for _, item := range found.Confinement {
		switch item.State {
		case "active", "unavailable", "off":
		default:
			t.Errorf("%s is %q", item.Name, item.State)
		}
	}
}

var engineDirectory = regexp.MustCompile(`^/.*/tds-launchpad-engine-[0-9]+`)

// What serve makes, it removes.
func TestServeLeavesOnlyItsDataDirectory(t *testing.T) {
	s := ownServer(t)
	if !s.embedded {
		t.Skip("only the embedded engine makes temporary files")
	}
	usable(t, s.connect(t))
	made := map[string]bool{}
	for _, pid := range append(childrenOf(s.cmd.Process.Pid), s.cmd.Process.Pid) {
		links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, link := range links {
			target, _ := os.Readlink(link)
			if dir := engineDirectory.FindString(target); dir != "" {
				made[dir] = true
			}
		}
	}
	if len(made) == 0 {
		t.Fatal("the engine's directory is not found")
	}
	s.stop()
	for dir := range made {
		if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left behind: %v", dir, err)
		}
	}
}

// The files of the demo as a user runs them, one `query -i` each.
func TestDemoFiles(t *testing.T) {
	s := sharedServer(t)
	conn := s.connect(t)
	query(t, conn, "CREATE DATABASE demo_files").noErrors(t)
	t.Cleanup(func() { query(t, conn, "DROP DATABASE demo_files") })
	files, err := filepath.Glob("../demo/*.sql")
	if err != nil || len(files) != 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	// In the order of what builds on what: the tables stand behind the data by name.
	files[0], files[1] = files[1], files[0]
	want := map[string]string{"4-score.sql": "(50 rows affected)", "5-accuracy.sql": "   0.940\n", "6-catch.sql": "KeyError: 'petal_with'               50\n"}
	for _, file := range files {
		name := filepath.Base(file)
		out, stderr, status := run(t, []string{"SQLCMDPASSWORD=" + s.password},
			"query", "-S", s.address, "-U", s.user, "-N", "disable", "-d", "demo_files", "-b", "-i", file)
		if fails := name == "7-error.sql"; (status != 0) != fails || !strings.Contains(out, want[name]) {
			t.Errorf("%s: exit status %d, output lacks %q:\n%s%s", name, status, want[name], out, stderr)
		}
	}
}
