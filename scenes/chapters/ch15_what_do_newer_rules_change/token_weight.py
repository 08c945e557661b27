"""How much a good token counts against its ratio: PPO falls silent, CISPO is capped, GSPO looks at the whole answer."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement

PLOT = layout.trimmed(theme.PICTURE, left=theme.WIDE, top=theme.WIDE, right=theme.WIDE, bottom=theme.TITLE)
ONE, ALL = range(2)
GOOD = 0


class TokenWeight(Stage):
    """How much a good token counts against its ratio: PPO falls silent, CISPO is capped, GSPO hears the answer."""

    traces = ("family_weights",)

    def build(self) -> None:
        trace = self.trace("family_weights")
        self.bring(statement("How much does a *good* token count?"))
        self.ratio, last = trace["ratio"], float(trace["ratio"][-1])
        self.chart = Chart(*layout.rectangle(PLOT), (0.0, last), (0.0, last))
        ticks = {float(k): f"{k}" for k in range(int(last) + 1)}
        self.chart.put(self, "", ticks, "weight, at a ratio of 1 it is 1", ticks, size=theme.NOTE)
        name = text("ratio", PLOT.right, PLOT.bottom + theme.TITLE + theme.GUTTER, theme.NOTE, theme.MUTED, "right")
        self.bring(name)
        rows = {name: k for k, name in enumerate(trace["rules"].tolist())}
        weight = trace["weight"]
        look = theme.OBJECTIVES["ppo"]
        self.curve(weight[rows["ppo"], ONE, GOOD], "ppo", look.colour, "*PPO, GRPO*: silent beyond the post", 0.75)
        self.curve(weight[rows["cispo"], ONE, GOOD], "cispo", theme.TEXT, "*CISPO*: never silent, but capped", 1.0)
        gspo = weight[rows["gspo"], ALL, GOOD]
        self.curve(gspo, ("close", 0.0), theme.MUTED, "*GSPO*: the whole answer is silent", 0.42)
        self.bring(
            source("Computed by the rules. GSPO: all tokens of the answer rise together. CISPO: the cap of ScaleRL.")
        )

    def curve(self, weights: np.ndarray, at: When, colour: str, words: str, share: float) -> None:
        # A curve and its name, beside the place where it is highest, at a share of that height.
        ink = self.chart.curve(self.ratio, weights, stroke=colour, pen=theme.BOLD)
        self.draw(self.put(ink, "mark"), at=at, over=theme.REST)
        top = int(weights.argmax())
        x, y = self.chart.pixels(float(self.ratio[top]), share * float(weights[top]))
        capped = x > PLOT.middle[0]
        side, anchor = (x - theme.GUTTER, "right") if capped else (self.chart.pixels(1.5, 0.0)[0], "left")
        label = halo(text(words, side, y + (-theme.TIGHT if capped else theme.TIGHT), theme.BODY, colour, anchor))
        self.bring(label, (self.time(at) + theme.CHANGE))
