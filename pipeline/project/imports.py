"""Which first-party modules a module reaches when it is imported, transitively, by reading and not by importing."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.project.sources import Import, Sources

PACKAGES = ("objectives", "pipeline", "scenes", "traces")
"""The first-party packages; an import of anything else is a tool, whose version counts and not its text."""


def reached(sources: Sources, start: str) -> list[str]:
    """Relative paths of the modules that importing `start` ("scenes/engine/stage.py") can run, itself included, sorted.

    Imports inside functions count, and so does the `__init__.py` of every package on the way.
    """
    found: set[str] = set()
    waiting = [start, *_packages(sources, _module_name(start))]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        waiting.extend(_targets(sources, path))
    return sorted(found)


def _targets(sources: Sources, path: str) -> tuple[str, ...]:
    """Paths of the first-party modules that a module imports itself, found once."""
    if path not in sources.targets:
        found = (target for entry in sources.read(path).imports for target in resolve(sources, path, entry))
        sources.targets[path] = tuple(dict.fromkeys(found))
    return sources.targets[path]


def resolve(sources: Sources, importer: str, entry: Import) -> Iterator[str]:
    """Paths of the first-party modules that one import statement runs."""
    module = entry.module
    if entry.level:
        package = _package_of(importer)
        base = package[: len(package) - entry.level + 1]
        module = ".".join([*base, module] if module else base)
    if module.partition(".")[0] not in PACKAGES:
        return
    yield from _packages(sources, module)
    yield from _file(sources, module)
    for name in entry.names:
        if name == "*":
            folder = module.replace(".", "/")
            yield from (path for path in sources.folder(folder) if path.count("/") == folder.count("/") + 1)
        else:
            yield from _file(sources, f"{module}.{name}")


def _file(sources: Sources, module: str) -> Iterator[str]:
    stem = module.replace(".", "/")
    yield from (path for path in (f"{stem}.py", f"{stem}/__init__.py") if sources.exists(path))


def _packages(sources: Sources, module: str) -> Iterator[str]:
    """The `__init__.py` of each package above a module."""
    parts = module.split(".")[:-1]
    for depth in range(1, len(parts) + 1):
        path = "/".join(parts[:depth]) + "/__init__.py"
        if sources.exists(path):
            yield path


def _module_name(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _package_of(path: str) -> list[str]:
    """The package whose `.` an import in this file means."""
    return path.split("/")[:-1]
