package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestScratchOfKilledProcessesIsSwept(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	held, removeHeld, err := scratchDir("x")
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now().Add(-2 * scratchAge)
	dirs := map[string]bool{held: true}
	for name, stays := range map[string]bool{"x-left": false, "x-young": true, "y-other": true} {
		dir := filepath.Join(temp, scratchPrefix+name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		dirs[dir] = stays
	}
	for dir := range dirs {
		if filepath.Base(dir) == scratchPrefix+"x-young" {
			continue
		}
		if err := os.Chtimes(dir, old, old); err != nil {
			t.Fatal(err)
		}
	}
	dir, remove, err := scratchDir("x")
	if err != nil {
		t.Fatal(err)
	}
	for dir, stays := range dirs {
		if _, err := os.Stat(dir); (err == nil) != stays {
			t.Errorf("%s: stays is %v, want %v", filepath.Base(dir), err == nil, stays)
		}
	}
	for _, dir := range []string{dir, held} {
		if f, err := lockDir(dir, unix.LOCK_EX); err == nil {
			f.Close()
			t.Errorf("%s is not held", dir)
		}
	}
	for dir, remove := range map[string]func() error{dir: remove, held: removeHeld} {
		if err := remove(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s is left", dir)
		}
	}
}
