"""Colours can be read and told apart; sizes and the grid stay inside the safe area."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from scenes import theme


def linear(colour: str) -> np.ndarray:
    c = theme.rgb(colour)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(colour: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB, D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ colour
    f = np.cbrt(np.maximum(xyz / np.array([0.9505, 1.0, 1.089]), 1e-9))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# Dichromats' views of linear RGB (Vienot, Brettel and Mollon 1999).
PROTAN = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
DEUTAN = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


@pytest.mark.parametrize(
    "colour",
    [
        theme.TEXT,
        theme.MUTED,
        theme.UP,
        theme.DOWN,
        *theme.SYMBOLS.values(),
        *(o.colour for o in theme.OBJECTIVES.values()),
    ],
)
def test_text_colours_stand_out_from_the_canvas(colour: str) -> None:
    assert theme.contrast(colour, theme.CANVAS) >= 4.5


def test_axes_stand_out_from_the_canvas() -> None:
    assert theme.contrast(theme.AXIS, theme.CANVAS) >= 3.0


def test_contrast_of_black_and_white_is_21() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@pytest.mark.parametrize("view", [np.eye(3), PROTAN, DEUTAN], ids=["full colour", "no red cones", "no green cones"])
def test_objectives_are_told_apart_by_hue_or_by_marker_and_dash(view: np.ndarray) -> None:
    looks = list(theme.OBJECTIVES.values())
    for one, two in combinations(looks, 2):
        distance = np.linalg.norm(lab(view @ linear(one.colour)) - lab(view @ linear(two.colour)))
        assert distance > 8, (one.label, two.label)
    assert len({look.marker for look in looks}) == len({look.dash for look in looks}) == len(looks)


def test_the_ramp_grows_lighter_in_even_steps() -> None:
    shades = theme.ramp(np.linspace(0, 1, 11))
    lightness = np.array([lab(np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4))[0] for s in shades])
    steps = np.diff(lightness)
    assert (steps > 0).all()
    assert steps.max() / steps.min() < 2.5


def test_the_grid_fills_the_safe_area() -> None:
    assert theme.column(0)[0] == theme.LEFT
    assert theme.column(0, 12)[1] == pytest.approx(theme.RIGHT)
    assert theme.column(3, 2)[0] - theme.column(2, 1)[1] == pytest.approx(theme.GUTTER)


def test_canvas_pixels_and_manim_points() -> None:
    assert theme.point(960, 540).tolist() == [0, 0, 0]
    assert theme.point(0, 0) == pytest.approx([-8 * 16 / 9 / 2, 4, 0])
    assert theme.length(1080) == 8


def test_easing_starts_and_ends_at_rest() -> None:
    assert [theme.smooth(x) for x in (0.0, 0.5, 1.0)] == [0.0, 0.5, 1.0]
    assert theme.smooth(1e-4) < 1e-10
