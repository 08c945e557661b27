"""Formulas follow the settings, axes hold the rewards, and a path that lies under another is found."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.chapters.ch14b_the_race.runs import Runs
from scenes.parts import rules
from scenes.parts.formula import Formula
from scenes.parts.map_panel import LEVELS, levels, together
from scenes.parts.plane import Plane
from scenes.parts.value_strip import scale
from tests.scenes.parts.test_symbols import faults_of

pytestmark = pytest.mark.slow

SHIPPED = {
    "reinforce.baseline": 0.0,
    "ppo.whiten": True,
    "grpo.scale": "std",
    "grpo.beta": 0.04,
    "grpo.clip_high": 0.2,
    "dapo.scale": "std",
    "dapo.clip_high": 0.28,
    "six_objectives.dapo_filter": "reward",
}
EDITS: list[dict[str, object]] = [
    {"reinforce.baseline": 0.3},
    {"ppo.whiten": False},
    {"grpo.scale": "none"},
    {"grpo.scale": "batch", "dapo.scale": "none"},
    {"grpo.beta": 0.0},
    {"dapo.clip_high": 0.2},
    {"six_objectives.dapo_filter": "off"},
    {"six_objectives.dapo_filter": "correct", "dapo.scale": "none"},
    {"reinforce.baseline": -1.0, "grpo.beta": 0.0, "dapo.clip_high": 0.1, "six_objectives.dapo_filter": "off"},
]


def lines(written: rules.Rules) -> dict[str, str]:
    edits = {name: f"{words} {formula}" for name, (words, _, formula) in written.edits.items()}
    parts = {"short": written.short, "full": written.full, "edits": edits, "means": written.means}
    return {f"{part} {name}": line for part, named in parts.items() for name, line in named.items()}


def test_as_shipped_the_formulas_are_those_of_the_module() -> None:
    written = rules.spell(SHIPPED)
    assert (written.short, written.full, written.edits, written.means) == (
        rules.SHORT,
        rules.FULL,
        rules.EDITS,
        rules.MEANS,
    )


@pytest.mark.parametrize("edit", EDITS, ids=str)
def test_an_edit_respells_formulas_that_keep_to_the_symbols(edit: dict[str, object]) -> None:
    written = rules.spell({**SHIPPED, **edit})
    changed = {name: line for name, line in lines(written).items() if line != lines(rules.spell(SHIPPED))[name]}
    assert changed
    formulas = [*written.short.values(), *written.full.values(), *written.means.values()]
    formulas += [formula for _, _, formula in written.edits.values()]
    assert [fault for formula in formulas for fault in faults_of(formula)] == []
    for formula in formulas:
        assert Formula(formula, 100, 400).terms


@pytest.mark.parametrize(
    ("edit", "where", "gone", "there"),
    [
        ({"reinforce.baseline": 0.3}, "full reinforce", "{{ r_i : reward }} thin", "b = 0.3"),
        ({"reinforce.baseline": 0.3}, "short reinforce", "{{ r : reward }} thin", "- b : value"),
        ({"grpo.scale": "none"}, "full grpo", "sigma", "- mu"),
        ({"grpo.beta": 0.0}, "full grpo", "KL", "mu"),
        ({"grpo.beta": 0.0}, "edits leash", "beta", "no leash"),
        ({"dapo.clip_high": 0.2}, "means higher", "epsilon", "mu"),
        ({"six_objectives.dapo_filter": "off"}, "full dapo", "sigma > 0", "epsilon"),
        ({"six_objectives.dapo_filter": "off"}, "means dapo", "sigma > 0", "mu"),
        ({"six_objectives.dapo_filter": "correct"}, "full dapo", "sigma > 0", "right and wrong"),
        ({"six_objectives.dapo_filter": "correct"}, "means dapo", "sigma > 0", "right and wrong"),
    ],
)
def test_what_is_not_set_is_not_written(edit: dict[str, object], where: str, gone: str, there: str) -> None:
    before, after = (lines(rules.spell({**SHIPPED, **change}))[where] for change in ({}, edit))
    assert gone in before
    assert gone not in after
    assert there in after


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([0.0, 0.6, 1.0], (0.0, 0.5, 1.0)),
        ([5.0, 3.0, 0.0], (0.0, 2.5, 5.0)),
        ([0.13], (0.0, 0.05, 0.1, 0.15)),
        ([-1.0, -0.6, 0.0], (-1.0, -0.5, 0.0)),
        ([0.0, 0.0], (0.0, 0.5)),
        ([1.0, 0.0, np.nan], (0.0, 0.5, 1.0)),
    ],
)
def test_an_axis_holds_its_values_between_round_ticks(values: list[float], ticks: tuple[float, ...]) -> None:
    assert scale(np.array(values)) == ((ticks[0], ticks[-1]), ticks)


def test_contour_lines_follow_the_rewards() -> None:
    assert levels({"rewards": np.array([1.0, 0.6, 0.0])}) == LEVELS  # type: ignore[arg-type]
    assert levels({"rewards": np.array([5.0, 3.0, 0.0])}) == (1.5, 2.5, 3.5, 4.5)  # type: ignore[arg-type]
    assert levels({"rewards": np.array([0.4, 0.4, 0.4])}) == (0.4,)  # type: ignore[arg-type]


def test_paths_that_walk_as_one_are_found() -> None:
    plane = Plane(0, 0, 1000, 1000, (0.0, 1.0), (0.0, 1.0))
    along = np.linspace(0, 1, 5)
    paths = np.stack([np.stack([along, along + shift], axis=1) for shift in (0.0, 0.3, 0.01, 0.31)])
    assert together(paths, plane) == [[0, 2], [1, 3]]
    paths[2, 3] += 0.1  # parted once is parted
    assert together(paths, plane) == [[0], [1, 3], [2]]


def test_dots_of_runs_follow_their_values_and_stay_on_the_scale() -> None:
    runs, values = Runs(100, 100, 200, 400), np.array([[0.2, 0.5, 0.9], [0.3, 0.3, 1.4]])
    dots = runs.dots(values[:, 0], theme.OBJECTIVES["ppo"])
    follow = runs.between(values, dots)
    _, levels_at = runs.strip.plane.pixels(np.zeros(4), np.array([0.2, 0.5, 0.9, 1.0]))
    for share, wanted in ((0.0, levels_at[0]), (0.5, levels_at[1]), (1.0, levels_at[2])):
        follow(share)
        assert dots.centres[0, 1] == pytest.approx(theme.point(0, float(wanted))[1])
    assert dots.centres[1, 1] == pytest.approx(theme.point(0, float(levels_at[3]))[1])  # 1.4 is off the scale
