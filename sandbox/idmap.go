package sandbox

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
)

// idMap is the user namespace's map: uid and gid 0 of U is the first of each
// range, 1 and up the next.
type idMap struct {
	uids, gids Range
	// helper: an ordinary user needs newuidmap and newgidmap to write it.
	helper bool
	// room is how many ids there are to choose from.
	room uint32
	// single: only the user's own uid is there, for everything.
	single bool
}

var errNoSubIDs = errors.New("no range of subordinate ids")

// check refuses a range that can't hold a launcher and a satellite, or holds
// root or the id that means none.
func (r Range) check() error {
	first, count := or(r.First, defaultFirstUID), or(r.Count, 2)
	if count < 2 || uint64(first)+uint64(count) > 1<<32-1 {
		return fmt.Errorf("uid range: %d ids from %d on: must be at least 2, and end below 4294967295", r.Count, r.First)
	}
	return nil
}

// chooseMap decides which host ids to use; wanted is how many besides 0's.
func chooseMap(cfg Config, wanted int) (idMap, error) {
	n := uint32(wanted) + 1
	if os.Geteuid() == 0 {
		r := Range{or(cfg.UIDs.First, defaultFirstUID), or(cfg.UIDs.Count, n)}
		r.Count = min(r.Count, n)
		room := r.Count // as configured
		if cfg.UIDs.First == 0 {
			room = defaultRoom
		}
		return idMap{uids: r, gids: r, room: room}, nil
	}
	u, err := user.LookupId(strconv.Itoa(os.Geteuid()))
	name := ""
	if err == nil {
		name = u.Username
	}
	m := idMap{helper: true}
	for _, f := range []struct {
		file string
		to   *Range
	}{{"/etc/subuid", &m.uids}, {"/etc/subgid", &m.gids}} {
		*f.to, err = subIDs(f.file, name, os.Geteuid())
		if err != nil {
			single := Range{uint32(os.Geteuid()), 1}
			return idMap{uids: single, gids: Range{uint32(os.Getegid()), 1}, single: true}, err
		}
	}
	m.room = min(m.uids.Count, m.gids.Count)
	m.uids.Count = min(m.room, n)
	m.gids.Count = m.uids.Count
	return m, nil
}

func subIDs(file, name string, id int) (Range, error) {
	f, err := os.Open(file)
	if err != nil {
		return Range{}, fmt.Errorf("%w: %w", errNoSubIDs, err)
	}
	defer f.Close()
	r, err := parseSubIDs(f, name, strconv.Itoa(id))
	if err != nil {
		return Range{}, fmt.Errorf("%w in %s", err, file)
	}
	return r, nil
}

// parseSubIDs finds the largest range of a user, by name or number.
func parseSubIDs(r io.Reader, name, id string) (Range, error) {
	var best Range
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		f := strings.Split(strings.TrimSpace(sc.Text()), ":")
		if len(f) != 3 || f[0] == "" || f[0] != name && f[0] != id {
			continue
		}
		first, err1 := strconv.ParseUint(f[1], 10, 32)
		count, err2 := strconv.ParseUint(f[2], 10, 32)
		if err1 != nil || err2 != nil || first == 0 || first+count > 1<<32-1 {
			continue
		}
		if uint32(count) > best.Count {
			best = Range{uint32(first), uint32(count)}
		}
	}
	if err := sc.Err(); err != nil {
		return Range{}, err
	}
	if best.Count < 2 {
		return Range{}, fmt.Errorf("%w for user %s (%s)", errNoSubIDs, name, id)
	}
	return best, nil
}

// write writes the map of a process that waits in its new user namespace.
func (m idMap) write(pid int) error {
	proc := "/proc/" + strconv.Itoa(pid)
	if m.single {
		// The kernel lets a user map itself only without setgroups.
		if err := os.WriteFile(proc+"/setgroups", []byte("deny"), 0); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		file, program string
		ids           Range
	}{{"/gid_map", "newgidmap", m.gids}, {"/uid_map", "newuidmap", m.uids}} {
		if m.helper {
			out, err := exec.Command(f.program, strconv.Itoa(pid),
				"0", strconv.Itoa(int(f.ids.First)), strconv.Itoa(int(f.ids.Count))).CombinedOutput()
			if err != nil {
				return fmt.Errorf("%s: %w: %s", f.program, err, strings.TrimSpace(string(out)))
			}
			continue
		}
		if err := os.WriteFile(proc+f.file, fmt.Appendf(nil, "0 %d %d\n", f.ids.First, f.ids.Count), 0); err != nil {
			return err
		}
	}
	return nil
}
