"""A run of render.py as a program of its own: how far it is, what it says, and which files it has made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.files import fits
from pipeline.workers.progress import REPORT

LONGEST = 600
"""Characters of a line that the page shows."""
STEP = {"share": float, "running": {str: float}, "said": str}


class Making:
    """`python render.py WORDS` in a project's folder. It has build/ to itself, or waits until it has."""

    def __init__(self, root: Path, words: Sequence[str]) -> None:
        self.root, self.words = root, list(words)
        self.line = "starting"
        self.files: list[str] = []
        self.errors: list[str] = []
        self.step: dict[str, Any] = {"share": 0.0, "left": None, "running": {}}
        self.stopped = False
        self.process = subprocess.Popen(
            [sys.executable, "render.py", *words],
            cwd=root,
            env={**os.environ, REPORT: "json"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._take(line.strip())

    def _take(self, text: str) -> None:
        step = _step(text)
        if step is not None:
            self.step = step
            text = step["said"]
        elif text.startswith("Error: ") or self.errors:
            self.errors.append(text[:LONGEST])
        elif _is_file(self.root, text):
            self.files.append(text)
        self.line = text[:LONGEST] or self.line

    def state(self) -> dict[str, Any]:
        """What the page shows of it."""
        code = self.process.poll()
        if code is not None:
            self.reader.join(5)
        return {
            "running": code is None,
            "done": code == 0,
            "failed": code not in (None, 0),
            "line": "\n".join(self.errors) or self.line,
            "files": list(self.files),
            "share": 1.0 if code == 0 else self.step["share"],
            "left": self.step.get("left"),
            "jobs": self.step["running"] if code is None else {},
        }

    def stop(self) -> None:
        """End it as Ctrl-C does; what it has finished is kept."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM if self.stopped else signal.SIGINT)
            self.stopped = True


def _step(text: str) -> dict[str, Any] | None:
    """A line of progress, or None for any other."""
    if not text.startswith("{"):
        return None
    try:
        step = json.loads(text)
    except ValueError:
        return None
    return step if fits(step, STEP) else None


def _is_file(root: Path, text: str) -> bool:
    """Whether a line names a file that was made."""
    try:
        return bool(text) and len(text) < LONGEST and (root / text).is_file()
    except (OSError, ValueError):
        return False
