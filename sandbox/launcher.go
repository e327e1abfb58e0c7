package sandbox

import "context"

// Launcher is the serving process's view of its launcher process.
type Launcher struct{}

// Start starts the launcher in a user namespace of its own and waits until it
// is ready. It fails with a MissingError if a required confinement item is
// neither there nor waived, and with ErrNotBuilt without the native helper.
func Start(ctx context.Context, cfg Config) (*Launcher, error) { return nil, ErrNotBuilt }

// Acquire starts a satellite. It waits up to Config.AcquireTimeout for a free
// worker account and uid. When ctx ends, it gives up at once.
func (l *Launcher) Acquire(ctx context.Context, req Request) (*Satellite, error) {
	return nil, ErrClosed
}

// Status asks the launcher for its counts.
func (l *Launcher) Status(ctx context.Context) (Status, error) { return Status{}, ErrClosed }

// Close kills all satellites and the launcher and waits for their end.
func (l *Launcher) Close() error { return nil }

// Done is closed when the launcher has ended, whatever the reason.
func (l *Launcher) Done() <-chan struct{} { return nil }

// Status is what a launcher is doing.
type Status struct {
	// Satellites alive now.
	Satellites int
	// Accounts in use now, and their number.
	AccountsUsed, Accounts int
	// UIDs free, and those taken out of use because their satellite did not die.
	UIDsFree, UIDsQuarantined int
	// Waiting calls.
	Waiting int
	// Started satellites since the launcher's start.
	Started uint64
}
