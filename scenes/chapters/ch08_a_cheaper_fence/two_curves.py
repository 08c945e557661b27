"""What a token adds to PPO's objective, against its ratio: one panel for a good token, one for a bad one."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.ratio_curve import FENCE, RatioCurve
from scenes.theme import Area
from traces.store import Trace

GAIN = "{{ rho : ratio }} thin {{ hat(A) : advantage }}"
HELD = '{{ upright("clip")(rho, 1 - epsilon, 1 + epsilon) : clip }} thin {{ hat(A) : advantage-2 }}'
CLIPPED = f"min ( {GAIN}, thin {HELD} )"
FORMULA_AT = theme.PICTURE.top + theme.FORMULA  # baseline of the formula above the panels
HEADS_AT = FORMULA_AT + 2 * theme.STATEMENT  # and of the words above each
LAMP = 54.0  # pixels that the lamp takes before the words
SOURCE = "Exact, for an advantage of plus and minus one."
EASE = theme.smooth


def rooms() -> list[Area]:
    """Left and right half of the picture."""
    return layout.columns(theme.PICTURE, 2, gap=4 * theme.GUTTER)


class Panel:
    """One sign of the advantage: axes, the plain line, the line held at the posts, and the smaller of the two."""

    def __init__(self, stage: Stage, trace: Trace, sign: int):
        self.stage, room = stage, rooms()[sign]
        top = HEADS_AT + 2 * theme.LABEL
        lamp = (room.left + theme.GUTTER, HEADS_AT - theme.TIGHT)
        self.curve = RatioCurve(trace, sign, room.left, top, room.width, room.bottom - top, lamp=lamp)
        words = ("better than expected", "worse than expected")[sign]
        stage.put(text(f"*{words}*", room.left + LAMP, HEADS_AT, theme.BODY, self.curve.colour), "text")
        unit = text(f"advantage {'+−'[sign]}1", room.right, HEADS_AT, theme.BODY, theme.SYMBOLS["advantage"], "right")
        stage.put(unit, "text")
        self.curve.put_axes(stage)

    def plain(self, shown: bool) -> Ink:
        """Ratio times advantage."""
        return self.stage.put(
            self.curve.line("plain", stroke=theme.SYMBOLS["ratio"], pen=theme.BOLD), "line", shown=shown
        )

    def held(self, shown: bool) -> tuple[Ink, list[Mobject]]:
        """The line that is held at the posts, and the posts with their numbers."""
        posts: list[Mobject] = [self.stage.put(post, "grid", shown=shown) for post in self.curve.fence()]
        posts += [self.stage.put(word, "text", shown=shown) for word in self.curve.bounds(theme.LABEL)]
        dash = (4 * theme.PEN, 3 * theme.PEN)
        line = self.stage.put(self.curve.line("clip", stroke=FENCE, pen=theme.BOLD, dash=dash), "line")
        name = halo(self.curve.beside_clip("held at the posts", theme.LABEL), 8)
        posts.append(self.stage.put(name, "text", shown=shown))
        return line, posts

    def silent(self, shown: bool) -> Ink:
        """Hatching where there is no slope."""
        return self.stage.put(self.curve.silent(), "ground", shown=shown)

    def travel(self, low: float, high: float, cue: str, over: float) -> Marks:
        """A dot on the plain line, from one ratio to another."""
        rho, pays = self.curve.rho, self.curve.curves["plain"]
        dot = Marks(np.zeros((0, 2)), "circle", 16.0, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)

        def move(share: float) -> None:
            at = low + share * (high - low)
            dot.place(self.curve.plane.centre(at, float(np.interp(at, rho, pays)))[None])

        move(0.0)
        self.stage.put(dot, "mover", shown=False)
        self.stage.show(dot, at=cue)
        self.stage.write(dot, move, at=(cue, 1.0), over=over, ease=EASE)
        return dot
