package main

import (
	"context"
	"os"
	"sync"

	"github.com/rs/zerolog"

	"tds-launchpad/executor"
	"tds-launchpad/sandbox"
)

// keeper starts satellites by a launcher, and starts another launcher when that
// one has died: calls under way fail then, the next ones work.
type keeper struct {
	config sandbox.Config
	log    zerolog.Logger

	mu       sync.Mutex
	launcher *sandbox.Launcher
}

func keepLauncher(ctx context.Context, config sandbox.Config) (*keeper, error) {
	launcher, err := sandbox.Start(context.WithoutCancel(ctx), config)
	if err != nil {
		return nil, err
	}
	return &keeper{config: config, log: config.Logger, launcher: launcher}, nil
}

// Acquire starts a satellite for one script call.
func (k *keeper) Acquire(ctx context.Context, request sandbox.Request) (executor.Satellite, error) {
	launcher, err := k.alive(ctx)
	if err != nil {
		return nil, err
	}
	return executor.FromLauncher(launcher).Acquire(ctx, request)
}

func (k *keeper) alive(ctx context.Context) (*sandbox.Launcher, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	select {
	case <-k.launcher.Done():
	default:
		return k.launcher, nil
	}
	k.log.Warn().Msg("the launcher has died; starting another")
	launcher, err := sandbox.Start(context.WithoutCancel(ctx), k.config)
	if err != nil {
		return nil, err
	}
	k.launcher = launcher
	return launcher, nil
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
		k.mu.Lock()
		err := k.launcher.Renew()
		k.mu.Unlock()
		if err != nil { // the next one has new ones anyway
			k.log.Warn().Err(err).Msg("making the zygotes anew")
		}
	}
}

func (k *keeper) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.launcher.Close()
}
