package sandbox

// Difference is what an instance has in one way of starting and not, or not as
// much, in another. In everything else the ways are alike.
type Difference struct {
	// What it is about.
	What string
	// Root: started as root. User: as an ordinary user with subordinate uids.
	// SingleUID: without, which must be waived (item worker-uids). Container: as
	// root of one with Docker's default capabilities, a seccomp profile that allows
	// namespaces and mounts, and /proc unmasked.
	Root, User, SingleUID, Container string
}

// Differences between the ways of starting an instance. As root, as a user and
// with a single uid the tests of this package run; a container is tried by hand.
var Differences = []Difference{
	{"own host uid of each satellite", "yes", "yes", "no", "yes"},
	{"file ownership protects", "yes", "yes", "no", "yes"},
	{"supplementary groups are dropped", "yes", "yes", "no", "yes"},
	{"uid range claimed", "on the host", "for the user", "none is used", "in the container"},
	{"cgroup limits", "yes", "if delegated", "if delegated", "if writable"},
	{"process limit without cgroups", "per uid", "per uid", "not of this instance alone", "per uid"},
	{"serving process without root", "by a supervisor", "yes", "yes", "by a supervisor"},
	{"namespaces, root, /proc, seccomp, Landlock, no capabilities", "yes", "yes", "yes", "yes"},
	{"zygote, ready satellites", "yes", "yes", "yes", "yes"},
}
