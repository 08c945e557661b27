"""Edits of the real hyperparameters.toml: what the film then says is still true, without touching code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.edits import EDITS, edited, said, unready

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
PARTS = ("objectives", "scenes", "assets", "traces", "pipeline", "lecture.toml", "hyperparameters.toml")
COARSE = (  # shorter runs on coarser maps: what is asked is whether words and numbers go together
    "surface.resolution=21",
    "sampling.iterations=30",
    "six_objectives.long_batches=30",
    "practice.iterations=20",
    "noise_clip.iterations=20",
)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as shipped, with a cache of its own."""
    root = tmp_path_factory.mktemp("film")
    for name in PARTS:
        (root / name).symlink_to(ROOT / name)
    return root


@pytest.fixture(scope="module")
def shipped(film: Path) -> dict[str, str]:
    """What the film says as shipped."""
    with edited(film, COARSE) as build:
        lines = said(build)
    return lines


def test_a_claim_that_an_edit_makes_false_is_told_otherwise(film: Path, shipped: dict[str, str]) -> None:
    """With a trust region of almost nothing TRPO hardly moves and comes last."""
    assert shipped["scaled_pair.go"].startswith("TRPO goes almost straight to A.")
    with edited(film, (*COARSE, "trpo.delta=0.000001")) as build:
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
def test_after_an_edit_every_line_can_be_spoken(film: Path, shipped: dict[str, str], name: str) -> None:
    with edited(film, (*COARSE, *EDITS[name])) as build:
        lines = said(build)
        assert unready(build, build.project.clips) == []
    assert lines.keys() == shipped.keys()
    assert [line for line in lines.values() if re.search(r"\b(?:nan|inf)\b|[{}]", line)] == []
    assert any(lines[line] != shipped[line] for line in shipped), "the edit changes nothing that is said"
