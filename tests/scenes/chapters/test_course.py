"""The axis over lambda: from zero, or cut where the values lie close together, but what is level looks level."""

from __future__ import annotations

import numpy as np
import pytest

from scenes.chapters.ch05_who_says_what_to_expect.course import span


def test_values_down_to_zero_keep_their_zero() -> None:
    assert span(np.array([0.3, 0.1, 0.0])) == pytest.approx((0.0, 0.336))
    assert span(np.zeros(3))[1] > 0


@pytest.mark.parametrize("size", [0.001, 1.0, 40.0])
def test_a_rise_by_a_quarter_takes_a_quarter_of_the_height_or_more(size: float) -> None:
    low, high = span(size * np.array([0.19, 0.2, 0.237]))
    assert 0 < low < 0.19 * size < 0.237 * size < high
    assert (high - low) < 4 * 0.047 * size


def test_what_hardly_changes_looks_level() -> None:
    low, high = span(np.array([0.2, 0.202]))
    assert low < 0.2 < 0.202 < high
    assert (high - low) > 10 * 0.002
