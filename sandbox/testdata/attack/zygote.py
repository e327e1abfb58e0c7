"""What a satellite could have of the zygote that it was forked from."""
import ctypes
import os
import posix
import re

from attempt import attempt, read, syscall

number, host = map(int, os.read(3, 100).split())


def identifiers():
    """The GUIDs in this process's writable memory."""
    found = set()
    with open("/proc/self/mem", "rb", 0) as mem:
        for line in read("/proc/self/maps").splitlines():
            span, perms = line.split()[:2]
            if not perms.startswith("rw"):
                continue
            first, last = (int(x, 16) for x in span.split("-"))
            mem.seek(first)
            try:
                data = mem.read(last - first)
            except OSError:
                continue
            found.update(re.findall(rb"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}", data))
    return {g.decode() for g in found}


own = set(os.getcwd().split("/")[-2:])
for name, pid in (("by its number in U", number), ("by the host's number", host)):
    attempt("see the zygote " + name, os.stat, "/proc/%d" % pid)
    attempt("signal the zygote " + name, os.kill, pid, 0)
    attempt("kill the zygote " + name, os.kill, pid, 9)
    attempt("trace the zygote " + name, syscall, 101, 16, pid, 0, 0)
    attempt("read the zygote's memory " + name, syscall, 310, pid, 0, 0, 0, 0, 0)
    attempt("hold the zygote " + name, os.pidfd_open, pid)
attempt("wait for a sibling", os.waitpid, -1, 0)
attempt("descriptors", lambda: sorted(int(n) for n in os.listdir("/proc/self/fd"))[:-1])
attempt("variables", lambda: [v for v in list(os.environ) + [k.decode() for k in posix.environ] if v.startswith("TDS_")])
attempt("variables of C", lambda: ctypes.CDLL(None).getenv(b"TDS_LAUNCHPAD_ZYGOTE"))
attempt("the zygote's program", os.stat, "/run/zygote")
attempt("the zygote's program by its map", lambda: os.readlink("/proc/self/map_files/" + next(
    l.split()[0] for l in read("/proc/self/maps").splitlines() if "confine.so" in l)))
found = identifiers()
attempt("earlier calls' identifiers", lambda: sorted(found - own))
attempt("own identifiers", lambda: own <= found)

# The library's functions are there to be called; the process has no rights for them.
attempt("enter a namespace", syscall, 308, os.open("/proc/self/ns/mnt", os.O_RDONLY), 0)
attempt("unshare", syscall, 272, 0x20000)
