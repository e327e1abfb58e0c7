package integration

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"syscall"
)

// victims are the processes that are killed, in this order again and again: those that
// end one call often, those that end all of them seldom.
var victims = []struct {
	name string
	find func(*server) []int
}{
	{"satellite", (*server).satellites},
	{"box", titled("tds-launchpad: shell", "tds-launchpad: box")},
	{"ready satellite", called("tds-ready")},
	{"satellite", (*server).satellites},
	{"zygote", called("tds-zygote")},
	{"satellite", (*server).satellites},
	{"box", titled("tds-launchpad: shell", "tds-launchpad: box")},
	{"launcher", titled("tds-launchpad: launcher")},
	{"satellite", (*server).satellites},
	{"box", titled("tds-launchpad: shell", "tds-launchpad: box")},
	{"ready satellite", called("tds-ready")},
	{"satellite", (*server).satellites},
	{"outer process or init", titled("tds-launchpad: outer")},
}

// killer kills one process after the other.
type killer struct {
	server *server
	every  int // calls

	mu     sync.Mutex
	calls  int // that have ended
	turn   int
	counts map[string]int
}

// ended kills the next victim if enough calls have ended. If there is none of its kind
// at the moment, its turn stays.
func (k *killer) ended(random *rand.Rand) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.calls++; k.turn >= k.calls/k.every {
		return
	}
	v := victims[k.turn%len(victims)]
	pids := v.find(k.server)
	if len(pids) == 0 || syscall.Kill(pids[random.IntN(len(pids))], syscall.SIGKILL) != nil {
		return
	}
	k.turn++
	if k.counts == nil {
		k.counts = map[string]int{}
	}
	k.counts[v.name]++
}

// killed is how many there were of each kind.
func (k *killer) killed() map[string]int {
	all := map[string]int{}
	for _, v := range victims {
		all[v.name] = k.counts[v.name]
	}
	return all
}

func (k *killer) String() string { return fmt.Sprint(k.killed()) }

// titled finds processes below a server by the beginning of their command line.
func titled(titles ...string) func(*server) []int {
	return func(s *server) (pids []int) {
		for _, pid := range childrenOf(s.cmd.Process.Pid) {
			text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			for _, title := range titles {
				if strings.HasPrefix(string(text), title) {
					pids = append(pids, pid)
				}
			}
		}
		return pids
	}
}

// called finds processes below a server by their name.
func called(comm string) func(*server) []int {
	return func(s *server) (pids []int) {
		for _, pid := range childrenOf(s.cmd.Process.Pid) {
			if name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); string(name) == comm+"\n" {
				pids = append(pids, pid)
			}
		}
		return pids
	}
}
