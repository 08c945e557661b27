"""Which models a way of training keeps, as blocks of the memory that they take; a model leaves from case to case.

bars = MemoryBars(trace, [first, second])                  # an area a case, read from the top
bars.put_first(stage, "PPO", ppo, [None, None, "four", "four"])     # when each of its models comes
bars.put_case(stage, 1, "GRPO", grpo, at="home")           # what the case before keeps, and who leaves
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, box
from scenes.engine.lettering import counted, text
from scenes.theme import Area
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

HUES = (theme.SYMBOLS["logp"], theme.SYMBOLS["value"], theme.SYMBOLS["reward"], theme.SYMBOLS["kl"])
EDGE = theme.PEN  # between blocks
NAMED = 2 * theme.NUMBER  # a block wider than that carries its name
PLACES = {2: ("right", 1.0), 3: ("left", 0.0)}  # of names above small blocks, and of all others: in the middle
AWAY = theme.WIDE  # how far a model moves, across and down, as it leaves
TOLD = theme.COLUMN * 2.5  # room beside a bar for how many models and how much memory there are


class MemoryBars:
    """`kept` [case, model] and `bytes` [case, model] of a trace, in an area a case."""

    def __init__(self, trace: Trace, places: Sequence[Area]):
        self.trace = trace
        self.places = [layout.trimmed(place, right=TOLD) for place in places]
        each = trace["bytes"].max(axis=0)
        self.widths = self.places[0].width * each / max(1e-9, float(each.sum()))

    def gone(self, case: int, model: int) -> float:
        """Pixels that have left a case's bar to the left of a model."""
        return float(self.widths[: model + 1][self.trace["kept"][case, : model + 1] == 0].sum())

    def block(self, case: int, model: int, gone: float) -> Ink:
        """A model's block in a case's bar, `gone` pixels of which have left before it."""
        place = self.places[case]
        left = place.left + float(self.widths[:model].sum()) - gone
        wide = max(EDGE, float(self.widths[model]) - EDGE)
        return box(left, place.top, wide, place.height, fill=HUES[model], round_joins=False)

    def put_first(self, stage: Stage, words: str, colour: str, at: Sequence[When | None], told: When) -> None:
        """The first bar: each model with its name when it is spoken of."""
        for m, when in enumerate(at):
            stage.bring(self.block(0, m, 0.0), when, "mark")
            self.name(stage, m, when)
        self.tell(stage, 0, words, colour, told)

    def put_case(self, stage: Stage, case: int, words: str, colour: str, at: When) -> None:
        """One bar more: the models of the case before; those that it does without leave it."""
        when, kept = stage.time(at), self.trace["kept"]
        for m in np.flatnonzero(kept[case - 1]).tolist():
            before = self.gone(case - 1, m)
            block = stage.bring(self.block(case, m, before), when, "mark", theme.QUICK)
            if not kept[case, m]:
                stage.shift(block, across=AWAY, down=AWAY, at=when + theme.CHANGE)
                stage.hide(block, at=when + theme.CHANGE, over=theme.CHANGE)
            elif (step := self.gone(case, m) - before) > 0:  # it closes the gap that another leaves
                stage.shift(block, across=-step, at=when + theme.REST)
        self.tell(stage, case, words, colour, when + theme.REST)

    def tell(self, stage: Stage, case: int, words: str, colour: str, at: When) -> None:
        """What a bar is, how many models it has, and how much of the first bar's memory."""
        place = self.places[case]
        share = float(self.trace["bytes"][case].sum() / max(1e-9, self.trace["bytes"][0].sum()))
        middle = place.middle[1] + theme.STATEMENT / 3
        stage.bring(text(f"*{words}*", place.left, place.top - theme.GUTTER, theme.BODY, colour), at)
        models = counted(int(self.trace["kept"][case].sum()), "model")
        stage.bring(text(models, place.right + theme.GAP, middle, theme.BODY), at)
        stage.bring(
            text(f"*{share:.0%}*".replace("%", "\\%"), theme.RIGHT, middle, theme.STATEMENT, anchor="right"), at
        )

    def name(self, stage: Stage, model: int, at: When | None) -> None:
        """The name of a model at the first bar: large blocks carry theirs, small ones have them above."""
        name, wide = str(self.trace["models"][model]), float(self.widths[model])
        place, x = self.places[0], self.places[0].left + float(self.widths[:model].sum())
        if wide > NAMED:
            y = place.middle[1] + theme.STATEMENT / 3
            word = text(f"*{name}*", x + (wide - EDGE) / 2, y, theme.STATEMENT, theme.CANVAS, "center")
        else:
            anchor, share = PLACES.get(model, ("center", 0.5))
            away = theme.TIGHT / 2 * (1 - 2 * share)
            y = place.top - theme.GUTTER
            word = text(name, x + share * (wide - EDGE) + away, y, theme.BODY, HUES[model], anchor)
        stage.bring(word, at)
