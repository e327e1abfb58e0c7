package sandbox

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The attacks of testdata/attack, one program per theme: each tries from
// inside a box what confinement is to prevent.

const refusedWrite = "EROFS|EACCES|EPERM|ENOENT"

func TestProcesses(t *testing.T) { inEachMode(t, testProcesses) }

func testProcesses(t *testing.T) {
	l := launch(t, Config{Languages: []Language{attack("processes")}})
	want := map[string]string{
		"own pid": "2",
		"parent":  "1",
		// Not even the init: it has another uid.
		"processes seen":       "[2]",
		"read init's status":   "ENOENT",
		"signal init":          "EPERM",
		"kill init":            "EPERM",
		"session leader":       "True",
		"real-time scheduling": "EPERM", "raise priority": "EACCES|EPERM",
		"CapInh": "0000000000000000", "CapPrm": "0000000000000000", "CapEff": "0000000000000000",
		"CapBnd": "0000000000000000", "CapAmb": "0000000000000000",
		"NoNewPrivs": "1", "Seccomp": "2", "Groups": "",
		"ids alike": "True", "become root": "EPERM", "become the neighbour": "EPERM", "become root's group": "EPERM",
		"add a group": "ENOSYS|EPERM", "setuid program": "ok",
	}
	same(want, "ENOENT", "read init's memory map", "init's root", "init's descriptors")
	same(want, "ENOSYS", "ptrace init", "ptrace a child", "read init's memory", "write init's memory",
		"take init's descriptor", "compare processes")
	expect(t, outcomes(t, l, "processes"), want)
}

func TestFiles(t *testing.T) { inEachMode(t, testFiles) }

func testFiles(t *testing.T) {
	l := launch(t, Config{Languages: []Language{attack("files")}})
	got := outcomes(t, l, "files")
	want := map[string]string{
		"top":        "*",
		"etc":        "*",
		"dev":        "['fd', 'full', 'null', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'urandom', 'zero']",
		"launchpads": "1", "launchpad": "True", "other users known": "[]",
		"folder's mode": "0o700", "folder's owner is me": "True", "launchpad's owner is not me": "True",
		"enter the empty cover": "EACCES", "every mount is nosuid": "True",
		"pipe file": "ok", "setuid file of root's": "EPERM", "execute on /dev/shm": "EACCES",
		"device file": "EPERM|EACCES", "Landlock's device file": "EACCES",
		"escape by ..": "True", "lock a shared file": "ENOSYS",
		"kernel memory": "|EACCES|ENOENT", "kernel log": "EPERM|EACCES",
	}
	if !active(l, "landlock") {
		want["Landlock's device file"] = "ok|EPERM"
	}
	for name := range got {
		switch {
		case strings.HasPrefix(name, "absent "):
			want[name] = "ENOENT"
		case strings.HasPrefix(name, "write "):
			want[name] = refusedWrite
		case strings.HasPrefix(name, "own folder "):
			want[name] = "ok"
		case strings.HasPrefix(name, "read-only "), strings.HasPrefix(name, "nosuid "), strings.HasPrefix(name, "nodev "),
			strings.HasPrefix(name, "useful proc "):
			want[name] = "True"
		}
	}
	same(want, refusedWrite, "remove /usr/bin/python3", "rename the program", "chmod /usr", "map /usr/bin/python3 writable",
		"proc sys", "sysrq", "own oom score", "own uid map")
	// Covered files are /dev/null, covered directories can't be entered.
	for _, n := range []string{"keys", "key-users", "cmdline", "kallsyms", "modules", "interrupts", "timer_list", "locks", "diskstats"} {
		want["proc "+n] = "|EACCES|ENOENT"
	}
	for _, n := range []string{"fs", "bus", "irq", "tty", "driver"} {
		want["proc "+n] = "EACCES|ENOENT"
	}
	expect(t, got, want)
}

func TestNetwork(t *testing.T) { inEachMode(t, testNetwork) }

func testNetwork(t *testing.T) {
	host, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer host.Close()
	name := fmt.Sprintf("tds-launchpad-test-%d", os.Getpid())
	abstract, err := net.Listen("unix", "@"+name)
	if err != nil {
		t.Fatal(err)
	}
	defer abstract.Close()
	_, port, _ := net.SplitHostPort(host.Addr().String())

	l := launch(t, Config{Languages: []Language{attack("network", port, name)}})
	want := map[string]string{
		"interfaces":             "['lo']",
		"routes":                 "1", // the heading
		"outside":                "ENETUNREACH",
		"outside v6":             "ENETUNREACH|EADDRNOTAVAIL",
		"name server":            "ENETUNREACH",
		"host's loopback":        "ECONNREFUSED",
		"host's abstract socket": "ECONNREFUSED|EPERM",
		"sockets seen":           "0",
		"own loopback":           "x",
		"own loopback v6":        "x",
		"own socket pair":        "2",
		"low port":               "EACCES|PermissionError",
		"netlink route":          "ok",
		"take loopback down":     "EPERM",
	}
	same(want, "EAFNOSUPPORT", "raw", "sctp", "dccp", "l2tp", "mptcp", "udplite", "ping", "sctp v6", "vsock", "packet", "bluetooth", "alg", "can", "tipc", "xdp", "key",
		"netlink uevent", "netlink audit", "netlink netfilter")
	expect(t, outcomes(t, l, "network"), want)
	host.(*net.TCPListener).SetDeadline(time.Now().Add(50 * time.Millisecond))
	if c, err := host.Accept(); err == nil {
		c.Close()
		t.Error("the host's listener was reached")
	}
}

func TestSyscalls(t *testing.T) { inEachMode(t, testSyscalls) }

func testSyscalls(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skipf("the attack's system call numbers are amd64's, this is %s", runtime.GOARCH)
	}
	l := launch(t, Config{Languages: []Language{attack("syscalls")}})
	need(t, l, "seccomp")
	got := outcomes(t, l, "syscalls")
	want := map[string]string{
		"personality": "EPERM", "personality query": "ok", "lease": "EPERM", "directory notification": "EPERM",
		"record lock on own file": "ok", "record lock on a shared file": "EBADF",
		"huge pages mmap": "ENOMEM", "huge pages memfd": "ENOMEM", "huge pages shm": "ENOMEM",
		"x32 getpid": "signal 31", "x32 execve": "signal 31", "i386 getpid": "signal 31",
		"thread": "ok", "subprocess": "3", "multiprocessing": "[1, 2]", "sqlite": "-1", "temporary file": "1", "random": "8",
	}
	for name := range got {
		if strings.HasPrefix(name, "clone ") {
			want[name] = "EPERM"
		} else if want[name] == "" {
			want[name] = "ENOSYS"
		}
	}
	if len(got) < 60 {
		t.Errorf("only %d attempts", len(got))
	}
	expect(t, got, want)
}

func TestNamespaces(t *testing.T) { inEachMode(t, testNamespaces) }

func testNamespaces(t *testing.T) {
	l := launch(t, Config{Languages: []Language{attack("namespaces")}})
	first, second := outcomes(t, l, "namespaces"), outcomes(t, l, "namespaces")
	for _, name := range []string{"pid", "mnt", "net", "ipc", "uts", "cgroup", "user"} {
		own, err := os.Readlink("/proc/self/ns/" + name)
		if err != nil {
			t.Fatal(err)
		}
		// A box's cgroup namespace is new; without cgroups of ours it has the same root.
		if first[name] == own || !strings.HasPrefix(first[name], name+":") {
			t.Errorf("%s: box has %s, host %s", name, first[name], own)
		}
	}
	want := map[string]string{
		"host name": "satellite", "cgroup path": "['/']", "shared memory of others": "1", "make shared memory": "True",
		"host's shared memory": "[]", "uid map": "*",
	}
	same(want, "*", "pid", "mnt", "net", "ipc", "uts", "cgroup", "user")
	expect(t, first, want)
	expect(t, second, want) // the first one's shared memory is gone
	first["own uid"] = strconv.Itoa(os.Getuid())
	if m := strings.Fields(strings.Trim(first["uid map"], "[]")); len(m) != 3 || m[1] == "'0'," {
		t.Errorf("uid map %s: host's root is in it", first["uid map"])
	}
}

func TestInherited(t *testing.T) { inEachMode(t, testInherited) }

func testInherited(t *testing.T) {
	t.Setenv("TDS_TEST_SECRET", "of the serving process")
	// A careless descriptor: not closed on exec.
	secret, err := os.Open("/etc/passwd")
	if err != nil {
		t.Fatal(err)
	}
	defer secret.Close()
	careless(t, secret)

	l := launch(t, Config{Languages: []Language{attack("inherited")}, Limits: Limits{OpenFiles: 333, Processes: 77}})
	expect(t, outcomes(t, l, "inherited"), map[string]string{
		"descriptors": "[0, 1, 2, 3]", "stdin": "/dev/null",
		"kind of 1": "True", "kind of 2": "True", "kind of 3": "True",
		"environment": "['HOME', 'LANG', 'LOGNAME', 'PATH', 'TMPDIR', 'USER']",
		"HOME":        "True", "arguments": "['/usr/bin/python3', '-I']", "umask": "0o77",
		"blocked signals": "[]", "ignored signals": "[]", "terminal": "ENOENT",
		"core": "(1, 1)", "files": "(333, 333)", "processes": "(77, 77)", "raise files": "EPERM|ValueError: not allowed to raise maximum limit",
	})
}
