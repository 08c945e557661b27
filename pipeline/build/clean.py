"""Removes what this program made, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.build.status import Survey
from pipeline.build.store import KINDS
from pipeline.files import read_json
from pipeline.project.project import Project
from pipeline.project.qualities import Quality
from pipeline.publish import export, swap
from pipeline.publish.published import RECORD, RESULTS

SCRATCH = ("check", "checked", "export", "failed", "logs", "pictures", "sheets")
HOMES = ("decks", "films", "upload")
"""What has folders of its own in dist/, each with its record at the same place in build/."""
CACHES = ("cache", "exports", *HOMES, "last", "levels", "media", "progress", "reads", "sound", "speech", "voice")
FOLDERS = (*KINDS, *SCRATCH, *CACHES, swap.ASIDE)
FILES = (export.RECORD, "gain.json", "published.json", swap.JOURNAL, "lock")


def unused(project: Project, films: Sequence[tuple[Survey, Quality]]) -> int:
    """Removes results that the present films do not use, logs and pictures; returns the number of bytes."""
    items = [item for survey, quality in films for item in survey.all(quality)]
    freed = films[0][0].store.sweep({item.record.key for item in items if item.record})
    lines = {line for survey, _ in films for clip in project.told for line in survey.line_keys(clip)}
    for path in (*(project.build / "voice/lines").glob("*.*"), *(project.build / "speech").glob("*.*")):
        freed += 0 if path.stem in lines else _remove(path)
    return freed + sum(_remove(project.build / name) for name in SCRATCH)


def all_results(root: Path) -> int:
    """Removes the cache and what was published; folders that hold something of somebody else's stay."""
    build, dist = root / "build", root / "dist"
    results = list(_published(build, dist))
    freed = sum(map(_remove, results))
    freed += sum(_remove(path) for name in FOLDERS for path in [build / name])
    freed += sum(_remove(path) for path in build.glob("publish-*"))
    freed += sum(_remove(build / name) for name in FILES)
    above = {folder for path in results for folder in path.parents if folder.is_relative_to(dist)}
    for folder in (*sorted(above, reverse=True), build):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return freed


def _published(build: Path, dist: Path) -> Iterator[Path]:
    record = read_json(build / "published.json", {"files": dict})
    names = {*RESULTS, *(record["files"] if record else ())}
    yield from (dist / name for name in sorted(names))
    for published in sorted(path for kind in HOMES for path in (build / kind).rglob(RECORD)):
        below = published.parent.relative_to(build)
        home = dist / (below.parent if below.parts[0] == "decks" else below)
        record = read_json(published, {"files": dict})
        yield from (home / name for name in (record["files"] if record else ()))
    yield from (dist / name for name in read_json(build / export.RECORD, [str]) or ())


def _remove(path: Path) -> int:
    """Removes a file or a folder; returns the number of bytes."""
    if path.is_dir():
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        shutil.rmtree(path)
        return size
    if path.is_file():
        size = path.stat().st_size
        path.unlink()
        return size
    return 0
