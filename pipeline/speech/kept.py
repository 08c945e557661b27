"""What Kokoro has spoken, kept a file a line: shipped in assets/speech/, or made on this machine in build/speech/.

A file is named by the digest of what was said, by whom and how, and holds the sound and the times of the words. So the
film does not change with the processor, and nobody waits for a line that was spoken before.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.files import whole
from pipeline.speech import opus
from pipeline.speech.spoken import Times

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SUFFIX = ".opus"


@dataclass(frozen=True)
class Kept:
    """The two folders: `shipped` is part of the repository, `made` is filled as lines are spoken."""

    shipped: Path
    made: Path

    def has(self, name: str) -> bool:
        """Whether a line is kept."""
        return self.path(name) is not None

    def path(self, name: str) -> Path | None:
        """The file of a line, the shipped one first."""
        return next((path for path in (self._shipped(name), self._made(name)) if path.is_file()), None)

    def read(self, name: str) -> tuple[NDArray[np.int16], Times] | None:
        """Samples (48 kHz, stereo) and word times (seconds) of a line; None without one, or where it is damaged."""
        for path in (self._shipped(name), self._made(name)):
            try:
                samples, comments = opus.read(path)
                return samples, _times(comments["words"])
            except (OSError, KeyError, ValueError):
                continue
        return None

    def add(self, name: str, samples: NDArray[np.int16], rate: int, times: Times, text: str, speaker: str) -> None:
        """Keeps a line that was just spoken: mono samples [n] at `rate`."""
        words = " ".join(f"{round(1000 * start)}-{round(1000 * end)}" for start, end in times)
        opus.write(self._made(name), samples, rate, {"title": text, "artist": speaker, "words": words})

    def missing(self, names: Iterable[str]) -> list[str]:
        """Those that are not shipped, each once."""
        return [name for name in dict.fromkeys(names) if not self._shipped(name).is_file()]

    def unused(self, names: Iterable[str]) -> list[Path]:
        """The shipped files of other lines than these."""
        used = {self._shipped(name) for name in names}
        return sorted(path for path in self.shipped.glob(f"*{_SUFFIX}") if path not in used)

    def ship(self, name: str) -> Path:
        """Copies a line that this machine has spoken into the shipped folder."""
        target = self._shipped(name)
        with whole(target) as temporary:
            shutil.copyfile(self._made(name), temporary)
        return target

    def forget(self, paths: Iterable[Path]) -> None:
        """Removes shipped files."""
        for path in paths:
            os.unlink(path)

    def _shipped(self, name: str) -> Path:
        return self.shipped / f"{name}{_SUFFIX}"

    def _made(self, name: str) -> Path:
        return self.made / f"{name}{_SUFFIX}"


def _times(text: str) -> Times:
    """Seconds from "0-120 130-400"."""
    pairs = (pair.split("-") for pair in text.split())
    return [(int(start) / 1000, int(end) / 1000) for start, end in pairs]
