package sandbox

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// specFacts is a merged-usr Debian with everything the kernel can have.
var specFacts = facts{
	TopLinks:     map[string]string{"/bin": "usr/bin", "/lib": "usr/lib", "/lib64": "usr/lib64", "/sbin": "usr/sbin"},
	LocalTime:    "TZif",
	LandlockABI:  7,
	MemoryCgroup: true,
}

func specLanguage(t *testing.T, in Language) *language {
	t.Helper()
	l, err := newLanguage(&in, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestSpecGolden shows the whole policy of a satellite, so that no change of
// it goes unseen.
func TestSpecGolden(t *testing.T) {
	lang := specLanguage(t, Language{
		Name: "Python", Command: []string{"/usr/bin/python3", "-I", "/opt/tds-launchpad/Python/main.py"},
		Files:        fstest.MapFS{"main.py": {Data: []byte("print()")}, "lib/x.py": {Data: []byte("pass")}},
		ReadOnlyDirs: []string{"?/opt/conda", "?/opt/conda/lib", "?/usr/share/x", "?/etc/python3"},
		Env:          []string{"LANG=de_DE.UTF-8", "OPENBLAS_NUM_THREADS=1"},
	})
	got, err := json.MarshalIndent(newSpec(specFacts, lang, nil, 42), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/spec-debian12-python.json"
	if *update {
		if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got)+"\n", "\n")); d != "" {
		t.Errorf("policy (-want +got), -update writes it:\n%s", d)
	}
}

// TestSpecRules holds policies of other machines against the rules that hold
// for all of them.
func TestSpecRules(t *testing.T) {
	for name, f := range map[string]facts{
		"all":        specFacts,
		"split usr":  {TopDirs: []string{"/bin", "/lib"}, LandlockABI: 1},
		"old kernel": {TopLinks: specFacts.TopLinks},
	} {
		lang := specLanguage(t, Language{Name: "R", Command: []string{"/usr/bin/R"}, ReadOnlyDirs: []string{"/etc/alternatives", "/usr/lib"}})
		s := newSpec(f, lang, nil, 42)
		writable := []string{s.Home, "/tmp", "/dev/shm"}
		made := map[string]bool{"/": true}
		for _, st := range s.Steps {
			if !path.IsAbs(st.Target) || path.Clean(st.Target) != st.Target {
				t.Errorf("%s: target %q", name, st.Target)
			}
			if st.Kind != StepMask && st.Kind != StepAttr && !made[path.Dir(st.Target)] {
				t.Errorf("%s: %s has no parent yet", name, st.Target)
			}
			made[st.Target] = true
			isDevice := slices.Contains(devices, st.Target)
			switch st.Kind {
			case StepBind:
				if st.Attr&AttrNoSuid == 0 || !isDevice && st.Attr&(AttrReadOnly|AttrNoDev) != AttrReadOnly|AttrNoDev {
					t.Errorf("%s: %s is bound with attributes %#x", name, st.Target, st.Attr)
				}
			case StepTmpfs:
				if !slices.Contains(writable, st.Target) || !strings.Contains(st.Data, "size=") || !strings.Contains(st.Data, "nr_inodes=") {
					t.Errorf("%s: tmpfs %q on %s", name, st.Data, st.Target)
				}
			}
		}
		if last := s.Steps[len(s.Steps)-1]; last.Kind != StepAttr || last.Target != "/" || last.Attr&AttrReadOnly == 0 {
			t.Errorf("%s: the root does not end read-only: %+v", name, last)
		}
		if f.LandlockABI == 0 && (s.Landlock.Handled != 0 || s.Landlock.Rules != nil) {
			t.Errorf("%s: Landlock %+v", name, s.Landlock)
		}
		for _, r := range s.Landlock.Rules {
			if r.Access&^s.Landlock.Handled != 0 {
				t.Errorf("%s: rule %+v beyond %#x", name, r, s.Landlock.Handled)
			}
			if r.Access&^(landlockRead|landlockDevice) != 0 && !slices.Contains(writable, r.Path) {
				t.Errorf("%s: %s is writable", name, r.Path)
			}
		}
		hasData := slices.ContainsFunc(s.Rlimits, func(r Rlimit) bool { return r.Resource == 2 /* RLIMIT_DATA */ })
		if hasData == f.MemoryCgroup {
			t.Errorf("%s: RLIMIT_DATA is %v beside a memory cgroup %v", name, hasData, f.MemoryCgroup)
		}
	}
}

func TestSpecEncode(t *testing.T) {
	s := &Spec{Hostname: "h", UID: 1, GID: 2, Args: []string{"a", ""}, Steps: []Step{{Kind: StepDir, Target: "/d", Mode: 7}}}
	b, err := s.encode([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("before")) || int(le.Uint32(b[6:])) != len(b)-10 {
		t.Errorf("length %d of %d bytes", le.Uint32(b[6:]), len(b))
	}
	if !bytes.Contains(b, []byte("\x02\x00\x00\x00\x01\x00\x00\x00a\x00\x00\x00\x00\x00\x00")) {
		t.Errorf("arguments are not where they should be: %q", b)
	}
	s.Steps = append(s.Steps, Step{Kind: StepFile, Target: "/f", Data: strings.Repeat("x", maxSpec)})
	if _, err := s.encode(nil); err == nil {
		t.Error("a policy above the limit was encoded")
	}
}

// TestBrokenPolicies: the helper reports what is wrong with a policy by its
// step, and leaves nothing behind.
func TestBrokenPolicies(t *testing.T) {
	l := launch(t, Config{Languages: []Language{
		{Name: "no command", Command: []string{"/usr/bin/no-such"}},
		{Name: "a directory", Command: []string{"/usr"}},
		{Name: "file below a bind", Command: []string{"/usr/bin/true"}, ReadOnlyDirs: []string{"/opt"}, Files: attacks()},
	}})
	for name, step := range map[string]string{
		"no command":        "execute the interpreter: no such file",
		"a directory":       "execute the interpreter: permission denied",
		"file below a bind": "mkdir /opt/tds-launchpad: ",
	} {
		_, err := l.Acquire(t.Context(), Request{Language: name})
		if err == nil || !strings.Contains(err.Error(), step) {
			t.Errorf("%s: %v", name, err)
		}
	}
	noProcesses(t, l)
}
