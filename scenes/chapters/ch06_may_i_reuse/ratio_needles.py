"""How much likelier each answer has become, and what the old answers then weigh."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.common import RATIO
from scenes.chapters.ch06_may_i_reuse.handful import FILL, Handful
from scenes.chapters.ch06_may_i_reuse.odds import Odds
from scenes.engine.lettering import counted, formula
from scenes.engine.stage import Stage, When
from scenes.parts.batch import SHAPES
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import along
from scenes.parts.ratio_ruler import RatioRuler
from scenes.parts.say import appear, say
from scenes.theme import FloatArray
from traces.store import Trace


class RatioNeedles(Stage):
    """How much likelier each answer has become, and what the old answers then weigh."""

    traces = ("batch_reuse",)

    ROWS = (296.0, 432.0, 568.0)
    OLD, RULER, NEW, BAR = theme.LEFT + 80, 660.0, 1420.0, 300.0
    SHORT = 15  # updates until the first rest

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        self.put(statement("How much likelier than yesterday? *The ratio*"), "text")
        old, ratio = trace["start_probs"], trace["ratio"][0, RATIO]
        reach = int(np.clip(np.ceil(np.abs(np.log2(np.maximum(ratio, 1e-9))).max()), 3, 12))
        self.rulers = [RatioRuler(self.RULER, y + 20, 620, reach) for y in self.ROWS]
        Odds(self.OLD, self.ROWS, self.BAR, old, theme.MUTED).put(self)
        self.today = Odds(self.NEW, self.ROWS, self.BAR, old)
        self.today.put(self)
        for k, (name, ruler) in enumerate(zip(trace["answers"], self.rulers, strict=True)):
            say(self, f"*{name}*", theme.LEFT, self.ROWS[k] + 18, 52)
            self.show(*ruler.put(self, shown=False), at=("ratio", 0.3 + 0.2 * k))
        self.heads()
        handful = self.handful(trace["handful_answer"][0], ratio)
        self.walk(handful, trace["probs"][0, RATIO], old)
        self.heaviest(trace)
        size, steps = len(handful.kinds), len(ratio) - 1
        note = f"One handful of {size}, {counted(steps, 'update')} of the ratio loss, ρ times advantage."
        self.put(source(note, theme.LABEL), "text")

    def heads(self) -> None:
        y = 208.0
        self.put(formula('pi_(upright("old"))', self.OLD, y, 44, theme.MUTED), "text")
        say(self, "yesterday's odds", self.OLD + 92, y, theme.LABEL, theme.MUTED)
        self.put(formula("pi_theta", self.NEW, y, 44), "text")
        say(self, "today's odds", self.NEW + 60, y, theme.LABEL)
        quotient = '{{ rho : ratio }} = pi_theta thin \\/ thin pi_(upright("old"))'
        appear(self, formula(quotient, self.RULER + 310, y, 48, anchor="center"), "text", at="ratio")

    def handful(self, kinds: np.ndarray, ratio: FloatArray) -> Handful:
        # The handful in one row; each answer as large as its ratio says, the largest of all just fitting in.
        size = len(kinds)
        peak = max(float(ratio[:, k].max()) * SHAPES[k][1] ** 2 for k in range(3) if (kinds == k).any())
        radius = float(np.clip(70 / np.sqrt(peak), 8, 30))
        x = np.linspace(theme.LEFT + 130, theme.RIGHT - 110, size)
        handful = Handful(kinds, x, np.full(size, 826.0), radius / FILL)
        handful.put(self, "mover")
        self.hide(say(self, "yesterday's answers", theme.LEFT, 700, 34, theme.MUTED), at="weigh")
        say(self, "yesterday's answers, each as large as its ratio: its weight", theme.LEFT, 700, 34, at=("weigh", 0.3))
        return handful

    def heaviest(self, trace: Trace) -> None:
        # In the end: how many times the heaviest answer outweighs all the others together.
        weight = trace["weight"][0]
        k = int(weight.argmax())
        others = float(weight.sum() - weight[k])
        if others > 0:
            words = f"*{trace['answers'][k]}* against all the others together: *{float(weight[k]) / others:.3g} : 1*"
            say(self, words, theme.RIGHT, 700, 34, anchor="right", at=("strain", 0.5 + self.straining()))

    def straining(self) -> float:
        """Seconds of the second half of the walk."""
        return max(1.6, self.time("rest") - self.time("strain") - 2.6)

    def walk(self, handful: Handful, probs: FloatArray, old: FloatArray) -> None:
        # Odds and needles go first, the weights follow when they are spoken of; then all go on together.
        last = len(probs) - 1
        short = min(self.SHORT, last)

        def stand(at: float) -> None:
            now = along(probs, at)
            self.today.write(now)
            for ruler, ratio in zip(self.rulers, now / old, strict=True):
                ruler.write(float(ratio))

        def weigh(at: float) -> None:
            handful.weigh(along(probs, at) / old)

        def on(share: float) -> None:
            stand(short + share * (last - short))
            weigh(short + share * (last - short))

        moving = [*self.today.moving, *(mobject for ruler in self.rulers for mobject in ruler.moving)]
        self.write(moving, lambda s: stand(s * short), at=("today", 0.2), over=1.8, ease=theme.smooth)
        self.readings(along(probs, short) / old, ("ratio", 1.2), ("strain", 0.3))
        self.write(handful.marks, lambda s: weigh(s * short), at=("weigh", 0.4), over=1.6, ease=theme.smooth)
        over = self.straining()
        self.write([*moving, *handful.marks], on, at=("strain", 0.5), over=over, ease=theme.smooth)
        self.readings(probs[-1] / old, ("strain", 0.5 + over), "end")

    def readings(self, ratio: FloatArray, at: When, until: When) -> None:
        """What the needles say while they stand still."""
        for ruler, value in zip(self.rulers, ratio, strict=True):
            digits = 0 if value >= 10 else 1 if value >= 0.95 else 2
            x = float(np.clip(ruler.place(float(value)), ruler.x + 30, ruler.x + ruler.width - 30))
            words, colour = f"*{float(value):.{digits}f}*", theme.SYMBOLS["ratio"]
            word = say(self, words, x, ruler.y - ruler.tall - 12, 34, colour, "center", at=at)
            if until != "end":
                self.hide(word, at=until, over=0.2)
