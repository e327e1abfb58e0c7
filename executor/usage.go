package executor

import (
	"context"
	"time"

	"tds-launchpad/sandbox"
)

// Usage is what a call took, as far as it came, for the record of it. What is said of the
// satellite comes from the launcher.
type Usage struct {
	// Account, HostUID and Origin are the satellite's; Account is empty if there was none.
	Account string
	HostUID uint32
	Origin  sandbox.Origin
	// Start is the time until there was a satellite, Hello until its program had said so,
	// Input until it had the call with its rows, Script until it had answered.
	Start, Hello, Input, Script time.Duration
	// CPU time and the most memory that the satellite had with all its children, 0 if not
	// known.
	CPU        time.Duration
	MemoryPeak int64
}

// lap adds the time since the last lap to a phase.
func (r *run) lap(phase *time.Duration) {
	now := time.Now()
	*phase += now.Sub(r.mark)
	r.mark = now
}

// exitWait bounds the wait for an end that has been proven, or never will be.
const exitWait = time.Second

// told tells the caller what the run took, when nothing of the satellite is left.
func (r *run) told() {
	if r.call.Ended == nil {
		return
	}
	if r.sat != nil {
		u := &r.usage
		u.Account, u.HostUID, u.Origin = r.sat.Account(), r.sat.HostUID(), r.sat.Origin()
		ctx, cancel := context.WithTimeout(context.Background(), exitWait)
		defer cancel()
		exit, _ := r.sat.Wait(ctx) // of one that is not proven dead too
		u.CPU, u.MemoryPeak = exit.CPU, exit.MemoryPeak
	}
	r.call.Ended(r.usage)
}
