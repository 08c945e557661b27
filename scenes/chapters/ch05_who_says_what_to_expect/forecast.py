"""What is expected before each token of an answer, and what came in the end: a line over the gaps between tokens.

forecast = Forecast(edges, top, height, values)      # the last value is the score
forecast.put(stage); forecast.enter(stage, at="answer")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenes import theme
from scenes.engine.ink import Marks, line, rule
from scenes.engine.lettering import text
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

VALUE, REWARD = theme.SYMBOLS["value"], theme.SYMBOLS["reward"]


class Forecast:
    """Values [tokens + 1] at canvas x `edges`, from 0 at `top + height` to 1 at `top`."""

    def __init__(self, edges: FloatArray, top: float, height: float, values: FloatArray):
        self.axes, self.ticks, self.dots, self.numbers = [], [], [], []
        for value in (0.0, 1.0):
            y = top + height * (1 - value)
            self.axes.append(rule(edges[0], y, edges[-1], y, stroke=theme.HAIRLINE, pen=2.0, quiet=True))
            self.ticks.append(text(f"{value:g}", edges[0] - 56, y + 10, theme.LABEL, theme.MUTED, "right"))
        ys = top + height * (1 - values)
        self.way = line(edges, ys, stroke=VALUE, pen=5.0)
        for k, (x, y) in enumerate(zip(edges, ys, strict=True)):
            last = k == len(ys) - 1
            colour, words = (REWARD, f"*{values[k]:g}*") if last else (VALUE, f"*{values[k]:.2f}*")
            aside = 44 if k and values[k - 1] - values[k] > 0.2 else 0  # clear of a line that falls onto the point
            self.dots.append(Marks(theme.point(x, y)[None, :2], "square" if last else "circle", 13, fill=colour))
            below = 52 if values[k] > 0.85 else -28  # clear of what stands above the axes
            self.numbers.append(text(words, x + aside, y + below, 36, colour, "center"))
        foot = top + height + 54
        self.critic = text("critic", edges[0], foot, 40, VALUE, "center")
        self.judge = text("judge", edges[-1], foot, 40, REWARD, "center")

    def put(self, stage: Stage) -> None:
        """Put the axes on stage, and the rest hidden."""
        for axis, tick in zip(self.axes, self.ticks, strict=True):
            stage.put(axis, "grid")
            stage.put(tick, "text")
        for layer, parts in (("line", [self.way]), ("mark", self.dots), ("text", self.numbers)):
            for part in parts:
                stage.put(part, layer, shown=False)
        stage.put(self.critic, "text", shown=False)
        stage.put(self.judge, "text", shown=False)

    def enter(self, stage: Stage, at: When, over: float = 2.0) -> None:
        """Draw the line from token to token."""
        start, each = stage.time(at), over / max(1, len(self.dots) - 1)
        stage.show(self.way, at=start, over=0.1)
        stage.draw(self.way, at=start, over=over)
        for k, (dot, number) in enumerate(zip(self.dots, self.numbers, strict=True)):
            stage.show(dot, number, at=start + each * k, over=0.4)
        stage.show(self.critic, at=start + 0.2)
        stage.show(self.judge, at=start + over)
