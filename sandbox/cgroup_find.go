package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// hierarchy is a mounted cgroup hierarchy and our own place in it.
type hierarchy struct {
	Version     int
	Controllers []string // of those we use
	Mount       string
	// Own is this process' group below Mount.
	Own string
}

// findHierarchies decides where each controller is: on v2 if its root has it,
// else on v1. Its arguments are the contents of /proc/self/mountinfo and
// /proc/self/cgroup, and a function that lists a v2 mount's controllers.
func findHierarchies(mountinfo, selfCgroup io.Reader, v2Controllers func(mount string) []string) ([]hierarchy, error) {
	own := map[string]string{} // controller, "" for v2, to path
	sc := bufio.NewScanner(selfCgroup)
	for sc.Scan() {
		f := strings.SplitN(sc.Text(), ":", 3)
		if len(f) != 3 {
			continue
		}
		for c := range strings.SplitSeq(f[1], ",") {
			own[c] = f[2]
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("read own cgroups: %w", err)
	}
	var found []hierarchy
	taken := map[string]bool{}
	sc = bufio.NewScanner(mountinfo)
	var v1 []hierarchy
	for sc.Scan() {
		left, right, ok := strings.Cut(sc.Text(), " - ")
		l, r := strings.Fields(left), strings.Fields(right)
		if !ok || len(l) < 5 || len(r) < 3 {
			continue
		}
		root, mount := l[3], unescapeMount(l[4])
		place := func(name string) (string, bool) {
			p, ok := own[name]
			if !ok {
				return "", false
			}
			if root != "/" {
				// A container's view: the mount shows only what is below root.
				rest, under := strings.CutPrefix(p, root)
				if !under || strings.HasPrefix(p, "/..") {
					rest = "/"
				}
				p = rest
			}
			return path.Join(mount, p), true
		}
		switch r[0] {
		case "cgroup2":
			p, ok := place("")
			var have []string
			for _, c := range v2Controllers(mount) {
				if slices.Contains(cgroupControllers, c) && !taken[c] {
					have = append(have, c)
				}
			}
			if ok && len(have) > 0 {
				found = append(found, hierarchy{Version: 2, Controllers: have, Mount: mount, Own: p})
				for _, c := range have {
					taken[c] = true
				}
			}
		case "cgroup":
			h := hierarchy{Version: 1, Mount: mount}
			for o := range strings.SplitSeq(r[2], ",") {
				if slices.Contains(cgroupControllers, o) {
					if p, ok := place(o); ok {
						h.Own = p
						h.Controllers = append(h.Controllers, o)
					}
				}
			}
			v1 = append(v1, h)
		}
	}
	for _, h := range v1 {
		h.Controllers = slices.DeleteFunc(h.Controllers, func(c string) bool { return taken[c] })
		for _, c := range h.Controllers {
			taken[c] = true
		}
		if len(h.Controllers) > 0 {
			found = append(found, h)
		}
	}
	return found, sc.Err()
}

// unescapeMount undoes the octal escapes of mountinfo.
func unescapeMount(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}
