"""A row an answer: its odds then and now, and their ratio on a ruler, between two posts.

rows = RatioRows(trace, theme.LEFT, 440)
rows.put(stage)                                  # answers, and their odds as bars
rows.read_ratios(stage, at="number")             # the bars give way to rulers
rows.put_posts(stage, trace["posts"], at="posts")
stage.write(rows.moving, lambda share: rows.write(ratios[...]), at="move", over=3)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import Mobject

from scenes import theme
from scenes.engine.ink import box, rule
from scenes.engine.lettering import plain, text
from scenes.parts.batch import Batch
from scenes.parts.ratio_curve import FENCE
from scenes.parts.ratio_ruler import RatioRuler
from scenes.parts.running_number import RunningNumbers
from scenes.theme import FloatArray
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

FIGURE = theme.NUMBER  # pixels of a column of figures
PITCH, RULER = 1.6 * FIGURE, 2.75 * FIGURE  # from row to row, and the length of a ruler
THEN = 2 * FIGURE  # columns, from the left edge: where figures end, and where rulers begin
NOW = THEN + FIGURE
SCALE = NOW + theme.GAP
RATIO = SCALE + RULER + FIGURE
HEAD = 2 * theme.STATEMENT  # from the heads to the first row


class RatioRows:
    """The three answers of a trace, from canvas pixel (x, y) down."""

    def __init__(self, trace: Trace, x: float, y: float):
        self.trace, self.x, self.start = trace, x, trace["start_probs"]
        self.rows = [y + PITCH * k for k in range(len(self.start))]
        self.rulers = [RatioRuler(x + SCALE, row, RULER, reach=1, every=1) for row in self.rows]
        self.now, self.value = (
            RunningNumbers(theme.BODY, theme.TEXT),
            RunningNumbers(theme.BODY, theme.SYMBOLS["ratio"]),
        )
        self.bars: list[Mobject] = []
        self.write(self.start / self.start)

    @property
    def moving(self) -> list[Mobject]:
        """What `write` sets."""
        return [self.now, self.value, *[m for ruler in self.rulers for m in ruler.moving]]

    def put(self, stage: Stage) -> None:
        """Put the answers and their odds then on stage."""
        x = self.x
        stage.put(text("then", x + THEN, self.rows[0] - HEAD, theme.LABEL, theme.MUTED, "right"), "text")
        for k, y in enumerate(self.rows):
            stage.put(Batch.sample(x + theme.GUTTER, y - theme.TIGHT, k, 2 * theme.GUTTER), "mark")
            stage.put(text(f"*{self.trace['answers'][k]}*", x + theme.WIDE, y, theme.STATEMENT), "text")
            said = plain(str(self.trace["texts"][k]).rpartition("</think>")[2].strip())
            stage.put(text(said, x + theme.WIDE, y + theme.TITLE, theme.LABEL, theme.MUTED), "text")
            stage.put(text(f"{float(self.start[k]):.2f}", x + THEN, y, theme.BODY, theme.MUTED, "right"), "text")
            left, whole = x + THEN + theme.GAP, RATIO - THEN - theme.GAP
            bar = box(left, y - theme.GAP, whole * float(self.start[k]), theme.TITLE, fill=theme.AXIS)
            self.bars.append(stage.put(bar, "line"))

    def read_ratios(self, stage: Stage, at: When) -> None:
        """Let the bars give way to odds now, rulers and ratios."""
        when, top = stage.time(at), self.rows[0] - HEAD
        stage.hide(*self.bars, at=when)
        for k, ruler in enumerate(self.rulers):
            stage.show(*ruler.put(stage, shown=False), at=when + 0.5 + 0.2 * k)
        heads = (
            text("now", self.x + NOW, top, theme.LABEL, theme.TEXT, "right"),
            text("ratio", self.x + RATIO, top, theme.LABEL, theme.SYMBOLS["ratio"], "right"),
        )
        parts: list[Mobject] = [stage.put(head, "text", shown=False) for head in heads]
        parts += [stage.put(figures, "mover", shown=False) for figures in (self.now, self.value)]
        stage.show(*parts, at=when + theme.SLOW)

    def put_posts(self, stage: Stage, posts: FloatArray, at: When) -> None:
        """Put both posts on every ruler."""
        for k, ruler in enumerate(self.rulers):
            for post, dx, anchor in zip(posts, (-theme.TIGHT, theme.TIGHT), ("right", "left"), strict=True):
                x = ruler.place(float(post))
                top, foot = ruler.y - theme.WIDE, ruler.y + theme.TIGHT
                ink = rule(x, top, x, foot, stroke=FENCE, pen=theme.BOLD, round_joins=False)
                word = text(f"{post:.2g}", x + dx, top + theme.LABEL / 2, theme.LABEL, FENCE, anchor)
                parts = [stage.put(ink, "line", shown=False), stage.put(word, "text", shown=False)]
                stage.show(*parts, at=stage.time(at) + 0.15 * k)

    def write(self, ratios: FloatArray) -> None:
        """Set all numbers and needles to ratios [answer]."""
        count = len(self.rows)
        self.now.set([f"{p:.2f}" for p in self.start * ratios], [self.x + NOW] * count, self.rows)
        self.value.set([f"{r:.2f}" for r in ratios], [self.x + RATIO] * count, self.rows)
        for ruler, ratio in zip(self.rulers, ratios, strict=True):
            ruler.write(float(ratio))
