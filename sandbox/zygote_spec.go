package sandbox

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
)

// zygoteDir is where a zygote finds the module and library that make it one.
const zygoteDir = "/run/zygote"

// preloadVariable names the modules to import, separated by commas.
const preloadVariable = "TDS_LAUNCHPAD_PRELOAD"

const (
	defaultMaxForks = 1000
	defaultMaxAge   = time.Hour
	defaultReady    = 8
	// maxReady satellites of a language: more would only eat memory.
	maxReady = 1000
	// maxPreload keeps the list a line that one can read.
	maxPreload = 64
)

// moduleName is a dotted name of Python's: what is imported is never a path.
var moduleName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)

// checked fills in defaults, and refuses what is no module's name.
func (z *Zygote) checked() (*Zygote, error) {
	if z == nil {
		return nil, nil
	}
	for _, name := range z.Preload {
		if len(name) > 100 || !moduleName.MatchString(name) {
			return nil, fmt.Errorf("preload: %q is not the name of a module", name)
		}
	}
	if len(z.Preload) > maxPreload {
		return nil, fmt.Errorf("preload: %d modules are more than %d", len(z.Preload), maxPreload)
	}
	if z.MaxForks < 0 || z.MaxAge < 0 {
		return nil, fmt.Errorf("zygote: %d forks, age %v: must not be negative", z.MaxForks, z.MaxAge)
	}
	if z.Ready > maxReady {
		return nil, fmt.Errorf("zygote: %d ready satellites are more than %d", z.Ready, maxReady)
	}
	return &Zygote{z.Preload, or(z.MaxForks, defaultMaxForks), or(z.MaxAge, defaultMaxAge), max(0, or(z.Ready, defaultReady))}, nil
}

// newZygoteSpec computes what a language's zygote is: the same program in the
// same places as in a satellite, nothing to write to, nobody's identity. Of the
// fields for the interpreter itself only those for execve count: its rights are
// in native/zygote_main.c.
func newZygoteSpec(f facts, lang *language, program, library string) *Spec {
	env := lang.environment()
	env = slices.DeleteFunc(append(env, env.identity("zygote", "/")...),
		func(v string) bool {
			return strings.HasPrefix(v, ZygoteVariable+"=") || strings.HasPrefix(v, preloadVariable+"=")
		})
	s := &Spec{
		Hostname:    "zygote",
		Args:        lang.Command,
		Env:         append(env, ZygoteVariable+"="+zygoteDir, preloadVariable+"="+strings.Join(lang.Zygote.Preload, ",")),
		RootOptions: fmt.Sprintf("mode=0755,size=%d,nr_inodes=4096", 2<<20+len(program)+len(library)+2*lang.filesSize()),
	}
	t := newTree()
	hostTree(t, f, lang)
	etcTree(t, f, "zygote", 0)
	for _, file := range lang.Files {
		t.file(file.Path, 0o444, string(file.Data))
	}
	t.file(path.Join(zygoteDir, "tds_zygote.py"), 0o444, program)
	t.file(path.Join(zygoteDir, "confine.so"), 0o555, library)
	deviceTree(t)
	t.dir("/tmp", 0o555)
	// It looks itself over, and sets its children's OOM score.
	t.dir("/proc", 0o555)
	t.steps = append(t.steps, Step{Kind: StepProc, Target: "/proc"},
		Step{Kind: StepAttr, Target: "/", Attr: AttrReadOnly | AttrNoSuid | AttrNoDev})
	s.Steps = t.steps
	return s
}
