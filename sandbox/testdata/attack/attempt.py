"""What attacks share: outcomes by name, printed as JSON at the end.

An outcome is the name of the errno, "signal N" for a child that was killed,
or what the attempt returned ("ok" for None).
"""
import atexit
import ctypes
import errno
import json
import os
import signal
import sys

outcomes = {}
libc = ctypes.CDLL(None, use_errno=True)


def attempt(name, f, *args):
    try:
        r = f(*args)
        outcomes[name] = "ok" if r is None else str(r)
    except OSError as e:
        outcomes[name] = errno.errorcode.get(e.errno, str(e.errno))
    except Exception as e:  # whatever it is, the test shall see it
        outcomes[name] = type(e).__name__ + ": " + str(e)


def syscall(number, *args):
    """A raw system call; None if it succeeded."""
    ctypes.set_errno(0)
    r = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in args])
    if r == -1:
        raise OSError(ctypes.get_errno(), "syscall")
    return None


def in_child(f, *args):
    """Runs f in a child: its exit status or signal."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)
        try:
            f(*args)
            os._exit(0)
        except OSError as e:
            os._exit(e.errno)
        except BaseException:
            os._exit(255)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return "signal %d" % os.WTERMSIG(status)
    code = os.WEXITSTATUS(status)
    return "ok" if code == 0 else errno.errorcode.get(code, str(code))


def read(path):
    with open(path, "rb") as f:
        return f.read(1 << 16).decode("latin-1")


def write(path, text="x"):
    with open(path, "w") as f:
        f.write(text)


@atexit.register
def report():
    json.dump(outcomes, sys.stdout)
    sys.stdout.flush()
