"""The trusted half of a warmed interpreter: no user code ever runs in this process.

A language's program calls serve() first thing if the launcher has started it as a
zygote. It imports what is configured, then waits. For each satellite the library forks
a child and confines it; the child waits until a call takes it over. Only then and there
does serve() return, and the program goes on as if it had been started there.
"""

import ctypes
import gc
import importlib
import os
import sys

# Records, as in native/confine.h.
WARM, MISSING, UNFIT, PLACE = b"WNFD"


def serve(warm=None, rehearse=None):
    """Returns in a confined satellite. warm runs usual code, once, before any fork. rehearse
    runs what every call does, in a child that is to wait: what it touches of the memory shared with
    the zygote must be mapped or copied page by page, and that has been done then when the
    call comes."""
    gc.disable()  # importing makes much and drops little
    library = ctypes.PyDLL(os.path.dirname(__file__) + "/confine.so")  # keeps the interpreter's lock
    library.zygote_environment.restype = ctypes.c_void_p
    library.zygote_wait.restype = None
    before, in_zygote, in_child = (
        getattr(ctypes.pythonapi, name)
        for name in ("PyOS_BeforeFork", "PyOS_AfterFork_Parent", "PyOS_AfterFork_Child")
    )
    before.restype = in_zygote.restype = in_child.restype = None
    if library.zygote_begin() != 0:
        _give_up(library, "the kernel has no /proc/sys/kernel/ns_last_pid (CONFIG_CHECKPOINT_RESTORE)")
    for place in sys.path:
        library.zygote_report(PLACE, 0, os.fsencode(place))
    imported = _import(library, os.environ.pop("TDS_LAUNCHPAD_PRELOAD").split(","))
    if warm:
        warm()
    _renew_randomness()  # a first time takes long
    why = ctypes.create_string_buffer(400)
    if library.zygote_check(why, len(why)) != 0:
        _give_up(library, "it must not be forked: " + why.value.decode("utf-8", "replace").strip())
    gc.collect()
    gc.freeze()  # or the first collection in a child would copy everything
    library.zygote_report(WARM, os.getpid(), ", ".join(imported).encode())
    while library.zygote_next():
        before()
        if library.zygote_fork() == 0:
            in_child()
            _renew()
            if rehearse and library.zygote_rehearses():
                rehearse()
            library.zygote_wait()
            _take_environment(library)
            gc.enable()
            return
        in_zygote()
    os._exit(0)


def _give_up(library, why):
    library.zygote_report(UNFIT, 0, why.encode("utf-8", "replace"))
    os._exit(1)


def _import(library, names):
    imported = []
    for name in filter(None, names):
        try:
            module = importlib.import_module(name)
        except BaseException as error:
            library.zygote_report(MISSING, 0, f"{name}: {type(error).__name__}: {error}".encode("utf-8", "replace"))
        else:
            version = getattr(module, "__version__", "")
            imported.append(f"{name} {version}".rstrip())
    try:
        import ssl  # noqa: F401  its random numbers are renewed below, whoever uses them
    except ImportError:
        pass
    return imported


def _renew():
    """Makes the child's own what an interpreter has from its start or its first use."""
    _renew_randomness()
    loaded = sys.modules.get
    if threading := loaded("threading"):
        threading.main_thread()._set_native_id()  # Python's own fork forgets it
    if tempfile := loaded("tempfile"):
        tempfile.tempdir = tempfile._name_sequence = None
    if uuid := loaded("uuid"):
        uuid._node = uuid._last_timestamp = None
    if process := loaded("multiprocessing.process"):
        process.current_process().authkey = os.urandom(32)


def _take_environment(library):
    size = ctypes.c_size_t()
    data = ctypes.string_at(library.zygote_environment(ctypes.byref(size)), size.value)
    variables = dict(v.split(b"=", 1) for v in data.split(b"\0") if v)
    import posix

    for mapping in (os.environ._data, posix.environ):
        mapping.clear()
        mapping.update(variables)


def _renew_randomness():
    """OpenSSL notices a fork by the process's number, which differs from the zygote's:
    it is asked at once, so that what it remembers is the satellite's number, and fed."""
    loaded = sys.modules.get
    if ssl := loaded("ssl"):
        ssl.RAND_add(os.urandom(32), 32.0)
        ssl.RAND_bytes(1)
    if random := loaded("random"):
        random.seed()
    if numpy := loaded("numpy.random"):
        numpy.seed()
