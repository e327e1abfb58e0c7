"""Column frames to a DataFrame.

Fixed-width values are read from the socket straight into the array that becomes
the DataFrame's column; it grows by doubling (realloc moves pages, not bytes)."""

import numpy as np
import pandas as pd

from . import exact, wire

_OFFSET_TYPE = np.dtype([("ticks", "<i8"), ("minutes", "<i4")])
_FIXED = {
    wire.UINT8: np.dtype("u1"),
    wire.INT16: np.dtype("<i2"),
    wire.INT32: np.dtype("<i4"),
    wire.INT64: np.dtype("<i8"),
    wire.BOOL: np.dtype("u1"),
    wire.FLOAT32: np.dtype("<f4"),
    wire.FLOAT64: np.dtype("<f8"),
    wire.TICKS: np.dtype("<i8"),
    wire.TIME: np.dtype("<i8"),
    wire.OFFSET: _OFFSET_TYPE,
}
_EPOCH_TICKS_LIMIT = (1 << 63) // 100 - 1  # what fits into nanoseconds


class _Column:
    """Collects one column. Each frame calls buffers, then done once they are filled."""

    def __init__(self, kind):
        self.kind = kind
        self.rows = 0
        self.masks = []  # of frames with NULLs: (first row, bools)

    def mask(self):
        """Bools that are true for NULL, or None if there is none."""
        if not self.masks:
            return None
        mask = np.zeros(self.rows, bool)
        for first, part in self.masks:
            mask[first : first + len(part)] = part
        return mask

    def bitmap_buffer(self, size):
        self.bitmap = bytearray(size)
        return [memoryview(self.bitmap)] if size else []

    def done(self, rows):
        if self.bitmap:
            valid = np.unpackbits(np.frombuffer(self.bitmap, "u1"), count=rows, bitorder="little")
            self.masks.append((self.rows, valid == 0))
        self.rows += rows


class _Fixed(_Column):
    def __init__(self, kind):
        super().__init__(kind)
        self.array = np.empty(0, _FIXED[kind])

    def buffers(self, rows, encoding, bitmap, a, b):
        need = self.rows + rows
        if need > len(self.array):
            self.array.resize(need if self.rows == 0 else max(need, 2 * len(self.array)), refcheck=False)
        tail = self.array[self.rows : need]
        return self.bitmap_buffer(bitmap) + [memoryview(tail.view("u1"))]

    def finish(self):
        array = self.array
        array.resize(self.rows, refcheck=False)
        mask = self.mask()
        return _FINISH.get(self.kind, _integers)(array, mask)


def _floats(array, mask):
    return array  # NULL came as NaN


def _integers(array, mask):
    return array if mask is None else pd.arrays.IntegerArray(array, mask)


def _bools(array, mask):
    array = array.view(bool)
    return array if mask is None else pd.arrays.BooleanArray(array, mask)


def _datetimes(array, mask):
    if not len(array):
        return array.view("M8[ns]")
    if array.min() < -_EPOCH_TICKS_LIMIT or array.max() > _EPOCH_TICKS_LIMIT:
        return _objects(map(exact.datetime_from, array.tolist()), len(array), mask)
    array *= 100
    array = array.view("M8[ns]")
    if mask is not None:
        array[mask] = np.datetime64("NaT")
    return array


def _times(array, mask):
    return _objects(map(exact.time_from, array.tolist()), len(array), mask)


def _offsets(array, mask):
    ticks = np.ascontiguousarray(array["ticks"])
    minutes = array["minutes"]
    known = minutes if mask is None else minutes[~mask]
    if not len(known) or (known == known[0]).all():
        values = _datetimes(ticks, mask)
        if values.dtype != object:
            zone = exact.offset_from(0, int(known[0])).tzinfo if len(known) else "UTC"
            return pd.Series(values).dt.tz_localize("UTC").dt.tz_convert(zone).array
    ticks = np.ascontiguousarray(array["ticks"])
    return _objects(map(exact.offset_from, ticks.tolist(), minutes.tolist()), len(array), mask)


def _objects(values, rows, mask):
    array = np.empty(rows, object)
    array[:] = list(values)
    if mask is not None:
        array[mask] = None
    return array


_FINISH = {
    wire.FLOAT32: _floats,
    wire.FLOAT64: _floats,
    wire.BOOL: _bools,
    wire.TICKS: _datetimes,
    wire.TIME: _times,
    wire.OFFSET: _offsets,
}


class _Binary(_Column):
    def __init__(self, kind):
        super().__init__(kind)
        self.values = []

    def buffers(self, rows, encoding, bitmap, a, b):
        self.offsets = bytearray(a)
        self.data = bytearray(b)
        parts = [memoryview(self.offsets)]
        if b:
            parts.append(memoryview(self.data))
        return self.bitmap_buffer(bitmap) + parts

    def done(self, rows):
        at = np.frombuffer(self.offsets, "<u4").tolist()
        data = bytes(self.data)
        self.values += [data[i:j] for i, j in zip(at, at[1:])]
        self.offsets = self.data = None
        super().done(rows)

    def finish(self):
        return _objects(self.values, self.rows, self.mask())


class _Text(_Column):
    """Strings and decimals: text that is split at NULs, cut by offsets where it
    contains NULs itself, or codes of a dictionary that grows from frame to frame."""

    def __init__(self, kind):
        super().__init__(kind)
        self.parts = []  # object arrays
        self.words = []  # the dictionary
        self.table = None
        self.convert = None
        if kind == wire.DECIMAL:
            from decimal import Decimal

            self.convert = Decimal

    def buffers(self, rows, encoding, bitmap, a, b):
        self.encoding = encoding
        self.a = bytearray(a)
        self.b = bytearray(b)
        return self.bitmap_buffer(bitmap) + [memoryview(x) for x in (self.a, self.b) if x]

    def split(self, data):
        words = data.decode("utf-8", "surrogatepass").split("\0")
        words.pop()  # every value has its terminator
        return words

    def done(self, rows):
        array = np.empty(rows, object)
        if self.encoding == wire.DICTIONARY:
            if self.b or self.table is None:
                words = self.split(self.b)
                self.words += map(self.convert, words) if self.convert else words
                self.table = np.empty(len(self.words) + 1, object)
                self.table[:-1] = self.words
            codes = np.frombuffer(self.a, "<u2")
            # NULL is code 0xFFFF; clipping makes it the last entry, which is None.
            self.table.take(codes, out=array, mode="clip")
        else:
            if self.encoding == wire.SEPARATED:
                words = self.split(self.a)
            else:
                at = np.frombuffer(self.a, "<u4").tolist()
                data = bytes(self.b)
                words = [data[i:j].decode("utf-8", "surrogatepass") for i, j in zip(at, at[1:])]
            if self.convert:
                words = [self.convert(w or 0) for w in words]  # NULL came as nothing
            array[:] = words
        self.a = self.b = None
        self.parts.append(array)
        super().done(rows)

    def finish(self):
        if len(self.parts) == 1:
            array = self.parts[0]
        else:
            array = np.concatenate(self.parts) if self.parts else np.empty(0, object)
        self.parts = None
        mask = self.mask()
        if mask is not None:
            array[mask] = None
        return array


def _column(kind):
    if kind in _FIXED:
        return _Fixed(kind)
    return _Binary(kind) if kind == wire.BINARY else _Text(kind)


def receive(conn):
    """Reads schema, frames and end of input; returns the DataFrame."""
    kind, size = conn.header()
    if kind != wire.SCHEMA:
        raise ValueError(f"message {kind:#x} instead of the input schema")
    r = wire.Reader(conn.read(size))
    (count,) = r.unpack(wire.U16)
    columns = []
    names = []
    for _ in range(count):
        columns.append(_column(r.byte()))
        names.append(r.string())
    head_size = wire.U32.size + count * wire.COLUMN.size
    total = 0
    while True:
        kind, size = conn.header()
        if kind == wire.END_OF_INPUT:
            break
        if kind != wire.FRAME:
            raise ValueError(f"message {kind:#x} among the input frames")
        head = conn.read(head_size)
        (rows,) = wire.U32.unpack_from(head)
        buffers = []
        for column, (encoding, _, bitmap, a, b) in zip(
            columns, wire.COLUMN.iter_unpack(memoryview(head)[wire.U32.size :])
        ):
            buffers += column.buffers(rows, encoding, bitmap, a, b)
        conn.read_into(buffers)
        for column in columns:
            column.done(rows)
        total += rows
    data = {i: column.finish() for i, column in enumerate(columns)}
    columns.clear()
    frame = pd.DataFrame(data, index=pd.RangeIndex(total), copy=False)
    frame.columns = names
    return frame
