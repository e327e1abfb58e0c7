package integration

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "tds-launchpad"

// arrows maps each package to the packages of ours it may import, with the
// reason: arrows point down only, so that each package can be read, tested and
// trusted without those above it.
var arrows = map[string]struct {
	may []string
	why string
}{
	"": {[]string{"proxy", "executor", "sandbox", "engine", "certs", "tds"},
		"the command line puts the parts together"},
	"proxy": {[]string{"executor", "tsql", "tds", "certs"},
		"the door reads TDS and T-SQL and hands script calls down; it starts no process itself"},
	"executor": {[]string{"sandbox", "tds", "tsql"},
		"one script call: rows in, rows out, a satellite between; it knows no sockets of clients"},
	"executor/satellite": {nil, "programs that run inside a box, embedded as text"},
	"engine":             {[]string{"engine/store", "tds", "tsql"}, "an engine like any other: the proxy reaches it by TDS only"},
	"engine/store":       {[]string{"tsql"}, "T-SQL over SQLite, without the wire"},
	"tds":                {nil, "the wire knows no language and no policy"},
	"tsql":               {nil, "the language knows no wire"},
	"certs":              {nil, "identity stands alone"},
	"sandbox":            {nil, "confinement must be readable, and trusted, alone"},
	"integration":        {nil, "reaches the rest through the network and the command line only"},
	"integration/plans": {[]string{"proxy", "executor", "engine", "tds"},
		"thousands of cases take minutes only if proxy and scripts are in the test's process"},
	"integration/bench": {[]string{"tds"},
		"a source and a load that no driver or engine slows down have to speak TDS; what is measured is the binary"},
}

type listedPackage struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func TestImportArrowsPointDown(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"/...").Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("go list: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	seen := 0
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listedPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen++
		checkArrows(t, p)
	}
	if seen < 5 {
		t.Fatalf("go list named %d packages only: the test looks at nothing", seen)
	}
}

func checkArrows(t *testing.T, p listedPackage) {
	name := strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
	allowed, owner := arrowsOf(name)
	if owner == "?" {
		t.Errorf("package %q has no entry in the map of arrows", name)
		return
	}
	for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
		target, ours := strings.CutPrefix(imported, module+"/")
		if !ours || within(target, owner) && owner != "" {
			continue
		}
		if !slices.ContainsFunc(allowed, func(a string) bool { return within(target, a) }) {
			t.Errorf("%q imports %q; it may import %v: %s", name, target, allowed, arrows[owner].why)
		}
	}
}

// arrowsOf finds the nearest entry at or above a package's folder.
func arrowsOf(name string) (may []string, owner string) {
	for at := name; ; {
		if entry, ok := arrows[at]; ok && (at != "" || name == "") {
			return entry.may, at
		}
		cut := strings.LastIndexByte(at, '/')
		if cut < 0 {
			return nil, "?"
		}
		at = at[:cut]
	}
}

// within reports whether target is the package or lies in its folder.
// engine/store is an idea of its own, not a part of engine.
func within(target, of string) bool {
	if target == of {
		return true
	}
	if _, own := arrows[target]; own {
		return false
	}
	return strings.HasPrefix(target, of+"/")
}
