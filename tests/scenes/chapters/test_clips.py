"""What must hold of every clip of the film, at every beat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scenes import theme
from scenes.engine.stage import Stage
from tests.scenes.film import names

Make = Callable[..., Stage]
CLIPS = names()
CANVAS = np.round(255 * theme.rgb(theme.CANVAS)).astype(int)


def ink(picture: np.ndarray) -> np.ndarray:
    """Which pixels are visibly not the canvas."""
    return np.abs(picture[..., :3].astype(int) - CANVAS).max(axis=2) > 12


@pytest.mark.parametrize("name", CLIPS)
def test_no_beat_is_empty_and_nothing_enters_the_caption_area_or_the_margins(make: Make, name: str) -> None:
    stage = make(name, 960, 540)
    for beat, seconds in stage.beats():
        seen = ink(stage.picture(seconds))
        assert seen.mean() > 0.002, f"{name} is all but empty at {beat} ({seconds:.2f} s)"
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        slack = 7  # a marker on an edge may lean out by this many pixels of the 540p picture
        assert rows[-1] <= theme.BOTTOM / 2 + slack, f"{name} draws into the caption area at {beat}"
        assert rows[0] >= theme.TOP / 2 - slack, f"{name} draws above the safe area at {beat}"
        assert columns[0] >= theme.LEFT / 2 - slack, f"{name} draws left of the safe area at {beat}"
        assert columns[-1] <= theme.RIGHT / 2 + slack, f"{name} draws right of the safe area at {beat}"


@pytest.mark.parametrize("name", CLIPS)
def test_a_clip_is_a_pure_function_of_time(make: Make, name: str) -> None:
    """Drawn whole, drawn from its second half on, and drawn as single pictures: the frames are equal.

    A picture that is said to be held equals the one before.
    """
    fps = 2
    stage = make(name, 214, 120)
    whole, held = [], []
    for picture, same in stage.frames(fps):
        whole.append(picture[..., :3].copy())
        held.append(same)
    assert len(whole) == round(stage.duration * fps)
    assert all(np.array_equal(whole[k], whole[k - 1]) for k, same in enumerate(held) if same)
    half = len(whole) // 2
    fresh = make(name, 214, 120)
    second = [picture[..., :3].copy() for picture, _ in fresh.frames(fps, start=half / fps)]
    assert all(np.array_equal(a, b) for a, b in zip(whole[half:], second, strict=True))
    for k in (len(whole) - 1, half, 0):  # backwards on purpose
        assert np.array_equal(stage.picture(k / fps), whole[k])


def test_the_thumbnail_fills_its_frame(make: Make) -> None:
    picture = make("thumbnail", 640, 360).picture(0.0)
    assert picture.shape == (360, 640, 3)
    assert ink(picture).mean() > 0.5
