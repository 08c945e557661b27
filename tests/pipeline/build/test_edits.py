"""Edits of the real hyperparameters.toml: what the film then says is still true, without touching code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from benchmarks.edits import EDITS, said, unready
from benchmarks.keys import REDUCED, reduced
from pipeline.build.build import Build
from pipeline.project import project as projects
from tests.scenes.film import small

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """The film with shorter runs on coarser maps: what is asked is whether words and numbers go together."""
    with reduced(small(tmp_path_factory)) as build:
        yield build


@pytest.fixture(scope="module")
def shipped(film: Build) -> dict[str, str]:
    """What the film says as shipped."""
    return said(film)


def edited(film: Build, *overrides: str) -> Build:
    """The same with other values of some hyperparameters."""
    project = projects.load(film.project.root, (*REDUCED, *overrides), voice="silent", like=film.project)
    return film.derived(project, " ".join(overrides))


def test_a_claim_that_an_edit_makes_false_is_told_otherwise(film: Build) -> None:
    """With a trust region of almost nothing TRPO hardly moves and comes last."""
    longer = ("sampling.iterations=30", "sampling.seeds=12")  # until TRPO has arrived
    assert said(edited(film, *longer))["scaled_pair.go"].startswith("TRPO goes almost straight to A.")
    build = edited(film, *longer, "trpo.delta=0.000001")
    lines = said(build)
    numbers = build.survey.trace(build.project.experiments["six_objectives"]).record.facts["trace"]["numbers"]
    ends = {name: numbers[f"j_end_{name}"] for name in ("reinforce", "baseline", "trpo", "ppo", "grpo", "dapo")}
    assert min(ends, key=ends.get) == "trpo"
    false = {sentence.partition(" ")[0] for sentence in build.survey.false_claims(build.project.clips)}
    assert "six_objectives.trpo_goes_straight" in false
    assert lines["scaled_pair.go"].startswith("TRPO finds its own way.")
    straight = [name for name, line in lines.items() if "straight to A" in line]
    assert straight == ["what_is_left.straight"]  # at equal strides its steps are as long as ever


@pytest.mark.parametrize("name", EDITS)
def test_after_an_edit_every_line_can_be_spoken(film: Build, shipped: dict[str, str], name: str) -> None:
    build = edited(film, *EDITS[name])
    lines = said(build)
    assert unready(build, build.project.clips) == []
    assert lines.keys() == shipped.keys()
    assert [line for line in lines.values() if re.search(r"\b(?:nan|inf)\b|[{}]", line)] == []
    assert any(lines[line] != shipped[line] for line in shipped), "the edit changes nothing that is said"
