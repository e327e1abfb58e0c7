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
// address family would say, ENOMEM one without huge pages; EPERM is for what no fallback exists.
const (
	answerENOSYS       = seccomp.ActionErrno | seccomp.Action(unix.ENOSYS)
	answerENOMEM       = seccomp.ActionErrno | seccomp.Action(unix.ENOMEM)
	answerEPERM        = seccomp.ActionErrno | seccomp.Action(unix.EPERM)
	answerEAFNOSUPPORT = seccomp.ActionErrno | seccomp.Action(unix.EAFNOSUPPORT)
)

// Offsets in struct seccomp_data.
const (
	offsetNumber = 0
	offsetArch   = 4
)

// x32Bit marks a system call of the x32 interface on amd64.
const x32Bit = 0x40000000

// seccompFilter assembles the filter: foreign architectures are killed, then
// come the calls whose arguments matter, then the list of the others.
//
// The assembler compares system call numbers with what is in the accumulator,
// where a failed argument condition has left that argument; so each
// conditional call is a program of its own that is entered for this call only
// and always decides it.
func seccompFilter() ([]bpf.RawInstruction, error) {
	info, err := arch.GetInfo("")
	if err != nil {
		return nil, fmt.Errorf("seccomp: %w", err)
	}
	known := func(name string) bool { _, ok := info.SyscallNames[name]; return ok }
	prog := []bpf.Instruction{
		bpf.LoadAbsolute{Off: offsetArch, Size: 4},
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(info.ID), SkipTrue: 1},
		bpf.RetConstant{Val: uint32(seccomp.ActionKillProcess)},
		bpf.LoadAbsolute{Off: offsetNumber, Size: 4},
	}
	if info.ID == arch.X86_64.ID {
		prog = append(prog,
			bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: x32Bit, SkipFalse: 1},
			bpf.RetConstant{Val: uint32(seccomp.ActionKillProcess)})
	}
	for _, c := range conditionalSyscalls {
		if !known(c.name) {
			continue
		}
		group := seccomp.SyscallGroup{Action: seccomp.ActionAllow}
		for _, conditions := range c.allow {
			group.NamesWithCondtions = append(group.NamesWithCondtions,
				seccomp.NameWithConditions{Name: c.name, Conditions: conditions})
		}
		part, err := assemble(group, c.otherwise)
		if err != nil {
			return nil, err
		}
		prog = append(prog,
			bpf.LoadAbsolute{Off: offsetNumber, Size: 4},
			bpf.JumpIf{Cond: bpf.JumpEqual, Val: uint32(info.SyscallNames[c.name]), SkipTrue: 1},
			bpf.Jump{Skip: uint32(len(part))})
		prog = append(prog, part...)
	}
	all := seccomp.SyscallGroup{Action: seccomp.ActionAllow}
	for _, group := range allowedSyscalls {
		for _, name := range group {
			if known(name) { // arm64 lacks open, fork and other old ones
				all.Names = append(all.Names, name)
			}
		}
	}
	part, err := assemble(all, answerENOSYS)
	if err != nil {
		return nil, err
	}
	return bpf.Assemble(append(prog, part...))
}

// assemble assembles one group with what is to happen otherwise. The assembler
// takes only bare actions as a default, so its last instruction is replaced.
func assemble(group seccomp.SyscallGroup, otherwise seccomp.Action) ([]bpf.Instruction, error) {
	policy := seccomp.Policy{DefaultAction: seccomp.ActionErrno, Syscalls: []seccomp.SyscallGroup{group}}
	list, err := policy.Assemble()
	if err != nil {
		return nil, fmt.Errorf("seccomp: %w", err)
	}
	last := len(list) - 1
	if ret, ok := list[last].(bpf.RetConstant); !ok || ret.Val&^0xffff != uint32(seccomp.ActionErrno) {
		return nil, fmt.Errorf("seccomp: the assembler ends with %v, not with the default action", list[last])
	}
	list[last] = bpf.RetConstant{Val: uint32(otherwise)}
	return list, nil
}
