"""Finished results in build/, each under its key, with a record that is written only after the result is whole.

build/clips/KEY.mp4   the result
build/clips/KEY.json  its record: what it was made from, digests of its files, facts about it
build/last/clips/NAME.json   the key under which it was last made, so that `status` can say what has changed since
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.files import Digests, read_json, write_json

KINDS = ("traces", "voices", "clips", "stills", "layouts")

RECORD = {"name": str, "key": str, "inputs": dict, "outputs": {str: str}}
FACTS: dict[str, Any] = {
    "traces": {"trace": {"digest": str, "numbers": {str: float}, "claims": {str: bool}}},
    "voices": {"cues": {str: float}, "duration": float},
    "clips": {"duration": float, "frames": int},
}
"""The shape of a record, and of its facts."""


@dataclass(frozen=True)
class Record:
    """A finished result."""

    kind: str
    name: str
    key: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, str]
    """Digests of the files, by suffix (".mp4")."""
    facts: Mapping[str, Any]


class Store:
    """The results below a build folder."""

    def __init__(self, build: Path) -> None:
        self.build = build
        self.digests = Digests(build / "cache/digests.json")

    def path(self, kind: str, key: str, suffix: str) -> Path:
        """Where the file of a result is, or will be."""
        return self.build / kind / f"{key}{suffix}"

    def find(self, kind: str, key: str) -> Record | None:
        """The result under this key, if it is there and its files are as they were written."""
        record = self._read(kind, key)
        if record is None:
            return None
        intact = all(self.digests.of(self.path(kind, key, end)) == value for end, value in record.outputs.items())
        return record if intact else None

    def add(
        self, kind: str, name: str, key: str, inputs: Mapping[str, Any], suffixes: list[str], facts: Mapping[str, Any]
    ) -> Record:
        """Records a result whose files stand in their places."""
        outputs: dict[str, str] = {}
        for suffix in suffixes:
            value = self.digests.of(self.path(kind, key, suffix))
            if value is None:
                raise FileNotFoundError(self.path(kind, key, suffix))
            outputs[suffix] = value
        record = Record(kind, name, key, inputs, outputs, facts)
        write_json(self.path(kind, key, ".record.json"), record.__dict__)
        self._failure(kind, key).unlink(missing_ok=True)
        return record

    def remember(self, record: Record, variant: str = "") -> None:
        """Makes this the result that later ones of this name are compared with. `variant` is a clip's quality."""
        path = self._last(record.kind, record.name, variant)
        value = {"key": record.key}
        if read_json(path) != value:
            write_json(path, value)

    def last(self, kind: str, name: str, variant: str = "") -> Record | None:
        """The record last remembered under this name, of this variant if there is one, whether intact or not."""
        paths = [self._last(kind, name, variant)]
        if variant:
            paths += sorted(paths[0].parent.glob(f"{name}@*.json"))
        for path in paths:
            entry = read_json(path, {"key": str})
            record = self._read(kind, entry["key"]) if entry else None
            if record is not None:
                return record
        return None

    def fail(self, kind: str, key: str, sentence: str) -> None:
        """Remembers that making this result failed."""
        write_json(self._failure(kind, key), {"sentence": sentence})

    def failed(self, kind: str, key: str) -> str | None:
        """The sentence with which making this result failed the last time."""
        entry = read_json(self._failure(kind, key))
        return str(entry["sentence"]) if isinstance(entry, dict) and "sentence" in entry else None

    def save(self) -> None:
        """Remembers the digests of files."""
        self.digests.save()

    def sweep(self, keep: set[str]) -> int:
        """Removes results under other keys than these; returns the number of bytes."""
        freed = 0
        for kind in KINDS:
            for path in (self.build / kind).glob("*"):
                if path.is_file() and path.name.partition(".")[0] not in keep:
                    freed += path.stat().st_size
                    path.unlink()
        return freed

    def _read(self, kind: str, key: str) -> Record | None:
        value = read_json(self.path(kind, key, ".record.json"), {**RECORD, "facts": FACTS.get(kind, dict)})
        with contextlib.suppress(TypeError):
            record = Record(**value)
            return record if record.key == key else None
        return None

    def _last(self, kind: str, name: str, variant: str) -> Path:
        return self.build / "last" / kind / f"{name}@{variant}.json"

    def _failure(self, kind: str, key: str) -> Path:
        return self.build / "failed" / kind / f"{key}.json"
