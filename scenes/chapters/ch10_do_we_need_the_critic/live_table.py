"""The explorer's table: filled column by column, then running while the policy moves along its slope."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch09_fire_the_critic.group_table import GroupTable
from scenes.chapters.ch09_fire_the_critic.objective_sum import ObjectiveSum
from scenes.engine import layout
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


TABLE = layout.rows(theme.PICTURE, (8, 7), gap=theme.WIDE)[0]
SUM = TABLE.bottom + theme.WIDE + theme.GAP  # baseline of the formula
BEGIN = 0.6  # seconds after its cue that the policy starts to move


class LiveTable(Stage):
    """The explorer's table: filled column by column, then running while the policy moves along its slope."""

    traces = ("grpo_group",)
    hyperparameters = ("grpo.beta",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.put(statement("Ratio to the *old* policy, leash to the *reference*."), "text")
        table = GroupTable(trace, TABLE.left, TABLE.top + theme.GUTTER, TABLE.width)
        table.put_rows(self)
        table.put_heads(self)
        beats: tuple[tuple[When, tuple[str, ...]], ...] = (
            (0.0, ("old", "reward")),
            ("marks", ("advantage",)),
            ("new", ("new",)),
            ("ratio", ("ratio",)),
            ("clip", ("clipped_ratio",)),
            ("least", ("plain_term",)),
            (("least", 0.5), ("clipped_term",)),
            (("least", 1.0), ("least",)),
            ("leash", ("ref",)),
            (("leash", theme.CHANGE), ("kl",)),
            (("total", theme.CHANGE), ("least", "kl")),
            ("go", ("new", "ratio", "least", "kl")),
        )
        table.fill(self, beats)
        self.notes(table)
        words = f"mean of all {len(trace['group_answer'])}"
        mean = self.put(text(words, theme.LEFT, table.foot, theme.LABEL, theme.MUTED), "text", shown=False)
        self.show(mean, at="total")
        for term in Formula(OBJECTIVE, theme.LEFT, SUM, theme.STATEMENT).terms.values():
            self.put(term, "text")
        total = ObjectiveSum(trace)
        over = max(2 * theme.REST, self.duration - BEGIN - theme.REST - self.time("go"))
        total.put_sum(self, at=("total", theme.QUICK))
        total.put_chart(self, at="go", begin=BEGIN, over=over)
        total.put_peak(self, at="pull")
        closer = self.time("pull") - self.time("go") - BEGIN

        def run(share: float) -> None:
            table.write(share * table.last)
            total.write(share * table.last, theme.smooth(min(1.0, max(0.0, share * over - closer))))

        self.write([*table.moving, *total.moving], run, at=("go", BEGIN), over=over)
        words = "An answer is one word here; in a text, all is per word. Hatched: silent. "
        words += "KL: k3 = x − 1 − log x, x = odds in the reference / odds now (Schulman 2020)."
        self.put(source(words), "text")

    def notes(self, table: GroupTable) -> None:
        # What the column that has just come holds, in words under it.
        notes = (
            ("advantage", "advantage: graded on the curve", "marks", "ratio", 0),
            ("ratio", "ratio: odds now over odds then", "ratio", "least", 0),
            ("clipped_ratio", "clipped; the smaller counts", "least", "leash", 0),
            ("kl", "KL: how far from the reference", "leash", "go", theme.GAP),
        )
        for column, words, at, until, down in notes:
            word = text(words, table.rights[column], table.foot + down, theme.LABEL, theme.TEXT, "right")
            appear(self, word, "text", at, theme.QUICK)
            self.hide(word, at=(until, -0.5))
