"""Who says what to expect: targets by hand, the tree against brute force, and a critic that finds the exact values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch

from objectives import sampling
from objectives.experiments.prefix_values import run as prefix_values
from objectives.experiments.prefix_values.claims import slips
from objectives.hyperparameters import defaults
from objectives.worlds.tally import judge

DEFAULTS = defaults(prefix_values.Params, "prefix_values") | defaults(sampling.Params, "sampling")
SMALL = {"sampling.groups": 2, "sampling.seeds": 2, "prefix_values.batches": 8}


class Recorder(Mapping[str, Any]):
    """Hyperparameters that remember which were read."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values, self.read = values, set[str]()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return self.values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)


def run(**changes: Any) -> dict[str, np.ndarray]:
    return prefix_values.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in prefix_values.CLAIMS.items()}


@pytest.fixture(scope="module")
def full() -> dict[str, np.ndarray]:
    return run()


# --- the contract


def test_it_reads_its_table_and_of_the_dice_all_but_the_length() -> None:
    h = Recorder({**DEFAULTS, **SMALL})
    prefix_values.run(h)
    declared = {key for key in prefix_values.KEYS if not key.endswith("*")}
    assert h.read == declared | set(defaults(prefix_values.Params, "prefix_values"))
    assert "sampling.iterations" not in h.read


def test_arrays_keep_the_schema(full: dict[str, np.ndarray]) -> None:
    assert list(full) == list(prefix_values.SCHEMA)
    lengths: dict[str, int] = {}
    for name, (dims, _unit, doc) in prefix_values.SCHEMA.items():
        assert doc, name
        assert full[name].ndim == len(dims.split()), name
        assert full[name].dtype != object
        for dim, length in zip(dims.split(), full[name].shape, strict=True):
            assert lengths.setdefault(dim, length) == length, (name, dim)
    for name in set(full) - {"sheet_forecast", "sheet_advantage"}:
        assert full[name].dtype.kind != "f" or np.isfinite(full[name]).all(), name


def test_the_same_hyperparameters_give_the_same_bytes() -> None:
    one, two = run(**SMALL), run(**SMALL)
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)


# --- the sentence


def test_targets_of_the_prefixes_by_hand(full: dict[str, np.ndarray]) -> None:
    """T16: 0.8 x (1, .9, .81), and one more for the empty prefix; without a discount all are 0.8."""
    assert full["sentence"].tolist() == ["2+2", "is", "4", ""]
    assert full["prefix_target"].tolist() == pytest.approx([0.8 * 0.729, 0.648, 0.72, 0.8])
    assert full["prefix_target_flat"].tolist() == pytest.approx([0.8] * 4)
    numbers = {name: function(full) for name, (_, function) in prefix_values.NUMBERS.items()}
    assert [numbers[f"target_{name}"] for name in ("whole", "two", "one")] == pytest.approx([0.8, 0.72, 0.648])


# --- the tree


def test_nodes_are_all_prefixes_and_their_chances_add_up(full: dict[str, np.ndarray]) -> None:
    names = full["node"].tolist()
    assert names == ["".join(marks) for t in range(4) for marks in itertools.product("EO", repeat=t)]
    assert [names[k] for k in full["node_parent"][1:]] == [name[:-1] for name in names[1:]]
    assert np.allclose(full["node_policy"].sum(1), 1)
    answered = (full["node_reach"] * full["node_policy"][:, 2]).sum()
    cut_off = (full["node_reach"] * (1 - full["node_policy"][:, 2]))[7:].sum()
    assert answered + cut_off == pytest.approx(1)
    right = np.exp(2) / (np.exp(2) + 2)
    assert full["node_reach"][names.index("OEO")] == pytest.approx(right**3)


def test_values_by_hand_and_by_walking_every_answer(full: dict[str, np.ndarray]) -> None:
    names, policy = full["node"].tolist(), full["node_policy"]

    def walk(name: str) -> float:
        if len(name) == 4:
            return 0.0
        e, o, answer = policy[names.index(name)]
        return float(e * walk(name + "E") + o * walk(name + "O") + answer * judge("111", name + "A"))

    assert full["value"].tolist() == pytest.approx([walk(name) for name in names])
    right = np.exp(2) / (np.exp(2) + 2)
    assert full["value"][names.index("OEO")] == pytest.approx(right)
    assert full["value"][names.index("OEE")] == 0


def test_the_error_of_one_score_is_that_of_a_coin(full: dict[str, np.ndarray]) -> None:
    weight = full["node_reach"] / full["node_reach"].sum()
    value = full["value"]
    expected = (weight * (value * (1 - value) ** 2 + (1 - value) * value**2)).sum() ** 0.5
    assert full["single_error"] == pytest.approx(expected)
    assert full["critic_error"][:, 0] == pytest.approx((weight @ value**2) ** 0.5)


# --- the critic


def test_the_first_step_of_the_critic_by_hand(full: dict[str, np.ndarray]) -> None:
    """V = 0 moves by rate x 2 x (visits with a score of 1) / tokens of the batch."""
    nodes, rewards = full["batch_node"], full["batch_reward"]
    tokens = (nodes >= 0).sum()
    for k in range(len(full["node"])):
        won = (rewards[:, None] * (nodes == k)).sum()
        assert full["critic"][0, 1, k] == pytest.approx(0.5 * 2 * won / tokens)


def test_the_critic_converges_to_the_enumerated_values() -> None:
    """T19. Rare prefixes take their time, so the policy is a little more even and the run longer than in the film."""
    arrays = run(**{"prefix_values.skill": 1.0, "prefix_values.batches": 1200, "sampling.seeds": 4})
    late = arrays["critic"][:, 800:]
    assert np.abs(late.mean((0, 1)) - arrays["value"]).max() < 0.02
    assert (arrays["critic_error"][:, 800:].mean(1) < 0.03).all()


def test_seeds_differ_and_more_of_them_leave_the_others_alone() -> None:
    two, three = run(**SMALL), run(**{**SMALL, "sampling.seeds": 3})
    assert np.array_equal(three["critic"][:2], two["critic"])
    assert not np.array_equal(two["critic"][0], two["critic"][1])


# --- advantages


def test_both_ends_of_the_slider_by_hand(full: dict[str, np.ndarray]) -> None:
    """T16: lambda = 0 is the change in forecast, lambda = 1 is score minus forecast."""
    forecast, reward = full["rollout_forecast"], full["rollout_reward"]
    assert full["rollout_advantage"][0] == pytest.approx(np.append(forecast[1:], reward) - forecast)
    assert full["rollout_advantage"][-1] == pytest.approx(reward - forecast)
    deltas = np.append(forecast[1:], reward) - forecast
    half = [sum(0.5**k * delta for k, delta in enumerate(deltas[t:])) for t in range(len(deltas))]
    assert full["lams"][1] == 0.5
    assert full["rollout_advantage"][1] == pytest.approx(half)
    assert np.array_equal(full["rollout_slide"][[0, -1]], full["rollout_advantage"][[0, -1]])


def test_the_rollout_is_sampled_and_falls_deepest(full: dict[str, np.ndarray]) -> None:
    value, nodes = full["value"], full["batch_node"]
    falls = [min((value[b] - value[a] for a, b in itertools.pairwise(row[row >= 0])), default=np.inf) for row in nodes]
    row = int(np.argmin(falls))
    assert full["rollout_node"].tolist() == nodes[row][nodes[row] >= 0].tolist()
    assert full["rollout_reward"] == full["batch_reward"][row]
    assert slips(full) == [2]
    assert full["rollout"].tolist() == ["O", "E", "E", "A"]


def test_the_sheet_holds_the_commonest_answers(full: dict[str, np.ndarray]) -> None:
    words = ["".join(row) for row in full["sheet"]]
    assert words[0] == "OEOA"
    assert len(set(words)) == len(words) == 5
    for word, reward, advantage in zip(words, full["sheet_reward"], full["sheet_advantage"], strict=True):
        assert reward == judge("111", word)
        assert np.isfinite(advantage).tolist() == [t < len(word) for t in range(4)]


def test_the_outcome_points_right_whatever_the_critic_and_a_perfect_critic_does_at_every_lambda() -> None:
    arrays = run(**SMALL)
    assert (arrays["bias"][:, -1] < 1e-12).all()
    tree = prefix_values._Tree(prefix_values.Params())
    perfect = prefix_values._slopes(tree, [tree.values], [0.0, 0.3, 1.0], 16)
    assert (perfect["bias"] < 1e-12).all()
    _, chance = tree.every()
    assert chance.sum().item() == pytest.approx(1)


def test_noise_is_that_of_sampled_batches() -> None:
    tree = prefix_values._Tree(prefix_values.Params())
    critic = 0.5 * tree.values
    exact = tree.world.true_gradient(tree.theta)
    dice = torch.rand((4000, 32, 5), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    answers = tree.play(dice)
    advantages = prefix_values._advantages(answers, critic, 0.5)
    table = tree.world.policy.log_probs(tree.theta).exp()
    states = tree.states[answers.nodes]
    weighted = advantages * answers.mask
    taken = torch.zeros(4000, 27, dtype=torch.float64)
    taken.scatter_add_(1, (3 * states + answers.actions).flatten(1), weighted.flatten(1))
    seen = torch.zeros(4000, 9, dtype=torch.float64).scatter_add_(1, states.flatten(1), weighted.flatten(1))
    slopes = (taken - (seen.unsqueeze(-1) * table).flatten(1)) / 32
    found = prefix_values._slopes(tree, [critic], [0.5], 32)
    assert (slopes.var(0).sum().sqrt() / exact.norm()).item() == pytest.approx(found["noise"][0, 0], rel=0.03)
    assert ((slopes.mean(0) - exact).norm() / exact.norm()).item() == pytest.approx(found["bias"][0, 0], abs=0.02)


# --- claims


def test_the_films_claims_hold_on_the_shipped_settings(full: dict[str, np.ndarray]) -> None:
    assert claims(full) == dict.fromkeys(prefix_values.CLAIMS, True)


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"prefix_values.gamma": 1.0}, "targets_shrink"),
        ({"prefix_values.batches": 6, "prefix_values.young": 5}, "critic_beats_one_score"),
        ({"prefix_values.skill": 8.0}, "one_token_is_blamed"),
        ({"prefix_values.young": 199}, "young_critic_misleads"),
        ({"prefix_values.skill": 0.0}, "a_slip_costs"),
        ({"prefix_values.skill": 0.0}, "rare_learned_last"),
        ({"prefix_values.skill": 8.0}, "rollout_fails"),
    ],
)
def test_an_edit_can_make_a_claim_false(changes: dict[str, Any], claim: str) -> None:
    arrays = run(**{"sampling.seeds": 3, **changes})
    assert not claims(arrays)[claim]
    assert all(np.isfinite(function(arrays)) for _, function in prefix_values.NUMBERS.values())


@pytest.mark.parametrize("prompt", ["000", "101", "110"])
def test_other_prompts_and_extreme_policies_run(prompt: str) -> None:
    for skill in (-10.0, 10.0):
        arrays = run(**{**SMALL, "prefix_values.prompt": prompt, "prefix_values.skill": skill})
        assert all(isinstance(holds, bool) for holds in claims(arrays).values())


def test_settings_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="lams must ascend from 0 to 1"):
        prefix_values.Params(lams=[0.0, 0.95])
    with pytest.raises(ValueError, match="young must be below batches"):
        prefix_values.Params(batches=5, young=5)
