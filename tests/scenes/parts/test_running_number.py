"""Running numbers: digits are equally wide, stand where they are told, and say what they should."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.engine.lettering import number
from scenes.parts.running_number import RunningNumbers, glyph


def test_all_digits_are_equally_wide() -> None:
    assert len({round(glyph(digit, 30.0)[1], 9) for digit in "0123456789"}) == 1


def test_numbers_end_at_their_right_edge_whatever_they_say() -> None:
    edges = []
    for word in ("1.11", "+8.88", "-20.04"):
        figures = RunningNumbers(40)
        figures.set([word], [900.0], [400.0])
        edges.append(figures.points[:, 0].max() * theme.PIXELS_PER_UNIT + theme.WIDTH / 2)
    assert np.ptp(edges) < 6.0  # a glyph's own margin
    assert 885 < max(edges) <= 901


def test_a_zero_has_a_hole() -> None:
    outlines, _ = glyph("0", 30.0)
    assert len(outlines) == 2


def test_an_unknown_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="not 'x'"):
        RunningNumbers(30).set(["x"], [0.0], [0.0])


def test_numbers_in_words() -> None:
    assert [number(v, True) for v in (1.294, -0.086, 0.004, -0.004)] == ["+1.29", "−0.09", "0.00", "0.00"]
    assert [number(0.15), number(0.2086, False, 3)] == ["0.15", "0.209"]
