package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// identity is who a satellite is.
type identity struct {
	Account   string // INSTANCE01
	UID       uint32 // inside U; 0 where there is a single uid
	Launchpad uuid.UUID
	Session   uuid.UUID
}

// newSpec computes the whole policy of one satellite. It reads nothing but its
// arguments.
func newSpec(f facts, lang *language, filter []bpf.RawInstruction, id identity) *Spec {
	folder := sessionFolder(id.Launchpad, id.Session)
	lim := lang.Limits
	s := &Spec{
		Hostname: "satellite",
		OOMScore: 500,
		Cwd:      folder,
		UID:      id.UID, GID: id.UID, KeepGroups: id.UID == 0,
		Args:     lang.Command,
		Env:      environment(lang.Env, id.Account, folder),
		Filter:   filter,
		Rlimits:  rlimits(lim, f.MemoryCgroup || lang.NoDataLimit),
		Landlock: newLandlock(f.LandlockABI, []string{"/", "/usr"}, []string{folder, "/tmp", "/dev/shm"}, devices),
		// For the mount points, the few made-up files and the satellite program.
		RootOptions: fmt.Sprintf("mode=0755,size=%d,nr_inodes=4096", 1<<20+2*lang.filesSize()),
	}
	t := newTree()
	hostTree(t, f, lang)
	etcTree(t, f, id, folder)
	for _, file := range lang.Files {
		t.file(file.Path, 0o444, string(file.Data))
	}
	deviceTree(t)
	limits := fmt.Sprintf("size=%d,nr_inodes=%d", lim.Disk, lim.Inodes)
	own := fmt.Sprintf("mode=0700,uid=%d,gid=%d,%s", id.UID, id.UID, limits)
	t.dir(launchpadFolder(id.Launchpad), 0o755)
	t.tmpfs(folder, own, 0)
	t.tmpfs("/tmp", "mode=1777,"+limits, 0)
	t.symlink("/var/tmp", "/tmp")
	t.tmpfs("/dev/shm", "mode=1777,"+limits, AttrNoExec)
	procTree(t)
	t.steps = append(t.steps, Step{Kind: StepAttr, Target: "/", Attr: AttrReadOnly | AttrNoSuid | AttrNoDev})
	s.Steps = t.steps
	return s
}

// hostTree is what of the host every box, and this language, sees.
func hostTree(t *tree, f facts, lang *language) {
	const attr = AttrReadOnly | AttrNoDev
	t.bind("/usr", "/usr", attr, false)
	for _, name := range slices.Sorted(maps.Keys(f.TopLinks)) {
		t.symlink(name, f.TopLinks[name])
	}
	for _, dir := range f.TopDirs {
		t.bind(dir, dir, attr, false)
	}
	// Debian chooses shared libraries (libblas) by links through here.
	t.bind("/etc/alternatives", "/etc/alternatives", attr, true)
	t.bind("/etc/ld.so.cache", "/etc/ld.so.cache", attr, true)
	for _, d := range lang.ReadOnly {
		t.bind(d.Path, d.Path, attr, d.Optional)
	}
}

// etcTree is the made-up part of /etc: nothing of the host's users and names.
func etcTree(t *tree, f facts, id identity, folder string) {
	t.file("/etc/passwd", 0o444, fmt.Sprintf(
		"root:x:0:0:root:/:/usr/sbin/nologin\n%s:x:%d:%d:worker account:%s:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
		id.Account, id.UID, id.UID, folder))
	t.file("/etc/group", 0o444, fmt.Sprintf("root:x:0:\n%s:x:%d:\nnogroup:x:65534:\n", id.Account, id.UID))
	t.file("/etc/nsswitch.conf", 0o444, "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n")
	t.file("/etc/hosts", 0o444, "127.0.0.1 localhost satellite\n::1 localhost\n")
	t.file("/etc/resolv.conf", 0o444, "")
	if f.LocalTime != "" {
		t.file("/etc/localtime", 0o444, f.LocalTime)
	}
}

// deviceTree is /dev. Device files can't be made in a user namespace, so the
// host's are bound; those binds must allow devices.
func deviceTree(t *tree) {
	for _, d := range devices {
		t.parents(d)
		t.steps = append(t.steps, Step{Kind: StepBind, Target: d, Source: d, Attr: AttrNoSuid | AttrNoExec})
	}
	t.symlink("/dev/fd", "/proc/self/fd")
	t.symlink("/dev/stdin", "/proc/self/fd/0")
	t.symlink("/dev/stdout", "/proc/self/fd/1")
	t.symlink("/dev/stderr", "/proc/self/fd/2")
}

// procTree is the box's own /proc: of its own processes only those of the same
// uid (not the init), nothing to write, and less of the host.
func procTree(t *tree) {
	t.dir(emptyDir, 0)
	t.dir("/proc", 0o555)
	t.steps = append(t.steps, Step{Kind: StepProc, Target: "/proc", Data: "hidepid=2"})
	for _, name := range maskedProc {
		t.steps = append(t.steps, Step{Kind: StepMask, Target: "/proc/" + name, Source: emptyDir,
			Attr: AttrReadOnly | AttrNoSuid | AttrNoExec})
	}
	t.steps = append(t.steps, Step{Kind: StepAttr, Target: "/proc", Attr: AttrReadOnly})
}

// environment completes a language's variables.
func environment(env []string, account, folder string) []string {
	out := slices.Clone(env)
	for _, v := range [][2]string{
		{"HOME", folder}, {"TMPDIR", "/tmp"}, {"USER", account}, {"LOGNAME", account},
		{"PATH", "/usr/local/bin:/usr/bin:/bin"}, {"LANG", "C.UTF-8"},
	} {
		if !slices.ContainsFunc(out, func(s string) bool { return strings.HasPrefix(s, v[0]+"=") }) {
			out = append(out, v[0]+"="+v[1])
		}
	}
	return out
}

// rlimits are the limits per process. They stand beside the cgroups: where
// there is no pids cgroup, RLIMIT_NPROC (which counts by uid, and each
// satellite has its own) does its work; where there is no memory cgroup,
// RLIMIT_DATA at least bounds each process.
func rlimits(l Limits, noDataLimit bool) []Rlimit {
	list := []Rlimit{
		// Where the host pipes core dumps to a program (systemd-coredump, apport),
		// it does so whatever the limit, unless that is 1. A crashed script's
		// data must not end up on the host's disk.
		{unix.RLIMIT_CORE, 1},
		{unix.RLIMIT_FSIZE, uint64(l.Disk)},
		{unix.RLIMIT_NOFILE, uint64(l.OpenFiles)},
		{unix.RLIMIT_NPROC, uint64(l.Processes)},
		{unix.RLIMIT_MEMLOCK, 1 << 20},
		{unix.RLIMIT_MSGQUEUE, 0},
		{unix.RLIMIT_SIGPENDING, 1024},
		{unix.RLIMIT_RTPRIO, 0},
		{unix.RLIMIT_NICE, 0},
	}
	if !noDataLimit {
		list = append(list, Rlimit{unix.RLIMIT_DATA, uint64(l.Memory)})
	}
	return list
}
