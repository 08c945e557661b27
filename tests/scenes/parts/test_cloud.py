"""The compass cloud, the ruler of powers and written-out numbers put what they are given where they say."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.parts.cloud import Compass, Dots, arrow_points, arrows, aside
from scenes.parts.powers import Powers, digits


def pixels(points: np.ndarray) -> np.ndarray:
    x = points[:, 0] * theme.PIXELS_PER_UNIT + theme.WIDTH / 2
    return np.stack([x, theme.HEIGHT / 2 - points[:, 1] * theme.PIXELS_PER_UNIT], axis=1)


def test_a_compass_holds_all_tips_and_zero_at_one_scale() -> None:
    tips = np.array([[2.0, 0.5], [-1.0, 0.0]])
    compass = Compass.around(tips, 100, 200, 800, 400, margin=50)
    seen = compass.pixels(np.concatenate([tips, np.zeros((1, 2))]))
    assert seen[0, 0] - seen[1, 0] == pytest.approx(700)  # the wider way fills the room
    assert seen[0] == pytest.approx(seen[2] + compass.scale * np.array([2.0, -0.5]))  # up is up, and both ways alike
    assert (seen >= [150 - 1e-9, 250 - 1e-9]).all()
    assert (seen <= [850 + 1e-9, 550 + 1e-9]).all()


def test_a_view_glides_from_one_to_another_and_grows_evenly() -> None:
    near, far = Compass(0, 0, 100, 100, 10, 20, 400.0), Compass(0, 0, 100, 100, 50, 60, 4.0)
    assert near.towards(far, 0.0) == near
    assert near.towards(far, 1.0) == far
    assert near.towards(far, 0.5).scale == pytest.approx(40)
    fixed = np.array([40 / 396, -40 / 396])  # the tip that both views show at one place
    places = [near.towards(far, share).pixels(fixed) for share in (0.0, 0.3, 0.8, 1.0)]
    assert all(place == pytest.approx(places[0]) for place in places)


def test_dots_outside_the_rectangle_are_left_out() -> None:
    compass = Compass(0, 0, 100, 100, 50, 50, 10.0)
    dots = Dots(compass.inside(compass.pixels(np.array([[0.0, 0.0], [9.0, 0.0], [4.0, 4.0]]))))
    assert len(dots.starts) == 2


def test_an_arrow_ends_at_its_tip_and_a_short_one_is_all_head() -> None:
    outline = pixels(arrow_points(np.array([100.0, 100.0]), np.array([300.0, 100.0]), 10.0))
    assert outline[3] == pytest.approx([300, 100])
    assert outline[:, 0].min() == pytest.approx(100)
    short = pixels(arrow_points(np.array([100.0, 100.0]), np.array([104.0, 100.0]), 10.0))
    assert np.ptp(short, axis=0) == pytest.approx([4, 0.92 * 4])
    none = pixels(arrow_points(np.array([100.0, 100.0]), np.array([100.0, 100.0]), 10.0))
    assert np.ptp(none, axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert len(arrows(np.zeros((5, 2, 2)), 4.0).starts) == 5


def test_tips_that_coincide_are_set_side_by_side_and_others_stay() -> None:
    tips = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0], [0.0, 1e-15], [2.0, 0.0]])
    offsets = aside(tips)
    assert offsets[[0, 1, 4]] == pytest.approx(0.0)
    crowd = aside(np.zeros((300, 2)))
    gaps = np.linalg.norm(crowd[:, None] - crowd[None], axis=2) + 9 * np.eye(300)
    assert gaps.min() > 0.5
    assert gaps.min(axis=1).mean() == pytest.approx(1.0, abs=0.15)
    assert np.linalg.norm(crowd, axis=1).max() < 11


def test_every_power_is_one_step_of_the_ruler() -> None:
    ruler = Powers(100, 0, 600, 50, low=-1.5, high=2.0)
    assert (ruler.low, ruler.high) == (-2, 2)
    assert [float(ruler.at(k)) for k in (-2, -1, 0, 2)] == pytest.approx([100, 250, 400, 700])
    assert float(ruler.at(-9)) == 100  # kept on the ruler
    assert np.ptp(pixels(ruler.bar(0.0, 10, 20).points), axis=0) == pytest.approx([300, 20])


def test_numbers_are_written_in_groups_of_three_on_at_most_two_lines() -> None:
    plain = [line.replace("#h(0.18em)", " ") for line in digits("1234567")]
    assert plain == ["1 234 567"]
    two = [line.replace("#h(0.18em)", "") for line in digits("1" * 103)]
    assert "".join(two) == "1" * 103
    assert len(two[1]) == 54
    long = digits("7" * 5000)
    assert len(long) == 2
    assert long[1].endswith("(5000 digits)")
