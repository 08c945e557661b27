"""What keeps the policy near the reference: k3 of every answer, times beta, and what is left of the objective."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink
from scenes.engine.lettering import halo, number, text
from scenes.engine.stage import Stage, When
from scenes.parts.group_table import LEASH, GroupTable
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.parts.triangle import Triangle
from scenes.parts.trust_region_closeup import spot
from traces.store import Trace

KL = theme.SYMBOLS["kl"]
TABLE, RULE = layout.rows(theme.PICTURE, (6, 1), gap=theme.WIDE)
ROOM = layout.trimmed(
    layout.columns(theme.PICTURE, 2)[1], left=theme.NUMBER, top=theme.GAP, right=theme.NUMBER + theme.WIDE
)
K3 = '{{ upright("k3") : kl }} = x - 1 - log x'
OBJECTIVE = 'J = {{ 1/G sum_i : mean }} ( upright("smaller")_i - {{ beta thin upright("k3")_i : kl }} )'
MEANS = {
    "least": ("surrogate", 2, True),
    "kl": ("mean_kl", 2, False),
    "leash": ("leash", 3, False),
    "objective": ("objective", 3, True),
}


class KlPenalty(Stage):
    """What keeps the policy near the reference: k3 of every answer, times beta, and what is left of the objective."""

    traces = ("grpo_group",)
    hyperparameters = ("grpo.beta",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.bring(statement("A *leash* to the reference policy"))
        table = GroupTable(trace, LEASH, TABLE)
        every = list(range(len(table.order)))
        self.leash(trace, table)
        # What was there before: the smaller term of every answer.
        table.put(self, every)
        table.column(self, "least", every, None)
        # Two chances, one over the other, and k3 of that.
        cues: dict[str, When] = {"ref": "x", "new": ("x", 1.0), "x": ("x", 2.0), "kl": "never"}
        for name, cue in cues.items():
            table.column(self, name, every, cue)
        k3 = Spoken(K3, x=TABLE.left, y=RULE.bottom, size=theme.TITLE)
        k3.enter(self, at="k3")
        # Times beta, and subtracted.
        table.column(self, "leash", every, "total")
        table.column(self, "objective", every, ("total", theme.CHANGE))
        self.bring(text("mean", table.left, table.foot, theme.BODY, theme.MUTED), at="total")
        for name, (key, digits, signed) in MEANS.items():
            words = f"*{number(float(trace[key][table.stop]), signed, digits)}*"
            table.sum(self, name, words, "total", table.columns[name].colour)
        objective = Spoken(OBJECTIVE, x=TABLE.middle[0], y=RULE.bottom, size=theme.TITLE)
        objective.enter(self, at="total")
        self.bring(source(f"The group of the last clips. Beta: {float(self.hyper('grpo.beta')):g}."))

    def leash(self, trace: Trace, table: GroupTable) -> None:
        # Where the reference is, and where the policy has come to; they leave when the table needs the room.
        top = table.top + theme.NUMBER
        triangle = Triangle(ROOM.left, top, ROOM.width, size=theme.STATEMENT)
        self.bring(triangle)
        ends = [trace["ref_probs"], trace["new_probs"][table.stop]]
        line = Ink(triangle.points(np.array(ends)), stroke=KL, pen=theme.BOLD, dash=theme.DASHED)
        self.bring(line, "leash", "line")
        words = (
            ("the reference policy", "reference", "right", -theme.GUTTER),
            ("the policy now", None, "left", theme.GUTTER),
        )
        parts: list[object] = [triangle, line]
        for probs, (name, at, anchor, aside) in zip(ends, words, strict=True):
            x, y = (float(v) for v in probs @ triangle.corners)
            dot = spot(triangle.points(probs), theme.TIGHT, theme.TEXT)
            tag = halo(text(name, x + aside, y + theme.TIGHT, theme.BODY, anchor=anchor))
            parts += [self.bring(dot, at, "mover"), self.bring(tag, at)]
        self.hide(*parts, at=("x", -0.5))
