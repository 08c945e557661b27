"""Running numbers: digits as outlines, set once, so that a table can count without setting type for every frame.

column = RunningNumbers(30, theme.TEXT)
stage.put(column, "mover")
column.set(["+1.29", "-0.09"], x=[640, 640], y=[300, 356])      # right-aligned, y is the baseline
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from manim import VMobject

from scenes import theme
from scenes.engine.ink import Ink
from scenes.engine.lettering import shapes, text
from scenes.theme import FloatArray

SIGNS = "0123456789+−.%"
STEPS = 5  # straight pieces that stand for one curve of an outline
Glyph = tuple[tuple[FloatArray, ...], float]  # outlines [n, 2] and advance, in Manim units, the pen at the origin


class RunningNumbers(Ink):
    """Numbers of one size and colour at many places, as one Ink."""

    running = True  # nobody needs to read every state of it

    def __init__(self, size: float = theme.LABEL, colour: str = theme.TEXT, anchor: str = "right"):
        super().__init__(np.zeros((0, 3)), fill=colour, closed=True)
        self.size, self.anchor = size, anchor

    def set(  # type: ignore[override]  # Manim sets attributes by this name
        self, words: Sequence[str], x: Sequence[float], y: Sequence[float]
    ) -> None:
        """Write words made of digits and signs; `-` is set as a minus."""
        pieces: list[FloatArray] = []
        for word, px, py in zip(words, x, y, strict=True):
            glyphs = [glyph(sign, self.size) for sign in word.replace("-", "−")]
            wide = sum(advance for _, advance in glyphs)
            pen = theme.point(px, py)[:2] - [{"left": 0.0, "center": wide / 2, "right": wide}[self.anchor], 0.0]
            for outlines, advance in glyphs:
                pieces += [outline + pen for outline in outlines]
                pen = pen + np.array([advance, 0.0])
        flat = np.concatenate(pieces) if pieces else np.zeros((0, 2))
        starts = np.cumsum([0, *[len(piece) for piece in pieces[:-1]]]).tolist()
        self.write(np.column_stack([flat, np.zeros(len(flat))]), starts)


@lru_cache(maxsize=256)
def glyph(sign: str, size: float) -> Glyph:
    """Outline and advance of one sign; all digits are equally wide."""
    if sign not in SIGNS:
        raise ValueError(f"RunningNumbers knows {SIGNS}, not {sign!r}")
    one, two = _shapes("00", size)
    zero = _left(two) - _left(one)
    between = _shapes(f"0{sign}0", size)  # set between two zeros, which tell where its pen stands
    advance = _left(between[-1]) - _left(between[0]) - zero
    pen = _left(between[0]) - _left(one) + zero
    return tuple(part - [pen, 0.0] for shape in between[1:-1] for part in _outlines(shape)), advance


def _shapes(word: str, size: float) -> list[VMobject]:
    """The signs of a word, set from the canvas's centre."""
    escaped = word.replace("+", "\\+")
    markup = f'#text(number-width: "tabular", number-type: "lining")[{escaped}]'
    return shapes(text(markup, theme.WIDTH / 2, theme.HEIGHT / 2, size))


def _left(shape: VMobject) -> float:
    return float(shape.points[:, 0].min())


def _outlines(shape: VMobject) -> list[FloatArray]:
    share = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    out = []
    for path in shape.get_subpaths():
        a, b, c, d = (path[k::4, None, :2] for k in range(4))
        s = share[None]
        curve = (1 - s) ** 3 * a + 3 * s * (1 - s) ** 2 * b + 3 * s**2 * (1 - s) * c + s**3 * d
        out.append(curve.reshape(-1, 2))
    return out
