package sandbox

import (
	"slices"
	"strings"
)

// State of a confinement item.
type State string

// The states that doctor prints.
const (
	Active      State = "active"
	Unavailable State = "unavailable"
	Off         State = "off"
)

// Item is one thing that confines satellites, as found on this machine.
type Item struct {
	// Name is what Config.Waive refers to, such as "seccomp".
	Name string
	// Title says in a few words what it is.
	Title string
	State State
	// Detail says what is used, where there is a choice ("cgroup v1").
	Detail string
	// Why it is not active, and what would make it so.
	Why, Remedy string
	// Required items must be active or waived, else no script runs.
	Required bool
	// Waived by the configuration.
	Waived bool
}

// Missing tells whether the item stands in the way of running scripts.
func (it Item) Missing() bool { return it.Required && !it.Waived && it.State == Unavailable }

func missingItems(items []Item) []Item {
	return slices.DeleteFunc(slices.Clone(items), func(it Item) bool { return !it.Missing() })
}

// itemKind is what is known of an item before looking.
type itemKind struct {
	name, title string
	required    bool
	// waivable: a box can be made without it.
	waivable bool
	// remedy for the usual reason.
	remedy string
}

const (
	remedyNamespaces = "a kernel with this namespace (any distribution's), not switched off in /proc/sys/user"
	remedyProc       = "in a container: unmask /proc (docker: --security-opt systempaths=unconfined; Kubernetes: procMount: Unmasked)"
	remedyCgroup     = "start as root, or as a service with a delegated cgroup (systemd: Delegate=yes)"
)

// itemKinds are the items in the order that doctor prints them.
var itemKinds = []itemKind{
	{"native-helper", "program that confines, in memory and sealed", true, false, "run make native and build again; needs a C compiler"},
	{"user-namespace", "launcher is root of a user namespace only", true, false,
		"allow user namespaces: sysctl user.max_user_namespaces > 0, kernel.unprivileged_userns_clone=1, " +
			"kernel.apparmor_restrict_unprivileged_userns=0; in a container a seccomp profile that allows them"},
	{"worker-uids", "own host uid per satellite", true, true,
		"a range for this user in /etc/subuid and /etc/subgid, and newuidmap (package uidmap); or start as root"},
	{"launcher", "launcher apart from the serving process", true, false, remedyProc +
		"; on Ubuntu sysctl kernel.apparmor_restrict_unprivileged_userns=0 or a profile with userns"},
	{"mount-namespace", "own mounts", true, false, remedyNamespaces},
	{"pid-namespace", "own processes only", true, false, remedyNamespaces},
	{"network-namespace", "own network, loopback only", true, false, remedyNamespaces},
	{"ipc-namespace", "own System V and POSIX IPC", true, false, remedyNamespaces},
	{"uts-namespace", "own host name", true, false, remedyNamespaces},
	{"cgroup-namespace", "own view of cgroups", true, false, remedyNamespaces},
	{"root", "own root file system, read-only binds", true, false, "Linux 5.12 or later"},
	{"tmpfs", "private folders with size and inode limits", true, false, "a kernel with tmpfs"},
	{"proc", "own /proc, other users' processes hidden", true, false, remedyProc},
	{"capabilities", "no capabilities in any set", true, false, "see the reason"},
	{"no-new-privs", "setuid files have no effect", true, false, "Linux 3.5 or later"},
	{"seccomp", "list of allowed system calls", true, true, "a kernel with CONFIG_SECCOMP_FILTER"},
	{"rlimits", "limits per process", true, false, "see the reason"},
	{"pidfd", "proof of death before reuse", true, false, "Linux 5.3 or later"},
	{"landlock", "second lock on files, signals and abstract sockets", false, false,
		"Linux 5.13 or later with landlock in the lsm= list"},
	{"cgroup-memory", "memory limit of a satellite", false, false, remedyCgroup},
	{"cgroup-pids", "process limit of a satellite", false, false, remedyCgroup},
	{"cgroup-cpu", "CPU limit of a satellite", false, false, remedyCgroup},
	{"serving-process", "serving process without root's rights", false, false,
		"start as an ordinary user with a range in /etc/subuid, or supervised"},
}

func waivable(name string) bool {
	return slices.ContainsFunc(itemKinds, func(k itemKind) bool { return k.name == name && k.waivable })
}

func waivableNames() string {
	var names []string
	for _, k := range itemKinds {
		if k.waivable {
			names = append(names, k.name)
		}
	}
	return strings.Join(names, ", ")
}
