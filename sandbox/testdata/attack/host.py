"""Leaves in its box whatever a neighbour might find, and stays."""
import ctypes
import os
import socket
import sys

libc = ctypes.CDLL(None)
tcp = socket.socket()
tcp.bind(("127.0.0.1", 5000))
tcp.listen()
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\0neighbour")
abstract.listen()
named = socket.socket(socket.AF_UNIX)
named.bind("/tmp/neighbour")
named.listen()
libc.shmget(4711, 4096, 0o1666)
libc.semget(4711, 1, 0o1666)
libc.msgget(4711, 0o1666)
for d in (".", "/tmp", "/dev/shm"):
    with open(d + "/secret", "w") as f:
        f.write("secret")
    os.chmod(d + "/secret", 0o666)
os.chmod(".", 0o777)
print(os.getcwd(), flush=True)
os.read(3, 1)
