"""How much memory is free for new processes: of the machine, and of the control groups that this process is in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/")
_UNLIMITED = 1 << 60  # what version 1 writes where there is no limit


def free(root: Path = ROOT) -> int | None:
    """Bytes, or None where it cannot be told. `root` is where proc/ and sys/ are."""
    known = [_machine(root), *_groups(root)]
    return min((value for value in known if value is not None), default=None)


def _machine(root: Path) -> int | None:
    try:
        for line in (root / "proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    except (OSError, ValueError):
        pass
    try:  # no /proc, as on macOS: half of what is built in
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2 if root == ROOT else None
    except (OSError, ValueError, AttributeError):
        return None


def _groups(root: Path) -> Iterator[int]:
    """What every control group from this process's own to the topmost leaves; caches of files can be given up."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        number, controllers, path = line.split(":", 2)
        if number == "0":
            mount, most, used, cached = root / "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):
            mount, most, used = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
            cached = "total_inactive_file"
        else:
            continue
        inner = Path(path.lstrip("/"))
        for folder in {mount / above for above in (inner, *inner.parents)}:  # in a container, its own may be the mount
            limit = _number(folder / most)
            if limit is not None and limit < _UNLIMITED:
                yield max(0, limit - (_number(folder / used) or 0) + _statistic(folder / "memory.stat", cached))


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):  # no such group here; or "max"
        return None


def _statistic(path: Path, name: str) -> int:
    try:
        return next((int(line.split()[1]) for line in path.read_text().splitlines() if line.split()[:1] == [name]), 0)
    except (OSError, ValueError, IndexError):
        return 0
