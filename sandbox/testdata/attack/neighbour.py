import os
import socket

from attempt import attempt, libc


def connect(family, address):
    s = socket.socket(family)
    s.settimeout(5)
    s.connect(address)


def get(f, *args):
    return f(*args) >= 0


attempt("its port", connect, socket.AF_INET, ("127.0.0.1", 5000))
attempt("its abstract socket", connect, socket.AF_UNIX, "\0neighbour")
attempt("its socket", connect, socket.AF_UNIX, "/tmp/neighbour")
attempt("its shared memory", get, libc.shmget, 4711, 4096, 0)
attempt("its semaphore", get, libc.semget, 4711, 1, 0)
attempt("its queue", get, libc.msgget, 4711, 0)
for d in (".", "/tmp", "/dev/shm"):
    attempt("its file in " + d, os.stat, d + "/secret")
attempt("its folder", lambda: len(os.listdir("..")))
attempt("processes", lambda: [n for n in os.listdir("/proc") if n.isdigit()])
attempt("signal it", lambda: os.kill(3, 0))
