"""PPO's clip: its curves, the terraces of one batch, and the rare good token that no clip holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from objectives import sampling
from objectives.estimators.ratios import clipped
from objectives.experiments.ppo_clip import run as ppo_clip
from objectives.experiments.ppo_clip.costs import Passes
from objectives.hyperparameters import defaults
from objectives.losses import ppo, trpo
from objectives.surfaces import surface
from objectives.worlds import tally, three_answers
from objectives.worlds.tabular import TabularSoftmax

MODULES = (three_answers, tally, sampling, surface, ppo, trpo, ppo_clip)
DEFAULTS = {key: value for module in MODULES for key, value in defaults(module.Params, module.NAME).items()}
A, B, C = range(3)


def run(**changes: Any) -> dict[str, np.ndarray]:
    return ppo_clip.run({**DEFAULTS, "surface.resolution": 61, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: claim(arrays) for name, (_, claim) in ppo_clip.CLAIMS.items()}


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    return run()


def test_hand_numbers_of_the_curves(arrays: dict[str, np.ndarray]) -> None:
    """L(rho) at 0.5, 0.8, 1, 1.2 and 1.5: a good token earns rho up to the clip bound, a bad one loses at least 0.8."""
    rho = np.array([0.5, 0.8, 1.0, 1.2, 1.5])
    good, bad = (np.interp(rho, arrays["rho"], line) for line in arrays["least"])
    assert good == pytest.approx([0.5, 0.8, 1.0, 1.2, 1.2], abs=1e-12)
    assert bad == pytest.approx([-0.8, -0.8, -1.0, -1.2, -1.5], abs=1e-12)


def test_the_slope_is_zero_exactly_where_the_gate_is_closed(arrays: dict[str, np.ndarray]) -> None:
    """T9: A > 0 and rho > 1 + e, or A < 0 and rho < 1 - e; on the other two sides the slope is the advantage."""
    low, high = arrays["posts"]
    good = arrays["rho"] > high
    bad = arrays["rho"] < low
    assert np.array_equal(arrays["closed"][0].astype(bool), good)
    assert np.array_equal(arrays["closed"][1].astype(bool), bad)
    inside = np.abs(arrays["rho"][:, None] - arrays["posts"]).min(1) > 1e-9  # at a bound itself either slope will do
    assert np.array_equal(arrays["slope"][0][inside], np.where(good, 0.0, 1.0)[inside])
    assert np.array_equal(arrays["slope"][1][inside], np.where(bad, 0.0, -1.0)[inside])


def test_the_surrogate_is_the_sum_of_one_curve_an_answer(arrays: dict[str, np.ndarray]) -> None:
    share = arrays["count"] / arrays["count"].sum()
    advantage = arrays["advantage"][:, None, None]
    low, high = arrays["posts"]
    ratio = arrays["ratio"]
    plain = ratio * advantage
    least = np.minimum(plain, np.clip(ratio, low, high) * advantage)
    for kind, terms in enumerate((plain, least)):
        assert arrays["surface"][kind] == pytest.approx(np.tensordot(share, terms, 1), abs=1e-9)


def test_terraces_are_flat_and_nothing_else_is(arrays: dict[str, np.ndarray]) -> None:
    height, silent = arrays["surface"][1], arrays["silent"]
    assert np.ptp(height[silent > 1 - 1e-9]) < 1e-12
    assert silent == pytest.approx(np.tensordot(arrays["count"] / arrays["count"].sum(), arrays["gate"], 1), abs=1e-12)
    slope = np.hypot(*np.gradient(height, arrays["grid_v"], arrays["grid_u"]))
    open_everywhere = silent[1:-1, 1:-1] == 0
    assert (slope[1:-1, 1:-1][open_everywhere] > 0).all()


def test_a_path_that_is_silent_stands_still(arrays: dict[str, np.ndarray]) -> None:
    share = (arrays["walk_gate"] * arrays["count"]).sum(1) / arrays["count"].sum()
    closed = share > 1 - 1e-9
    assert closed[-1]
    assert (arrays["walk_slope"][closed] < 1e-12).all()
    assert np.ptp(arrays["walk_theta"][closed], axis=0).max() < 1e-12
    assert (arrays["walk_slope"][~closed] > 1e-3).all()


def test_the_look_goes_along_the_first_update_and_stays_between_the_clip_bounds(arrays: dict[str, np.ndarray]) -> None:
    way = arrays["walk_theta"][1] - arrays["walk_theta"][0]
    steps = arrays["look_theta"] - arrays["walk_theta"][0]
    assert steps @ [-way[1], way[0]] == pytest.approx(0.0, abs=1e-12)
    assert (steps[1:] @ way > 0).all()
    assert arrays["look_ratio"] @ arrays["start_probs"] == pytest.approx(1.0)
    assert arrays["look_ratio"].min() > 0.8
    assert arrays["look_ratio"].max() < 1.2
    farther = (arrays["look_theta"][-1] + 0.3 * steps[-1]) / np.sqrt([2, 6])  # 1.04 times as far as the first bound
    weights = np.exp(farther @ np.array([[1, -1, 0], [1, 1, -2]]))
    ratio = weights / weights.sum() / arrays["start_probs"]
    assert ratio.max() > 1.2 or ratio.min() < 0.8


def test_the_rare_token_agrees_with_two_logits_by_hand(arrays: dict[str, np.ndarray]) -> None:
    """The same steps for two logits, each token weighted by its probability: a slow loop, no batch, mask or critic."""
    pi = torch.tensor([0.05, 0.95], dtype=torch.float64)
    advantage = torch.tensor(arrays["word_advantage"])
    policy = TabularSoftmax(1, 2)
    for k, rate in enumerate(arrays["rates"]):
        theta, ratios = pi.log(), []
        for _ in range(len(arrays["word_ratio"][k])):
            theta = theta.detach().requires_grad_(True)
            ratio = policy.log_probs(theta).exp()[0] / pi
            least, _ = clipped(ratio, advantage, 0.2, 0.2)
            (slope,) = torch.autograd.grad((pi * least).sum(), theta)
            ratios.append(ratio.detach().numpy())
            theta = theta + float(rate) * slope
        assert arrays["word_ratio"][k] == pytest.approx(np.array(ratios), abs=1e-10)


def test_overshoot_with_the_population_spread() -> None:
    """Ratios 1.88, 6.35 and 19.9 at learning rates 1, 5 and 20, as an independent prototype measured them."""
    reached = run(**{"ppo.ddof": 0})["word_ratio"][:, -1, 0]
    assert reached == pytest.approx([1.88, 6.35, 19.94], abs=0.005)


def test_no_ratio_can_pass_one_over_the_probability(arrays: dict[str, np.ndarray]) -> None:
    assert (arrays["word_ratio"] <= 1 / arrays["word_probs"] + 1e-9).all()
    assert arrays["word_ratio"] @ arrays["word_probs"] == pytest.approx(1.0)


def test_claims_hold_as_shipped(arrays: dict[str, np.ndarray]) -> None:
    assert [name for name, held in claims(arrays).items() if not held] == []
    assert all(np.isfinite(number(arrays)) for _, number in ppo_clip.NUMBERS.values())


@pytest.mark.parametrize(
    ("edit", "falls"),
    [
        ({"ppo.dual_clip": 1.5}, "wrong_way_is_called_back"),
        ({"ppo_clip.rate": 0.0}, "likelier_and_rarer"),
        ({"ppo_clip.rates": [1.0, 1.5, 20.0]}, "leaps_are_left_alone"),
        ({"ppo.clip_high": 3.0}, "map_has_a_terrace"),
        ({"ppo.clip_high": 0.6, "ppo.clip_low": 0.4}, "b_and_c_fall_silent_first"),
        ({"three_answers.start": [0.3, 0.4, 0.3]}, "walk_ends_on_the_terrace"),
        ({"ppo_clip.rates": [0.0, 0.01, 0.02]}, "fence_is_no_wall"),
        ({"ppo_clip.rates": [1.0, 1.0, 1.0]}, "larger_steps_end_further"),
        ({"ppo_clip.words": 2}, "silent_word_slides_on"),
        ({"sampling.groups": 1, "sampling.group_size": 2}, "a_good_b_good_c_bad"),
        ({"ppo_clip.rate": 0.0}, "reward_turns_before_the_loss"),
        ({"ppo.updates": 30}, "batch_costs_trpo_more"),
        ({"ppo_clip.product_share": 0.5}, "share_makes_them_even"),
        ({"ppo_clip.product_share": 0.01}, "share_finds_nearly_the_step"),
    ],
)
def test_an_edit_makes_a_claim_false(edit: dict[str, Any], falls: str) -> None:
    assert not claims(run(**edit))[falls]


def test_rates_are_three_in_order() -> None:
    with pytest.raises(ValueError, match="three numbers in ascending order"):
        ppo_clip.Params(rates=[5.0, 1.0, 20.0])


# --- what a step takes


def test_the_slopes_of_a_step_are_counted(arrays: dict[str, np.ndarray]) -> None:
    """TRPO: its slope, and two passes a product: two conjugate gradients span a plane, one product sets the length."""
    assert arrays["slopes"].tolist() == [1 + 2 * (2 + 1), 1]
    assert run(**{"trpo.cg_iterations": 1})["slopes"].tolist() == [1 + 2 * (1 + 1), 1]


def test_a_batch_of_tally_costs_trpo_one_slope_and_its_products_and_ppo_its_steps(
    arrays: dict[str, np.ndarray],
) -> None:
    """Ten conjugate gradients in 27 logits and one product for the length, on 128 answers or on 13 of them."""
    assert arrays["way_passes"].tolist() == [1 + 2 * (10 + 1), 1 + 2 * (10 + 1), 4]
    assert arrays["way_slopes"] == pytest.approx([23, 1 + 22 * 13 / 128, 4])
    # Forth: a slope, 11 products, the search's start, and two for each length; on a tenth the first is too long.
    assert arrays["way_forth"].tolist() == [1 + 11 + 1 + 2, 1 + 11 + 1 + 2 * 2, 4]
    assert arrays["way_forth_batches"] == pytest.approx([15, 6 + 11 * 13 / 128, 4])
    fewer = run(**{"trpo.cg_iterations": 3, "ppo.updates": 7, "ppo_clip.product_share": 0.5})
    assert fewer["way_passes"].tolist() == [9, 9, 7]
    assert fewer["way_slopes"] == pytest.approx([9, 5, 7])
    assert fewer["product_answers"].tolist() == [128, 64]


def test_products_on_every_answer_find_the_same_step() -> None:
    arrays = run(**{"ppo_clip.product_share": 1.0})
    assert arrays["product_cosine"] == pytest.approx(1, abs=1e-12)
    assert arrays["product_gain"][0] == arrays["product_gain"][1] > 0


def test_passes_count_every_way_forth_and_every_way_back() -> None:
    passes, at = Passes(), torch.ones(2, dtype=torch.float64, requires_grad=True)
    squared = passes.of(lambda x: (x**2).sum(), answers=5)
    squared(at)
    assert (passes.count, passes.forth) == (0, 1)
    (slope,) = torch.autograd.grad(squared(at), at, create_graph=True)
    torch.autograd.grad(slope.sum(), at)
    assert (passes.count, passes.answers) == (2, 10)
    assert (passes.forth, passes.forth_answers) == (2, 10)
    assert torch.equal(slope, 2 * at)
