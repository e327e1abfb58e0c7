package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The controllers that boxes are limited by.
const (
	cgroupMemory = "memory"
	cgroupPids   = "pids"
	cgroupCPU    = "cpu"
)

var cgroupControllers = []string{cgroupMemory, cgroupPids, cgroupCPU}

// cgroupRef is a group made for a launcher, in which it makes one per box.
// With v2 the three controllers share one group.
type cgroupRef struct {
	Version     int
	Controllers []string
	// FD is the descriptor of the group's directory in the launcher.
	FD int
}

// boxGroup is a box's group in one hierarchy.
type boxGroup struct {
	ref  *cgroupRef
	name string
	dir  *os.File
}

// boxGroups are a box's groups in all hierarchies.
type boxGroups []boxGroup

// boxPrefix begins the names of boxes' groups.
const boxPrefix = "box-"

// sweepBoxes removes what a launcher that died has left in its groups.
func sweepBoxes(refs []cgroupRef) {
	for _, ref := range refs {
		fd, err := unix.Openat(ref.FD, ".", unix.O_DIRECTORY|unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			continue
		}
		dir := os.NewFile(uintptr(fd), "cgroup")
		names, _ := dir.Readdirnames(-1)
		for _, name := range names {
			if strings.HasPrefix(name, boxPrefix) {
				unix.Unlinkat(ref.FD, name, unix.AT_REMOVEDIR) //nolint:errcheck // of no consequence
			}
		}
		dir.Close()
	}
}

// makeBoxGroups makes and limits a box's groups, named so that none is met twice.
func makeBoxGroups(refs []cgroupRef, name string, lim Limits) (boxGroups, error) {
	var groups boxGroups
	for i := range refs {
		g := boxGroup{ref: &refs[i], name: name}
		err := unix.Mkdirat(g.ref.FD, name, 0o755)
		if err == nil {
			var fd int
			fd, err = unix.Openat(g.ref.FD, name, unix.O_DIRECTORY|unix.O_RDONLY|unix.O_CLOEXEC, 0)
			if err == nil {
				g.dir = os.NewFile(uintptr(fd), "cgroup "+name)
			}
		}
		groups = append(groups, g)
		if err == nil {
			err = g.limit(lim)
		}
		if err != nil {
			groups.remove()
			return nil, &StepError{fmt.Sprintf("make cgroup v%d %s", g.ref.Version, strings.Join(g.ref.Controllers, "+")), err}
		}
	}
	return groups, nil
}

// cpuPeriod is the kernel's usual scheduling period for limits.
const cpuPeriod = 100 * time.Millisecond

// maxSocketMemory is far more than loopback connections have under way.
const maxSocketMemory = 64 << 20

// socketMemory bounds what is buffered in inet sockets, which v1 counts apart
// from other memory (v2 counts it with the rest). Without a bound a script
// could hold the host's whole tcp_mem, and stall everybody's connections.
func socketMemory(lim Limits) string {
	return strconv.FormatInt(min(maxSocketMemory, lim.Memory/4), 10)
}

// limit writes the limits; a file that the kernel lacks is an error only
// where nothing else would limit.
func (g *boxGroup) limit(lim Limits) error {
	memory := strconv.FormatInt(lim.Memory, 10)
	quota := strconv.FormatInt(int64(math.Ceil(lim.CPUs*float64(cpuPeriod.Microseconds()))), 10)
	period := strconv.FormatInt(cpuPeriod.Microseconds(), 10)
	for _, c := range g.ref.Controllers {
		var err error
		switch {
		case c == cgroupMemory && g.ref.Version == 1:
			err = g.write("memory.limit_in_bytes", memory)
			if err == nil {
				err = ignoreMissing(g.write("memory.memsw.limit_in_bytes", memory))
			}
			if err == nil {
				err = ignoreMissing(g.write("memory.kmem.tcp.limit_in_bytes", socketMemory(lim)))
			}
		case c == cgroupMemory:
			err = g.write("memory.max", memory)
			if err == nil {
				err = ignoreMissing(g.write("memory.swap.max", "0"))
			}
		case c == cgroupPids:
			// One more for the box's init.
			err = g.write("pids.max", strconv.Itoa(lim.Processes+1))
		case c == cgroupCPU && lim.CPUs == 0:
		case c == cgroupCPU && g.ref.Version == 1:
			err = errors.Join(g.write("cpu.cfs_period_us", period), g.write("cpu.cfs_quota_us", quota))
		case c == cgroupCPU:
			err = g.write("cpu.max", quota+" "+period)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// entrances opens the files through which a process of the launcher's uid enters
// the groups, by writing "0". In v1 a single task may do so without the wait
// for all processors that moving a process by its number takes (15 ms instead
// of 0.1 ms).
func (gs boxGroups) entrances() (files []*os.File, err error) {
	for i := range gs {
		name := "cgroup.procs"
		if gs[i].ref.Version == 1 {
			name = "tasks"
		}
		fd, err := unix.Openat(int(gs[i].dir.Fd()), name, unix.O_WRONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			closeAll(files)
			return nil, &StepError{"open cgroup " + strings.Join(gs[i].ref.Controllers, "+"), err}
		}
		files = append(files, os.NewFile(uintptr(fd), name))
	}
	return files, nil
}

// report adds to e what the groups counted.
func (gs boxGroups) report(e *Exit) {
	for i := range gs {
		g := &gs[i]
		for _, c := range g.ref.Controllers {
			switch {
			case c == cgroupMemory && g.ref.Version == 1:
				e.OOM = g.count("memory.oom_control", "oom_kill") > 0
				e.MemoryPeak = g.count("memory.max_usage_in_bytes", "")
			case c == cgroupMemory:
				e.OOM = g.count("memory.events", "oom_kill") > 0
				e.MemoryPeak = g.count("memory.peak", "")
			case c == cgroupCPU && g.ref.Version == 1: // if both controllers are mounted together, as usual
				e.CPU = time.Duration(g.count("cpuacct.usage", ""))
			case c == cgroupCPU:
				e.CPU = time.Duration(g.count("cpu.stat", "usage_usec")) * time.Microsecond
			case c == cgroupPids:
				e.ProcessLimit = g.count("pids.events", "max") > 0
			}
		}
	}
}

// removeTries and removePause bound the wait for a dead box's last reference
// to its group to go; usually there is none.
const (
	removeTries = 50
	removePause = 10 * time.Millisecond
)

// remove removes the groups of a dead box.
func (gs boxGroups) remove() error {
	var errs []error
	for i := range gs {
		g := &gs[i]
		if g.dir != nil {
			g.dir.Close()
		}
		var err error
		for range removeTries {
			if err = unix.Unlinkat(g.ref.FD, g.name, unix.AT_REMOVEDIR); err != unix.EBUSY {
				break
			}
			time.Sleep(removePause)
		}
		if err != nil && err != unix.ENOENT {
			errs = append(errs, fmt.Errorf("remove cgroup %s: %w", g.name, err))
		}
	}
	return errors.Join(errs...)
}

func (g *boxGroup) write(file, value string) error {
	fd, err := unix.Openat(int(g.dir.Fd()), file, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	defer unix.Close(fd)
	if _, err := unix.Write(fd, []byte(value)); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// count reads the number behind key, or the whole file's without a key; 0 if
// there is none.
func (g *boxGroup) count(file, key string) int64 {
	fd, err := unix.Openat(int(g.dir.Fd()), file, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0
	}
	f := os.NewFile(uintptr(fd), file)
	defer f.Close()
	b, _ := io.ReadAll(io.LimitReader(f, 4096))
	return cgroupCount(b, key)
}

func cgroupCount(b []byte, key string) int64 {
	for line := range bytes.Lines(b) {
		fields := bytes.Fields(line)
		if key == "" && len(fields) == 1 || key != "" && len(fields) == 2 && string(fields[0]) == key {
			n, _ := strconv.ParseInt(string(fields[len(fields)-1]), 10, 64)
			return n
		}
	}
	return 0
}

func ignoreMissing(err error) error {
	if errors.Is(err, unix.ENOENT) {
		return nil
	}
	return err
}
