package sandbox

import (
	"path"
	"strings"

	"github.com/google/uuid"
)

// The layout that SQL Server on Linux documents.
const dataRoot = "/var/opt/mssql-extensibility/data"

// launchpadSize and launchpadInodes are what folders and certificate take of a
// box's file system; so much it gets beside the script's share.
const (
	launchpadSize   = 64 << 10
	launchpadInodes = 8
)

// loopbackPort is where a script finds the engine: SQL Server's usual port.
const loopbackPort = 1433

// emptyDir covers directories of /proc; nobody may enter it.
const emptyDir = "/run/empty"

// launchpadFolder is what the parallel calls of a login share by name (each
// box has its own).
func launchpadFolder(launchpad uuid.UUID) string {
	return path.Join(dataRoot, guidText(launchpad))
}

// sessionFolder is a call's working folder.
func sessionFolder(launchpad, session uuid.UUID) string {
	return path.Join(launchpadFolder(launchpad), guidText(session))
}

// guidText is the upper-case form that SQL Server prints.
func guidText(id uuid.UUID) string { return strings.ToUpper(id.String()) }

// maskedProc are entries of /proc that tell about the host or its other users
// and that no runtime needs. What only the host's root may open is not listed.
var maskedProc = []string{
	"acpi", "asound", "bus", "driver", "dynamic_debug", "fs", "irq", "scsi", "tty",
	"cmdline", "config.gz", "devices", "diskstats", "interrupts", "iomem", "ioports", "kallsyms", "kcore",
	"key-users", "keys", "latency_stats", "locks", "modules", "partitions", "sched_debug", "softirqs",
	"swaps", "sysrq-trigger", "timer_list", "timer_stats", "vmallocinfo",
}

// devices are the device files of a box, all of them harmless.
var devices = []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}

// tree collects steps and makes each missing parent directory once.
type tree struct {
	steps []Step
	made  map[string]bool
}

func newTree() *tree { return &tree{made: map[string]bool{"/": true}} }

func (t *tree) parents(target string) {
	if dir := path.Dir(target); !t.made[dir] {
		t.dir(dir, 0o755)
	}
}

func (t *tree) dir(target string, mode uint32) {
	if t.made[target] {
		return
	}
	t.parents(target)
	t.made[target] = true
	t.steps = append(t.steps, Step{Kind: StepDir, Target: target, Mode: mode})
}

func (t *tree) file(target string, mode uint32, data string) {
	t.parents(target)
	t.steps = append(t.steps, Step{Kind: StepFile, Target: target, Mode: mode, Data: data})
}

func (t *tree) symlink(target, source string) {
	t.parents(target)
	t.steps = append(t.steps, Step{Kind: StepSymlink, Target: target, Source: source})
}

// bind makes host path source appear at target, without device files and
// without setuid; attr may add AttrReadOnly.
func (t *tree) bind(target, source string, attr uint32, optional bool) {
	t.parents(target)
	s := Step{Kind: StepBind, Flags: StepRecursive, Target: target, Source: source, Attr: attr | AttrNoSuid}
	if optional {
		s.Flags |= StepOptional
	}
	t.made[target] = true
	t.steps = append(t.steps, s)
}

func (t *tree) tmpfs(target, options string, attr uint32) {
	t.dir(target, 0o755)
	t.steps = append(t.steps, Step{Kind: StepTmpfs, Target: target, Data: options, Attr: attr})
}
