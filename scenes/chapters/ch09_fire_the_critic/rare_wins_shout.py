"""Right or wrong: the push of a win in every class, before and after dividing by the spread."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch09_fire_the_critic.group_table import number
from scenes.chapters.ch09_fire_the_critic.pushes import Pushes
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.say import say
from traces.store import Trace


class RareWinsShout(Stage):
    """Right or wrong: the push of a win in every class, before and after dividing by the spread."""

    traces = ("grpo_group",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.put(statement("What dividing *by the spread* does"), "text")
        size = int(trace["right"][-1])
        classes = size + 1
        slot = (theme.RIGHT - theme.LEFT) / classes
        tallest = max(float(np.abs(trace["up"]).max()), float(np.abs(trace["down"]).max()), 1e-9)
        unit, zero = 258.0 / tallest, 488.0
        layouts = []
        values = []
        for kind in range(2):
            rows = []
            for k in range(classes):
                wide = 0.84 * slot / size
                left = theme.LEFT + slot * k + 0.08 * slot
                pushes = [float(trace["up"][kind, k])] * k + [float(trace["down"][kind, k])] * (size - k)
                rows += [[left + wide * i, zero, 0.86 * wide, unit * push] for i, push in enumerate(pushes)]
                values += [1.0 if i < k else -1.0 for i in range(size)] if kind == 0 else []
            layouts.append(np.array(rows))
        # Dividing kind first in the trace; the undivided pushes come first on screen.
        plain, divided = layouts[1], layouts[0]
        self.put(rule(theme.LEFT, zero, theme.RIGHT, zero, stroke=theme.AXIS, pen=2.0), "grid")
        bars = Pushes(np.array(values), pen=3.0)
        bars.write(plain * [1, 1, 1, 0.25])
        for ink in bars.inks:
            self.put(ink, "mark")
        grow = bars.between(plain * [1, 1, 1, 0.25], plain)
        self.write(bars.inks, grow, at=0.0, over=1.4, ease=theme.smooth)
        self.put(
            text("how hard each answer is pushed: its advantage", theme.RIGHT, 190, 34, theme.MUTED, "right"), "text"
        )
        self.write(bars.inks, bars.between(plain, divided), at=("divide", 0.3), over=1.8, ease=theme.smooth)
        self.classes(size, slot)
        self.numbers(trace, slot, zero, unit)
        self.put(source(f"Exact: advantages in groups of {size}, scored 1 or 0. Filled: right. Hollow: wrong."), "text")

    def classes(self, size: int, slot: float) -> None:
        # Under each class, its answers: right ones filled, wrong ones hollow.
        for k in range(size + 1):
            pitch = 0.84 * slot / size
            x = theme.LEFT + slot * k + 0.08 * slot + pitch * (np.arange(size) + 0.43)
            places = theme.points(x, np.full(size, 846.0))[:, :2]
            radius = min(9.0, 0.4 * pitch)
            if k:
                self.put(Marks(places[:k], "circle", radius, fill=theme.UP), "mark")
            if k < size:
                self.put(Marks(places[k:], "circle", radius - 1, stroke=theme.DOWN, pen=2.5), "mark")
            self.put(text(f"{k} right", theme.LEFT + slot * (k + 0.5), 904, theme.LABEL, theme.MUTED, "center"), "text")

    def numbers(self, trace: Trace, slot: float, zero: float, unit: float) -> None:
        # What a win counts: alone, and among many; and the classes that say nothing.
        size = int(trace["right"][-1])
        value = float(trace["up"][0, 1])
        x, y = theme.LEFT + 1.08 * slot, zero - unit * value - 24
        say(self, f"*{number(value, True)}*", x, y, 48, theme.UP, at=("lone", 0.9))
        undivided = float(trace["up"][1, 1])
        y = zero - unit * undivided
        x = theme.LEFT + slot + 0.08 * slot
        wide = 0.84 * slot / size
        mark = self.put(rule(x - 12, y, x + wide + 12, y, stroke=theme.TEXT, pen=4.0), "mover", shown=False)
        at = x + wide + 22
        words = [text("before", at, y - 14, 28), text(number(undivided, True), at, y + 22, theme.LABEL)]
        self.show(mark, *[self.put(word, "text", shown=False) for word in words], at=("lone", 1.0))
        for k in (0, size):
            say(self, "*silent*", theme.LEFT + slot * (k + 0.5), zero - 30, 38, anchor="center", at="unanimous")
        # How much louder each class has become; the ends and the middle are pointed at.
        told = {1, size // 2, size - 1}
        for k in range(1, size):
            times, x = f"×{float(trace['up'][0, k] / trace['up'][1, k]):.1f}", theme.LEFT + slot * (k + 0.5)
            if k in told:
                cue = "middle" if 1 < k < size - 1 else "ends"
                say(self, f"*{times}*", x, 800, 44, anchor="center", at=(cue, 0.2))
            else:
                say(self, times, x, 800, 34, theme.MUTED, "center", ("middle", 0.8))
