import os
import socket
import sys

from attempt import attempt, read

port, abstract = int(sys.argv[1]), sys.argv[2]


def connect(family, address):
    s = socket.socket(family, socket.SOCK_STREAM)
    s.settimeout(5)
    s.connect(address)


def own_loopback(family, host):
    server = socket.socket(family)
    server.bind((host, 0))
    server.listen()
    client = socket.create_connection(server.getsockname()[:2], 5)
    client.sendall(b"x")
    return server.accept()[0].recv(1).decode()


attempt("interfaces", lambda: [n for _, n in socket.if_nameindex()])
attempt("routes", lambda: read("/proc/net/route").count("\n"))
attempt("outside", connect, socket.AF_INET, ("192.0.2.1", 80))
attempt("outside v6", connect, socket.AF_INET6, ("2001:db8::1", 80))
attempt("name server", connect, socket.AF_INET, ("8.8.8.8", 53))
attempt("host's loopback", connect, socket.AF_INET, ("127.0.0.1", port))
attempt("host's abstract socket", connect, socket.AF_UNIX, "\0" + abstract)
attempt("sockets seen", lambda: read("/proc/net/unix").count(abstract))
attempt("own loopback", own_loopback, socket.AF_INET, "127.0.0.1")
attempt("own loopback v6", own_loopback, socket.AF_INET6, "::1")
attempt("own socket pair", lambda: len(socket.socketpair()))
attempt("low port", lambda: socket.socket().bind(("127.0.0.1", 80)))
for name, args in {
    "vsock": (40, socket.SOCK_STREAM, 0),
    "packet": (socket.AF_PACKET, socket.SOCK_RAW, 3),
    "raw": (socket.AF_INET, socket.SOCK_RAW, 1),
    "sctp": (socket.AF_INET, socket.SOCK_STREAM, 132),
    "dccp": (socket.AF_INET, 6, 33),
    "l2tp": (socket.AF_INET, socket.SOCK_DGRAM, 115),
    "mptcp": (socket.AF_INET, socket.SOCK_STREAM, 262),
    "udplite": (socket.AF_INET, socket.SOCK_DGRAM, 136),
    "ping": (socket.AF_INET, socket.SOCK_DGRAM, 1),
    "sctp v6": (socket.AF_INET6, socket.SOCK_STREAM, 132),
    "bluetooth": (31, socket.SOCK_RAW, 1),
    "alg": (38, socket.SOCK_SEQPACKET, 0),
    "can": (29, socket.SOCK_RAW, 1),
    "tipc": (30, socket.SOCK_STREAM, 0),
    "xdp": (44, socket.SOCK_RAW, 0),
    "key": (15, socket.SOCK_RAW, 2),
    "netlink uevent": (socket.AF_NETLINK, socket.SOCK_RAW, 15),
    "netlink audit": (socket.AF_NETLINK, socket.SOCK_RAW, 9),
    "netlink netfilter": (socket.AF_NETLINK, socket.SOCK_RAW, 12),
}.items():
    attempt(name, lambda: socket.socket(*args) and None)
attempt("netlink route", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) and None)


def interface_down():
    import fcntl
    import struct
    fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sh14x", b"lo", 0))  # SIOCSIFFLAGS


attempt("take loopback down", interface_down)
