"""The best step inside the ring is not the gradient's: it is that of the natural gradient."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import COLUMN, closeup, directions
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.definition import Definition
from scenes.parts.formula import UNNAMED, Formula
from scenes.parts.headings import source, statement
from scenes.parts.trust_region_closeup import LOOKS, NATURAL, PLAIN, plainly

STEP = "{{ F^(-1) : kl }} thin nabla J"
CUES = {PLAIN: "plain", NATURAL: "natural"}
NAMES = {PLAIN: "gradient", NATURAL: "best step"}


class BestStepInside(Stage):
    """The best step inside the ring is not the gradient's: it is that of the natural gradient."""

    traces = ("trust_region",)

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.bring(statement("Inside the ring, *which step gains most?*"))
        near = closeup(trace)
        near.put(self)
        self.bring(directions(), layer="mover")
        gained, defined, written = layout.rows(COLUMN, (2, 3, 3), theme.WIDE)
        gains = trace["stride_gain"][:, 0]
        for row, one in enumerate(CUES):
            cue, look = CUES[one], LOOKS[one]
            arrow = self.put(near.arrow(one), "mark")
            self.write(arrow, near.reaching(arrow, one), at=cue, over=theme.SLOW, ease=theme.smooth)
            y = gained.top + theme.STATEMENT + row * theme.DISPLAY
            self.bring(text(f"*{NAMES[one]}*", gained.left, y, theme.STATEMENT, look.colour), (cue, theme.QUICK))
            self.bring(near.name(one, NAMES[one]), (cue, theme.SLOW))
            gain = text(f"gains *{plainly(gains[one], 2)}*", gained.right, y, theme.STATEMENT, look.colour, "right")
            self.bring(gain, (cue, theme.SLOW))
        # Its name, and then how it is computed.
        meaning = "the change of behaviour that pays off most"
        name = Definition("natural gradient", meaning, defined.left, width=defined.width, size=theme.TITLE)
        layout.centred(name, defined, across=False)
        self.bring(name, ("name", theme.SLOW))
        step = Formula(STEP, written.left, written.top + theme.DISPLAY, theme.DISPLAY)
        step.put(self)
        self.show(step.terms[UNNAMED], at="formula")
        self.show(step.terms["kl"], at="inverse")
        fisher = text(
            "*F*, the Fisher matrix: the shape of the ring", written.left, 0.0, theme.STATEMENT, theme.SYMBOLS["kl"]
        )
        layout.below(fisher, layout.area(step), theme.GAP)
        self.bring(fisher, ("fisher", theme.QUICK))
        self.bring(source("Left: expected reward close to the start, pale is high. Gains: exact. Amari 1998."))
