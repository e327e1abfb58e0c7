package sandbox

import (
	"github.com/elastic/go-seccomp-bpf"
	"golang.org/x/sys/unix"
)

// allowedSyscalls are what a satellite may call whatever the arguments, by
// what they are for. What is in no group, nor in conditionalSyscalls,
// answers ENOSYS: mounting, namespaces, ptrace and process_vm, keyrings, bpf,
// io_uring, userfaultfd, perf, kernel modules, clocks, swap, quotas, chroot,
// reboot, clone3, file handles, fanotify and inotify (they watch inodes shared
// between boxes), flock (it locks them), sync and syncfs (they flush all of the
// host's disks, and nothing of a box is on any), and everything that is not known yet.
var allowedSyscalls = [][]string{
	{ // files
		"read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "preadv2", "pwritev2",
		"open", "openat", "openat2", "creat", "close", "close_range", "lseek", "dup", "dup2", "dup3",
		"stat", "fstat", "lstat", "newfstatat", "statx", "statfs", "fstatfs", "access", "faccessat", "faccessat2",
		"getdents", "getdents64", "getcwd", "chdir", "fchdir", "readlink", "readlinkat",
		"mkdir", "mkdirat", "rmdir", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
		"unlink", "unlinkat", "mknod", "mknodat", "truncate", "ftruncate", "fallocate", "fadvise64", "readahead",
		"chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "umask",
		"utime", "utimes", "utimensat", "futimesat",
		"fsync", "fdatasync", "sync_file_range", "msync",
		"getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
		"setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
		"sendfile", "copy_file_range", "splice", "tee", "vmsplice", "ioctl",
	},
	{ // descriptors that are not files
		"pipe", "pipe2", "poll", "ppoll", "select", "pselect6",
		"epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2",
		"eventfd", "eventfd2", "signalfd", "signalfd4", "timerfd_create", "timerfd_settime", "timerfd_gettime",
		"pidfd_open", "pidfd_send_signal",
	},
	{ // sockets, once made
		"bind", "connect", "listen", "accept", "accept4", "getsockname", "getpeername", "shutdown",
		"sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "setsockopt", "getsockopt",
	},
	{ // memory
		"brk", "munmap", "mremap", "mprotect", "madvise", "mincore", "mlock", "mlock2", "munlock",
		"mlockall", "munlockall", "membarrier", "pkey_alloc", "pkey_free", "pkey_mprotect",
		"get_mempolicy", "set_mempolicy", "mbind",
		"shmat", "shmdt", "shmctl", "semget", "semop", "semtimedop", "semctl",
		"msgget", "msgsnd", "msgrcv", "msgctl",
	},
	{ // processes and threads
		"fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid",
		"getpid", "getppid", "gettid", "getpgrp", "getpgid", "setpgid", "getsid", "setsid",
		"set_tid_address", "set_robust_list", "get_robust_list", "futex", "futex_waitv", "rseq", "arch_prctl", "prctl",
		"sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_setparam",
		"sched_getscheduler", "sched_setscheduler", "sched_getattr", "sched_setattr",
		"sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval",
		"getpriority", "setpriority", "ioprio_get", "getrusage", "getrlimit", "setrlimit", "prlimit64",
		"getcpu", "times", "restart_syscall",
	},
	{ // signals
		"kill", "tkill", "tgkill", "rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigsuspend",
		"rt_sigtimedwait", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "rt_sigreturn", "sigaltstack", "pause",
		"alarm", "getitimer", "setitimer",
	},
	{ // who and where
		"getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups",
		"setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid",
		"capget", "uname", "sysinfo", "getrandom",
	},
	{ // time
		"time", "gettimeofday", "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep",
		"timer_create", "timer_settime", "timer_gettime", "timer_getoverrun", "timer_delete",
	},
}

// fcntl commands that satellites have a use for. F_SETLEASE, F_NOTIFY and
// F_SETOWN_EX and their like are not among them. Record locks are: SQLite
// needs them, and on the shared inodes, which are read-only, they can exclude
// nobody.
var allowedFcntl = []uint64{
	unix.F_DUPFD, unix.F_DUPFD_CLOEXEC, unix.F_GETFD, unix.F_SETFD, unix.F_GETFL, unix.F_SETFL,
	unix.F_GETLK, unix.F_SETLK, unix.F_SETLKW, unix.F_OFD_GETLK, unix.F_OFD_SETLK, unix.F_OFD_SETLKW,
	unix.F_GETOWN, unix.F_SETPIPE_SZ, unix.F_GETPIPE_SZ, unix.F_ADD_SEALS, unix.F_GET_SEALS,
}

// namespaceFlags are clone's flags that make namespaces.
const namespaceFlags = unix.CLONE_NEWNS | unix.CLONE_NEWCGROUP | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC |
	unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWNET

// shmHugeTLB is SHM_HUGETLB of linux/shm.h.
const shmHugeTLB = 0o4000

// conditional is a system call that is allowed if its arguments meet all of
// one of the lists of conditions.
type conditional struct {
	name      string
	allow     []seccomp.ArgumentConditions
	otherwise seccomp.Action
}

// conditionalSyscalls are in no group of allowedSyscalls.
var conditionalSyscalls = []conditional{
	{"clone", []seccomp.ArgumentConditions{{arg(0, seccomp.BitsNotSet, namespaceFlags)}}, answerEPERM},
	// Of the internet protocols only what everybody uses: naming another (SCTP,
	// DCCP, L2TP, MPTCP) has the host load and run its kernel module.
	{"socket", []seccomp.ArgumentConditions{
		{arg(0, seccomp.Equal, unix.AF_UNIX)},
		{arg(0, seccomp.Equal, unix.AF_NETLINK), arg(2, seccomp.Equal, unix.NETLINK_ROUTE)},
		{arg(0, seccomp.Equal, unix.AF_INET), arg(2, seccomp.Equal, unix.IPPROTO_IP)},
		{arg(0, seccomp.Equal, unix.AF_INET), arg(2, seccomp.Equal, unix.IPPROTO_TCP)},
		{arg(0, seccomp.Equal, unix.AF_INET), arg(2, seccomp.Equal, unix.IPPROTO_UDP)},
		{arg(0, seccomp.Equal, unix.AF_INET6), arg(2, seccomp.Equal, unix.IPPROTO_IP)},
		{arg(0, seccomp.Equal, unix.AF_INET6), arg(2, seccomp.Equal, unix.IPPROTO_TCP)},
		{arg(0, seccomp.Equal, unix.AF_INET6), arg(2, seccomp.Equal, unix.IPPROTO_UDP)},
	}, answerEAFNOSUPPORT},
	{"socketpair", []seccomp.ArgumentConditions{{arg(0, seccomp.Equal, unix.AF_UNIX)}}, answerEAFNOSUPPORT},
	// Asking, and the default; others turn address randomisation off.
	{"personality", []seccomp.ArgumentConditions{
		{arg(0, seccomp.Equal, 0)}, {arg(0, seccomp.Equal, 0xffffffff)},
	}, answerEPERM},
	// Not out of the host's pool of huge pages, which no memory limit counts and
	// which is reserved for somebody (the engine, perhaps). Transparent ones are fine.
	{"mmap", []seccomp.ArgumentConditions{{arg(3, seccomp.BitsNotSet, unix.MAP_HUGETLB)}}, answerENOMEM},
	{"memfd_create", []seccomp.ArgumentConditions{{arg(1, seccomp.BitsNotSet, unix.MFD_HUGETLB)}}, answerENOMEM},
	{"shmget", []seccomp.ArgumentConditions{{arg(2, seccomp.BitsNotSet, shmHugeTLB)}}, answerENOMEM},
	// Every command but leases and directory notification, which reach
	// through inodes shared between boxes.
	{"fcntl", anyOf(1, allowedFcntl), answerEPERM},
}

func arg(n uint32, op seccomp.Operation, v uint64) seccomp.Condition {
	return seccomp.Condition{Argument: n, Operation: op, Value: v}
}

func anyOf(n uint32, values []uint64) (list []seccomp.ArgumentConditions) {
	for _, v := range values {
		list = append(list, seccomp.ArgumentConditions{arg(n, seccomp.Equal, v)})
	}
	return list
}
