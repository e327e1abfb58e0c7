package sandbox

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
)

// The process numbers that are kept for zygotes, see native/confine.h.
const (
	numbersFirst = 3
	numbersLast  = 49
	// numbersUsual is where everything else in U begins, and where the kernel
	// begins again after its last number.
	numbersUsual = 300
)

const numbersFile = "/proc/sys/kernel/ns_last_pid"

// numbers gives out process numbers of U. Only the launcher makes processes
// there, apart from what it starts.
var numbers processNumbers

type processNumbers struct{ mu sync.Mutex }

// usual keeps the low numbers free. A kernel that can't has no zygotes.
func (n *processNumbers) usual() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.set(numbersUsual) //nolint:errcheck // low tells
}

// low runs start, which starts one process, while the next number is the first
// free one of those kept.
func (n *processNumbers) low(start func() error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	b, err := os.ReadFile(numbersFile)
	if err != nil {
		return fmt.Errorf("%w: a kernel with CONFIG_CHECKPOINT_RESTORE has it", err)
	}
	last, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return err
	}
	if err := n.set(numbersFirst - 1); err != nil {
		return err
	}
	defer n.set(max(last, numbersUsual)) //nolint:errcheck // it could a moment ago
	return start()
}

func (n *processNumbers) set(last int) error {
	return os.WriteFile(numbersFile, []byte(strconv.Itoa(last)), 0)
}
