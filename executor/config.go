package executor

import (
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/sandbox"
)

// Config configures an Executor. Zero values mean the default named at each
// field.
type Config struct {
	// Launcher starts the satellites. With nil (and no Starter) every call
	// fails with Unavailable as the reason.
	Launcher *sandbox.Launcher
	// Unavailable says why there is no Launcher.
	Unavailable error
	// Starter replaces Launcher.
	Starter Starter
	// DataDir is where result spools live, as unlinked files.
	DataDir string
	// Limits bound what one call may use in this process.
	Limits Limits
	// Logger gets a line per call at debug level, without script text, parameters or data, and errors.
	Logger zerolog.Logger
}

// Limits bound what one script call may use in this process; sandbox.Limits
// bound what it may use in its box.
type Limits struct {
	// StartTimeout is how long a satellite may take from its start until it
	// says hello. Default 60 s, after which SQL Server gives up too.
	StartTimeout time.Duration
	// SpoolMemory is how many bytes of a result are kept in memory before it
	// goes to a file. Default 8 MiB: most results never touch the disk, and a
	// hundred parallel calls stay below a gigabyte.
	SpoolMemory int64
	// SpoolTotal bounds a result in bytes, as ROW tokens. Default 16 GiB.
	SpoolTotal int64
	// MaxValue bounds one value of a result or output parameter in bytes, as the
	// satellite sends it. Default 512 MiB: memory of that size is taken for it here.
	MaxValue int64
	// Text bounds what is kept of each of stdout and stderr, in bytes. Default
	// 1 MiB: more than anybody reads in a message window.
	Text int
	// FrameRows and FrameBytes bound an input frame. Defaults 32,768 rows and
	// 4 MiB: large enough that the cost per frame vanishes, small enough to
	// stay in the processor's cache between being built and being sent.
	FrameRows, FrameBytes int
}

func (l Limits) withDefaults() Limits {
	if l.StartTimeout == 0 {
		l.StartTimeout = time.Minute
	}
	if l.SpoolMemory == 0 {
		l.SpoolMemory = 8 << 20
	}
	if l.SpoolTotal == 0 {
		l.SpoolTotal = 16 << 30
	}
	if l.MaxValue == 0 {
		l.MaxValue = 512 << 20
	}
	if l.Text == 0 {
		l.Text = 1 << 20
	}
	if l.FrameRows == 0 {
		l.FrameRows = 32768
	}
	if l.FrameBytes == 0 {
		l.FrameBytes = 4 << 20
	}
	return l
}
