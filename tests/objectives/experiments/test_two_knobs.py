"""The company with two parameters: its summit by hand, and one ascent for profit and policy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from objectives.experiments import two_knobs
from objectives.hyperparameters import defaults
from objectives.training.gradient_ascent import ascend
from objectives.worlds import three_answers

DEFAULTS = {
    key: value for module in (two_knobs, three_answers) for key, value in defaults(module.Params, module.NAME).items()
}


def run(**changes: Any) -> dict[str, np.ndarray]:
    return two_knobs.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in two_knobs.CLAIMS.items()}


def profit(price: float, ads: float, **changes: float) -> float:
    setting = torch.tensor([price, ads], dtype=torch.float64)
    return float(two_knobs.profit(two_knobs.Params(**changes), setting))


def test_the_ascent_by_hand() -> None:
    """Height -x^2 has slope -2x: with rate 1/4 every step halves the way."""
    path = ascend(lambda x: -(x**2).sum(-1), torch.tensor([8.0, -4.0]).double(), 0.25, 3)
    assert path.tolist() == [[8, -4], [4, -2], [2, -1], [1, -0.5]]


def test_two_climbs_at_once_are_those_of_each() -> None:
    starts = torch.tensor([[8.0, -4.0], [1.0, 3.0]]).double()
    together = ascend(lambda x: -(x**4).sum(-1), starts, 0.001, 5)
    for k, start in enumerate(starts):
        assert torch.equal(together[:, k], ascend(lambda x: -(x**4).sum(-1), start, 0.001, 5))


def test_the_profit_by_hand() -> None:
    assert profit(1.0, 0.0) == 0  # sold at cost, and nobody knows
    assert profit(1.0, 2.0) == -2  # sold at cost: the advertising is lost
    assert profit(5.0, 3.0) == pytest.approx(40 * math.exp(-1.25) * (1 - math.exp(-1)) - 3)


@pytest.mark.parametrize("changes", [{}, {"cost": 0.5, "purse": 6.0}, {"reach": 1.0, "customers": 40.0}])
def test_nothing_nearby_beats_the_summit(changes: dict[str, float]) -> None:
    price, ads = two_knobs.summit(two_knobs.Params(**changes))
    top = profit(price, ads, **changes)
    for dp, da in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)):
        assert profit(price + dp, ads + da, **changes) < top


def test_advertising_that_never_pays_is_left_out() -> None:
    assert two_knobs.summit(two_knobs.Params(customers=0.5)) == (5.0, 0.0)


def test_the_summit_is_the_highest_point_of_the_grid_but_for_its_grain() -> None:
    arrays = run()
    row, column = np.unravel_index(arrays["profit"].argmax(), arrays["profit"].shape)
    assert arrays["price"][column] == pytest.approx(arrays["summit"][0], abs=0.06)
    assert arrays["ads"][row] == pytest.approx(arrays["summit"][1], abs=0.05)
    assert arrays["profit"].max() <= arrays["summit_profit"]


def test_each_step_is_the_rate_times_the_slope() -> None:
    arrays = run()
    steps = np.diff(arrays["path"], axis=0)
    assert np.allclose(steps, DEFAULTS["two_knobs.rate"] * arrays["slope"][:-1], atol=1e-12)


def test_the_policy_climbs_by_its_exact_gradient() -> None:
    arrays = run()
    world = three_answers.ThreeAnswers(three_answers.Params())
    theta = world.start
    for probs in torch.tensor(arrays["policy_probs"]):
        assert torch.allclose(world.probs(theta), probs)
        theta = theta + DEFAULTS["two_knobs.policy_rate"] * world.true_gradient(theta)


def test_what_the_film_says() -> None:
    arrays = run()
    assert all(claims(arrays).values())
    assert list(arrays) == list(two_knobs.SCHEMA)
    numbers = {name: function(arrays) for name, (_, function) in two_knobs.NUMBERS.items()}
    assert (numbers["loss_in_euros"], numbers["start_in_euros"], numbers["end_in_euros"]) == (1600, -1600, 4400)
    cheaper = 100 * 1000 * (profit(10.49, 8.0) - profit(10.5, 8.0))  # euros, a hundred times that of one cent
    assert numbers["price_euros"] == pytest.approx(cheaper, rel=1e-2)
    quieter = 1000 * (profit(10.5, 7.999) - profit(10.5, 8.0))  # euros, for one euro
    assert numbers["ads_euros"] == pytest.approx(quieter, rel=1e-2)
    assert arrays["summit"].tolist() == pytest.approx([5.0, 3 * math.log(40 * math.exp(-1.25) / 3)])


@pytest.mark.parametrize(
    ("changes", "falsified"),
    [
        ({"two_knobs.steps": 3}, {"reaches_top"}),
        ({"two_knobs.rate": 20.0}, {"profit_rises"}),
        ({"two_knobs.start_price": 5.0, "two_knobs.start_ads": 4.0}, {"loses_at_first"}),
        ({"two_knobs.start_price": 2.0}, {"both_slopes_fall"}),
        ({"three_answers.reward_correct": 0.0, "three_answers.reward_format": 0.0}, {"policy_rises"}),
    ],
)
def test_an_edit_can_make_a_claim_false(changes: dict[str, Any], falsified: set[str]) -> None:
    held = claims(run(**changes))
    assert {name for name in falsified if held[name]} == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"two_knobs.rate": 100.0, "two_knobs.steps": 100},
        {"two_knobs.start_price": 1000.0, "two_knobs.start_ads": 1000.0},
        {"two_knobs.start_price": 0.0, "two_knobs.start_ads": 0.0, "two_knobs.cost": 0.0},
        {"two_knobs.customers": 1000.0, "two_knobs.purse": 0.1, "two_knobs.rate": 100.0},
        {"two_knobs.policy_rate": 100.0, "two_knobs.policy_steps": 100},
    ],
)
def test_an_edit_never_breaks_the_run_its_numbers_or_its_claims(changes: dict[str, Any]) -> None:
    arrays = run(**changes)
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert all(math.isfinite(function(arrays)) for _, function in two_knobs.NUMBERS.values())
    assert set(claims(arrays).values()) <= {True, False}
