package proxy

import (
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tds-launchpad/tds"
)

// A client that stops in the middle of a request, or of an answer, is closed with the reason in
// the log; one that is idle is not.
func TestStallsAfterLogin(t *testing.T) {
	half := tds.Header{Type: tds.PacketSQLBatch, Length: 100}.Append(nil)
	tests := []struct {
		name   string
		stop   func(c *rawClient)
		reason string
	}{
		{"in a header", func(c *rawClient) { _, _ = c.conn.Write(half[:5]) }, "in the middle of a message"},
		{"in a packet", func(c *rawClient) { _, _ = c.conn.Write(half) }, "in the middle of a message"},
		{"between packets", func(c *rawClient) { _, _ = c.conn.Write(append(half, make([]byte, 92)...)) }, "in the middle of a message"},
		{"in a bulk load", func(c *rawClient) {
			h := tds.Header{Type: tds.PacketBulkLoad, Length: 8}
			_, _ = c.conn.Write(h.Append(nil))
		}, "in the middle of a message"},
		{"reading", func(c *rawClient) { c.batch("SELECT much") }, "stopped reading"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := newEngine(t, func(e *scriptedEngine) {
				e.handle = func(c *engineConn, m tds.RawMessage) {
					if batchText(m) == "SELECT much" {
						c.reply(make([]byte, 64<<20))
					} else {
						c.reply(done(0))
					}
				}
			})
			var log lockedBuffer
			cfg := plain(e)
			cfg.Logger = zerolog.New(&log)
			cfg.Limits.Stall = 200 * time.Millisecond
			address := serve(t, cfg)
			idle, stalls := open(t, address), open(t, address)
			test.stop(stalls)
			for !strings.Contains(log.String(), "session closed") {
				time.Sleep(10 * time.Millisecond)
			}
			if !strings.Contains(log.String(), test.reason) {
				t.Errorf("log is %s", log.String())
			}
			usable(t, idle)
		})
	}
}
