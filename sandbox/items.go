package sandbox

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// notReached begins the reason of what was not tried for another's sake.
const notReached = "not reached: "

// items says of every item what a start found out.
func (f *findings) items() []Item {
	var items []Item
	for _, k := range itemKinds {
		it := Item{Name: k.name, Title: k.title, Required: k.required, Waived: f.settings.Waived[k.name]}
		f.look(&it)
		if it.State == Unavailable {
			it.Remedy = k.remedy
		}
		items = append(items, it)
	}
	return items
}

// look fills in State, Detail and Why.
func (f *findings) look(it *Item) {
	switch it.Name {
	case "native-helper":
		f.staged(it, stageHelper)
	case "user-namespace":
		f.staged(it, stageUserns)
	case "worker-uids":
		if f.staged(it, stageMapped); f.ids.single {
			it.Detail = "single uid"
		}
		switch {
		case f.idsErr != nil:
			it.State, it.Why, it.Detail = Unavailable, f.idsErr.Error(), ""
		case it.State == Active:
			it.Detail = fmt.Sprintf("launcher %d, satellites %d to %d", f.ids.uids.First,
				f.ids.uids.First+1, f.ids.uids.First+f.ids.uids.Count-1)
		}
	case "launcher":
		f.staged(it, stageReady)
	case "cgroup-memory", "cgroup-pids", "cgroup-cpu":
		if err := f.cgroups[strings.TrimPrefix(it.Name, "cgroup-")]; err != nil {
			it.State, it.Why = Unavailable, err.Error()
			return
		}
		f.tried(it, "cgroup v%d")
		if it.Name == "cgroup-cpu" && it.State == Active && !f.limitsCPU() {
			it.State, it.Why = Off, "no CPU limit is configured"
		}
	case "serving-process":
		it.State, it.Detail = Active, fmt.Sprintf("uid %d", os.Geteuid())
		if os.Geteuid() == 0 {
			it.State, it.Detail, it.Why = Unavailable, "", "it runs as root"
		}
	case "landlock":
		f.tried(it, "ABI %d")
	default:
		f.tried(it, "")
	}
}

// staged: the item is active if the start came that far.
func (f *findings) staged(it *Item, need stage) {
	switch {
	case f.reached >= need:
		it.State = Active
	case f.reached == need-1 && f.err != nil:
		it.State, it.Why = Unavailable, f.err.Error()
	default:
		it.State, it.Why = Unavailable, notReached+f.firstReason()
	}
}

func (f *findings) firstReason() string {
	if f.err != nil {
		return f.err.Error()
	}
	return "the start was not finished"
}

// tried: the launcher's attempt decides.
func (f *findings) tried(it *Item, detail string) {
	for _, p := range f.probes {
		if p.Name != it.Name {
			continue
		}
		if p.Errno == 0 {
			it.State = Active
			if detail != "" {
				it.Detail = fmt.Sprintf(detail, p.Number)
			}
			return
		}
		it.State, it.Why = Unavailable, syscall.Errno(p.Errno).Error()
		if p.Errno == uint32(syscall.ENOTRECOVERABLE) { // the probe's word for it
			it.Why = "the kernel accepts it, but it has no effect"
		}
		return
	}
	it.State, it.Why = Unavailable, notReached+f.firstReason()
}

func (f *findings) limitsCPU() bool {
	for i := range f.settings.Languages {
		if f.settings.Languages[i].Limits.CPUs > 0 {
			return true
		}
	}
	return false
}
