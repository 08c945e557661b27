"""The layout checker: a scene made wrong in each way is caught.

Every clip of the film is held to it in tests/scenes/chapters/test_clips.py.
"""

from __future__ import annotations

import numpy as np
import pytest

from scenes import theme
from scenes.engine import lint
from scenes.engine.ink import Ink, Marks, box, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Inputs, Stage

INPUTS = Inputs(cues={"open": 0.5}, duration=6.0)


def found(scene: type[Stage]) -> list[lint.Fault]:
    return lint.faults(scene.make(INPUTS, 480, 270))


class Fine(Stage):
    """Two words, a line, a marker: nothing to object to."""

    def build(self) -> None:
        self.put(text("Two words", 200, 200, 40), "text")
        self.put(rule(200, 300, 900, 300, stroke=theme.TEXT))
        self.put(text("below", 200, 400, 24, theme.MUTED), "text")


class Overlapping(Stage):
    """Words on words."""

    def build(self) -> None:
        self.put(text("first", 200, 200, 60), "text")
        self.put(text("second", 230, 210, 60), "text")


class Crossed(Stage):
    """A line through words."""

    def build(self) -> None:
        self.put(text("crossed out", 200, 200, 60), "text")
        self.put(rule(100, 185, 900, 185, stroke=theme.TEXT))


class Haloed(Stage):
    """A line behind words with a halo is allowed."""

    def build(self) -> None:
        self.put(rule(100, 185, 900, 185, stroke=theme.TEXT))
        self.put(halo(text("on a line", 200, 200, 60)), "text")


class Blank(Stage):
    """Ink that shows nothing yet."""

    def build(self) -> None:
        self.put(text("soon", 200, 200, 40), "text")
        ink = self.put(rule(200, 300, 900, 300, stroke=theme.TEXT))
        before, after = ink.points[:0], ink.points
        self.write(ink, lambda share: ink.write(after if share else before), at=3.0, over=1.0)


class Outside(Stage):
    """Words in the caption area."""

    def build(self) -> None:
        self.put(text("too low", 200, theme.BOTTOM + 60, 40), "text")


class Leaning(Stage):
    """A drawing that leaves the safe area on the right."""

    def build(self) -> None:
        self.put(box(1700, 300, 200, 100, fill=theme.TEXT))


class OnTheEdge(Stage):
    """A marker whose centre stands on the edge of the safe area."""

    where = theme.LEFT

    def build(self) -> None:
        self.put(Marks(theme.point(self.where, 500)[None, :2], "circle", 30, fill=theme.TEXT), "mover")


class OverTheEdge(OnTheEdge):
    """The same marker, too far out."""

    where = theme.LEFT - 20


class Upright(Stage):
    """Words where an upright picture has room for them, and a line that it cuts off."""

    sizes = ("1080x1920",)

    def build(self) -> None:
        self.put(text("in the middle", self.safe.left, 200, 40), "text")
        self.put(rule(500, 300, 900, 300, stroke=theme.TEXT))


class UprightFaint(Stage):
    """Words in grey on white, drawn upright."""

    sizes = ("1080x1920",)

    def build(self) -> None:
        self.put(box(900, 150, 320, 100, fill="#FFFFFF"))
        self.put(text("pale", 920, 220, 40, theme.MUTED), "text")


class Small(Stage):
    """Words that were shrunk below the smallest size."""

    def build(self) -> None:
        word = self.put(text("shrunk", 200, 200, 30), "text")
        word.scale(0.6)


class Faint(Stage):
    """Words that were dimmed below 4.5:1."""

    def build(self) -> None:
        word = self.put(text("whisper", 200, 200, 40, theme.MUTED), "text")
        self.dim(word, to=0.3, at="open")


class FaintLine(Stage):
    """A line that carries meaning in the colour of grid lines."""

    def build(self) -> None:
        self.put(rule(200, 300, 900, 300, stroke=theme.HAIRLINE))


class Hasty(Stage):
    """A sentence that is gone before it can be read."""

    def build(self) -> None:
        words = self.put(text("eight words need more time than one second", 200, 200, 40), "text", shown=False)
        self.show(words, at=1.0, over=0.1)
        self.hide(words, at=2.0, over=0.1)


class Flashing(Stage):
    """A white square that goes on and off six times a second."""

    def build(self) -> None:
        square = self.put(box(200, 100, 1500, 800, fill="#FFFFFF"), shown=False)
        for k in range(12):
            self.dim(square, to=1.0 if k % 2 == 0 else 0.0, at=1.0 + k / 12, over=0.01)


class Unwritten(Stage):
    """A trail that nobody has walked yet."""

    def build(self) -> None:
        self.put(Ink(np.zeros((0, 3)), stroke=theme.TEXT), "mover")


def test_a_clean_scene_has_no_faults() -> None:
    assert found(Fine) == []
    assert found(Haloed) == []
    assert found(Unwritten) == []
    assert found(Blank) == []
    assert found(OnTheEdge) == []


@pytest.mark.parametrize(
    ("scene", "kind", "says"),
    [
        (Overlapping, "overlap", '"first" overlaps "second".'),
        (Crossed, "overlap", '"crossed out" overlaps a line or a marker.'),
        (Outside, "outside", '"too low" leaves the safe area.'),
        (Leaning, "outside", "a picture or a line leaves the safe area."),
        (OverTheEdge, "outside", "a picture or a line leaves the safe area."),
        (Small, "small", '"shrunk" is set at 18 px; nothing may be under 22.'),
        (Faint, "faint", '"whisper" has a contrast of'),
        (FaintLine, "faint", "a line in #343C4A has a contrast of"),
        (Hasty, "hasty", '"eight words need more time than one second" is there for'),
        (Flashing, "flash", "more than 3 flashes in a second."),
    ],
)
def test_a_scene_made_wrong_is_caught(scene: type[Stage], kind: str, says: str) -> None:
    faults = found(scene)
    assert [fault.kind for fault in faults] == [kind]
    assert faults[0].sentence.startswith(says)


def test_an_upright_picture_is_the_middle_of_the_canvas() -> None:
    (fault,) = lint.faults(Upright.make(INPUTS, 270, 480))
    assert fault.sentence == "a picture or a line leaves the safe area."
    assert found(Upright) == []
    (faint,) = lint.faults(UprightFaint.make(INPUTS, 270, 480))
    assert faint.sentence.startswith('"pale" has a contrast of')


def test_a_fault_tells_when_and_where() -> None:
    (fault,) = found(Overlapping)
    assert fault.time == 0.0
    (left, top, right, bottom), other = fault.boxes
    assert left == pytest.approx(200, abs=2)
    assert bottom == pytest.approx(200, abs=3)
    assert other[0] == pytest.approx(230, abs=3)
    assert 0 < bottom - top < 60 < right - left
