"""Trust regions, steps and stretched parameters: known in closed form for a softmax, and claims that an edit flips."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch

from objectives.experiments.batch_reuse import run as batch_reuse
from objectives.experiments.trust_region import promise, trajectories
from objectives.experiments.trust_region import run as trust_region
from objectives.hyperparameters import defaults
from objectives.losses import trpo
from objectives.surfaces import surface
from objectives.worlds import three_answers

pytestmark = pytest.mark.slow

TABLES = (three_answers, surface, trpo, trust_region)
DEFAULTS = {key: value for module in TABLES for key, value in defaults(module.Params, module.NAME).items()} | {
    "batch_reuse.answers": batch_reuse.Params().answers
}
SMALL = {"surface.resolution": 5}
START = np.array([0.03, 0.62, 0.35])
PAID = np.array([1.0, 0.6, 0.0])
BASIS = np.array([[1, -1, 0], [1, 1, -2]]) / np.sqrt([[2], [6]])
NATURAL, PLAIN = trust_region.NATURAL, trust_region.PLAIN


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
    return trust_region.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in trust_region.CLAIMS.items()}


def softmax(uv: np.ndarray) -> np.ndarray:
    weights = np.exp(uv @ BASIS)
    return weights / weights.sum(-1, keepdims=True)


@pytest.fixture(scope="module")
def full() -> dict[str, np.ndarray]:
    return run(**{"surface.resolution": 21})


# --- by hand


def test_the_gradient_and_the_fisher_matrix_at_the_start_by_hand(full: dict[str, np.ndarray]) -> None:
    value = 0.03 + 0.62 * 0.6
    assert np.allclose(full["gradient"], BASIS @ (START * (PAID - value)))
    logits = np.array([[0.0291, -0.0186, -0.0105], [-0.0186, 0.2356, -0.217], [-0.0105, -0.217, 0.2275]])
    assert np.allclose(full["fisher"], BASIS @ logits @ BASIS.T)


def test_a_small_trust_region_is_the_ellipse_of_the_fisher_matrix() -> None:
    a = run(**SMALL, **{"trpo.delta": 1e-8})
    fisher = BASIS @ (np.diag(START) - np.outer(START, START)) @ BASIS.T
    offset = a["ring"][0] - a["start"]
    assert np.allclose((offset @ fisher * offset).sum(-1) / 2, 1e-8, rtol=1e-3)


def test_the_spread_by_hand_for_one_answer(full: dict[str, np.ndarray]) -> None:
    """Where A is certain, an A in the batch weighs 1 / 0.03, and everything else nothing."""
    world = three_answers.ThreeAnswers(three_answers.Params())
    certain = torch.tensor([60.0, 0.0, 0.0], dtype=torch.float64)
    value = 0.402
    gain = np.array([(1 / 0.03 - 1) * (1 - value), -(0.6 - value), value])
    spread = np.sqrt(((gain - START @ gain) ** 2) @ START)
    assert promise.map_error(world, certain, 1).item() == pytest.approx(spread)
    assert promise.map_error(world, certain, 16).item() == pytest.approx(spread / 4)
    assert promise.map_error(world, world.start, 16).item() == pytest.approx(0, abs=1e-12)


def test_the_spread_is_that_of_real_batches(full: dict[str, np.ndarray]) -> None:
    world = three_answers.ThreeAnswers(three_answers.Params())
    theta = torch.tensor([0.5, 0.3, -0.8], dtype=torch.float64)
    generator = torch.Generator().manual_seed(1)
    answers = torch.multinomial(world.start_probs.expand(4000, -1), 16, replacement=True, generator=generator)
    gain = (world.probs(theta) / world.start_probs - 1) * (world.rewards - 0.402)
    measured = gain[answers].mean(-1).std().item()
    assert promise.map_error(world, theta, 16).item() == pytest.approx(measured, rel=0.05)


def test_surrogates_on_a_line_promise_what_their_batches_say(full: dict[str, np.ndarray]) -> None:
    """A batch's promise is the mean of (rho - 1)(r - 0.402) over its sixteen answers, whatever they are."""
    assert np.allclose(full["cut"][0], full["start"])
    assert np.allclose(full["cut"][-1], [full["grid_u"][-1], full["grid_v"][-1]])  # there J is highest on the window
    ratio = softmax(full["cut"][-1]) / START
    one = (ratio - 1) * (PAID - 0.402)
    shares = np.array([[a, b, 16 - a - b] for a in range(17) for b in range(17 - a)]) / 16
    for promised in full["cut_promise"][:, -1]:
        assert np.abs(shares @ one - promised).min() < 1e-9
    assert np.allclose(full["cut_gain"], softmax(full["cut"]) @ PAID - START @ PAID)


def test_many_surrogates_on_a_line_have_the_spread() -> None:
    a = run(**SMALL, **{"trust_region.maps": 200})
    assert a["cut_promise"].std(0)[10::30] == pytest.approx(a["cut_error"][10::30], rel=0.2)
    inside = a["cut_at"] < a["cut_ring"]
    kl = (START * np.log(START / softmax(a["cut"]))).sum(-1)
    assert (kl[inside] < 0.01).all()
    assert (kl[~inside] >= 0.01).all()


def test_promises_are_as_far_apart_as_the_highest_from_the_lowest(full: dict[str, np.ndarray]) -> None:
    numbers, at = {name: function(full) for name, (_, function) in trust_region.NUMBERS.items()}, full["cut_at"]
    assert numbers["apart_summit"] == pytest.approx(numbers["promise_high"] - numbers["promise_low"])
    k = int(np.flatnonzero(at >= full["cut_ring"])[0])
    share = (full["cut_ring"] - at[k - 1]) / (at[k] - at[k - 1])
    there = (1 - share) * full["cut_promise"][:, k - 1] + share * full["cut_promise"][:, k]
    assert numbers["apart_ring"] == pytest.approx(np.ptp(there))


# --- identities


def test_every_boundary_has_its_radius(full: dict[str, np.ndarray]) -> None:
    old, new = full["centre_probs"][:, None], full["ring_probs"]
    size = np.linalg.norm(full["ring"] - full["centre"][:, None], axis=-1)
    closed = size < trajectories.FAR - 1
    kl = (old * (np.log(old) - np.log(np.maximum(new, 1e-300)))).sum(-1)
    assert np.allclose(kl[closed], 0.01, rtol=1e-6)
    assert closed[0].all()
    assert np.array_equal(full["ring"][:, 0], full["ring"][:, -1])


def test_trust_regions_stretch_on_the_plane_and_flatten_in_the_triangle_towards_an_edge(
    full: dict[str, np.ndarray],
) -> None:
    """Their areas there are sqrt(1 / det F) and sqrt(det F): no flat picture shows them all alike."""
    even = trajectories.ring(torch.zeros(2, dtype=torch.float64), 0.01).numpy()
    edge = trajectories.ring(torch.tensor([0.0, 2.0], dtype=torch.float64), 0.01).numpy()
    widths = [np.ptp(np.linalg.norm(r - r[:-1].mean(0), axis=-1)) for r in (even, edge)]
    assert widths[1] > 3 * widths[0]
    flat = [np.ptp(softmax(r)[:, 2]) for r in (even, edge)]
    assert flat[1] < flat[0] / 2


def test_the_natural_path_adds_the_same_multiple_of_the_rewards_to_the_logits(full: dict[str, np.ndarray]) -> None:
    """T13: pi exp(eta A), so the path is a straight line in logits, along the rewards."""
    steps = int(full["walk_end"][NATURAL, 0])
    moves = np.diff(full["walk"][NATURAL, 0, : steps + 1], axis=0)
    direction = BASIS @ PAID
    assert np.allclose(moves @ [-direction[1], direction[0]], 0, atol=1e-8)
    assert (moves @ direction > 0).all()


def test_the_natural_path_does_not_care_for_any_stretching() -> None:
    for stretch in (0.1, 4.0, 30.0):
        a = run(**SMALL, **{"trust_region.stretch": stretch})
        assert np.allclose(a["walk"][NATURAL, 0], a["walk"][NATURAL, 1], atol=1e-7)
        assert np.allclose(a["stride"][NATURAL, 0], a["stride"][NATURAL, 1], atol=1e-9)
        assert not np.allclose(a["stride"][PLAIN, 0], a["stride"][PLAIN, 1], atol=0.02)


def test_without_stretching_both_sets_of_parameters_are_one() -> None:
    a = run(**SMALL, **{"trust_region.stretch": 1.0})
    assert np.array_equal(a["walk"][:, 0], a["walk"][:, 1])
    assert not claims(a)["plain_bends"]


def test_twins_keep_their_odds_exactly_at_every_natural_step(full: dict[str, np.ndarray]) -> None:
    odds = full["twin_probs"][NATURAL, :, 0] / full["twin_probs"][NATURAL, :, 1]
    assert np.allclose(odds, 0.05 / 0.25, rtol=1e-9)
    plain = full["twin_probs"][PLAIN, :, 0] / full["twin_probs"][PLAIN, :, 1]
    assert (np.diff(plain[: int(full["twin_end"][PLAIN])]) < 0).all()


def test_no_step_leaves_its_trust_region_and_none_goes_downhill(full: dict[str, np.ndarray]) -> None:
    assert (full["walk_kl"] <= 0.01).all()
    assert (np.diff(full["walk_j"], axis=-1) >= -1e-12).all()
    assert np.allclose(full["walk_j"], full["walk_probs"] @ PAID)


def test_steps_end_on_the_boundary_and_the_natural_one_near_its_best_point(full: dict[str, np.ndarray]) -> None:
    ends = softmax(full["start"] + full["stride"])
    kl = (START * (np.log(START) - np.log(ends))).sum(-1)
    assert np.allclose(kl, 0.01, rtol=1e-6)
    assert np.allclose(ends @ PAID - START @ PAID, full["stride_gain"])
    assert full["stride_gain"][NATURAL, 0] <= full["ring_gain"].max() + 1e-3
    assert full["stride_gain"][NATURAL, 0] > full["stride_gain"][PLAIN, 0] > full["stride_gain"][PLAIN, 1]


# --- the contract


def test_it_reads_every_declared_hyperparameter_and_no_other() -> None:
    h = Recorder(**SMALL)
    trust_region.run(h)
    assert h.read == set(DEFAULTS)
    assert {f"{key.partition('.')[0]}.*" for key in h.read - {"batch_reuse.answers"}} | {"batch_reuse.answers"} == set(
        trust_region.KEYS
    )


def test_arrays_keep_the_schema_and_are_finite(full: dict[str, np.ndarray]) -> None:
    assert list(full) == list(trust_region.SCHEMA)
    lengths: dict[str, int] = {}
    for name, (dims, _unit, doc) in trust_region.SCHEMA.items():
        assert doc
        assert full[name].ndim == len(dims.split()), name
        assert full[name].flags.c_contiguous
        for dim, length in zip(dims.split(), full[name].shape, strict=True):
            assert lengths.setdefault(dim, length) == length, (name, dim)
        if full[name].dtype.kind == "f":
            assert np.isfinite(full[name]).all(), name
    for name, (_, function) in trust_region.NUMBERS.items():
        assert np.isfinite(function(full)), name


def test_the_same_hyperparameters_give_the_same_bytes() -> None:
    one, two = run(**SMALL), run(**SMALL)
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)


def test_a_start_of_twins_must_be_three_chances() -> None:
    with pytest.raises(ValueError, match="start must hold 3"):
        trust_region.Params(twin_start=(0.5, 0.5))
    with pytest.raises(ValueError, match="sum to 1"):
        trust_region.Params(twin_start=(0.5, 0.4, 0.3))


# --- what the narration says


def test_the_claims_hold_as_shipped(full: dict[str, np.ndarray]) -> None:
    assert [name for name, holds in claims(full).items() if not holds] == []


@pytest.mark.parametrize(
    ("edit", "falls"),
    [
        ({"trust_region.stretch": 1.0}, {"plain_bends", "stretching_changes_the_end", "damping_makes_it_care"}),
        ({"trust_region.damping": 0.01}, {"natural_does_not_care", "natural_keeps_the_odds"}),
        ({"trust_region.twin_start": (0.25, 0.25, 0.5)}, {"plain_loses_the_rare_twin"}),
        ({"trust_region.steps": 2}, {"natural_reaches_a", "twins_are_learnt", "line_search_keeps_the_ring"}),
        ({"batch_reuse.answers": 2}, {"ring_is_clear"}),
        ({"batch_reuse.answers": 1024}, {"fog_beyond", "maps_fan_out"}),
        ({"trpo.damping": 0.0}, {"damped_takes_a_detour"}),
    ],
)
def test_an_edit_flips_the_claims_that_it_should(edit: dict[str, Any], falls: set[str]) -> None:
    assert falls <= {name for name, holds in claims(run(**SMALL, **edit)).items() if not holds}


@pytest.mark.parametrize(
    "edit",
    [
        {"three_answers.reward_correct": 0.0, "three_answers.reward_format": 0.0},  # nothing to learn
        {"three_answers.reward_correct": -1.0, "three_answers.reward_format": 0.5},
        {"three_answers.start": (0.98, 0.01, 0.01), "trpo.delta": 1.0},
        {"trpo.delta": 10.0},
    ],
)
def test_odd_settings_give_finite_numbers(edit: dict[str, Any]) -> None:
    arrays = run(**SMALL, **edit)
    assert all(np.isfinite(function(arrays)) for _, function in trust_region.NUMBERS.values())
    claims(arrays)
