"""The maps: the film's own surfaces, for settings that are not the film's."""

import base64
from pathlib import Path

import numpy as np
import pytest
import torch

from companion.explore import maps

ROOT = Path(__file__).parents[3]


def test_only_the_keys_of_the_sliders_are_taken_and_what_is_not_changed_is_left_out() -> None:
    query = {"grpo.beta": "0.3", "surface.resolution": "2001", "ppo.clip_low": str(maps.base(ROOT)["ppo.clip_low"])}
    assert maps.changes(ROOT, query) == {"grpo.beta": 0.3}
    assert maps.toml({"grpo.beta": 0.3, "grpo.updates": 2, "trpo.delta": 0.1}) == (
        "[grpo]\nbeta = 0.3\nupdates = 2\n\n[trpo]\ndelta = 0.1\n"
    )
    assert maps.overrides({"grpo.beta": 0.3}) == ["--set", "grpo.beta=0.3"]


def test_a_map_is_the_rule_on_the_frozen_batch() -> None:
    h = maps.settings(ROOT, {"ppo.clip_high": "0.5"})
    found = maps.surface(h, "ppo", maps.COARSE)
    level = np.frombuffer(base64.b64decode(found["z"]), np.uint8).reshape(41, 41)
    made = maps.stage(h, maps.COARSE)
    theta = made.plane.points(torch.stack([made.u[30], made.v[12]]))
    link = maps.Link.of("ppo", h)
    exact = -float(link.objective.loss(made.batch(theta, seed=0), link.params).total)
    share = (exact - found["low"]) / (found["high"] - found["low"])
    assert level[12, 30] == pytest.approx(255 * min(max(share, 0), 1), abs=0.51)


def test_standing_on_the_plane_gives_chances_that_sum_to_one() -> None:
    for u, v in ((0.0, 0.0), (5.5, 6.6), (-3.3, -2.2)):
        probs = maps.standing(ROOT, u, v)
        assert min(probs) > 0
        assert sum(probs) == pytest.approx(1, abs=1e-9)
    assert maps.standing(ROOT, 0.0, 0.0) == pytest.approx([1 / 3] * 3, abs=1e-3)


def test_equal_strides_are_equal() -> None:
    h = maps.settings(ROOT, {"sampling.iterations": "5", "sampling.groups": "2"})
    walk = maps.path(h, "ppo", strides=True)
    assert len(walk["theta"][0]) == 6
    assert len(walk["j"]) == h["sampling.seeds"]
