package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// scratchPrefix begins the names of our directories for temporary files. What follows must be no
// other package's (engine/store has tds-launchpad-engine-): theirs are not held, and would be swept.
const scratchPrefix = "tds-launchpad-"

// scratchAge is how old a directory without an owner must be to be swept: a new
// one has none for a moment.
const scratchAge = time.Minute

// scratchDir makes a directory for temporary files that is removed with remove;
// what killed processes left of the same name is removed now.
func scratchDir(name string) (dir string, remove func() error, err error) {
	sweepScratch(filepath.Join(os.TempDir(), scratchPrefix+name+"-*"))
	dir, err = os.MkdirTemp("", scratchPrefix+name+"-")
	if err != nil {
		return "", nil, err
	}
	lock, err := lockDir(dir, unix.LOCK_SH)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	return dir, func() error { return errors.Join(os.RemoveAll(dir), lock.Close()) }, nil
}

// sweepScratch removes this user's directories that no process holds.
func sweepScratch(pattern string) {
	dirs, _ := filepath.Glob(pattern)
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || time.Since(info.ModTime()) < scratchAge {
			continue
		}
		var st unix.Stat_t
		if unix.Lstat(dir, &st) != nil || int(st.Uid) != os.Geteuid() {
			continue
		}
		if lock, err := lockDir(dir, unix.LOCK_EX); err == nil {
			os.RemoveAll(dir) //nolint:errcheck // the next one tries again
			lock.Close()
		}
	}
}

func lockDir(dir string, how int) (*os.File, error) {
	f, err := os.OpenFile(dir, unix.O_DIRECTORY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, &os.PathError{Op: "lock", Path: dir, Err: err}
	}
	return f, nil
}
