"""What is climbed: a straight line, or an arcsine; and how much a question weighs, by the group's size."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import formula, halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from traces.store import Trace

GRPO = theme.OBJECTIVES["grpo"]
DOTS = (theme.PEN, theme.TIGHT)
ENDLESS = "endless"
DRAWN = 8  # the size of the groups whose climb is drawn
TOP = 6.0  # the largest weight that the axis shows
# Three columns: two charts with their axes to the left of them, and a table, which begins where the charts begin.
CLIMB, WEIGHT, TABLE = (
    layout.trimmed(column, top=theme.GAP, bottom=theme.GAP)
    for column in layout.columns(layout.trimmed(theme.PICTURE, left=theme.WIDE), (5, 4, 2), gap=theme.NUMBER)
)
NAMES, HARD, EVEN = (column.right for column in layout.columns(TABLE, 3, gap=theme.TIGHT))


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
        # Left: the heights, with a key in the empty corner over the line at 1.
        p, limit = trace["chance"], trace["limit_climb"]
        reach = 1.15 * float(np.abs(limit).max())
        chart = Chart(*layout.rectangle(CLIMB), (0.0, 1.0), (-reach, reach))
        ticks = {-1.0: "−1", 0.0: "0", 1.0: "1"}
        name = "what a question adds to the climb"
        chart.put(self, "chance of a right answer", {0: "0", 1: "1"}, name, ticks, size=theme.NOTE)
        eight = trace["climb"][int(np.flatnonzero(trace["sizes"] == DRAWN)[0])]
        corner = theme.Area(CLIMB.left + theme.GAP, CLIMB.top, CLIMB.right, chart.pixels(0.0, 1.0)[1])
        rows = [place.middle[1] for place in layout.rows(corner, 3, gap=0)]
        x, drop = corner.left, theme.LABEL / 3
        words = x + theme.WIDE + theme.GUTTER
        key = (
            text("undivided", words, rows[0] + drop),
            text(f"groups of {DRAWN}", words, rows[1] + drop, colour=GRPO.colour),
            formula("2 thin arcsin sqrt(p)", words, rows[2] + drop, theme.BODY, GRPO.colour),
        )
        looks = ((theme.TEXT, (), "line"), (GRPO.colour, (), "groups"), (GRPO.colour, DOTS, "limit"))
        for k, (values, (colour, dash, cue)) in enumerate(zip((p - 0.5, eight, limit), looks, strict=True)):
            style = {"stroke": colour, "pen": theme.BOLD, "dash": dash}
            curve = self.put(chart.curve(p, values, **style), "mark")
            sample = rule(x, rows[k], x + theme.WIDE, rows[k], **style)
            self.put(sample, "line", shown=k == 0)
            self.put(key[k], "text", shown=k == 0)
            if k:
                self.draw(curve, at=(cue, 0.2), over=theme.SLOW)
                self.show(sample, key[k], at=(cue, 0.2))

    def weights(self, trace: Trace) -> None:
        # Right: their slopes, one curve a group size, each named where it ends.
        chart = Chart(*layout.rectangle(WEIGHT), (0.0, 1.0), (0.0, TOP))
        ticks = {float(k): f"{k}" for k in (0, 1, *range(2, int(TOP) + 1, 2))}
        name = "its slope: the question's weight"
        chart.put(self, "chance of a right answer", {0: "0", 1: "1"}, name, ticks, size=theme.NOTE)
        p = trace["chance"]
        self.put(chart.curve(p, np.ones_like(p), stroke=theme.TEXT, pen=theme.BOLD), "line")
        curves = list(zip([*map(str, trace["sizes"]), ENDLESS], [*trace["weight"], trace["limit"]], strict=True))
        for k, (name, values) in enumerate(curves):
            cue = "pairs" if k == 0 else "limit" if name == ENDLESS else "groups"
            dash = DOTS if name == ENDLESS else ()
            seen = np.where(values <= TOP, values, np.nan)
            curve = self.put(chart.curve(p, seen, stroke=GRPO.colour, pen=theme.BOLD, dash=dash), "mark")
            start = self.time(cue) + (0.1 * k if cue == "groups" else 0.1)
            self.draw(curve, at=start, over=theme.SLOW)
            end = float(values[-1])
            if end <= TOP:
                x, y = chart.pixels(1.0, end)
                words = f"groups of {name}" if k == 0 else name
                say(self, words, x + theme.TIGHT, y + theme.LABEL / 3, colour=GRPO.colour, at=start + 0.2)
        self.questions(chart, trace, [name for name, _ in curves])

    def questions(self, chart: Chart, trace: Trace, names: list[str]) -> None:
        # Two questions across all sizes, one rarely right and one half of the time: their dots, and a table of weights.
        half = trace["weight"].shape[1] // 2
        columns = (
            (float(trace["hard"]), [*trace["hard_weight"], trace["hard_limit"]], "hard", HARD),
            (float(trace["chance"][half]), [*trace["weight"][:, half], trace["limit"][half]], "even", EVEN),
        )
        head = TABLE.top + theme.LABEL
        rows = [head + theme.WIDE * (k + 1) for k in range(len(names))]
        say(self, "group", NAMES, head, theme.LABEL, theme.MUTED, "right", at="hard")
        for name, y in zip(names[::-1], rows, strict=True):
            say(self, name, NAMES, y, theme.BODY, theme.TEXT, "right", at=("hard", 0.3))
        for chance, weights, cue, right in columns:
            x, y = chart.pixels(chance, 0.0)
            post = rule(x, WEIGHT.top, x, y, stroke=theme.MUTED, pen=theme.FINE, dash=theme.DOTTED)
            places = chart.plane.points(np.full(len(weights), chance), np.array(weights, float))[:, :2]
            dots = Marks(places, "circle", fill=theme.TEXT, stroke=theme.CASING, pen=theme.FINE)
            tag = halo(text(f"{chance:g}", x + theme.TIGHT, y - theme.TIGHT))
            for mark, layer in ((post, "grid"), (dots, "mover"), (tag, "text")):
                appear(self, mark, layer, cue)
            say(self, f"at {chance:g}", right, head, theme.LABEL, theme.MUTED, "right", at=cue)
            for weight, row in zip(weights[::-1], rows, strict=True):
                say(self, f"*{float(weight):.2f}*", right, row, theme.BODY, GRPO.colour, "right", at=(cue, 0.3))
