"""The satellite program: what runs inside a box for one Python script call.

Started as `python3 -I -B main.py` with the data socket as file descriptor 3.
The protocol is described in executor/doc.go. This file only makes the package
beside it importable, and leaves no trace of that for the script to see.

Started as a zygote (sandbox.ZygoteVariable) it warms up first; then it goes on
in each satellite that is forked from there.
"""

import os
import sys

if __name__ == "__main__":
    sys.path.insert(0, __file__.rpartition("/")[0] or ".")
    from tds_satellite import session

    if "TDS_LAUNCHPAD_ZYGOTE" in os.environ:
        from tds_satellite import warm
    del sys.path[0]
    if "TDS_LAUNCHPAD_ZYGOTE" in os.environ:
        warm.serve()
    session.main(3)
