package sandbox

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// groupPrefix begins the names of the groups made for launchers; behind it
// stand the pid of the maker and a number.
const groupPrefix = "tds-launchpad-"

// madeGroup is a group made for a launcher, as its maker sees it.
type madeGroup struct {
	hierarchy
	dir string
	// leaf is where the launcher itself lives: in v2 a group with controllers
	// for its children can't hold processes.
	leaf string
	file *os.File
}

// cgroupTrouble is why a controller is not used.
type cgroupTrouble map[string]error

// makeGroups makes one group per hierarchy, owned by uid, below the group this
// process is in (or below parent). What can't be made is told, not fatal.
func makeGroups(parent string, uid int) ([]madeGroup, cgroupTrouble) {
	trouble := cgroupTrouble{}
	blame := func(err error, controllers ...string) {
		for _, c := range controllers {
			trouble[c] = err
		}
	}
	blame(errors.New("no hierarchy with this controller is mounted"), cgroupControllers...)
	list, err := hierarchies()
	if err != nil {
		blame(err, cgroupControllers...)
		return nil, trouble
	}
	var made []madeGroup
	for _, h := range list {
		if parent != "" {
			h.Own = filepath.Join(h.Mount, parent)
		}
		sweepGroups(h.Own)
		g, err := h.make(uid)
		if err != nil {
			blame(err, h.Controllers...)
			continue
		}
		for _, c := range h.Controllers {
			delete(trouble, c)
		}
		made = append(made, *g)
	}
	return made, trouble
}

func hierarchies() ([]hierarchy, error) {
	mounts, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	defer mounts.Close()
	own, err := os.Open("/proc/self/cgroup")
	if err != nil {
		return nil, err
	}
	defer own.Close()
	return findHierarchies(mounts, own, func(mount string) []string {
		b, _ := os.ReadFile(filepath.Join(mount, "cgroup.controllers"))
		return strings.Fields(string(b))
	})
}

func (h hierarchy) make(uid int) (_ *madeGroup, err error) {
	if h.Version == 2 {
		if err := h.enable(h.Own); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp(h.Own, groupPrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return nil, err
	}
	g := &madeGroup{hierarchy: h, dir: dir}
	defer func() {
		if err != nil {
			g.remove()
		}
	}()
	owned := []string{"."}
	if h.Version == 2 {
		g.leaf = filepath.Join(dir, "launcher")
		if err := os.Mkdir(g.leaf, 0o755); err != nil {
			return nil, err
		}
		if err := h.enable(dir); err != nil {
			return nil, err
		}
		// Moving a process from the leaf to a box's group takes the right to
		// write here, in the group above both.
		owned = append(owned, "cgroup.procs", "cgroup.subtree_control")
	}
	for _, name := range owned {
		if err := os.Chown(filepath.Join(dir, name), uid, uid); err != nil {
			return nil, err
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return nil, err
	}
	g.file, err = holdGroup(dir)
	return g, err
}

// holdGroup opens a group's directory with a lock that tells sweepGroups that
// it is in use, as long as this descriptor or an inherited one is open. The
// launcher's pid in the name does not tell that to another PID namespace, nor
// does the kernel refuse to remove a v1 group while no satellite is in it.
func holdGroup(dir string) (*os.File, error) {
	f, err := os.OpenFile(dir, unix.O_DIRECTORY|os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	return f, nil
}

// enable has a v2 group pass our controllers on to its children. A group with
// processes of its own can't, so if those are only ours, this process moves
// to a group below first.
func (h hierarchy) enable(dir string) error {
	control := filepath.Join(dir, "cgroup.subtree_control")
	b, err := os.ReadFile(control)
	if err != nil {
		return err
	}
	have := strings.Fields(string(b))
	want := ""
	for _, c := range h.Controllers {
		if !slices.Contains(have, c) {
			want += " +" + c
		}
	}
	if want == "" {
		return nil
	}
	err = os.WriteFile(control, []byte(want[1:]), 0)
	if !errors.Is(err, unix.EBUSY) {
		return err
	}
	procs, err := os.ReadFile(filepath.Join(dir, "cgroup.procs"))
	if err != nil {
		return err
	}
	if self := strconv.Itoa(os.Getpid()); strings.TrimSpace(string(procs)) != self {
		return fmt.Errorf("%s: has processes besides this one: run as a service with a delegated group", dir)
	}
	leaf := filepath.Join(dir, "serving")
	if err := os.Mkdir(leaf, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if err := os.WriteFile(filepath.Join(leaf, "cgroup.procs"), []byte("0"), 0); err != nil {
		return err
	}
	return os.WriteFile(control, []byte(want[1:]), 0)
}

// adopt puts the launcher-to-be, which is still ours, where it is to live.
func (g *madeGroup) adopt(pid int) error {
	if g.leaf == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(g.leaf, "cgroup.procs"), []byte(strconv.Itoa(pid)), 0)
}

// remove removes the group and what a launcher that died left in it.
func (g *madeGroup) remove() error {
	if g.file != nil {
		g.file.Close()
	}
	err := removeGroup(g.dir)
	if !errors.Is(err, unix.EACCES) {
		return err
	}
	// The root of a v1 hierarchy is read-only for its owner too. A supervisor has
	// given up the right to pass over that, but not the ownership.
	var st unix.Stat_t
	above := filepath.Dir(g.dir)
	if e := unix.Stat(above, &st); e != nil || st.Mode&0o200 != 0 || unix.Chmod(above, st.Mode&0o7777|0o200) != nil {
		return err
	}
	return errors.Join(removeGroup(g.dir), unix.Chmod(above, st.Mode&0o7777))
}

// removeGroup removes an empty group with its empty children. The kernel
// refuses if there is a process in any of them.
func removeGroup(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := unix.Rmdir(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("remove %s: %w", filepath.Join(dir, e.Name()), err)
			}
		}
	}
	if err := unix.Rmdir(dir); err != nil {
		return fmt.Errorf("remove %s: %w", dir, err)
	}
	return nil
}

// sweepGroups removes groups whose maker was killed before it could: the pid in
// the name is gone and nobody holds the group.
func sweepGroups(own string) {
	entries, err := os.ReadDir(own)
	if err != nil {
		return
	}
	for _, e := range entries {
		rest, ok := strings.CutPrefix(e.Name(), groupPrefix)
		if !ok || !e.IsDir() {
			continue
		}
		pid, err := strconv.Atoi(strings.SplitN(rest, "-", 2)[0])
		if err != nil || unix.Kill(pid, 0) != unix.ESRCH {
			continue
		}
		dir := filepath.Join(own, e.Name())
		f, err := os.Open(dir)
		if err != nil {
			continue
		}
		if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			removeGroup(dir) //nolint:errcheck // the next start tries again
		}
		f.Close()
	}
}
