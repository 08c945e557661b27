"""What must hold of every clip of the film, at every beat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scenes import theme
from scenes.engine import lint
from scenes.engine.painter import Painter
from scenes.engine.stage import Stage
from tests.scenes import symbols
from tests.scenes.film import names

pytestmark = pytest.mark.slow

Make = Callable[..., Stage]
CANVAS = np.round(255 * theme.rgb(theme.CANVAS)).astype(int)


def ink(picture: np.ndarray) -> np.ndarray:
    """Which pixels are visibly not the canvas."""
    return np.abs(picture[..., :3].astype(int) - CANVAS).max(axis=2) > 12


@pytest.fixture(scope="module", params=names())
def clip(request: pytest.FixtureRequest, make: Make) -> Stage:
    """Each clip in turn, built once for all that is asked of it."""
    return make(request.param, 960, 540)


def test_no_beat_is_empty_and_nothing_enters_the_caption_area_or_the_margins(clip: Stage) -> None:
    for beat, seconds in clip.beats():
        seen = ink(clip.picture(seconds))
        assert seen.mean() > 0.002, f"all but empty at {beat} ({seconds:.2f} s)"
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        slack = 7  # a marker on an edge may lean out by this many pixels of the 540p picture
        assert rows[-1] <= theme.BOTTOM / 2 + slack, f"something is drawn into the caption area at {beat}"
        assert rows[0] >= theme.TOP / 2 - slack, f"something is drawn above the safe area at {beat}"
        assert columns[0] >= theme.LEFT / 2 - slack, f"something is drawn left of the safe area at {beat}"
        assert columns[-1] <= theme.RIGHT / 2 + slack, f"something is drawn right of the safe area at {beat}"


def test_a_designer_finds_nothing(clip: Stage) -> None:
    assert [f"{fault.time:.1f} s: {fault.sentence}" for fault in lint.faults(clip)] == []


def test_its_formulas_and_words_keep_to_the_symbols(clip: Stage) -> None:
    written = list(symbols.written(clip))
    formulas = {entry.source for entry in written if "{{" in entry.source}
    assert {source: faults for source in formulas if (faults := symbols.faults_of(source))} == {}
    assert [entry for entry in written if symbols.strange(entry) or symbols.miscoloured(entry)] == []
    assert symbols.other_words("\n".join(entry.words for entry in written)) == []


def test_a_clip_is_a_pure_function_of_time(clip: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn whole, drawn from its second half on, and drawn as single pictures: the frames are equal.

    A picture that is said to be held equals the one before. The whole is drawn by a clip that was built anew, its
    second half by the one that the other tests have led through all its states.
    """
    fps = 2
    stage = type(clip).make(clip.inputs, 214, 120)
    whole, held = [], []
    for picture, same in stage.frames(fps):
        whole.append(picture[..., :3].copy())
        held.append(same)
    assert len(whole) == round(stage.duration * fps)
    assert all(np.array_equal(whole[k], whole[k - 1]) for k, same in enumerate(held) if same)
    half = len(whole) // 2
    monkeypatch.setattr(clip, "painter", Painter(214, 120))
    second = [picture[..., :3].copy() for picture, _ in clip.frames(fps, start=half / fps)]
    assert all(np.array_equal(a, b) for a, b in zip(whole[half:], second, strict=True))
    for k in (len(whole) - 1, half, 0):  # backwards on purpose
        assert np.array_equal(stage.picture(k / fps), whole[k])


@pytest.mark.parametrize("name", names(upright=True))
def test_a_designer_finds_nothing_in_an_upright_clip(make: Make, name: str) -> None:
    assert [f"{fault.time:.1f} s: {fault.sentence}" for fault in lint.faults(make(name, 540, 960))] == []


def test_what_is_written_is_seen(make: Make) -> None:
    """Nothing of the above is true only because nothing was found: formulas, and words in the colour of a symbol."""
    entries = [
        entry for name in ("ppo_whole", "the_ratio", "advantage") for entry in symbols.written(make(name, 96, 54))
    ]
    formulas = [entry for entry in entries if "{{" in entry.source]
    coloured = [entry for entry in entries if "{{" not in entry.source and symbols.symbols(entry.colour)]
    assert len(formulas) > 10
    assert len(coloured) > 2


def test_every_rule_is_named_where_the_six_maps_stand(make: Make) -> None:
    words = {entry.words for entry in symbols.written(make("six_maps", 96, 54))}
    assert set(symbols.LABELS) <= words


def test_the_thumbnail_fills_its_frame(make: Make) -> None:
    picture = make("thumbnail", 640, 360).picture(0.0)
    assert picture.shape == (360, 640, 3)
    assert ink(picture).mean() > 0.5
