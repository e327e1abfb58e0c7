package sandbox

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// filterVM runs our filter on a system call. The BPF machine of x/net reads
// packets, which are big-endian; so is what is built for it here.
type filterVM struct {
	vm   *bpf.VM
	info *arch.Info
}

func newFilterVM(t *testing.T) filterVM {
	t.Helper()
	raw, err := seccompFilter()
	if err != nil {
		t.Fatal(err)
	}
	if len(raw) > 4096 {
		t.Errorf("%d instructions are above the kernel's limit", len(raw))
	}
	prog, all := bpf.Disassemble(raw)
	if !all {
		t.Fatal("the filter can't be disassembled")
	}
	vm, err := bpf.NewVM(prog)
	if err != nil {
		t.Fatal(err)
	}
	info, err := arch.GetInfo("")
	if err != nil {
		t.Fatal(err)
	}
	return filterVM{vm, info}
}

func (f filterVM) run(t *testing.T, archID, number uint32, args ...uint64) seccomp.Action {
	t.Helper()
	data := make([]byte, 64)
	binary.BigEndian.PutUint32(data[0:], number)
	binary.BigEndian.PutUint32(data[4:], archID)
	for i, a := range args {
		binary.BigEndian.PutUint32(data[16+8*i:], uint32(a))
		binary.BigEndian.PutUint32(data[20+8*i:], uint32(a>>32))
	}
	n, err := f.vm.Run(data)
	if err != nil {
		t.Fatal(err)
	}
	return seccomp.Action(n)
}

func (f filterVM) call(t *testing.T, name string, args ...uint64) seccomp.Action {
	t.Helper()
	number, ok := f.info.SyscallNames[name]
	if !ok {
		t.Skipf("%s has no system call %s", f.info.Name, name)
	}
	return f.run(t, uint32(f.info.ID), uint32(number), args...)
}

// TestFilterList holds every known number against the lists.
func TestFilterList(t *testing.T) {
	f := newFilterVM(t)
	allowed := map[string]bool{}
	for _, group := range allowedSyscalls {
		for _, name := range group {
			if allowed[name] {
				t.Errorf("%s is listed twice", name)
			}
			allowed[name] = true
		}
	}
	otherwise := map[string]seccomp.Action{}
	for _, c := range conditionalSyscalls {
		otherwise[c.name] = c.otherwise
		if allowed[c.name] {
			t.Errorf("%s is allowed whatever its conditions", c.name)
		}
	}
	if f.info.ID == arch.X86_64.ID {
		for name := range allowed {
			if _, ok := f.info.SyscallNames[name]; !ok {
				t.Errorf("%s is not a system call", name)
			}
		}
	}
	for number := uint32(0); number < 1200; number++ {
		name := f.info.SyscallNumbers[int(number)]
		const none = 0x7e060877 // no condition allows this argument
		got := f.run(t, uint32(f.info.ID), number, none, none, none, none)
		want := answerENOSYS
		if allowed[name] {
			want = seccomp.ActionAllow
		} else if o, ok := otherwise[name]; ok {
			want = o
		}
		if got != want {
			t.Errorf("%d %s: got %#x, want %#x", number, name, uint32(got), uint32(want))
		}
	}
}

// TestFilterArguments: whatever the arguments, a conditional call gets the
// answer that the condition written in Go gives.
func TestFilterArguments(t *testing.T) {
	f := newFilterVM(t)
	rng := rand.New(rand.NewPCG(1, 2))
	// Numbers of system calls among the arguments once confused the filter.
	value := func() uint64 {
		switch rng.IntN(5) {
		case 4:
			return uint64(rng.IntN(20)) // families, protocols and commands
		case 0:
			return uint64(rng.IntN(500))
		case 1:
			return 1 << rng.IntN(64)
		case 2:
			return uint64(rng.Uint32())
		}
		return rng.Uint64()
	}
	isFcntl := func(v uint64) bool {
		for _, c := range allowedFcntl {
			if c == v {
				return true
			}
		}
		return false
	}
	tests := map[string]func(a [4]uint64) bool{
		"clone": func(a [4]uint64) bool { return a[0]&namespaceFlags == 0 },
		"socket": func(a [4]uint64) bool {
			inet := a[0] == unix.AF_INET || a[0] == unix.AF_INET6
			return a[0] == unix.AF_UNIX || a[0] == unix.AF_NETLINK && a[2] == unix.NETLINK_ROUTE ||
				inet && (a[2] == 0 || a[2] == unix.IPPROTO_TCP || a[2] == unix.IPPROTO_UDP)
		},
		"socketpair":   func(a [4]uint64) bool { return a[0] == unix.AF_UNIX },
		"personality":  func(a [4]uint64) bool { return a[0] == 0 || a[0] == 0xffffffff },
		"mmap":         func(a [4]uint64) bool { return a[3]&unix.MAP_HUGETLB == 0 },
		"memfd_create": func(a [4]uint64) bool { return a[1]&unix.MFD_HUGETLB == 0 },
		"shmget":       func(a [4]uint64) bool { return a[2]&shmHugeTLB == 0 },
		"fcntl":        func(a [4]uint64) bool { return isFcntl(a[1]) },
	}
	for _, c := range conditionalSyscalls {
		allow := tests[c.name]
		if allow == nil {
			t.Errorf("%s: no test", c.name)
			continue
		}
		allowedOnce := false
		for range 20000 {
			a := [4]uint64{value(), value(), value(), value()}
			want := c.otherwise
			if allow(a) {
				want, allowedOnce = seccomp.ActionAllow, true
			}
			if got := f.call(t, c.name, a[:]...); got != want {
				t.Fatalf("%s%#x: got %#x, want %#x", c.name, a, uint32(got), uint32(want))
			}
		}
		if !allowedOnce {
			t.Errorf("%s: never allowed", c.name)
		}
	}
}

func TestFilterForeign(t *testing.T) {
	f := newFilterVM(t)
	for _, other := range []*arch.Info{arch.I386, arch.X86_64, arch.AARCH64, arch.ARM} {
		if other.ID == f.info.ID {
			continue
		}
		if got := f.run(t, uint32(other.ID), 0); got != seccomp.ActionKillProcess {
			t.Errorf("%s: got %#x", other.Name, uint32(got))
		}
	}
	if f.info.ID != arch.X86_64.ID {
		return
	}
	for _, number := range []uint32{x32Bit, x32Bit | 39, x32Bit | 520, 0xffffffff, 0x80000000} {
		if got := f.run(t, uint32(f.info.ID), number); got != seccomp.ActionKillProcess {
			t.Errorf("number %#x: got %#x", number, uint32(got))
		}
	}
}
