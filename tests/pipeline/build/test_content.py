"""Keys by content: what an edit does not change in a trace it does not draw again."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.edits import edited
from objectives.experiments.six_objectives import run as centrepiece
from pipeline.build.build import Build
from pipeline.errors import BuildError
from pipeline.project import project as projects
from scenes.parts import rules
from tests.objectives.experiments.test_six_objectives import IDLE_EDITS
from tests.pipeline.program import render
from tests.pipeline.tiny import build, change, stale
from traces.store import Header

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = tomllib.loads((ROOT / "hyperparameters.toml").read_text(encoding="utf-8"))
PARTS = ("objectives", "scenes", "assets", "traces", "pipeline", "lecture.toml", "hyperparameters.toml")
SMALL = ("surface.resolution=5", "sampling.iterations=4", "sampling.seeds=2", "six_objectives.long_batches=6")
SAME = tuple(f"{key}={value}".replace("False", "false") for key, value in IDLE_EDITS.items())
OTHER = {
    "ppo.clip_high": "0.3",
    "grpo.aggregation": "total",
    "training.learning_rate": "0.4",
    "sampling.seed": "7",
    "six_objectives.dapo_filter": "correct",
}


@pytest.fixture
def reading(made: Path) -> Path:
    """The tiny project with an experiment that reads a hyperparameter for nothing."""
    change(made, "objectives/experiments/up.py", '"rise.steps")', '"rise.steps", "rise.mode")')
    change(made, "objectives/experiments/up.py", "return {", 'h["rise.mode"]; return {')
    change(made, "objectives/experiments/up.py", "CLAIMS =", 'IDLE = {"rise.mode": "a line is a line"}\nCLAIMS =')
    build(made)
    return made


def test_an_edit_that_changes_no_array_draws_nothing_and_says_so(reading: Path) -> None:
    change(reading, "hyperparameters.toml", "steps = 4", 'steps = 4\nmode = "curved"')
    waiting = {"kind": "trace", "name": "up"}
    assert waiting in stale(reading)["clip first_step"]
    done = build(reading)
    assert sorted(done.made) == ["lecture", "trace up"]
    assert "rise.mode changes nothing in up: a line is a line" in done.notes
    assert stale(reading) == {}
    said = render(reading, "status")
    assert (said.code, said.out) == (
        0,
        "Everything is up to date (draft).\nrise.mode changes nothing in up: a line is a line\n",
    )
    entries = json.loads(render(reading, "status", "--json").out)["entries"]
    assert [entry["idle"] for entry in entries if "idle" in entry] == [{"rise.mode": "a line is a line"}]
    change(reading, "hyperparameters.toml", "slope = 0.25", "slope = 0.5")
    assert render(reading, "status").out.splitlines()[-1] == "rise.mode changes nothing in up: a line is a line"
    change(reading, "hyperparameters.toml", 'mode = "curved"\n', "")
    assert "idle" not in render(reading, "status", "--json").out


def test_what_a_picture_prints_draws_it_again(reading: Path) -> None:
    change(reading, "objectives/experiments/up.py", "IDLE =", 'PRINTED = ("rise.mode",)\nIDLE =')
    build(reading)
    change(reading, "hyperparameters.toml", "steps = 4", 'steps = 4\nmode = "curved"')
    done = build(reading)
    assert {"trace up", "clip first_step", "clip second_step"} <= set(done.made)
    assert "clip the_fall" not in done.made
    assert not any("changes nothing" in note for note in done.notes)


def test_an_edit_that_does_change_an_array_draws_and_says_nothing(reading: Path) -> None:
    change(reading, "hyperparameters.toml", "steps = 4", "steps = 5")
    done = build(reading)
    assert {"trace up", "clip first_step", "clip second_step"} <= set(done.made)
    assert not any("changes nothing" in note for note in done.notes)


def test_what_is_printed_must_be_read(made: Path) -> None:
    change(made, "objectives/experiments/up.py", "CLAIMS =", 'PRINTED = ("rise.mode",)\nCLAIMS =')
    with pytest.raises(BuildError, match=r'names "rise.mode" in PRINTED, but does not read it'):
        build(made)


# --- the film's own centrepiece


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The project as shipped, with a cache of its own."""
    root = tmp_path_factory.mktemp("film")
    for name in PARTS:
        (root / name).symlink_to(ROOT / name)
    with edited(root, SMALL, workers=1) as build:
        yield build


def seen(film: Build, *overrides: str) -> Mapping[str, Any]:
    """What the clips of chapter 14 look at: the digest of the six rules' trace."""
    project = projects.load(film.project.root, (*SMALL, *overrides), like=film.project)
    made = film.derived(project, " ".join(overrides))
    clips = [clip for clip in made.project.clips if clip.traces == ("six_objectives",)]
    assert len(clips) > 5
    made.traces(clips)
    record = made.survey.trace(made.project.experiments["six_objectives"]).record
    assert record is not None
    return {"digest": record.facts["trace"]["digest"], "key": record.key}


@pytest.mark.slow
@pytest.mark.parametrize("overrides", [("ppo.lam=0.5",), SAME], ids=["one", "all"])
def test_no_clip_of_the_six_is_stale_after_edits_that_change_nothing_there(
    film: Build, overrides: tuple[str, ...]
) -> None:
    shipped, found = seen(film), seen(film, *overrides)
    assert found["key"] != shipped["key"]  # it was computed anew
    assert found["digest"] == shipped["digest"]


@pytest.mark.slow
@pytest.mark.parametrize("key", OTHER)
def test_every_clip_of_the_six_is_after_one_that_does(film: Build, key: str) -> None:
    assert seen(film, f"{key}={OTHER[key]}")["digest"] != seen(film)["digest"]


def test_the_formulas_of_the_six_need_no_more_than_their_trace_prints() -> None:
    values = {f"{table}.{key}": value for table, keys in SHIPPED.items() for key, value in keys.items()}
    header = Header({key: values[key] for key in centrepiece.PRINTED})
    assert rules.spell(header).full["grpo"]
    del header["grpo.beta"]
    with pytest.raises(KeyError, match=r"grpo\.beta.*PRINTED"):
        rules.spell(header)
