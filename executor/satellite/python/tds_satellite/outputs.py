"""A DataFrame to column frames. Numeric columns are written from where they lie."""

import numpy as np
import pandas as pd

from . import objects, wire
from .values import Refused

FRAME_ROWS = 32768
FRAME_BYTES = 4 << 20
MAX_COLUMNS = 4096

# Kind and type on the wire of numpy's numbers.
_NUMBERS = {
    "bool": (wire.BOOL, "u1"),
    "int8": (wire.INT16, "<i2"),
    "uint8": (wire.UINT8, "u1"),
    "int16": (wire.INT16, "<i2"),
    "uint16": (wire.INT32, "<i4"),
    "int32": (wire.INT32, "<i4"),
    "uint32": (wire.INT64, "<i8"),
    "int64": (wire.INT64, "<i8"),
    "float16": (wire.FLOAT32, "<f4"),
    "float32": (wire.FLOAT32, "<f4"),
    "float64": (wire.FLOAT64, "<f8"),
    "float128": (wire.FLOAT64, "<f8"),
}
_TICKS_PER_UNIT = {"s": 10_000_000, "ms": 10_000, "us": 10}


class Fixed:
    """A column of fixed width; mask is true for NULL."""

    def __init__(self, kind, array, mask=None, scale=0):
        self.kind = kind
        self.array = np.ascontiguousarray(array)
        self.mask = mask if mask is not None and mask.any() else None
        self.scale = scale
        self.size = 0

    def bytes(self, lo, hi):
        return (hi - lo) * self.array.itemsize

    def frame(self, lo, hi):
        data = self.array[lo:hi].view("u1")
        return wire.FIXED, 0, bitmap(self.mask, lo, hi), data, b""


class Variable:
    """A column of bytes: value i is data[offsets[i] : offsets[i+1] - gap]."""

    def __init__(self, kind, data, offsets, gap, mask, scale=0, size=0):
        self.kind = kind
        self.data = memoryview(data)
        self.offsets = offsets
        self.gap = gap
        self.mask = mask if mask is not None and mask.any() else None
        self.scale = scale
        self.size = size

    def bytes(self, lo, hi):
        return int(self.offsets[hi] - self.offsets[lo]) + 4 * (hi - lo)

    def frame(self, lo, hi):
        offsets = self.offsets[lo : hi + 1]
        base = int(offsets[0])
        end = int(offsets[-1])
        if end - base >= 1 << 31:
            raise Refused("A value of the output data set is larger than 2 GB.")
        local = (offsets - base).astype("<u4")
        return wire.OFFSETS, self.gap, bitmap(self.mask, lo, hi), local.view("u1"), self.data[base:end]


def bitmap(mask, lo, hi):
    if mask is None:
        return b""
    part = mask[lo:hi]
    return np.packbits(~part, bitorder="little") if part.any() else b""


def text_column(kind, values, mask, encoding, scale=0):
    """A column of strings (NULL: anything), encoded in one go. The size of the
    column is the longest value in units of the encoding."""
    unit = 2 if encoding == "utf-16-le" else 1
    zero = "<u2" if unit == 2 else "u1"
    values = [v if isinstance(v, str) else "" for v in values]
    data = ("\0".join(values) + "\0" if values else "").encode(encoding, "surrogatepass")
    ends = np.flatnonzero(np.frombuffer(data, zero) == 0) + 1
    gap = unit
    if len(ends) != len(values):  # there are NULs in the text itself
        parts = [v.encode(encoding, "surrogatepass") for v in values]
        data = b"".join(parts)
        ends = np.cumsum([len(p) // unit for p in parts])
        gap = 0
    offsets = np.zeros(len(values) + 1, np.int64)
    offsets[1:] = ends
    offsets *= unit
    size = int(np.diff(offsets).max()) // unit - gap // unit if values else 0
    return Variable(kind, data, offsets, gap, mask, scale, size)


def bytes_column(values, mask):
    parts = [b"" if v is None else v for v in values]
    data = b"".join(parts)
    offsets = np.zeros(len(parts) + 1, np.int64)
    if parts:
        np.cumsum([memoryview(p).nbytes for p in parts], out=offsets[1:])
    size = int(np.diff(offsets).max()) if parts else 0
    return Variable(wire.BINARY, data, offsets, 0, mask, size=size)


def column(series, name):
    """The column to send for a Series. name is how errors call it."""
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _categorical(series, name)
    if isinstance(dtype, pd.SparseDtype):
        series = series.sparse.to_dense()
        dtype = series.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        return _zoned(series)
    if isinstance(dtype, np.dtype):
        if dtype == object:
            return _object(series.to_numpy(), None, name)
        return _numpy(series.to_numpy(), None, name)
    base = getattr(dtype, "numpy_dtype", None) or getattr(dtype, "type", object)
    if isinstance(dtype, pd.StringDtype) or not isinstance(base, np.dtype):
        if isinstance(dtype, (pd.PeriodDtype, pd.IntervalDtype)):
            _refuse(dtype, name)
        return _object(series.to_numpy(object), None, name)
    # pandas' nullable numbers
    mask = series.isna().to_numpy()
    fill = np.nan if base.kind == "f" else base.type(0)
    return _numpy(series.to_numpy(base, na_value=fill), mask, name)


def _refuse(dtype, name):
    hint = "with .astype(str)"
    if getattr(dtype, "kind", "") == "m":
        hint = "with .dt.total_seconds()"
    raise Refused(f"{name} is of type {dtype}, which has no SQL type. Convert it first, for example {hint}.")


def _numpy(array, mask, name):
    dtype = array.dtype
    if dtype.kind == "M":
        return _instants(array, mask)
    if dtype.name == "uint64":
        if not len(array) or array.max() < 1 << 63:
            return Fixed(wire.INT64, array.astype("<i8"), mask)
        return text_column(wire.DECIMAL, map(str, array.tolist()), mask, "ascii", 0)
    if dtype.name not in _NUMBERS:
        _refuse(dtype, name)
    kind, form = _NUMBERS[dtype.name]
    if dtype.kind == "b":
        return Fixed(kind, array.view("u1"), mask)
    return Fixed(kind, array.astype(form, copy=False), mask)


def _instants(array, mask):
    unit, count = np.datetime_data(array.dtype)
    if unit == "ns" and count == 1:
        return Fixed(wire.NANOS, array.view("<i8"), mask)  # NaT is NULL
    missing = np.isnat(array)
    if mask is not None:
        missing |= mask
    if unit not in _TICKS_PER_UNIT or count != 1:
        array, unit = array.astype("M8[us]"), "us"
    ticks = np.where(missing, 0, array.view("<i8")) * _TICKS_PER_UNIT[unit]
    return Fixed(wire.TICKS, ticks, missing)


def _zoned(series):
    missing = series.isna().to_numpy()
    utc = series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("M8[ns]").view("<i8")
    local = series.dt.tz_localize(None).to_numpy().astype("M8[ns]").view("<i8")
    array = np.zeros(len(utc), np.dtype([("ticks", "<i8"), ("minutes", "<i4")]))
    known = ~missing
    array["ticks"][known] = np.floor_divide(utc[known] + 50, 100)
    array["minutes"][known] = np.rint((local[known] - utc[known]) / 60e9).astype("<i4")
    return Fixed(wire.OFFSET, array, missing)


def _categorical(series, name):
    codes = series.cat.codes.to_numpy()
    missing = codes < 0
    categories = series.cat.categories
    if missing.all():
        return _object(np.full(len(codes), None, object), None, name)
    # to the categories' own type first, so that integers with NULLs stay integers
    values = pd.Series(categories.take(np.where(missing, 0, codes)))
    if values.dtype == object:
        array = values.to_numpy()
        array[missing] = None
        return _object(array, None, name)
    out = column(values, name)
    if missing.any():
        out.mask = missing if out.mask is None else out.mask | missing
    return out


def _object(array, mask, name):
    missing = pd.isna(array)
    known = array[~missing] if missing.any() else array
    what = objects.family(known.tolist() if len(known) else [], name)
    if what == "string":
        return text_column(wire.STRING, array.tolist(), missing, "utf-16-le")
    if what == "bytes":
        return bytes_column(np.where(missing, None, array).tolist(), missing)
    known = known.tolist()
    scale = 0
    if what == "bool":
        kind, values = wire.BOOL, np.array(known, bool).view("u1")
    elif what == "float":
        kind, values = wire.FLOAT64, objects.floats(known, name)
    elif what == "datetime":
        kind, values = objects.datetimes(known, name)
    elif what == "date":
        kind, values = wire.DATE, objects.dates(known)
    elif what == "time":
        kind, values = wire.TIME, objects.times(known)
    elif what == "guid":
        kind, values = wire.GUID, objects.guids(known)
    else:
        kind, values = objects.integers(known) if what == "int" else (None, None)
        if kind is None:
            texts, scale = objects.decimals(known, name)
            full = np.full(len(array), None, object)
            full[~missing] = texts
            missing = np.equal(full, None).astype(bool)
            return text_column(wire.DECIMAL, full.tolist(), missing, "ascii", scale)
    full = np.zeros(len(array), values.dtype)
    full[~missing] = values
    return Fixed(kind, full, missing, scale)


def send(conn, frame, name):
    """Sends output schema and frames for the DataFrame in the variable name."""
    count = frame.shape[1]
    if count > MAX_COLUMNS:
        raise Refused(f"{name} has {count} columns; a result set can have {MAX_COLUMNS}.")
    labels = [str(label) for label in frame.columns]
    columns = [
        column(frame.iloc[:, i], f"Column {i + 1} ('{labels[i]}') of {name}") for i in range(count)
    ]
    schema = [wire.U16.pack(count)]
    for c in columns:
        schema.append(bytes((c.kind, c.scale)) + wire.U32.pack(min(c.size, 0xFFFFFFFF)))
    conn.send(wire.OUT_SCHEMA, *schema)
    rows = len(frame)
    lo = 0
    while lo < rows:
        hi = min(lo + FRAME_ROWS, rows)
        while hi - lo > 1 and sum(c.bytes(lo, hi) for c in columns) > FRAME_BYTES:
            hi = lo + (hi - lo) // 2
        _send_frame(conn, columns, lo, hi)
        lo = hi


def _send_frame(conn, columns, lo, hi):
    head = [wire.U32.pack(hi - lo)]
    buffers = []
    for c in columns:
        encoding, gap, valid, a, b = c.frame(lo, hi)
        head.append(wire.COLUMN.pack(encoding, gap, len(valid), len(a), len(b)))
        buffers += (valid, a, b)
    head = b"".join(head)
    size = len(head) + sum(len(b) for b in buffers)
    if size > 0xFFFFFFFF:
        raise Refused("A row of the output data set is larger than 4 GB.")
    conn.write([wire.HEADER.pack(wire.OUT_FRAME, size), head, *buffers])
