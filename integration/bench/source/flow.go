package source

import (
	"time"

	"golang.org/x/sys/unix"

	"tds-launchpad/tds"
)

// Flow says since when the rows of the last large result set are being read. A peer
// may ask for rows long before it reads them, or read some long before the others:
// so it is the moment when it had taken more than all buffers on the way hold.
type Flow struct {
	Since time.Duration // on the clock of Now
	Left  int64         // rows that were still to come then
}

// flowPieces is how many pieces of 256 packets, 1 MB each with packets of 4 KB, that
// is. Kernel and product hold some 2 MB while the script's process starts.
const flowPieces = 8

// FlowQuery is the query that gives the Flow as one row of two bigint.
const FlowQuery = "SELECT since, remaining FROM source.flow"

// Now is the present instant on the clock that all processes of the machine share.
func Now() time.Duration {
	var t unix.Timespec
	// It fails for clocks that do not exist only.
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &t)
	return time.Duration(t.Nano())
}

func (c *session) sendFlow(rpc bool) error {
	var f Flow
	if last := c.server.flowing.Load(); last != nil {
		f = *last
	}
	return c.sendConstants([]constant{{typ: tds.Int(8), value: int64(f.Since)}, {typ: tds.Int(8), value: f.Left}}, rpc)
}
