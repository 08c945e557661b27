"""The tree of answers and the staircase of forecasts: what is drawn is what the numbers say."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.answer_tree import THINNEST, WIDEST, AnswerTree
from scenes.chapters.ch05_who_says_what_to_expect.staircase import Staircase
from scenes.engine import layout
from scenes.engine.lettering import said
from scenes.engine.stage import Inputs, Stage
from tests.scenes.samples import data


class Blank(Stage):
    """A stage with nothing on it."""

    def build(self) -> None:
        pass


@pytest.fixture
def tree() -> AnswerTree:
    return AnswerTree(data.prefixes(), theme.PICTURE)  # type: ignore[arg-type]


def test_every_answer_has_a_line_of_its_own_and_one_that_ends_stands_above_one_that_goes_on(tree: AnswerTree) -> None:
    ends = np.flatnonzero(tree.ends > 0)
    assert len(set(tree.y[ends])) == len(ends)
    four, more = tree.node("2+2", "is", "4"), tree.node("2+2", "is", "4", "or 22")
    assert tree.y[four] < tree.y[more]
    assert tree.y[0] == pytest.approx((tree.y[tree.node("2+2")] + tree.y[tree.node("4")]) / 2)


def test_a_line_is_as_wide_as_it_is_likely(tree: AnswerTree) -> None:
    tree.reach[6] = 0.0
    assert [edge.pen for edge in tree.edges][:2] == pytest.approx([WIDEST * 0.6, WIDEST * 0.4])
    assert tree._edge(6).pen == THINNEST


def test_the_chance_of_a_token_stands_before_its_box_where_its_line_does_not_come_from(tree: AnswerTree) -> None:
    stage = Blank.make(Inputs(duration=2.0), 480, 270)
    rising, falling = tree.node("2+2", "is", "4"), tree.node("2+2", "is", "22")
    for node, words in ((rising, "67%"), (falling, "33%")):  # 0.4 and 0.2 of 0.6
        chance = tree.chance(stage, node)
        told = said(chance)
        assert told is not None
        assert told.words == words
        assert layout.area(chance).right < layout.area(tree.boxes[node]).left
        above = layout.area(chance).bottom < tree.y[node]
        below = layout.area(chance).top > tree.y[node]
        assert (above, below) == ((True, False) if node == rising else (False, True))


def test_the_tree_keeps_to_its_place(tree: AnswerTree) -> None:
    box = layout.area(*tree.boxes)
    assert box.left >= theme.PICTURE.left - 1
    assert box.right < tree.last
    assert box.top >= theme.PICTURE.top
    assert box.bottom <= theme.PICTURE.bottom


def test_a_prefix_is_found_by_its_tokens(tree: AnswerTree) -> None:
    assert tree.node() == 0
    assert tree.node("2+2", "is", "22") == 5
    with pytest.raises(StopIteration):
        tree.node("22")


def test_an_arrow_goes_from_one_level_to_the_next_and_a_fall_is_hollow() -> None:
    stage = Blank.make(Inputs(duration=2.0), 480, 270)
    stairs = Staircase(("2+2", "is", "4"), np.array([0.4, 0.3, 0.6, 0.8]), theme.PICTURE)
    fall, number = stairs.jump(stage, 0, at=0.0)
    rise = stairs.jump(stage, 1, at=0.0, word=False)[0]
    assert [layout.area(fall).top, layout.area(fall).bottom] == pytest.approx([stairs.y(0.4), stairs.y(0.3)], abs=0.1)
    assert [layout.area(rise).bottom, layout.area(rise).top] == pytest.approx([stairs.y(0.3), stairs.y(0.6)], abs=0.1)
    assert (fall.stroke, rise.fill) == (theme.DOWN, theme.UP)  # type: ignore[attr-defined]
    told = said(number)
    assert told is not None
    assert told.words == "*−0.10*"


def test_the_largest_value_reaches_the_top_and_a_loss_goes_below_zero() -> None:
    stairs = Staircase(("a",), np.array([-0.2, 0.8]), theme.Area(0, 100, 1000, 600))
    assert stairs.y(0.8) == pytest.approx(100)
    assert stairs.y(-0.2) == pytest.approx(600)
    assert stairs.foot == pytest.approx(500)
