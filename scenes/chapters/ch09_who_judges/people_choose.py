"""People choose between two answers; a score for each gives the chance of the choice, by Bradley and Terry."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch09_who_judges.common import KIND, PLAIN, QUESTION, dot
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import Area
from traces.store import Trace

CHOICE = '{{ upright("chance") : chance }} = {{ upright("sigmoid") : sigmoid }}'
MODEL = f"{CHOICE} ( {{{{ r_1 : reward }}}} - {{{{ r_2 : reward-2 }}}} )"
LEFT, RIGHT = layout.columns(theme.PICTURE, (1, 1), theme.WIDE)
ASKED, FIRST, SECOND, LAW, NAMED = layout.rows(LEFT, (2, 4, 4, 3, 3), 0.0)
PLOT = layout.trimmed(RIGHT, left=theme.WIDE, top=theme.WIDE, right=theme.GAP, bottom=theme.WIDE)
FAR = 4.0  # the largest difference of scores that is drawn
PAIR = (1, 0)  # the answers that are compared: one that flatters a little, and one that does not
ACROSS = 48  # choices in a row of dots


class PeopleChoose(Stage):
    """People choose between two answers; a score for each gives the chance of the choice, by Bradley and Terry."""

    traces = ("reward_hacking",)

    def build(self) -> None:
        trace = self.trace("reward_hacking")
        self.bring(statement("Where do *rewards* come from?"))
        self.bring(text(QUESTION, LEFT.left, ASKED.top + theme.STATEMENT, theme.STATEMENT, theme.MUTED))
        one, two = PAIR
        self.answer(1, KIND, FIRST, int(trace["wins"][one, two]))
        self.answer(2, PLAIN, SECOND, int(trace["wins"][two, one]))
        self.law()
        self.curve(trace)

    def answer(self, k: int, words: str, row: Area, chosen: int) -> None:
        # An answer, and a dot for every time that it was chosen.
        base = row.top + theme.TITLE
        self.bring(text(f"*{k}*", row.left, base, theme.TITLE, theme.MUTED))
        self.bring(text(words, row.left + theme.WIDE, base, theme.TITLE))
        self.bring(text(f"#box[$r_{k}$]", row.right, base, theme.TITLE, anchor="right"), at="score")
        count = np.arange(chosen)
        inside = row.width - theme.WIDE - theme.NUMBER
        pitch = inside / ACROSS
        x = row.left + theme.WIDE + pitch * (count % ACROSS + 0.5)
        y = base + theme.GAP + 1.5 * pitch * (count // ACROSS)
        self.bring(Marks(theme.points(x, y)[:, :2], "circle", pitch / 3, fill=theme.TEXT), "pick", "mark")
        beside = row.left + theme.WIDE + inside + theme.TIGHT
        told = text(f"*{chosen}*", beside, base + theme.GAP + theme.TIGHT, theme.BODY)
        self.bring(told, at="pick")

    def law(self) -> None:
        # The chance of the choice, and what this model is called.
        model = Spoken(MODEL, x=LEFT.left, y=LAW.middle[1] + theme.GUTTER, size=theme.TITLE)
        model.enter(self, at="sigmoid", each=theme.QUICK)
        name = Definition("Bradley-Terry model", "scores say how people choose", x=LEFT.left, size=theme.TITLE)
        layout.shifted(name, 0.0, NAMED.bottom - layout.area(name).bottom)
        self.bring(name, at="name")

    def curve(self, trace: Trace) -> None:
        # To the right the difference of the scores, upwards the chance; the pair on the left is one point of it.
        chart = Chart(*layout.rectangle(PLOT), (-FAR, FAR), (0.0, 1.0))
        across = {-FAR: f"−{FAR:g}", FAR: f"{FAR:g}"}
        up = {0.0: "0", 0.5: "0.5", 1.0: "1"}
        names = ("difference of the scores", "chance that the first is chosen")
        axes = chart.put(self, names[0], across, names[1], up, shown=False, size=theme.LABEL)
        self.show(*axes, at="score")
        x = np.linspace(-FAR, FAR, 121)
        y = 1 / (1 + np.exp(-x))
        curve = self.put(chart.curve(x, y, stroke=theme.TEXT, pen=theme.BOLD), "mark")
        self.write(curve, chart.growing(curve, x, y), at=("sigmoid", theme.QUICK), over=2.0)
        chance = float(trace["preference"][PAIR])
        edge = float(y[0])
        kept = min(max(chance, edge), 1 - edge)  # a difference beyond the axis stands at its end
        apart = float(np.log(kept / (1 - kept)))
        here, foot = chart.pixels(apart, chance), chart.pixels(apart, 0.0)
        post = rule(*here, *foot, stroke=theme.AXIS, pen=theme.FINE, dash=theme.DOTTED, quiet=True)
        self.bring(post, at="toy", layer="grid")
        self.bring(dot(chart, apart, chance), at="toy", layer="mover")
        words = text(f"*{chance:.0%}*".replace("%", "\\%"), here[0] + theme.GUTTER, here[1] + theme.WIDE, theme.TITLE)
        self.bring(halo(words), at="toy")
        count = int(trace["wins"][PAIR] + trace["wins"][PAIR[::-1]])
        note = f"Our toy. Dots: {count} choices, drawn from the model; the scores differ by {apart:.1f}."
        self.bring(source(f"{note} Bradley and Terry 1952."))
