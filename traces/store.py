"""Traces on disk: one `.npz` per trace, byte-equal for equal content, readable by plain `numpy.load`."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from traces.schema import VERSION, Field, SchemaError, Summary, check, did_you_mean

Array = npt.NDArray[Any]

META = "meta.json"
"""Member of the archive that holds everything but the arrays."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time stamp of every member: the time of writing is no part of the content."""


class TraceFileError(ValueError):
    """The file is not a readable trace; the text is one sentence."""


@dataclass(frozen=True)
class Trace(Summary):
    """A trace as scenes see it: `trace["theta"]` is a read-only array, the rest is in attributes."""

    arrays: Mapping[str, Array] = field(default_factory=dict)
    schema: Mapping[str, Field] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Array:
        try:
            return self.arrays[name]
        except KeyError:
            hint = did_you_mean(name, self.arrays)
            raise KeyError(f'the trace "{self.name}" has no array "{name}"{hint}') from None

    def __contains__(self, name: object) -> bool:
        return name in self.arrays

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)


class Header(dict[str, Any]):
    """The hyperparameters of a trace that pictures may look at; the others stand in the file, and change no picture."""

    def __missing__(self, key: str) -> Any:
        raise KeyError(f'the trace does not print "{key}"; its experiment must name it in PRINTED')


def digest(arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> str:
    """SHA-256 over all that pictures and narration may look at; the file's bytes play no part.

    That is names, dtypes, shapes and bytes of the arrays, their axes and units, the numbers, the claims, and those
    hyperparameters that are `printed`: not what the others were, and not what is said of all of these in words.
    """
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = _portable(arrays[name])
        head = json.dumps([name, array.dtype.str, list(array.shape)])
        total.update(head.encode() + b"\n" + array.tobytes())
    content = {name: meta.get(name, {}) for name in ("numbers", "claims")}
    content |= {"name": meta["name"], "version": VERSION, "printed": printed(meta)}
    content["schema"] = {name: list(entry)[:2] for name, entry in meta["schema"].items()}
    total.update(_canonical(content))
    return total.hexdigest()


def printed(meta: Mapping[str, Any]) -> dict[str, Any]:
    """The hyperparameters that pictures may look at."""
    return Header({name: meta["hyperparameters"][name] for name in sorted(meta.get("printed", ()))})


def save(path: Path, arrays: Mapping[str, Array], meta: Mapping[str, Any]) -> str:
    """Writes a trace and returns its digest.

    `meta` holds `name`, `schema` (name -> (dims, unit, doc)) and, as far as there are any, `numbers`, `number_docs`,
    `claims`, `claim_sentences`, `hyperparameters` and, as names, those that are `printed`. The arrays must agree with
    the schema. The file appears whole or not at all.
    """
    check(arrays, meta["schema"])
    meta = {**meta, "version": VERSION}
    content = _canonical(meta)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(arrays):
                archive.writestr(_member(f"{name}.npy"), _npy(name, arrays[name]))
            archive.writestr(_member(META), content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return digest(arrays, meta)


def load(path: Path) -> Trace:
    """Reads a trace, and fails with a sentence on a damaged file or on another schema version."""
    arrays: dict[str, Array] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            meta = json.loads(archive.read(META))
            for name in archive.namelist():
                if name.endswith(".npy"):
                    array = np.lib.format.read_array(io.BytesIO(archive.read(name)), allow_pickle=False)
                    array.setflags(write=False)
                    arrays[name.removesuffix(".npy")] = array
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise TraceFileError(f"{path} is not a readable trace ({error})") from error
    if meta.get("version") != VERSION:
        raise TraceFileError(f"{path} has schema version {meta.get('version')}; this program reads version {VERSION}")
    schema = {name: Field(*entry) for name, entry in meta["schema"].items()}
    check(arrays, schema)
    return Trace(
        name=meta["name"],
        digest=digest(arrays, meta),
        numbers=meta.get("numbers", {}),
        number_docs=meta.get("number_docs", {}),
        claims=meta.get("claims", {}),
        claim_sentences=meta.get("claim_sentences", {}),
        hyperparameters=printed(meta),
        arrays=arrays,
        schema=schema,
    )


def _portable(array: Array) -> Array:
    """The array in row order and little endian, so that equal content is equal bytes on every machine."""
    return np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).reshape(array.shape)


def _canonical(meta: Mapping[str, Any]) -> bytes:
    return json.dumps(meta, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False).encode()


def _npy(name: str, array: Array) -> bytes:
    if array.dtype.hasobject:
        raise SchemaError(f'the array "{name}" holds Python objects; a trace holds numbers, truth values and strings')
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, _portable(array), version=(1, 0), allow_pickle=False)
    return buffer.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EPOCH)
    info.external_attr = 0o644 << 16
    info.create_system = 3
    return info
