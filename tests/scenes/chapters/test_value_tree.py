"""The tree of prefixes: edges as wide as they are likely, glasses as full as they are worth, runners on their way."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.value_tree import THINNEST, WIDEST, ValueTree
from scenes.engine.lettering import bounds

NAMES = ["", "E", "O"]
TRACE = {
    "node": np.array(NAMES),
    "node_parent": np.array([-1, 0, 0]),
    "node_reach": np.array([1.0, 0.01, 0.8]),
    "node_policy": np.array([[0.01, 0.8, 0.19], [0.2, 0.2, 0.6], [0.1, 0.1, 0.8]]),
    "node_score": np.array([0.0, 0.0, 1.0]),
}


@pytest.fixture
def tree() -> ValueTree:
    return ValueTree(TRACE, 100, 200, 1000, 600)  # type: ignore[arg-type]


def pixels(points: np.ndarray) -> np.ndarray:
    across = points[..., 0] * theme.PIXELS_PER_UNIT + theme.WIDTH / 2
    return np.stack([across, theme.HEIGHT / 2 - points[..., 1] * theme.PIXELS_PER_UNIT], axis=-1)


def test_e_stands_above_o_and_the_tree_keeps_to_its_rectangle(tree: ValueTree) -> None:
    assert tree.y[1] < tree.y[0] < tree.y[2]
    assert tree.x[0] - tree.radius == 100
    inks = [*tree.edges, *tree.stubs, *tree.glasses]
    places = np.concatenate([pixels(ink.points) for ink in inks])
    assert places.min(axis=0).tolist() == pytest.approx([100, 350 - tree.radius], abs=0.5)
    assert (places.max(axis=0) < [1100, 800]).all()


def test_an_edge_is_as_wide_as_it_is_likely(tree: ValueTree) -> None:
    assert [edge.pen for edge in tree.edges] == pytest.approx([THINNEST, WIDEST * 0.8])
    assert tree.stubs[2].pen == pytest.approx(WIDEST * 0.64)


def test_letters_and_values_are_clear_of_edges_and_glasses(tree: ValueTree) -> None:
    for word in [*tree.letters, *(tree.number(k, 0.5) for k in range(3))]:
        left, top, right, bottom = bounds(word)
        for ink in [*tree.edges, *tree.stubs]:
            line, near, steps = pixels(ink.points), ink.pen / 2, np.linspace(0, 1, 400)
            x, y = (np.interp(steps, np.linspace(0, 1, len(line)), line[:, axis]) for axis in range(2))
            over = (x > left - near) & (x < right + near) & (y > top - near) & (y < bottom + near)
            assert not over.any(), word.said.words  # type: ignore[attr-defined]
        for x, y in zip(tree.x, tree.y, strict=True):
            away = np.hypot(max(left - x, 0, x - right), max(top - y, 0, y - bottom))
            assert away > tree.radius, word.said.words  # type: ignore[attr-defined]


@pytest.mark.parametrize("level", [0.0, 0.25, 0.5, 1.0])
def test_a_glass_is_filled_up_to_its_value(tree: ValueTree, level: float) -> None:
    tree.pour(1, level)
    ys = pixels(tree.levels[1].points)[:, 1]
    inner = tree.radius - 3.5
    assert ys.max() == pytest.approx(tree.y[1] + inner)
    assert ys.min() == pytest.approx(tree.y[1] + inner - 2 * inner * level)


def test_a_runner_ends_at_its_score_and_one_cut_off_at_its_last_prefix(tree: ValueTree) -> None:
    answers, given = np.array([[0, 2], [0, 2]]), np.array([True, False])
    assert pixels(tree.runners(answers, given, 0.0)) == pytest.approx(np.full((2, 2), [tree.x[0], tree.y[0]]))
    one = pixels(tree.runners(answers[:1], given[:1], 1.0))
    assert one[0] == pytest.approx(pixels(tree.stubs[2].points)[-1])
    other = pixels(tree.runners(answers[1:], given[1:], 1.0))
    assert other[0] == pytest.approx([tree.x[2], tree.y[2]])
