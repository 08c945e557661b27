"""A small project is built and the builds are killed at random instants: nothing may be lost, stale or broken.

    python benchmarks/kills.py [--kills 1000] [--seed 4] [--log build/kills.jsonl]

Each round edits the project if its film is finished, and does one of these to the build that follows:

- kill, term: SIGKILL (to the build alone, or to its workers, too) or SIGTERM, at a random instant or before a random
  touch of the file system;
- full: no space is left from a random touch of the file system on, or no file grows beyond a random size;
- harm: files of build/ and dist/ are emptied, cut, bent, or replaced by folders; half of these builds are killed, too;
- two: two builds at once, of which one is killed.

Afterwards, and again after a build that nobody kills:

- lost: a finished result that nobody harmed is gone, or made anew;
- stale: `status` finds nothing to do, but dist/ is not the film of what is written;
- broken: dist/ is neither the film before the edit nor the one after it, file by file; a record stands without its
  result; a build that nobody kills fails, or leaves rubbish; a build that is not killed ends with a traceback.

Builds are forked from this process, which has imported what they need, so that a kill costs a fraction of a second; one
in `PLAIN` is `python render.py` with workers of its own. With --log, the same command carries on where it was stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import functools
import hashlib
import io
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import av  # noqa: E402, F401
import numpy as np  # noqa: E402, F401
import scipy.signal  # noqa: E402, F401
from PIL import Image  # noqa: E402, F401

from pipeline.build.build import Build  # noqa: E402
from pipeline.build.jobs import Options  # noqa: E402
from pipeline.build.lock import alone  # noqa: E402
from pipeline.build.status import Survey  # noqa: E402
from pipeline.build.store import Store  # noqa: E402
from pipeline.errors import BuildError, UserError  # noqa: E402
from pipeline.media.mp4 import inspect  # noqa: E402
from pipeline.project import project as projects  # noqa: E402
from pipeline.project.qualities import QUALITIES  # noqa: E402
from pipeline.workers import compute, draw, pool  # noqa: E402, F401
from pipeline.workers.progress import Progress  # noqa: E402
from tests.pipeline import tiny  # noqa: E402

WAYS = {"kill": 8, "term": 4, "full": 3, "harm": 3, "two": 2}
"""How often each is chosen."""
PLAIN = 40
"""One build in so many is the command line itself."""
FAULTS = ("lost", "stale", "broken")
SLOPES = (0.3, 0.6)
SPEEDS = (0.2, 0.5)
WORDS = ("Down it is.", "Down, down it is.")
TOUCHES = {"open", "os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "shutil.move", "shutil.copyfile"}
"""Events of Python that touch the file system."""
PATIENCE = 120.0
"""Seconds after which a build is taken to hang."""

State = tuple[float, float, str]
Snapshot = dict[str, str]


@dataclass
class Round:
    """What one round came to."""

    number: int
    way: str
    plain: bool
    note: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)


class Field:
    """The project, and what its film has to be for every state of it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.twin = (equipped(folder / name) for name in ("project", "twin"))
        self.films: dict[State, Snapshot] = {}
        self.state: State = (0.25, 0.5, WORDS[0])
        self.before = self.state
        self.touches, self.seconds = 400, 1.0
        start = time.monotonic()
        assert self.build() == 0
        self.seconds = time.monotonic() - start
        shutil.rmtree(self.twin)
        shutil.copytree(self.root, self.twin, symlinks=True)
        self.expected()

    def expected(self) -> Snapshot:
        """The film of the present state, made in a place where nothing is killed."""
        if self.state not in self.films:
            write(self.twin, self.state)
            assert waited(forked(self.twin)) == 0
            self.films[self.state] = snapshot(self.twin / "dist")
            assert all(inspect(path) == [] for path in (self.twin / "dist").rglob("*.mp4"))
        return self.films[self.state]

    def edit(self, dice: random.Random) -> None:
        """Another state; what the present film does not use is forgotten, so that it has to be made again."""
        self.before = self.state
        while self.state == self.before:
            self.state = (dice.choice(SLOPES), dice.choice(SPEEDS), dice.choice(WORDS))
        for root in (self.root, self.twin):
            survey = Survey(project := projects.load(root), Store(project.build))
            items = survey.all(QUALITIES["draft"])
            survey.store.sweep({item.record.key for item in items if item.record})
        write(self.root, self.state)
        self.expected()

    def build(self, **options: Any) -> int:
        """A build that nobody kills."""
        return waited(forked(self.root, **options))

    def finished(self) -> bool:
        """Whether `status` finds nothing to do."""
        project = projects.load(self.root)
        return not any(item.reasons for item in Survey(project, Store(project.build)).all(QUALITIES["draft"]))


def equipped(root: Path) -> Path:
    """A tiny project with a command line of its own."""
    tiny.create(root)
    shutil.copy(ROOT / "render.py", root / "render.py")
    for package in ("pipeline", "traces"):
        (root / package).symlink_to(ROOT / package)
    return root


def write(root: Path, state: State) -> None:
    """Writes a state into the files of a project."""
    fall, rise, words = state
    values = tiny.FILES["hyperparameters.toml"].replace("slope = 0.25", f"slope = {fall}")
    tiny.write(root, "hyperparameters.toml", values.replace("slope = 0.5 #", f"slope = {rise} #"))
    told = tiny.FILES["assets/narration/ch01_fall.md"].replace(WORDS[0], words)
    tiny.write(root, "assets/narration/ch01_fall.md", told)


def snapshot(folder: Path) -> Snapshot:
    """Digests of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def records(root: Path) -> dict[str, int]:
    """Finished results, and when each was finished."""
    return {path.relative_to(root).as_posix(): path.stat().st_mtime_ns for path in root.glob("build/*/*.record.json")}


@dataclass
class Hook:
    """Does something before the touch of the file system with this number, counted in each process by itself."""

    number: int
    act: Callable[[str, tuple[Any, ...]], None]
    count: int = 0

    def __call__(self, event: str, given: tuple[Any, ...]) -> None:
        """An audit hook of Python."""
        if event in TOUCHES:
            self.count += 1
            if self.count >= self.number:
                self.act(event, given)


def no_space(event: str, given: tuple[Any, ...]) -> None:
    """What a full disk says to whoever writes."""
    writing = event in ("os.mkdir", "os.link") or (
        event == "open" and isinstance(given[2], int) and given[2] & (os.O_CREAT | os.O_TRUNC)
    )
    if writing:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(given[0]))


def forked(root: Path, hook: Hook | None = None, limit: int = 0, errors: Path | None = None) -> int:
    """A build in a process of its own, with workers forked from it; its id."""
    sys.stdout.flush()
    if child := os.fork():
        return child
    code = 3
    try:
        os.setsid()
        warnings.simplefilter("ignore")
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        fork: Any = multiprocessing.get_context("fork")
        spawn = multiprocessing.get_context
        multiprocessing.get_context = lambda method=None: fork if method == "spawn" else spawn(method)  # type: ignore[assignment]
        pool._serve = functools.partial(served, pool._serve)
        with contextlib.suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit or resource.RLIM_INFINITY,) * 2)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        opened = projects.load(root)
        shown = Progress(io.StringIO())
        if hook:
            sys.addaudithook(hook)
        with alone(opened.build, shown), Build(opened, Options(QUALITIES["draft"], 2), shown) as made:
            made.lecture()
        code = 0
    except (BuildError, UserError, KeyboardInterrupt, OSError):
        code = 1
    except BaseException:
        if errors:
            errors.write_text(traceback.format_exc())
    finally:
        os._exit(code)


def served(serve: Callable[[Any], None], connection: Any) -> None:
    """A worker that was forked has, like one that was spawned, no open file of the build's, such as its lock."""
    parent: Any = multiprocessing.parent_process()
    own = {0, 1, 2, connection.fileno(), parent.sentinel}
    for number in map(int, os.listdir("/proc/self/fd")):
        if number not in own:
            with contextlib.suppress(OSError):
                os.close(number)
    serve(connection)


def plainly(root: Path, limit: int = 0) -> int:
    """The same with the command line and its own workers; its id."""

    def begin() -> None:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit or resource.RLIM_INFINITY,) * 2)

    nothing = subprocess.DEVNULL
    return subprocess.Popen(
        [sys.executable, "render.py", "--workers", "2"], cwd=root, stdout=nothing, stderr=nothing, preexec_fn=begin
    ).pid


def waited(process: int, patience: float = PATIENCE) -> int:
    """The exit code of a build, or minus its signal; one that hangs is killed: -100."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    kill(process, signal.SIGKILL, whole=True)
    os.waitpid(process, 0)
    return -100


def kill(process: int, number: signal.Signals, whole: bool = False) -> None:
    """Sends a signal to a build, or to its workers, too."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process, number) if whole else os.kill(process, number)


def once(dice: random.Random, touches: int, number: signal.Signals) -> Hook:
    """Kills the build, and none of its workers, before a random touch."""
    master = os.getpid()

    def act(_: str, __: tuple[Any, ...]) -> None:
        if os.getppid() == master and hook.count == hook.number:
            os.kill(os.getpid(), number)

    hook = Hook(dice.randint(1, touches), act)
    return hook


def harm(root: Path, dice: random.Random) -> tuple[list[str], bool]:
    """Harms some files; their names, and whether any is in dist/."""
    paths = sorted(path for place in ("build", "dist") for path in (root / place).rglob("*") if path.is_file())
    chosen = [path for path in dice.sample(paths, min(len(paths), dice.randint(1, 4))) if path.name != "lock"]
    for path in chosen:
        data = path.read_bytes()
        how = dice.choice(
            ["empty", "cut", "bent", "gone", "folder"] if path.is_relative_to(root / "build") else ["cut"]
        )
        path.unlink()
        if how == "empty":
            path.touch()
        elif how == "cut":
            path.write_bytes(data[: dice.randrange(len(data) or 1)])
        elif how == "bent":
            place = dice.randrange(len(data) or 1)
            path.write_bytes(data[:place] + bytes([dice.randrange(256)]) * 8 + data[place + 8 :])
        elif how == "folder":
            (path / "inner").mkdir(parents=True)
    names = [path.relative_to(root).as_posix() for path in chosen]
    return names, any(name.startswith("dist/") for name in names)


def play(place: Field, number: int, seed: int) -> Round:
    """One round."""
    dice = random.Random(f"{seed} {number}")
    if place.finished():
        place.edit(dice)
    (way,) = dice.choices(list(WAYS), list(WAYS.values()))
    played = Round(number, way, dice.random() < 1 / PLAIN)
    spoilt = spoiled(place.root)
    harmed, outside = harm(place.root, dice) if way == "harm" else ([], False)
    before = {name: mark for name, mark in records(place.root).items() if _sound(name, harmed) and name not in spoilt}
    errors = place.root.parent / "errors.txt"
    errors.unlink(missing_ok=True)
    code = attack(place, played, dice, errors)
    if code == -100:
        played.faults.append(("broken", "a build hangs"))
    if errors.exists():
        played.faults.append(("broken", errors.read_text()))
    look(place, played, before, outside, finished=False)
    if dice.random() < 0.6 or outside:
        after = {name: mark for name, mark in records(place.root).items() if not harmed and name not in spoilt}
        code = place.build(errors=errors)
        if code:
            told = errors.read_text() if errors.exists() else f"a build that nobody kills ends with {code}"
            played.faults.append(("broken", told))
        look(place, played, after, False, finished=True)
    return played


def attack(place: Field, played: Round, dice: random.Random, errors: Path) -> int:
    """Starts the build of a round and does to it what its way says; the exit code of what survives."""
    way, patient = played.way, dice.random() < 0.5
    number = signal.SIGTERM if way == "term" else signal.SIGKILL
    delay, everyone = dice.uniform(0.0, 1.3 * place.seconds), way != "term" and dice.random() < 0.5
    if way == "full":
        limit = int(10 ** dice.uniform(1.5, 5.5)) if patient else 0
        hook = None if limit else Hook(dice.randint(1, place.touches), no_space)
        played.note = (
            f"no file above {limit} bytes" if limit else f"no space from touch {hook.number if hook else 0} on"
        )
        played.plain = played.plain and bool(limit)
        process = plainly(place.root, limit) if played.plain else forked(place.root, hook, limit, errors)
        return waited(process)
    if way == "harm" and dice.random() < 0.5:
        return waited(plainly(place.root) if played.plain else forked(place.root, errors=errors))
    if played.plain:
        delay = dice.uniform(0.1, 4.0)
    other = forked(place.root, errors=errors) if way == "two" else 0
    hook = None if patient or played.plain else once(dice, place.touches, number)
    process = plainly(place.root) if played.plain else forked(place.root, hook, errors=errors)
    if hook:
        played.note = f"before touch {hook.number}"
    else:
        played.note = f"after {delay:.2f} s"
        time.sleep(delay)
        kill(process, number, everyone)
    code = waited(process)
    if hook and code == 0:
        place.touches = max(50, place.touches - 5)  # it did not come that far
    return waited(other) if other else code


def _sound(name: str, harmed: list[str]) -> bool:
    """Whether a result and its record are as they were."""
    key = name.removesuffix(".record.json")
    return not any(other.startswith(key) for other in harmed)


def spoiled(root: Path) -> set[str]:
    """Results that were harmed in an earlier round, and that no film has needed since."""
    store = Store(root / "build")
    return {name for name in records(root) if not _finds(store, name)}


def _finds(store: Store, name: str) -> bool:
    """Whether a record's result is there as it was written."""
    _, kind, key = name.split("/")
    return store.find(kind, key.removesuffix(".record.json")) is not None


def look(place: Field, played: Round, before: dict[str, int], outside: bool, finished: bool) -> None:
    """What is wrong now."""
    now = records(place.root)
    gone = [name for name, mark in before.items() if now.get(name) != mark]
    if gone:
        played.faults.append(("lost", f"{', '.join(gone)} was finished before"))
    store = Store(place.root / "build")
    for name in now if played.way != "harm" or finished else ():
        if name in before and not _finds(store, name):
            played.faults.append(("broken", f"{name} stands without its result"))
    shown = {name: value for name, value in snapshot(place.root / "dist").items() if "/.part-" not in f"/{name}"}
    expected, old = place.films[place.state], place.films.get(place.before)
    done = place.finished()
    if done and shown != expected:
        played.faults.append(("stale", f"nothing to do, but other files: {_others(shown, expected)}"))
    elif not outside and shown not in (expected, old):
        played.faults.append(("broken", f"dist/ is neither film: {_others(shown, expected)}"))
    if finished:
        if not done:
            played.faults.append(("broken", "a finished build leaves something to do"))
        left = [*place.root.glob("build/**/.part-*"), *place.root.glob("build/publish-*"), *place.root.glob("dist/.*")]
        if left:
            played.faults.append(("broken", f"left behind: {', '.join(str(path) for path in left)}"))


def _others(one: Snapshot, two: Snapshot) -> str:
    return ", ".join(sorted(name for name in {*one, *two} if one.get(name) != two.get(name)))


def rounds(folder: Path, first: int, count: int, seed: int, kept: Path | None) -> Iterator[Round]:
    """Rounds `first` to `count` in a folder; where one finds a fault, the project is copied to `kept`."""
    place = Field(folder)
    for number in range(first, count):
        played = play(place, number, seed)
        if played.faults and kept:
            shutil.copytree(place.root, kept / f"round-{number}", symlinks=True, dirs_exist_ok=True)
        yield played
        if played.faults:  # begin again, so that one fault is not told of many times
            shutil.rmtree(folder)
            place = Field(folder)


def main() -> int:
    """Print what each round that found something found, and the three numbers; 1 unless all are 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--log", type=Path, help="where the rounds are kept, a line each")
    parser.add_argument("--kept", type=Path, help="where projects are copied in which something was found")
    given = parser.parse_args()
    log: Path | None = given.log
    found = [json.loads(line) for line in log.read_text().splitlines()] if log and log.exists() else []
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True) as folder:
        for played in rounds(Path(folder, "field"), len(found), given.kills, given.seed, given.kept):
            found.append(played.__dict__)
            if log:
                with log.open("a") as file:
                    file.write(json.dumps(found[-1]) + "\n")
            for kind, sentence in played.faults:
                print(f"round {played.number} ({played.way}, {played.note}): {kind}: {sentence}", flush=True)
            if len(found) % 50 == 0:
                print(f"{len(found)} of {given.kills}, {time.monotonic() - start:.0f} s", flush=True)
    sums = Counter(kind for played in found for kind, _ in played["faults"])
    ways = Counter(played["way"] for played in found)
    used = sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    plain = sum(played["plain"] for played in found)
    told = ", ".join(f"{way} {ways[way]}" for way in WAYS)
    print(f"{len(found)} builds ({told}; {plain} by the command line), {used:.0f} s of CPU in this run")
    print(f"{', '.join(FAULTS)}: {', '.join(str(sums[kind]) for kind in FAULTS)}")
    return 1 if sums else 0


if __name__ == "__main__":
    sys.exit(main())
