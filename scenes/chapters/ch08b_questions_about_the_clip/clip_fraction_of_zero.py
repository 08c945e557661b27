"""At the first update every ratio is 1, and no post is touched; later ones may be."""

from __future__ import annotations

from scenes import theme
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.ratio_rows import RatioRows

ROWS_AT = theme.PICTURE.top + 3 * theme.STATEMENT  # baseline of the first answer


class ClipFractionOfZero(Stage):
    """At the first update every ratio is 1, and no post is touched; later ones may be."""

    traces = ("ppo_clip",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.put(statement("Why is my *clip fraction* zero?"), "text")
        rows = RatioRows(trace, theme.LEFT, ROWS_AT)
        rows.put(self)
        rows.read_ratios(self, at=-4.0)
        rows.put_posts(self, trace["posts"], at=-4.0)
        rows.write(trace["walk_ratio"][0])
        x = theme.column(7, 5)[0]
        first = text("*update 1*: every ratio is 1", x, ROWS_AT, theme.STATEMENT)
        self.bring(first, at="why")
        same = text("one program writes and trains", x, ROWS_AT + theme.TITLE, theme.BODY, theme.MUTED)
        self.bring(same, at="program")
        touched = float(trace["count"][trace["walk_gate"][1] > 0].sum() / trace["count"].sum())
        later = f"*update 2*: {touched:.0%} of the batch are silent"
        self.bring(text(later, x, ROWS_AT + 2.4 * theme.TITLE, theme.BODY), at="later")

        def leave(share: float) -> None:
            start, end = trace["walk_ratio"][0], trace["walk_ratio"][1]
            rows.write(start + share * (end - start))

        self.write(rows.moving, leave, at="later", over=3, ease=theme.smooth)
        self.put(source(f"One batch of {int(trace['count'].sum())} answers, exact."), "text")
