"""A reader of the boxes of an MP4 file, written from ISO/IEC 14496-12 sharing no code with what writes them."""

import struct
from dataclasses import dataclass, field
from pathlib import Path

CONTAINERS = {"moov", "trak", "edts", "mdia", "minf", "stbl", "udta", "dinf"}
SAMPLE_ENTRY = 8 + 70
"""Bytes of a visual sample entry before its boxes, without the box header."""


@dataclass
class Box:
    """A box with its payload, or with the boxes in it."""

    kind: str
    payload: bytes
    children: list["Box"] = field(default_factory=list)

    def all(self, kind: str) -> list["Box"]:
        """Every box of a kind inside this one."""
        found = [box for box in self.children if box.kind == kind]
        return found + [inner for box in self.children for inner in box.all(kind)]

    def one(self, kind: str) -> "Box":
        """The only box of a kind inside this one."""
        (box,) = self.all(kind)
        return box

    def table(self, columns: str) -> list[tuple[int, ...]]:
        """Rows of a full box with a count, such as stts ("II")."""
        (count,) = struct.unpack_from(">I", self.payload, 4)
        row = struct.Struct(">" + columns)
        return [row.unpack_from(self.payload, 8 + index * row.size) for index in range(count)]


def read(path: Path) -> Box:
    """The file as one box that holds the others."""
    data = path.read_bytes()
    return Box("file", b"", _boxes(data))


def _boxes(data: bytes) -> list[Box]:
    found, position = [], 0
    while position + 8 <= len(data):
        size, kind, head = *struct.unpack_from(">I4s", data, position), 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, position + 8), 16
        assert head <= size <= len(data) - position, f"the box {kind!r} is broken"
        payload = data[position + head : position + size]
        found.append(_box(kind.decode("latin-1"), payload))
        position += size
    return found


def _box(kind: str, payload: bytes) -> Box:
    if kind in CONTAINERS:
        return Box(kind, payload, _boxes(payload))
    if kind == "stsd":
        return Box(kind, payload, _boxes(payload[8:]))
    if kind == "avc1":
        return Box(kind, payload, _boxes(payload[SAMPLE_ENTRY:]))
    return Box(kind, payload)
