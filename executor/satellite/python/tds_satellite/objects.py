"""Columns of Python objects: which SQL type do the values have in common?"""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import numpy as np

from . import exact, wire
from .values import Refused

_FAMILIES = (
    # bool before int and datetime before date: each is the other's subclass.
    ("bool", (bool, np.bool_)),
    ("int", (int, np.integer)),
    ("float", (float, np.floating)),
    ("string", str),
    ("bytes", (bytes, bytearray, memoryview)),
    ("decimal", Decimal),
    ("datetime", (dt.datetime, np.datetime64)),
    ("date", dt.date),
    ("time", dt.time),
    ("guid", UUID),
)

# Families that have a common one.
_COMMON = {
    frozenset(("int", "float")): "float",
    frozenset(("bool", "int")): "int",
    frozenset(("int", "decimal")): "decimal",
    frozenset(("date", "datetime")): "datetime",
}


def family(values, name):
    """The family of values (a list without missing values)."""
    types = set(map(type, values))
    found = set()
    for t in types:
        for label, classes in _FAMILIES:
            # numpy calls its time spans integers
            if issubclass(t, classes) and not issubclass(t, np.timedelta64):
                found.add(label)
                break
        else:
            raise Refused(
                f"{name} holds values of type {t.__name__}, which has no SQL type. Convert the column "
                "first, for example to text with .astype(str) or json.dumps."
            )
    if not found:
        return "string"
    if len(found) == 1:
        return found.pop()
    common = _COMMON.get(frozenset(found))
    if common is None:
        kinds = ", ".join(sorted(t.__name__ for t in types))
        raise Refused(
            f"{name} holds values of different types ({kinds}), which have no SQL type in common. "
            "Convert the column first, for example with .astype(str)."
        )
    return common


def integers(values):
    """Kind and array for Python ints, or None, None if they don't fit into bigint."""
    try:
        return wire.INT64, np.array(values, np.int64)
    except OverflowError:
        return None, None


def floats(values, name):
    try:
        return np.array(values, np.float64)
    except OverflowError:
        raise Refused(f"{name} holds an integer that is too large for float beside the others.") from None


def decimals(values, name):
    """Texts of numbers with the scale that decimal(38) can hold for all of them.
    Not a number and infinities become None."""
    digits = scale = 0
    texts = []
    for v in values:
        if isinstance(v, Decimal):
            if not v.is_finite():
                texts.append(None)
                continue
            text = format(v, "f")
        else:
            text = int.__repr__(int(v))
        whole, _, fraction = text.lstrip("+-").partition(".")
        digits = max(digits, len(whole.lstrip("0")))
        scale = max(scale, len(fraction))
        texts.append(text)
    if digits > 38:
        raise Refused(f"{name} holds a number with {digits} digits before the point; decimal has room for 38.")
    return texts, min(scale, 38 - digits)


def datetimes(values, name):
    """Kind and array of datetimes, dates among them: naive ones as ticks, aware ones
    as ticks in UTC with their offsets."""
    try:
        plain = [_datetime(v) for v in values]
    except ValueError:
        raise Refused(f"{name} holds a date outside of the years 1 to 9999.") from None
    aware = sum(v.utcoffset() is not None for v in plain)
    if aware == 0:
        return wire.TICKS, np.array([exact.datetime_ticks(v) for v in plain], np.int64)
    if aware < len(plain):
        raise Refused(
            f"{name} holds datetimes with and without a time zone. Give all of them one, or remove it."
        )
    return wire.OFFSET, np.array(
        [exact.offset_ticks(v) for v in plain], np.dtype([("ticks", "<i8"), ("minutes", "<i4")])
    )


def _datetime(v):
    if isinstance(v, dt.datetime):
        return v
    if isinstance(v, dt.date):
        return dt.datetime(v.year, v.month, v.day)
    return exact.datetime_from_numpy(v)


def dates(values):
    return np.array([v.toordinal() - 1 for v in values], np.int32)


def times(values):
    return np.array([exact.time_ticks(v) for v in values], np.int64)


def guids(values):
    return np.frombuffer(b"".join(v.bytes_le for v in values), "V16")
