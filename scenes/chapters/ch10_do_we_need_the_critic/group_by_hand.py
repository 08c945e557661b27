"""The table of a group: three answers, column by column; then all eight, whose advantages cancel."""

from __future__ import annotations

from scenes import theme
from scenes.engine.lettering import number
from scenes.engine.stage import Stage, When
from scenes.parts.group_table import HAND, GroupTable
from scenes.parts.headings import source, statement

CUES: dict[str, When] = {
    "reward": "reward",
    "advantage": "advantage",
    "old": "old",
    "new": "new",
    "ratio": "ratio",
    "clipped_ratio": "clip",
    "plain_term": "terms",
    "clipped_term": ("terms", theme.SLOW),
    "least": "least",
}


class GroupByHand(Stage):
    """The table of a group: three answers, column by column; then all eight, whose advantages cancel."""

    traces = ("grpo_group",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.bring(statement("What does *each answer* add to the objective?"))
        table = GroupTable(trace, HAND, theme.PICTURE)
        # An A, a B and a C, column by column.
        few = table.firsts()
        apart = table.apart(few)
        table.put(self, few, apart)
        for name, cue in CUES.items():
            table.column(self, name, few, cue, apart)
        hatch = table.hatch(few, apart)
        self.bring(hatch, "silent", "ground")
        self.hide(hatch, at="all")
        # They take their places in the whole group.
        every = list(range(len(table.order)))
        others = [row for row in every if row not in few]
        table.rest(self, "all")
        table.gather(self, apart, at="all")
        later = ("all", theme.CHANGE)
        table.put(self, others, at=later)
        for name in CUES:
            for row in others:
                table.cell(self, name, row, later)
        self.bring(table.hatch(every), ("all", theme.REST), "ground")
        # Ups and downs cancel.
        total = float(trace["advantage"].clip(0).sum())
        words = f"up *{number(total, True, 1)}*, down *{number(-total, True, 1)}*"
        table.light(self, "advantage", "cancel")
        table.sum(self, "advantage", words, "cancel")
        self.bring(
            source("The same group; the policy has moved along the objective's own slope. Hatched: past its post.")
        )
