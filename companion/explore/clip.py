"""The film's own clip of the present settings: `render.py clip` as a program of its own, one at a time."""

from __future__ import annotations

from pathlib import Path

from companion.making import Making


class Clip(Making):
    """One run of `render.py clip NAME --set ...`: its last line, and the file when it is done."""

    def __init__(self, root: Path, name: str, arguments: list[str]) -> None:
        super().__init__(root, ["clip", name, "-q", "draft", *arguments])

    @property
    def file(self) -> str:
        """The clip, once it is there."""
        return next((name for name in self.files if name.endswith(".mp4")), "")

    def state(self) -> dict[str, object]:
        """What the page shows of it."""
        told = super().state()
        done = told["done"] and bool(self.file)
        failed = not told["running"] and not done
        return {"running": told["running"], "done": done, "line": told["line"], "failed": failed}
