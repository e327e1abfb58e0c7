package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// claim is an instance's hold on its host uids: while its file is open, no other
// instance on this host gets one of them. It ends with the process at the latest.
type claim struct {
	ids  idMap
	file *os.File
}

const (
	// maxClaims are tried one behind the other where no first uid is configured.
	maxClaims = 64
	// claimTimeout is how long the processes of an instance that was killed may
	// still be there; the kernel needs milliseconds.
	claimTimeout = 10 * time.Second
)

// claimIDs chooses host ids, wanted besides 0's, and claims them. As chooseMap
// does, it may return both ids and an error.
func claimIDs(cfg Config, wanted int) (*claim, error) {
	ids, err := chooseMap(cfg, wanted)
	if err != nil || ids.single {
		return &claim{ids: ids}, err
	}
	c := &claim{ids: ids}
	if c.file, err = openClaims(); err != nil {
		return nil, err
	}
	// The serving process' own uid is in front of root's range.
	before := uint32(0)
	if !ids.helper {
		before = 1
	}
	size := ids.uids.Count + before
	end := uint64(ids.uids.First) + uint64(ids.room)
	timeout := claimTimeout
	if ids.room >= 2*size {
		timeout = 0 // rather the next
	}
	for range maxClaims {
		if err = c.lock(c.ids.uids.First-before, size); err == nil {
			if err = c.awaitEmpty(timeout); err == nil {
				return c, nil
			}
		}
		c.ids.uids.First += size
		c.ids.gids.First += size
		if !errors.Is(err, ErrUIDsTaken) || uint64(c.ids.uids.First)+uint64(size) > end {
			break
		}
	}
	c.file.Close()
	return nil, err
}

// openClaims opens the file whose bytes stand for uids: root's is the host's, a
// user's is for what is the user's alone.
func openClaims() (*os.File, error) {
	name := "tds-launchpad.uids"
	dirs := []string{"/run", "/tmp"} // /run/lock is everybody's on Debian
	if uid := os.Geteuid(); uid != 0 {
		name = fmt.Sprintf("tds-launchpad-%d.uids", uid)
		dirs = []string{"/tmp"}
	}
	var errs []error
	for _, dir := range dirs {
		path := filepath.Join(dir, name)
		fd, err := unix.Open(path, unix.O_RDWR|unix.O_CREAT|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
		if err != nil {
			errs = append(errs, &os.PathError{Op: "open", Path: path, Err: err})
			continue
		}
		var st unix.Stat_t
		if err := unix.Fstat(fd, &st); err != nil || int(st.Uid) != os.Geteuid() || st.Mode&0o077 != 0 {
			unix.Close(fd)
			return nil, fmt.Errorf("claim uids: %s is another user's, or open to others", path)
		}
		return os.NewFile(uintptr(fd), path), nil
	}
	return nil, fmt.Errorf("claim uids: %w", errors.Join(errs...))
}

// lock locks this open file's bytes, as no other open file of this host then can.
func (c *claim) lock(first, count uint32) error {
	l := unix.Flock_t{Type: unix.F_WRLCK, Start: int64(first), Len: int64(count)}
	err := unix.FcntlFlock(c.file.Fd(), unix.F_OFD_SETLK, &l)
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
		return fmt.Errorf("%w: %d to %d (locked in %s); configure another first uid, or none",
			ErrUIDsTaken, first, uint64(first)+uint64(count)-1, c.file.Name())
	}
	if err != nil {
		return fmt.Errorf("claim uids in %s: %w", c.file.Name(), err)
	}
	return nil
}

// awaitEmpty waits until no process has one of the uids: an instance that held
// them before may have been killed just now.
func (c *claim) awaitEmpty(timeout time.Duration) error {
	for deadline := time.Now().Add(timeout); ; time.Sleep(time.Millisecond) {
		pid := processWithUID(c.ids.uids)
		if pid == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w: process %d has one of %d to %d", ErrUIDsTaken, pid, c.ids.uids.First, c.ids.uids.First+c.ids.uids.Count-1)
		}
	}
}

// processWithUID finds a process whose uid is in the range, or 0.
func processWithUID(r Range) int {
	dirs, _ := os.ReadDir("/proc")
	for _, d := range dirs {
		pid, err := strconv.Atoi(d.Name())
		if err != nil {
			continue
		}
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		_, ids, _ := strings.Cut(string(status), "\nUid:")
		var uid uint32
		if _, err := fmt.Sscan(ids, &uid); err == nil && covers(r, uid) {
			return pid
		}
	}
	return 0
}

func (c *claim) close() {
	if c != nil && c.file != nil {
		c.file.Close()
	}
}

// claimVariable carries a claim over becomeSupervisor's exec: descriptor, first
// uid and gid, count.
const claimVariable = "TDS_LAUNCHPAD_CLAIM"

// inherit makes the claim one that the next program has.
func (c *claim) inherit() (variable string, err error) {
	// Fd would be the runtime's; a copy outlives this program.
	fd, err := unix.Dup(int(c.file.Fd()))
	return fmt.Sprintf("%s=%d %d %d %d", claimVariable, fd, c.ids.uids.First, c.ids.gids.First, c.ids.uids.Count), err
}

// inheritedClaim is what the program before this one has claimed.
func inheritedClaim() (*claim, error) {
	var fd int
	c := &claim{}
	_, err := fmt.Sscan(os.Getenv(claimVariable), &fd, &c.ids.uids.First, &c.ids.gids.First, &c.ids.uids.Count)
	os.Unsetenv(claimVariable)
	if err != nil || fd < 3 {
		return nil, fmt.Errorf("%s: no claim", claimVariable)
	}
	c.ids.gids.Count = c.ids.uids.Count
	unix.CloseOnExec(fd)
	c.file = os.NewFile(uintptr(fd), "claim")
	return c, nil
}
