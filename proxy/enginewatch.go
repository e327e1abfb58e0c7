package proxy

import (
	"context"
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

var errEngineHungUp = errors.New("the engine hung up while the script ran")

// watchInterval is how often the engine's connection is looked at while a script runs: rarely
// enough to cost nothing, and soon enough for a caller who waits for a call that can't end well.
const watchInterval = time.Second

// watchEngine calls lost when the engine hangs up. While a script runs nobody reads from the engine,
// so that its end would be noticed only when the script has ended, which may be never. Nothing is
// read here either: what has come of an answer stays for its reader.
func (c *scriptCall) watchEngine(ctx context.Context, lost context.CancelCauseFunc) {
	conn, ok := c.session.engine.raw.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	ticks := time.NewTicker(watchInterval)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
		gone := false
		err := raw.Control(func(fd uintptr) {
			p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
			n, err := unix.Poll(p, 0)
			gone = err == nil && n > 0 && p[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
		})
		if err != nil || gone {
			lost(errEngineHungUp)
			return
		}
	}
}
