"""World W1 and the sentences beside it: houses by hand, evaluation, improvement, and what chapter 1 says of them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from objectives import OBJECTIVES, sampling
from objectives.experiments.gradient_clouds import run as gradient_clouds
from objectives.experiments.maze_policy import run as maze_policy
from objectives.hyperparameters import defaults
from objectives.training import loop
from objectives.worlds import maze, planning, sentence
from objectives.worlds.maze import Maze
from objectives.worlds.sentence import Sentence

pytestmark = pytest.mark.slow

UP, RIGHT, DOWN, LEFT = range(4)
DEFAULTS = {
    key: value
    for module in (maze, sentence, maze_policy)
    for key, value in defaults(module.Params, module.NAME).items()
}
VOCABULARY = "gradient_clouds.vocabulary"
DEFAULTS[VOCABULARY] = defaults(gradient_clouds.Params, gradient_clouds.NAME)[VOCABULARY]


def house(grid: str, **changes: Any) -> Maze:
    return Maze(maze.Params(grid=grid, **changes))


def always(world: Maze, *steps: int) -> Tensor:
    """The policy that takes the given steps, equally often, in every room."""
    probs = torch.zeros((len(world.kinds), 4), dtype=torch.float64)
    probs[:, list(steps)] = 1 / len(steps)
    return probs * world.moves.allowed


def run(**changes: Any) -> dict[str, np.ndarray]:
    return maze_policy.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in maze_policy.CLAIMS.items()}


def numbers(arrays: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: float(function(arrays)) for name, (_, function) in maze_policy.NUMBERS.items()}


@pytest.fixture(scope="module")
def full() -> dict[str, np.ndarray]:
    return run()


# -- the house by hand


def test_a_corridor_by_hand() -> None:
    """C . F over furniture: straight to the food is worth gamma, then 1; back and forth has a fixed point."""
    world = house("C.F ###", gamma=0.5)
    assert planning.evaluate(world.moves, always(world, RIGHT)).tolist() == [0.5, 1, 0, 0, 0, 0]
    # V0 = (V0 + V1) / 4 and V1 = V0 / 4 + 1 / 2
    values = planning.evaluate(world.moves, always(world, LEFT, RIGHT))
    assert values.tolist() == pytest.approx([2 / 11, 6 / 11, 0, 0, 0, 0])


def test_steps_lead_to_neighbours_and_obstacles_leave_the_cat_where_it_is() -> None:
    world = house("C.F .#V")
    assert world.moves.target[world.home].tolist() == [0, 1, 3, 0]
    assert world.moves.target[1].tolist() == [1, 2, 1, 0]  # furniture below
    assert world.moves.reward[1].tolist() == [0, 1, 0, 0]
    assert world.moves.open.tolist() == [True, True, False, True, False, False]


def test_equal_probabilities_are_the_softmax_of_zeros() -> None:
    world = house("...F .V.V .... C...")
    assert torch.equal(world.probs(world.start), world.moves.even())
    assert world.moves.even()[0].tolist() == [0.25] * 4
    assert world.moves.even()[3].tolist() == [0, 0, 0, 0]


def test_a_step_may_cost() -> None:
    world = house("CF ##", step=-0.25, food=2.0)
    assert planning.evaluate(world.moves, always(world, RIGHT)).tolist() == [1.75, 0, 0, 0]


@pytest.mark.parametrize(
    ("grid", "message"),
    [
        ("...F ... C...", "rows of one length"),
        ("C", "2 to 6 rows and columns, not 1 x 1"),
        ("CF.", "2 to 6 rows and columns, not 1 x 3"),
        ("CF xx", "not 'x'"),
        ("..F ...", "one C, the cat, not 0"),
        ("C.C ..F", "one C, the cat, not 2"),
        ("C. ..", "an F or a V"),
        ("", "rows of one length"),
    ],
)
def test_a_plan_that_is_no_house_is_refused(grid: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        maze.Params(grid=grid)


# -- evaluation and improvement


def some_policy(world: Maze, seed: int = 0) -> Tensor:
    theta = torch.randn(world.policy.size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return world.probs(theta)


def test_sweeps_end_at_the_linear_system() -> None:
    world = house("...F .V.V .... C...")
    probs = some_policy(world)
    exact = planning.evaluate(world.moves, probs)
    seen = planning.sweeps(world.moves, probs, torch.zeros(16, dtype=torch.float64), 300)
    assert torch.allclose(seen[-1], exact, atol=1e-10)
    assert torch.equal(seen[0], torch.zeros(16, dtype=torch.float64))
    error = (seen - exact).abs().amax(-1)
    assert bool((error[1:] <= 0.9 * error[:-1] + 1e-12).all())  # a contraction by gamma
    assert torch.allclose(planning.sweep(world.moves, probs, exact), exact)


def test_values_of_many_policies_at_once_are_those_of_each() -> None:
    world = house("...F .V.V .... C...")
    policies = torch.stack([some_policy(world, seed) for seed in range(3)])
    together = planning.evaluate(world.moves, policies)
    for policy, values in zip(policies, together, strict=True):
        assert torch.allclose(planning.evaluate(world.moves, policy), values)


def test_the_gradient_of_the_value_is_the_policy_gradient_theorem() -> None:
    """dJ/dz_sa = visits(s) pi(a|s) (Q(s, a) - V(s)), the visits being discounted."""
    world = house("...F .V.V .... C...")
    theta = torch.randn(64, generator=torch.Generator().manual_seed(1), dtype=torch.float64).requires_grad_(True)
    (slope,) = torch.autograd.grad(world.true_j(theta), theta)
    probs = world.probs(theta.detach())
    values = planning.evaluate(world.moves, probs)
    gain = probs * (planning.action_values(world.moves, values) - values.unsqueeze(-1))
    step = torch.zeros((16, 16), dtype=torch.float64)
    for action in range(4):
        step[torch.arange(16), world.moves.target[:, action]] += probs[:, action]
    start = torch.zeros(16, dtype=torch.float64)
    start[world.home] = 1
    visits = torch.linalg.solve((torch.eye(16, dtype=torch.float64) - world.moves.gamma * step).T, start)
    assert torch.allclose(slope.view(16, 4), visits.unsqueeze(-1) * gain, atol=1e-12)


@pytest.mark.parametrize("grid", ["...F .V.V .... C...", "C.#F ..#. .#.. ....", "F.C.V ....."])
def test_improvement_never_lowers_a_value_and_ends_at_the_best_policy(grid: str) -> None:
    """Against value iteration, V <- max_a Q, which knows nothing of policies."""
    world = house(grid)
    rounds = planning.improve(world.moves, world.probs(world.start))
    for before, after in itertools.pairwise(rounds):
        assert bool((after.values >= before.values - 1e-12).all())
        assert torch.equal(after.probs, before.best)
    assert not rounds[-1].turned.any()
    best = torch.zeros(len(world.kinds), dtype=torch.float64)
    for _ in range(500):
        best = planning.action_values(world.moves, best).amax(-1)
    assert torch.allclose(rounds[-1].values, best, atol=1e-12)


def test_equally_good_steps_share_the_probability() -> None:
    world = house("..F ... C..")
    best = planning.improve(world.moves, world.probs(world.start))[-1].probs
    assert best[world.home].tolist() == [0.5, 0.5, 0, 0]
    assert best[1].tolist() == [0, 1, 0, 0]


@pytest.mark.parametrize("size", [3, 4, 5])
def test_rounding_prefers_no_side_of_a_house_that_is_its_own_mirror(size: int) -> None:
    """Food and cat at the ends of a diagonal: going up and to the right is the same, after every round."""
    rows = ["." * size for _ in range(size)]
    world = house(" ".join(["." * (size - 1) + "F", *rows[1:-1], "C" + "." * (size - 1)]))
    for one in planning.improve(world.moves, world.probs(world.start)):
        steps = one.best.view(size, size, 4)
        mirrored = steps.transpose(0, 1).flip(0, 1)[..., [RIGHT, UP, LEFT, DOWN]]
        assert torch.equal(steps, mirrored)


def test_moves_of_unequal_shapes_are_refused() -> None:
    target = torch.zeros((2, 3), dtype=torch.long)
    with pytest.raises(ValueError, match=r"one shape \[S, A\]"):
        planning.Moves(target, torch.zeros(2, 2).double(), target.bool(), 0.9)


# -- walks


def test_walks_earn_what_the_value_says() -> None:
    world = house("...F .V.V .... C...")
    theta = torch.randn(64, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    uniforms = torch.rand((20_000, world.tokens), generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    episodes = world.play(theta, uniforms)
    error = float(episodes.rewards.std()) / math.sqrt(len(uniforms))
    assert abs(float(episodes.rewards.mean() - world.true_j(theta))) < 4 * error


def test_a_walk_by_hand() -> None:
    world = house("..F C.V", gamma=0.5)
    uniforms = torch.tensor([[0.0, 0.3, 0.3, 0.9], [0.3, 0.3, 0.0, 0.0], [0.9, 0.9, 0.9, 0.9]], dtype=torch.float64)
    episodes = world.play(world.start, uniforms)  # up right right | right right | against the wall on the left
    assert episodes.states.tolist() == [[3, 0, 1, 2], [3, 4, 5, 5], [3, 3, 3, 3]]
    assert episodes.mask.tolist() == [[True, True, True, False], [True, True, False, False], [True] * 4]
    assert episodes.rewards.tolist() == [0.25, -0.5, 0.0]
    assert episodes.correct.tolist() == [True, False, False]


def test_every_objective_can_train_in_the_house() -> None:
    world = house(".F C.")
    draws = sampling.Params(iterations=40, groups=4, group_size=8, seeds=2)
    uniforms, group = sampling.uniforms(world.name, draws, world.tokens), sampling.group_labels(draws)
    for name, rule in OBJECTIVES.items():
        params = rule.Params(filter="reward", refill=False) if name == "dapo" else rule.Params()  # all find the food
        records = list(loop.train(rule, params, world, loop.Params(), uniforms, group))
        assert bool((world.true_j(records[-1].after) > world.true_j(world.start)).all()), name


# -- sentences


def test_the_sentences_are_a_tree_with_the_checkers_scores() -> None:
    model = Sentence(sentence.Params())
    scores = {
        text: float(model.moves.reward[parent].max() if text.endswith("4") else 0)
        for text, parent, end in zip(model.texts, model.parents, ~model.moves.open, strict=True)
        if end
    }
    assert scores == {"4": 1, "22": 0, "It is 4": 1, "It is 22": 0, "It makes 4": 1, "It makes 22": 0}
    assert all(parent < node for node, parent in enumerate(model.parents) if node)
    assert model.depths == (0, 1, 1, 1, 2, 2, 3, 3, 3, 3)


def test_the_probabilities_of_words_by_hand() -> None:
    """0.30 + 0.45 (0.6 x 0.55 + 0.4 x 0.35) = 0.5115."""
    model = Sentence(sentence.Params())
    probs = model.probs(model.start)
    assert torch.allclose(probs.sum(-1), model.moves.open.double())
    values = dict(zip(model.texts, model.true_values(model.start).tolist(), strict=True))
    assert values["It is"] == pytest.approx(0.55)
    assert values["It"] == pytest.approx(0.47)
    assert values[""] == pytest.approx(0.5115)


def test_probabilities_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match="first must sum to 1"):
        sentence.Params(first=[0.5, 0.5, 0.5])
    with pytest.raises(ValueError, match="first must hold 3"):
        sentence.Params(first=[0.5, 0.5])


# -- the experiment


def test_the_trace_keeps_its_schema(full: dict[str, np.ndarray]) -> None:
    assert list(full) == list(maze_policy.SCHEMA)
    lengths: dict[str, int] = {}
    for name, (dims, _, doc) in maze_policy.SCHEMA.items():
        axes = dims.split()
        assert len(doc.split()) > 2, name
        assert full[name].ndim == len(axes), name
        for axis, length in zip(axes, full[name].shape, strict=True):
            expected = int(axis) if axis.isdigit() else lengths.setdefault(axis, length)
            assert length == expected, (name, axis)


class Recorder(dict[str, Any]):
    """Hyperparameters that remember which were read."""

    def __init__(self) -> None:
        super().__init__(DEFAULTS)
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)


def test_it_reads_every_key_that_it_declares_and_no_other() -> None:
    h = Recorder()
    maze_policy.run(h)
    assert h.read == set(DEFAULTS)
    assert {f"{key.partition('.')[0]}.*" for key in h.read - {VOCABULARY}} | {VOCABULARY} == set(maze_policy.KEYS)


def test_what_the_film_says_of_the_house(full: dict[str, np.ndarray]) -> None:
    found = numbers(full)
    assert found["rooms"] == 13
    assert full["turned"].sum(-1).tolist() == [13, 10, 8, 4, 0]
    home = full["values"][:, int(full["home"])]
    assert home.tolist() == pytest.approx([-0.2994, 0, 0.2907, 0.9**5, 0.9**5], abs=5e-5)
    assert found["chance_food_first"] == pytest.approx(0.0452, abs=5e-5)
    assert found["right_first"] == pytest.approx(0.5115)
    assert found["food_in_hundred"] == pytest.approx(4.52, abs=5e-3)
    assert found["home_third"] == home[2]
    assert found["states_after_two"] == pytest.approx(16.384)
    assert all(claims(full).values()), claims(full)


def test_the_room_beside_the_food_is_worth_the_mean_of_its_four_steps(full: dict[str, np.ndarray]) -> None:
    """Up it stays, to the right is the food, below and to the left are rooms near the vacuum cleaners."""
    worth = full["values"][0].reshape(4, 4)
    by_hand = (1 + 0.9 * (worth[0, 2] + worth[1, 2] + worth[0, 1])) / 4
    assert numbers(full)["beside_first"] == pytest.approx(by_hand)
    foodless = numbers(run(**{"maze.grid": "CV .."}))
    assert foodless["beside_first"] == foodless["home_first"]  # without food the cat's own room stands for it


def test_the_tree_of_sentences_holds_all_of_the_policy(full: dict[str, np.ndarray]) -> None:
    whole = full["reach"][:, full["ends"]].sum(-1)
    assert whole.tolist() == pytest.approx([1.0] * len(whole))


def test_worth_of_a_prefix_is_the_mean_score_of_its_sentences(full: dict[str, np.ndarray]) -> None:
    for reach, worth in zip(full["reach"], full["worth"], strict=True):
        assert worth[0] == pytest.approx(float((reach * np.nan_to_num(full["score"])).sum()))


def test_the_two_walks_are_of_the_same_numbers_and_begin_at_home(full: dict[str, np.ndarray]) -> None:
    assert (full["walk_room"][:, 0] == full["home"]).all()
    for walk, steps in enumerate(full["walk_steps"]):
        rooms, actions = full["walk_room"][walk], full["walk_action"][walk]
        for k in range(int(steps)):
            assert rooms[k + 1] == full["target"][rooms[k], actions[k]]
        assert (rooms[int(steps) :] == rooms[int(steps)]).all()


def test_the_skins_change_no_number(full: dict[str, np.ndarray]) -> None:
    assert full["skins"].shape == (2, len(full["roles"]))
    assert not set(full["skins"][0]) & set(full["skins"][1])


@pytest.mark.parametrize(
    ("changes", "falsified"),
    [
        ({"maze.food": -1.0}, {"finds_food", "last_walk_finds_food"}),
        ({"maze.vacuum": 0.0}, {"hides_at_first", "beside_food_worth_little"}),
        ({"maze.step": -0.01}, {"hides_at_first"}),  # hiding costs something
        ({"maze.grid": "...F .... .... C..."}, {"first_walk_meets_vacuum", "hides_at_first", "rarely_finds_food"}),
        ({"maze.grid": ".... .... .... C..V"}, {"beside_food_worth_little", "good_news_spreads"}),
        ({VOCABULARY: 10}, {"states_beyond_counting"}),
        ({"maze.grid": "...F .V.V .C.. ...."}, {"hides_at_first"}),  # it may wander, but no longer into trouble
        ({"maze_policy.sweeps": 2}, {"sweeps_settle"}),
        ({"maze_policy.answer_seed": 1}, {"answer_wrong"}),
        ({"maze.gamma": 0.0}, {"takes_several_rounds", "good_news_spreads"}),
    ],
)
def test_an_edit_can_make_a_claim_false(changes: dict[str, Any], falsified: set[str]) -> None:
    held = claims(run(**changes))
    assert {name for name in falsified if held[name]} == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"maze.grid": "CF .."},
        {"maze.grid": "CV .."},
        {"maze.grid": "C#F ###"},
        {"maze.grid": "...... .V.V.. ..#... .F...V ...... C....."},
        {"maze.food": 0.0, "maze.vacuum": 0.0},
        {"maze.food": 100.0, "maze.vacuum": -100.0, "maze.step": -1.0, "maze.gamma": 0.999},
        {"maze.step": 1.0},
        {"maze_policy.sweeps": 1},
        {"sentence.first": [0.001, 0.001, 0.998], "sentence.verb": 0.001},
    ],
)
def test_an_edit_never_breaks_the_run_its_numbers_or_its_claims(changes: dict[str, Any]) -> None:
    arrays = run(**changes)
    assert set(claims(arrays).values()) <= {True, False}
    for name, value in numbers(arrays).items():
        assert math.isfinite(value), name
    for name, array in arrays.items():
        if array.dtype.kind == "f" and name != "score":
            assert np.isfinite(array).all(), name


def test_equal_settings_give_equal_bytes(full: dict[str, np.ndarray]) -> None:
    before = torch.random.get_rng_state()
    again = run()
    assert all(full[name].tobytes() == again[name].tobytes() for name in full)
    assert torch.equal(torch.random.get_rng_state(), before)
