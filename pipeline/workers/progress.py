"""How far a build is: bars on a terminal, plain lines elsewhere. On standard error; results go to standard output."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from pipeline.files import write_json

PLAIN_EVERY = 10.0
"""Seconds between two plain lines about the same job."""
REPORT_EVERY = 0.25
"""Seconds between two reports that a worker leaves in its file."""


REPORT = "ATLAS_PROGRESS"
"""A program that starts this one sets it to "json" in the environment, and reads a JSON text a line."""


def reporter(path: Path) -> Callable[[float, float], None]:
    """What a worker calls with how much is done, and of how much: it leaves that in a file, a few times a second."""
    said = 0.0

    def report(done: float, total: float) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= REPORT_EVERY:
            write_json(path, [done, total])
            said = now

    return report


class Progress:
    """Plain lines: what starts, what is done, and now and then how far it is."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._labels: dict[str, str] = {}
        self._started: dict[str, float] = {}
        self._said: dict[str, float] = {}
        self._weights: dict[str, float] = {}
        self._shares: dict[str, float] = {}
        self._began = time.monotonic()
        self._before = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def plan(self, weights: dict[str, float]) -> None:
        """What is going to be done, and how long each part takes in proportion to the others; more may follow."""
        self._weights.update(weights)
        self._began = time.monotonic()
        self._before = self.share()

    def say(self, text: str) -> None:
        """A line that stays."""
        print(text, file=self._stream, flush=True)

    def begin(self, name: str, label: str) -> None:
        """A job starts."""
        self._labels[name] = label
        self._started[name] = self._said[name] = time.monotonic()
        self.say(f"{label} ...")

    def advance(self, name: str, share: float) -> None:
        """A job is so far, from 0 to 1."""
        self._shares[name] = share
        now = time.monotonic()
        if now - self._said[name] >= PLAIN_EVERY:
            self._said[name] = now
            left = self.time_left()
            ending = f", about {clock(left)} left in all" if left is not None else ""
            self.say(f"{self._labels[name]}: {share:.0%}{ending}")

    def pause(self, name: str) -> None:
        """A job has to wait for another try."""
        self._shares.pop(name, None)

    def finish(self, name: str, good: bool) -> None:
        """A job is over."""
        self._shares[name] = 1.0
        seconds = time.monotonic() - self._started[name]
        left = self.time_left() if self.share() < 1 else None
        ending = f", about {clock(left)} left in all" if left and left > PLAIN_EVERY else ""
        self.say(f"{self._labels[name]}: {'done' if good else 'failed'} after {clock(seconds)}{ending}")

    def share(self) -> float:
        """How much of the plan is done, from 0 to 1."""
        total = sum(self._weights.values())
        return (
            sum(self._shares.get(name, 0.0) * weight for name, weight in self._weights.items()) / total if total else 0
        )

    def time_left(self) -> float | None:
        """Seconds until the plan is done, once a twentieth of it is."""
        share = self.share()
        done = share - self._before
        return (time.monotonic() - self._began) * (1 - share) / done if done > 0.05 else None


class Bars(Progress):
    """The same on a terminal: a bar for each running job and one for the whole."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as RichProgress

        super().__init__()
        self._console = Console(stderr=True)
        self._rich = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=32),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[left]}"),
            console=self._console,
            transient=True,
        )
        self._bars: dict[str, Any] = {}
        self._whole: Any = None

    def __enter__(self) -> Progress:
        self._rich.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rich.stop()

    def plan(self, weights: dict[str, float]) -> None:
        """Shows the bar of the whole."""
        super().plan(weights)
        if self._whole is None and weights:
            self._whole = self._rich.add_task("film", total=1.0, left="")

    def say(self, text: str) -> None:
        """A line above the bars."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def begin(self, name: str, label: str) -> None:
        """Shows a bar for the job."""
        self._labels[name] = label
        self._started[name] = time.monotonic()
        self._bars[name] = self._rich.add_task(f"  {label}", total=1.0, left="")

    def advance(self, name: str, share: float) -> None:
        """Moves the bar of the job and that of the whole."""
        self._shares[name] = share
        self._rich.update(self._bars[name], completed=share)
        self._move_whole()

    def pause(self, name: str) -> None:
        """Hides the bar of the job until it starts again."""
        super().pause(name)
        self._rich.remove_task(self._bars.pop(name))

    def finish(self, name: str, good: bool) -> None:
        """Puts a line in the place of the bar."""
        self._rich.remove_task(self._bars.pop(name))
        super().finish(name, good)
        self._move_whole()

    def _move_whole(self) -> None:
        if self._whole is not None:
            left = self.time_left()
            words = f"about {clock(left)} left" if left else ""
            self._rich.update(self._whole, completed=self.share(), left=words)


class Reported(Progress):
    """The same for a program, JSON a line: "share", "left" (seconds or null), "running" {label: share}, "said"."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._running: dict[str, float] = {}
        self._told = 0.0

    def say(self, text: str) -> None:
        """A line that stays."""
        self._tell(text)

    def begin(self, name: str, label: str) -> None:
        """A job starts."""
        self._running[name] = 0.0
        super().begin(name, label)

    def advance(self, name: str, share: float) -> None:
        """A job is so far; told a few times a second."""
        self._shares[name] = self._running[name] = share
        if time.monotonic() - self._told >= REPORT_EVERY:
            self._tell("")

    def pause(self, name: str) -> None:
        """A job has to wait for another try."""
        super().pause(name)
        self._running.pop(name, None)

    def finish(self, name: str, good: bool) -> None:
        """A job is over."""
        self._running.pop(name, None)
        super().finish(name, good)

    def _tell(self, text: str) -> None:
        self._told = time.monotonic()
        running = {self._labels[name]: round(share, 3) for name, share in self._running.items()}
        told = {"share": round(self.share(), 4), "left": self.time_left(), "running": running, "said": text}
        print(json.dumps(told), file=self._stream, flush=True)


def for_terminal() -> Progress:
    """Bars where somebody watches, lines where not, JSON where a program asks for it."""
    if os.environ.get(REPORT) == "json":
        return Reported()
    return Bars() if sys.stderr.isatty() else Progress()


def clock(seconds: float) -> str:
    """`4.2 s` or `3:05 min`."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d} min"
