package sandbox

import "context"

// Probe tries every confinement item for real on this machine.
func Probe(ctx context.Context, cfg Config) []Item { return nil }

// LanguageReport is what was found of one language inside a box.
type LanguageReport struct {
	Name string
	// Works: the interpreter started in a box.
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

// ProbeLanguages starts every configured language's Probe command in a box.
func (l *Launcher) ProbeLanguages(ctx context.Context) []LanguageReport { return nil }
