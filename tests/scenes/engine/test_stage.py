"""Things come on stage in one way, whatever they are made of."""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.engine.ink import Picture, box
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Inputs, Stage
from scenes.engine.timeline import LAYERS, SceneError


def stage() -> Stage:
    return Stage(Inputs(cues={"then": 1.0}, duration=4.0), 96, 54)


class Pair:
    def __init__(self) -> None:
        self.parts = (box(0, 0, 10, 10), text("two"))


def test_what_is_brought_without_a_cue_is_there_from_the_start() -> None:
    on, word = stage(), text("here")
    assert on.bring(word) is word
    assert on.timeline.actor(word).opacity == 1.0
    assert on.timeline.tracks == []


def test_what_is_brought_at_a_cue_fades_in_then() -> None:
    on, word = stage(), text("here")
    on.bring(word, at=("then", 0.5), over=1.0)
    on.timeline.close()
    seen = []
    for time in (1.5, 2.0, 2.5):
        on.timeline.seek(time)
        seen.append(on.timeline.actor(word).opacity)
    assert seen == pytest.approx([0.0, 0.5, 1.0])


def test_everything_has_a_layer_of_its_own_unless_one_is_named() -> None:
    on = stage()
    picture = Picture(0, 0, 10, 10, np.zeros((2, 2, 3)))
    things = (picture, box(0, 0, 9, 9), text("word"), halo(text("edge")))
    for thing in things:
        on.bring(thing)
    assert [LAYERS[on.timeline.actor(t).layer] for t in things] == ["ground", "line", "text", "mover"]
    assert LAYERS[on.timeline.actor(on.bring(text("low"), layer="grid")).layer] == "grid"


def test_a_part_comes_whole_and_its_parts_one_by_one_if_wanted() -> None:
    on, pair = stage(), Pair()
    on.bring(pair, at="then", each=0.5, over=theme.QUICK)
    assert [t.start for t in on.timeline.tracks] == [1.0, 1.5]
    on.hide(pair, at=3.0)
    assert [t.start for t in on.timeline.tracks[2:]] == [3.0, 3.0]


def test_what_has_left_can_be_brought_back_but_nothing_is_there_twice() -> None:
    on, word = stage(), text("here")
    on.bring(word)
    on.hide(word, at=1.0)
    on.bring(word, at=2.0)
    assert len(on.timeline.actors) == 1
    assert on.timeline.actor(word).opacity == 1.0
    with pytest.raises(SceneError, match="on stage already"):
        on.bring(word)
