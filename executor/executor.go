package executor

import (
	"errors"
	"strings"

	"tds-launchpad/sandbox"
)

// Executor runs script calls. It is safe for parallel use and has nothing to close.
type Executor struct {
	cfg     Config
	starter Starter
}

// New makes an Executor. Without a way to start satellites it is still useful: it
// refuses calls with the reason.
func New(cfg Config) *Executor {
	cfg.Limits = cfg.Limits.withDefaults()
	starter := cfg.Starter
	if starter == nil && cfg.Launcher != nil {
		starter = FromLauncher(cfg.Launcher)
	}
	if starter == nil && cfg.Unavailable == nil {
		cfg.Unavailable = errors.New("no launcher was configured")
	}
	return &Executor{cfg: cfg, starter: starter}
}

// language finds the configured spelling of a language's name.
func language(name string) (sandbox.Language, bool) {
	for _, l := range Languages() {
		if strings.EqualFold(l.Name, strings.TrimRight(name, " ")) {
			return l, true
		}
	}
	return sandbox.Language{}, false
}
