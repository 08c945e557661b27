"""The parts of the chapters on reuse and on the trust region put what they are given where they say."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.handful import Handful
from scenes.chapters.ch07b_trust_region_as_a_rule.matrix import Matrix
from scenes.parts.chart import Chart, cut
from scenes.parts.kl_window import KLWindow
from scenes.parts.ratio_ruler import RatioRuler


def pixels(points: np.ndarray) -> np.ndarray:
    x = points[:, 0] * theme.PIXELS_PER_UNIT + theme.WIDTH / 2
    return np.stack([x, theme.HEIGHT / 2 - points[:, 1] * theme.PIXELS_PER_UNIT], axis=1)


def test_the_ruler_has_one_in_the_middle_and_equal_steps_for_equal_factors() -> None:
    ruler = RatioRuler(100, 500, 600, reach=6)
    assert ruler.place(1) == 400
    assert ruler.place(64) == 700
    assert ruler.place(1 / 64) == 100
    assert ruler.place(2) - ruler.place(1) == pytest.approx(ruler.place(1) - ruler.place(0.5))
    assert ruler.place(1e6) == 700  # held to the ruler
    assert ruler.place(0) == 100
    ruler.write(8)
    assert pixels(ruler.needle.points)[0] == pytest.approx([550, 500])


def test_a_handful_shows_what_it_is_told_and_weighs_by_area() -> None:
    handful = Handful(np.array([0, 1, 1, 2]), np.array([10.0, 20, 30, 40]), np.full(4, 50.0), 50)
    assert [len(marks.starts) for marks in handful.marks] == [1, 2, 1]
    wide = np.ptp(handful.marks[1].points[:41, 0])
    handful.weigh([1.0, 4.0, 1.0])
    assert np.ptp(handful.marks[1].points[:41, 0]) == pytest.approx(2 * wide)
    handful.keep(np.array([False, False, True, True]))
    assert len(handful.marks[0].points) == 2  # on one spot: nothing to see
    assert not np.ptp(handful.marks[0].points, axis=0).any()
    assert len(handful.marks[1].starts) == 1


def test_a_handful_goes_from_where_it_is_to_where_it_should_be() -> None:
    handful = Handful(np.array([0, 1]), np.array([10.0, 20]), np.full(2, 50.0), 50)
    before = [marks.points.copy() for marks in handful.marks]
    there = Handful(np.array([0, 1]), np.array([200.0, 300]), np.full(2, 90.0), 100)
    write = handful.going(np.array([200.0, 300]), np.full(2, 90.0), 100)
    write(0.0)
    assert all(np.array_equal(a, marks.points) for a, marks in zip(before, handful.marks, strict=True))
    write(1.0)
    assert all(np.allclose(a.points, b.points) for a, b in zip(handful.marks, there.marks, strict=True))


def test_a_logarithmic_chart_puts_decades_apart_evenly_and_leaves_zero_out() -> None:
    chart = Chart(0, 0, 100, 400, (0, 10), (0.01, 100), log=True)
    assert [chart.pixels(5, value)[1] for value in (100, 10, 1, 0.1, 0.01)] == pytest.approx([0, 100, 200, 300, 400])
    assert np.isnan(chart.level(np.array([0.0]))[0])
    fan = chart.fan(np.arange(3.0), np.array([[0.0, 1.0, 1e9]]))
    assert pixels(fan.points)[:, 1] == pytest.approx([400, 200, 0])


def test_columns_stand_on_the_foot_and_reach_their_values() -> None:
    chart = Chart(0, 0, 200, 100, (0, 2), (0, 1))
    corners = pixels(chart.columns(np.array([0.25, 1.0]), width=0.5).points)
    assert corners[:4] == pytest.approx(np.array([[25, 100], [25, 75], [75, 75], [75, 100]]))
    assert corners[5] == pytest.approx([125, 0])


def test_a_cut_curve_ends_at_the_share_of_its_way() -> None:
    x, y = cut(np.array([0.0, 1, 2]), np.array([0.0, 10, 30]), 0.75)
    assert x.tolist() == [0, 1, 1.5]
    assert y.tolist() == [0, 10, 20]
    assert len(cut(np.array([0.0, 1]), np.array([0.0, 1]), 0.0)[0]) == 2


def test_a_stretched_sheet_keeps_areas_and_carries_offsets_along() -> None:
    ticks = np.linspace(-4, 4, 81)
    sheet = KLWindow(100, 100, 400, ticks, ticks, ticks[:, None] + 0 * ticks, reach=2.0)
    middle, corner = sheet.pixels(np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert middle.tolist() == [300, 300]
    assert corner.tolist() == [400, 200]
    sheet.stretch(4.0)
    assert sheet.scale.tolist() == [0.5, 2.0]
    assert sheet.pixels(np.array([[1.0, 0.5]]))[0].tolist() == [350, 200]
    lines = pixels(sheet.relief.points)
    assert lines.min() >= 100 - 1e-6
    assert lines.max() <= 500 + 1e-6
    # Heights that grow upward: a stretched sheet shows half of them, the middle where it was.
    shades = sheet.ground.rgba[:, 0, :3].astype(int).sum(axis=1)
    assert (np.diff(shades) <= 0).all()


def test_a_matrix_cut_finer_keeps_its_square() -> None:
    matrix = Matrix(100, 200, 300, np.eye(3), ("a", "b", "c"), theme.TEXT)
    grid = pixels(matrix.cut(9).points)
    assert grid.min(axis=0) == pytest.approx([100, 200])
    assert grid.max(axis=0) == pytest.approx([400, 500])
    assert len(matrix.cut(9).starts) == 20
