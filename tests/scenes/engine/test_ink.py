"""Lines, markers, images and words, as they land on the canvas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenes import theme
from scenes.engine import lettering
from scenes.engine.ink import Ink, Marks, Picture, box, rule, shape_points
from scenes.engine.painter import Painter
from scenes.parts.plane import Plane, clip_path


def paint(*mobjects: object, width: int = 480, height: int = 270) -> np.ndarray:
    painter = Painter(width, height)
    painter.paint((m, 1.0) for m in mobjects)  # type: ignore[misc]
    return painter.pixel_array[..., :3].copy()


def test_a_box_covers_its_pixels_in_its_colour() -> None:
    picture = paint(box(400, 200, 800, 400, fill="#FF8000"))  # the canvas is 4 times as large
    assert picture[51:149, 101:299].reshape(-1, 3).tolist() == [[255, 128, 0]] * (98 * 198)
    assert (picture[:49] == picture[0, 0]).all()
    assert (picture[152:] == picture[0, 0]).all()


def test_an_image_lands_upright_and_in_its_colours() -> None:
    rgb = np.array([[[1.0, 0, 0], [0, 1.0, 0]], [[0, 0, 1.0], [1.0, 1.0, 1.0]]])
    picture = paint(Picture(400, 200, 800, 400, rgb))
    corners = [picture[y, x].tolist() for y, x in ((55, 105), (55, 295), (145, 105), (145, 295))]
    assert corners == [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]


def test_painting_leaves_nothing_behind_that_changes_the_next_picture() -> None:
    painter = Painter(480, 270)
    image = Picture(403, 201, 800, 401, np.full((2, 2, 3), 0.5))
    words = lettering.text("1/2", 100, 300, 60)
    pictures = []
    for _ in range(2):
        painter.set_pixel_array(painter.background)
        painter.paint([(image, 0.7), (words, 1.0)])
        pictures.append(painter.pixel_array.copy())
    assert np.array_equal(*pictures)


def test_equal_words_have_equal_strokes_however_often_they_were_set() -> None:
    widths = [[m.get_stroke_width() for m in lettering.formula("a/b", 0, 0).submobjects] for _ in range(2)]
    assert widths[0] == widths[1]
    assert max(widths[0]) > 0


def test_reveal_draws_a_share_of_the_length_across_sub_paths() -> None:
    ink = Ink(np.array([[0, 0, 0], [3, 0, 0], [0, 1, 0], [1, 1, 0]], float), starts=(0, 2))
    ink.reveal = 0.5  # two of four units
    (piece,) = ink.pieces()
    assert piece.tolist() == [[0, 0], [2, 0]]
    ink.reveal = 0.875
    assert [p.tolist() for p in ink.pieces()] == [[[0, 0], [3, 0]], [[0, 1], [0.5, 1]]]
    ink.reveal = 0.0
    assert ink.pieces() == []


def test_markers_have_about_the_same_area() -> None:
    def area(points: np.ndarray) -> float:
        x, y = points[:-1].T
        return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))

    for marker in ("circle", "square", "triangle", "diamond", "hexagon"):
        assert area(shape_points(marker, 10.0)) == pytest.approx(np.pi * 100, rel=0.01)


def test_marks_leave_out_places_that_are_not_numbers() -> None:
    marks = Marks(np.array([[0.0, 0.0], [np.nan, 1.0]]), "square", 5, fill=theme.TEXT)
    assert len(marks.starts) == 1


def test_a_path_is_cut_where_it_crosses_the_edge() -> None:
    pieces = clip_path(np.array([[-1.0, 0.5], [0.5, 0.5], [0.5, 2.0], [0.8, 0.0]]), (0, 1), (0, 1))
    assert [p.round(6).tolist() for p in pieces] == [
        [[0.0, 0.5], [0.5, 0.5], [0.5, 1.0]],
        [[0.65, 1.0], [0.8, 0.0]],
    ]


def test_a_walk_that_leaves_stops_where_it_left() -> None:
    plane = Plane(0, 0, 100, 100, (0, 1), (0, 1))
    stop = plane.stop(np.array([0.5, 2.5]), np.array([0.5, 0.5]))
    assert stop == pytest.approx(theme.points(np.array([100.0]), np.array([50.0]))[:, :2])


def test_a_contour_of_a_slope_is_a_straight_line() -> None:
    plane = Plane(0, 0, 200, 200, (-1, 1), (-1, 1))
    grid = np.linspace(-1, 1, 21)
    ink = plane.contour(grid, grid, np.add.outer(0 * grid, grid), [0.25])
    assert np.allclose(ink.points[:, 0], plane.centre(0.25, 0.0)[0])


def test_hatching_stays_inside_its_mask() -> None:
    plane = Plane(0, 0, 200, 200, (-1, 1), (-1, 1))
    grid = np.linspace(-1, 1, 41)
    mask = np.add.outer(0 * grid, (grid > 0).astype(float))
    hatch = plane.hatch(grid, grid, mask)
    assert len(hatch.starts) > 10
    assert hatch.points[:, 0].min() >= plane.centre(-0.05, 0)[0]


@pytest.mark.parametrize("words", ["H", "Hg", "*Bold*", "_x_", "3%".replace("%", "\\%")])
def test_words_stand_on_their_baseline(words: str) -> None:
    _, _, _, bottom = lettering.bounds(lettering.text(words, 300, 500, 48))
    descends = 12 if "g" in words else 1.5
    assert 500 - 1.5 <= bottom <= 500 + descends


def test_the_size_of_words_is_that_of_the_type_scale() -> None:
    _, top, _, bottom = lettering.bounds(lettering.text("H", 300, 500, 100))
    assert bottom - top == pytest.approx(65, abs=2)  # Libertinus: capitals are 0.65 em high


def test_anchors() -> None:
    for anchor, edge in (("left", 0), ("right", 2)):
        assert lettering.bounds(lettering.text("word", 700, 500, 40, anchor=anchor))[edge] == pytest.approx(
            700, abs=0.5
        )


def test_terms_of_a_formula_take_the_colours_of_their_symbols() -> None:
    maths = lettering.formula("{{ r : reward }} - {{ V : value }}", 100, 100)
    assert maths.select("value").submobjects[0].get_fill_color().to_hex() == theme.SYMBOLS["value"]


def test_only_the_fonts_in_the_typst_wheel_are_asked_for(monkeypatch: pytest.MonkeyPatch, media: Path) -> None:
    asked: list[dict[str, object]] = []
    compile_ = lettering.typst.compile

    def spy(*args: object, **options: object) -> object:
        asked.append(options)
        return compile_(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(lettering.typst, "compile", spy)
    lettering.text("never set before: quixotic", 0, 0)
    lettering.formula("x_42 + {{ y : reward }}", 0, 0)
    assert len(asked) >= 2
    assert all(options["ignore_system_fonts"] is True for options in asked)


def test_a_rule_is_drawn_as_wide_as_its_pen() -> None:
    picture = paint(rule(0, 540, 1920, 540, stroke="#FFFFFF", pen=16))
    assert 3 <= (picture[:, 240].min(axis=1) > 200).sum() <= 5  # 16 pixels of 1080 are 4 of 270
