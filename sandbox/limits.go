package sandbox

import "fmt"

// defaultLimits suit a data frame script on a small machine.
var defaultLimits = Limits{
	Memory:    2 << 30,
	Processes: 256,
	OpenFiles: 1024,
	Disk:      512 << 20,
	Inodes:    16384,
}

// over fills l's zero fields from below.
func (l Limits) over(below Limits) Limits {
	return Limits{
		Memory:    or(l.Memory, below.Memory),
		CPUs:      or(l.CPUs, below.CPUs),
		Processes: or(l.Processes, below.Processes),
		OpenFiles: or(l.OpenFiles, below.OpenFiles),
		Disk:      or(l.Disk, below.Disk),
		Inodes:    or(l.Inodes, below.Inodes),
	}
}

// checked refuses limits under which nothing can start.
func (l Limits) checked() (Limits, error) {
	switch {
	case l.Memory < 16<<20:
		return l, fmt.Errorf("memory limit: %d is below 16 MiB", l.Memory)
	case l.CPUs < 0 || l.CPUs > 0 && l.CPUs < 0.01:
		return l, fmt.Errorf("CPU limit: %g is below 0.01", l.CPUs)
	case l.Processes < 4:
		return l, fmt.Errorf("process limit: %d is below 4", l.Processes)
	case l.OpenFiles < 16:
		return l, fmt.Errorf("open file limit: %d is below 16", l.OpenFiles)
	case l.Disk < 64<<10:
		return l, fmt.Errorf("disk limit: %d is below 64 KiB", l.Disk)
	case l.Inodes < 16:
		return l, fmt.Errorf("inode limit: %d is below 16", l.Inodes)
	}
	return l, nil
}
