"""One batch, sixty updates: what each of its answers weighs."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.common import RATIO
from scenes.chapters.ch06_may_i_reuse.handful import FILL, Handful
from scenes.engine import layout
from scenes.engine.ink import Ink, box
from scenes.engine.lettering import counted
from scenes.engine.stage import Stage
from scenes.parts.batch import SHAPES
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import along
from scenes.parts.running_number import RunningNumbers
from scenes.parts.say import say
from traces.store import Trace

ROW = theme.PICTURE.top + 2.6 * theme.COLUMN  # the middle of the marks
BAR = theme.PICTURE.bottom - theme.WIDE


class OneStarOutweighs(Stage):
    """One batch, sixty updates: what each of its answers weighs."""

    traces = ("batch_reuse",)

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        kinds, ratio = trace["handful_answer"][0], trace["ratio"][0, RATIO]
        steps = len(ratio) - 1
        self.bring(statement("One batch, used again and again: *what does each answer weigh?*"))
        # As large as its ratio says, the largest of all just fitting in.
        size = len(kinds)
        peak = max(float(ratio[:, k].max()) * SHAPES[k][1] ** 2 for k in range(3) if (kinds == k).any())
        radius = float(np.clip(1.6 * theme.COLUMN / np.sqrt(peak), theme.TIGHT, theme.LABEL))
        x = np.linspace(theme.LEFT + theme.GAP, theme.RIGHT - theme.GAP, size)
        batch = Handful(kinds, x, np.full(size, ROW), radius / FILL)
        batch.put(self, "mover")
        self.shares(batch, trace, ratio, kinds)
        words = f"One batch of {size}, {counted(steps, 'update')} of the ratio loss. A mark's area follows its ratio."
        self.bring(source(words))

    def shares(self, batch: Handful, trace: Trace, ratio: np.ndarray, kinds: np.ndarray) -> None:
        # Beneath, all the weight there is as one bar: how much of it each answer has.
        counts = np.array([(kinds == k).sum() for k in range(3)], float)
        width, tall = theme.RIGHT - theme.LEFT, theme.WIDE
        say(self, "how the weight is shared out", theme.LEFT, BAR - tall - theme.WIDE, theme.BODY, theme.MUTED)
        pieces = [Ink(np.zeros((0, 3)), fill=theme.ANSWERS[k], closed=True, round_joins=False) for k in range(3)]
        for piece in pieces:
            self.put(piece, "mark")
        y = BAR - tall - theme.GUTTER
        letters = [say(self, f"*{name}*", 0, y, theme.BODY, anchor="center") for name in trace["answers"]]
        word = say(self, "updates", theme.RIGHT, ROW - 2.4 * theme.COLUMN, theme.BODY, theme.MUTED, "right")
        updates = RunningNumbers(theme.TITLE, theme.TEXT)
        self.put(updates, "text")

        def write(at: float) -> None:
            now = along(ratio, at)
            batch.weigh(now)
            share = counts * now / (counts @ now)
            ends = theme.LEFT + width * np.cumsum(share)
            for k, piece in enumerate(pieces):
                left = float(ends[k] - width * share[k])
                piece.write(box(left, BAR - tall, max(float(ends[k]) - left, 1.0), tall).points, (0,))
                last = theme.RIGHT - theme.TIGHT - theme.GAP * (2 - k)  # letters of slivers stay apart
                layout.at(letters[k], x=min((left + float(ends[k])) / 2, last), align="middle")
            updates.set([f"{at:.0f}"], [layout.area(word).left - theme.TIGHT], [ROW - 2.4 * theme.COLUMN])

        write(0.0)
        moving = [*batch.marks, *pieces, *letters, updates]
        over = max(4.0, self.time("surprise") - self.time("climb") - 2.0)
        self.write(moving, lambda s: write(s * (len(ratio) - 1)), at=("climb", 0.4), over=over, ease=theme.smooth)
        weight = trace["weight"][0]
        k = int(weight.argmax())
        others = float(weight.sum() - weight[k])
        if others > 0:
            words = f"*{trace['answers'][k]}* against all the others: *{float(weight[k]) / others:.3g} : 1*"
            say(self, words, theme.LEFT, BAR + theme.GAP + theme.GUTTER, theme.STATEMENT, at="surprise")
