"""Eight clips drawn by one worker and by two: how much faster, and how much memory at most.

    python benchmarks/workers.py [--quality draft] [--clips 8] [--workers 1 2]

Memory is the sum over all processes of the build of what each has for itself and its share of what several have (PSS),
read five times a second, on Linux only. Idle cores are assumed: look at the load that is printed first.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.build.build import Build  # noqa: E402
from pipeline.build.jobs import Options  # noqa: E402
from pipeline.project import project as projects  # noqa: E402
from pipeline.project.qualities import QUALITIES  # noqa: E402
from pipeline.workers.progress import Progress  # noqa: E402

PARTS = ("objectives", "scenes", "assets", "traces", "pipeline", "lecture.toml", "hyperparameters.toml")
EVERY = 0.2


def main() -> None:
    """Print a line for each number of workers, and the ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quality", default="draft", choices=QUALITIES)
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    print(f"{options.clips} clips, {options.quality}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    spent = []
    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
        root = Path(folder)
        for name in PARTS:
            (root / name).symlink_to(ROOT / name)
        project = projects.load(root)
        clips = project.clips[: options.clips]
        with Build(project, Options(QUALITIES["draft"], 2), Progress(nowhere)) as build:
            build.prepare(clips)
        for count in options.workers:
            with (
                Build(project, Options(QUALITIES[options.quality], count), Progress(nowhere)) as build,
                Memory() as most,
            ):
                start = time.monotonic()
                build.pictures(clips)
                spent.append(time.monotonic() - start)
            build.result.raise_failures()
            print(f"{count} workers {spent[-1]:7.1f} s   at most {most.megabytes:6.0f} MB", flush=True)
            build.store.sweep({build.survey.voice(clip).key for clip in clips} | keys(build, clips))
    for count, seconds in zip(options.workers[1:], spent[1:], strict=True):
        print(f"ratio {count} : {options.workers[0]}  {spent[0] / seconds:5.2f}")


def keys(build: Build, clips: tuple[projects.Clip, ...]) -> set[str]:
    """The traces of these clips, which stay."""
    return {build.survey.trace(experiment).key for experiment in build.project.needed(clips)}


class Memory:
    """The most memory that this process and all below it had together while the block ran; `own` is its alone."""

    def __enter__(self) -> Memory:
        self.megabytes = self.own = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            each = [proportional(pid) / 1000 for pid in family(os.getpid())]
            self.megabytes, self.own = max(self.megabytes, sum(each)), max(self.own, each[0])

    def __str__(self) -> str:
        return f"{self.megabytes:.0f} MB, of which the process that joins had {self.own:.0f} MB"


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except OSError:
                continue
    return found


def proportional(pid: int) -> float:
    """Kilobytes of a process, with its share of what it has in common with others."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(float(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
