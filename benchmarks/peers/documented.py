"""The tables of docs/conventions.md: which setting of which objective gives which mode of which library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "conventions.md"
LIBRARIES = ("TRL", "verl", "OpenRLHF", "Stable-Baselines3", "Spinning Up", "oat")


@dataclass(frozen=True)
class Line:
    """One line of a table: `mode` as written there, without backticks; `held` is what it has been held against."""

    library: str
    mode: str
    objective: str
    settings: dict[str, Any]
    held: str


def lines() -> dict[tuple[str, str], Line]:
    """All lines with settings, by library and mode."""
    found = {}
    for library in LIBRARIES:
        section = re.search(rf"^### {re.escape(library)}\b.*?(?=^##)", PAGE.read_text(encoding="utf-8"), re.M | re.S)
        assert section, library
        for mode, name, arguments, held in re.findall(
            r"^\| (.+?) \| `(\w+)\((.*)\)` \| (\w+) \|$", section.group(), re.M
        ):
            settings = eval(f"dict({arguments})", {"__builtins__": {}}, {"dict": dict})
            line = Line(library, mode.replace("`", ""), name, settings, held)
            assert (library, line.mode) not in found, line
            found[library, line.mode] = line
    return found
