package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/executor"
	"tds-launchpad/sandbox"
)

// keeper starts satellites by a launcher, and starts another launcher as soon as
// that one has died: scripts that run fail then, calls that come wait for the next.
type keeper struct {
	config sandbox.Config
	log    zerolog.Logger
	stop   context.CancelFunc
	ended  chan struct{}

	mu  sync.Mutex
	now *reign
}

// reign is the time of one launcher, from when it is started until it has died.
type reign struct {
	// begun is closed when there is a launcher, or the reason why not.
	begun    chan struct{}
	launcher *sandbox.Launcher
	err      error
	// over is closed when the next one has taken its place.
	over chan struct{}
}

const (
	// launcherWait is how long a call waits for another launcher: one takes half a second.
	launcherWait = 30 * time.Second
	// launcherTries is how many starts in a row must have failed for a call to fail: one
	// may be somebody's doing.
	launcherTries = 3
	// launcherPause is between starts that fail.
	launcherPause = time.Second
)

var errNoLauncher = fmt.Errorf("%w: none has come up in %v", sandbox.ErrClosed, launcherWait)

func keepLauncher(ctx context.Context, config sandbox.Config) (*keeper, error) {
	launcher, err := sandbox.Start(context.WithoutCancel(ctx), config)
	if err != nil {
		return nil, err
	}
	k := &keeper{config: config, log: config.Logger, ended: make(chan struct{})}
	r := k.next()
	r.begin(launcher, nil)
	ctx, k.stop = context.WithCancel(context.WithoutCancel(ctx))
	go k.run(ctx, r)
	return k, nil
}

// next begins a reign.
func (k *keeper) next() *reign {
	r := &reign{begun: make(chan struct{}), over: make(chan struct{})}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now != nil {
		close(k.now.over)
	}
	k.now = r
	return r
}

func (r *reign) begin(launcher *sandbox.Launcher, err error) {
	r.launcher, r.err = launcher, err
	close(r.begun)
}

func (k *keeper) current() *reign {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

// run has a launcher follow each that dies, until ctx ends.
func (k *keeper) run(ctx context.Context, r *reign) {
	defer close(k.ended)
	for {
		if r.err == nil {
			select {
			case <-r.launcher.Done():
				k.log.Warn().Msg("the launcher has died; another takes its place")
			case <-ctx.Done():
				r.launcher.Close() //nolint:errcheck // it returns nil
				return
			}
		} else {
			k.log.Error().Err(r.err).Msg("no launcher can be started; trying again")
			select {
			case <-time.After(launcherPause):
			case <-ctx.Done():
				return
			}
		}
		r = k.next()
		r.begin(sandbox.Start(ctx, k.config))
		if ctx.Err() != nil && r.err != nil {
			return
		}
	}
}

// Acquire starts a satellite for one script call. If the launcher dies meanwhile,
// nothing has run, and the next launcher is asked.
func (k *keeper) Acquire(ctx context.Context, request sandbox.Request) (executor.Satellite, error) {
	bounded, cancel := context.WithTimeoutCause(ctx, launcherWait, errNoLauncher)
	defer cancel()
	for failed := 0; ; {
		r := k.current()
		if err := wait(bounded, r.begun); err != nil {
			return nil, err
		}
		if failed++; r.err != nil && failed == launcherTries {
			return nil, r.err
		}
		if r.err == nil {
			failed = 0
			satellite, err := executor.FromLauncher(r.launcher).Acquire(ctx, request)
			if !errors.Is(err, sandbox.ErrClosed) {
				return satellite, err
			}
		}
		if err := wait(bounded, r.over); err != nil {
			return nil, err
		}
	}
}

func wait(ctx context.Context, c <-chan struct{}) error {
	select {
	case <-c:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// renewOn has the zygotes made anew whenever something comes.
func (k *keeper) renewOn(ctx context.Context, asked <-chan os.Signal) {
	for {
		select {
		case <-asked:
		case <-ctx.Done():
			return
		}
		k.log.Info().Msg("making the zygotes anew")
		if launcher := k.launcher(); launcher != nil {
			if err := launcher.Renew(); err != nil { // the next one has new ones anyway
				k.log.Warn().Err(err).Msg("making the zygotes anew")
			}
		}
	}
}

// launcher is the one that lives, or nil.
func (k *keeper) launcher() *sandbox.Launcher {
	r := k.current()
	select {
	case <-r.begun:
		return r.launcher
	default:
		return nil
	}
}

// logStatus writes what the launcher is doing into the log.
func (k *keeper) logStatus(ctx context.Context) {
	launcher := k.launcher()
	if launcher == nil {
		k.log.Warn().Msg("no launcher lives at the moment")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, launcherWait)
	defer cancel()
	s, err := launcher.Status(ctx)
	if err != nil {
		k.log.Warn().Err(err).Msg("asking the launcher for its status")
		return
	}
	k.log.Info().Int("satellites", s.Satellites).Int("ready", s.Ready).Int("waiting", s.Waiting).
		Int("accounts_used", s.AccountsUsed).Int("accounts", s.Accounts).
		Int("uids_free", s.UIDsFree).Int("uids_quarantined", s.UIDsQuarantined).
		Uint64("started", s.Started).Uint64("forked", s.Forked).Uint64("handed", s.Handed).Msg("launcher")
}

// close ends the launcher and waits until nothing of it is left.
func (k *keeper) close() error {
	k.stop()
	<-k.ended
	return nil
}
