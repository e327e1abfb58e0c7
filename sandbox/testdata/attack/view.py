"""What a script sees of itself and its surroundings. Said in the same words
however the interpreter was started."""
import gc
import locale
import multiprocessing
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from attempt import attempt, in_child, read


def anonymous(text):
    """Without what is another's in each call."""
    text = re.sub(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", "GUID", text)
    return re.sub(r"INSTANCE\d+", "ACCOUNT", text)


def status():
    """But for sizes, counts, and what depends on the moment."""
    varying = ("Vm", "Rss", "Hugetlb", "voluntary", "nonvoluntary", "Sig", "Cpus", "Mems", "FDSize", "Threads", "Uid", "Gid", "Speculation", "Thp", "Umask", "x86_Thread", "untag")
    lines = [l for l in read("/proc/self/status").splitlines() if not l.startswith(varying)]
    return " ".join("\n".join(lines).split())


def mounts():
    return [re.sub(r"(uid|gid)=\d+", r"\1", anonymous(" ".join(l.split()[4:6] + l.split(" - ")[1].split()[:1] + l.split(" - ")[1].split()[2:])))
            for l in read("/proc/self/mountinfo").splitlines()]


def signals():
    return [(s.name, str(signal.getsignal(s))[:40].split(" at ")[0]) for s in signal.valid_signals() if isinstance(s, signal.Signals)]


def handled():
    got = []
    before = signal.signal(signal.SIGUSR1, lambda n, frame: got.append(n))
    os.kill(os.getpid(), signal.SIGUSR1)
    time.sleep(0)
    signal.signal(signal.SIGUSR1, before)
    return got


def thread():
    got = []
    t = threading.Thread(target=lambda: got.append(threading.get_native_id() != os.getpid()))
    t.start()
    t.join()
    return got, threading.active_count(), threading.main_thread().native_id == os.getpid(), threading.current_thread() is threading.main_thread()


def child():
    pid = os.fork()
    if pid == 0:
        os._exit(os.getppid() + 5)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def pool(method):
    with multiprocessing.get_context(method).Pool(1) as p:
        return p.map(abs, [-1, 2])


def error():
    try:
        1 / 0
    except ZeroDivisionError:
        return traceback.format_exc()


def shared_libraries_named():
    return all(line.split(None, 5)[5].startswith(("/usr/", "/run/zygote/", "[")) for line in read("/proc/self/maps").splitlines() if len(line.split(None, 5)) > 5)


attempt("argv", lambda: (sys.argv, sys.orig_argv[:3], sys.executable, sys.flags, sys.path))
attempt("command line", lambda: read("/proc/self/cmdline").split("\0")[:3])
attempt("directory", lambda: anonymous(os.getcwd()))
attempt("environment", lambda: sorted(anonymous(str(i)) for i in os.environ.items()))
attempt("environment in bytes", lambda: len(os.environb) == len(os.environ))
attempt("environment as the kernel shows it", lambda: sorted(anonymous(read("/proc/self/environ")).split("\0")))
attempt("environment of a child", lambda: sorted(anonymous(subprocess.check_output(["/usr/bin/env"], text=True)).split("\n")))
attempt("set a variable", lambda: (os.environ.__setitem__("A", "b"), subprocess.check_output(["/bin/sh", "-c", "echo $A"])))
attempt("main", lambda: sorted(n for n in vars(sys.modules["__main__"]) if n not in ("view",)))
attempt("locale", lambda: (locale.setlocale(locale.LC_ALL), sys.getfilesystemencoding(), sys.stdout.encoding, sys.stdout.line_buffering))
attempt("streams", lambda: [(f.name, f.mode, f.encoding, f.errors, f.fileno()) for f in (sys.stdin, sys.stdout, sys.stderr)])
attempt("limits", lambda: anonymous(read("/proc/self/limits")))
attempt("status", status)
attempt("mounts", mounts)
attempt("cgroups", read, "/proc/self/cgroup")
attempt("score", read, "/proc/self/oom_score_adj")
attempt("numbers", lambda: (os.getpid(), os.getppid(), os.getsid(0), os.getpgid(0)))
attempt("signals", signals)
attempt("pending", signal.sigpending)
attempt("mask", lambda: signal.pthread_sigmask(signal.SIG_BLOCK, []))
attempt("handler", handled)
attempt("thread", thread)
attempt("fork", child)
attempt("pool", pool, "fork")
attempt("subprocess", lambda: subprocess.run([sys.executable, "-I", "-c", "import sys; sys.exit(3)"]).returncode)
attempt("own program again", lambda: in_child(os.execv, "/proc/self/exe", ["python3", "-I", "-c", "pass"]))
attempt("own program's name", os.readlink, "/proc/self/exe")
attempt("own files of /proc", lambda: {n: os.access("/proc/self/" + n, os.R_OK) for n in ("environ", "maps", "mem", "auxv", "fd", "io", "stack", "smaps")})
attempt("names in the memory map", shared_libraries_named)
attempt("collector", lambda: (gc.isenabled(), gc.get_threshold()))
attempt("traceback", error)
attempt("temporary", lambda: (tempfile.gettempdir(), os.stat(tempfile.gettempdir()).st_mode))
attempt("umask", lambda: oct(os.umask(0o77)))
attempt("priority", lambda: (os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0), len(os.sched_getaffinity(0)) == os.cpu_count()))
attempt("core", lambda: resource.getrlimit(resource.RLIMIT_CORE))
attempt("processor", lambda: os.sched_setaffinity(0, {0}) or in_child(lambda: os._exit(__import__("ctypes").CDLL(None).sched_getcpu())))
attempt("account", lambda: anonymous(str(__import__("pwd").getpwuid(os.getuid())[0])))
