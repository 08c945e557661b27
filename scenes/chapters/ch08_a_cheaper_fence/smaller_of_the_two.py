"""PPO counts the smaller line: past one post a token is silent, on the wrong side it is called back."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch08_a_cheaper_fence.two_curves import CLIPPED, EASE, FORMULA_AT, GAIN, SOURCE, Panel
from scenes.engine.stage import Stage
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement

ENDS = (1.7, 0.3)  # ratios to which the good and the bad token walk
QUIET = 0.4  # opacity of the two lines once the smaller one is drawn


class SmallerOfTheTwo(Stage):
    """PPO counts the smaller line: past one post a token is silent, on the wrong side it is called back."""

    traces = ("ppo_clip",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.put(statement("And if it has gone *the wrong way?*"), "text")
        gain, clipped = (
            Formula(line, theme.WIDTH / 2, FORMULA_AT, theme.TITLE, anchor="center") for line in (GAIN, CLIPPED)
        )
        for term in gain.terms.values():
            self.put(term, "text")
        clipped.put(self)
        gain.become(self, clipped, at="least")
        for sign, cues in enumerate((("walk", "back"), ("down", "bad_back"))):
            self.panel(Panel(self, trace, sign), cues, ENDS[sign])
        self.put(source(SOURCE), "text")

    def panel(self, panel: Panel, cues: tuple[str, str], end: float) -> None:
        line, (held, _), curve = panel.plain(shown=True), panel.held(shown=True), panel.curve
        panel.silent(shown=True)
        least = self.put(curve.least(11.0), "mark")
        # A token on the wrong side: it should come back.
        curve.place(2 - end)
        for mobject in curve.moving:
            self.put(mobject, "mover", shown=False)
        self.show(curve.dot, at="wrong")
        # The smaller of the two lines.
        self.draw(least, at=("least", 0.2), over=theme.SLOW)
        self.dim(line, held, to=QUIET, at=("least", 1.4))
        self.show(curve.arrow, curve.lamp, at=("least", 2.0))
        # It walks the way it is pushed, past its post; then it stands on the wrong side again.
        for start, stop, at, over in ((2 - end, end, (cues[0], 0.2), 2.6), (end, 2 - end, (cues[1], 0.1), 2.0)):

            def travel(share: float, start: float = start, stop: float = stop) -> None:
                curve.place(start + share * (stop - start))

            self.write(curve.moving, travel, at=at, over=over, ease=EASE)
