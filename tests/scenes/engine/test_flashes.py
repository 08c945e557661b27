"""Flashes: what may flash is found without drawing, and nothing that flashes is missed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from scenes import theme
from scenes.engine import flashes
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Inputs, Stage

FPS = 15
INPUTS = Inputs(cues={}, duration=6.0)


class Scene(Stage):
    """Something that goes on and off."""

    times, begin, every = 6, 2.0, 2 / FPS

    def things(self) -> list[Ink]:
        """What goes on and off."""
        return [box(200, 100, 1500, 800, fill="#FFFFFF")]

    def build(self) -> None:
        for thing in self.things():
            self.put(thing, "line", shown=False)
            for k in range(2 * self.times):
                self.dim(thing, to=float(k % 2 == 0), at=self.begin + k * self.every, over=0.01)


class Square(Scene):
    """Most of the frame, six times in a second and a half."""


class Thrice(Scene):
    """As often as is allowed."""

    times = 3


class Slow(Scene):
    """Often, but never more than three times in a second."""

    times, every, begin = 4, 0.4, 0.5


class Stripes(Scene):
    """Strokes that cover half of every pixel between two thin ones."""

    def things(self) -> list[Ink]:
        return [rule(100, y, 1800, y, stroke="#FFFFFF", pen=10.0) for y in range(100, 950, 20)]


class Corner(Scene):
    """A fifth of the frame: too small to count."""

    def things(self) -> list[Ink]:
        return [box(100, 100, 800, 500, fill="#FFFFFF")]


class Dots(Scene):
    """All over the frame, but hardly any of it."""

    def things(self) -> list[Ink]:
        dots = [box(x, y, 4, 4, fill="#FFFFFF").points for x in range(100, 1900, 100) for y in range(100, 950, 100)]
        return [Ink(np.concatenate(dots), starts=range(0, 5 * len(dots), 5), fill="#FFFFFF", closed=True)]


class Shaken(Stage):
    """A large area that jumps to and fro: as much grows dark as bright, at the same time."""

    def build(self) -> None:
        area = self.put(box(0, 100, 960, 800, fill="#FFFFFF"), "mover")
        for k in range(12):
            self.shift(area, across=960.0 * (-1) ** k, at=2.0 + k * 2 / FPS, over=0.01)


class Page(Stage):
    """A page of words, and some with a halo on a bright ground."""

    def build(self) -> None:
        self.put(box(0, 0, 1920, 500, fill="#FFFFFF"), "ground")
        lines = [halo(text("Words with a dark edge " * 3, 100, y, 40)) for y in range(80, 480, 44)]
        lines += [text("WWWWWWWWWWWWWWWW " * 3, 100, y, 40) for y in range(520, 920, 44)]
        for line in lines:
            self.put(line, "text", shown=False)
            for k in range(12):
                self.dim(line, to=float(k % 2 == 0), at=2.0 + k * 2 / FPS, over=0.01)


class Across(Stage):
    """One scene fades while the next comes, and then the next, each over half a second: swings, but slow ones."""

    def build(self) -> None:
        for k in range(6):
            area = self.put(box(100, 100, 1700, 800, fill="#FFFFFF" if k % 2 else "#404040"), shown=False)
            self.show(area, at=0.5 + 0.6 * k, over=0.5)
            self.hide(area, at=1.1 + 0.6 * k, over=0.5)


class Faded(Stage):
    """All that there is comes once."""

    def build(self) -> None:
        self.bring(box(100, 100, 1700, 800, fill="#FFFFFF"), at=2.0)


class Staggered(Stage):
    """Bands that come and go one after the other, quickly."""

    def build(self) -> None:
        for k in range(14):
            band = self.put(box(0, 100 + 60 * (k % 2), 1900, 700, fill="#FFFFFF"), shown=False)
            self.show(band, at=1.0 + 0.07 * k, over=0.05)
            self.hide(band, at=1.07 + 0.07 * k, over=0.05)


class Twice(Square):
    """Flashes, long calm, and flashes again."""

    def build(self) -> None:
        first, second = self.things() + self.things()
        for thing, begin in ((first, 0.5), (second, 4.0)):
            self.put(thing, "line", shown=False)
            for k in range(12):
                self.dim(thing, to=float(k % 2 == 0), at=begin + k * self.every, over=0.01)


SCENES = (Square, Thrice, Slow, Stripes, Corner, Dots, Shaken, Page, Across, Faded, Staggered, Twice)


def light(scene: type[Stage]) -> np.ndarray:
    """Every frame, drawn, as luminance."""
    stage = scene.make(INPUTS, flashes.ACROSS, flashes.DOWN)
    return np.array([flashes._light(picture) for picture, _ in stage.frames(FPS)])


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_not_drawn_could_not_flash(scene: type[Stage]) -> None:
    """Drawn whole, a second never holds more swings than were thought possible."""
    steps = np.diff(light(scene), axis=0)
    up, down = ((sign * steps > flashes.LIGHT).mean(axis=(1, 2)) >= flashes.PART for sign in (1, -1))
    turns = np.flatnonzero(up | down)
    swings = [k + 1 for before, k in itertools.pairwise(turns) if up[before] != up[k]]
    possible = flashes._may_flash(scene.make(INPUTS, 480, 270), FPS)
    for first in range(round(INPUTS.duration * FPS)):
        thought = sum(number for k, number in possible if first <= k < first + FPS)
        assert sum(first <= k < first + FPS for k in swings) <= thought + flashes.TOGETHER, first


@pytest.mark.parametrize("scene", SCENES)
def test_flashes_are_those_that_drawing_everything_finds(scene: type[Stage]) -> None:
    found = flashes.flashes(scene.make(INPUTS, 480, 270), FPS)
    assert bool(found) == bool(flashes.flashing(light(scene), FPS))
    assert bool(found) == (scene in (Square, Stripes, Twice))
    if scene is Twice:
        assert [round(time) for time in found] == [1, 4]


def test_a_clip_that_cannot_flash_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    for scene in (Dots, Faded):
        stage = scene.make(INPUTS, 480, 270)
        with monkeypatch.context() as patched:
            patched.setattr(flashes, "_luminance", None)
            assert flashes.flashes(stage, FPS) == []


def test_three_flashes_in_a_second_are_allowed() -> None:
    dark, bright = np.zeros((9, 16)), np.ones((9, 16))

    def film(count: int) -> np.ndarray:
        frames = [dark] * 30
        for k in range(count):
            frames[2 + 2 * k] = bright
        return np.array(frames)

    assert flashes.flashing(film(3), FPS) == []
    assert flashes.flashing(film(4), FPS) != []


def test_a_second_is_drawn_with_the_one_before_it() -> None:
    def stretches(*frames: int, swings: int = 1) -> list[tuple[int, int]]:
        return list(flashes._stretches([(k, swings) for k in frames], FPS))

    dense = range(40, 48)
    assert stretches(3, 9, *dense, 90) == [(25, 62)]
    assert stretches(1, 2, 3, 4, 5) == [(0, 20)]
    assert stretches(*range(0, 70, 7)) == []
    assert stretches(10, 12, 14, swings=2) == [(0, 29)]
    assert stretches(10, 12, swings=2) == []
    assert stretches(*dense, *range(200, 207)) == [(25, 62), (185, 221)]


def test_ink_is_never_more_than_is_said() -> None:
    """Pixels of an area, a line and an outline with a casing, against the bound; drawn at full size."""
    for ink in (
        box(100, 100, 300, 200, fill="#FFFFFF"),
        rule(50, 60, 900, 700, stroke="#FFFFFF", pen=12.0),
        box(100, 100, 300, 200, stroke="#FFFFFF", pen=6.0, casing=3.0),
    ):
        stage = type("One", (Stage,), {"build": lambda self, ink=ink: self.put(ink)}).make(INPUTS)
        seen = np.abs(stage.picture(0.0) - np.round(255 * theme.rgb(theme.CANVAS))).max(axis=2)
        drawn = seen.sum() / seen.max()  # an edge covers a pixel in part
        scale = theme.HEIGHT / stage.painter.frame_height
        assert 0.2 < drawn / (flashes._area(ink, 0.0) * scale**2) < 1.01
