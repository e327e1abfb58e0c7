"""The sequence of one call: hello, call, input, script, output, end."""

import faulthandler
import gc
import os
import sys

from . import loopback, script, values, wire

# What an ERROR message reports.
FAILED = 1  # the script; the text is its traceback
REFUSED = 2  # the script's results have no SQL form


def main(fd):
    """Serves one call on the socket fd and ends the process."""
    # Importing pandas makes much and drops little; collecting meanwhile costs a tenth.
    gc.disable()
    # The script's children must not hold the socket open.
    conn = wire.Wire(os.dup(fd))
    os.close(fd)
    _line_buffered()
    faulthandler.enable()  # a crash in compiled code names the script's line too
    process = os.getpid()
    status = 0
    try:
        conn.send(wire.HELLO, wire.U16.pack(wire.VERSION), wire.pack_string(sys.version.split()[0]))
        try:
            _serve(conn, process)
        except script.ScriptError as error:
            _close_output(process)
            conn.send(wire.ERROR, bytes((FAILED,)), wire.pack_string(str(error)))
        except values.Refused as error:
            _close_output(process)
            conn.send(wire.ERROR, bytes((REFUSED,)), wire.pack_string(str(error)))
        except MemoryError:
            _close_output(process)
            text = "MemoryError: the data set is larger than the memory that the script may use.\n"
            conn.send(wire.ERROR, bytes((FAILED,)), wire.pack_string(text))
        except wire.Gone:
            raise
        except BaseException as error:
            # A fault of this program, or of what a script has done to Python.
            _close_output(process)
            text = "The script's data could not be moved:\n" + script.format_whole_error(error)
            conn.send(wire.ERROR, bytes((FAILED,)), wire.pack_string(text))
    except wire.Gone:
        status = 1  # the proxy is gone or has lost interest
    finally:
        # Without atexit handlers and waiting for threads: nothing that the script
        # left behind may keep the caller waiting.
        os._exit(status)


def _line_buffered():
    """What a script printed before it died must not be lost in a buffer."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", line_buffering=True, errors="backslashreplace")


def _close_output(process):
    """Flushes what was printed, and ends both pipes so that the proxy knows it has all.
    A child that the script forked and that came here does no more than flush."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except Exception:
            pass
    if os.getpid() != process:
        os._exit(0)
    for fd in (1, 2):
        try:
            os.close(fd)
        except OSError:  # the script has closed it
            pass


def _serve(conn, process):
    kind, size = conn.header()
    if kind != wire.CALL:
        raise ValueError(f"message {kind:#x} instead of a call")
    r = wire.Reader(conn.read(size))
    has_input = r.byte() != 0
    text = r.string()
    input_name = r.string()
    output_name = r.string()
    (count,) = r.unpack(wire.U16)
    params = []
    for _ in range(count):
        output = r.byte() != 0
        name = r.string()
        params.append((name, output, values.read(r)))
    loopback.use(r.string(), r.string(), r.string())

    try:
        code = script.compile_script(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise script.ScriptError(script.format_syntax_error(error)) from None

    module = script.namespace()
    space = module.__dict__
    if has_input:
        from . import inputs

        space[input_name] = inputs.receive(conn)
    elif input_name in text:
        import pandas

        space[input_name] = pandas.DataFrame()
    script.preload(space, text)
    for name, _, value in params:
        space[name] = value

    # What was imported stays for good: the collector need not look at it again.
    gc.freeze()
    gc.enable()
    script.run(code, space)

    if os.getpid() != process:
        _close_output(process)
    with script.own_settings():
        outputs = _pack_params(params, space)
        _send_data(conn, space.get(output_name), output_name)
    if outputs:
        conn.send(wire.OUT_PARAMS, wire.U16.pack(len(outputs)), *outputs)
    _close_output(process)
    conn.send(wire.END)


def _pack_params(params, space):
    return [
        values.pack(space.get(name), f"The output parameter @{name}")
        for name, output, _ in params
        if output
    ]


def _send_data(conn, data, name):
    if data is None:
        return
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(data, pandas.DataFrame):
        what = type(data).__name__
        hint = f"{name} = pandas.DataFrame({name})"
        if pandas is not None and isinstance(data, pandas.Series):
            hint = f"{name} = {name}.to_frame()"
        raise values.Refused(
            f"The output data set {name} is a {what}; it must be a pandas DataFrame. "
            f"Make it one, for example with {hint}."
        )
    if data.shape[1]:
        from . import outputs

        outputs.send(conn, data, name)
