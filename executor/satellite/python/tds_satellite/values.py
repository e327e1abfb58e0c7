"""Single values with a tag: the script parameters, both ways."""

import struct

from . import wire

NULL = 0
BOOL = 1
INT = 2
FLOAT = 3
DECIMAL = 4
STRING = 5
BYTES = 6
DATETIME = 7
DATE = 8
TIME = 9
OFFSET = 10
GUID = 11

I64 = struct.Struct("<q")
F64 = struct.Struct("<d")
OFFSET_FORM = struct.Struct("<qi")


class Refused(Exception):
    """Data that cannot go back to SQL. The text tells the user what to do."""


def read(r):
    """Reads one value from a wire.Reader."""
    tag = r.byte()
    if tag == NULL:
        return None
    if tag == BOOL:
        return r.byte() != 0
    if tag == INT:
        return r.unpack(I64)[0]
    if tag == FLOAT:
        return r.unpack(F64)[0]
    if tag == STRING:
        return r.string()
    if tag == BYTES:
        return r.bytes()
    if tag == DECIMAL:
        from decimal import Decimal

        return Decimal(r.string())
    from . import exact

    if tag == DATETIME:
        return exact.datetime_from(*r.unpack(I64))
    if tag == DATE:
        return exact.datetime_from(*r.unpack(I64)).date()
    if tag == TIME:
        return exact.time_from(*r.unpack(I64))
    if tag == OFFSET:
        return exact.offset_from(*r.unpack(OFFSET_FORM))
    raise ValueError(f"value with unknown tag {tag}")


def pack(v, what):
    """The bytes of a value that the script left. what names it in errors."""
    packed = _pack_plain(v)
    if packed is None:
        v = _unwrap(v, what)
        packed = _pack_plain(v)
    if packed is None:
        packed = _pack_object(v)
    if packed is None:
        raise Refused(
            f"{what} holds a value of type {type(v).__name__}, which has no SQL type. Assign a number, "
            "a string, bytes, a date or time, or None (for objects: bytes from pickle.dumps)."
        )
    return packed


def _pack_plain(v):
    if v is None:
        return b"\x00"
    if isinstance(v, bool):
        return bytes((BOOL, v))
    if isinstance(v, int):
        if -(1 << 63) <= v < 1 << 63:
            return b"\x02" + I64.pack(v)
        return b"\x04" + wire.pack_string(int.__repr__(v)) if abs(v) < 10**38 else None
    if isinstance(v, float):
        if v != v or v in (float("inf"), float("-inf")):
            return b"\x00"
        return b"\x03" + F64.pack(v)
    if isinstance(v, str):
        return b"\x05" + wire.pack_string(v)
    if isinstance(v, (bytes, bytearray, memoryview)):
        v = bytes(v)
        return b"\x06" + wire.U32.pack(len(v)) + v
    return None


def _unwrap(v, what):
    """numpy scalars and pandas' missing values as plain Python values."""
    import sys

    np = sys.modules.get("numpy")
    if np is not None:
        if isinstance(v, np.ndarray) and v.ndim == 0:
            v = v[()]
        if isinstance(v, np.datetime64):
            if np.isnat(v):
                return None
            from . import exact

            try:
                return exact.datetime_from_numpy(v)
            except ValueError:
                raise Refused(f"{what} holds a date outside of the years 1 to 9999.") from None
        if isinstance(v, np.longdouble):
            return float(v)
        if isinstance(v, np.generic) and not isinstance(v, np.void):
            return v.item()
    pd = sys.modules.get("pandas")
    if pd is not None and (v is pd.NA or v is pd.NaT):
        return None
    return v


def _pack_object(v):
    import datetime as dt
    from decimal import Decimal
    from uuid import UUID

    from . import exact

    if isinstance(v, Decimal):
        return b"\x04" + wire.pack_string(format(v, "f")) if v.is_finite() else b"\x00"
    if isinstance(v, dt.datetime):
        if v.utcoffset() is None:
            return b"\x07" + I64.pack(exact.datetime_ticks(v))
        return b"\x0a" + OFFSET_FORM.pack(*exact.offset_ticks(v))
    if isinstance(v, dt.date):
        return b"\x08" + I64.pack(exact.date_ticks(v))
    if isinstance(v, dt.time):
        return b"\x09" + I64.pack(exact.time_ticks(v))
    if isinstance(v, UUID):
        return b"\x0b" + v.bytes_le
    return None
