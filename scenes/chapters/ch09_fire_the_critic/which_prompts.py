"""What is climbed: a straight line, or an arcsine; and how much a question weighs, by the group's size."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import bounds, formula, halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from traces.store import Trace

GRPO = theme.OBJECTIVES["grpo"]
DOTS = (4, 12)
ENDLESS = "endless"


class WhichPrompts(Stage):
    """What is climbed: a straight line, or an arcsine; and how much a question weighs, by the group's size."""

    traces = ("grpo_group",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.put(statement("Which questions *count more?*"), "text")
        self.climbs(trace)
        self.weights(trace)
        words = "Exact, for scores of 0 and 1, while the new policy is still the old one. Davis and Recht 2025."
        self.put(source(words), "text")

    def climbs(self, trace: Trace) -> None:
        # Left: the heights, with a key in the empty corner.
        chart = Chart(theme.LEFT + 60, 216, 700, 640, (0.0, 1.0), (-1.65, 1.65))
        chart.put(
            self,
            "chance of a right answer",
            {0: "0", 1: "1"},
            "what a question adds to the climb",
            {-1: "−1", 0: "0", 1: "1"},
            size=28,
        )
        p = trace["chance"]
        eight = int(np.flatnonzero(trace["sizes"] == 8)[0])
        lines = (
            (p - 0.5, theme.TEXT, (), "line", text("undivided", 0, 0, 32)),
            (trace["climb"][eight], GRPO.colour, (), "groups", text("groups of 8", 0, 0, 32, GRPO.colour)),
            (trace["limit_climb"], GRPO.colour, DOTS, "limit", formula("2 thin arcsin sqrt(p)", 0, 0, 36, GRPO.colour)),
        )
        x, y = chart.pixels(0.06, 1.42)
        for k, (values, colour, dash, cue, word) in enumerate(lines):
            curve = self.put(chart.curve(p, values, stroke=colour, pen=7.0, dash=dash), "mark")
            sample = rule(x, y + 54 * k, x + 70, y + 54 * k, stroke=colour, pen=7.0, dash=dash)
            left, _, _, foot = bounds(word)
            target = theme.point(x + 92, y + 54 * k + 11) - theme.point(left, foot if k < 2 else foot - 6)
            word.shift(target)
            self.put(sample, "line", shown=k == 0)
            self.put(word, "text", shown=k == 0)
            if k:
                self.draw(curve, at=(cue, 0.2), over=1.4)
                self.show(sample, word, at=(cue, 0.2))

    def weights(self, trace: Trace) -> None:
        # Right: their slopes, one curve a group size, each named where it ends.
        top, left, width = 6.0, 990.0, 470.0
        chart = Chart(left, 216, width, 640, (0.0, 1.0), (0.0, top))
        ticks = {float(k): f"{k}" for k in (0, 1, 2, 4, 6)}
        chart.put(
            self, "chance of a right answer", {0: "0", 1: "1"}, "its slope: the question's weight", ticks, size=28
        )
        p = trace["chance"]
        self.put(chart.curve(p, np.ones_like(p), stroke=theme.TEXT, pen=6.0), "line")
        curves = list(zip([*map(str, trace["sizes"]), ENDLESS], [*trace["weight"], trace["limit"]], strict=True))
        for k, (name, values) in enumerate(curves):
            cue = "pairs" if k == 0 else "limit" if name == ENDLESS else "groups"
            dash = DOTS if name == ENDLESS else ()
            curve = chart.curve(p, np.where(values <= top, values, np.nan), stroke=GRPO.colour, pen=6.0, dash=dash)
            self.put(curve, "mark")
            at = (cue, 0.1 + 0.1 * max(0, k - 1) * (cue == "groups"))
            self.draw(curve, at=at, over=1.2)
            end = float(values[-1])
            if end <= top:
                x, y = chart.pixels(1.0, end)
                words = f"groups of {name}" if k == 0 else name
                say(self, words, x + 14, y + 9, theme.LABEL, GRPO.colour, at=(at[0], at[1] + 0.2))
        self.questions(chart, trace, [name for name, _ in curves])

    def questions(self, chart: Chart, trace: Trace, names: list[str]) -> None:
        # Two questions across all sizes, one rarely right and one half of the time: their dots, and a table of weights.
        half = trace["weight"].shape[1] // 2
        columns = (
            (float(trace["hard"]), [*trace["hard_weight"], trace["hard_limit"]], "hard", 1728.0),
            (float(trace["chance"][half]), [*trace["weight"][:, half], trace["limit"][half]], "even", theme.RIGHT),
        )
        say(self, "group", 1630, 248, theme.LABEL, theme.MUTED, "right", at="hard")
        for k, name in enumerate(names[::-1]):
            say(self, name, 1630, 316.0 + 62 * k, 36, theme.TEXT, "right", at=("hard", 0.3))
        for chance, weights, cue, right in columns:
            x, y = chart.pixels(chance, 0.0)
            post = rule(x, 216, x, y, stroke=theme.MUTED, pen=2.5, dash=(2, 7))
            places = chart.plane.points(np.full(len(weights), chance), np.array(weights, float))[:, :2]
            dots = Marks(places, "circle", 9, fill=theme.TEXT, stroke=theme.CASING, pen=2)
            tag = halo(text(f"{chance:g}", x + 10, y - 14, theme.LABEL, theme.TEXT), 6)
            for mark, layer in ((post, "grid"), (dots, "mover"), (tag, "text")):
                appear(self, mark, layer, cue)
            say(self, f"at {chance:g}", right, 248, theme.LABEL, theme.MUTED, "right", at=cue)
            for k, weight in enumerate(weights[::-1]):
                say(self, f"*{float(weight):.2f}*", right, 316.0 + 62 * k, 36, GRPO.colour, "right", at=(cue, 0.3))
