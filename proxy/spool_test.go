package proxy

import (
	"path/filepath"
	"strings"
	"testing"
)

// A batch that there is no room for is refused in words, and nothing of it reaches the engine.
func TestBatchWithoutRoom(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"too long for any engine": func(c *Config) { c.Limits.batch = 20000 },
		"no directory":            func(c *Config) { c.DataDir = filepath.Join(t.TempDir(), "gone") },
	} {
		t.Run(name, func(t *testing.T) {
			e := newEngine(t, nil)
			cfg := plain(e)
			cfg.Limits.Reassembly = 5000
			change(&cfg)
			c := open(t, serve(t, cfg))
			c.batch("SELECT '" + strings.Repeat("x", 12000) + "'")
			r := c.response()
			if r.number() != errTooLong || strings.Contains(r.messages[0].Text, "gone") {
				t.Errorf("answer is %+v", r)
			}
			if r := c.response(); r.err == nil {
				t.Error("the connection stays open")
			}
			if len(e.seen()) != 0 {
				t.Error("something of it reached the engine")
			}
		})
	}
}
