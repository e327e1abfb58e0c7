package sandbox

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// The defaults of Config and Limits.
const (
	defaultAccounts       = 20  // SQL Server's pool of worker accounts
	defaultCallsPerLogin  = 100 // SQL Server's bound on parallel sessions of a user
	defaultMaxSatellites  = 100
	defaultAcquireTimeout = 30 * time.Second
	defaultFirstUID       = 1879100000 // above systemd's container range, below 2^31
	defaultRoom           = 10000000   // up to there

	// maxLanguageName bounds the one string in an Acquire message.
	maxLanguageName = 64
	// maxAccounts and maxSatellitesLimit keep tables and uid ranges sane.
	maxAccounts        = 10000
	maxSatellitesLimit = 10000
)

// settings are what the launcher is started with: the configuration with its
// defaults filled in and nothing that is not plain data.
type settings struct {
	Languages     []language
	Accounts      int
	CallsPerLogin int
	MaxSatellites int
	// UIDs of satellites: as many as there may be of calls, and ready.
	UIDs           int
	AcquireTimeout time.Duration
	// HostFirst is the host uid that is uid 1 of U; only for reports.
	HostFirst uint32
	// SingleUID: there is no range of uids; waived by the configuration.
	SingleUID bool
	// Waived items, by name.
	Waived map[string]bool
	// Cgroups are the groups made for this launcher.
	Cgroups []cgroupRef
}

// language is Language, resolved.
type language struct {
	Name        string
	Command     []string
	Env         []string
	Files       []boxFile
	ReadOnly    []bindDir
	Limits      Limits
	Probe       []string
	NoDataLimit bool
	Zygote      *Zygote
}

type bindDir struct {
	Path     string
	Optional bool
}

func (l *language) filesSize() int {
	n := 0
	for _, f := range l.Files {
		n += len(f.Data) + 4096 // rounded up to pages
	}
	return n
}

// newSettings checks a configuration and fills in defaults.
func newSettings(cfg Config) (*settings, error) {
	s := &settings{
		Accounts:       or(cfg.Accounts, defaultAccounts),
		CallsPerLogin:  or(cfg.CallsPerLogin, defaultCallsPerLogin),
		MaxSatellites:  or(cfg.MaxSatellites, defaultMaxSatellites),
		AcquireTimeout: or(cfg.AcquireTimeout, defaultAcquireTimeout),
	}
	if s.AcquireTimeout < 0 {
		s.AcquireTimeout = 0
	}
	switch {
	case s.Accounts < 1 || s.Accounts > maxAccounts:
		return nil, fmt.Errorf("accounts: %d is not between 1 and %d", s.Accounts, maxAccounts)
	case s.MaxSatellites < 1 || s.MaxSatellites > maxSatellitesLimit:
		return nil, fmt.Errorf("satellites: %d is not between 1 and %d", s.MaxSatellites, maxSatellitesLimit)
	case s.CallsPerLogin < 1:
		return nil, fmt.Errorf("calls per login: %d is below 1", s.CallsPerLogin)
	}
	if err := cfg.UIDs.check(); err != nil {
		return nil, err
	}
	s.Waived = map[string]bool{}
	for _, name := range cfg.Waive {
		if !waivable(name) {
			return nil, fmt.Errorf("waive: %q is not an item that can be waived (%s)", name, waivableNames())
		}
		s.Waived[name] = true
	}
	seen := map[string]bool{}
	for i := range cfg.Languages {
		l, err := newLanguage(&cfg.Languages[i], cfg.Limits)
		if err == nil {
			err = l.hides(cfg.DataDir)
		}
		if err != nil {
			return nil, err
		}
		if seen[l.Name] {
			return nil, fmt.Errorf("language %s: configured twice", l.Name)
		}
		seen[l.Name] = true
		s.Languages = append(s.Languages, *l)
		if len(l.Probe) > 0 {
			p := *l
			p.Name, p.Command, p.Zygote = l.Name+probeSuffix, l.Probe, nil
			s.Languages = append(s.Languages, p)
		}
	}
	s.UIDs = s.MaxSatellites
	for _, l := range s.Languages {
		if l.Zygote != nil {
			s.UIDs += l.Zygote.Ready
		}
	}
	return s, nil
}

// have says how many uids for satellites there are really.
func (s *settings) have(ids idMap) {
	s.HostFirst, s.SingleUID = ids.uids.First, ids.single
	if !s.SingleUID {
		s.UIDs = int(ids.uids.Count) - 1
		s.MaxSatellites = min(s.MaxSatellites, s.UIDs)
	}
}

func newLanguage(in *Language, common Limits) (*language, error) {
	l := &language{Name: in.Name, Command: in.Command, Env: in.Env, Probe: in.Probe, NoDataLimit: in.NoDataLimit}
	wrong := func(err error) error { return fmt.Errorf("language %s: %w", in.Name, err) }
	if l.Name == "" || len(l.Name) > maxLanguageName || strings.Contains(l.Name, "\x00") {
		return nil, fmt.Errorf("language name %q: must have 1 to %d bytes", l.Name, maxLanguageName)
	}
	if len(l.Command) == 0 || !path.IsAbs(l.Command[0]) {
		return nil, wrong(errors.New("the command must begin with an absolute path"))
	}
	if len(in.ReadWriteDirs) > 0 {
		return nil, wrong(errors.New("writable directories need idmapped mounts, which this version does not make: " +
			"what one caller's satellite leaves behind would be met by another's"))
	}
	for _, d := range in.ReadOnlyDirs {
		p, optional, err := checkDir(d)
		if err != nil {
			return nil, wrong(err)
		}
		l.ReadOnly = append(l.ReadOnly, bindDir{p, optional})
	}
	l.ReadOnly = outermost(l.ReadOnly)
	dir := *in
	if dir.FilesDir == "" {
		dir.FilesDir = path.Join("/opt/tds-launchpad", in.Name)
	}
	if !path.IsAbs(dir.FilesDir) || path.Clean(dir.FilesDir) != dir.FilesDir || covered(dir.FilesDir, "/usr") {
		return nil, wrong(fmt.Errorf("files directory %q: must be an absolute, clean path outside /usr", dir.FilesDir))
	}
	var err error
	if l.Zygote, err = in.Zygote.checked(); err != nil {
		return nil, wrong(err)
	}
	if l.Files, err = readFiles(&dir); err != nil {
		return nil, err
	}
	if l.Limits, err = in.Limits.over(common).over(defaultLimits).checked(); err != nil {
		return nil, wrong(err)
	}
	return l, nil
}

// hides makes sure that the serving process' directory can't be seen in a box.
func (l *language) hides(dataDir string) error {
	if dataDir == "" {
		return nil
	}
	abs, err := filepath.Abs(dataDir)
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	for _, d := range append([]bindDir{{Path: "/usr"}}, l.ReadOnly...) {
		if covered(abs, d.Path) || covered(d.Path, abs) {
			return fmt.Errorf("language %s: directory %s would show the data directory %s in a box", l.Name, d.Path, abs)
		}
	}
	return nil
}

// outermost drops directories that are inside /usr or inside another one.
func outermost(dirs []bindDir) []bindDir {
	var out []bindDir
	for i, d := range dirs {
		inside := covered(d.Path, "/usr") || covered(d.Path, "/etc/alternatives")
		for j, e := range dirs {
			inside = inside || i != j && covered(d.Path, e.Path) && (d.Path != e.Path || i > j)
		}
		if !inside {
			out = append(out, d)
		}
	}
	return out
}

// covered tells whether p is dir or below it.
func covered(p, dir string) bool {
	return p == dir || len(p) > len(dir) && p[:len(dir)] == dir && p[len(dir)] == '/'
}

func or[T comparable](v, other T) T {
	var zero T
	if v == zero {
		return other
	}
	return v
}
