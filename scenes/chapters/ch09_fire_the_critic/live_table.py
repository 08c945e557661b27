"""The explorer's table: filled column by column, then running while the policy moves along its slope."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch09_fire_the_critic.group_table import GroupTable
from scenes.chapters.ch09_fire_the_critic.objective_sum import ObjectiveSum
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.say import appear

MIN = '{{ upright("clip") rho_i : clip }} thin {{ hat(A)_i : advantage-2 }}'
OBJECTIVE = (
    "{{ inline(1/G sum_i) : mean }} min ( {{ rho_i : ratio }} thin {{ hat(A)_i : advantage }},"
    f" thin {MIN} )"
    ' {{ - beta thin upright("KL")(pi_theta || pi_(upright("ref"))) : kl }}'
)


class LiveTable(Stage):
    """The explorer's table: filled column by column, then running while the policy moves along its slope."""

    traces = ("grpo_group",)
    hyperparameters = ("grpo.beta",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.put(statement("Ratio to the *old* policy, leash to the *reference*."), "text")
        table = GroupTable(trace, theme.LEFT, 196, theme.RIGHT - theme.LEFT)
        table.put_rows(self)
        table.put_heads(self)
        beats: tuple[tuple[When, tuple[str, ...]], ...] = (
            (0.0, ("old", "reward")),
            (("marks", 0.1), ("advantage",)),
            (("new", 0.1), ("new",)),
            (("ratio", 0.1), ("ratio",)),
            (("clip", 0.1), ("clipped_ratio",)),
            (("least", -0.1), ("plain_term",)),
            (("least", 0.4), ("clipped_term",)),
            (("least", 0.9), ("least",)),
            (("leash", 0.1), ("ref",)),
            (("leash", 0.8), ("kl",)),
            (("total", 0.8), ("least", "kl")),
            ("go", ("new", "ratio", "least", "kl")),
        )
        table.fill(self, beats)
        self.notes(table)
        words = f"mean of all {len(trace['group_answer'])}"
        mean = self.put(text(words, theme.LEFT, table.foot, theme.LABEL, theme.MUTED), "text", shown=False)
        self.show(mean, at="total")
        for term in Formula(OBJECTIVE, theme.LEFT, 640, 44).terms.values():
            self.put(term, "text")
        total, over = ObjectiveSum(trace), max(4.0, self.duration - 2.2 - self.time("go"))
        total.put_sum(self, at=("total", 0.4))
        total.put_chart(self, at="go", begin=0.6, over=over)
        total.put_peak(self, at="pull")
        closer = self.time("pull") - self.time("go") - 0.6

        def run(share: float) -> None:
            table.write(share * table.last)
            total.write(share * table.last, theme.smooth(min(1.0, max(0.0, share * over - closer))))

        self.write([*table.moving, *total.moving], run, at=("go", 0.6), over=over)
        words = "An answer is one word here; in a text, all is per word. Hatched: silent. "
        words += "KL: k3 = x − 1 − log x, x = odds in the reference / odds now (Schulman 2020)."
        self.put(source(words), "text")

    def notes(self, table: GroupTable) -> None:
        # What the column that has just come holds, in words under it.
        notes = (
            ("advantage", "advantage: graded on the curve", "marks", "ratio", 0),
            ("ratio", "ratio: odds now over odds then", "ratio", "least", 0),
            ("clipped_ratio", "clipped; the smaller counts", "least", "leash", 0),
            ("kl", "KL: how far from the reference", "leash", "go", 50),
        )
        for column, words, at, until, down in notes:
            word = text(words, table.rights[column], table.foot + down, theme.LABEL, theme.TEXT, "right")
            appear(self, word, "text", (at, 0.1), theme.QUICK)
            self.hide(word, at=(until, -0.5))
