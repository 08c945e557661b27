"""What an old answer should count: its new chance divided by its old one."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.chances import Chances
from scenes.chapters.ch06_may_i_reuse.common import RATIO
from scenes.engine import layout
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.headings import source, statement
from scenes.parts.say import say
from scenes.parts.spoken import Spoken

OLD, NEW, COUNT = theme.column(2)[0], theme.column(6)[0], theme.column(10)[0]
ROWS = tuple(theme.PICTURE.top + theme.WIDE + k * 1.05 * theme.COLUMN for k in (1.0, 2.0, 3.0))
SUM = "{{ sum_o : mean }} thin"
OLD_CHANCE = '{{ pi_(upright("old"))(o) : logp }} thin'
QUOTIENT = '{{ (pi_theta (o)) / (pi_(upright("old"))(o)) : ratio }} thin'
LEFT_OVER = "= thin {{ sum_o : mean-2 }} thin {{ pi_theta (o) : logp-2 }} thin {{ r(o) : reward-2 }}"


class TheRatio(Stage):
    """What an old answer should count: its new chance divided by its old one."""

    traces = ("batch_reuse",)

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        soon = int(trace["soon"])
        old, new = trace["start_probs"], trace["probs"][0, RATIO, soon]
        self.bring(statement("What should an old answer *count today?*"))
        wide = theme.column(0, 3)[1] - theme.LEFT - theme.GAP
        # "Yesterday, its chance was ..."
        for k, name in enumerate(trace["answers"]):
            size = theme.TITLE
            self.bring(Batch.sample(theme.LEFT + size / 2, ROWS[k], k, size), layer="mark")
            say(self, f"*{name}*", theme.LEFT + 1.2 * size, ROWS[k] + size / 3, size)
        head = ROWS[0] - theme.WIDE
        say(self, "chance yesterday", OLD, head, theme.LABEL, theme.MUTED)
        Chances(OLD, ROWS, wide, old, theme.MUTED).put(self)
        # "Today, after a few updates, it is ..."
        today = Chances(NEW, ROWS, wide, old)
        say(self, "chance today", NEW, head, theme.LABEL, theme.MUTED)
        today.put(self)

        def move(share: float) -> None:
            today.write(old + share * (new - old))

        self.write(today.moving, move, at=("today", 0.3), over=theme.SLOW, ease=theme.smooth)
        # "So each A in the old batch should count ..."
        for k, ratio in enumerate(new / np.maximum(old, 1e-12)):
            at = ("count", 0.3) if k == 0 else ("half", 0.3)
            words = f"*× {ratio:.2g}*"
            say(self, words, COUNT, ROWS[k] + theme.TITLE / 3, theme.TITLE, theme.SYMBOLS["ratio"], at=at)
        say(self, "ratio", COUNT, head, theme.BODY, theme.SYMBOLS["ratio"], at="ratio")
        # "Old chance, times new over old: the old chance cancels."
        y = (ROWS[-1] + theme.PICTURE.bottom + theme.TITLE) / 2
        before = Spoken(f"{SUM} {OLD_CHANCE} {QUOTIENT} {{{{ r(o) : reward }}}}", y=y, size=theme.TITLE)
        after = Spoken(LEFT_OVER, y=y, size=theme.TITLE)
        wide = layout.area(before).width + theme.GUTTER + layout.area(after).width
        layout.shifted(before, (theme.RIGHT - theme.LEFT - wide) / 2, 0.0)
        layout.shifted(after, layout.area(before).right + theme.GUTTER - theme.LEFT, 0.0)
        before.enter(self, at={"logp": "sum", "ratio": ("sum", 1.0), "reward": ("sum", 2.0)})
        before.light(self, "logp", "ratio", at="cancel")
        after.enter(self, at="new")
        before.rest(self, at="name")
        self.bring(source(f"Chances before and after {soon} updates of the ratio loss on one batch. Exact."))
