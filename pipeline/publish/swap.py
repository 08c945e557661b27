"""Many files in dist/ replaced as if at once, so that no reader, and no kill, ever sees parts of two films.

A folder with everything that dist/ shall hold is made aside, out of hard links, and the two folders change places in
one step of the file system: Linux and macOS can do that. Where it cannot be done (dist/ is a mount, on another disk, or
on a file system without hard links) the files are moved one by one out of `dist/.next`, within milliseconds; a journal
lets the next run finish what a kill in between has left.
"""

from __future__ import annotations

import ctypes
import errno
import filecmp
import os
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.files import PART, Stamp, read_json, stamp, write_json

JOURNAL = "publishing.json"
ASIDE = "dist.next"
NEXT = ".next"

_IMPOSSIBLE = {errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.EBUSY, errno.EPERM, errno.EACCES, errno.ENOTSUP}


def files_in(folder: Path) -> list[str]:
    """The files in a folder and below, sorted."""
    return [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]


def changed(stage: Path, dist: Path) -> list[str]:
    """The files of the stage that dist/ does not hold with the same bytes."""
    return [
        name
        for name in files_in(stage)
        if not ((dist / name).is_file() and filecmp.cmp(stage / name, dist / name, shallow=False))
    ]


def replace(stage: Path, names: Collection[str], gone: Collection[str], dist: Path, build: Path, record: Path) -> None:
    """Moves `names` from the stage to dist/ and removes `gone` from it.

    The stage holds the new `record`, too, under its own name: it is put in its place below `build` together with them.
    Its entry "files" has the stamps of all that belongs to dist/.
    """
    recover(dist, build)
    journal = {"record": record.name, "value": read_json(stage / record.name), "names": [*names], "gone": [*gone]}
    several = len(names) + len(gone) > 1  # one file takes its place in one step by itself
    if (names or gone) and not (several and _swap(stage, dist, build, journal)):
        _fill(stage, dist / NEXT, names)
        write_json(build / JOURNAL, {**journal, "swap": False})
        _move(dist, journal)
    _finish(dist, build, journal)


def recover(dist: Path, build: Path) -> None:
    """Finishes what a killed run has left, so that dist/ is one film again, and removes the rest."""
    shape = {"record": str, "value": {"files": {str: (int, int)}}, "names": [str], "gone": [str], "swap": bool}
    journal = read_json(build / JOURNAL, shape)
    if journal:
        if not journal["swap"]:
            _move(dist, journal)
        if _done(dist, journal):
            _finish(dist, build, journal)
        else:
            (build / JOURNAL).unlink(missing_ok=True)
    for folder in (build / ASIDE, dist / NEXT):
        shutil.rmtree(folder, ignore_errors=True)
    for left in dist.rglob(f"{PART}*"):
        left.unlink(missing_ok=True)


def _swap(stage: Path, dist: Path, build: Path, journal: dict[str, Any]) -> bool:
    """Lets a folder with all that dist/ shall hold take its place; False, and nothing done, where that cannot be."""
    aside, real = build / ASIDE, dist.resolve()
    try:
        aside.mkdir()
        for path in _below(real):
            name = path.relative_to(real).as_posix()
            if path.is_dir() and not path.is_symlink():
                (aside / name).mkdir()
            elif name not in journal["names"] and name not in journal["gone"]:
                os.link(path, aside / name, follow_symlinks=False)
        if real.is_dir():
            shutil.copystat(real, aside)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        if error.errno in _IMPOSSIBLE | {errno.EMLINK}:
            return False
        raise
    for name in journal["names"]:
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(stage / name, aside / name)  # the stage keeps its own, should the folders not change places
    write_json(build / JOURNAL, {**journal, "swap": True})
    if not real.exists():
        os.rename(aside, real)
        return True
    return _exchange(aside, real)


def _exchange(one: Path, other: Path) -> bool:
    """Two folders change places in one step; False where the system cannot do it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        failed = libc.renamex_np(os.fsencode(one), os.fsencode(other), 2)
    elif hasattr(libc, "renameat2"):
        here = -100  # relative to the working directory
        failed = libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), 2)
    else:
        return False
    if failed and (number := ctypes.get_errno()) not in _IMPOSSIBLE:
        raise OSError(number, os.strerror(number), str(other))
    return not failed


def _fill(stage: Path, folder: Path, names: Collection[str]) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(stage / name, folder / name)


def _move(dist: Path, journal: Mapping[str, Any]) -> None:
    """One by one, from `dist/.next`; what was moved before is passed over."""
    for name in journal["names"]:
        if (dist / NEXT / name).is_file():
            (dist / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(dist / NEXT / name, dist / name)
    for name in journal["gone"]:
        (dist / name).unlink(missing_ok=True)


def _finish(dist: Path, build: Path, journal: Mapping[str, Any]) -> None:
    write_json(build / journal["record"], journal["value"])
    (build / JOURNAL).unlink(missing_ok=True)
    for folder in (build / ASIDE, dist / NEXT):
        shutil.rmtree(folder, ignore_errors=True)


def _done(dist: Path, journal: Mapping[str, Any]) -> bool:
    """Whether dist/ holds what was to be moved; what was not to be moved may be missing from it."""
    marks = journal["value"]["files"]
    moved = all(stamp(dist / name) == tuple(marks[name]) for name in journal["names"])
    return moved and not any((dist / name).exists() for name in journal["gone"])


def _below(folder: Path) -> Iterator[Path]:
    """Everything in a folder, folders before what is in them, except what a killed run left."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name != NEXT:
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from _below(path)


def stamps(stage: Path, names: Collection[str], dist: Path, all_names: Collection[str]) -> dict[str, Stamp]:
    """The stamps that the files will have in dist/."""
    found = {name: stamp((stage if name in names else dist) / name) for name in sorted(all_names)}
    return {name: mark for name, mark in found.items() if mark is not None}
