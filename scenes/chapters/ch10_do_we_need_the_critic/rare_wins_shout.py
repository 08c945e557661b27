"""Right or wrong: the push of a win in every class, before and after dividing by the spread."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch09_fire_the_critic.group_table import number
from scenes.chapters.ch09_fire_the_critic.pushes import Pushes
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.say import say
from scenes.theme import FloatArray
from traces.store import Trace

PLOT = layout.trimmed(theme.PICTURE, top=theme.TITLE, bottom=2 * theme.WIDE)
ZERO = PLOT.middle[1]
TIMES, MARKS, NAMES = PLOT.bottom + theme.STATEMENT, theme.PICTURE.bottom - theme.TITLE, theme.PICTURE.bottom
TAKEN, BAR = 0.84, 0.86  # shares: of a class's room that its answers take, and of an answer's that its bar takes


class RareWinsShout(Stage):
    """Right or wrong: the push of a win in every class, before and after dividing by the spread."""

    traces = ("grpo_group",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.put(statement("What dividing *by the spread* does"), "text")
        size = int(trace["right"][-1])
        self.classes = [layout.narrowed(room, TAKEN) for room in layout.columns(PLOT, size + 1, gap=0)]
        tallest = max(float(np.abs(trace["up"]).max()), float(np.abs(trace["down"]).max()), 1e-9)
        self.unit = PLOT.height / 2 / tallest
        values = np.array([1.0 if i < k else -1.0 for k in range(size + 1) for i in range(size)])
        # Dividing kind first in the trace; the undivided pushes come first on screen.
        divided, plain = (self.layout(trace["up"][kind], trace["down"][kind], size) for kind in range(2))
        self.put(rule(PLOT.left, ZERO, PLOT.right, ZERO, stroke=theme.AXIS, pen=theme.FINE), "grid")
        bars, low = Pushes(values, pen=3.0), plain * [1, 1, 1, 0.25]
        bars.write(low)
        for ink in bars.inks:
            self.put(ink, "mark")
        self.write(bars.inks, bars.between(low, plain), at=0.0, over=theme.REST, ease=theme.smooth)
        words = "how hard each answer is pushed: its advantage"
        self.put(text(words, PLOT.right, PLOT.top - theme.GAP, theme.BODY, theme.MUTED, "right"), "text")
        self.write(bars.inks, bars.between(plain, divided), at=("divide", 0.3), over=theme.REST, ease=theme.smooth)
        self.answers(size)
        self.lone(trace, size)
        self.louder(trace, size)
        self.put(source(f"Exact: advantages in groups of {size}, scored 1 or 0. Filled: right. Hollow: wrong."), "text")

    def layout(self, up: FloatArray, down: FloatArray, size: int) -> FloatArray:
        # Every class's bars: so many right, pushed up, and the others, pushed down.
        rows = []
        for k, room in enumerate(self.classes):
            pushes = [float(up[k])] * k + [float(down[k])] * (size - k)
            bars = [layout.narrowed(bar, BAR) for bar in layout.columns(room, size, gap=0)]
            rows += [[bar.left, ZERO, bar.width, self.unit * push] for bar, push in zip(bars, pushes, strict=True)]
        return np.array(rows)

    def answers(self, size: int) -> None:
        # Under each class, its answers: right ones filled, wrong ones hollow.
        for k, room in enumerate(self.classes):
            x = layout.middles(room, size)
            places = theme.points(x, np.full(size, MARKS))[:, :2]
            radius = min(theme.TIGHT, TAKEN * room.width / size) / 2 + 1
            if k:
                self.put(Marks(places[:k], "circle", radius, fill=theme.UP), "mark")
            if k < size:
                self.put(Marks(places[k:], "circle", radius - 1, stroke=theme.DOWN, pen=theme.FINE), "mark")
            name = text(f"{k} right", room.middle[0], NAMES, theme.LABEL, theme.MUTED, "center")
            self.put(name, "text")

    def lone(self, trace: Trace, size: int) -> None:
        # What a lone win counts, and counted before; and the classes that say nothing.
        value, undivided = (float(trace["up"][kind, 1]) for kind in range(2))
        bar = layout.columns(self.classes[1], size, gap=0)[0]
        y = ZERO - self.unit * value - theme.GUTTER
        say(self, f"*{number(value, True)}*", bar.left, y, theme.STATEMENT, theme.UP, at=("lone", theme.CHANGE))
        y = ZERO - self.unit * undivided
        mark = rule(bar.left - theme.TIGHT, y, bar.right + theme.TIGHT, y, stroke=theme.TEXT, pen=theme.PEN)
        x = bar.right + theme.GUTTER
        words = [text("before", x, y - theme.TIGHT, theme.NOTE), text(number(undivided, True), x, y + theme.GUTTER)]
        self.bring(mark, ("lone", 1.0), "mover")
        for word in words:
            self.bring(word, ("lone", 1.0))
        for room in (self.classes[0], self.classes[-1]):
            say(self, "*silent*", room.middle[0], ZERO - theme.GUTTER, theme.BODY, anchor="center", at="unanimous")

    def louder(self, trace: Trace, size: int) -> None:
        # How much louder each class has become; the ends and the middle are pointed at.
        told = {1, size // 2, size - 1}
        for k in range(1, size):
            times, x = f"×{float(trace['up'][0, k] / trace['up'][1, k]):.1f}", self.classes[k].middle[0]
            if k in told:
                cue = "middle" if 1 < k < size - 1 else "ends"
                say(self, f"*{times}*", x, TIMES, theme.STATEMENT, anchor="center", at=(cue, 0.2))
            else:
                say(self, times, x, TIMES, theme.BODY, theme.MUTED, "center", ("middle", theme.CHANGE))
