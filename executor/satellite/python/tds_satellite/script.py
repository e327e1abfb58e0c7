"""Compiling and running the user's script, and what its tracebacks look like."""

import builtins
import io
import linecache
import sys
import types

# The name that tracebacks show. Not <string>: that is what exec() inside a script
# uses, and its lines are not the script's.
FILENAME = "<script>"


class ScriptError(Exception):
    """The script failed; the text is for the caller."""


def compile_script(text):
    """Compiles the script as the body of a module.

    A script may be indented as a whole, as in T-SQL procedures. Such a script is
    parsed inside a block rather than cut at the left, so that string literals over
    several lines stay as they are and columns in error messages are the user's.
    """
    text = text.removeprefix("\ufeff")
    # Only these ends of lines are Python's, and the last line needs one, or the marks
    # under it in tracebacks shift.
    lines = io.StringIO(text, newline=None).readlines()
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    linecache.cache[FILENAME] = (len(text), None, lines, FILENAME)
    try:
        return compile(text, FILENAME, "exec", dont_inherit=True)
    except IndentationError as error:
        return compile(_parse_indented(text, error), FILENAME, "exec", dont_inherit=True)


def _parse_indented(text, error):
    import ast

    first = next((line for line in text.splitlines() if line.strip() and line.lstrip()[0] != "#"), "")
    if not first[:1].isspace():
        raise error  # not indented as a whole
    try:
        tree = ast.parse("if 1:\n" + text, FILENAME)
    except SyntaxError as inner:
        if inner.lineno is not None:
            inner.lineno -= 1
        if inner.end_lineno is not None:
            inner.end_lineno -= 1
        raise inner from None
    block = tree.body[0]
    if len(tree.body) != 1 or block.orelse:
        raise error  # some lines are indented less than the first
    ast.increment_lineno(tree, -1)
    return ast.Module(block.body, tree.type_ignores)


def namespace():
    """Makes the module that the script runs in, __main__, so that what it defines
    can be pickled."""
    module = types.ModuleType("__main__")
    module.__builtins__ = builtins
    sys.modules["__main__"] = module
    sys.argv = [""]
    return module


def preload(space, text):
    """Makes pandas and numpy usable without import. A script that doesn't contain
    the names can't use them, and saves the time."""
    for name in ("numpy", "pandas"):
        if name in text:
            space[name] = __import__(name)


def run(code, space):
    """Runs the script. Raises ScriptError with the traceback if it fails."""
    try:
        exec(code, space)
    except SystemExit as exit:
        if exit.code is None or (type(exit.code) is int and exit.code == 0):
            return
        raise ScriptError(format_error(exit)) from None
    except BaseException as error:
        raise ScriptError(format_error(error)) from None


def own_settings():
    """A context that undoes, while results are converted, what the script may have set
    for itself: warnings and floating-point events that raise errors."""
    import contextlib
    import warnings

    stack = contextlib.ExitStack()
    stack.enter_context(warnings.catch_warnings())
    warnings.simplefilter("ignore")
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        stack.enter_context(numpy.errstate(all="ignore"))
    return stack


def format_error(error):
    """The traceback as Python prints it, without our own frames."""
    return _format(error, False)


def format_whole_error(error):
    """The traceback with our own frames."""
    return _format(error, True)


def _format(error, whole):
    try:
        import traceback

        report = traceback.TracebackException.from_exception(error)
        if not whole:
            _drop_own_frames(report, set())
        return "".join(report.format())
    except BaseException:  # no descriptor or memory left, or a hostile __str__
        pass
    try:
        return f"{type(error).__name__}: {error}\n"
    except BaseException:
        return f"{type(error).__name__}\n"


def format_syntax_error(error):
    """A script that can't be compiled: the place and the error, no frames."""
    import traceback

    return "".join(traceback.format_exception_only(error))


def _drop_own_frames(report, seen):
    """Drops the frames of this package, also from the chained exceptions."""
    if report is None or id(report) in seen:
        return
    seen.add(id(report))
    own = __file__.rpartition("/")[0] + "/"
    report.stack[:] = [f for f in report.stack if not f.filename.startswith(own)]
    _drop_own_frames(report.__cause__, seen)
    _drop_own_frames(report.__context__, seen)
    for inner in getattr(report, "exceptions", None) or ():
        _drop_own_frames(inner, seen)
