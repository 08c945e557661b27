"""Things stand where their relations say, to a thousandth of a pixel, and twice in the same place."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks, box
from scenes.engine.lettering import text
from scenes.parts.chart import Chart
from scenes.parts.plane import Plane
from scenes.theme import Area


def edges(thing: object) -> tuple[float, float, float, float]:
    a = layout.area(thing)
    return a.left, a.top, a.right, a.bottom


def near(*values: float) -> object:
    return pytest.approx(values, abs=1e-3)


def test_the_bounds_of_a_box_are_its_pixels() -> None:
    assert edges(box(100, 200, 300, 50)) == near(100, 200, 400, 250)


def test_the_bounds_of_several_things_hold_them_all() -> None:
    both = layout.area(box(100, 200, 300, 50), Area(90, 300, 95, 320))
    assert (both.left, both.top, both.right, both.bottom) == near(90, 200, 400, 320)


def test_a_plane_a_chart_and_a_part_have_bounds() -> None:
    plane = Plane(10, 20, 30, 40, (0, 1), (0, 1))
    assert edges(plane) == near(10, 20, 40, 60)
    assert edges(Chart(10, 20, 30, 40, (0, 1), (0, 1))) == near(10, 20, 40, 60)

    class Pair:
        parts = (box(0, 0, 10, 10), box(50, 60, 10, 10))

    assert edges(Pair()) == near(0, 0, 60, 70)
    layout.below(Pair(), Area(0, 100, 20, 200), 5)
    assert edges(Pair()) == near(0, 205, 60, 275)


def test_what_has_neither_points_nor_parts_has_no_place() -> None:
    with pytest.raises(ValueError, match="Ink has no points yet"):
        layout.area(Ink(np.zeros((0, 3))))
    with pytest.raises(TypeError, match="int is no mobject"):
        layout.below(3, theme.SAFE)


@pytest.mark.parametrize(
    ("place", "stands"),
    [
        (lambda a, b: layout.below(a, b, 10), (500, 610, 540, 620)),
        (lambda a, b: layout.below(a, b, 10, "middle"), (530, 610, 570, 620)),
        (lambda a, b: layout.below(a, b, 10, "end"), (560, 610, 600, 620)),
        (lambda a, b: layout.above(a, b, 10), (500, 480, 540, 490)),
        (lambda a, b: layout.beside(a, b, 10), (610, 545, 650, 555)),
        (lambda a, b: layout.beside(a, b, 10, "start"), (610, 500, 650, 510)),
        (lambda a, b: layout.before(a, b, 10, "end"), (450, 590, 490, 600)),
        (lambda a, b: layout.centred(a, b), (530, 545, 570, 555)),
        (lambda a, b: layout.centred(a, b, down=False), (530, 0, 570, 10)),
        (lambda a, b: layout.at(a, x=300, y=400), (300, 390, 340, 400)),
        (lambda a, b: layout.at(a, x=300, align="middle"), (280, 0, 320, 10)),
    ],
)
def test_a_thing_stands_in_its_relation_to_another(place, stands) -> None:
    thing, other = box(0, 0, 40, 10), box(500, 500, 100, 100)
    assert place(thing, other) is thing
    assert edges(thing) == near(*stands)
    assert edges(other) == near(500, 500, 600, 600)
    place(thing, other)
    assert edges(thing) == near(*stands)  # placed again, it stays


def test_words_in_a_row_share_a_baseline_whatever_hangs_below_it() -> None:
    one, two, three = text("axe", 200, 300, 60), text("gypsy", 0, 0, 30), text("Qj", 0, 0, 44)
    layout.row(one, two, three, gap=25)
    assert [layout.baseline(t) for t in (one, two, three)] == near(300, 300, 300)
    assert layout.area(two).left - layout.area(one).right == pytest.approx(25, abs=1e-3)
    assert layout.area(three).left - layout.area(two).right == pytest.approx(25, abs=1e-3)


def test_the_baseline_of_scaled_words_is_theirs() -> None:
    word = text("gypsy", 200, 300, 30)
    depth = layout.area(word).bottom - 300
    word.scale(2)
    assert layout.area(word).bottom - layout.baseline(word) == pytest.approx(2 * depth, abs=1e-3)


def test_lines_of_words_have_even_baselines() -> None:
    words = [text(w, 400, 200, 40) for w in ("apple", "xxx", "Why", "no")]
    layout.lines(*words, pitch=60)
    assert [layout.baseline(w) for w in words] == near(200, 260, 320, 380)
    assert [layout.area(w).left for w in words] == near(*[layout.area(words[0]).left] * 4)


def test_a_column_stacks_with_one_gap() -> None:
    things = [box(50, 50, 30, h) for h in (10, 20, 30)]
    layout.column(*things, gap=7, align="middle")
    assert [edges(t)[1] for t in things] == near(50, 67, 94)


def test_areas_are_cut_by_number_and_by_share() -> None:
    whole = Area(0, 0, 100, 50)
    assert [edges(a) for a in layout.columns(whole, 2, gap=10)] == [near(0, 0, 45, 50), near(55, 0, 100, 50)]
    assert [edges(a) for a in layout.rows(whole, (1, 3), gap=10)] == [near(0, 0, 100, 10), near(0, 20, 100, 50)]
    cells = layout.grid(whole, 2, 3, gap=10)
    assert len(cells) == 6
    assert edges(cells[4]) == near(110 / 3, 30, 190 / 3, 50)


def test_margins_and_squares() -> None:
    assert edges(layout.inset(Area(0, 0, 100, 50), 5)) == near(5, 5, 95, 45)
    assert edges(layout.square(Area(0, 0, 100, 50))) == near(25, 0, 75, 50)
    assert edges(layout.square(Area(0, 0, 100, 50), "end")) == near(50, 0, 100, 50)


def test_margins_of_one_side_and_the_middle_of_an_area() -> None:
    assert edges(layout.trimmed(Area(0, 0, 100, 50), left=5, bottom=10)) == near(5, 0, 100, 40)
    assert edges(layout.moved(Area(0, 0, 100, 50), across=5, down=-10)) == near(5, -10, 105, 40)
    assert edges(layout.narrowed(Area(0, 0, 100, 50), 0.8)) == near(10, 0, 90, 50)
    assert layout.rectangle(Area(10, 20, 100, 50)) == near(10, 20, 90, 30)


def test_equal_slots_have_their_middles_where_columns_have_them() -> None:
    place = Area(10, 0, 110, 50)
    assert layout.middles(place, 4) == near(*(cell.middle[0] for cell in layout.columns(place, 4, gap=0)))


def test_markers_take_their_centres_along() -> None:
    marks = Marks(theme.point(100, 100)[None, :2], radius=10)
    layout.shifted(marks, 50, 20)
    assert layout.area(marks).middle == near(150, 120)
    marks.place(marks.centres)
    assert layout.area(marks).middle == near(150, 120)


def test_the_picture_keeps_clear_of_statement_and_source_line() -> None:
    assert theme.PICTURE.top > theme.TOP + 46 + 0.3 * theme.STATEMENT
    assert theme.PICTURE.bottom < theme.BOTTOM - 6 - theme.TICK
