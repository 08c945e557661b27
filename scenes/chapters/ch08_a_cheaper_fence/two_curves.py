"""The clipped gain for a good and for a bad word: past one post it is silent, past the other it is not."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch08_a_cheaper_fence.ratio_curve import FENCE, RatioCurve
from scenes.engine.ink import Marks
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from traces.store import Trace

GAIN = "{{ rho : ratio }} thin {{ hat(A) : advantage }}"
HELD = '{{ upright("clip")(rho, 1 - epsilon, 1 + epsilon) : clip }} thin {{ hat(A) : advantage-2 }}'
CLIPPED = f"min ( {GAIN}, thin {HELD} )"


class TwoCurves(Stage):
    """The clipped gain for a good and for a bad word: past one post it is silent, past the other it is not."""

    traces = ("ppo_clip",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.put(statement("Past the post, *the slope falls silent.*"), "text")
        gain, clipped = (Formula(line, theme.WIDTH / 2, 206, 48, anchor="center") for line in (GAIN, CLIPPED))
        for term in gain.terms.values():
            self.put(term, "text")
        clipped.put(self)
        gain.become(self, clipped, at="least")
        for sign, (cue, end) in enumerate((("walk", 1.7), ("down", 0.3))):
            self.panel(trace, sign, cue, end)
        self.put(
            source("Exact, for an advantage of plus and minus one. Lamp and arrow: the word still pushes."), "text"
        )

    def panel(self, trace: Trace, sign: int, cue: str, end: float) -> None:
        # First the straight line, then the held one, then the smaller of the two.
        x, y, width = (theme.LEFT, theme.WIDTH / 2 + 56)[sign], 350.0, 808.0
        curve = RatioCurve(trace, sign, x, y, width, 530, lamp=(x + 18, 279))
        words = ("better than expected", "worse than expected")[sign]
        self.put(text(f"*{words}*", x + 54, 290, 36, curve.colour), "text")
        unit = text(f"advantage {'+−'[sign]}1", x + width, 290, 32, theme.SYMBOLS["advantage"], "right")
        self.put(unit, "text")
        curve.put_axes(self)
        line = self.put(curve.line("plain", stroke=theme.SYMBOLS["ratio"], pen=6.0), "line")
        self.walk_up(curve, ("good", "bad")[sign])
        posts = [self.put(post, "grid", shown=False) for post in curve.fence()]
        bounds = [self.put(word, "text", shown=False) for word in curve.bounds(theme.LABEL)]
        held = self.put(curve.line("clip", stroke=FENCE, pen=6.0, dash=(16, 12)), "line")
        least = self.put(curve.least(11.0), "mark")
        hatch = self.put(curve.silent(), "ground", shown=False)
        self.show(*posts, *bounds, at="clip")
        self.draw(held, at=("clip", 0.5), over=1.2)
        name = halo(curve.beside_clip("held at the posts", theme.LABEL), 8)
        self.show(self.put(name, "text", shown=False), at=("clip", 0.9))
        self.draw(least, at=("least", 0.2), over=1.4)
        self.dim(line, held, to=0.4, at=("least", 1.4))
        self.show(hatch, at=("least", 1.6))
        self.word(curve, cue, end)

    def walk_up(self, curve: RatioCurve, cue: str) -> None:
        # What a word pays on its way, before there is a fence.
        low, high = (0.4, 1.8) if cue == "good" else (1.8, 0.4)
        rho, pays = curve.rho, curve.curves["plain"]
        dot = Marks(np.zeros((0, 2)), "circle", 16.0, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)

        def travel(share: float) -> None:
            at = low + share * (high - low)
            dot.place(curve.plane.centre(at, float(np.interp(at, rho, pays)))[None])

        travel(0.0)
        self.put(dot, "mover")
        self.write(dot, travel, at=(cue, 0.1), over=2.2 if cue == "good" else 1.4, ease=theme.smooth)
        self.hide(dot, at="clip")

    def word(self, curve: RatioCurve, cue: str, end: float) -> None:
        # A word walks the way it is pushed, past its post; then it stands on the wrong side, and is called back.
        curve.place(1.0)
        for mobject in curve.moving:
            self.put(mobject, "mover", shown=False)
        self.show(*curve.moving, at=("least", 1.9))
        for start, stop, at, over in ((1.0, end, (cue, 0.2), 2.4), (end, 2 - end, ("back", 0.1), 1.8)):

            def travel(share: float, start: float = start, stop: float = stop) -> None:
                curve.place(start + share * (stop - start))

            self.write(curve.moving, travel, at=at, over=over, ease=theme.smooth)
