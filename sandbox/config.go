package sandbox

import (
	"io/fs"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"
)

// Config says what satellites there can be and what they may do. Zero values
// mean the default named at each field.
type Config struct {
	// DataDir is the serving process's own directory. It is never visible in
	// a box.
	DataDir string
	// Languages are the runtimes that Acquire can start, by name.
	Languages []Language
	// Accounts is the number of worker accounts, INSTANCE01 and so on: how
	// many logins can run scripts at the same time. Default 20, SQL Server's.
	Accounts int
	// CallsPerLogin bounds the parallel calls of one login. Default 100.
	CallsPerLogin int
	// MaxSatellites bounds the satellites that calls have at the same time. With
	// those that wait ready it is the number of host uids used. Default 100.
	MaxSatellites int
	// AcquireTimeout is how long a call waits for a free account or uid
	// before it fails with an ExhaustedError. Default 30 s; negative: not at all.
	AcquireTimeout time.Duration
	// Limits hold for every satellite of a language that has none of its own.
	Limits Limits
	// UIDs are the host uids and gids used when started as root. The first
	// becomes the launcher's, the others the satellites'. Default: as many as
	// needed, from 1879100000 on (a region that systemd's table of uids leaves
	// free), that no other instance has claimed. As an ordinary user the range
	// comes from /etc/subuid and /etc/subgid instead.
	UIDs Range
	// CgroupParent is the directory below each controller's mount under which
	// our group is made, "" for the group this process is in.
	CgroupParent string
	// Waive names confinement items (Item.Name) that may be missing.
	Waive []string
	// Logger gets what the launcher has to say. Its zero value is silent.
	Logger zerolog.Logger
}

// Range is Count ids from First on.
type Range struct {
	First, Count uint32
}

// Language is one runtime. All paths are absolute and inside a box; what
// the launcher finds under them on the host is what the box gets.
type Language struct {
	// Name is what Request.Language must match exactly, at most 64 bytes.
	Name string
	// Command is the interpreter's argument vector; Command[0] is its path.
	// Its data socket is file descriptor 3, standard input is /dev/null.
	Command []string
	// Env is the complete environment, "NAME=value". HOME, TMPDIR, USER,
	// LOGNAME, PATH and LANG are added where missing.
	Env []string
	// Files is the satellite program; it appears read-only below FilesDir.
	Files fs.FS
	// FilesDir is where Files appear. Default /opt/tds-launchpad/<Name>.
	FilesDir string
	// ReadOnlyDirs are host directories (or files) bound read-only, besides
	// /usr and what belongs to it, which every language gets. One that does
	// not exist is an error, unless its name begins with "?".
	ReadOnlyDirs []string
	// ReadWriteDirs are refused: satellites' uids differ from call to call, and
	// without idmapped mounts, which take root's rights on the host, what one
	// caller leaves there would be met by another.
	ReadWriteDirs []string
	// Limits replace Config.Limits field by field where not zero.
	Limits Limits
	// Probe is what ProbeLanguages runs in a box: a command that prints one
	// line "name version" for the runtime and for each package it finds.
	Probe []string
	// Zygote, if not nil, has satellites forked from a warmed interpreter.
	Zygote *Zygote
	// NoDataLimit leaves RLIMIT_DATA alone where there is no memory cgroup
	// (runtimes that reserve far more than they touch, such as the JVM).
	NoDataLimit bool
}

// Zygote says how a language's warmed interpreter is made. It runs Command with
// [ZygoteVariable] in its environment, which names a directory with the Python
// module tds_zygote: the program calls its serve function first of all. Without
// that variable the program is started for one satellite.
type Zygote struct {
	// Preload are the modules that it imports once. One that can't be imported
	// is told ([Launcher.Zygotes]), and goes without.
	Preload []string
	// MaxForks and MaxAge: then another takes its place. Its children share the
	// hash seed, the address layout and the stack canary; what one of them
	// finds out about these is of no use for long. Defaults 1000 and one hour:
	// a start costs half a second of one processor.
	MaxForks int
	MaxAge   time.Duration
	// Ready is how many forked satellites at most wait for calls; how many do
	// follows from how many are wanted. Default 8; negative: none.
	Ready int
}

// ZygoteVariable in the environment tells a program that it is a zygote.
const ZygoteVariable = "TDS_LAUNCHPAD_ZYGOTE"

// Limits bound one satellite with all its processes.
type Limits struct {
	// Memory in bytes, files in the box's tmpfs included. Default 2 GiB.
	Memory int64
	// CPUs is how many processors' worth of time it may use; 0.5 is half of
	// one. Default: no limit of its own.
	CPUs float64
	// Processes and threads. Default 256.
	Processes int
	// OpenFiles per process. Default 1024.
	OpenFiles int
	// Disk in bytes for each of session folder, /tmp and /dev/shm. Default 512 MiB.
	Disk int64
	// Inodes for each of them. Default 16384.
	Inodes int
}

// Request asks for a satellite.
type Request struct {
	// Language is the name of a configured language.
	Language string
	// Login identifies the calling user; parallel calls of one login share
	// worker account and launchpad. Only a digest of it leaves this process.
	Login string
	// CallID becomes the session GUID. Zero: a random one.
	CallID uuid.UUID
	// Launchpad is the GUID of the login's launchpad, the same for its parallel
	// calls. Zero: a random one.
	Launchpad uuid.UUID
	// Certificate and Key, in PEM, appear in the launchpad folder, if not empty.
	// Each has at most MaxCertificate bytes.
	Certificate, Key []byte
}

// MaxCertificate bounds what Request.Certificate and Request.Key may have.
const MaxCertificate = 3072
