"""The film's own clip of the present settings: `render.py clip` as a program of its own, one at a time."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path


class Clip:
    """One run of `render.py clip NAME --set ...`: its last line, and the file when it is done."""

    def __init__(self, root: Path, name: str, arguments: list[str]) -> None:
        command = [sys.executable, "render.py", "clip", name, "-q", "draft", *arguments]
        self.root, self.name = root, name
        self.line, self.file = "starting", ""
        self.process = subprocess.Popen(
            command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            text = line.strip()
            if text.endswith(".mp4"):
                self.file = text.split()[-1]
            self.line = text or self.line

    def state(self) -> dict[str, object]:
        """What the page shows of it."""
        code = self.process.poll()
        done = code == 0 and (self.root / self.file).is_file()
        return {"running": code is None, "done": done, "line": self.line, "failed": code is not None and not done}

    def stop(self) -> None:
        """End it; what it has finished is kept."""
        if self.process.poll() is None:
            self.process.terminate()
