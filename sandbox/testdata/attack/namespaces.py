import json
import os
import socket

from attempt import attempt, libc, read

for name in ("pid", "mnt", "net", "ipc", "uts", "cgroup", "user"):
    attempt(name, os.readlink, "/proc/self/ns/" + name)
attempt("host name", socket.gethostname)
attempt("cgroup path", lambda: sorted({l.split(":", 2)[2] for l in read("/proc/self/cgroup").split()}))
attempt("uid map", lambda: read("/proc/self/uid_map").split())
attempt("shared memory of others", lambda: read("/proc/sysvipc/shm").count("\n"))
attempt("make shared memory", lambda: libc.shmget(4711, 4096, 0o1666 | 0o1000) >= 0)
attempt("host's shared memory", lambda: os.listdir("/dev/shm"))
