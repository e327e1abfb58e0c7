"""Messages over the socket: header, payload, strings. Reads and writes with readv
and writev, so that column buffers go straight between socket and arrays."""

import os
import struct

VERSION = 2

# Messages to the satellite.
CALL = 0x01
SCHEMA = 0x02
FRAME = 0x03
END_OF_INPUT = 0x04
# Messages from the satellite.
HELLO = 0x81
OUT_SCHEMA = 0x82
OUT_FRAME = 0x83
OUT_PARAMS = 0x84
END = 0x85
ERROR = 0x86

# Kinds of columns.
UINT8 = 1
INT16 = 2
INT32 = 3
INT64 = 4
BOOL = 5
FLOAT32 = 6
FLOAT64 = 7
TICKS = 8
OFFSET = 9
TIME = 10
DECIMAL = 11
STRING = 12
BINARY = 13
DATE = 14
GUID = 15
NANOS = 16

# Encodings of a column in a frame.
FIXED = 0
OFFSETS = 1
SEPARATED = 2
DICTIONARY = 3

HEADER = struct.Struct("<B3xI")
COLUMN = struct.Struct("<BxHIII")
U16 = struct.Struct("<H")
U32 = struct.Struct("<I")

# writev and readv take at most this many buffers at a time (IOV_MAX).
MAX_BUFFERS = 1024


class Gone(Exception):
    """The other end of the socket is."""


class Wire:
    """The satellite's end of the socket."""

    def __init__(self, fd):
        self.fd = fd

    def read_into(self, buffers):
        """Fills all buffers (byte memoryviews, none of them empty)."""
        fd = self.fd
        at = 0
        while at < len(buffers):
            try:
                n = os.readv(fd, buffers[at : at + MAX_BUFFERS])
            except OSError as error:
                raise Gone from error
            if n == 0:
                raise Gone
            while n:
                size = len(buffers[at])
                if n < size:
                    buffers[at] = buffers[at][n:]
                    break
                n -= size
                at += 1

    def read(self, size):
        """Returns the next size bytes."""
        data = bytearray(size)
        if size:
            self.read_into([memoryview(data)])
        return data

    def header(self):
        """Returns type and payload length of the next message."""
        return HEADER.unpack(self.read(HEADER.size))

    def write(self, buffers):
        """Writes all buffers (byte memoryviews or bytes)."""
        fd = self.fd
        buffers = [b for b in map(memoryview, buffers) if b.nbytes]
        at = 0
        while at < len(buffers):
            try:
                n = os.writev(fd, buffers[at : at + MAX_BUFFERS])
            except OSError as error:
                raise Gone from error
            while n:
                size = len(buffers[at])
                if n < size:
                    buffers[at] = buffers[at][n:]
                    break
                n -= size
                at += 1

    def send(self, kind, *parts):
        """Sends a message made of parts."""
        self.write([HEADER.pack(kind, sum(len(p) for p in parts)), *parts])


def pack_string(s):
    """A string as a message holds it. Unpaired surrogates survive."""
    data = s.encode("utf-8", "surrogatepass")
    return U32.pack(len(data)) + data


class Reader:
    """Walks over a payload."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def unpack(self, form):
        values = form.unpack_from(self.data, self.at)
        self.at += form.size
        return values

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def bytes(self):
        (size,) = self.unpack(U32)
        self.at += size
        return bytes(self.data[self.at - size : self.at])

    def string(self):
        return self.bytes().decode("utf-8", "surrogatepass")
