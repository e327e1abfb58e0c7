"""What a zygote does before it is forked: whatever a script call does anyway and that
takes time once only. No caller's data are there."""

import os
import sys


def serve():
    """Returns in each satellite."""
    sys.path.insert(0, os.environ["TDS_LAUNCHPAD_ZYGOTE"])
    import tds_zygote

    del sys.path[0]
    tds_zygote.serve(_usual_code, _rehearsal)


def _usual_code():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # and remembers none: the script is to see its own
        _script("total = sum(range(3))\n1 / 0")
        if "pandas" in sys.modules:  # it may be off the list
            _analysis(_data())


def _rehearsal():
    """What every call does, in a satellite that waits for one."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _script("total = sum(range(3))")
        if "pandas" in sys.modules:
            _data()


def _script(text):
    from . import script

    code = script.compile_script(text)
    try:
        script.run(code, {})
    except script.ScriptError:
        pass
    import linecache

    linecache.clearcache()


def _data():
    """One row in and out, of every kind. Returns it as a data frame."""
    import socket
    import struct

    from . import inputs, outputs, wire

    numbers = ((wire.INT32, "<i"), (wire.INT64, "<q"), (wire.FLOAT64, "<d"), (wire.TICKS, "<q"), (wire.BOOL, "<?"))
    schema = wire.U16.pack(len(numbers) + 1)
    head, buffers = wire.U32.pack(1), b""
    for i, (kind, form) in enumerate(numbers):
        value = struct.pack(form, 1)
        schema += bytes((kind,)) + wire.pack_string(f"c{i}")
        head += wire.COLUMN.pack(wire.FIXED, 0, 0, len(value), 0)
        buffers += value
    schema += bytes((wire.STRING,)) + wire.pack_string("text")
    head += wire.COLUMN.pack(wire.SEPARATED, 0, 0, 2, 0)
    buffers += b"x\0"
    proxy, satellite = socket.socketpair()
    with proxy, satellite:
        there, here = wire.Wire(proxy.fileno()), wire.Wire(satellite.fileno())
        there.send(wire.SCHEMA, schema)
        there.send(wire.FRAME, head, buffers)
        there.send(wire.END_OF_INPUT)
        frame = inputs.receive(here)
        outputs.send(here, frame, "OutputDataSet")
    return frame


def _analysis(frame):
    import socket

    import numpy
    import pandas

    from . import outputs, values, wire

    frame["made"] = frame["c0"] * 2 + numpy.arange(1)
    frame["nullable"] = pandas.array([1], "Int64")
    there, here = socket.socketpair()
    with there, here:
        outputs.send(wire.Wire(here.fileno()), frame, "OutputDataSet")
    for value in (None, True, 1, 1.5, "x", b"x"):
        values.pack(value, "")
    str(frame), frame.describe(), frame.groupby("c0").sum(numeric_only=True)
