package sandbox

import "golang.org/x/net/bpf"

// Spec is everything that one satellite is and may do: a plain value, computed
// by newSpec from the configuration, compared in tests, and applied as it stands
// by native/. Nothing about a box is decided anywhere else; whose it is, the
// hand-over tells.
type Spec struct {
	Hostname string
	// Home is where launchpad and session folders appear at the hand-over.
	Home string
	// Port on which the box's loopback answers.
	Port uint32
	// OOMScore is the interpreter's oom_score_adj: satellites go first.
	OOMScore int
	// UID and GID inside U.
	UID, GID uint32
	// KeepGroups: supplementary groups can't be dropped (single uid).
	KeepGroups bool
	Args       []string
	Env        environment
	Rlimits    []Rlimit
	// Filter is the assembled seccomp program.
	Filter   []bpf.RawInstruction
	Landlock Landlock
	// RootOptions are mount options of the root tmpfs.
	RootOptions string
	// Steps make the root, in this order; binds are opened before any.
	Steps []Step
}

// Rlimit is one resource limit; soft and hard are the same.
type Rlimit struct {
	Resource uint32
	Value    uint64
}

// Landlock is a ruleset; a zero Handled means none.
type Landlock struct {
	Handled, Scoped uint64
	Rules           []LandlockRule
}

// LandlockRule allows Access below Path.
type LandlockRule struct {
	Path   string
	Access uint64
}

// StepKind is what a Step does.
type StepKind uint8

// The steps; native/confine.h has the same numbers.
const (
	StepDir     StepKind = 1 // make directory Target with Mode
	StepFile    StepKind = 2 // make file Target with Mode and Data
	StepSymlink StepKind = 3 // make Target point to Source
	StepBind    StepKind = 4 // Source of the host appears at Target with Attr
	StepTmpfs   StepKind = 5 // mount a tmpfs with options Data on Target
	StepProc    StepKind = 6 // mount proc with options Data on Target
	StepMask    StepKind = 7 // cover Target, a directory by Source
	StepAttr    StepKind = 8 // set Attr on the mount at Target
)

// Flags of a step.
const (
	StepOptional  uint8 = 1 // the source may be missing
	StepRecursive uint8 = 2 // mounts below the source too
)

// Mount attributes, of linux/mount.h.
const (
	AttrReadOnly uint32 = 1
	AttrNoSuid   uint32 = 2
	AttrNoDev    uint32 = 4
	AttrNoExec   uint32 = 8
)

// Step is one action in the making of a root.
type Step struct {
	Kind   StepKind
	Flags  uint8
	Mode   uint32
	Attr   uint32
	Target string
	Source string
	Data   string
}
