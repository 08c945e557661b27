"""Hyperparameters of the film edited in turn: a clip whose key stays the same looks the same.

Pictures at every beat, 426 x 240, stand for the whole clip, and the clips are those of one light experiment. The tiny
project's test draws all of every clip.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from pipeline.build.build import Build
from pipeline.build.jobs import Options
from pipeline.project import project as projects
from pipeline.project.qualities import QUALITIES
from pipeline.workers.progress import Progress
from tests.scenes.film import linked, stage_of

pytestmark = pytest.mark.slow

CLIPS = ("discount", "trust_dial")
BACK, DIAL = {"discount"}, {"trust_dial"}
# key: another value, and the clips that look different with it
EDITS: dict[str, tuple[str, set[str]]] = {
    "three_answers.reward_correct": ("0.5", BACK | DIAL),
    "answer_tree.reward_sentence": ("0.4", BACK | DIAL),
    "answer_tree.first": ("[0.3, 0.2, 0.5]", DIAL),
    "answer_tree.link": ("0.4", DIAL),
    "answer_tree.right_after_is": ("0.6", DIAL),
    "answer_tree.right_after_equals": ("0.7", DIAL),
    "answer_tree.stop": ("0.6", DIAL),
    "token_values.gamma": ("0.8", BACK),
    "token_values.lam": ("0.5", DIAL),
    "token_values.rate": ("0.2", set()),
    "token_values.answers": ("100", set()),
    "token_values.young": ("20", set()),
    "token_values.critics": ("5", set()),
    "token_values.seed": ("3", set()),
    "token_values.batch": ("8", set()),
    "token_values.batches": ("100", set()),
    "token_values.step": ("1.0", set()),
    "sampling.iterations": ("50", set()),
    "ppo.clip_high": ("0.3", set()),
    "maze.food": ("2.0", set()),
}
UNREAD = {"sampling.iterations", "ppo.clip_high", "maze.food"}
"""What these clips do not read. All else makes both stale, for a clip has the digest of the whole trace in its key."""

Look = tuple[str, list[npt.NDArray[np.uint8]]]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    project = projects.load(linked(tmp_path_factory.mktemp("film")), voice="silent")
    with Build(project, Options(QUALITIES["draft"], workers=1, remember=False), Progress()) as build:
        yield build


def looks(film: Build, *overrides: str) -> dict[str, Look]:
    """Key and pictures at every beat of each clip."""
    project = projects.load(film.project.root, overrides, voice="silent", like=film.project)
    build = film.derived(project, " ".join(overrides))
    build.prepare([project.find(name) for name in CLIPS])
    found = {}
    for name in CLIPS:
        stage = stage_of(build, name, 426, 240)
        key = build.survey.clip(project.find(name), QUALITIES["draft"]).key
        found[name] = (key, [stage.picture(time) for _, time in stage.beats()])
    return found


@pytest.fixture(scope="module")
def shipped(film: Build) -> dict[str, Look]:
    return looks(film)


def test_every_hyperparameter_that_these_clips_depend_on_is_edited(film: Build) -> None:
    project = film.project
    read = set()
    for clip in map(project.find, CLIPS):
        read |= {*clip.hyperparameters, *clip.spoken_hyperparameters}
        for trace in (*clip.traces, *clip.spoken_traces):
            read |= set(project.experiments[trace].hyperparameters)
    assert set(EDITS) == read | UNREAD


def alike(one: Look, other: Look) -> bool:
    return len(one[1]) == len(other[1]) and all(map(np.array_equal, one[1], other[1]))


@pytest.mark.parametrize("key", EDITS)
def test_a_clip_that_is_fresh_after_an_edit_looks_the_same(film: Build, shipped: dict[str, Look], key: str) -> None:
    value, expected = EDITS[key]
    now = looks(film, f"{key}={value}")
    stale = {name for name in CLIPS if now[name][0] != shipped[name][0]}
    changed = {name for name in CLIPS if not alike(now[name], shipped[name])}
    assert changed <= stale, "fresh, but it looks different"
    assert stale == (set() if key in UNREAD else set(CLIPS))
    assert changed == expected
