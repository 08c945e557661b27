"""One handful, used again and again: maps in closed form, losses that agree once and part, claims under edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch

from objectives import OBJECTIVES, sampling
from objectives.estimators.aggregate import token_mean
from objectives.estimators.ratios import token_ratio
from objectives.experiments.batch_reuse import run as batch_reuse
from objectives.hyperparameters import defaults
from objectives.losses import ppo, reinforce
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import three_answers

pytestmark = pytest.mark.slow

TABLES = (three_answers, surface, loop, ppo, batch_reuse)
DEFAULTS = {key: value for module in TABLES for key, value in defaults(module.Params, module.NAME).items()}
SMALL = {"surface.resolution": 5, "batch_reuse.updates": 3, "batch_reuse.seeds": 4}
START = np.array([0.03, 0.62, 0.35])
PAID = np.array([1.0, 0.6, 0.0])


class Recorder(Mapping[str, Any]):
    """Hyperparameters that remember which were read."""

    def __init__(self, **changes: Any) -> None:
        self.values, self.read = {**DEFAULTS, **changes}, set[str]()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return self.values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)


def run(**changes: Any) -> dict[str, np.ndarray]:
    return batch_reuse.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in batch_reuse.CLAIMS.items()}


@pytest.fixture(scope="module")
def full() -> dict[str, np.ndarray]:
    return run(**{"surface.resolution": 21})


# --- by hand


def test_a_handful_of_two_answers_by_hand() -> None:
    """One B (0.6), one C (0): advantages +1 and -1; the ratio map is 0.3 + 0.15 (pi_B / 0.62 - pi_C / 0.35)."""
    a = run(**{**SMALL, "batch_reuse.answers": 2, "batch_reuse.seeds": 40})
    seed = int(np.flatnonzero((a["counts"] == [0, 1, 1]).all(1))[0])
    assert a["promise"][0, 0, seed] == pytest.approx(0.3)
    # First update: the gradient of (log pi_B - log pi_C) / 2 is (0, 1/2, -1/2); with rate 1/2 the logits move by 1/4.
    grown = START * np.exp([0.0, 0.25, -0.25])
    probs = grown / grown.sum()
    promised = 0.3 + 0.15 * (probs[1] / 0.62 - probs[2] / 0.35)
    assert a["promise"][:, 1, seed] == pytest.approx(np.full(3, promised))
    assert a["j"][:, 1, seed] == pytest.approx(np.full(3, probs @ PAID))
    assert a["kl"][:, 1, seed] == pytest.approx(np.full(3, (START * np.log(START / probs)).sum()))


def test_the_map_of_a_handful_is_linear_in_the_odds(full: dict[str, np.ndarray]) -> None:
    u, v = np.meshgrid(full["grid_u"], full["grid_v"])
    logits = np.stack([u / 2**0.5 + v / 6**0.5, -u / 2**0.5 + v / 6**0.5, -2 * v / 6**0.5], -1)
    probs = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    assert np.allclose(full["true_j"], probs @ PAID)
    for k, seed in enumerate(full["shown"]):
        share = full["counts"][seed] / full["counts"][seed].sum()
        mean = share @ PAID
        assert np.allclose(full["map"][k], mean + (probs / START) @ (share * (PAID - mean)))


# --- identities


def test_a_handful_in_exact_proportion_draws_the_territory() -> None:
    """T2: with every answer as frequent as its chance, the reweighted mean reward is J itself, at every policy."""
    old = torch.tensor([0.25, 0.5, 0.25], dtype=torch.float64).log()
    now = torch.tensor([0.7, 0.1, 0.2], dtype=torch.float64).log()
    rewards, answers = torch.tensor([1.0, 0.6, 0.0], dtype=torch.float64), torch.tensor([0, 1, 1, 2])
    mask = torch.ones(4, 1)
    ratio = token_ratio(now[answers].unsqueeze(-1), old[answers].unsqueeze(-1), mask)
    promised = token_mean(ratio * rewards[answers].unsqueeze(-1), mask)
    assert promised.item() == pytest.approx(0.7 + 0.06, abs=1e-15)


def test_maps_of_more_answers_are_nearer_to_the_territory() -> None:
    few, many = (run(**{**SMALL, "batch_reuse.answers": n, "batch_reuse.seeds": 2}) for n in (16, 1024))
    assert np.abs(many["map"] - many["true_j"]).max() < np.abs(few["map"] - few["true_j"]).max() / 3


def test_all_three_losses_have_the_same_gradient_where_the_answers_were_drawn(full: dict[str, np.ndarray]) -> None:
    assert np.allclose(full["theta"][:, 0, :2], full["theta"][:, 1, :2], atol=1e-14)
    assert np.allclose(full["theta"][:, 0, :2], full["theta"][:, 2, :2], atol=1e-14)
    assert not np.allclose(full["theta"][:, 0, 2], full["theta"][:, 1, 2], atol=1e-3)
    assert np.allclose(full["fresh_theta"][:2], full["theta"][0, 1, :2], atol=1e-14)


def test_ratios_start_at_one_and_average_to_one_under_yesterdays_odds(full: dict[str, np.ndarray]) -> None:
    assert np.allclose(full["ratio"][:, :, 0], 1)
    assert np.allclose(full["ratio"] @ START, 1)
    assert np.allclose(full["probs"], full["ratio"] * START)


def test_advantages_are_standardised_and_handfuls_counted(full: dict[str, np.ndarray]) -> None:
    assert np.allclose(full["handful_advantage"].mean(1), 0)
    assert np.allclose(full["handful_advantage"].std(1), 1)
    for k, seed in enumerate(full["shown"]):
        assert np.bincount(full["handful_answer"][k], minlength=3).tolist() == full["counts"][seed].tolist()
    assert full["counts"].sum(1).tolist() == [16] * 200
    assert (full["counts"][full["shown"], 0] > 0).tolist() == [True, False]


def test_mean_and_gains_of_the_answers_add_up_to_the_promise(full: dict[str, np.ndarray]) -> None:
    at_the_end = full["promise"][1, -1, full["shown"]]
    assert np.allclose(full["handful_mean"] + full["gain"].sum(1), at_the_end)
    assert full["far_promise"][0] == pytest.approx(at_the_end[0])
    # The one A of sixteen answers, by hand: its share times its ratio times what it scores above the mean.
    assert full["handful_mean"][0] == pytest.approx((1 + 11 * 0.6) / 16)
    assert np.allclose(full["weight"], full["counts"][full["shown"]] * full["ratio"][:, 1, -1])
    assert full["gain"][0, 0] == pytest.approx(full["ratio"][0, 1, -1, 0] / 16 * (1 - full["handful_mean"][0]))


def test_the_second_map_is_asked_about_the_first_walks_end(full: dict[str, np.ndarray]) -> None:
    share = full["counts"][full["shown"][1]] / 16
    mean = share @ PAID
    promised = mean + (full["probs"][0, 1, -1] / START) @ (share * (PAID - mean))
    assert full["far_promise"][1] == pytest.approx(promised)


def test_plain_scores_walk_as_reinforce_does(full: dict[str, np.ndarray]) -> None:
    """Fresh runs under plain scores are REINFORCE's: the same dice lead to the same places."""
    world = three_answers.ThreeAnswers(three_answers.Params())
    dice = sampling.Params(groups=1, group_size=16, iterations=60, seeds=4, seed=0)
    rule, uniforms = OBJECTIVES[reinforce.NAME], sampling.uniforms(world.name, dice, world.tokens)
    *_, last = loop.train(rule, rule.Params(), world, loop.Params(), uniforms, sampling.group_labels(dice))
    assert np.allclose(world.probs(last.after), full["fresh_end"][0, :4])


def test_which_of_the_two_is_told_apart_by_a_plain_loop() -> None:
    """One fresh run of three handfuls of sixteen under each weight, answer by answer."""
    a = run(**{**SMALL, "batch_reuse.seeds": 2})
    dice = sampling.uniforms("three_answers", sampling.Params(groups=1, iterations=3, seeds=1), 1)[0, :, :, 0].numpy()
    start_spread = (START @ PAID**2 - (START @ PAID) ** 2) ** 0.5
    assert float(a["start_spread"]) == pytest.approx(start_spread)
    weights = {
        "score": lambda r: r,
        "above": lambda r: r - r.mean(),
        "spread": lambda r: (r - r.mean()) / r.std(),
        "over": lambda r: r / r.std(),
        "longer": lambda r: (r - r.mean()) / start_spread,
        "ten": lambda r: 10 * (r - r.mean()),
    }
    assert a["weights"].tolist() == list(weights)
    for k, weigh in enumerate(weights.values()):
        z = np.log(START)
        for handful in dice:
            probs = np.exp(z) / np.exp(z).sum()
            answers = [int(np.searchsorted(probs.cumsum()[:2], u, side="right")) for u in handful]
            pushes = weigh(PAID[answers])
            z = z + 0.5 * np.mean([w * (np.eye(3)[x] - probs) for w, x in zip(pushes, answers, strict=True)], axis=0)
        assert a["fresh_end"][k, 0] == pytest.approx(np.exp(z) / np.exp(z).sum(), abs=1e-7), a["weights"][k]


def test_one_handful_reused_under_standardised_weights_is_the_ratio_loss(full: dict[str, np.ndarray]) -> None:
    assert np.allclose(full["reuse_end"][2], full["p_end"][1], atol=1e-14)
    assert full["reuse_at_a"].tolist() == (full["reuse_end"][:, :, 0] > 0.9).sum(1).tolist()


def test_a_handful_that_agrees_has_no_spread_to_divide_by() -> None:
    arrays = run(**{**SMALL, "three_answers.start": (0.001, 0.998, 0.001), "batch_reuse.answers": 2})
    assert np.isfinite(arrays["fresh_end"]).all()
    agreeing = (arrays["counts"] == [0, 2, 0]).all(1)
    assert agreeing.any()
    assert np.allclose(arrays["reuse_end"][3, agreeing], [0.001, 0.998, 0.001])


# --- the contract


def test_it_reads_every_declared_hyperparameter_and_no_other() -> None:
    h = Recorder(**SMALL)
    batch_reuse.run(h)
    declared = {key for key in DEFAULTS if key in batch_reuse.KEYS or f"{key.partition('.')[0]}.*" in batch_reuse.KEYS}
    assert h.read == declared


def test_arrays_keep_the_schema_and_are_finite(full: dict[str, np.ndarray]) -> None:
    assert list(full) == list(batch_reuse.SCHEMA)
    lengths: dict[str, int] = {}
    for name, (dims, _unit, doc) in batch_reuse.SCHEMA.items():
        assert doc
        assert full[name].ndim == len(dims.split()), name
        assert full[name].flags.c_contiguous
        for dim, length in zip(dims.split(), full[name].shape, strict=True):
            assert lengths.setdefault(dim, length) == length, (name, dim)
        if full[name].dtype.kind == "f":
            assert np.isfinite(full[name]).all(), name
    for name, (_, function) in batch_reuse.NUMBERS.items():
        assert np.isfinite(function(full)), name


def test_the_same_hyperparameters_give_the_same_bytes() -> None:
    one, two = run(**SMALL), run(**SMALL)
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)


def test_more_handfuls_leave_the_others_alone() -> None:
    few, more = run(**SMALL), run(**{**SMALL, "batch_reuse.seeds": 6})
    assert np.allclose(more["kl"][:, :, :4], few["kl"], atol=1e-12)


# --- what the narration says


def test_the_claims_hold_as_shipped(full: dict[str, np.ndarray]) -> None:
    assert [name for name, holds in claims(full).items() if not holds] == []


def test_the_kl_of_the_three_losses_as_measured(full: dict[str, np.ndarray]) -> None:
    ends = full["kl"][:, -1].mean(1)
    assert ends == pytest.approx([8.74, 2.51, 0.0456], rel=0.01)


def test_a_handful_without_a_is_as_frequent_as_chance_says(full: dict[str, np.ndarray]) -> None:
    share = (full["counts"][:, 0] == 0).mean()
    assert abs(share - 0.97**16) < 3 * (0.97**16 * (1 - 0.97**16) / 200) ** 0.5


@pytest.mark.parametrize(
    ("edit", "falls"),
    [
        ({"batch_reuse.updates": 1}, {"map_promises_too_much", "maps_part_far_out", "walk_ends_where_promised"}),
        ({"ppo.clip_low": 1.0, "ppo.clip_high": 100.0}, {"losses_run_in_order", "clipped_stays_near"}),
        ({"training.learning_rate": 0.0}, {"losses_run_in_order", "spread_finds_a", "ten_times_longer_does_it"}),
        ({"training.learning_rate": 10.0}, {"longer_alone_does_not"}),
        ({"batch_reuse.updates": 2}, {"one_handful_with_a_is_enough"}),
        ({"batch_reuse.answers": 512}, {"second_handful_ends_at_b"}),  # no handful lacks an A
    ],
)
def test_an_edit_flips_the_claims_that_it_should(edit: dict[str, Any], falls: set[str]) -> None:
    small = {"surface.resolution": 5, "batch_reuse.seeds": 30}
    assert falls <= {name for name, holds in claims(run(**small, **edit)).items() if not holds}


@pytest.mark.parametrize(
    "edit",
    [
        {"three_answers.reward_correct": 0.0, "three_answers.reward_format": 0.0},  # nothing to learn
        {"three_answers.start": (0.9, 0.05, 0.05)},
        {"batch_reuse.answers": 2, "batch_reuse.seeds": 2},
    ],
)
def test_odd_settings_give_finite_numbers(edit: dict[str, Any]) -> None:
    arrays = run(**{**SMALL, **edit})
    assert all(np.isfinite(function(arrays)) for _, function in batch_reuse.NUMBERS.values())
    claims(arrays)


def test_a_is_looked_at_when_it_has_doubled_and_at_the_end_if_it_never_does(full: dict[str, np.ndarray]) -> None:
    soon, ratio = int(full["soon"]), full["ratio"][0, 1, :, 0]
    assert ratio[soon - 1] < 2 <= ratio[soon]
    assert batch_reuse.NUMBERS["p_a_soon"][1](full) == pytest.approx(START[0] * ratio[soon])
    short = batch_reuse.run(Recorder(**SMALL | {"training.learning_rate": 1e-6}))
    assert int(short["soon"]) == SMALL["batch_reuse.updates"]
