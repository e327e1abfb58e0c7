package executor

import (
	"context"
	"io"
	"net"

	"tds-launchpad/sandbox"
)

// FromLauncher makes a Starter of a launcher.
func FromLauncher(l *sandbox.Launcher) Starter { return launcherStarter{l} }

type launcherStarter struct{ launcher *sandbox.Launcher }

func (s launcherStarter) Acquire(ctx context.Context, req sandbox.Request) (Satellite, error) {
	sat, err := s.launcher.Acquire(ctx, req)
	if err != nil {
		return nil, err
	}
	return launcherSatellite{sat}, nil
}

// launcherSatellite gives a sandbox.Satellite's fields as methods.
type launcherSatellite struct{ *sandbox.Satellite }

func (s launcherSatellite) Conn() net.Conn            { return s.Satellite.Conn }
func (s launcherSatellite) Stdout() io.ReadCloser     { return s.Satellite.Stdout }
func (s launcherSatellite) Stderr() io.ReadCloser     { return s.Satellite.Stderr }
func (s launcherSatellite) Listeners() []net.Listener { return s.Satellite.Listeners }
