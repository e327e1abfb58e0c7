package sandbox

import (
	"fmt"

	"github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"
)

// What a refused call answers. ENOSYS makes libc and runtimes fall back to
// something older (clone3 to clone); EAFNOSUPPORT is what a kernel without the
// address family would say; EPERM is for what no fallback exists.
const (
	answerENOSYS       = seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)
	answerEPERM        = seccomp.ActionErrno | seccomp.Action(unix.EPERM)
	answerEAFNOSUPPORT = seccomp.ActionErrno | seccomp.Action(unix.EAFNOSUPPORT)
)

// namespaceFlags are clone's flags that make namespaces.
const namespaceFlags = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

// x32Bit marks a system call of the x32 interface on amd64.
const x32Bit = 0x40000000

// seccompFilter assembles the allow-list of syscalls.go. The assembler's own
// answer to a foreign architecture is its default action, so what must be
// killed is killed before its program begins.
func seccompFilter() ([]bpf.RawInstruction, error) {
	info, err := arch.GetInfo("")
	if err != nil {
		return nil, fmt.Errorf("seccomp: %w", err)
	}
	policy := seccompPolicy(func(name string) bool { _, ok := info.SyscallNames[name]; return ok })
	list, err := policy.Assemble()
	if err != nil {
		return nil, fmt.Errorf("seccomp: %w", err)
	}
	// Only actions without an errno are names the assembler knows as a
	// default; its last instruction is that default.
	last := len(list) - 1
	if ret, ok := list[last].(bpf.RetConstant); !ok || ret.Val&^0xffff != uint32(seccomp.ActionErrno) {
		return nil, fmt.Errorf("seccomp: the assembler ends with %v, not with the default action", list[last])
	}
	list[last] = bpf.RetConstant{Val: uint32(answerENOSYS)}

	const archOffset, numberOffset = 4, 0 // in struct seccomp_data
	head := []bpf.Instruction{
		bpf.LoadAbsolute{Off: archOffset, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(info.ID), SkipTrue: 1},
		bpf.RetConstant{Val: uint32(seccomp.ActionKillProcess)},
	}
	if info.ID == arch.X86_64.ID {
		head = append(head,
			bpf.LoadAbsolute{Off: numberOffset, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: x32Bit, SkipFalse: 1},
			bpf.RetConstant{Val: uint32(seccomp.ActionKillProcess)})
	}
	return bpf.Assemble(append(head, list...))
}

// seccompPolicy is the list as the assembler wants it. Groups are tried in
// order and a name stands in one of them only; known tells which names this
// architecture has (arm64 lacks open, fork and other old ones).
func seccompPolicy(known func(string) bool) *seccomp.Policy {
	allow := seccomp.SyscallGroup{Action: seccomp.ActionAllow}
	for _, group := range allowedSyscalls {
		for _, name := range group {
			if known(name) {
				allow.Names = append(allow.Names, name)
			}
		}
	}
	when := func(name string, conditions ...seccomp.Condition) {
		if known(name) {
			allow.NamesWithCondtions = append(allow.NamesWithCondtions,
				seccomp.NameWithConditions{Name: name, Conditions: conditions})
		}
	}
	arg := func(n uint32, op seccomp.Operation, v uint64) seccomp.Condition {
		return seccomp.Condition{Argument: n, Operation: op, Value: v}
	}
	when("clone", arg(0, seccomp.BitsNotSet, namespaceFlags))
	for _, family := range []uint64{unix.AF_UNIX, unix.AF_INET, unix.AF_INET6} {
		when("socket", arg(0, seccomp.Equal, family))
	}
	when("socket", arg(0, seccomp.Equal, unix.AF_NETLINK), arg(2, seccomp.Equal, unix.NETLINK_ROUTE))
	when("socketpair", arg(0, seccomp.Equal, unix.AF_UNIX))
	// Only asking and the default; others turn address randomisation off.
	when("personality", arg(0, seccomp.Equal, 0))
	when("personality", arg(0, seccomp.Equal, 0xffffffff))
	// Every command but leases and directory notification, which reach
	// through inodes shared between boxes.
	for _, cmd := range allowedFcntl {
		when("fcntl", arg(1, seccomp.Equal, cmd))
	}

	deny := func(action seccomp.Action, names ...string) seccomp.SyscallGroup {
		g := seccomp.SyscallGroup{Action: action}
		for _, name := range names {
			if known(name) {
				g.Names = append(g.Names, name)
			}
		}
		return g
	}
	return &seccomp.Policy{
		DefaultAction: seccomp.ActionErrno,
		Syscalls: []seccomp.SyscallGroup{
			allow,
			// Known calls with arguments that are not for satellites.
			deny(answerEAFNOSUPPORT, "socket", "socketpair"),
			deny(answerEPERM, "clone", "personality", "fcntl"),
		},
	}
}
