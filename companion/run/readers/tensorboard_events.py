"""TensorBoard's event files: TFRecords with one `Event` each, read without TensorBoard. Only scalars are taken.

A record is its length (8 bytes), a checksum of that, its bytes, and a checksum of these (CRC-32C, masked). An `Event`
holds the step in field 2 and a summary in field 5; a value of it a tag in field 1, and a number in field 2, or a tensor
of one number in field 8.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from companion.run.readers.sheet import Sheet, of_rows
from pipeline.errors import UserError

MAX_RECORD = 1 << 26
VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5


def _crc_table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
        table.append(value)
    return table


_TABLE = _crc_table()


def masked_crc(data: bytes) -> int:
    """The checksum of TFRecords: CRC-32C, turned by 15 bits, plus a constant."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def read(path: Path) -> Sheet:
    """A row for each step, a column for each tag."""
    rows: dict[int, dict[str, Any]] = {}
    notes: list[str] = []
    for record in _records(path, notes):
        step, values = _event(record)
        if values:
            rows.setdefault(step, {"step": step}).update(values)
    if not rows:
        raise UserError(f"{path}: this event file holds no scalars.")
    sheet = of_rows(path, (rows[step] for step in sorted(rows)))
    sheet.notes += notes
    return sheet


def _records(path: Path, notes: list[str]) -> Iterator[bytes]:
    with path.open("rb") as file:
        first = True
        while head := file.read(12):
            if len(head) < 12:
                break
            (length,), (check,) = struct.unpack("<Q", head[:8]), struct.unpack("<I", head[8:])
            if masked_crc(head[:8]) != check:
                if first:
                    raise UserError(f"{path}: this is no event file of TensorBoard.")
                notes.append(f"{path.name} is damaged half-way; what stands before is shown.")
                return
            if length > MAX_RECORD:
                raise UserError(f"{path}: a record of {length} bytes is more than is read.")
            body = file.read(length + 4)
            if len(body) < length + 4:
                break
            record = body[:length]
            if length < 4096 and masked_crc(record) != struct.unpack("<I", body[length:])[0]:
                notes.append(f"{path.name} is damaged half-way; what stands before is shown.")
                return
            first = False
            yield record
        else:
            return
        notes.append(f"the last record of {path.name} is cut off and left out: it may still be written.")


def _fields(data: bytes) -> Iterator[tuple[int, int, Any]]:
    """(number, kind, value) of each field of a message of protocol buffers."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        value: Any
        if kind == VARINT:
            value, at = _varint(data, at)
        elif kind == EIGHT_BYTES:
            value, at = data[at : at + 8], at + 8
        elif kind == FOUR_BYTES:
            value, at = data[at : at + 4], at + 4
        elif kind == BYTES:
            length, at = _varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            return
        yield number, kind, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            break
    return value, at


def _event(data: bytes) -> tuple[int, dict[str, float]]:
    step, values = 0, {}
    for number, kind, value in _fields(data):
        if number == 2 and kind == VARINT:
            step = value - (1 << 64) if value >= 1 << 63 else value
        elif number == 5 and kind == BYTES:
            for inner, inner_kind, summary in _fields(value):
                if inner == 1 and inner_kind == BYTES:
                    tag, scalar = _value(summary)
                    if tag and scalar is not None:
                        values[tag] = scalar
    return step, values


def _value(data: bytes) -> tuple[str, float | None]:
    tag, scalar = "", None
    for number, kind, value in _fields(data):
        if number == 1 and kind == BYTES:
            tag = value.decode("utf-8", "replace")
        elif number == 2 and kind == FOUR_BYTES and len(value) == 4:
            scalar = struct.unpack("<f", value)[0]
        elif number == 8 and kind == BYTES:
            scalar = _scalar_tensor(value)
    return tag, scalar


def _scalar_tensor(data: bytes) -> float | None:
    """The number of a tensor that holds a single float or double."""
    for number, _, value in _fields(data):
        if number in (4, 5) and isinstance(value, bytes) and len(value) == 4:
            return float(struct.unpack("<f", value)[0])
        if number in (4, 6) and isinstance(value, bytes) and len(value) == 8:
            return float(struct.unpack("<d", value)[0])
    return None
