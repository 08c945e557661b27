"""Which models a way of training keeps, as bars of the memory that they take: case by case, one leaves.

bars = MemoryBars(trace, theme.LEFT, 246, 1290)
bars.put_case(stage, 0, "PPO", ppo)                             # there from the start
bars.put_names(stage)
bars.put_case(stage, 1, "GRPO", grpo, at="home")                # what the case before keeps, and who leaves
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.ink import box
from scenes.engine.lettering import text
from scenes.parts.say import appear
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

HUES = (theme.SYMBOLS["logp"], theme.SYMBOLS["value"], theme.SYMBOLS["reward"], theme.SYMBOLS["kl"])
PITCH, HIGH, GAP = 162.0, 84.0, 6.0
SHIFT = {"right": -8.0, "center": 0.0, "left": 8.0}
PLACES = {1: ("center", 0.5), 2: ("right", 1.0), 3: ("left", 0.0)}  # of names above small blocks


class MemoryBars:
    """`kept` [case, model] and `bytes` [case, model] of a trace; all models of the first case are `width` pixels."""

    def __init__(self, trace: Trace, x: float, y: float, width: float):
        self.trace, self.x, self.y = trace, x, y
        each = trace["bytes"].max(axis=0)
        self.widths = width * each / max(1e-9, float(each.sum()))

    def gone(self, case: int, model: int) -> float:
        """Pixels that have left a case's bar to the left of a model."""
        return float(self.widths[: model + 1][self.trace["kept"][case, : model + 1] == 0].sum())

    def put_case(self, stage: Stage, case: int, words: str, colour: str, at: When | None = None) -> None:
        """One bar more, with the number of its models and its share of the first bar's memory."""
        y, kept = self.y + PITCH * case, self.trace["kept"]
        when = None if at is None else stage.time(at)
        later = None if when is None else when + 1.3
        share = float(self.trace["bytes"][case].sum() / max(1e-9, self.trace["bytes"][0].sum()))
        count = int(kept[case].sum())
        appear(stage, text(f"*{words}*", self.x, y - 20, 36, colour), "text", when, theme.QUICK)
        total = text(f"{count} model{'s' * (count != 1)}", 1560, y + 56, 38, theme.TEXT, "right")
        memory = text(f"*{share:.0%}*".replace("%", "\\%"), theme.RIGHT, y + 56, 38, theme.TEXT, "right")
        for word in (total, memory):
            appear(stage, word, "text", later, theme.QUICK)
        for m, left in enumerate(self.x + np.cumsum([0.0, *self.widths[:-1]])):
            stays, was = bool(kept[case, m]), when is not None and bool(kept[case - 1, m])
            if not (stays or was):
                continue
            before = self.gone(case - 1, m) if was else 0.0
            wide = max(GAP, float(self.widths[m]) - GAP)
            block = box(left - before, y, wide, HIGH, fill=HUES[m], round_joins=False)
            appear(stage, block, "mark", when, theme.QUICK)
            if when is None:
                continue
            if not stays:
                stage.shift(block, across=90, down=70, at=when + 0.5, over=0.7)
                stage.hide(block, at=when + 0.6, over=0.6)
            elif (step := self.gone(case, m) - before) > 0:  # it closes the gap that another leaves
                stage.shift(block, across=-step, at=when + 0.9)

    def put_names(self, stage: Stage) -> None:
        """Names of the models at the first bar: large blocks carry theirs, small ones have them above."""
        x = self.x
        for m, (name, wide) in enumerate(zip(self.trace["models"], self.widths, strict=True)):
            if wide > 260:
                word = text(f"*{name}*", x + wide / 2 - 3, self.y + 54, 36, theme.CANVAS, "center")
            else:
                anchor, at = PLACES.get(m, ("center", 0.5))
                word = text(str(name), x + at * (wide - GAP) + SHIFT[anchor], self.y - 20, theme.LABEL, HUES[m], anchor)
            stage.put(word, "text")
            x += float(wide)
        stage.put(text("memory", theme.RIGHT, self.y - 20, theme.LABEL, theme.MUTED, "right"), "text")
