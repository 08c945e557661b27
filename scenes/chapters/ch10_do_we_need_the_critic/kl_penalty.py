"""What keeps the policy near the reference: k3 of every answer, times beta, and what is left of the objective."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch10_do_we_need_the_critic.common import number
from scenes.chapters.ch10_do_we_need_the_critic.group_table import LEASH, GroupTable
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken

TABLE, RULE = layout.rows(theme.PICTURE, (6, 1), gap=theme.WIDE)
K3 = "{{ upright(k3)(x) : kl }} = x - 1 - log x"
OBJECTIVE = "J = {{ 1/G sum_i : mean }} ( min_i - {{ beta thin upright(k3)_i : kl }} )"
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
        # What was there before: the smaller term of every answer.
        table.put(self, every)
        table.column(self, "least", every, None)
        # Two chances, one over the other, and k3 of that.
        for name, cue in {"ref": "reference", "new": "x", "x": ("x", 2.0), "kl": "k3"}.items():
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
