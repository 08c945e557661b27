"""The clips of one's own run keep the rules of layout of the film, for a small and for a large run."""

from pathlib import Path

import numpy as np
import pytest

from companion.run import clips
from companion.run.batch import Batch
from companion.run.pushes import pushed
from companion.run.runs import Run, Series
from companion.run.told import Told
from scenes.engine import lint
from scenes.engine.built import Inputs
from scenes.engine.stage import Stage
from scenes.your_run.batch_pushes import BatchPushes
from scenes.your_run.training_curves import TrainingCurves
from traces.store import load, save

pytestmark = pytest.mark.slow
KINDS: dict[str, tuple[type[Stage], str]] = {
    "curves": (TrainingCurves, "your_run"),
    "batch": (BatchPushes, "your_batch"),
}


def runs(count: int, rows: int) -> list[Run]:
    dice = np.random.default_rng(0)
    steps = np.arange(float(rows))
    names = ("reward", "length", "kl", "clip", "entropy", "alike")
    return [
        Run(f"run_{k} #1 *bold*", "TRL", {name: Series(steps, dice.random(rows) * 10.0**-k) for name in names})
        for k in range(count)
    ]


def batch(groups: int, size: int) -> Batch:
    dice = np.random.default_rng(1)
    count = groups * size
    rewards = (dice.random(count) < 0.4).astype(float)
    lengths = dice.integers(1, 30, count)
    group = np.repeat(np.arange(groups), size)
    return Batch("batch", rewards, group, lengths, np.zeros(count, int), [""] * count, [""] * count, rewards)


def stage(name: str, told: Told, folder: Path) -> Stage:
    arrays, schema, words = clips.traces_of(told)[name]
    kind, trace = KINDS[name]
    save(folder / "trace.npz", arrays, {"name": trace, "schema": schema})
    _, _, cues, duration = clips.SCENES[name]
    inputs = Inputs({trace: load(folder / "trace.npz")}, words, cues, duration)
    return kind.make(inputs, 854, 480)


@pytest.mark.parametrize(("count", "rows"), [(1, 1), (1, 12), (3, 5000)])
def test_curves_keep_the_rules_of_layout(count: int, rows: int, tmp_path: Path) -> None:
    clip = stage("curves", Told(runs(count, rows), None, None, [], []), tmp_path)
    assert [fault.sentence for fault in lint.faults(clip)] == []
    assert clip.picture(clip.duration).std() > 1


@pytest.mark.parametrize(("groups", "size"), [(1, 1), (6, 4), (40, 8)])
def test_a_batch_keeps_the_rules_of_layout(groups: int, size: int, tmp_path: Path) -> None:
    given = batch(groups, size)
    clip = stage("batch", Told([], given, pushed(given), [], []), tmp_path)
    assert [fault.sentence for fault in lint.faults(clip)] == []
    assert clip.picture(clip.duration).std() > 1
