package sandbox

import (
	"fmt"
	"maps"
	"slices"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// newSpec computes the whole policy of one satellite with this uid inside U (0
// where there is a single uid). It reads nothing but its arguments.
func newSpec(f facts, lang *language, filter []bpf.RawInstruction, uid uint32) *Spec {
	lim := lang.Limits
	s := &Spec{
		Hostname: "satellite",
		Home:     dataRoot,
		Port:     loopbackPort,
		OOMScore: 500,
		UID:      uid, GID: uid, KeepGroups: uid == 0,
		Args:     lang.Command,
		Env:      lang.environment(),
		Filter:   filter,
		Rlimits:  rlimits(lim, f.MemoryCgroup || lang.NoDataLimit),
		Landlock: newLandlock(f.LandlockABI, []string{"/", "/usr"}, []string{dataRoot, "/tmp", "/dev/shm"}, devices),
		// For the mount points, the few made-up files and the satellite program.
		RootOptions: fmt.Sprintf("mode=0755,size=%d,nr_inodes=4096", 1<<20+2*lang.filesSize()),
	}
	t := newTree()
	hostTree(t, f, lang)
	etcTree(t, f, "worker", uid)
	for _, file := range lang.Files {
		t.file(file.Path, 0o444, string(file.Data))
	}
	deviceTree(t)
	// The session folder has all of its file system but what the launchpad takes.
	t.tmpfs(dataRoot, fmt.Sprintf("mode=0755,size=%d,nr_inodes=%d", lim.Disk+launchpadSize, lim.Inodes+launchpadInodes), 0)
	limits := fmt.Sprintf("size=%d,nr_inodes=%d", lim.Disk, lim.Inodes)
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
// The hand-over writes passwd and group anew.
func etcTree(t *tree, f facts, account string, uid uint32) {
	t.file("/etc/passwd", 0o444, passwd(account, uid, "/"))
	t.file("/etc/group", 0o444, group(account, uid))
	t.file("/etc/nsswitch.conf", 0o444, "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n")
	t.file("/etc/hosts", 0o444, "127.0.0.1 localhost satellite\n::1 localhost\n")
	t.file("/etc/resolv.conf", 0o444, "")
	if f.LocalTime != "" {
		t.file("/etc/localtime", 0o444, f.LocalTime)
	}
}

func passwd(account string, uid uint32, folder string) string {
	return fmt.Sprintf(
		"root:x:0:0:root:/:/usr/sbin/nologin\n%s:x:%d:%d:worker account:%s:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n",
		account, uid, uid, folder)
}

func group(account string, gid uint32) string {
	return fmt.Sprintf("root:x:0:\n%s:x:%d:\nnogroup:x:65534:\n", account, gid)
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
