import os
import signal

from attempt import attempt, in_child, read, syscall

attempt("own pid", os.getpid)
attempt("parent", os.getppid)
attempt("processes seen", lambda: sorted(int(n) for n in os.listdir("/proc") if n.isdigit()))
attempt("read init's status", read, "/proc/1/status")
attempt("read init's memory map", read, "/proc/1/maps")
attempt("init's root", os.listdir, "/proc/1/root")
attempt("init's descriptors", os.listdir, "/proc/1/fd")
attempt("signal init", os.kill, 1, 0)
attempt("kill init", os.kill, 1, signal.SIGKILL)
attempt("session leader", lambda: os.getsid(0) == os.getpid())
attempt("ptrace init", syscall, 101, 16, 1, 0, 0)  # PTRACE_ATTACH
attempt("ptrace a child", lambda: in_child(syscall, 101, 0, 0, 0, 0))  # PTRACE_TRACEME
attempt("read init's memory", syscall, 310, 1, 0, 0, 0, 0, 0)  # process_vm_readv
attempt("write init's memory", syscall, 311, 1, 0, 0, 0, 0, 0)
attempt("take init's descriptor", syscall, 438, 0, 0, 0)  # pidfd_getfd
attempt("compare processes", syscall, 312, 1, 2, 0, 0, 0)  # kcmp
attempt("real-time scheduling", os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
attempt("raise priority", os.setpriority, os.PRIO_PROCESS, 0, -5)


def status(key):
    for line in read("/proc/self/status").splitlines():
        if line.startswith(key + ":"):
            return line.split(":", 1)[1].strip()


for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Groups"):
    attempt(key, status, key)
attempt("ids alike", lambda: len(set(os.getresuid())) == 1 and os.getresuid() == os.getresgid())
attempt("become root", os.setuid, 0)
attempt("become the neighbour", os.setuid, os.getuid() + 1)
attempt("become root's group", os.setgid, 0)
attempt("add a group", os.setgroups, [0])
attempt("setuid program", lambda: in_child(
    os.execv, "/usr/bin/python3", ["python3", "-I", "-c", "import os; os._exit(os.geteuid() == 0)"]))
