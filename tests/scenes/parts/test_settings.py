"""A table of settings says of every number whose run it is and where it stands."""

from __future__ import annotations

import pytest

from scenes import theme
from scenes.engine import layout, lint
from scenes.engine.stage import Inputs, Stage
from scenes.parts.settings import Settings, quote, sources
from tests.scenes.samples import data

KEYS = ("ppo_clip", "ppo_epochs", "ppo_gamma", "instruct_beta", "trpo_damping")


def test_a_quote_is_looked_up_with_its_place() -> None:
    found = quote(data.papers(), "ppo_clip")  # type: ignore[arg-type]
    assert (found.value, found.shown, found.run) == (0.2, "0.2", "PPO, MuJoCo")
    assert (found.paper, found.place) == ("Schulman et al. 2017 (arXiv 1707.06347v2)", "section 6.2 p. 7")
    assert found.tag == "the paper's own"
    with pytest.raises(KeyError, match="no paper is quoted for 'ppo'"):
        quote(data.papers(), "ppo")  # type: ignore[arg-type]


def test_places_are_named_once_and_by_whom() -> None:
    told = sources([quote(data.papers(), key) for key in KEYS])  # type: ignore[arg-type]
    assert told.count("1707.06347v2") == told.count("table 3") == 1
    assert told.startswith("The paper's own: Schulman et al. 2017")
    assert "From the author's code: Schulman, modular_rl" in told


def test_the_table_keeps_inside_the_safe_area_and_has_no_fault_while_a_row_is_lit() -> None:
    stage = Stage(Inputs(cues={"clip": 2.0}, duration=9.0), 960, 540)
    table = Settings(data.papers(), KEYS)  # type: ignore[arg-type]
    table.enter(stage, at=0.0, each=0.1)
    table.light(stage, "ppo_clip", at="clip")
    stage.timeline.close()
    assert list(lint.at_rest(stage, 5.0)) == []
    assert layout.area(table).bottom <= theme.BOTTOM + 1
