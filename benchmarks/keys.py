"""Every hyperparameter edited in turn: what `status` calls fresh must look the same when it is drawn anew.

    python benchmarks/keys.py [KEY...] [--elsewhere 1] [--workers 2] [--log build/keys.jsonl]

The whole film, with smaller experiments than it ships with (`REDUCED`). For each key, another allowed value; then

1. without computing anything: each experiment and clip that is fresh would be given the very job that it was given
   before, and each one that is not would be given another;
2. what is stale is computed anew, and every clip that reads it is drawn at its beats: pictures of one whose key stays
   the same are the same, and a clip whose key changes without them reads a trace that came out differently;
3. a fresh trace and as many fresh clips as `--elsewhere` says, picked by the key's name, are made again all the same.

Prints a line a key and every fault; exit code 1 if there is any. The whole takes about an hour of one core; with --log,
the same command carries on after the keys that it has looked at.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.build.build import Build  # noqa: E402
from pipeline.build.jobs import Options  # noqa: E402
from pipeline.errors import BuildError, UserError  # noqa: E402
from pipeline.files import RACY_NS  # noqa: E402
from pipeline.project import project as projects  # noqa: E402
from pipeline.project.parameters import Parameter, Value  # noqa: E402
from pipeline.project.project import Clip, Experiment  # noqa: E402
from pipeline.project.qualities import QUALITIES  # noqa: E402
from pipeline.workers import compute  # noqa: E402
from pipeline.workers.progress import Progress  # noqa: E402
from traces.store import load  # noqa: E402

PARTS = ("objectives", "scenes", "assets", "traces", "pipeline", "lecture.toml", "hyperparameters.toml")
REDUCED = (
    "surface.resolution=21",
    "sampling.seeds=3",
    "sampling.iterations=8",
    "practice.seeds=2",
    "practice.groups=8",
    "practice.iterations=10",
    "six_objectives.long_batches=12",
    "six_in_a_network.groups=4",
    "six_in_a_network.iterations=2",
    "six_in_a_network.seeds=1",
    "six_in_a_network.resolution=3",
    "baseline_variance.batches=40",
    "baseline_variance.redraws=50",
    "batch_reuse.seeds=8",
    "batch_reuse.updates=20",
    "gradient_clouds.redraws=100",
    "length_phantom.group=4",
    "noise_clip.iterations=20",
    "noise_clip.seeds=4",
    "process_reward.look=5",
    "reward_hacking.steps=60",
    "reward_hacking.seeds=3",
    "token_values.batches=60",
    "trust_region.maps=6",
)
"""Shorter and fewer runs on coarser maps."""
PLACES = ("root", "log", "progress", "out")
"""Of a job: where things are, not what they are."""
TEXTS = {"maze.grid": ("...F .V.V .... .C..",)}
"""Other values of texts without choices."""
TOGETHER = {f"{rule}.kl_ratio": f'{rule}.kl_place="loss"' for rule in ("ppo", "rloo", "reinforce_pp")}
"""Keys whose other value is allowed only together with another edit."""
SIZE = (214, 120)
QUALITY = QUALITIES["draft"]

Pixels = npt.NDArray[np.uint8]


@dataclass
class Look:
    """How a clip looks at each of its beats."""

    times: list[float]
    pictures: list[Pixels]

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, Look)
        return self.times == other.times and all(map(np.array_equal, self.pictures, other.pictures))


@dataclass
class Finding:
    """What an edit did."""

    override: str = ""
    stale: set[str] = field(default_factory=set)
    """Clips that `status` calls stale before anything is computed."""
    drawn: set[str] = field(default_factory=set)
    """Clips whose key is another one once the traces are there: these would be drawn anew."""
    changed: set[str] = field(default_factory=set)
    """Clips that look different."""
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = f"stale {len(self.stale):2}, drawn anew {len(self.drawn):2}, different {len(self.changed):2}"
        return f"{counts}  {self.override}"


def others(parameter: Parameter, value: Value) -> Iterator[str]:
    """Overrides that give a parameter another allowed value."""
    tried: list[Any] = []
    if parameter.name in TEXTS:
        tried += TEXTS[parameter.name]
    if isinstance(value, bool):
        tried.append(not value)
    elif isinstance(value, int):
        tried += [value + 1, value - 1, value + 2, value - 2, 2 * value]
    elif isinstance(value, float):
        tried += [round(value * 1.25, 6), round(value * 0.8, 6), value + 0.1, value - 0.1, value + 1.0, value + 2.0]
    elif isinstance(value, tuple):
        tried += [list(value[::-1]), [*value[:-1], value[-1] * 0.9]]
        tried += [[*value[:k], (value[k] + value[k + 1]) / 2, *value[k + 1 :]] for k in range(len(value) - 1)]
    tried += parameter.choices
    for other in tried:
        try:
            accepted = parameter.accept(other, "")
        except UserError:
            continue
        if accepted != value:
            yield f"{parameter.name}={json.dumps(other)}"


def reduced(root: Path, workers: int = 2) -> Build:
    """The film as shipped but for `REDUCED` and without a voice, with a build/ of its own in `root`."""
    for name in PARTS:
        if not (root / name).exists():
            (root / name).symlink_to(ROOT / name)
    project = projects.load(root, REDUCED, voice="silent")
    return Build(project, Options(QUALITY, workers, remember=False), Progress(io.StringIO()))


@contextmanager
def film(root: Path, workers: int = 2) -> Iterator[Film]:
    """The reduced film, with what it needs before it is drawn made in a folder of its own."""
    with reduced(root, workers) as build:
        build.prepare(build.project.clips)
        time.sleep(RACY_NS / 1e9)  # from here on, digests of what was made are remembered
        made = Film(build.derived(build.project, ""))
        build.project.sources.save()
        made.build.store.save()
        yield made


class Film:
    """The film before any edit, and what each edit does to it."""

    def __init__(self, build: Build) -> None:
        self.build = build
        self.keys = dict(_keys(build))
        self.given = dict(_given(build))
        self._looks: dict[str, Look] = {}
        self._kept = {key for key in self.keys.values() if key} | {
            build.survey.voice(clip).key for clip in build.project.clips
        }

    @property
    def names(self) -> list[str]:
        """Every hyperparameter that there is."""
        return list(self.build.project.schema)

    def edits(self, key: str) -> Iterator[Build]:
        """The same film with another value of a key, one after the other."""
        project = self.build.project
        together = [TOGETHER[key]] if key in TOGETHER else []
        for override in others(project.schema[key], project.hyperparameters[key]):
            edited = projects.load(project.root, [*REDUCED, *together, override], voice="silent", like=project)
            yield self.build.derived(edited, f"@{' '.join([*together, override])}")

    def jobs(self, key: str) -> Finding:
        """The first point: no computing."""
        edited = next(self.edits(key))
        finding = Finding(edited.options.mark[1:])
        keys, given = dict(_keys(edited)), dict(_given(edited))
        for name in self.keys:
            same = keys[name] == self.keys[name]
            if not same and name.startswith("clip "):
                finding.stale.add(name.removeprefix("clip "))
            if name in given and same != (given[name] == self.given[name]):
                finding.faults.append(f"{name}: its key {'stays' if same else 'changes'}, but its job does not")
        return finding

    def pictures(self, key: str, elsewhere: int = 0, most: int | None = None) -> Finding:
        """All three points; `most` limits the clips that are drawn, those that are fresh apart."""
        finding = self.jobs(key)
        for edited in self.edits(key):
            try:
                edited.prepare(edited.project.clips)
            except (UserError, BuildError):
                continue  # a value that does not go with the others
            break
        else:
            finding.faults.append("no other value of it can be computed")
            return finding
        finding.override = edited.options.mark[1:]
        keys, dice = dict(_keys(edited)), random.Random(key)
        names = [clip.name for clip in edited.project.clips]
        finding.drawn = {name for name in names if keys[f"clip {name}"] != self.keys[f"clip {name}"]}
        if not finding.drawn <= finding.stale:
            finding.faults.append(f"status does not say that {sorted(finding.drawn - finding.stale)} will be drawn")
        fresh = [name for name in names if name not in finding.stale]
        looked = dice.sample(sorted(finding.stale), min(most or 999, len(finding.stale)))
        for name in [*looked, *dice.sample(fresh, min(elsewhere, len(fresh)))]:
            if self.look(name) != _look(edited, edited.project.find(name)):
                finding.changed.add(name)
                if name not in finding.drawn:
                    finding.faults.append(f"clip {name}: fresh, but it looks different")
            elif name in finding.drawn and not self._trace_differs(edited, name):
                finding.faults.append(f"clip {name}: drawn anew for nothing, and no trace of it came out differently")
        if elsewhere:
            self._compute_again(edited, dice, finding)
        self.build.store.sweep(self._kept)
        return finding

    def look(self, name: str) -> Look:
        """How a clip looks before any edit."""
        if name not in self._looks:
            self._looks[name] = _look(self.build, self.build.project.find(name))
        return self._looks[name]

    def _trace_differs(self, edited: Build, name: str) -> bool:
        now, before = dict(_given(edited)), self.given
        return bool(now[f"clip {name}"]["traces"] != before[f"clip {name}"]["traces"])

    def _compute_again(self, edited: Build, dice: random.Random, finding: Finding) -> None:
        fresh = [e for e in _experiments(edited) if _trace_key(edited, e) == self.keys[f"trace {e.name}"]]
        for experiment in dice.sample(fresh, min(1, len(fresh))):
            job = edited.trace_job(edited.survey.trace(experiment)).payload
            again = Path(job["out"]).with_name("again.npz")
            answer = self.build._pool().submit(compute.run, {**job, "out": str(again)}).result()
            if not answer["ok"] or again.read_bytes() != Path(job["out"]).read_bytes():
                finding.faults.append(f"trace {experiment.name}: fresh, but it comes out differently")
            again.unlink(missing_ok=True)


def _experiments(build: Build) -> Sequence[Experiment]:
    return build.project.needed(build.project.clips)


def _trace_key(build: Build, experiment: Experiment) -> str:
    return build.survey.trace(experiment).key


def _keys(build: Build) -> Iterator[tuple[str, str]]:
    """The keys of all traces and clips; empty for a clip that waits for a trace."""
    for experiment in build.project.experiments.values():
        yield f"trace {experiment.name}", _trace_key(build, experiment)
    for clip in build.project.clips:
        yield f"clip {clip.name}", build.survey.clip(clip, QUALITY).key


def _given(build: Build) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the worker is given for each trace, and for each clip that waits for none."""
    for experiment in build.project.experiments.values():
        job = build.trace_job(build.survey.trace(experiment))
        yield f"trace {experiment.name}", {name: value for name, value in job.payload.items() if name not in PLACES}
    for clip in build.project.clips:
        item = build.survey.clip(clip, QUALITY)
        if item.key:
            job = build.clip_job(item, clip)
            payload = {name: value for name, value in job.payload.items() if name not in PLACES}
            read = {name: build.store.digests.of(Path(path)) for name, path in payload["traces"].items()}
            yield f"clip {clip.name}", {**payload, "traces": read}


def _look(build: Build, clip: Clip) -> Look:
    from scenes.engine.stage import Inputs

    payload = build.still_job(clip, SIZE, Path("unused.png")).payload
    traces = {name: load(Path(path)) for name, path in payload["traces"].items()}
    scene = getattr(importlib.import_module(clip.module), clip.class_name)
    stage = scene.make(Inputs(traces, payload["hyperparameters"], payload["cues"], payload["duration"]), *SIZE)
    times = [time for _, time in stage.beats()]
    return Look(times, [stage.picture(time) for time in times])


def main() -> int:
    """Print what each edit does; 1 if anything fresh looks different."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("keys", nargs="*", metavar="KEY", help="Default: all.")
    parser.add_argument("--elsewhere", type=int, default=1, help="fresh clips that are drawn, too, for each key")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--log", type=Path, help="where the findings are kept, a line a key")
    given = parser.parse_args()
    import manim

    start = time.monotonic()
    log: Path | None = given.log
    found = [json.loads(line) for line in log.read_text().splitlines()] if log and log.exists() else []
    with (
        tempfile.TemporaryDirectory(prefix="keys-") as folder,
        tempfile.TemporaryDirectory() as media,
        film(Path(folder), given.workers) as whole,
    ):
        manim.config.media_dir = media
        names, seen = given.keys or whole.names, {entry["key"] for entry in found}
        for number, key in enumerate(name for name in names if name not in seen):
            finding = whole.pictures(key, given.elsewhere)
            print(f"{len(seen) + number + 1:3} of {len(names)}  {finding}", flush=True)
            print(*(f"    FAULT {fault}\n" for fault in finding.faults), sep="", end="", flush=True)
            counts = {name: len(getattr(finding, name)) for name in ("stale", "drawn", "changed")}
            found.append({"key": key, **counts, "faults": finding.faults})
            if log:
                with log.open("a") as file:
                    file.write(json.dumps(found[-1]) + "\n")
    sums = {name: sum(entry[name] for entry in found) for name in ("stale", "drawn", "changed")}
    faults = sum(len(entry["faults"]) for entry in found)
    print(
        f"{len(found)} keys, {time.monotonic() - start:.0f} s: status calls {sums['stale']} clips stale, "
        f"{sums['drawn']} are drawn anew, {sums['changed']} look different; {faults} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
