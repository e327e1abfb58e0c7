"""The satellite program: what runs inside a box for one Python script call.

Started as `python3 -I -B main.py` with the data socket as file descriptor 3.
The protocol is described in executor/doc.go. This file only makes the package
beside it importable, and leaves no trace of that for the script to see.
"""

import sys

if __name__ == "__main__":
    sys.path.insert(0, __file__.rpartition("/")[0] or ".")
    from tds_satellite import session

    del sys.path[0]
    session.main(3)
