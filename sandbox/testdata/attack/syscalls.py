import ctypes
import mmap
import os

from attempt import attempt, in_child, syscall

AMD64 = {
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "swapon": 167, "reboot": 169, "sethostname": 170,
    "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176, "quotactl": 179, "acct": 163,
    "settimeofday": 164, "adjtimex": 159, "ptrace": 101, "syslog": 103, "lookup_dcookie": 212, "modify_ldt": 154,
    "add_key": 248, "request_key": 249, "keyctl": 250, "mbind_pages": 279, "unshare": 272, "setns": 308,
    "perf_event_open": 298, "fanotify_init": 300, "inotify_init1": 294, "inotify_init": 253, "flock": 73,
    "sync": 162, "syncfs": 306, "name_to_handle_at": 303, "open_by_handle_at": 304, "process_vm_readv": 310, "process_vm_writev": 311,
    "finit_module": 313, "kexec_load": 246, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsmount": 432, "clone3": 435, "mount_setattr": 442, "pidfd_getfd": 438, "process_madvise": 440,
    "landlock_create_ruleset": 444, "memfd_secret": 447, "seccomp": 317, "clock_settime": 227, "vhangup": 153,
    "uselib": 134, "sysfs": 139, "personality_set": 0, "mq_open": 240, "unknown": 9999, "migrate_pages": 256,
}
AMD64.pop("mbind_pages"), AMD64.pop("personality_set")
for name, number in AMD64.items():
    attempt(name, syscall, number, 0, 0, 0, 0, 0, 0)

CLONE = 56
for name, flag in {"user": 0x10000000, "pid": 0x20000000, "net": 0x40000000, "mount": 0x20000,
                   "ipc": 0x8000000, "uts": 0x4000000, "cgroup": 0x2000000}.items():
    attempt("clone " + name, lambda: in_child(syscall, CLONE, flag | 17, 0, 0, 0, 0))
attempt("personality", syscall, 135, 0x40000)  # ADDR_NO_RANDOMIZE
attempt("personality query", lambda: syscall(135, 0xffffffff))
fd = os.open("/tmp/leased", os.O_RDWR | os.O_CREAT)
attempt("lease", syscall, 72, fd, 1024, 1)  # fcntl F_SETLEASE
attempt("directory notification", syscall, 72, os.open("/usr", os.O_RDONLY), 1026, 1)  # F_NOTIFY
attempt("record lock on own file", lambda: __import__("fcntl").lockf(fd, 2))
attempt("record lock on a shared file",
        lambda: __import__("fcntl").lockf(os.open("/usr/bin/python3", os.O_RDONLY), 2))

HUGE = 0x40000  # MAP_HUGETLB
attempt("huge pages mmap", lambda: mmap.mmap(-1, 2 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | HUGE) and None)
attempt("huge pages memfd", lambda: os.memfd_create("huge", os.MFD_HUGETLB) and None)
attempt("huge pages shm", syscall, 29, 0, 2 << 20, 0o4600)

attempt("x32 getpid", lambda: in_child(syscall, 0x40000000 | 39))
attempt("x32 execve", lambda: in_child(syscall, 0x40000000 | 520))


def int80():
    """mov eax, 20 (getpid); int 0x80; ret"""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3")
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()


attempt("i386 getpid", lambda: in_child(int80))

# What must go on working.
attempt("thread", lambda: __import__("threading").Thread(target=lambda: None).start())
attempt("subprocess", lambda: __import__("subprocess").run(["/bin/sh", "-c", "exit 3"]).returncode)
attempt("multiprocessing", lambda: __import__("multiprocessing").Pool(2).map(abs, [-1, -2]))
attempt("sqlite", lambda: __import__("sqlite3").connect("/tmp/db").execute("create table t(a)").rowcount)
attempt("temporary file", lambda: __import__("tempfile").NamedTemporaryFile().write(b"x"))
attempt("random", lambda: len(os.urandom(8)))
