"""Which models a way of training keeps, as bars of the memory that they take: case by case, one leaves.

bars = MemoryBars(trace, place, pitch)                          # the first bar takes the place
bars.put_case(stage, 0, "PPO", ppo)                             # there from the start
bars.put_names(stage)
bars.put_case(stage, 1, "GRPO", grpo, at="home")                # what the case before keeps, and who leaves
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import text
from scenes.parts.say import appear
from scenes.theme import Area
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

HUES = (theme.SYMBOLS["logp"], theme.SYMBOLS["value"], theme.SYMBOLS["reward"], theme.SYMBOLS["kl"])
MODELS = theme.column(10)[0]  # where the numbers of models end
GAP = theme.PEN  # between blocks
NAMED = 2 * theme.NUMBER  # a block wider than that carries its name
PLACES = {2: ("right", 1.0), 3: ("left", 0.0)}  # of names above small blocks, and of all others: in the middle
AWAY = theme.WIDE  # how far a model moves, across and down, as it leaves


class MemoryBars:
    """`kept` [case, model] and `bytes` [case, model] of a trace; a case stands `pitch` below the one before."""

    def __init__(self, trace: Trace, place: Area, pitch: float):
        self.trace, self.place, self.pitch = trace, place, pitch
        each = trace["bytes"].max(axis=0)
        self.widths = place.width * each / max(1e-9, float(each.sum()))

    def gone(self, case: int, model: int) -> float:
        """Pixels that have left a case's bar to the left of a model."""
        return float(self.widths[: model + 1][self.trace["kept"][case, : model + 1] == 0].sum())

    def put_case(self, stage: Stage, case: int, words: str, colour: str, at: When | None = None) -> None:
        """One bar more, with the number of its models and its share of the first bar's memory."""
        place, kept = layout.moved(self.place, down=case * self.pitch), self.trace["kept"]
        when = None if at is None else stage.time(at)
        later = None if when is None else when + theme.SLOW
        share = float(self.trace["bytes"][case].sum() / max(1e-9, self.trace["bytes"][0].sum()))
        count = int(kept[case].sum())
        name = text(f"*{words}*", place.left, place.top - theme.GUTTER, theme.BODY, colour)
        appear(stage, name, "text", when, theme.QUICK)
        middle = place.middle[1] + theme.BODY / 3
        total = text(f"{count} model{'s' * (count != 1)}", MODELS, middle, theme.BODY, anchor="right")
        memory = text(f"*{share:.0%}*".replace("%", "\\%"), theme.RIGHT, middle, theme.BODY, anchor="right")
        for word in (total, memory):
            appear(stage, word, "text", later, theme.QUICK)
        for m, left in enumerate(place.left + np.cumsum([0.0, *self.widths[:-1]])):
            stays, was = bool(kept[case, m]), when is not None and bool(kept[case - 1, m])
            if not (stays or was):
                continue
            before = self.gone(case - 1, m) if was else 0.0
            wide = max(GAP, float(self.widths[m]) - GAP)
            block = box(left - before, place.top, wide, place.height, fill=HUES[m], round_joins=False)
            appear(stage, block, "mark", when, theme.QUICK)
            if when is None:
                continue
            if not stays:
                stage.shift(block, across=AWAY, down=AWAY, at=when + 0.5)
                stage.hide(block, at=when + 0.5, over=theme.CHANGE)
            elif (step := self.gone(case, m) - before) > 0:  # it closes the gap that another leaves
                stage.shift(block, across=-step, at=when + 1.0)

    def put_names(self, stage: Stage) -> None:
        """Names of the models at the first bar: large blocks carry theirs, small ones have them above."""
        x, above = self.place.left, self.place.top - theme.GUTTER
        for m, (name, wide) in enumerate(zip(self.trace["models"], self.widths, strict=True)):
            if wide > NAMED:
                y = self.place.middle[1] + theme.BODY / 3
                word = text(f"*{name}*", x + (wide - GAP) / 2, y, theme.BODY, theme.CANVAS, "center")
            else:
                anchor, at = PLACES.get(m, ("center", 0.5))
                away = theme.TIGHT / 2 * (1 - 2 * at)
                word = text(str(name), x + at * (wide - GAP) + away, above, theme.LABEL, HUES[m], anchor)
            stage.put(word, "text")
            x += float(wide)
        stage.put(text("memory", theme.RIGHT, above, theme.LABEL, theme.MUTED, "right"), "text")
