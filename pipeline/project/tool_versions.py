"""Versions of the tools that results depend on, read without importing them."""

from __future__ import annotations

import functools
import importlib.metadata
import platform

COMPUTING = ("torch", "numpy")
DRAWING = (
    "manim",
    "typst",
    "pillow",
    "numpy",
    "pycairo",
    "manimpango",
    "svgelements",
    "skia-pathops",
    "contourpy",
    "av",
)


@functools.cache
def installed(tools: tuple[str, ...]) -> dict[str, str]:
    """Versions of Python and of installed packages, read without importing them."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for tool in tools:
        try:
            found[tool] = importlib.metadata.version(tool)
        except importlib.metadata.PackageNotFoundError:
            found[tool] = "not installed"
    return found
