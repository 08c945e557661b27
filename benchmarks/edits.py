"""Sixteen edits of hyperparameters.toml, each followed by what `render.py check` looks at before the film is drawn.

    python benchmarks/edits.py [NAME...] [--clip CLIP]... [--workers 2]

Prints, for each edit, the claims that it makes false and every fault that the film would have with it. Results are kept
in build/, so that a second run looks at what has changed since.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.build.build import Build  # noqa: E402
from pipeline.build.jobs import Options  # noqa: E402
from pipeline.build.status import summary  # noqa: E402
from pipeline.check import fact_check  # noqa: E402
from pipeline.project import project as projects  # noqa: E402
from pipeline.project.project import Clip  # noqa: E402
from pipeline.project.qualities import QUALITIES  # noqa: E402
from pipeline.workers.progress import Progress  # noqa: E402

EDITS: dict[str, tuple[str, ...]] = {
    "a tiny trust region": ("trpo.delta=0.000001",),
    "a short leash": ("grpo.beta=0.5",),
    "no leash": ("grpo.beta=0.0",),
    "narrow fences": ("ppo.clip_low=0.05", "ppo.clip_high=0.05"),
    "DAPO with a ceiling like GRPO's": ("dapo.clip_high=0.2",),
    "three equal odds": ("three_answers.start=[0.34, 0.33, 0.33]",),
    "nothing for thinking first": ("three_answers.reward_format=0.0", "three_answers.reward_correct=1.0"),
    "five points for the best": ("three_answers.reward_correct=3.0", "three_answers.reward_format=2.0"),
    "nothing is paid": ("three_answers.reward_correct=0.0", "three_answers.reward_format=0.0"),
    "REINFORCE with a constant": ("reinforce.baseline=0.5",),
    "no spread, no filter": ("grpo.scale=none", "dapo.scale=none", "six_objectives.dapo_filter=off"),
    "one small group, one seed": ("sampling.groups=1", "sampling.group_size=4", "sampling.seeds=1"),
    "ten iterations from other dice": ("sampling.iterations=10", "sampling.seed=5"),
    "small steps and a blank critic": ("training.learning_rate=0.05", "training.critic_fitted=false"),
    "other houses, prices and critics": (
        "maze.food=5.0",
        "maze.gamma=0.7",
        "two_knobs.start_price=7.0",
        "token_values.gamma=0.5",
        "token_values.answers=100",
    ),
    "other handfuls, rings and groups": (
        "gradient_clouds.length=4",
        "baseline_variance.offset=0.5",
        "batch_reuse.updates=10",
        "trust_region.stretch=2.0",
        "ppo_clip.words=6",
        "grpo_group.group_size=4",
    ),
}


@contextmanager
def edited(root: Path, overrides: tuple[str, ...], workers: int = 2) -> Iterator[Build]:
    """A build of the project in `root` with other values for this run only."""
    project = projects.load(root, overrides)
    with Build(project, Options(QUALITIES["draft"], workers, remember=False), Progress()) as build:
        yield build


def said(build: Build) -> dict[str, str]:
    """What the film says, by line; the traces that it speaks of are computed where they are stale."""
    clips = build.project.clips
    build.traces(clips)
    return {line.name: line.text for clip in clips for line in build.survey.lines(clip)}


def unready(build: Build, clips: Sequence[Clip]) -> list[str]:
    """Branches that could not be spoken."""
    found = []
    for clip in clips:
        assert clip.script is not None
        traces = {name: summary(build.survey.trace(build.project.experiments[name])) for name in clip.spoken_traces}
        found += [str(finding) for finding in fact_check.unready(clip.script, build.project.hyperparameters, traces)]
    return found


def main() -> int:
    """Print the faults of each edit; 1 if there is any."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=[*EDITS, []], metavar="NAME", help="Default: all.")
    parser.add_argument("--clip", action="append", help="Look at this clip only; repeatable.")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    worst = 0
    for name in given.names or EDITS:
        start = time.monotonic()
        with edited(ROOT, EDITS[name], given.workers) as build:
            clips = [clip for clip in build.project.clips if not given.clip or clip.name in given.clip]
            build.prepare(clips)
            print(f"{name}: {', '.join(EDITS[name])}", flush=True)
            for claim in build.survey.false_claims(clips):
                print(f"  told otherwise: {claim.partition(' ')[0]}")
            faults = unready(build, clips)
            for clip, found in build.layouts(clips).items():
                one = [found] if isinstance(found, str) else [f"{f['time']:.2f} s: {f['sentence']}" for f in found]
                faults += [f"{clip}: {fault}" for fault in one]
            for fault in faults:
                print(f"  fault: {fault}")
            worst |= bool(faults)
            print(f"  {len(faults)} faults, {time.monotonic() - start:.0f} s", flush=True)
    return worst


if __name__ == "__main__":
    sys.exit(main())
