"""The way back to the engine: what the helper modules for scripts know of their call.

The modules in helpers/ can be imported by scripts, though the directory of this package is
not on sys.path. They come last: an installed module of the same name goes before.
"""

import importlib.machinery
import os
import sys

HELPERS = ("revoscalepy", "tds_launchpad")

# Set by use(); this module is in the zygote too, where no call is.
_call = None


class Call:
    """What a call was told."""

    def __init__(self, address, token, database, folder):
        self.host, _, port = address.rpartition(":")
        self.host = self.host.strip("[]")
        self.port = int(port)
        self.token = token
        self.database = database
        self.certificate = folder + "/sqlsatellitecert.pem"
        self.key = folder + "/sqlsatellitekey.pem"


class _Finder:
    """Finds the helper modules."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if path is not None or name not in HELPERS:
            return None
        file = f"{__file__.rpartition('/')[0]}/helpers/{name}.py"
        loader = importlib.machinery.SourceFileLoader(name, file)
        return importlib.machinery.ModuleSpec(name, loader, origin=file)


def use(address, token, database):
    """Begins a call. Without an address there is no loopback."""
    global _call
    if address:
        # The launchpad's folder; the script may change its working directory later.
        _call = Call(address, token, database, os.path.dirname(os.getcwd()))
    sys.meta_path.append(_Finder)


def call():
    """The call that runs, for the helpers."""
    if _call is None:
        raise RuntimeError("there is no loopback connection to the database engine in this call")
    return _call
