"""What a zygote does before it is forked: whatever a script call does anyway and that
takes time once only. No caller's data are there."""

import os
import sys


def serve():
    """Returns in each satellite."""
    sys.path.insert(0, os.environ["TDS_LAUNCHPAD_ZYGOTE"])
    import tds_zygote

    del sys.path[0]
    tds_zygote.serve(_usual_code, _trivial_call)


def _usual_code():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # and remembers none: the script is to see its own
        _script()
        if "pandas" in sys.modules:  # it may be off the list
            _data()


def _trivial_call():
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _script()
        if "pandas" in sys.modules:
            _row()


def _script():
    from . import script

    code = script.compile_script("total = sum(range(3))\n1 / 0")
    try:
        script.run(code, {})
    except script.ScriptError:
        pass
    import linecache

    linecache.clearcache()


def _data():
    """One row in and out, of every kind, and what scripts usually do with it."""
    import numpy
    import pandas

    frame = _row()
    frame["made"] = frame["c0"] * 2 + numpy.arange(1)
    frame["nullable"] = pandas.array([1], "Int64")
    _send(frame)
    str(frame), frame.describe(), frame.groupby("c0").sum(numeric_only=True)


def _row():
    import struct

    from . import values, wire

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
    for value in (None, True, 1, 1.5, "x", b"x"):
        values.pack(value, "")
    frame = _receive((wire.SCHEMA, schema), (wire.FRAME, head, buffers), (wire.END_OF_INPUT,))
    _send(frame)
    return frame


def _receive(*messages):
    import socket

    from . import inputs, wire

    proxy, satellite = socket.socketpair()
    with proxy, satellite:
        there = wire.Wire(proxy.fileno())
        for message in messages:
            there.send(*message)
        return inputs.receive(wire.Wire(satellite.fileno()))


def _send(frame):
    import socket

    from . import outputs, wire

    proxy, satellite = socket.socketpair()
    with proxy, satellite:
        outputs.send(wire.Wire(satellite.fileno()), frame, "OutputDataSet")
