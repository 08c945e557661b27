"""A, B and C are named in the same corners of every map and of every triangle."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.engine import layout
from scenes.parts.map_panel import Corners
from scenes.parts.plane import Plane
from scenes.parts.triangle import Triangle
from tests.scenes.samples.data import softmax


@pytest.mark.parametrize(("u", "v"), [((-3.3, 5.5), (-2.2, 6.6)), ((-4, 4), (-4, 4)), ((0.5, 3), (-2, 1))])
def test_each_answer_is_named_where_the_map_gives_it_the_best_odds(u, v) -> None:
    plane = Plane(100, 200, 600, 500, u, v)
    us, vs = np.linspace(*u, 241), np.linspace(*v, 241)
    probs = softmax(np.stack(np.meshgrid(us, vs), axis=-1))
    for k, letter in enumerate(Corners(plane, 30).letters):
        row, column = np.unravel_index(int(probs[..., k].argmax()), probs.shape[:2])
        x, y = plane.pixels(us[column], vs[row])
        assert np.hypot(*np.subtract(layout.area(letter).middle, (float(x), float(y)))) < 60


def test_all_of_it_keeps_inside_the_map() -> None:
    plane = Plane(100, 200, 600, 500, (-3.3, 5.5), (-2.2, 6.6))
    box = layout.area(Corners(plane, 44))
    assert box.left > 100
    assert box.right < 700
    assert box.top > 200
    assert box.bottom < 700


def test_the_triangle_stands_as_the_map_does() -> None:
    triangle = Triangle(100, 100, 600)
    plane = Plane(100, 100, 600, 520, (-4, 4), (-4, 4))
    places = [layout.area(letter).middle for letter in Corners(plane, 24).letters]
    for name, (x, y) in zip(triangle.names, places, strict=True):
        tx, ty = layout.area(name).middle
        assert np.hypot(tx - x, ty - y) < 80
