package sandbox

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
)

// Probe tries every confinement item for real on this machine, by starting a
// launcher and ending it. A configuration that can't be right gives a single
// item of that name.
func Probe(ctx context.Context, cfg Config) []Item {
	s, err := newSettings(cfg)
	if err != nil {
		return []Item{{Name: "configuration", Title: "configuration of satellites", State: Unavailable,
			Why: err.Error(), Remedy: "correct the configuration", Required: true}}
	}
	o, f := startOuter(ctx, cfg, s)
	if o != nil {
		o.end()
	}
	return f.items()
}

// LanguageReport is what was found of one language inside a box.
type LanguageReport struct {
	Name string
	// Works: the interpreter started in a box and its probe ended well.
	Works bool
	// Why it did not.
	Why string
	// Version of the interpreter.
	Version string
	// Packages found, with their versions, in the order the probe printed them.
	Packages []Package
}

// Package is a library of a language.
type Package struct {
	Name, Version string
}

// probeSuffix makes the name of the language that runs a Probe command.
const probeSuffix = "\x00probe"

// maxProbeOutput bounds what a probe may print.
const maxProbeOutput = 64 << 10

// ProbeLanguages starts every configured language's Probe command in a box
// like any satellite's. The first line it prints is the runtime's name and
// version, the others are packages.
func (l *Launcher) ProbeLanguages(ctx context.Context) []LanguageReport {
	var reports []LanguageReport
	for _, name := range l.Languages() {
		reports = append(reports, l.probeLanguage(ctx, name))
	}
	return reports
}

func (l *Launcher) probeLanguage(ctx context.Context, name string) LanguageReport {
	r := LanguageReport{Name: name}
	sat, err := l.acquire(ctx, Request{Language: name + probeSuffix, Login: probeSuffix})
	if errors.Is(err, ErrUnknownLanguage) {
		r.Why = "no probe command is configured"
		return r
	}
	if err != nil {
		r.Why = err.Error()
		return r
	}
	defer sat.Release() //nolint:errcheck // a report, not a call
	stop := context.AfterFunc(ctx, sat.Kill)
	defer stop()
	sat.Conn.Close()
	complaint := make(chan string, 1)
	go func() {
		b, _ := io.ReadAll(io.LimitReader(sat.Stderr, maxProbeOutput))
		complaint <- lastLine(string(b))
	}()
	sc := bufio.NewScanner(io.LimitReader(sat.Stdout, maxProbeOutput))
	for sc.Scan() {
		pkg, version, _ := strings.Cut(sc.Text(), " ")
		if r.Version == "" {
			r.Version = version
			continue
		}
		r.Packages = append(r.Packages, Package{pkg, version})
	}
	sat.Stdout.Close()
	exit, err := sat.Wait(ctx)
	why := <-complaint
	switch {
	case err != nil:
		r.Why = err.Error()
	case exit.Failed():
		r.Why = exit.Reason
		if why != "" {
			r.Why += ": " + why
		}
	default:
		r.Works = true
	}
	return r
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}
